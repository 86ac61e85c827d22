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
fn every_shell_is_told_in_its_own_words() {
    let (home, agent) = agent(&[]);
    let socket = agent.socket().display().to_string();
    for (shell, expected) in [
        ("sh", format!("SSH_AUTH_SOCK={socket}; export SSH_AUTH_SOCK;\n")),
        ("fish", format!("set -gx SSH_AUTH_SOCK {socket}")),
        ("powershell", format!("$env:SSH_AUTH_SOCK = '{socket}'")),
        ("cmd", format!("set \"SSH_AUTH_SOCK={socket}\"")),
        ("openssh-config", format!("IdentityAgent \"{socket}\"\n")),
    ] {
        let said = keyagent(&home, ["env", "--shell", shell]);
        assert!(said.starts_with(&expected), "{shell}: {said}");
    }
    for (shell, test) in [
        ("sh", "eval \"$(keyagent env --shell sh)\"; echo $SSH_AUTH_SOCK"),
        ("fish", "keyagent env --shell fish | source; echo $SSH_AUTH_SOCK"),
    ] {
        let read = home.peer(shell).args(["-c", test]).env_remove("SSH_AUTH_SOCK").run();
        assert_eq!(read.stdout(), format!("{socket}\n"), "{shell}: {}", read.stderr());
    }
    home.write("config", keyagent(&home, ["env", "--shell", "openssh-config"]));
    let read = home.peer("ssh").args(["-G", "-F", "config", "node7"]).run();
    assert!(read.stdout().contains(&format!("\nidentityagent {socket}\n")), "{}", read.stdout());
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
