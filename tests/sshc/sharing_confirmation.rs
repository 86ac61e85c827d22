//! `ControlMaster ask` and `autoask`: a person confirms each use of a shared connection.

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use harness::invocation::Invocation;
use harness::terminal::Terminal;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use super::Site;
use super::sharing::{logins, until};

const OPTIONS: [&str; 6] =
    ["-o", "ControlMaster=autoask", "-o", "ControlPersist=10m", "-S", "here"];

/// A call that uses the connection, or starts it.
fn sshc(site: &Site, words: &[&str]) -> Invocation {
    site.sshc(OPTIONS).args(words.iter().copied()).arg(site.sshd.target())
}

fn question(site: &Site) -> String {
    format!("Allow the use of the shared connection to {}@127.0.0.1", site.sshd.user())
}

/// A call on a terminal of its own, at the question.
fn asked(site: &Site, words: &[&str], command: &str) -> Terminal {
    let mut terminal = sshc(site, words).arg(command).on_terminal();
    terminal.expect(&format!("{} by process ", question(site)));
    terminal.expect("? (yes/no) ");
    terminal
}

/// The first call, which is not asked, because its user has just logged in.
fn begun() -> Site {
    let site = Site::new();
    let begun = sshc(&site, &[]).arg("echo in").run();
    assert_eq!(begun.quiet_success(), "in\n");
    site
}

fn end(site: &Site) {
    let mut terminal = sshc(site, &["-O", "exit"]).on_terminal();
    terminal.expect("? (yes/no) ");
    terminal.send("yes\r");
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn each_use_is_confirmed_on_the_terminal_of_the_program() {
    let site = begun();
    for (answer, expected) in [("yes", 1), ("no", 2), ("", 3), ("yes", 3)] {
        let mut terminal = asked(&site, &[], "echo $((40 + 2))");
        terminal.send(format!("{answer}\r"));
        terminal.expect("42\r");
        let left = terminal.finish();
        assert_eq!(left.code(), 0, "{}", left.screen);
        // Otherwise it has a connection of its own.
        assert_eq!(logins(&site.sshd), expected, "{answer}: {}", left.screen);
    }
    end(&site);
}

#[test]
fn a_program_asks_once_for_everything_that_it_does() {
    let site = begun();
    let goal = format!("auto:127.0.0.1:{}", site.sshd.port());
    let far = "0:127.0.0.1:9";
    let mut terminal = asked(&site, &["-L", &goal, "-R", far], "echo $((40 + 2))");
    terminal.send("yes\r");
    terminal.expect("42\r");
    let left = terminal.finish();
    assert_eq!(left.screen.matches("(yes/no)").count(), 1, "{}", left.screen);
    assert_eq!(logins(&site.sshd), 1);
    end(&site);
}

#[test]
fn control_commands_are_confirmed_and_a_check_is_not() {
    let site = begun();
    let check = sshc(&site, &["-O", "check"]).run().quiet_success();
    assert!(check.starts_with("Master running (pid="), "{check}");
    let mut terminal = sshc(&site, &["-O", "exit"]).on_terminal();
    terminal.expect("? (yes/no) ");
    terminal.send("no\r");
    let left = terminal.finish();
    assert_eq!(left.code(), 255, "{}", left.screen);
    assert!(left.screen.contains("`: its user did not allow it\r\n"), "{}", left.screen);
    assert_eq!(sshc(&site, &["-O", "check"]).run().quiet_success(), check);
    end(&site);
}

#[test]
fn without_a_terminal_only_the_askpass_program_asks() {
    let site = Site::new();
    let asking =
        "#!/bin/sh\necho \"$SSH_ASKPASS_PROMPT $1\" >> $HOME/asked\nexit $(cat $HOME/answer)\n";
    let program = site.home.write("asking", asking);
    fs::set_permissions(&program, Permissions::from_mode(0o700)).expect("it is ours");
    let program = program.into_os_string();
    let table = [(program.clone(), "0", 1), (program, "1", 2), (OsString::new(), "0", 2)];
    for (program, answer, logins_more) in table {
        let before = logins(&site.sshd);
        site.home.write("asked", "");
        site.home.write("answer", answer);
        let run = |words: &[&str]| sshc(&site, words).env("SSH_ASKPASS", &program);
        assert_eq!(run(&[]).arg("echo in").run().quiet_success(), "in\n");
        let ran = run(&["-v"]).arg("echo in").run();
        assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{}", ran.stderr());
        assert_eq!(logins(&site.sshd), before + logins_more, "{}", ran.stderr());
        let why = "not using a shared connection: its user did not allow it\n";
        let is_refused = ran.stderr().contains(why);
        assert_eq!(is_refused, logins_more == 2, "{}", ran.stderr());
        let asked = site.home.read_text("asked");
        let begin = format!("confirm {} by process ", question(&site));
        match asked.strip_suffix("?\n") {
            Some(asked) => assert!(asked.starts_with(&begin) && !asked.contains('\n'), "{asked}"),
            None => assert!(asked.is_empty() && program.is_empty(), "{asked}"),
        }
        let check = sshc(&site, &["-O", "check"]).run().quiet_success();
        let pid = check.trim_start_matches("Master running (pid=").trim_end_matches(")\n");
        let pid = Pid::from_raw(pid.parse().expect("a number")).expect("a process");
        kill_process(pid, Signal::TERM).expect("it is ours");
        until("it ends", || test_kill_process(pid).is_err());
    }
}
