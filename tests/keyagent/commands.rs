//! The commands of `keyagent`, with their messages and effects.

use harness::home::Home;
use harness::sshd::Sshd;

use super::{agent, key, keyagent};

#[test]
fn a_key_is_removed_by_its_file_its_fingerprint_or_its_comment() {
    let (home, _agent) = agent(&[]);
    key(&home, "ed25519", "id", "");
    key(&home, "ed25519", "other", "");
    let fingerprint = home.peer("ssh-keygen").args(["-lf", "id.pub"]).run().quiet_success();
    let fingerprint = fingerprint.split(' ').nth(1).expect("a fingerprint").to_owned();
    let bare = fingerprint.trim_start_matches("SHA256:").to_owned();
    std::fs::rename(home.path("other"), home.path("kept")).expect("it is there");
    std::fs::remove_file(home.path("other.pub")).expect("it is there");
    for name in ["id", "id.pub", &fingerprint, &bare] {
        keyagent(&home, ["add", "id", "kept"]);
        keyagent(&home, ["remove", name]);
        let listed = keyagent(&home, ["list"]);
        assert!(listed.lines().count() == 1 && listed.ends_with(" other\n"), "{name}: {listed}");
    }
    keyagent(&home, ["remove", "other"]);
    assert_eq!(keyagent(&home, ["list"]), "");
    keyagent(&home, ["add", "id", "-C", "same"]);
    keyagent(&home, ["add", "kept", "-C", "same"]);
    let said = home.tool("keyagent").args(["remove", "same"]).run().failure(1);
    assert_eq!(
        said,
        "keyagent: `same` matches 2 of the agent's keys\n\
         keyagent: hint: name it by its file or its fingerprint; `keyagent list` shows them\n"
    );
    let said = home.tool("keyagent").args(["remove", "nobody\u{1b}"]).run().failure(1);
    assert!(said.starts_with("keyagent: the agent holds no key `nobody\\u{1b}`\n"), "{said}");
}

#[test]
fn a_passphrase_is_asked_for_three_times() {
    let (home, _agent) = agent(&[]);
    key(&home, "ed25519", "id", "sesam");
    let mut terminal = home.tool("keyagent").args(["add", "id"]).on_terminal();
    for wrong in ["one", "two", "three"] {
        terminal.expect("Passphrase for key \"id\": ");
        terminal.send_line(wrong);
    }
    let left = terminal.finish();
    assert_eq!(left.code(), 1, "{}", left.screen);
    assert!(
        left.screen.contains("keyagent: cannot unlock `id`: wrong passphrase"),
        "{}",
        left.screen
    );
    assert_eq!(keyagent(&home, ["list"]), "");
    let mut terminal = home.tool("keyagent").args(["add", "id"]).on_terminal();
    for answer in ["wrong", "sesam"] {
        terminal.expect("Passphrase for key \"id\": ");
        terminal.send_line(answer);
    }
    assert_eq!(terminal.finish().code(), 0);
    assert_eq!(keyagent(&home, ["list"]).lines().count(), 1);
}

#[test]
fn our_programs_find_it_without_a_variable() {
    let home = Home::new();
    let line = key(&home, "ed25519", "id", "");
    keyagent(&home, ["add", "id"]);
    std::fs::rename(home.path("id"), home.path("elsewhere")).expect("it is there");
    let sshd = Sshd::setup().authorize(&line).host_key_type("ed25519").start();
    home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
    let login = home.tool("sshc").args([&sshd.target(), "--", "echo in"]).run();
    assert_eq!(login.quiet_success(), "in\n");
    let shown = home.tool("keygen").args(["inspect", "elsewhere"]).run().quiet_success();
    assert!(shown.contains("\nagent        holds this key\n"), "{shown}");
    let copied = home.tool("pubkey-copy").args(["--agent", "--print"]).run().quiet_success();
    assert_eq!(copied.trim_end(), line);
    keyagent(&home, ["stop"]);
}
