//! Options of `ssh-keygen` and `puttygen`, given to `keygen` out of habit: for each option of their
//! old and new versions, the answer names the command to use.

use std::collections::BTreeSet;

use harness::home::Home;

/// Letters with the same meaning here, or answered by clap: `-h` is the help, `-V` the version.
const OURS: &str = "bCoOqthV";

/// The letters after a hyphen in a usage text, alone (`-q`) or in a group (`-lv`).
fn letters(usage: &str) -> BTreeSet<char> {
    let words = usage.split(|c: char| c.is_whitespace() || "[]|`'()".contains(c));
    let options = words.filter_map(|word| word.strip_prefix('-')).filter(|it| it.len() <= 2);
    options.flat_map(str::chars).filter(char::is_ascii_alphanumeric).collect()
}

/// The answer to these arguments: the message about the unknown option, and the hint.
fn answered(home: &Home, arguments: &[&str]) -> (String, String) {
    let said = home.tool("keygen").args(arguments).run().failure(2);
    let (message, hint) = said.split_once('\n').expect("two lines");
    let hint = hint.strip_prefix("keygen: hint: ").unwrap_or_else(|| panic!("no hint: {said}"));
    (message.to_owned(), hint.trim_end().to_owned())
}

#[test]
fn every_letter_of_ssh_keygen_is_answered() {
    let home = Home::new();
    for (version, mut least, usage) in [
        ("9.2", 38, home.peer("ssh-keygen").arg("-?").run()),
        ("newest", 38, home.in_newest("/usr/bin/ssh-keygen").arg("-?").run()),
    ] {
        for letter in letters(usage.stderr()) {
            least -= 1;
            if OURS.contains(letter) {
                continue;
            }
            let option = format!("-{letter}");
            let (message, hint) = answered(&home, &[&option]);
            assert_eq!(message, format!("keygen: keygen does not have `{option}`"), "{version}");
            let command = hint.rsplit(": ").next().expect("a command");
            let is_known = ["keygen ", "ssh-keygen ", "sshc --forget "];
            assert!(
                is_known.iter().any(|it| command.starts_with(it)),
                "{version} {option}: {hint}"
            );
        }
        assert!(least <= 0, "{version}: {least} letters less than there are\n{}", usage.stderr());
    }
}

#[test]
fn every_option_of_puttygen_is_answered() {
    let mut home = Home::new();
    home.set("LC_ALL", "C");
    let line = home.tool("keygen").args(["-t", "ed25519", "-o", "id.ppk", "--no-passphrase"]).run();
    let line = line.quiet_success();
    for (version, usage) in [
        ("0.78", home.peer("puttygen").arg("--help").run()),
        ("newest", home.in_newest("/usr/bin/puttygen").arg("--help").run()),
    ] {
        let usage = usage.quiet_success();
        let found = letters(&usage);
        assert!("tbCPqoOlLpE".chars().all(|it| found.contains(&it)), "{version}: {found:?}");
        // After a file name, the letters that we have, too, keep their meaning.
        for letter in found.into_iter().filter(|it| !"tbqoOCh".contains(*it)) {
            let (message, hint) = answered(&home, &["id.ppk", &format!("-{letter}")]);
            assert_eq!(message, format!("keygen: keygen does not have `-{letter}`"), "{version}");
            assert!(hint.contains("keygen ") && hint.contains(" id.ppk"), "{version}: {hint}");
        }
        let long = usage.split_whitespace().filter_map(|word| word.strip_prefix("--"));
        for option in long.map(|it| it.trim_end_matches(['\'', ','])) {
            let (_, hint) = answered(&home, &["id.ppk", &format!("--{option}"), "version=2"]);
            assert!(hint.contains("keygen ") || hint.contains("-file FILE"), "{option}: {hint}");
        }
    }
    // The named commands do what the options do.
    for (option, expected) in [("-L", line.as_str()), ("-l", "ED25519")] {
        let (_, hint) = answered(&home, &["id.ppk", option]);
        let command = hint.rsplit(": keygen ").next().expect("a command").split(' ');
        let done = home.tool("keygen").args(command).run().quiet_success();
        assert!(done.contains(expected), "{option}: {done}");
    }
}

#[test]
fn types_of_keys_that_others_make_are_answered() {
    let home = Home::new();
    for (kind, expected) in [
        (
            "ed25519-sk",
            "keygen does not make keys in tokens, but reads their files: ssh-keygen -t ed25519-sk",
        ),
        (
            "ecdsa-sk",
            "keygen does not make keys in tokens, but reads their files: ssh-keygen -t ecdsa-sk",
        ),
        (
            "mldsa44-ed25519",
            "keygen does not make keys of this type: ssh-keygen -t mldsa44-ed25519",
        ),
        ("dsa", "servers no longer accept DSA keys: keygen -t ed25519"),
        ("ed448", "OpenSSH does not accept Ed448 keys: keygen -t ed25519"),
    ] {
        let (message, hint) = answered(&home, &["-t", kind]);
        assert_eq!(message, format!("keygen: keygen does not have `-t {kind}`"));
        assert_eq!(hint, expected);
    }
}

#[test]
fn names_and_secrets_are_as_they_were_given() {
    let home = Home::new();
    let (message, hint) = answered(&home, &["-p", "-f", "my key", "-P", "sesam", "-N", "open"]);
    assert_eq!(message, "keygen: keygen does not have `-p`");
    assert_eq!(hint, "another passphrase: keygen passphrase \"my key\"");
    let (_, hint) = answered(&home, &["-R", "node7\u{1b}[2J"]);
    assert_eq!(hint, "sshc keeps known_hosts: sshc --forget node7\\u{1b}[2J");
    for secret in [["-Nsesam", "-f"], ["-N", "sesam"], ["--new-passphrase", "sesam"]] {
        let (message, hint) = answered(&home, &secret);
        assert!(!message.contains("sesam") && !hint.contains("sesam"), "{message} {hint}");
    }
}
