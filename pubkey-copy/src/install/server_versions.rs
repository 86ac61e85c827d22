//! Which servers understand a line: older ones ignore a line with an option that they do not know.

use crate::line::{AuthorizedKey, KeyOption};

/// A release of OpenSSH, and the feature that needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Release {
    pub(super) major: u32,
    pub(super) minor: u32,
    pub(super) brought: &'static str,
}

/// The OpenSSH release that introduced an option or a key type; anything not listed is older than
/// any server in use.
const RELEASES: [(u32, u32, &str); 13] = [
    (6, 5, "ssh-ed25519"),
    (7, 2, "agent-forwarding"),
    (7, 2, "port-forwarding"),
    (7, 2, "pty"),
    (7, 2, "restrict"),
    (7, 2, "user-rc"),
    (7, 2, "X11-forwarding"),
    (7, 7, "expiry-time"),
    (7, 8, "permitlisten"),
    (8, 2, "no-touch-required"),
    (8, 2, "sk-ssh-ed25519@openssh.com"),
    (8, 2, "sk-ecdsa-sha2-nistp256@openssh.com"),
    (8, 4, "verify-required"),
];

/// The key types that servers accept today: OpenSSH has refused DSA since 7.0, and does not know
/// Ed448.
const TAKEN: [&str; 7] = [
    "ssh-rsa",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];

pub(super) fn is_taken(algorithm: &str) -> bool {
    TAKEN.contains(&algorithm)
}

/// The oldest OpenSSH that understands every part of the line.
pub(super) fn release(line: &AuthorizedKey) -> Release {
    let mut words: Vec<&str> = line.options().iter().map(KeyOption::name).collect();
    words.push(line.key().algorithm());
    let known = RELEASES.iter().filter(|(_, _, brought)| words.contains(brought));
    let releases = known.map(|&(major, minor, brought)| Release { major, minor, brought });
    releases.max().unwrap_or(Release { major: 0, minor: 0, brought: "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_requirement_decides() {
        let key: keygen::PublicKeyLine =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti"
                .parse()
                .expect("a key");
        let table: [(&[&str], Release); 3] = [
            (&[], Release { major: 6, minor: 5, brought: "ssh-ed25519" }),
            (&["from=192.0.2.1"], Release { major: 6, minor: 5, brought: "ssh-ed25519" }),
            (
                &["restrict", "permitlisten=8080", "pty"],
                Release { major: 7, minor: 8, brought: "permitlisten" },
            ),
        ];
        for (options, expected) in table {
            let options = options.iter().map(|text| text.parse().expect("an option")).collect();
            let line = AuthorizedKey::new(options, key.clone()).expect("a line");
            assert_eq!(release(&line), expected);
        }
    }
}
