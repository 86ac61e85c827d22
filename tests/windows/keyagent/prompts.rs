//! What needs a person: windows for a passphrase and for confirmation, and keys that are forgotten
//! when the person leaves.

use harness::home::Home;
use harness::invocation::{Invocation, Running};
use harness::sshd::Sshd;

use super::{Ours, asker};
use crate::agents::with;
use crate::login::{echo, key_pair};
use crate::wine;

const YES: &str = "6";
const NO: &str = "7";

fn ask(home: &Home, words: &[&str]) -> String {
    let asker = wine::program(home, home.path("asker.exe"));
    asker.args(words.iter().copied()).run().quiet_success()
}

/// A login that waits for a person.
fn login(home: &Home, sshd: &Sshd) -> Running {
    let pin = sshd.fingerprint("ed25519");
    echo(home, &["--agent", "openssh", "--host-key", &pin], &sshd.target()).start()
}

fn ssh_keygen(home: &Home, passphrase: &str) -> Invocation {
    home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", passphrase, "-C", "ada", "-f", "id"])
}

#[test]
fn a_passphrase_is_wanted_at_first_use_and_after_the_session_was_locked() {
    let _alone = wine::alone();
    let home = Home::new();
    assert_eq!(ssh_keygen(&home, "pass word").run().code(), 0);
    let sshd = Sshd::start(home.read_text("id.pub").trim_end());
    asker(&home);
    let agent = Ours::start(&home, &[]);
    assert_eq!(agent.says(["add", "id", "--later"]), "");
    for wrong in [Some("wrong"), None] {
        let login = login(&home, &sshd);
        for typed in wrong.into_iter().chain(["pass word"]) {
            assert_eq!(ask(&home, &["type", typed]), "typed\n");
        }
        assert_eq!(login.finish().quiet_success(), "in\n");
        // From now on it works without a question.
        assert_eq!(with(&home, "openssh", &sshd).quiet_success(), "in\n");
        assert!(!agent.says(["list"]).contains("asks for its passphrase"));
        ask(&home, &["lock"]);
        assert!(agent.says(["list"]).ends_with(" (asks for its passphrase)\n"));
    }
}

#[test]
fn a_window_asks_for_consent() {
    let _alone = wine::alone();
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    asker(&home);
    let agent = Ours::start(&home, &[]);
    assert_eq!(agent.says(["add", "id", "--confirm"]), "");
    let allowed = login(&home, &sshd);
    assert_eq!(ask(&home, &["press", YES]), "pressed\n");
    assert_eq!(allowed.finish().quiet_success(), "in\n");
    let refused = login(&home, &sshd);
    assert_eq!(ask(&home, &["press", NO]), "pressed\n");
    assert_eq!(refused.finish().code(), 255);
}

#[test]
fn it_starts_at_logon_if_that_is_wanted() {
    const RUN: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run";
    let _alone = wine::alone();
    let home = Home::new();
    let query = || wine::builtin(&home, "reg").args(["query", RUN, "/v", "keyagent"]).run();
    let agent = Ours::start(&home, &["--at-logon", "--idle", "1h"]);
    let entry = query();
    let line = r#"\keyagent.exe" "start" "--idle" "3600""#;
    let host = r#"\System32\conhost.exe" --headless ""#;
    let shown = entry.stdout();
    assert!(shown.to_lowercase().contains(&host.to_lowercase()), "{shown}");
    assert!(shown.contains(line), "{shown}");
    assert_eq!(agent.says(["start", "--not-at-logon"]), "");
    assert_eq!(query().code(), 1);
    assert_eq!(agent.says(["start", "--not-at-logon"]), "");
}
