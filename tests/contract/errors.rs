//! Exit statuses and error messages.

use super::{TOOLS, World};
use harness::home::Home;

/// `tool: cannot do X: cause` and `tool: hint: …`: lower case, no full stop, no words that only a
/// developer understands.
fn assert_plain(tool: &str, stderr: &str) {
    assert!(!stderr.is_empty(), "{tool} failed without a word");
    for line in stderr.lines() {
        let rest = line.strip_prefix(&format!("{tool}: "));
        let rest = rest.unwrap_or_else(|| panic!("{tool} is not named in {line:?}"));
        let message = rest.strip_prefix("hint: ").unwrap_or(rest);
        let first = message.chars().next().expect("there is a message");
        assert!(!first.is_uppercase(), "{tool} begins with a capital: {line:?}");
        assert!(!line.ends_with('.'), "{tool} ends with a full stop: {line:?}");
        for dump in ["Error {", "Error(", "Os {", "Some(", "panicked", "RUST_BACKTRACE", ".rs:"] {
            assert!(!line.contains(dump), "{tool} dumps: {line:?}");
        }
    }
}

#[test]
fn a_failure_is_said_plainly_and_leaves_standard_output_empty() {
    let world = World::new();
    for tool in TOOLS {
        let (call, code) = world.failure(tool);
        assert_plain(tool, &call.run().failure(code));
    }
}

#[test]
fn wrong_usage_has_its_own_status() {
    let home = Home::new();
    for tool in TOOLS {
        let stderr = home.tool(tool).arg("--no-such-option").run().failure(2);
        assert!(stderr.contains("--no-such-option"), "{tool}: {stderr}");
        assert_plain(tool, &stderr);
    }
}

#[test]
fn names_from_outside_are_shown_escaped() {
    let home = Home::new();
    // A terminal would obey the first character, and reverse the line at the second.
    let name = "a\x1b[31m\u{202e}b";
    for (tool, arguments, code) in [
        ("keygen", vec!["inspect", name], 1),
        ("keyagent", vec!["add", name], 1),
        ("keyagent", vec!["start", "--socket", name, "--", name], 1),
        ("pubkey-copy", vec![name, "--print"], 1),
        ("joblog-parse", vec![name], 1),
        ("cidr", vec!["merge", name], 1),
        ("sshc", vec!["--key", name, "ada@127.0.0.1:1", "--", "true"], 255),
        ("sshc", vec![name, "--", "true"], 255),
    ] {
        let stderr = home.tool(tool).args(arguments).run().failure(code);
        assert!(!stderr.contains(['\x1b', '\u{202e}']), "{tool}: {stderr:?}");
        assert!(stderr.contains("\\u{1b}"), "{tool} does not show what it refused: {stderr:?}");
        assert_plain(tool, &stderr);
    }
}

#[test]
fn a_folder_is_no_file() {
    let home = Home::new();
    home.write("folder/file", "");
    for (tool, arguments) in [
        ("keygen", vec!["inspect", "folder"]),
        ("keyagent", vec!["add", "folder"]),
        ("pubkey-copy", vec!["folder", "--print"]),
        ("joblog-parse", vec!["folder"]),
        ("cidr", vec!["merge", "@folder"]),
    ] {
        let stderr = home.tool(tool).args(arguments).run().failure(1);
        assert!(stderr.contains("folder"), "{tool}: {stderr}");
        assert_plain(tool, &stderr);
    }
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let home = Home::new();
    home.write("id.ppk", "precious");
    home.write("id2.pub", "precious");
    for name in ["id.ppk", "id2.ppk"] {
        let make = home.tool("keygen").args(["--no-passphrase", "-t", "ed25519", "-o", name]);
        let stderr = make.run().failure(1);
        assert!(stderr.contains("--force"), "{stderr}");
        assert_plain("keygen", &stderr);
    }
    assert_eq!(home.read_text("id.ppk"), "precious");
    assert_eq!(home.read_text("id2.pub"), "precious");
    assert_eq!(home.names(), ["id.ppk", "id2.pub"]);
}

#[test]
fn what_would_ask_fails_in_a_batch_and_names_the_option_that_answers() {
    let home = Home::new();
    home.write("secret", "correct horse\n");
    let make = ["-t", "ed25519", "-o", "id.ppk", "--passphrase-file", "secret"];
    let line = home.tool("keygen").args(make).run().quiet_success();
    let sshd = harness::sshd::Sshd::setup().authorize(line.trim_end()).start();
    home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
    for (tool, arguments, code) in [
        ("keygen", vec!["--batch", "-t", "ed25519", "-o", "new.ppk"], 1),
        ("keygen", vec!["convert", "--batch", "id.ppk", "-o", "id_ed25519"], 1),
        ("keyagent", vec!["start", "--", "keyagent", "add", "--batch", "id.ppk"], 1),
        ("sshc", vec!["--batch", "--key", "id.ppk", &sshd.target(), "--", "true"], 255),
    ] {
        // There is a terminal to ask on, but --batch must not use it.
        let asked = home.tool(tool).args(&arguments).on_terminal().finish();
        assert_eq!(asked.code(), code, "{arguments:?}: {}", asked.screen);
        assert!(asked.screen.contains("--passphrase-file"), "{arguments:?}: {}", asked.screen);
    }
}
