//! `known_hosts` files, and the hosts that their lines match.

use std::path::Path;

use sshc::known_hosts::{KnownHosts, Name};

pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let known = KnownHosts::parse(Path::new("known_hosts"), &text);
    let names = [Name::host("node.example.com", 22), Name::host("203.0.113.7", 2222)];
    let names: Vec<Name> = names.into_iter().map(|name| name.expect("a name")).collect();
    for (entry, _) in known.about(&names) {
        let _ = (entry.key(), entry.fingerprint());
    }
    let _ = (known.algorithms_for(&names), known.has_authority_for(&names));
    for warning in known.warnings() {
        assert!(!warning.to_string().contains(|it: char| it.is_control()), "{warning}");
    }
}
