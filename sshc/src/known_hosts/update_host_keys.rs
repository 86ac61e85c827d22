//! What a server's announcement of its host keys changes in the files (`UpdateHostKeys`), by
//! OpenSSH's rules.

use std::path::Path;

use russh::keys::ssh_key::{Algorithm, PublicKey};

use super::entry::{Entry, Marker, Relation};
use super::{Error, Forgotten, KnownHosts, Name, edit};
use crate::fingerprint::Fingerprint;

/// The changes to a server's records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Keys to add.
    pub new: Vec<PublicKey>,
    /// Fingerprints of keys that the server no longer has.
    pub retired: Vec<Fingerprint>,
}

impl Changes {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.retired.is_empty()
    }
}

/// Whether signatures by this key can be verified here. A key of another kind cannot be proven.
#[must_use]
pub fn can_be_verified(key: &PublicKey) -> bool {
    !matches!(key.algorithm(), Algorithm::Dsa | Algorithm::Other(_))
}

/// The changes after a server has announced these keys.
///
/// None, unless at least one of them is on record for the server: only then has the user trusted it
/// before. None either if an authority or a revocation applies to the server, or if its line is a
/// pattern or names more than two hosts: a user wrote such a line by hand. A key is retired only if
/// no key of the server, old or new, is on record under another name.
///
/// With an `address` (`CheckHostIP`) the server has two names. None either if a line has another
/// host's name beside one of them.
#[must_use]
pub fn changes(
    on_record: &KnownHosts,
    name: &Name,
    address: Option<&Name>,
    announced: &[PublicKey],
) -> Changes {
    let names = both(name, address);
    let announced: Vec<_> = announced.iter().map(|key| (Fingerprint::of(key), key)).collect();
    let about: Vec<(&Entry, Relation)> = on_record.about(&names).collect();
    let is_on_record = |key: &Fingerprint| {
        about.iter().any(|(line, _)| line.marker == Marker::HostKey && line.fingerprint() == *key)
    };
    let by_hand = |(line, relation): &(&Entry, Relation)| {
        line.marker != Marker::HostKey
            || (*relation == Relation::Named
                && !names.iter().any(|name| line.is_written_for_few(name)))
            || address.is_some_and(|address| line.is_about_one_of([name, address]))
    };
    if !announced.iter().any(|(key, _)| is_on_record(key)) || about.iter().any(by_hand) {
        return Changes::default();
    }
    let new = announced.iter().filter(|(key, _)| !is_on_record(key));
    Changes {
        new: new.map(|(_, key)| (*key).clone()).collect(),
        retired: retired(on_record, &names, &announced),
    }
}

/// The server's names, with its address if that counts.
fn both(name: &Name, address: Option<&Name>) -> Vec<Name> {
    [name].into_iter().chain(address).cloned().collect()
}

fn retired(
    on_record: &KnownHosts,
    names: &[Name],
    announced: &[(Fingerprint, &PublicKey)],
) -> Vec<Fingerprint> {
    let (ours, others): (Vec<&Entry>, Vec<&Entry>) =
        on_record.lines.iter().partition(|line| is_written_for_any(line, names));
    let is_announced = |key: &Fingerprint| announced.iter().any(|(it, _)| it == key);
    // The server may still have announced a key of a kind that cannot be read here.
    let can_be_read = |line: &&&Entry| line.key().is_some_and(|key| can_be_verified(&key));
    let keys = ours.iter().filter(can_be_read).map(|line| line.fingerprint());
    let retired: Vec<_> = keys.filter(|key| !is_announced(key)).collect();
    let is_elsewhere = |line: &&Entry| {
        let key = line.fingerprint();
        is_announced(&key) || retired.contains(&key)
    };
    if others.iter().any(is_elsewhere) { Vec::new() } else { retired }
}

/// Removes these keys from a server's records in a file, and from those of its `address`; a copy
/// of the old file stays next to it.
///
/// # Errors
///
/// As for [`forget`](super::forget).
pub fn retire(
    file: &Path,
    name: &Name,
    address: Option<&Name>,
    keys: &[Fingerprint],
) -> Result<Vec<Forgotten>, Error> {
    let names = both(name, address);
    edit::remove(file, |line| {
        is_written_for_any(line, &names) && keys.contains(&line.fingerprint())
    })
}

fn is_written_for_any(line: &Entry, names: &[Name]) -> bool {
    names.iter().any(|name| line.is_written_for(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 3] = [
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFwj5s9vu9opS/rgK/8V10pyDp2qaO67a3jmanxwQjg/",
        "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBP5JtSovrjDk86FWNlymt40WIE/3YDVUsJrGvmuejefzxFYuRr7QazMafdUVyLoH3Se80zuzj7/X5YIyHDsBNmQ=",
    ];

    /// The letters of the keys to add and of those to retire, after the server has announced the
    /// first two.
    fn changed(text: &str, address: Option<&str>) -> (String, String) {
        let on_record = KnownHosts::parse(Path::new("known_hosts"), text);
        let keys: Vec<PublicKey> = KEYS.iter().map(|key| key.parse().unwrap()).collect();
        let name = Name::host("node7", 22).unwrap();
        let address = address.map(|address| Name::host(address, 22).unwrap());
        let Changes { new, retired } = changes(&on_record, &name, address.as_ref(), &keys[..2]);
        let letter = |key: &Fingerprint| {
            keys.iter().zip(["a", "b", "c"]).find(|(it, _)| Fingerprint::of(it) == *key).unwrap().1
        };
        let new: String = new.iter().map(|key| letter(&Fingerprint::of(key))).collect();
        (new, retired.iter().map(letter).collect())
    }

    #[test]
    fn keys_are_added_and_retired_as_openssh_does() {
        let lines = |lines: &[&str]| {
            let mut text = lines.join("\n");
            for (letter, key) in ["<a>", "<b>", "<c>"].iter().zip(KEYS) {
                text = text.replace(letter, key);
            }
            text
        };
        for (text, new, retired) in [
            (&["node7 <a>"][..], "b", ""),
            (&["node7 <a>", "node7 <b>"], "", ""),
            (&["node7 <a>", "node7 <c>"], "b", "c"),
            (&["node7 <a>", "node7 <b>", "node7 <c>"], "", "c"),
            (&["node7,192.0.2.7 <a>", "node7,192.0.2.7 <c>"], "b", "c"),
            // Not on record, or only with keys that the server does not announce.
            (&["node8 <a>"], "", ""),
            (&["node7 <c>"], "", ""),
            // Written by hand.
            (&["node* <a>", "node7 <c>"], "", ""),
            (&["node7,node8,node9 <a>", "node7 <c>"], "", ""),
            (&["node7 <a>", "node7 <c>", "@revoked node7 <c>"], "", ""),
            (&["node7 <a>", "node7 <c>", "@cert-authority node7 <b>"], "", ""),
            // One key under another name keeps all from being retired.
            (&["node7 <a>", "node7 <c>", "node8 <a>"], "b", ""),
            (&["node7 <a>", "node7 <c>", "node8 <b>"], "b", ""),
            (&["node7 <a>", "node7 <c>", "node8 <c>"], "b", ""),
        ] {
            let text = lines(text);
            assert_eq!(changed(&text, None), (new.to_owned(), retired.to_owned()), "{text}");
        }
    }

    #[test]
    fn an_address_is_a_second_name() {
        for (lines, new, retired) in [
            (&["node7,192.0.2.7 <a>"][..], "b", ""),
            (&["node7 <a>", "192.0.2.7 <a>"], "b", ""),
            (&["node7,192.0.2.7 <a>", "192.0.2.7 <b>"], "", ""),
            (&["node7,192.0.2.7 <a>", "192.0.2.7 <c>"], "b", "c"),
            (&["node7,192.0.2.8 <a>"], "", ""),
            (&["node7 <a>", "node8,192.0.2.7 <c>"], "", ""),
        ] {
            let text = KEYS.iter().zip(["<a>", "<b>", "<c>"]);
            let text = text.fold(lines.join("\n"), |text, (key, letter)| text.replace(letter, key));
            let expected = (new.to_owned(), retired.to_owned());
            assert_eq!(changed(&text, Some("192.0.2.7")), expected, "{text}");
        }
    }
}
