//! Key exchanges that a quantum computer could undo: what is said about one.
//!
//! A session that is recorded today could be read once such computers exist.

use contract::shown;

/// How the names of hybrid key exchanges begin: one half of each is post-quantum.
const POST_QUANTUM: [&str; 2] = ["mlkem", "sntrup"];

/// A key exchange that is not post-quantum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Classical {
    name: String,
    /// One that the server has and that is not available here.
    missing_here: Option<String>,
}

impl Classical {
    /// The key exchange with this name, of those that the server offers, unless it is post-quantum.
    pub(crate) fn of(name: &str, offered: &[String]) -> Option<Self> {
        let is_post_quantum =
            |name: &str| POST_QUANTUM.iter().any(|prefix| name.starts_with(prefix));
        let missing_here = offered.iter().find(|name| is_post_quantum(name)).cloned();
        (!is_post_quantum(name)).then(|| Self { name: name.to_owned(), missing_here })
    }

    /// Whether the server can do no better.
    pub(crate) fn is_the_servers_best(&self) -> bool {
        self.missing_here.is_none()
    }

    /// What `-v` says.
    pub(crate) fn note(&self, place: &str) -> String {
        let name = shown(&self.name);
        match &self.missing_here {
            Some(better) => format!(
                "the key exchange with {place} is not post-quantum: {name}; the server also has {}, \
                 which sshc has not",
                shown(better)
            ),
            None => format!("the key exchange with {place} is not post-quantum: {name}"),
        }
    }

    /// The warning for a user.
    pub(crate) fn warning(&self, place: &str) -> String {
        format!(
            "sshc: warning: {}; a recording of this session can be read once there are quantum \
             computers\nsshc: hint: a newer SSH server has mlkem768x25519-sha256; \
             -o WarnWeakCrypto=no-pq-kex turns this warning off\n",
            self.note(place)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hybrids_are_distinguished_from_the_rest() {
        let offered = |names: &str| names.split(',').map(str::to_owned).collect::<Vec<_>>();
        let sntrup = "sntrup761x25519-sha512@openssh.com,curve25519-sha256";
        for (name, offer, expected) in [
            ("mlkem768x25519-sha256", "mlkem768x25519-sha256,curve25519-sha256", None),
            ("curve25519-sha256", "curve25519-sha256", Some(true)),
            ("curve25519-sha256", sntrup, Some(false)),
            ("diffie-hellman-group14-sha256", "", Some(true)),
        ] {
            let found = Classical::of(name, &offered(offer));
            assert_eq!(found.map(|it| it.is_the_servers_best()), expected, "{name}");
        }
    }
}
