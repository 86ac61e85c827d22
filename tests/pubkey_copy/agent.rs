//! Keys that are not named as a file: from an agent, or the default identity.

use harness::agent::Agent;
use harness::home::Home;

use super::{key_pair, pubkey_copy};

/// Makes a key with this name and comment, and returns its public line.
fn key(home: &Home, name: &str, comment: &str) -> String {
    let made = home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", comment]);
    assert_eq!(made.args(["-f", name]).run().quiet_success(), "");
    home.read_text(format!("{name}.pub"))
}

#[test]
fn the_agents_only_key_needs_no_name() {
    let mut home = Home::new();
    let line = key(&home, "one", "ada@node7");
    let agent = Agent::openssh(&home);
    home.set("SSH_AUTH_SOCK", agent.socket());
    let empty = pubkey_copy(&home, ["-p", "--agent"]).run().failure(1);
    assert!(empty.starts_with("pubkey-copy: the agent holds no key\n"), "{empty}");

    agent.add(&home, &home.path("one"));
    assert_eq!(pubkey_copy(&home, ["-p", "--agent"]).run().quiet_success(), line);
    assert_eq!(pubkey_copy(&home, ["-p"]).run().quiet_success(), line);
}

#[test]
fn a_named_key_excludes_a_selection() {
    let home = Home::new();
    let _line = key_pair(&home);
    let failed = pubkey_copy(&home, ["-p", "id_ed25519", "--select", "nope"]).run().failure(2);
    assert_eq!(
        failed,
        "pubkey-copy: the argument '[KEY]' cannot be used with '--select <TEXT>'\n\
         pubkey-copy: hint: `pubkey-copy --help` lists all options\n"
    );
}

#[test]
fn of_several_keys_one_is_selected() {
    let mut home = Home::new();
    let ada = key(&home, "one", "ada@node7");
    let grace = key(&home, "two", "Grace H\u{f6}pper");
    let agent = Agent::openssh(&home);
    home.set("SSH_AUTH_SOCK", agent.socket());
    agent.add(&home, &home.path("one"));
    agent.add(&home, &home.path("two"));

    let select = |text: &str| pubkey_copy(&home, ["-p", "--agent", "--select", text]).run();
    assert_eq!(select("node7").quiet_success(), ada);
    assert_eq!(select("grace").quiet_success(), grace);
    let shown = home.peer("ssh-keygen").args(["-l", "-f", "two"]).run().quiet_success();
    let fingerprint = shown.split(' ').nth(1).expect("bits, fingerprint, comment");
    assert_eq!(select(fingerprint).quiet_success(), grace);

    let several = pubkey_copy(&home, ["-p", "--agent"]).run().failure(1);
    let lines: Vec<_> = several.lines().collect();
    assert_eq!(lines[0], "pubkey-copy: cannot choose among 2 keys");
    assert_eq!(lines[3], format!("  {fingerprint} ssh-ed25519 Grace H\u{f6}pper"));
    let none = select("turing").failure(1);
    assert!(none.starts_with("pubkey-copy: the agent holds no key that matches\n"), "{none}");
}

#[test]
fn pageants_keys_are_listed_too() {
    let mut home = Home::new();
    let line = key(&home, "one", "ada@node7");
    let converted = home.peer("puttygen").args(["one", "-O", "private", "-o", "one.ppk"]).run();
    assert_eq!(converted.code(), 0, "{}", converted.stderr());
    let agent = Agent::pageant(&home, &[&home.path("one.ppk")]);
    home.set("SSH_AUTH_SOCK", agent.socket());
    assert_eq!(pubkey_copy(&home, ["-p", "--agent"]).run().quiet_success(), line);
}

#[test]
fn the_default_identity_is_the_only_one() {
    let home = Home::new();
    let nothing = pubkey_copy(&home, ["-p"]).run().failure(1);
    let folder = home.path(".ssh");
    assert_eq!(
        nothing,
        format!(
            "pubkey-copy: no key was named, the agent has none, and there is no default identity in `{}`\n\
             pubkey-copy: hint: make a key with `keygen -o id.ppk`, or name the key's file\n",
            folder.display()
        )
    );
    home.write(".ssh/config", "");
    let line = key(&home, ".ssh/id_ed25519", "ada@node7");
    assert_eq!(pubkey_copy(&home, ["-p"]).run().quiet_success(), line);

    let _other = key(&home, ".ssh/id_ecdsa", "grace");
    let two = pubkey_copy(&home, ["-p"]).run().failure(1);
    assert!(two.starts_with("pubkey-copy: cannot choose among 2 keys\n"), "{two}");
    assert!(two.contains(&format!("grace ({})", home.path(".ssh/id_ecdsa").display())), "{two}");
}

#[test]
fn a_key_that_is_in_the_agent_and_in_a_file_is_one_key() {
    let mut home = Home::new();
    home.write(".ssh/config", "");
    let line = key(&home, ".ssh/id_ed25519", "ada@node7");
    let agent = Agent::openssh(&home);
    home.set("SSH_AUTH_SOCK", agent.socket());
    agent.add(&home, &home.path(".ssh/id_ed25519"));
    assert_eq!(pubkey_copy(&home, ["-p"]).run().quiet_success(), line);
}

#[test]
fn an_agent_that_is_not_there_is_named() {
    let home = Home::new();
    let _line = key_pair(&home);
    let unset = pubkey_copy(&home, ["-p", "--agent"]).run().failure(1);
    assert_eq!(
        unset,
        "pubkey-copy: cannot list the agent's keys: no agent was found: SSH_AUTH_SOCK is not set, and keyagent is not running\n\
         pubkey-copy: hint: start the agent and add the key, or name the key's file\n"
    );
    let gone = pubkey_copy(&home, ["-p", "--agent"]).env("SSH_AUTH_SOCK", "/gone").run().failure(1);
    assert!(gone.starts_with(
        "pubkey-copy: cannot list the agent's keys: the agent at `/gone` does not answer: "
    ));
}

#[test]
fn an_agent_that_hangs_is_not_waited_for_long() {
    let home = Home::new();
    home.write(".ssh/config", "");
    let line = key(&home, ".ssh/id_ed25519", "ada@node7");
    let socket = home.path("hangs");
    let _silent = std::os::unix::net::UnixListener::bind(&socket).expect("the folder is ours");
    let start = std::time::Instant::now();
    let asked = pubkey_copy(&home, ["-p", "--agent"]).env("SSH_AUTH_SOCK", &socket);
    assert_eq!(
        asked.run().failure(1),
        format!(
            "pubkey-copy: cannot list the agent's keys: the agent at `{}` has not answered within 5s\n\
             pubkey-copy: hint: start the agent and add the key, or name the key's file\n",
            socket.display()
        )
    );
    // Shorter than the two minutes that an agent gets when a person may be asked.
    assert!(start.elapsed() < std::time::Duration::from_secs(60), "{:?}", start.elapsed());
    let found = pubkey_copy(&home, ["-p"]).env("SSH_AUTH_SOCK", &socket).run();
    assert_eq!(found.quiet_success(), line);
}
