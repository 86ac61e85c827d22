//! Key files: every format, locked or not, and files that are not keys.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use harness::agent::Agent;
use harness::home::Home;
use harness::hostile::Hostile;
use harness::invocation::Invocation;

use super::forwarded_agent::site_with_agent;
use super::{Site, key_pair, public_line, server};

const TYPES: [&str; 3] = ["ed25519", "ecdsa", "rsa"];

const PASSPHRASE: &str = "correct horse";

/// A PPK file of this version made by `puttygen` from a key in OpenSSH's format, locked or not.
fn ppk(home: &Home, key: &Path, version: u8, locked: bool) -> PathBuf {
    let file = key.with_extension(format!("v{version}{}.ppk", if locked { "-locked" } else { "" }));
    let passphrase = home.write("passphrase", if locked { PASSPHRASE } else { "" });
    let made = home.peer("puttygen").arg(key).args(["-q", "-O", "private", "-o"]).arg(&file);
    let made = made.args(["--ppk-param", &format!("version={version}"), "--new-passphrase"]);
    assert_eq!(made.arg(passphrase).run().code(), 0);
    file
}

/// A copy of a key in OpenSSH's format, with a passphrase.
fn locked(home: &Home, key: &Path) -> PathBuf {
    let copy = key.with_extension("locked");
    std::fs::copy(key, &copy).expect("the home is ours");
    let change = home.peer("ssh-keygen").args(["-q", "-p", "-P", "", "-N", PASSPHRASE, "-f"]);
    assert_eq!(change.arg(&copy).run().code(), 0);
    copy
}

/// `sshc` with this key and these options, and `true` as its command.
fn with_key(site: &Site, key: &Path, options: &[&str]) -> Invocation {
    let sshc = site.home.tool("sshc").arg("--key").arg(key).args(options.iter().copied());
    sshc.args([&site.sshd.target(), "true"])
}

#[test]
fn every_type_in_every_format_logs_in() {
    let site = Site::new();
    let word = site.home.write("word", format!("{PASSPHRASE}\r\n")).display().to_string();
    for key_type in TYPES {
        let key = site.home.path(format!("id_{key_type}"));
        // The site has one already.
        if !key.exists() {
            site.sshd.authorize(public_line(&key_pair(&site.home, key_type)).trim());
        }
        let files = [
            (key.clone(), false),
            (locked(&site.home, &key), true),
            (ppk(&site.home, &key, 2, false), false),
            (ppk(&site.home, &key, 2, true), true),
            (ppk(&site.home, &key, 3, false), false),
            (ppk(&site.home, &key, 3, true), true),
        ];
        for (file, is_locked) in files {
            let options = ["--batch", "--passphrase-file", &word];
            let options = if is_locked { &options[..] } else { &options[..1] };
            assert_eq!(
                with_key(&site, &file, options).run().quiet_success(),
                "",
                "{}",
                file.display()
            );
        }
    }
}

#[test]
fn our_own_keys_log_in() {
    let site = Site::new();
    for name in ["id.ppk", "id_ours"] {
        let made = site.home.tool("keygen").args(["-t", "ed25519", "--no-passphrase", "-o", name]);
        site.sshd.authorize(made.run().quiet_success().trim());
        assert_eq!(with_key(&site, Path::new(name), &[]).run().quiet_success(), "");
    }
}

#[test]
fn the_passphrase_is_asked_on_the_terminal_while_standard_input_is_a_pipe() {
    let site = Site::new();
    let key = ppk(&site.home, &site.home.path("id_ed25519"), 3, true);
    let input = format!("{}\nfor the command", site.sshd.target());
    let sshc = site.home.tool("sshc").arg("--key").arg(&key).args(["-", "cat"]).stdin(input);
    let mut terminal = sshc.on_terminal_with_stdout_piped();
    for answer in ["wrong", "wrong again", PASSPHRASE] {
        terminal.expect("Passphrase for key \"id_ed25519\": ");
        terminal.send_line(answer);
    }
    let left = terminal.finish();
    assert_eq!((left.code(), left.stdout.as_slice()), (0, &b"for the command"[..]));
    // Nothing that was typed appears on the screen.
    let shown = site.home.peer("ssh-keygen").arg("-lf").arg("id_ed25519.pub").run().quiet_success();
    let fingerprint = shown.split(' ').nth(1).expect("the fingerprint is the second word");
    let file = format!("The key file {} ({fingerprint}) is locked.\r\n", key.display());
    let question = "Passphrase for key \"id_ed25519\": \r\n";
    let asked = [question; 3].join("Wrong passphrase, please try again.\r\n");
    assert_eq!(left.screen, file + &asked);
}

#[test]
fn three_wrong_passphrases_are_enough() {
    let site = Site::new();
    // PKCS#8 encrypts the public half too, so the passphrase is asked for before the server is
    // asked.
    let pkcs8 = site.home.path("id.p8");
    let convert = site.home.tool("keygen").args(["convert", "id_ed25519", "-O", "pkcs8", "-o"]);
    let word = site.home.write("word", PASSPHRASE);
    assert_eq!(convert.arg(&pkcs8).arg("--new-passphrase-file").arg(word).run().code(), 0);
    for key in [locked(&site.home, &site.home.path("id_ed25519")), pkcs8] {
        let mut terminal = with_key(&site, &key, &[]).on_terminal();
        for _ in 0..3 {
            terminal.expect("Passphrase for key \"");
            terminal.send_line("wrong");
        }
        let left = terminal.finish();
        assert_eq!(left.code(), 255);
        let mut lines = left.screen.lines().rev();
        let hint = lines.next().expect("it helps");
        assert!(hint.starts_with("sshc: hint: the passphrase is that of the key file, "), "{hint}");
        let last = lines.next().expect("it says why");
        assert!(last.starts_with("sshc: cannot log in as `"), "{last}");
        assert!(last.contains(&key.display().to_string()), "{last}");
        let why = " was not used: the right passphrase was not given; the server takes publickey";
        assert!(last.ends_with(why), "{last}");
    }
}

#[test]
fn a_key_that_stays_locked_is_skipped() {
    let site = Site::new();
    let key = locked(&site.home, &site.home.path("id_ed25519"));
    site.sshd.authorize(public_line(&key_pair(&site.home, "ecdsa")).trim());
    // A user who presses only Enter is not asked again.
    for answers in [&["wrong", "wrong", "wrong"][..], &[""]] {
        let mut terminal = with_key(&site, &key, &["--key", "id_ecdsa"]).on_terminal();
        for answer in answers {
            terminal.expect("Passphrase for key \"");
            terminal.send_line(answer);
        }
        let left = terminal.finish();
        assert_eq!(left.code(), 0, "{}", left.screen);
        assert_eq!(left.screen.matches("Passphrase for key").count(), answers.len());
    }
}

#[test]
fn a_wrong_passphrase_in_a_file_is_one_line() {
    let site = Site::new();
    let word = site.home.write("word", "wrong\n").display().to_string();
    let empty = site.home.write("empty", "\n").display().to_string();
    let key = site.home.path("id_ed25519");
    for file in
        [ppk(&site.home, &key, 2, true), ppk(&site.home, &key, 3, true), locked(&site.home, &key)]
    {
        let said = with_key(&site, &file, &["--passphrase-file", &word]).run().failure(255);
        let shown = file.display();
        let expected =
            format!("sshc: cannot use the key: cannot unlock `{shown}`: wrong passphrase\n");
        assert!(said.starts_with(&expected), "{said}");
        let said = with_key(&site, &file, &["--passphrase-file", &empty]).run().failure(255);
        assert!(said.contains("it holds no passphrase: its first line is empty\n"), "{said}");
    }
}

#[test]
fn in_batch_mode_no_passphrase_is_asked_for() {
    let site = Site::new();
    let key = ppk(&site.home, &site.home.path("id_ed25519"), 3, true);
    let left = with_key(&site, &key, &["--batch"]).on_terminal().finish();
    assert_eq!(left.code(), 255);
    assert_eq!(
        left.screen,
        "sshc: --batch forbids asking `Passphrase for key \"id_ed25519\"`; use --passphrase-file\r\n"
    );
}

/// The message of `sshc` about a key for which no passphrase could be asked for.
fn unasked(key: &Path, is_forbidden: bool) -> String {
    let key = key.display();
    let question = format!("Passphrase for key \"{key}\"");
    let why = if is_forbidden {
        format!("--batch forbids asking `{question}`")
    } else {
        format!("cannot ask {question}: there is no terminal")
    };
    format!(" ({key}) was not used: {why}; use --passphrase-file; ")
}

#[test]
fn a_key_whose_passphrase_cannot_be_asked_for_is_skipped() {
    let site = Site::new();
    let ecdsa = key_pair(&site.home, "ecdsa");
    let locked = locked(&site.home, &site.home.path("id_ed25519"));
    for (from, to) in [(&locked, ".ssh/id_ecdsa"), (&ecdsa, ".ssh/id_ed25519")] {
        site.home.write(to, site.home.read(from));
    }
    let (first, second) = (site.home.path(".ssh/id_ecdsa"), site.home.path(".ssh/id_ed25519"));
    for key in [&first, &second] {
        std::fs::set_permissions(key, PermissionsExt::from_mode(0o600)).expect("it is ours");
    }
    let target = site.sshd.target();
    let sshc = |options: &[&str]| {
        site.home.tool("sshc").args(options.iter().copied()).args([target.as_str(), "true"]).run()
    };
    let ways = [&["--batch"][..], &[]];
    for options in ways {
        let said = sshc(options).failure(255);
        let reason = unasked(&first, !options.is_empty()) + "the server refused publickey SHA256:";
        assert!(said.contains(&reason), "{said}");
        assert!(said.ends_with("; it takes publickey\n"), "{said}");
    }
    site.sshd.authorize(public_line(&ecdsa).trim());
    for options in ways {
        assert_eq!(sshc(options).quiet_success(), "");
        // Also if `--key` names them.
        let more = ["--key", ".ssh/id_ed25519"];
        let named = with_key(&site, &first, &[options, &more[..]].concat());
        assert_eq!(named.run().quiet_success(), "");
    }
    let port = site.sshd.port().to_string();
    let known = format!("UserKnownHostsFile={}", site.home.path(".ssh/known_hosts").display());
    let ssh = site.home.peer("ssh").args(["-F", "none", "-o", "BatchMode=yes", "-o", &known]);
    let ssh = ssh.arg("-i").arg(&first).arg("-i").arg(&second).args(["-p", &port]);
    let ran = ssh.args([&format!("{}@127.0.0.1", site.sshd.user()), "true"]).run();
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
}

#[test]
fn without_a_terminal_both_the_passphrase_and_the_password_are_named() {
    let site = Site::with(server().option("PasswordAuthentication yes"));
    let key = locked(&site.home, &site.home.path("id_ed25519"));
    let said = with_key(&site, &key, &[]).run().failure(255);
    let reason = unasked(&key, false) + "password was not used: cannot ask ";
    assert!(said.contains(&reason), "{said}");
    assert!(said.ends_with("; the server takes publickey, password\n"), "{said}");
}

#[test]
fn a_locked_key_that_the_server_does_not_want_is_not_asked_for() {
    let site = Site::new();
    let stranger = locked(&site.home, &key_pair(&site.home, "ecdsa"));
    let said = with_key(&site, &stranger, &["--batch"]).run().failure(255);
    assert!(said.contains("cannot log in as"), "{said}");
    assert!(!said.contains("Passphrase"), "{said}");
}

/// Replaces the character `distance` bytes after `mark` by another one.
fn with_another(text: &str, mark: &str, distance: usize) -> Option<Vec<u8>> {
    let at = text.find(mark)? + distance;
    let (before, after) = text.split_at_checked(at)?;
    let other = if after.starts_with('0') { "1" } else { "0" };
    Some([before, other, after.get(1..)?].concat().into_bytes())
}

/// Ways to damage a key file, each with its result.
fn damaged(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let half = text.get(..text.len() / 2).unwrap_or_default();
    let first = text.lines().next().unwrap_or_default();
    let mut damages =
        vec![("truncated", half.as_bytes().to_vec()), ("one line", first.as_bytes().to_vec())];
    let others = [
        ("other private half", "Private-Lines: ", 30),
        ("other MAC", "Private-MAC: ", 20),
        ("other check", "BEGIN OPENSSH PRIVATE KEY", 180),
    ];
    damages.extend(others.into_iter().filter_map(|(damage, mark, distance)| {
        Some((damage, with_another(text, mark, distance)?))
    }));
    damages
}

#[test]
fn a_damaged_key_is_one_line_and_none_of_its_bytes() {
    let site = Site::new();
    let key = site.home.path("id_ed25519");
    for file in [key.clone(), ppk(&site.home, &key, 2, false), ppk(&site.home, &key, 3, false)] {
        let text = std::fs::read_to_string(&file).expect("a key is text");
        for (damage, bytes) in damaged(&text) {
            let broken = site.home.write("broken", bytes);
            let said = with_key(&site, &broken, &[]).run().failure(255);
            let shown = broken.display();
            assert!(said.starts_with("sshc: cannot use the key: cannot "), "{damage}: {said}");
            assert!(said.contains(&format!("`{shown}`: ")), "{damage}: {said}");
            assert!(said.lines().skip(1).all(|line| line.starts_with("sshc: hint: ")), "{said}");
            for secret in text.lines().filter(|line| line.len() > 30) {
                assert!(!said.contains(&secret[..12]), "{damage}: {said}");
            }
        }
    }
}

#[test]
fn a_file_without_a_private_key_connects_nowhere() {
    let site = Site::new();
    let server = Hostile::closing();
    site.home.write("prose", "Dear diary\n");
    for (file, why) in [
        ("prose", "cannot read `prose`: this is not a key file of a known format\n"),
        ("nowhere", "cannot read `nowhere`: "),
        (".ssh", "cannot read `.ssh`: "),
    ] {
        let target = format!("ada@{}", server.address());
        let said = site.home.tool("sshc").args(["--key", file, &target, "true"]).run().failure(255);
        assert!(said.starts_with(&format!("sshc: cannot use the key: {why}")), "{said}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn an_unusable_key_of_the_home_hides_no_other_and_is_reported() {
    let site = Site::new();
    let target = site.sshd.target();
    let sshc = |options: &[&str]| {
        let sshc = site.home.tool("sshc").args(["-F", "none", "--batch"]);
        sshc.args(options.iter().copied()).args([target.as_str(), "true"]).run()
    };
    site.home.write(".ssh/id_rsa", "Dear diary\n");
    site.home.write(".ssh/id_ecdsa/notes", "");
    let cannot = |name: &str| {
        format!("cannot use the key: cannot read `{}`: ", site.home.path(name).display())
    };
    let prose = cannot(".ssh/id_rsa") + "this is not a key file of a known format";
    let said = sshc(&[]).failure(255);
    let reason = format!(": {prose}; {}", cannot(".ssh/id_ecdsa"));
    assert!(said.contains(&reason), "{said}");
    // Files that do not exist are not mentioned.
    assert!(
        said.contains("; the server takes publickey\n") && !said.contains("id_ed25519"),
        "{said}"
    );
    site.home.write(".ssh/id_ed25519", site.home.read("id_ed25519"));
    assert_eq!(sshc(&[]).quiet_success(), "");
    let output = sshc(&["-v"]);
    assert_eq!(output.code(), 0);
    for reason in [&prose, &cannot(".ssh/id_ecdsa")] {
        assert!(output.stderr().contains(reason), "{}", output.stderr());
    }
}

#[test]
fn the_agent_s_key_logs_in_and_spares_the_passphrase_of_the_file() {
    let (site, _agent) = site_with_agent();
    let target = site.sshd.target();
    let sshc = |options: &[&str]| {
        site.home.tool("sshc").arg("--batch").args(options.iter().copied()).args([&target, "true"])
    };
    assert_eq!(sshc(&[]).run().quiet_success(), "");
    let file = ppk(&site.home, &site.home.path("id_ed25519"), 3, true);
    assert_eq!(with_key(&site, &file, &["--batch"]).run().quiet_success(), "");
    assert_eq!(with_key(&site, &file, &["--batch", "--identities-only"]).run().quiet_success(), "");
    for options in [&["--agent", "none"][..], &["--identities-only"]] {
        let said = sshc(options).run().failure(255);
        assert!(
            said.contains("there is no key or password to offer; the server takes publickey"),
            "{said}"
        );
    }
}

#[test]
fn only_the_named_key_is_offered_with_identities_only() {
    let (site, _agent) = site_with_agent();
    let stranger = key_pair(&site.home, "ecdsa");
    let options = ["--batch", "--identities-only"];
    let said = with_key(&site, &stranger, &options).run().failure(255);
    assert!(said.contains("cannot log in as"), "{said}");
    assert!(!said.contains("agent"), "{said}");
    assert_eq!(with_key(&site, &stranger, &options[..1]).run().quiet_success(), "");
}

#[test]
fn pageant_s_key_logs_in() {
    let site = Site::new();
    let key = ppk(&site.home, &site.home.path("id_ed25519"), 2, false);
    let agent = Agent::pageant(&site.home, &[&key]);
    let socket = agent.socket().display().to_string();
    let target = site.sshd.target();
    let named = site.home.tool("sshc").args(["--batch", "--agent", &socket, &target, "true"]);
    assert_eq!(named.run().quiet_success(), "");
    let found = site.home.tool("sshc").env("SSH_AUTH_SOCK", &socket);
    let found = found.args(["--batch", "--agent", "pageant", &target, "true"]);
    assert_eq!(found.run().quiet_success(), "");
}

#[test]
fn an_agent_that_was_named_and_is_not_there_is_said() {
    let site = Site::new();
    let said = site.sshc(["--agent", "/nowhere/agent", &site.sshd.target(), "true"]);
    // The named key comes first, and is enough.
    assert_eq!(said.run().quiet_success(), "");
    let target = site.sshd.target();
    let said = site.home.tool("sshc").args(["--agent", "/nowhere/agent", &target, "true"]);
    let said = said.run().failure(255);
    let start = "sshc: cannot use the agent: cannot reach the agent at `/nowhere/agent`: ";
    assert!(said.starts_with(start), "{said}");
    assert!(
        said.ends_with("sshc: hint: start an agent, or pass --agent none to go without\n"),
        "{said}"
    );
}

#[test]
fn a_certificate_beside_the_key_logs_in() {
    let home = Home::new();
    let (authority, key) = (key_pair(&home, "ecdsa"), key_pair(&home, "ed25519"));
    let sshd = server()
        .option(format!("TrustedUserCAKeys {}", authority.with_extension("pub").display()))
        .host_key_type("ed25519")
        .start();
    home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
    let site = Site::of(home, sshd);
    let said = with_key(&site, &key, &["--batch"]).run().failure(255);
    assert!(said.contains("cannot log in as"), "{said}");
    let sign = site.home.peer("ssh-keygen").args(["-q", "-s"]).arg(&authority);
    let sign = sign.args(["-I", "test", "-n", &site.sshd.user()]).arg(key.with_extension("pub"));
    assert_eq!(sign.run().code(), 0);
    assert_eq!(with_key(&site, &key, &["--batch"]).run().quiet_success(), "");
}

#[test]
fn a_key_of_the_home_is_found_without_being_named() {
    let site = Site::new();
    let target = site.sshd.target();
    let sshc = || site.home.tool("sshc").args(["--batch", &target, "true"]);
    assert!(sshc().run().failure(255).contains("there is no key or password to offer"));
    site.home.write(".ssh/id_ed25519", site.home.read("id_ed25519"));
    assert_eq!(sshc().run().quiet_success(), "");
}
