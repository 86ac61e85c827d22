//! What a Windows server is sent.

use super::*;
use harness::workspace::fixture;

/// The script for a Windows server cannot run here: a grammar checks it, and a script answers in
/// its place.
#[test]
fn windows_gets_a_powershell_script() {
    let (home, line) = home();
    let server = home.python().arg(fixture("windows_server.py")).start();
    server.stdout.wait_for("\n");
    let port = server.stdout.text().trim().to_owned();
    let target = format!("ada@127.0.0.1:{port}");
    let said = to(&home, &target, &["--json", "--option", "restrict"]).run();
    let object: serde_json::Value = serde_json::from_str(said.stdout()).expect("an object");
    let file = r"C:\ProgramData\ssh\administrators_authorized_keys";
    assert_eq!((&object["change"], &object["file"]), (&"added".into(), &file.into()));
    let warning = "the user is an administrator: through this file the key opens every administrator's \
         account";
    assert_eq!(object["warnings"], serde_json::json!([warning]));
    assert_eq!(said.stderr(), format!("pubkey-copy: warning: {warning}\n"));

    let command = home.read_text("command");
    let words: Vec<&str> = command.split(' ').collect();
    let start = [
        "powershell.exe",
        "-NoProfile",
        "-NonInteractive",
        "-OutputFormat",
        "Text",
        "-EncodedCommand",
    ];
    assert_eq!(words[..6], start);
    let code = data_encoding::BASE64.decode(words[6].as_bytes()).expect("base64");
    let units = code.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let code: String = char::decode_utf16(units).map(|c| c.expect("UTF-16")).collect();
    assert!(code.ends_with("Invoke-Expression ($lines -join [char]10)"), "{code}");
    let input = home.read_text("input");
    let script: Vec<&str> = input.lines().filter_map(|line| line.strip_prefix("#ps ")).collect();
    let encoded = data_encoding::BASE64.encode(format!("restrict {line}").as_bytes());
    assert!(script.contains(&format!("$line64 = '{encoded}'").as_str()), "{script:#?}");
    home.write("script.ps1", script.join("\n"));
    home.write("code.ps1", code);
    for name in ["script.ps1", "code.ps1"] {
        assert_eq!(wrong_in_powershell(&home, name), "");
    }
    home.write("damaged.ps1", script.join("\n").replacen('{', "", 1));
    assert_ne!(wrong_in_powershell(&home, "damaged.ps1"), "");
}

/// The errors that a grammar of PowerShell finds, one per line.
fn wrong_in_powershell(home: &Home, name: &str) -> String {
    const PARSE: &str = "import sys, tree_sitter, tree_sitter_powershell as grammar\n\
        parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))\n\
        def walk(node):\n\
        \x20   if node.type == 'ERROR' or node.is_missing: print(node.start_point, node.text)\n\
        \x20   for child in node.children: walk(child)\n\
        walk(parser.parse(open(sys.argv[1], 'rb').read()).root_node)";
    home.python().args(["-c", PARSE, name]).run().quiet_success()
}
