//! The newest OpenSSH, and tinysshd, which accepts the least.

use harness::tinysshd::Tinysshd;

use super::*;

/// Makes another key, with which to log in before ours is installed.
fn first_key(home: &Home) -> String {
    let made = home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", "first", "-C"]);
    assert_eq!(made.arg("first").run().quiet_success(), "");
    home.read_text("first.pub")
}

/// Installs this key, logging in with the first one.
fn by_first_key(home: &Home, key: &str, target: &str, options: &[&str]) -> Invocation {
    let tool = home.tool("pubkey-copy").arg(key).args(options.iter().copied());
    let login = ["--", "--accept-new", "--batch", "--key", "first", "--identities-only"];
    tool.args(["--to", target]).args(login).args(["-F", "none"])
}

/// The change that was made. Ignores the message that others can write to the folder for temporary
/// files.
fn done(said: &Finished) -> String {
    assert_eq!(said.code(), 0, "{}", said.stderr());
    let object: serde_json::Value = serde_json::from_str(said.stdout()).expect("an object");
    object.get("change").and_then(serde_json::Value::as_str).expect("a word").to_owned()
}

#[test]
fn the_newest_openssh_takes_it_and_gives_it_up_again() {
    let (home, line) = home();
    let elsewhere = Home::new();
    fs::set_permissions(elsewhere.folder(), fs::Permissions::from_mode(0o755)).expect("ours");
    let (keys, first) = (elsewhere.path("keys"), elsewhere.write("first", first_key(&home)));
    let files = format!("AuthorizedKeysFile {} {}", keys.display(), first.display());
    let sshd = Sshd::setup().newest().option(files).start();
    let target = sshd.target();
    for change_made in ["added", "present"] {
        let said = by_first_key(&home, "id_ed25519", &target, &["--json"]).run();
        assert_eq!(done(&said), change_made);
        assert_eq!(elsewhere.read_text("keys"), format!("{line}\n"));
    }
    assert!(logs_in(&home, &target));
    let remove = || by_first_key(&home, "id_ed25519", &target, &["--json", "--remove"]).run();
    assert_eq!(done(&remove()), "removed");
    assert_eq!(elsewhere.read_text("keys"), "");
    assert!(!logs_in(&home, &target));
    let restricted = ["--json", "--option", "restrict", "--option", "pty", "--from", "127.0.0.1"];
    let added = by_first_key(&home, "id_ed25519", &target, &restricted).run();
    assert_eq!(done(&added), "added");
    assert!(logs_in(&home, &target));
    assert_eq!(done(&remove()), "removed");
}

#[test]
fn tinysshd_gets_only_what_it_takes() {
    let (home, line) = home();
    let account = Account::new("pkcopytiny", PASSWORD);
    let first = first_key(&home);
    account.authorize(&first);
    let tinysshd = Tinysshd::start();
    let target = tinysshd.target(&account);
    let made = home.peer("ssh-keygen").args(["-q", "-t", "rsa", "-N", "", "-f", "id_rsa"]);
    assert_eq!(made.run().quiet_success(), "");
    for (key, options, reason) in [
        ("id_rsa", &[][..], "tinysshd takes only Ed25519 keys"),
        ("id_ed25519", &["--option", "restrict"], "tinysshd takes no line with options"),
    ] {
        let said = by_first_key(&home, key, &target, options).run().failure(1);
        let what = format!("pubkey-copy: cannot install the key at `{target}`: {reason}\n");
        assert!(said.starts_with(&what), "{said}");
        assert_eq!(keys(&account), first);
    }
    assert_eq!(change(by_first_key(&home, "id_ed25519", &target, &["--json"]).run()), "added");
    assert_eq!(keys(&account), format!("{first}{line}\n"));
    assert!(logs_in(&home, &target));
    let removed = by_first_key(&home, "id_ed25519", &target, &["--json", "--remove"]).run();
    assert_eq!(change(removed), "removed");
    assert_eq!(keys(&account), first);
}
