//! `--to`: installs keys on servers as `ssh-copy-id` does; the servers judge.

mod newest;
mod servers;
mod windows;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::process::Command;

use harness::account::Account;
use harness::dropbear::Dropbear;
use harness::home::Home;
use harness::invocation::{Finished, Invocation};
use harness::programs::installed;
use harness::sshd::{Setup, Sshd};
use harness::workspace::fixture;

use super::key_pair;

const PASSWORD: &str = "geheim";

/// A server that reads its users' own files, set up as on Debian.
fn setup() -> Setup {
    Sshd::setup()
        .option("AuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2")
        .option("StrictModes yes")
        .option("PasswordAuthentication yes")
}

/// A home with a key and the account's password.
fn home() -> (Home, String) {
    let home = Home::new();
    home.write("pw", PASSWORD);
    let line = key_pair(&home);
    (home, line)
}

fn to(home: &Home, target: &str, options: &[&str]) -> Invocation {
    let tool = home.tool("pubkey-copy").arg("id_ed25519").args(options.iter().copied());
    tool.args(["--to", target, "--", "--accept-new", "--password-file", "pw", "-F", "none"])
}

fn at(account: &Account, sshd: &Sshd) -> String {
    format!("{}@{}", account.name(), sshd.address())
}

fn logs_in(home: &Home, target: &str) -> bool {
    let login =
        ["--key", "id_ed25519", "--identities-only", "--batch", "--accept-new", "-F", "none"];
    let said = home.tool("sshc").args(login).args(["--", target, "echo in"]).run();
    said.stdout() == "in\n"
}

fn change(said: Finished) -> String {
    let object: serde_json::Value = serde_json::from_str(&said.quiet_success()).expect("an object");
    object.get("change").and_then(serde_json::Value::as_str).expect("a word").to_owned()
}

/// Gives a file or folder in the account's home to the account.
fn give(account: &Account, name: &str) {
    let owner = fs::metadata(account.folder()).expect("it is there").uid();
    chown(account.folder().join(name), Some(owner), None).expect("root may give files away");
}

fn mode(account: &Account, name: &str) -> u32 {
    fs::metadata(account.folder().join(name)).expect("it is there").permissions().mode() & 0o7777
}

fn keys(account: &Account) -> String {
    fs::read_to_string(account.folder().join(".ssh/authorized_keys")).expect("it is there")
}

#[test]
fn openssh_takes_the_key_once_and_gives_it_up_again() {
    let (home, line) = home();
    let account = Account::new("pkcopyssh", PASSWORD);
    let sshd = setup().start();
    let target = at(&account, &sshd);
    let file = account.folder().join(".ssh/authorized_keys");

    assert_eq!(to(&home, &target, &[]).run().quiet_success(), "");
    assert_eq!(keys(&account), format!("{line}\n"));
    assert_eq!((mode(&account, ".ssh"), mode(&account, ".ssh/authorized_keys")), (0o700, 0o600));
    let owner = |path| fs::metadata(path).expect("it is there").uid();
    assert_eq!(owner(file.as_path()), owner(account.folder()));
    assert!(logs_in(&home, &target));

    // From here on the key logs in, and no password is needed.
    let again = home.tool("pubkey-copy").args(["id_ed25519", "--batch", "--json", "--to", &target]);
    let again = again.args(["--comment", "other", "--", "--accept-new", "-F", "none"]).run();
    let object: serde_json::Value =
        serde_json::from_str(&again.quiet_success()).expect("an object");
    assert_eq!(object["change"], "present");
    assert_eq!(object["file"], file.to_str().expect("UTF-8"));
    assert_eq!(object["destination"], target.as_str());
    assert_eq!(
        (&object["clipboard"], &object["warnings"]),
        (&serde_json::Value::Null, &serde_json::json!([]))
    );
    assert_eq!(keys(&account), format!("{line}\n"));

    assert_eq!(change(to(&home, &target, &["--remove", "--json"]).run()), "removed");
    assert_eq!(keys(&account), "");
    assert!(!logs_in(&home, &target));
    assert_eq!(change(to(&home, &target, &["--remove", "--json"]).run()), "absent");
}

#[test]
fn on_a_terminal_it_asks_for_the_password_and_says_what_was_done() {
    let (home, _) = home();
    let account = Account::new("pkcopytty", PASSWORD);
    let sshd = setup().start();
    let target = at(&account, &sshd);
    let tool = home.tool("pubkey-copy").args(["id_ed25519", "--to", &target]);
    let mut terminal = tool.args(["--", "--accept-new", "-F", "none"]).on_terminal();
    terminal.expect("'s password: ");
    terminal.send_line(PASSWORD);
    let left = terminal.finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    let file = account.folder().join(".ssh/authorized_keys");
    let said = format!("pubkey-copy: added to {} at {target}: ssh-ed25519 SHA256:", file.display());
    assert!(left.screen.contains(&said), "{}", left.screen);
    let name = account.name();
    let piped = format!("ssh -p {} {name}@127.0.0.1\n", sshd.port());
    let parsed =
        home.tool("joblog-parse").arg("--allow-private").stdin(piped).run().quiet_success();
    assert!(parsed.starts_with(name), "{parsed}");
    let tool = home.tool("pubkey-copy").args(["id_ed25519", "--json", "--remove", "--to", "-"]);
    let tool = tool.args(["--", "--accept-new", "--password-file", "pw", "-F", "none"]);
    assert_eq!(change(tool.stdin(parsed).run()), "removed");
}

#[test]
fn every_login_shell_starts_it() {
    let (home, _) = home();
    let account = Account::new("pkcopyshell", PASSWORD);
    let sshd = setup().start();
    let target = at(&account, &sshd);
    for shell in ["dash", "bash", "tcsh", "fish", "rbash"] {
        let status = Command::new(installed("usermod"))
            .arg("-s")
            .arg(installed(shell))
            .arg(account.name())
            .status();
        assert!(status.expect("it can be started").success());
        let option = "--option=command=\"echo 'it'\\''s' \\\"$HOME\\\" !! %\"";
        assert_eq!(change(to(&home, &target, &["--json", option]).run()), "added", "{shell}");
        let kept = r#"command="echo 'it'\''s' \"$HOME\" !! %" ssh-ed25519 "#;
        assert!(keys(&account).starts_with(kept), "{shell}: {}", keys(&account));
        assert_eq!(change(to(&home, &target, &["--json", option]).run()), "present", "{shell}");
        assert_eq!(change(to(&home, &target, &["--json", "--remove"]).run()), "removed", "{shell}");
    }
}

#[test]
fn every_sh_and_awk_runs_it() {
    let (home, line) = home();
    let account = Account::new("pkcopybox", PASSWORD);
    let bin = home.path("bin");
    fs::create_dir(&bin).expect("ours");
    fs::set_permissions(home.folder(), fs::Permissions::from_mode(0o755)).expect("ours");
    let path = format!("SetEnv PATH={}:/usr/bin:/bin", bin.display());
    let sshd = setup().option(path).start();
    let target = at(&account, &sshd);
    for names in [&["sh=bash"][..], &["sh=busybox"], &["sh=busybox", "awk=busybox"], &["awk=gawk"]]
    {
        for name in names {
            let (name, program) = name.split_once('=').expect("a name and a program");
            symlink(installed(program), bin.join(name)).expect("the name is free");
        }
        let before = "# a comment\nssh-rsa AAAA other";
        account.authorize(before);
        assert_eq!(change(to(&home, &target, &["--json"]).run()), "added", "{names:?}");
        assert_eq!(keys(&account), format!("{before}\n{line}\n"), "{names:?}");
        assert_eq!(change(to(&home, &target, &["--json", "--remove"]).run()), "removed");
        assert_eq!(keys(&account), format!("{before}\n"), "{names:?}");
        for file in fs::read_dir(&bin).expect("ours") {
            fs::remove_file(file.expect("a file").path()).expect("ours");
        }
    }
}

#[test]
fn nothing_else_in_the_file_changes_and_links_and_modes_stay() {
    let (home, line) = home();
    let account = Account::new("pkcopyfile", PASSWORD);
    let sshd = setup().start();
    let target = at(&account, &sshd);
    let blob = line.split(' ').nth(1).expect("type, key, comment");
    let others = format!(
        "#ssh-ed25519 {blob} off\r\ncommand=\"ssh-ed25519 {blob}\" ssh-rsa AAAA x\r\n\u{fc}\n\nlast"
    );
    account.authorize("");
    let folder = account.folder();
    fs::create_dir(folder.join("dotfiles")).expect("root may");
    fs::write(folder.join("dotfiles/keys"), &others).expect("root may");
    fs::set_permissions(folder.join("dotfiles/keys"), fs::Permissions::from_mode(0o664))
        .expect("root may");
    fs::remove_file(folder.join(".ssh/authorized_keys")).expect("root may");
    symlink("../dotfiles/keys", folder.join(".ssh/authorized_keys")).expect("root may");
    fs::set_permissions(folder.join(".ssh"), fs::Permissions::from_mode(0o775)).expect("root may");
    for name in ["dotfiles", "dotfiles/keys", ".ssh"] {
        give(&account, name);
    }
    assert_eq!(change(to(&home, &target, &["--json"]).run()), "added");
    assert_eq!(keys(&account), format!("{others}\n{line}\n"));
    assert!(folder.join(".ssh/authorized_keys").is_symlink());
    assert_eq!((mode(&account, ".ssh"), mode(&account, "dotfiles/keys")), (0o755, 0o644));
    let left = fs::read_dir(folder.join("dotfiles")).expect("root may").count();
    assert_eq!(left, 1, "nothing stays beside it");

    // Also with options, before a CRLF, and twice.
    let restricted = format!("{others}\nrestrict,from=\"192.0.2.1\"\tssh-ed25519 {blob}\r\n{line}");
    fs::write(folder.join("dotfiles/keys"), &restricted).expect("root may");
    let refused = to(&home, &target, &[]).run().failure(1);
    let file = folder.join(".ssh/authorized_keys");
    assert_eq!(
        refused,
        format!(
            "pubkey-copy: cannot install the key at `{target}`: line 6 of {} holds the key with \
             the options restrict,from=\"192.0.2.1\"\npubkey-copy: hint: remove the key there \
             with --remove, then add it again\n",
            file.display()
        )
    );
    assert_eq!(change(to(&home, &target, &["--json", "--remove"]).run()), "removed");
    assert_eq!(keys(&account), format!("{others}\n"));
}

#[test]
fn many_at_once_each_add_their_key() {
    let (home, _) = home();
    let account = Account::new("pkcopymany", PASSWORD);
    account.authorize("first");
    let sshd = setup().start();
    let target = at(&account, &sshd);
    let lines: Vec<String> = (0..6)
        .map(|number| {
            let name = format!("id{number}");
            let made = home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &name]);
            assert_eq!(made.run().quiet_success(), "");
            home.read_text(format!("{name}.pub"))
        })
        .collect();
    let known_hosts = sshd.known_hosts_line("ed25519");
    home.write("kh", known_hosts);
    let runs: Vec<_> = (0..6)
        .map(|number| {
            let tool = home.tool("pubkey-copy").args([&format!("id{number}"), "--to", &target]);
            let options = ["--", "--known-hosts", "kh", "--password-file", "pw", "-F", "none"];
            tool.args(options).start()
        })
        .collect();
    for run in runs {
        assert_eq!(run.finish().quiet_success(), "");
    }
    let mut written: Vec<String> =
        keys(&account).split_inclusive('\n').map(str::to_owned).collect();
    assert_eq!(written.remove(0), "first\n");
    written.sort_unstable();
    let mut expected = lines;
    expected.sort_unstable();
    assert_eq!(written, expected);
}

/// A file system that is unmounted on drop.
struct Mounted<'a>(&'a std::path::Path);
impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new(installed("umount")).arg(self.0).status();
    }
}

#[test]
fn a_full_disk_and_one_that_may_not_be_written_lose_nothing() {
    let (home, _) = home();
    let account = Account::new("pkcopyfull", PASSWORD);
    account.authorize("");
    let sshd = setup().start();
    let target = at(&account, &sshd);
    let folder = account.folder().join(".ssh");
    let mount = |options: &str| {
        let mut mount = Command::new(installed("mount"));
        mount.args(["-t", "tmpfs", "-o", options, "none"]).arg(&folder);
        assert!(mount.status().expect("it can be started").success());
    };
    mount("size=12k,mode=700");
    let mounted = Mounted(&folder);
    give(&account, ".ssh");
    let before = format!("{}\n", "#".repeat(4050));
    fs::write(folder.join("authorized_keys"), &before).expect("root may");
    fs::write(folder.join("other"), "x".repeat(4096)).expect("root may");
    give(&account, ".ssh/authorized_keys");
    let said = to(&home, &target, &[]).run().failure(1);
    assert!(said.contains("could not be written whole: is the disk full?"), "{said}");
    assert!(
        said.ends_with("free some space or fix the permissions there, and try again\n"),
        "{said}"
    );
    assert_eq!(keys(&account), before);
    assert_eq!(fs::read_dir(&folder).expect("root may").count(), 2);
    drop(mounted);
    mount("ro");
    let mounted = Mounted(&folder);
    let said = to(&home, &target, &[]).run().failure(1);
    assert!(said.contains("Read-only file system"), "{said}");
    drop(mounted);
}

#[test]
fn the_file_that_the_server_reads_is_the_one_that_is_written() {
    let (home, line) = home();
    let account = Account::new("pkcopyelse", PASSWORD);
    let elsewhere = Home::new();
    fs::set_permissions(elsewhere.folder(), fs::Permissions::from_mode(0o755)).expect("ours");
    let folder = elsewhere.folder();
    let included = elsewhere.write("more.conf", "authorizedkeysfile = \"%h/keys/%u\"\n");
    let sshd = Sshd::setup()
        .option(format!("Include {}", included.display()))
        .option("PasswordAuthentication yes")
        .start();
    let target = at(&account, &sshd);
    assert_eq!(change(to(&home, &target, &["--json"]).run()), "added");
    let written = fs::read_to_string(account.folder().join("keys").join(account.name()));
    assert_eq!(written.expect("it is there"), format!("{line}\n"));
    assert!(logs_in(&home, &target));

    let sshd = Sshd::setup()
        .option(format!("AuthorizedKeysFile {}/%u", folder.display()))
        .option("PasswordAuthentication yes")
        .start();
    let said = to(&home, &at(&account, &sshd), &[]).run().failure(1);
    let place = folder.join(account.name());
    assert!(
        said.contains(&format!(
            "the server reads the keys from {}, which this user may not write\npubkey-copy: hint: \
             ask its administrator to add the line that --print writes\n",
            place.display()
        )),
        "{said}"
    );
    assert!(!account.folder().join(".ssh").exists());
}

#[test]
fn a_home_that_others_may_write_is_warned_of() {
    let (home, _) = home();
    let account = Account::new("pkcopymode", PASSWORD);
    fs::set_permissions(account.folder(), fs::Permissions::from_mode(0o777)).expect("root may");
    let sshd = setup().start();
    let target = at(&account, &sshd);
    let said = to(&home, &target, &[]).run();
    let folder = account.folder().display();
    let warning = format!(
        "pubkey-copy: warning: others may write {folder}, so the server may pass over the keys: chmod go-w {folder}\n"
    );
    assert_eq!((said.code(), said.stderr()), (0, warning.as_str()));
    // The warning is right.
    assert!(!logs_in(&home, &target));
}

#[test]
fn an_account_that_runs_something_else_says_so() {
    let (home, line) = home();
    let account = Account::new("pkcopyforce", PASSWORD);
    account.authorize(&format!("command=\"echo Hi ada, no shell here.\" {line}\n"));
    let sshd = setup().start();
    let target = at(&account, &sshd);
    let batch = home.tool("pubkey-copy").args(["id_ed25519", "--batch", "--to", &target]);
    let said = batch.args(["--", "--accept-new", "-F", "none"]).run().failure(1);
    assert!(
        said.starts_with(&format!(
            "pubkey-copy: cannot install the key at `{target}`: the account ran something other than the command: \
             Hi ada, no shell here.\npubkey-copy: hint: the account has a forced command or no shell: "
        )),
        "{said}"
    );
    // With a password, the login bypasses the forced command.
    let said = to(&home, &target, &[]).run().failure(1);
    assert!(
        said.contains("holds the key with the options command=\"echo Hi ada, no shell here.\"\n"),
        "{said}"
    );
    assert_eq!(change(to(&home, &target, &["--json", "--remove"]).run()), "removed");
    assert_eq!(keys(&account), "");
}

#[test]
fn what_sshc_says_is_passed_on() {
    let (home, _) = home();
    let target = format!("ada@127.0.0.1:{}", harness::sshd::free_port());
    let said = to(&home, &target, &[]).run().failure(1);
    let [first, .., last] = said.lines().collect::<Vec<_>>()[..] else { panic!("{said}") };
    assert!(first.starts_with("sshc: cannot connect to "), "{said}");
    assert_eq!(
        last,
        format!("pubkey-copy: cannot install the key at `{target}`: sshc could not log in")
    );

    let alone = home.path("alone/pubkey-copy");
    fs::create_dir(home.path("alone")).expect("ours");
    fs::copy(harness::programs::under_test("pubkey-copy"), alone).expect("it can be copied");
    let said = home.shell("PATH=; exec ./alone/pubkey-copy id_ed25519 --to ada@203.0.113.7");
    assert_eq!(
        said.run().failure(1),
        "pubkey-copy: cannot install the key at `ada@203.0.113.7`: sshc, which logs in, is neither beside this \
         program nor in PATH\n\
         pubkey-copy: hint: install the programs together, or add the folder of sshc to PATH\n"
    );
}

#[test]
fn a_key_that_no_server_takes_is_not_sent() {
    let home = Home::new();
    home.write("ed448.pub", fs::read(fixture("keys/u_ed448.pub")).expect("a fixture"));
    let said = home.tool("pubkey-copy").args(["ed448.pub", "--to", "ada@203.0.113.7"]).run();
    assert_eq!(
        said.failure(1),
        "pubkey-copy: cannot install the key at `ada@203.0.113.7`: servers do not accept ssh-ed448 keys\n\
         pubkey-copy: hint: make a key with `keygen -o id.ppk`; any server takes RSA\n"
    );
}

/// `pubkey-copy -p -- FILE` once took FILE for an option of `sshc`, and printed the default key.
#[test]
fn what_is_only_for_installing_is_refused_without_a_destination() {
    let (home, _) = home();
    let needs = "were not provided: --to <DESTINATION>";
    for (arguments, said) in [
        (&["--", "id_ed25519.pub"][..], needs),
        (&["-p", "--", "id_ed25519.pub"], "'--print' cannot be used with '[SSHC-OPTION]...'"),
        (&["--via", "osc52", "--", "id_ed25519.pub"], "cannot be used with '[SSHC-OPTION]...'"),
        (&["id_ed25519.pub", "--remove"], needs),
        (&["id_ed25519.pub", "-p", "--remove"], "'--print' cannot be used with '--remove'"),
    ] {
        let refused = home.tool("pubkey-copy").args(arguments.to_vec()).run();
        let why = refused.failure(2);
        assert!(why.contains(said), "{why}");
    }
}
