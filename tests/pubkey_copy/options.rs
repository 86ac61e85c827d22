//! Options of a line: the options in the key's file are kept, and options that servers refuse are
//! refused.

use harness::home::Home;
use harness::sshd::Sshd;

use super::{key_pair, pubkey_copy};

/// Runs the program on a public file that holds these options and the key.
fn copied(home: &Home, options: &str, arguments: &[&str]) -> harness::invocation::Finished {
    let line = home.read_text("id_ed25519.pub");
    home.write("restricted.pub", format!("{options} {line}"));
    pubkey_copy(home, ["-p", "restricted.pub"]).args(arguments.to_vec()).run()
}

/// Whether a server with these lines of `authorized_keys` accepts the key of `id_ed25519`.
fn lets_in(home: &Home, lines: &str) -> bool {
    let sshd = Sshd::start(lines);
    home.write("known_hosts", sshd.known_hosts_line("ed25519"));
    let ssh = home.peer("ssh").args(["-F", "none", "-i", "id_ed25519", "-o", "IdentitiesOnly=yes"]);
    let ssh = ssh.args(["-o", "BatchMode=yes", "-o", "UserKnownHostsFile=known_hosts"]);
    let target = format!("{}@127.0.0.1", sshd.user());
    ssh.args(["-p".to_owned(), sshd.port().to_string(), target, "true".to_owned()]).run().code()
        == 0
}

#[test]
fn a_restricted_line_stays_restricted() {
    let home = Home::new();
    let line = key_pair(&home);
    let rsync = "command=\"rsync --server\",from=\"203.0.113.7\"";
    let table: [(&str, &[&str], &str); 5] = [
        (rsync, &[], rsync),
        ("cert-authority", &[], "cert-authority"),
        ("NO-PTY,command=\"a \\\"b,c\\\"\"", &[], "no-pty,command=\"a \\\"b,c\\\"\""),
        ("restrict", &["--from", "::1", "--option", "pty"], "from=\"::1\",restrict,pty"),
        ("no-pty", &["--comment", "ada@node7"], "no-pty"),
    ];
    for (options, arguments, expected) in table {
        let printed = copied(&home, options, arguments).quiet_success();
        assert_eq!(printed, format!("{expected} {line}\n"), "{options}");
    }
    let json = copied(&home, "no-pty", &["--json"]).quiet_success();
    let object: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(object["options"], serde_json::json!(["no-pty"]));
    assert_eq!(object["line"], format!("no-pty {line}"));
}

#[test]
fn options_that_cannot_be_kept_give_no_line_at_all() {
    let home = Home::new();
    let _line = key_pair(&home);
    let cannot = "cannot keep the options in front of the key from restricted.pub";
    let table: [(&str, &[&str], i32, String); 6] = [
        ("node7", &[], 1, format!("{cannot}: servers know no option \"node7\"")),
        (
            "command=uptime",
            &[],
            1,
            format!("{cannot}: the quotation marks of option `command` do not match"),
        ),
        (
            "tunnel=\"\u{1b}\"",
            &[],
            1,
            format!("{cannot}: the value of option `tunnel` has a control character"),
        ),
        (
            "from=\"10.0.0.0/8\"",
            &["--from", "::1"],
            2,
            "cannot write the line: option `from` is given twice".into(),
        ),
        (
            "no-pty",
            &["--option", "pty"],
            2,
            "cannot write the line: options `pty` and `no-pty` contradict each other".into(),
        ),
        (
            "principals=\"a\"",
            &[],
            2,
            "cannot write the line: option `principals` needs `cert-authority` beside it".into(),
        ),
    ];
    for (options, arguments, code, expected) in table {
        let failed = copied(&home, options, arguments).failure(code);
        assert!(
            failed.starts_with(&format!("pubkey-copy: {expected}\npubkey-copy: hint: ")),
            "{failed}"
        );
    }
}

#[test]
fn values_that_every_server_refuses_are_refused() {
    let home = Home::new();
    let line = key_pair(&home);
    let options = [
        "permitopen=foo",
        "permitopen=a:b",
        "permitopen=::1:80",
        "permitlisten=a:b:c",
        "permitlisten=0",
        "tunnel=abc",
        "tunnel=2147483646",
        "environment=foo",
        "environment=A-B=c",
        "expiry-time=yesterday",
        "expiry-time=20301301",
        "expiry-time=2030-12-31",
        "principals=a,b",
    ];
    for option in options {
        let failed = pubkey_copy(&home, ["-p", "id_ed25519", "--option", option]).run().failure(2);
        let name = option.split('=').next().expect("a name");
        assert!(failed.contains(&format!("option `{name}` ")), "{failed}");
    }
    let quoted = |option: &str| format!("{}\" {line}\n", option.replacen('=', "=\"", 1));
    let lines: String = options.into_iter().map(quoted).collect();
    assert!(!lets_in(&home, &lines), "a server takes one of these");
    assert!(lets_in(&home, &(lines + &line)), "what is refused is the options");
}

#[test]
fn values_that_servers_take_are_written() {
    let home = Home::new();
    let _line = key_pair(&home);
    let options = [
        "permitopen=[::1]:80",
        "permitopen=localhost:*",
        "permitlisten=8080",
        "permitlisten=localhost:1",
        "tunnel=any",
        "tunnel=2147483645",
        "environment=_A1=b=c",
        "expiry-time=20991231",
        "expiry-time=209912312359",
        "expiry-time=20991231235959Z",
    ];
    for option in options {
        let printed = pubkey_copy(&home, ["-p", "id_ed25519", "--option", option]).run();
        assert!(lets_in(&home, &printed.quiet_success()), "{option}");
    }
}
