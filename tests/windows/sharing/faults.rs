//! A shared connection under faults: of its holder, or of a name that another user holds.

use harness::home::Home;
use harness::invocation::Running;
use rustix::process::{Signal, kill_process};

use super::{Site, until};
use crate::wine;

/// A user that Wine does not have.
const OTHER: &str = "S-1-5-21-1-2-3-1001";

/// A program that holds a name as another user.
fn stranger(home: &Home, kind: &str, name: &str) -> Running {
    let file = wine::helper(home, "stranger", include_str!("../stranger.c"));
    let running = wine::program(home, file).args([kind, name, OTHER]).stdin_open().start();
    running.stdout.wait_for("ready");
    running
}

#[test]
fn a_killed_holder_does_not_block_later_logins() {
    let site = Site::new();
    let running = site.sshc("--share $TARGET 'echo begun; exec sleep 1000'");
    let (guest, said) = (running.invocation.start(), running.said);
    guest.stdout.wait_for("begun\n");
    let holder = site.holder().expect("it is held");
    kill_process(holder, Signal::KILL).expect("it is ours");
    let lost = guest.finish();
    assert_eq!((lost.code(), lost.stdout()), (255, "begun\n"));
    let said = site.home.read_text(said);
    assert!(said.contains("was lost: the process that holds it is gone\n"), "{said}");
    assert_eq!(site.says("--share $TARGET 'echo in'"), "in\n");
    assert_ne!(site.holder().expect("there is another"), holder);
    assert_eq!(site.logins(), 2);
}

#[test]
fn a_stopped_holder_is_passed_by() {
    let site = Site::new();
    assert_eq!(site.says("--share $TARGET true"), "");
    let holder = site.holder().expect("it is held");
    kill_process(holder, Signal::STOP).expect("it is ours");
    // More of them than instances of the pipe wait.
    for _ in 0..6 {
        let ran = site.run("-v --share $TARGET 'echo in'");
        assert_eq!((ran.code, &*ran.stdout), (0, "in\n"));
        assert!(ran.stderr.contains("not using a shared connection: "), "{}", ran.stderr);
    }
    kill_process(holder, Signal::CONT).expect("it is ours");
    assert_eq!(site.logins(), 7);
    assert_eq!(site.says("--share $TARGET 'echo in'"), "in\n");
    assert_eq!(site.logins(), 7);
}

#[test]
fn a_failed_login_is_reported_once_and_with_its_status() {
    let site = Site::new();
    let failed = site.run("--batch --share -i absent --identities-only $TARGET true").failure();
    let first = "sshc: cannot use the key: cannot read `absent`: ";
    assert!(failed.starts_with(first) && failed.matches(first).count() == 1, "{failed}");
    until("it ends", || site.holder().is_none());
    assert_eq!(site.logins(), 0);
}

#[test]
fn a_lost_connection_ends_the_holder() {
    let site = Site::new();
    let ran = site.run("--share $TARGET 'kill -KILL $PPID'");
    assert_eq!(ran.code, 255);
    assert!(ran.stderr.contains(" was lost: "), "{}", ran.stderr);
    until("the holder ends", || site.holder().is_none());
    assert_eq!(site.says("--share $TARGET 'echo in'"), "in\n");
}

#[test]
fn another_users_pipe_is_not_spoken_to() {
    let site = Site::new();
    let stranger = stranger(&site.home, "pipe", r"\\.\pipe\sshc-stranger");
    let name = "//./pipe/sshc-stranger";
    let words = format!("-v -o ControlMaster=auto -S {name} $TARGET 'echo in'");
    let ran = site.run(&words);
    assert_eq!((ran.code, &*ran.stdout), (0, "in\n"));
    let why = format!("not using a shared connection: it belongs to another user ({OTHER})\n");
    assert!(ran.stderr.contains(&why), "{}", ran.stderr);
    assert_eq!(stranger.finish().stdout().replace('\r', ""), "ready\n0 bytes\n");
}

#[test]
fn a_name_that_another_user_has_claimed_is_not_waited_for() {
    let site = Site::new();
    let _stranger = stranger(&site.home, "mutex", r"Global\sshc-claim.sshc-claimed");
    let ran = site.run("-v -o ControlMaster=auto -S //./pipe/sshc-claimed $TARGET 'echo in'");
    assert_eq!((ran.code, &*ran.stdout), (0, "in\n"));
    let why = format!("not using a shared connection: it belongs to another user ({OTHER})\n");
    assert!(ran.stderr.contains(&why), "{}", ran.stderr);
}
