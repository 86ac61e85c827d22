//! Compares how we read `known_hosts` with `ssh-keygen` and with `ssh` itself.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use harness::home::Home;
use harness::programs::installed;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use russh::keys::ssh_key::PublicKey;
use sshc::fingerprint::{Fingerprint, bits, randomart};
use sshc::host_key::{Verdict, judge};
use sshc::known_hosts::{self, KnownHosts, Marker, Name, Relation};

/// In each file that is compared with `ssh-keygen -F`.
const LINES: usize = 60;
const LOOKUPS_PER_FILE: usize = 50;
const FILES_PER_THREAD: u64 = 100;

#[test]
fn ten_thousand_lookups_find_what_ssh_keygen_finds() {
    let home = Home::new();
    let key = public_key(&home, "ed25519", "key");
    thread::scope(|scope| {
        for thread in 0..2 {
            let (home, key) = (&home, &key);
            scope.spawn(move || {
                let mut found = 0;
                for seed in 0..FILES_PER_THREAD {
                    let mut rng = StdRng::seed_from_u64(thread * FILES_PER_THREAD + seed);
                    // `ssh-keygen -H` does not change a file with a malformed line.
                    let hashed = seed % 4 == 0;
                    let text = lines(&mut rng, key, !hashed);
                    let file = home.write(format!("known_hosts-{thread}"), text);
                    if hashed {
                        hash_names(&file);
                    }
                    let ours = KnownHosts::read(&[&file]).expect("it can be read");
                    for _ in 0..LOOKUPS_PER_FILE {
                        found += compare(&ours, &file, &looked_up(&mut rng));
                    }
                }
                assert!(found > LOOKUPS_PER_FILE, "only {found} lines were found");
            });
        }
    });
}

#[test]
fn what_we_write_is_found_and_removed_by_ssh_keygen_and_the_other_way_round() {
    let home = Home::new();
    let text = public_key(&home, "ed25519", "key");
    let key: PublicKey = text.parse().unwrap();
    let file = home.path(".ssh/known_hosts");
    for (host, port, hash) in [
        ("node7", 22, false),
        ("node7", 2222, true),
        ("Node8.Example.COM", 22, true),
        ("2001:DB8::7", 22, false),
        ("2001:db8::7", 2222, true),
    ] {
        let name = Name::host(host, port).unwrap();
        known_hosts::remember(&file, &name, &key, hash).unwrap();
        let found = keygen(["-F", &name.to_string()], &file).quiet_success();
        assert!(found.contains(text.trim()), "{name}: {found}");
    }
    // OpenSSH finds the names of targets when asked for them, and ignores them otherwise.
    let target = Name::target("ada", "node9", 22).unwrap();
    known_hosts::remember(&file, &target, &key, false).unwrap();
    assert!(keygen(["-F", "ada@node9:22"], &file).quiet_success().contains(text.trim()));
    assert_eq!(keygen(["-F", "node9"], &file).failure(1), "");

    hash_names(&file);
    for name in [Name::host("node7", 22).unwrap(), target] {
        assert_eq!(known_hosts::forget(&file, &name).unwrap().len(), 1);
        assert_eq!(keygen(["-F", &name.to_string()], &file).failure(1), "");
    }
    let _ = keygen(["-R", "[node7]:2222"], &file);
    let left = KnownHosts::read(&[&file]).unwrap();
    assert_eq!(left.about(&[Name::host("node7", 2222).unwrap()]).count(), 0);
    assert_eq!(left.about(&[Name::host("node8.example.com", 22).unwrap()]).count(), 1);
}

#[test]
fn verdicts_are_those_of_ssh_where_ssh_has_one() {
    let home = Home::new();
    let shown = public_key(&home, "ed25519", "shown");
    let other = public_key(&home, "ed25519", "other");
    let ecdsa = public_key(&home, "ecdsa", "ecdsa");
    for (text, port, expected) in [
        (String::new(), 22, "unknown"),
        (format!("node7 {shown}"), 22, "known"),
        (format!("NODE7 {shown}"), 22, "known"),
        (format!("node8,node7\t{shown} comment"), 22, "known"),
        (format!("node? {shown}"), 22, "known"),
        (format!("node?,!node7 {shown}"), 22, "unknown"),
        (format!("node7 {other}"), 22, "changed"),
        (format!("node7 {other}\nnode7 {shown}"), 22, "known"),
        (format!("* {other}"), 22, "changed"),
        (format!("@revoked node7 {shown}"), 22, "revoked"),
        (format!("node7 {shown}\n@revoked * {shown}"), 22, "revoked"),
        (format!("@revoked node7 {other}\nnode7 {shown}"), 22, "known"),
        (format!("@cert-authority node7 {shown}"), 22, "unknown"),
        (format!("[node7]:2222 {shown}"), 2222, "known"),
        (format!("[node7]:2222 {other}"), 2222, "changed"),
        (format!("[node7]:2222 {shown}"), 22, "unknown"),
        (format!("node7 {shown}"), 2222, "known"),
        (format!("node7 {other}"), 2222, "unknown"),
        (format!("node7 {}", shown.replace("ssh-ed25519", "ssh-rsa")), 22, "unknown"),
        (format!("# a comment\r\nnode7 {shown}\r\n"), 22, "known"),
        (format!("root@node7:22 {other}\n"), 22, "unknown"),
    ] {
        let file = home.write("known_hosts", &text);
        let name = Name::host("node7", port).unwrap();
        let ours = judge(&shown.parse().unwrap(), &[name], &KnownHosts::read(&[&file]).unwrap());
        assert_eq!(word(&ours), expected, "{text}");
        assert_eq!(verdict_of_ssh(&home, "shown", &file, port), expected, "ssh: {text}");
    }
    // Here `ssh` would take the key for that of a new host, and record it if allowed to.
    let file = home.write("known_hosts", format!("node7 {ecdsa}"));
    let name = Name::host("node7", 22).unwrap();
    let ours = judge(&shown.parse().unwrap(), &[name], &KnownHosts::read(&[&file]).unwrap());
    assert_eq!(word(&ours), "changed");
}

#[test]
fn pictures_are_those_of_ssh_keygen() {
    let home = Home::new();
    for (number, kind) in ["ed25519", "ecdsa", "rsa"].iter().cycle().take(9).enumerate() {
        let name = format!("key-{number}");
        let key: PublicKey = public_key(&home, kind, &name).parse().unwrap();
        let shown = home.peer("ssh-keygen").args(["-l", "-v", "-f", &name]).run().quiet_success();
        let (fingerprint, picture) = shown.split_once('\n').unwrap();
        assert_eq!(randomart(&key), picture.trim_end());
        assert!(fingerprint.contains(&Fingerprint::of(&key).to_string()));
        assert!(fingerprint.starts_with(&format!("{} ", bits(&key))));
    }
}

/// Makes a key pair in the home and returns the public half without a comment.
fn public_key(home: &Home, kind: &str, name: &str) -> String {
    let made = home
        .peer("ssh-keygen")
        .args(["-q", "-t", kind, "-N", "", "-C", "", "-f", name])
        .run()
        .quiet_success();
    assert_eq!(made, "");
    home.read_text(format!("{name}.pub")).trim().to_owned()
}

/// Runs `ssh-keygen` on a `known_hosts` file.
fn keygen<const N: usize>(arguments: [&str; N], file: &Path) -> harness::invocation::Finished {
    let home = Home::new();
    home.peer("ssh-keygen").args(arguments).arg("-f").arg(file).run()
}

/// Has `ssh-keygen` hash the names in a file.
fn hash_names(file: &Path) {
    let hashed = keygen(["-H"], file);
    assert_eq!(hashed.code(), 0, "{}", hashed.stderr());
}

/// Lines of all kinds, for so few names that most are looked up.
fn lines(rng: &mut StdRng, key: &str, with_malformed: bool) -> String {
    let mut text = String::new();
    for _ in 0..LINES {
        let marker = one_of(rng, &["", "", "", "", "@revoked ", "@cert-authority "]);
        let names: Vec<_> = (0..rng.random_range(1..4)).map(|_| pattern(rng)).collect();
        let gap = one_of(rng, &[" ", "\t", "  "]);
        let end = one_of(rng, &["", " comment", "\t# comment", "\r"]);
        let line = match rng.random_range(0..12) {
            0 => "# a comment".to_owned(),
            1 => String::new(),
            2 if with_malformed => names.join(","),
            _ => format!("{marker}{}{gap}{key}{end}", names.join(",")),
        };
        writeln!(text, "{line}").expect("a string takes all");
    }
    text
}

fn one_of<'a>(rng: &mut StdRng, choices: &[&'a str]) -> &'a str {
    choices.get(rng.random_range(0..choices.len())).expect("the number is in range")
}

fn pattern(rng: &mut StdRng) -> String {
    let name = looked_up(rng);
    match rng.random_range(0..8) {
        0 => name.to_uppercase(),
        1 => format!("!{name}"),
        2 => name.replacen(|c: char| c.is_ascii_digit(), "?", 1),
        3 => name.split_once('.').map_or_else(|| "no*".to_owned(), |(_, rest)| format!("*.{rest}")),
        _ => name,
    }
}

fn looked_up(rng: &mut StdRng) -> String {
    let host = match rng.random_range(0..4) {
        0 => format!("node{}", rng.random_range(0..12)),
        1 => format!("n{}.example.com", rng.random_range(0..6)),
        2 => format!("192.0.2.{}", rng.random_range(1..20)),
        _ => format!("2001:db8::{}", rng.random_range(1..6)),
    };
    if rng.random_range(0..4) == 0 { format!("[{host}]:2222") } else { host }
}

/// Looks a name up in both ways, which must find the same lines; returns their number.
fn compare(ours: &KnownHosts, file: &Path, text: &str) -> usize {
    let name = match text.strip_prefix('[').and_then(|rest| rest.split_once("]:")) {
        Some((host, port)) => Name::host(host, port.parse().expect("a port")),
        None => Name::host(text, 22),
    };
    let names = [name.expect("it is a name")];
    let mut expected = String::new();
    for (line, relation) in ours.about(&names) {
        if relation == Relation::Named {
            let marker = match line.marker {
                Marker::HostKey => "",
                Marker::CertAuthority => "CA",
                Marker::Revoked => "REVOKED",
            };
            writeln!(expected, "# Host {text} found: line {} {marker}", line.place.line)
                .expect("a string takes all");
        }
    }
    let output = Command::new(installed("ssh-keygen"))
        .args(["-F", text, "-f"])
        .arg(file)
        .output()
        .expect("ssh-keygen runs");
    let theirs: String = String::from_utf8(output.stdout)
        .expect("it prints text")
        .split_inclusive('\n')
        .filter(|line| line.starts_with("# Host "))
        .collect();
    assert_eq!(expected, theirs, "{text} in\n{}", fs::read_to_string(file).unwrap_or_default());
    theirs.lines().count()
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Known { .. } => "known",
        Verdict::Unknown => "unknown",
        Verdict::Changed { .. } => "changed",
        Verdict::Revoked { .. } => "revoked",
        Verdict::NotCertified | Verdict::BadCertificate { .. } => "bad certificate",
    }
}

/// How `ssh` judges a real server that shows a key, told by how it ends.
fn verdict_of_ssh(home: &Home, key: &str, known_hosts: &Path, port: u16) -> &'static str {
    let server = format!(
        "{} -i -f /dev/null -h {} -o UsePAM=no -o LogLevel=QUIET",
        installed("sshd").display(),
        home.path(key).display()
    );
    let said = home
        .peer("ssh")
        .args(["-F", "none", "-p", &port.to_string()])
        .args(["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"])
        .args(["-o".to_owned(), format!("UserKnownHostsFile={}", known_hosts.display())])
        .args(["-o", "GlobalKnownHostsFile=none", "-o", "HostKeyAlgorithms=ssh-ed25519"])
        .args(["-o".to_owned(), format!("ProxyCommand={server}")])
        .args(["node7", "true"])
        .run()
        .failure(255);
    [
        ("REVOKED HOST KEY DETECTED", "revoked"),
        ("REMOTE HOST IDENTIFICATION HAS CHANGED", "changed"),
        ("host key is known for", "unknown"),
        ("Permission denied", "known"),
    ]
    .into_iter()
    .find_map(|(text, verdict)| said.contains(text).then_some(verdict))
    .unwrap_or_else(|| panic!("ssh says neither yes nor no: {said}"))
}
