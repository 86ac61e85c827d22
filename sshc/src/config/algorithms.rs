//! Lists of algorithms in the syntax of `ssh_config(5)`, and all names that OpenSSH knows.

use super::SettingError;
use crate::pattern::match_one;

/// The kind of algorithm in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlgorithmKind {
    /// `Ciphers`
    Cipher,
    /// `KexAlgorithms`
    KeyExchange,
    /// `MACs`
    Mac,
    /// `HostKeyAlgorithms`, `PubkeyAcceptedAlgorithms` and `CASignatureAlgorithms`
    Signature,
}

/// The names of `ssh -Q cipher`.
const CIPHERS: &[&str] = &[
    "3des-cbc",
    "aes128-cbc",
    "aes192-cbc",
    "aes256-cbc",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
];

/// The names of `ssh -Q mac`.
const MACS: &[&str] = &[
    "hmac-sha1",
    "hmac-sha1-96",
    "hmac-sha2-256",
    "hmac-sha2-512",
    "hmac-md5",
    "hmac-md5-96",
    "umac-64@openssh.com",
    "umac-128@openssh.com",
    "hmac-sha1-etm@openssh.com",
    "hmac-sha1-96-etm@openssh.com",
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-md5-etm@openssh.com",
    "hmac-md5-96-etm@openssh.com",
    "umac-64-etm@openssh.com",
    "umac-128-etm@openssh.com",
];

/// The names of `ssh -Q kex`, and two groups of RFC 8268 that OpenSSH does not have.
const KEY_EXCHANGES: &[&str] = &[
    "diffie-hellman-group1-sha1",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group15-sha512",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group17-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group-exchange-sha1",
    "diffie-hellman-group-exchange-sha256",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "sntrup761x25519-sha512",
    "sntrup761x25519-sha512@openssh.com",
    "mlkem768x25519-sha256",
    "mlkem768nistp256-sha256",
    "mlkem1024nistp384-sha384",
];

/// The names of `ssh -Q sig` and `ssh -Q key-cert`.
const SIGNATURES: &[&str] = &[
    "ssh-ed25519",
    "ssh-ed25519-cert-v01@openssh.com",
    "sk-ssh-ed25519@openssh.com",
    "sk-ssh-ed25519-cert-v01@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp384-cert-v01@openssh.com",
    "ecdsa-sha2-nistp521",
    "ecdsa-sha2-nistp521-cert-v01@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
    "webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "ssh-dss",
    "ssh-dss-cert-v01@openssh.com",
    "ssh-rsa",
    "ssh-rsa-cert-v01@openssh.com",
    "rsa-sha2-256",
    "rsa-sha2-256-cert-v01@openssh.com",
    "rsa-sha2-512",
    "rsa-sha2-512-cert-v01@openssh.com",
    "ssh-mldsa44-ed25519",
    "ssh-mldsa44-ed25519-cert",
    // Their names before OpenSSH 10.6.
    "ssh-mldsa44-ed25519@openssh.com",
    "ssh-mldsa44-ed25519-cert-v01@openssh.com",
];

impl AlgorithmKind {
    /// All names that OpenSSH has for this kind, available here or not.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Cipher => CIPHERS,
            Self::KeyExchange => KEY_EXCHANGES,
            Self::Mac => MACS,
            Self::Signature => SIGNATURES,
        }
    }
}

/// A list of algorithms, complete or as a change to the default list (`Ciphers` and similar
/// options).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Algorithms {
    /// What they are for.
    pub kind: AlgorithmKind,
    /// How the list changes the default.
    pub change: Change,
    /// Their names or patterns, in order.
    pub names: Vec<String>,
}

/// How a list of algorithms changes the default list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Replaces it.
    Replace,
    /// Is appended to it (`+`).
    Append,
    /// Is removed from it (`-`).
    Remove,
    /// Is put before it (`^`).
    Prepend,
}

impl Algorithms {
    /// Parses a list.
    ///
    /// # Errors
    ///
    /// [`SettingError::Value`] for an empty list, and for a name or pattern that matches no
    /// algorithm of OpenSSH: a mistyped name would fail to allow or forbid what it should.
    pub fn parse(text: &str, kind: AlgorithmKind) -> Result<Self, SettingError> {
        let (change, list) = match text.split_at_checked(1) {
            Some(("+", rest)) => (Change::Append, rest),
            Some(("-", rest)) => (Change::Remove, rest),
            Some(("^", rest)) => (Change::Prepend, rest),
            _ => (Change::Replace, text),
        };
        let names: Vec<_> = list.split(',').map(str::to_owned).collect();
        if names.iter().any(String::is_empty) {
            return Err(SettingError::value("a list of algorithms with commas between them", text));
        }
        // An algorithm to remove may have disappeared long ago.
        let is_known = |name: &String| kind.names().iter().any(|it| match_one(it, name, false));
        match names.iter().find(|name| change != Change::Remove && !is_known(name)) {
            Some(unknown) => Err(SettingError::UnknownAlgorithm { name: unknown.clone() }),
            None => Ok(Self { kind, change, names }),
        }
    }

    /// Applies the change to the default list. Patterns expand to all known algorithms that they
    /// match, those of the default list first.
    #[must_use]
    pub fn applied_to(&self, own: &[&str]) -> Vec<String> {
        let is_named = |name: &&&str| self.names.iter().any(|item| match_one(name, item, false));
        let named = || {
            let known = || own.iter().chain(self.kind.names()).copied();
            self.names
                .iter()
                .flat_map(move |item| known().filter(move |name| match_one(name, item, false)))
        };
        let own = || own.iter().copied();
        let list: Vec<&str> = match self.change {
            Change::Replace => named().collect(),
            Change::Append => own().chain(named()).collect(),
            Change::Prepend => named().chain(own()).collect(),
            Change::Remove => own().filter(|name| !is_named(&name)).collect(),
        };
        let mut once = Vec::with_capacity(list.len());
        for name in list {
            if !once.iter().any(|it| it == name) {
                once.push(name.to_owned());
            }
        }
        once
    }

    pub(super) fn show(&self) -> String {
        let sign = match self.change {
            Change::Replace => "",
            Change::Append => "+",
            Change::Remove => "-",
            Change::Prepend => "^",
        };
        format!("{sign}{}", self.names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_change_the_programs_own() {
        let own = ["aes128-ctr", "aes192-ctr", "aes256-gcm@openssh.com"];
        for (text, expected) in [
            ("aes256-ctr,aes128-ctr", "aes256-ctr aes128-ctr"),
            ("+3des-cbc,aes128-ctr", "aes128-ctr aes192-ctr aes256-gcm@openssh.com 3des-cbc"),
            ("-aes1*,nope", "aes256-gcm@openssh.com"),
            ("^aes256-gcm*", "aes256-gcm@openssh.com aes128-ctr aes192-ctr"),
            ("*-ctr", "aes128-ctr aes192-ctr aes256-ctr"),
        ] {
            let list = Algorithms::parse(text, AlgorithmKind::Cipher).unwrap();
            assert_eq!(list.applied_to(&own).join(" "), expected, "{text}");
            assert_eq!(list.show(), text);
        }
    }

    #[test]
    fn unknown_algorithms_and_malformed_lists_are_refused() {
        for text in ["", "+", "aes128-ctr,,aes192-ctr", "nope", "+aes128-ctr,nope*", "^hmac-sha1"] {
            assert!(Algorithms::parse(text, AlgorithmKind::Cipher).is_err(), "{text}");
        }
    }
}
