//! The login works, but the session does not: the messages of an ordinary run.

use harness::sshd::Sshd;
use serde_json::Value;

use super::Site;

/// The reason at the end of the log.
fn reason(site: &Site) -> Value {
    let log = site.home.read_text("log");
    let end: Value = serde_json::from_str(log.lines().last().expect("a line")).expect("JSON");
    end.get("reason").cloned().unwrap_or_default()
}

/// A shell on a terminal, on a server that starts this command instead.
fn shell(command: &str) -> (Site, String, i32) {
    let site = Site::with(Sshd::setup().option(format!("ForceCommand {command}")));
    let target = site.sshd.target();
    let left = site.sshc(["--log-json", "log", &target]).on_terminal().finish();
    let code = left.code();
    (site, left.screen, code)
}

#[test]
fn a_shell_that_ends_at_once_is_explained_and_keeps_its_status() {
    for (command, status, code, hint) in [
        (
            "echo This account is currently not available.; exit 1",
            1,
            "shell-ended",
            "sshc: hint: the server's output says why",
        ),
        ("exec bash -c 'echo x > /dev/full'", 1, "disk-full", "sshc: hint: free some space there"),
        (
            "echo 'System is going down.' >&2; exit 254",
            254,
            "logins-closed",
            "sshc: hint: the server is booting or shutting down",
        ),
    ] {
        let (site, screen, ended) = shell(command);
        assert_eq!((ended, reason(&site)), (status, code.into()), "{screen}");
        assert!(screen.contains(hint), "{screen}");
    }
    let site = Site::with(Sshd::setup().option("ForceCommand read -r status; exit $status"));
    let target = site.sshd.target();
    let mut typed = site.sshc(["--log-json", "log", &target]).on_terminal();
    typed.send("3\r");
    let left = typed.finish();
    assert_eq!((left.code(), reason(&site)), (3, Value::Null), "{}", left.screen);
    assert!(!left.screen.contains("hint"), "what was typed ended it: {}", left.screen);
    let (site, screen, ended) = shell("echo in; exit 0");
    assert_eq!((ended, reason(&site)), (0, Value::Null), "{screen}");
    assert!(!screen.contains("hint"), "{screen}");
}

#[test]
fn a_command_that_cannot_start_has_a_reason_and_one_that_fails_has_none() {
    let nologin = "ForceCommand echo 'System is booting up.' >&2; exit 254";
    for (line, command, status, code) in [
        (nologin, "true", 254, "logins-closed".into()),
        ("PrintMotd no", "echo 'No space left on device' >&2; exit 3", 3, Value::Null),
    ] {
        let site = Site::with(Sshd::setup().option(line));
        let target = site.sshd.target();
        let ran = site.sshc(["--log-json", "log", &target, command]).run();
        assert_eq!((ran.code(), reason(&site)), (status, code), "{}", ran.stderr());
        assert!(!ran.stderr().contains("sshc:"), "{}", ran.stderr());
    }
}

#[test]
fn sessions_and_tunnels_that_are_refused_have_reasons_and_hints() {
    let site = Site::with(Sshd::setup().option("MaxSessions 0").option("AllowTcpForwarding no"));
    let target = site.sshd.target();
    for (options, code, hint) in [
        (&["--log-json", "log", target.as_str(), "true"][..], "session-refused", "try -N"),
        (
            &["--log-json", "log", "-N", "-R", "auto:127.0.0.1:9", target.as_str()],
            "forward-refused",
            "forwarding forbidden",
        ),
    ] {
        let ran = site.sshc(options.iter().copied()).run();
        let said = ran.failure(255);
        assert!(said.contains("sshc: hint: ") && said.contains(hint), "{said}");
        assert_eq!(reason(&site), code);
    }
}
