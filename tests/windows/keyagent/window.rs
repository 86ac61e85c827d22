//! Pageant's window: requests of older PuTTY programs, and of hostile ones; and an agent that has
//! nothing else.

use harness::home::Home;
use harness::sshd::Sshd;

use super::{LIST, Ours, asker, keyagent};
use crate::agents::{Bridged, with};
use crate::login::key_pair;
use crate::wine;

/// What a client reads from shared memory of this size after it wrote this length there, for this
/// owner and this ending of the memory's name.
fn ask(home: &Home, size: &str, length: &str, owner: &str, name: &str) -> String {
    let asked = wine::program(home, home.path("asker.exe"));
    asked.args(["window", size, length, owner, name]).run().quiet_success()
}

#[test]
fn requests_come_in_shared_memory_of_any_size() {
    let _alone = wine::alone();
    let home = Home::new();
    key_pair(&home, "id");
    asker(&home);
    let agent = Ours::with_key(&home, "id");
    for size in ["8192", "262144"] {
        assert_eq!(ask(&home, size, "1", "user", "whole"), "answered 12 1\n", "{size}");
    }
    // A key that does not fit into the older clients' memory.
    let comment = "x".repeat(8180);
    assert_eq!(agent.says(["add", "id", "--comment", &comment]), "");
    assert_eq!(ask(&home, "8192", "1", "user", "whole"), "answered 5 0\n");
    assert_eq!(ask(&home, "262144", "1", "user", "whole"), "answered 12 1\n");
}

#[test]
fn hostile_requests_are_refused_and_block_no_other() {
    let _alone = wine::alone();
    let home = Home::new();
    asker(&home);
    let _agent = Ours::start(&home, &[]);
    let table = [
        ("8192", "0", "user", "whole", "answered 5 0\n"),
        ("8192", "8189", "user", "whole", "answered 5 0\n"),
        ("8192", "4294967295", "user", "whole", "answered 5 0\n"),
        ("524288", "262145", "user", "whole", "answered 5 0\n"),
        ("8192", "1", "nobody", "whole", "refused\n"),
        ("8192", "1", "system", "whole", "refused\n"),
        ("8192", "1", "user", "endless", "refused\n"),
        ("8192", "1", "user", "empty", "refused\n"),
        ("8192", "1", "user", "absent", "refused\n"),
        ("8192", "1", "user", "stranger", "refused\n"),
        ("reserved", "1", "user", "whole", "refused\n"),
        ("8192", "1", "user", "whole", "answered 12 0\n"),
    ];
    for (size, length, owner, name, expected) in table {
        let said = ask(&home, size, length, owner, name);
        assert_eq!(said, expected, "{size} {length} {owner} {name}");
    }
}

/// PuTTY before 0.75 has no pipe.
#[test]
fn an_agent_that_has_only_the_window_is_used_by_every_program() {
    let _alone = wine::alone();
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    key_pair(&home, "other");
    let theirs = Bridged::start(&home, "id", "window");
    let says = |words: &[&str]| keyagent(&home).args(words.to_vec()).run();
    let status = "another agent is running\nlistens at Pageant's window\nholds 1 key\n";
    assert_eq!(says(&["status"]).quiet_success(), status);
    let copied = wine::tool(&home, "pubkey-copy").args(["--agent", "--print"]).run();
    assert_eq!(copied.quiet_success(), home.read_text("id.pub"));
    let inspected = wine::tool(&home, "keygen").args(["inspect", "id"]).run().quiet_success();
    assert!(inspected.contains("agent        holds this key\n"), "{inspected}");
    for choice in ["auto", "pageant"] {
        assert_eq!(with(&home, choice, &sshd).quiet_success(), "in\n", "{choice}");
    }
    // More than older clients' memory holds.
    let comment = "x".repeat(8180);
    assert_eq!(says(&["add", "other", "--comment", &comment]).quiet_success(), "");
    let listed = says(&["list"]).quiet_success();
    assert!(listed.lines().count() == 2 && listed.contains(&comment), "{listed}");
    assert_eq!(with(&home, "pageant", &sshd).quiet_success(), "in\n");
    let relayed = keyagent(&home).arg("relay").stdin(LIST).run();
    assert_eq!(relayed.stdout.get(4..9), Some(&[12, 0, 0, 0, 2][..]));
    assert_eq!(says(&["remove", "other"]).quiet_success(), "");
    assert_eq!(says(&["list"]).quiet_success().lines().count(), 1);
    assert_eq!(
        says(&["env"]).failure(1),
        "keyagent: the agent listens only at Pageant's window, which no variable can name\n\
         keyagent: hint: these programs and PuTTY's find it anyway; `keyagent start` starts one \
         for the others\n"
    );
    drop(theirs);
    assert_eq!(says(&["status"]).stdout(), "no agent is running\n", "ours was not started");
}
