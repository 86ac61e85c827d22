//! How long, and on which terms, keys are held.

use harness::home::Home;

use super::{agent, key, keyagent, ssh_add};

/// Waits until the agent holds no key.
pub(super) fn wait_until_empty(home: &Home) {
    harness::until("the keys are gone", || ssh_add(home, ["-l"]).0 == 1);
}

#[test]
fn keys_are_forgotten_after_their_lifetime() {
    let (home, _agent) = agent(&["--lifetime", "1h"]);
    key(&home, "ed25519", "id", "");
    assert_eq!(ssh_add(&home, ["-q", "-t", "2", "id"]).0, 0);
    assert!(keyagent(&home, ["list"]).contains("(forgotten in "));
    wait_until_empty(&home);
    keyagent(&home, ["add", "id"]);
    let json = keyagent(&home, ["list", "--json"]);
    assert!(json.contains("\"lifetime\":3599") || json.contains("\"lifetime\":3600"), "{json}");
    keyagent(&home, ["add", "id", "--lifetime", "1"]);
    wait_until_empty(&home);
}

#[test]
fn idle_keys_are_forgotten() {
    let (home, _agent) = agent(&["--idle", "1"]);
    key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    wait_until_empty(&home);
}

#[test]
fn a_locked_agent_shows_and_does_nothing() {
    let (home, _agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    home.write("right", "sesam\n");
    home.write("wrong", "mases\n");
    keyagent(&home, ["lock", "--passphrase-file", "right"]);
    let again = home.tool("keyagent").args(["lock", "--passphrase-file", "right"]).run().failure(1);
    assert_eq!(again, "keyagent: the agent refused to be locked\n");
    assert_eq!(ssh_add(&home, ["-l"]), (1, "The agent has no identities.\n".to_owned()));
    for refused in [&["-T", "id.pub"][..], &["-D"], &["-q", "id"], &["-d", "id.pub"]] {
        assert_ne!(home.peer("ssh-add").args(refused.to_vec()).run().code(), 0, "{refused:?}");
    }
    assert!(keyagent(&home, ["status"]).ends_with("is locked\n"));
    let mut unlock = home.tool("keyagent").args(["unlock", "--passphrase-file", "wrong"]).run();
    assert_eq!(unlock.code(), 1);
    unlock = home.tool("keyagent").args(["unlock", "--passphrase-file", "right"]).run();
    assert_eq!(unlock.quiet_success(), "");
    assert_eq!(ssh_add(&home, ["-T", "id.pub"]).0, 0);
}

#[test]
fn a_confirmation_is_asked_for_by_the_askpass_program() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut home = Home::new();
    let program = home.write(
        "ask",
        "#!/bin/sh\necho \"$SSH_ASKPASS_PROMPT $1\" >> asked\nread answer < answer\nexit $answer\n",
    );
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).expect("ours");
    let named = program.to_str().expect("UTF-8");
    let agent = harness::agent::Agent::keyagent_with(&home, &[], &[("SSH_ASKPASS", named)]);
    home.set("SSH_AUTH_SOCK", agent.socket());
    key(&home, "ed25519", "id", "");
    assert_eq!(ssh_add(&home, ["-q", "-c", "id"]).0, 0);
    for (answer, code) in [("0", 0), ("1", 1)] {
        home.write("answer", format!("{answer}\n"));
        assert_eq!(ssh_add(&home, ["-T", "id.pub"]).0, code, "{answer}");
    }
    let asked = home.read_text("asked");
    assert!(asked.starts_with("confirm Allow the use of the key \"id\" (SHA256:"), "{asked}");
    assert_eq!(asked.lines().count(), 2);
}

#[test]
fn if_no_person_can_be_asked_the_answer_is_no() {
    let (home, _agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id", "--confirm"]);
    assert_eq!(ssh_add(&home, ["-T", "id.pub"]).0, 1);
}

#[test]
fn inspect_says_that_the_agent_holds_a_key() {
    let (home, _agent) = agent(&[]);
    for name in ["id", "other"] {
        key(&home, "ed25519", name, "secret");
        home.write("passphrase", "secret\n");
    }
    keyagent(&home, ["add", "id", "--passphrase-file", "passphrase"]);
    let inspect = |file: &str, options: &[&str]| {
        home.tool("keygen").arg("inspect").args(options.iter().copied()).arg(file).run()
    };
    for (file, is_held) in [("id", true), ("id.pub", true), ("other", false)] {
        let said = inspect(file, &[]).quiet_success();
        assert_eq!(said.contains("\nagent        holds this key\n"), is_held, "{file}: {said}");
        let said = inspect(file, &["--json"]).quiet_success();
        assert!(said.contains(&format!("\"in_agent\":{is_held},")), "{file}: {said}");
    }
    let alone = Home::new();
    key(&alone, "ed25519", "id", "");
    let said = alone.tool("keygen").args(["inspect", "--json", "id"]).run().quiet_success();
    assert!(said.contains("\"in_agent\":null,"), "{said}");
}
