//! Properties of all files of known hosts: nothing in them stops the program, and a change leaves
//! the other lines alone.

use std::fs;

use contract::encoding::Encoding::{Utf8, Utf16Be, Utf16Le};
use proptest::collection::vec;
use proptest::prelude::*;
use russh::keys::ssh_key::PublicKey;

use super::*;
use crate::fingerprint::Fingerprint;

/// A key, and another.
const KEYS: [&str; 2] = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFwj5s9vu9opS/rgK/8V10pyDp2qaO67a3jmanxwQjg/",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAb0S9FEzDSA3xTzffzPpgjy86n7kHUWmrHYYL36FzL0",
];

/// Each case writes files, so there are few.
const CASES: u32 = 64;

fn file() -> &'static Path {
    Path::new("kh")
}

/// Few names, so that lines often have the same one.
fn name() -> impl Strategy<Value = Name> {
    let host = prop_oneof!["node[12]", "192\\.0\\.2\\.[12]", Just("2001:db8::1".to_owned())];
    (host, prop_oneof![Just(22), Just(2222)], any::<bool>()).prop_map(|(host, port, is_target)| {
        let target = || Name::target("ada", &host, port);
        if is_target { target() } else { Name::host(&host, port) }.expect("it is a name")
    })
}

/// A line, valid or not, with its line end.
fn line() -> impl Strategy<Value = String> {
    let names = prop_oneof![
        name().prop_map(|name| name.to_string()),
        (name(), any::<[u8; 20]>()).prop_map(|(name, salt)| entry::hashed(name.written(), salt)),
        "(node[1-3*?]|!node1|192\\.0\\.2\\.\\*)(,node[12])?",
    ];
    let marker = prop_oneof![4 => Just(""), 1 => Just("@revoked "), 1 => Just("@cert-authority ")];
    let key = prop_oneof![Just(KEYS[0]), Just(KEYS[1])];
    let known = (marker, names, "[ \t]{1,2}", key, "( [a-z#]{0,4})?").prop_map(
        |(marker, names, gap, key, comment)| format!("{marker}{names}{gap}{key}{comment}"),
    );
    let other = prop_oneof![Just(String::new()), "# [ -~]{0,9}", "[ -~\u{e9}\u{1f511}]{0,20}"];
    let end = prop_oneof![3 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r")];
    (prop_oneof![3 => known, 1 => other], end).prop_map(|(line, end)| line + end)
}

/// A file in any encoding; the last line may lack its line end.
fn text() -> impl Strategy<Value = String> {
    (vec(line(), 0..8), any::<bool>()).prop_map(|(lines, is_cut)| {
        let text = lines.concat();
        if is_cut { text.trim_end_matches(['\r', '\n']).to_owned() } else { text }
    })
}

fn is_about(line: &str, name: &Name) -> bool {
    let parsed = KnownHosts::parse(file(), line);
    parsed.lines.iter().any(|line| line.is_written_for(name))
}

proptest! {
    #[test]
    fn no_bytes_stop_the_program(bytes in vec(any::<u8>(), 0..200), name in name()) {
        let (text, _) = text_file::Encoding::decode(&bytes);
        let parsed = KnownHosts::parse(file(), &text);
        let _ = parsed.about(&[name]).count();
        for warning in parsed.warnings() {
            prop_assert!(!warning.to_string().is_empty());
        }
    }

    #[test]
    fn no_line_stops_the_program(text in "[@|#,*?!\\[\\]: \tA-Za-z0-9+/=.-]{0,60}", name in name()) {
        let parsed = KnownHosts::parse(file(), &text);
        let _ = parsed.algorithms_for(&[name]);
    }

    /// What a line says does not depend on other lines.
    #[test]
    fn each_line_speaks_for_itself(text in text(), name in name()) {
        let names = [name];
        let count = |text: &str| KnownHosts::parse(file(), text).about(&names).count();
        prop_assert_eq!(count(&text), text_file::lines(&text).map(count).sum::<usize>());
    }

    #[test]
    fn a_hashed_name_is_the_name(name in name(), other in name(), salt: [u8; 20]) {
        let line = format!("{} {}", entry::hashed(name.written(), salt), KEYS[0]);
        prop_assert_eq!(is_about(&line, &other), name.written() == other.written());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn adding_and_forgetting_leave_the_other_lines_byte_for_byte(
        text in text(),
        name in name(),
        hash: bool,
        form in prop::sample::select(vec![Utf8, Utf16Le, Utf16Be]),
        has_mark: bool,
    ) {
        let home = tempfile::tempdir().expect("a temporary folder");
        let path = home.path().join("known_hosts");
        // A short text in UTF-16 may not be recognised without its mark.
        let encoding = text_file::Encoding::Unicode { form, has_mark: has_mark || form != Utf8 };
        let before = encoding.encode_file(&text);
        fs::write(&path, &before).expect("it can be written");
        let key: PublicKey = KEYS[0].parse().expect("a key");
        let was_there = forgettable(&text, &name, KEYS[0]);

        remember(&path, &name, &key, hash).expect("it can be added");
        let after = fs::read(&path).expect("it is there");
        prop_assert!(after.starts_with(&before));
        prop_assert_eq!(after == before, was_there);
        let recorded = KnownHosts::read(&[&path]).expect("it can be read");
        let names = [name.clone()];
        let is_recorded = recorded.about(&names).any(|(line, relation)| {
            relation == Relation::Named
                && line.marker == Marker::HostKey
                && line.key().as_ref() == Some(&key)
        });
        prop_assert!(is_recorded);

        let whole = text_file::Encoding::decode(&after).0;
        let kept: String = text_file::lines(&whole).filter(|line| !is_about(line, &name)).collect();
        let forgotten = forget(&path, &name).expect("it can be removed");
        prop_assert!(!forgotten.is_empty());
        prop_assert_eq!(fs::read(&path).expect("it is there"), encoding.encode_file(&kept));
        prop_assert_eq!(fs::read(home.path().join("known_hosts.old")).expect("it is there"), after);
        prop_assert!(forget(&path, &name).expect("it can be read").is_empty());
    }
}

/// Whether a line for this name alone holds the key.
fn forgettable(text: &str, name: &Name, key: &str) -> bool {
    let wanted = Fingerprint::of(&key.parse().expect("a key"));
    let parsed = KnownHosts::parse(file(), text);
    parsed.lines.iter().any(|line| line.is_written_for(name) && line.fingerprint() == wanted)
}
