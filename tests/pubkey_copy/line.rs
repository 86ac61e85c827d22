//! The line itself: restricted, commented, described, and accepted by a real server.

use harness::home::Home;
use harness::sshd::Sshd;

use super::{key_pair, pubkey_copy};

#[test]
fn print_writes_the_line_and_touches_no_clipboard() {
    let home = Home::new();
    let line = key_pair(&home);
    let printed = pubkey_copy(&home, ["--print", "id_ed25519"]).env("DISPLAY", ":54321").run();
    assert_eq!(printed.quiet_success(), format!("{line}\n"));
}

#[test]
fn restrictions_stand_in_front_of_the_key() {
    let home = Home::new();
    let line = key_pair(&home);
    let table: [(&[&str], &str); 5] = [
        (&["--from", "10.0.0.0/8", "--from", "192.0.2.7"], "from=\"10.0.0.0/8,192.0.2.7\" "),
        (&["--from", "10.0.0.0/8,2001:DB8::/32"], "from=\"10.0.0.0/8,2001:db8::/32\" "),
        (&["--option", "restrict", "--option", "pty"], "restrict,pty "),
        (
            &["--option", "command=uptime -p", "--from", "::1"],
            "from=\"::1\",command=\"uptime -p\" ",
        ),
        (&["--option", "command=\"echo \\\"hi\\\"\""], "command=\"echo \\\"hi\\\"\" "),
    ];
    for (arguments, expected) in table {
        let run = pubkey_copy(&home, ["-p", "id_ed25519"]).args(arguments.iter().copied()).run();
        assert_eq!(run.quiet_success(), format!("{expected}{line}\n"));
    }
}

#[test]
fn rules_come_in_through_a_pipe_in_any_encoding() {
    let home = Home::new();
    let line = key_pair(&home);
    let expected = format!("from=\"10.0.0.0/8,192.0.2.7/32\" {line}\n");
    let text = "10.0.0.0/8\r\n192.0.2.7/32\r\n";
    let utf_16 = "\u{feff}10.0.0.0/8\r\n192.0.2.7/32\r\n".encode_utf16();
    let inputs = [
        text.as_bytes().to_vec(),
        b"10.0.0.0/8,192.0.2.7/32".to_vec(),
        b"\xef\xbb\xbf10.0.0.0/8\r192.0.2.7/32".to_vec(),
        utf_16.clone().flat_map(u16::to_le_bytes).collect(),
        utf_16.flat_map(u16::to_be_bytes).collect(),
    ];
    for input in inputs {
        let run = pubkey_copy(&home, ["-p", "id_ed25519", "--from", "-"]).stdin(input).run();
        assert_eq!(run.quiet_success(), expected);
    }
}

#[test]
fn a_doubtful_restriction_gives_no_line_at_all() {
    let home = Home::new();
    let _line = key_pair(&home);
    let piped = |input: &str| {
        let run = pubkey_copy(&home, ["-p", "id_ed25519", "--from", "-"]).stdin(input).run();
        run.failure(1)
    };
    assert_eq!(
        piped(""),
        "pubkey-copy: cannot restrict the key: no address or network arrived for \
         `--from`\npubkey-copy: hint: an empty list would match no address; check the output of the \
         command before the pipe\n"
    );
    assert_eq!(
        piped("10.0.0.0/8\n192.0.2.7/24\n"),
        "pubkey-copy: cannot restrict the key: `192.0.2.7/24` has bits set beyond its prefix; the \
         network is `192.0.2.0/24`\npubkey-copy: hint: `cidr merge` prints networks in the form \
         that servers read\n"
    );
    for (option, value, complaint) in [
        ("--from", "10.0.0.1/8", "the network is `10.0.0.0/8`"),
        ("--option", "no-ptty", "servers know no option \"no-ptty\""),
        ("--option", "command", "option `command` needs a value"),
        ("--comment", "two\nlines", "a comment is one line without control characters"),
    ] {
        let failed = pubkey_copy(&home, ["-p", "id_ed25519", option, value]).run().failure(2);
        assert!(failed.contains(complaint), "{failed}");
    }
    let twice = ["-p", "id_ed25519", "--from", "::1", "--option", "from=192.0.2.7"];
    let failed = pubkey_copy(&home, twice).run().failure(2);
    assert!(
        failed.starts_with("pubkey-copy: cannot write the line: option `from` is given twice\n")
    );
}

#[test]
fn standard_input_is_read_once() {
    let home = Home::new();
    let failed = pubkey_copy(&home, ["-p", "-", "--from", "-"]).stdin("x").run().failure(2);
    assert_eq!(
        failed,
        "pubkey-copy: cannot read standard input for KEY and --from at once\n\
         pubkey-copy: hint: put one of them into a file\n"
    );
}

#[test]
fn json_describes_the_line() {
    let home = Home::new();
    let line = key_pair(&home);
    let arguments =
        ["id_ed25519", "--print", "--json", "--comment", "J\u{f6}rg", "--option", "pty"];
    let printed = pubkey_copy(&home, arguments).run().quiet_success();
    assert!(printed.is_ascii() && printed.ends_with("}\n"), "{printed}");
    let fingerprint =
        home.peer("ssh-keygen").args(["-l", "-f", "id_ed25519"]).run().quiet_success();
    let object: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    let expected = serde_json::json!({
        "line": format!("pty {}", line.replace("ada@node7", "J\u{f6}rg")),
        "options": ["pty"],
        "algorithm": "ssh-ed25519",
        "bits": 256,
        "comment": "J\u{f6}rg",
        "sha256": fingerprint.split(' ').nth(1),
        "origin": "id_ed25519",
        "clipboard": null,
    });
    assert_eq!(object, expected);
}

#[test]
fn a_server_obeys_the_options() {
    let home = Home::new();
    let _line = key_pair(&home);
    let login = |line: &str| {
        let sshd = Sshd::start(line);
        home.write("known_hosts", sshd.known_hosts_line("ed25519"));
        home.peer("ssh")
            .args(["-F", "none", "-i", "id_ed25519", "-o", "IdentitiesOnly=yes"])
            .args(["-o", "BatchMode=yes", "-o", "UserKnownHostsFile=known_hosts"])
            .args(["-p".to_owned(), sshd.port().to_string()])
            .args([format!("{}@127.0.0.1", sshd.user()), "echo from the client".to_owned()])
            .run()
    };
    let line = |arguments: &[&str]| {
        let run = pubkey_copy(&home, ["-p", "id_ed25519"]).args(arguments.iter().copied()).run();
        run.quiet_success()
    };
    let forced = line(&["--from", "127.0.0.0/8", "--option", "command=echo \"from\" the 'server'"]);
    assert_eq!(login(&forced).stdout(), "from the server\n");
    let elsewhere = login(&line(&["--from", "192.0.2.0/24"]));
    assert_eq!((elsewhere.code(), elsewhere.stdout()), (255, ""));
}
