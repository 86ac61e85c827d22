//! The destination: from the arguments, or from the first line of standard input.

use harness::hostile::Hostile;

use super::Site;

/// Every possible byte, twice, without a newline at the end.
fn payload() -> Vec<u8> {
    let every: Vec<u8> = (0..=255).collect();
    [every.as_slice(), b"\n", &every].concat()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    ["\u{feff}", text].iter().flat_map(|part| part.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn the_first_line_names_it_and_every_later_byte_is_the_command_s() {
    let site = Site::new();
    let target = site.sshd.target();
    let (user, port) = (site.sshd.user(), site.sshd.port());
    let json = format!(r#"{{"user":"{user}","host":"127.0.0.1","port":{port}}}"#);
    for line in [
        format!("{target}\n").into_bytes(),
        format!("{target}\r\n").into_bytes(),
        format!("\u{feff}{target}\n").into_bytes(),
        format!("ssh://{target}\n").into_bytes(),
        format!("{json}\n").into_bytes(),
        utf16(&format!("{target}\r\n"), u16::to_le_bytes),
        utf16(&format!("{target}\n"), u16::to_be_bytes),
        utf16(&format!("{json}\n"), u16::to_le_bytes),
    ] {
        let ran = site.sshc(["-", "cat"]).stdin([line.clone(), payload()].concat()).run();
        assert_eq!((ran.code(), ran.stderr()), (0, ""), "{}", line.escape_ascii());
        assert_eq!(ran.stdout, payload(), "{}", line.escape_ascii());
    }
}

#[test]
fn joblog_parse_names_it() {
    let site = Site::new();
    let (user, port) = (site.sshd.user(), site.sshd.port());
    site.home.write("log.txt", format!("[info] connect with: ssh -p {port} {user}@127.0.0.1\n"));
    for form in ["", "--json"] {
        let line = format!(
            "joblog-parse --allow-private {form} log.txt | sshc --key id_ed25519 - 'echo here; cat'"
        );
        assert_eq!(site.home.shell(&line).run().quiet_success(), "here\n", "{form}");
    }
}

#[test]
fn a_log_without_a_login_connects_nowhere() {
    let site = Site::new();
    site.home.write("log.txt", "Launching ./run, 120 ranks\n");
    let ran = site.home.shell("joblog-parse log.txt | sshc --key id_ed25519 - true").run();
    let said = ran.failure(255);
    let ours: Vec<_> = said.lines().filter(|line| line.starts_with("sshc: ")).collect();
    assert_eq!(
        ours,
        [
            "sshc: no destination: standard input ended before one arrived",
            "sshc: hint: name it (`sshc user@host`), or pipe it in: `joblog-parse log.txt | sshc …`"
        ]
    );
    assert!(said.contains("joblog-parse: no login found in the log\n"), "{said}");
    assert!(!site.sshd.log().text().contains("Connection from"), "{}", site.sshd.log().text());
}

#[test]
fn nothing_and_empty_lines_name_nothing() {
    let site = Site::new();
    for input in ["", "\n", "  \r\n", "\u{feff}\n"] {
        let said = site.sshc(["-", "true"]).stdin(input).run().failure(255);
        assert_eq!(
            said.lines().next(),
            Some("sshc: no destination: standard input ended before one arrived"),
            "{input:?}"
        );
        assert_eq!(said.lines().count(), 2, "{said}");
    }
}

#[test]
fn a_line_that_is_no_target_is_shown_escaped_and_connects_nowhere() {
    let site = Site::new();
    let server = Hostile::closing();
    let port = server.port();
    for (line, shown) in [
        (format!("-oProxyCommand=id@127.0.0.1:{port}"), "`-oProxyCommand=id` is not a user name"),
        (format!("ada;id@127.0.0.1:{port}"), "`ada;id` is not a user name"),
        (format!("$(id)@127.0.0.1:{port}"), "`$(id)` is not a user name"),
        (format!("a\u{1b}[2Jb@127.0.0.1:{port}"), "`a\\u{1b}[2Jb` is not a user name"),
        (format!("\u{430}da@127.0.0.1:{port}"), "` is not a user name"),
        ("ada@-oProxyCommand=id".to_owned(), "`-oProxyCommand=id` is not a host name or address"),
        ("ada@local host".to_owned(), "`local host` is not a host name or address"),
        ("ada@127.0.0.1:0".to_owned(), "`0` is not a port (1-65535)"),
        (r#"{"user":"ada"}"#.to_owned(), "not a line of joblog-parse --json: "),
        ("Launching ./run".to_owned(), "`Launching ./run` is not user@host"),
    ] {
        let said = site.sshc(["-", "true"]).stdin(format!("{line}\n")).run().failure(255);
        let start = "sshc: cannot use the destination on standard input: ";
        assert!(said.starts_with(start) && said.contains(shown), "{line}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(!said.contains('\u{1b}'), "{said}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let site = Site::new();
    for (input, why) in [
        (b"ada@\xff\xfe\n".to_vec(), "the first line is not UTF-8"),
        (b"\xff\xfea".to_vec(), "the first line ends in half a UTF-16 unit"),
        (vec![b'a'; 70_000], "the first line is longer than 64 KiB"),
    ] {
        let said = site.sshc(["-", "true"]).stdin(input).run().failure(255);
        assert_eq!(said, format!("sshc: cannot use standard input: {why}\n"));
    }
}

#[test]
fn a_hostile_argument_connects_nowhere() {
    let site = Site::new();
    let server = Hostile::closing();
    let at = server.address();
    for (argument, why) in [
        (format!("-x@{at}"), None),
        (format!("ada@{at};id"), Some("the port is not a number from 1 to 65535")),
        (format!("@{at}"), Some("the user name is empty or invalid")),
        (format!("a\nb@{at}"), Some("the user name is empty or invalid")),
        ("ada@-oProxyCommand=id".to_owned(), Some("the host is neither a name nor an address")),
        ("ada@$(id)".to_owned(), Some("the host is neither a name nor an address")),
    ] {
        let ran = site.sshc([argument.as_str(), "true"]).run();
        match why {
            // This option does not exist.
            None => assert_eq!(ran.code(), 2, "{argument}"),
            Some(why) => assert_eq!(
                ran.failure(255),
                format!(
                    "sshc: cannot use the destination: `{}` is not a destination: {why}\n",
                    argument.escape_debug()
                )
            ),
        }
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn a_destination_is_looked_for_only_in_a_pipe() {
    let site = Site::new();
    let left = site.sshc([]).on_terminal().finish();
    assert_eq!(
        (left.code(), left.screen.lines().next()),
        (255, Some("sshc: no destination: none was given"))
    );
}

#[test]
fn a_passphrase_cannot_come_through_the_pipe_that_brings_the_destination() {
    let site = Site::new();
    let ran = site.sshc(["--passphrase-file", "-", "-", "true"]).stdin("ada@127.0.0.1\n").run();
    assert_eq!(
        ran.failure(2),
        "sshc: the destination is on standard input, so --passphrase-file - cannot be\n"
    );
}
