//! Which algorithms are offered, and in which order.

use std::borrow::Cow;

use russh::keys::ssh_key::{Algorithm, EcdsaCurve, HashAlg, PublicKey};
use russh::{Preferred, cipher, compression, kex, mac};

use crate::config::{AlgorithmKind, Algorithms, Change};

/// AES-GCM first: every x86-64 and ARM core of the last ten years computes it in hardware.
const CIPHERS: &[cipher::Name] = &[
    cipher::AES_128_GCM,
    cipher::AES_256_GCM,
    cipher::CHACHA20_POLY1305,
    cipher::AES_256_CTR,
    cipher::AES_192_CTR,
    cipher::AES_128_CTR,
];

const KEY_EXCHANGES: &[kex::Name] = &[
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::ECDH_SHA2_NISTP256,
    kex::ECDH_SHA2_NISTP384,
    kex::ECDH_SHA2_NISTP521,
    kex::DH_GEX_SHA256,
    kex::DH_G16_SHA512,
    kex::DH_G18_SHA512,
    kex::DH_G14_SHA256,
];

/// Signals that are sent in the list of key exchanges without being any (RFC 8308; OpenSSH PROTOCOL
/// §1.10).
const KEY_EXCHANGE_EXTENSIONS: &[kex::Name] =
    &[kex::EXTENSION_SUPPORT_AS_CLIENT, kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT];

/// Only MACs that cover the encrypted packet, for ciphers that need a MAC.
const MACS: &[mac::Name] = &[mac::HMAC_SHA256_ETM, mac::HMAC_SHA512_ETM];

const COMPRESSED: &[compression::Name] =
    &[compression::ZLIB_LEGACY, compression::ZLIB, compression::NONE];
const UNCOMPRESSED: &[compression::Name] = &[compression::NONE];

/// In order of preference. Signatures with SHA-1 (`ssh-rsa`) are left out.
const HOST_KEYS: &[Algorithm] = &[
    Algorithm::Ed25519,
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
    Algorithm::Rsa { hash: Some(HashAlg::Sha512) },
    Algorithm::Rsa { hash: Some(HashAlg::Sha256) },
];

/// The signatures by RSA keys that count: one with SHA-1 proves nothing.
const RSA_SIGNATURES: [&str; 2] = ["rsa-sha2-512", "rsa-sha2-256"];

/// The user's settings; `None` means our own order.
#[derive(Clone, Debug, Default)]
pub(crate) struct AlgorithmPreferences {
    /// `-C`
    pub(crate) compression: bool,
    /// `Ciphers`
    pub(crate) ciphers: Option<Algorithms>,
    /// `KexAlgorithms`
    pub(crate) key_exchanges: Option<Algorithms>,
    /// `MACs`
    pub(crate) macs: Option<Algorithms>,
    /// `HostKeyAlgorithms`
    pub(crate) host_keys: Option<Algorithms>,
}

impl AlgorithmPreferences {
    /// Whether a user has chosen which types of host key come first.
    pub(crate) fn is_order_chosen(&self) -> bool {
        let change = self.host_keys.as_ref().map(|list| list.change);
        matches!(change, Some(Change::Replace | Change::Prepend))
    }

    /// Whether a user has set the list in which there was no common algorithm.
    pub(crate) fn is_chosen(&self, cause: &russh::Error) -> bool {
        use russh::AlgorithmKind as K;
        let russh::Error::NoCommonAlgo { kind, .. } = cause else { return false };
        match kind {
            K::Kex => self.key_exchanges.is_some(),
            K::Key => self.host_keys.is_some(),
            K::Cipher => self.ciphers.is_some(),
            K::Mac => self.macs.is_some(),
            K::Compression => false,
        }
    }
}

/// The lists for one connection. Types of host key that are `recorded` for the host come first, so
/// that the server shows a key that we can check.
pub(crate) fn offered(
    preferences: &AlgorithmPreferences,
    recorded: &[Algorithm],
    with_authorities: bool,
) -> Preferred {
    let (mut certificates, mut keys) = host_keys(preferences.host_keys.as_ref(), with_authorities);
    let is_new = |algorithm: &Algorithm| !recorded.iter().any(|known| same_key(known, algorithm));
    certificates.sort_by_key(is_new);
    keys.sort_by_key(is_new);
    let mut key_exchanges = chosen(preferences.key_exchanges.as_ref(), KEY_EXCHANGES);
    key_exchanges.extend_from_slice(KEY_EXCHANGE_EXTENSIONS);
    Preferred {
        kex: Cow::Owned(key_exchanges),
        host_key_certificates: Cow::Owned(certificates),
        key: Cow::Owned(keys),
        cipher: Cow::Owned(chosen(preferences.ciphers.as_ref(), CIPHERS)),
        mac: Cow::Owned(chosen(preferences.macs.as_ref(), MACS)),
        compression: Cow::Borrowed(if preferences.compression { COMPRESSED } else { UNCOMPRESSED }),
    }
}

/// The names that are offered, in order: of ciphers, key exchanges, MACs, and types of host key.
pub(crate) fn names(preferences: &AlgorithmPreferences) -> [Vec<String>; 4] {
    let AlgorithmPreferences { ciphers, key_exchanges, macs, host_keys, .. } = preferences;
    let (certificates, keys) = self::host_keys(host_keys.as_ref(), true);
    let certificates = certificates.iter().map(Algorithm::to_certificate_type);
    let keys = keys.iter().map(ToString::to_string);
    [
        texts(&chosen(ciphers.as_ref(), CIPHERS)),
        texts(&chosen(key_exchanges.as_ref(), KEY_EXCHANGES)),
        texts(&chosen(macs.as_ref(), MACS)),
        certificates.chain(keys).collect(),
    ]
}

fn texts<A: AsRef<str>>(names: &[A]) -> Vec<String> {
    names.iter().map(|name| name.as_ref().to_owned()).collect()
}

/// The option that excludes everything that is available here, if there is one.
pub(crate) fn empty_list(
    preferences: &AlgorithmPreferences,
) -> Option<(&'static str, Vec<String>)> {
    let AlgorithmPreferences { ciphers, key_exchanges, macs, host_keys, .. } = preferences;
    let (certificates, keys) = self::host_keys(host_keys.as_ref(), false);
    let is_empty = [
        ("Ciphers", ciphers, chosen(ciphers.as_ref(), CIPHERS).is_empty()),
        ("KexAlgorithms", key_exchanges, chosen(key_exchanges.as_ref(), KEY_EXCHANGES).is_empty()),
        ("MACs", macs, chosen(macs.as_ref(), MACS).is_empty()),
        ("HostKeyAlgorithms", host_keys, certificates.is_empty() && keys.is_empty()),
    ];
    let found = is_empty.into_iter().find(|(.., is_empty)| *is_empty);
    found.and_then(|(option, list, _)| Some((option, list.as_ref()?.names.clone())))
}

/// All names of a kind that are available here.
pub(crate) fn available(kind: AlgorithmKind) -> Vec<&'static str> {
    let is_ours = |name: &&str| match kind {
        AlgorithmKind::Cipher => cipher::Name::try_from(*name).is_ok(),
        AlgorithmKind::KeyExchange => kex::Name::try_from(*name).is_ok(),
        AlgorithmKind::Mac => mac::Name::try_from(*name).is_ok(),
        AlgorithmKind::Signature => is_available(name),
    };
    kind.names().iter().copied().filter(is_ours).collect()
}

/// All names available here of the kind for which there was none in common.
pub(crate) fn available_to(cause: &russh::Error) -> Vec<&'static str> {
    use russh::AlgorithmKind as K;
    let russh::Error::NoCommonAlgo { kind, .. } = cause else { return Vec::new() };
    match kind {
        K::Kex => available(AlgorithmKind::KeyExchange),
        K::Key => available(AlgorithmKind::Signature),
        K::Cipher => available(AlgorithmKind::Cipher),
        K::Mac => available(AlgorithmKind::Mac),
        K::Compression => Vec::new(),
    }
}

/// Whether keys with this name, or certificates for them, can be used.
pub(crate) fn is_available(name: &str) -> bool {
    let algorithm = certificate(name).or_else(|| Algorithm::new(name).ok());
    algorithm.is_some_and(|it| !matches!(it, Algorithm::Other(_) | Algorithm::Dsa))
}

/// Types of host key whose certificates are requested, and those whose plain keys are. Our own list
/// has certificates only if an authority is on record, because the server then sends one.
fn host_keys(
    list: Option<&Algorithms>,
    with_authorities: bool,
) -> (Vec<Algorithm>, Vec<Algorithm>) {
    let certified: Vec<String> = HOST_KEYS.iter().map(Algorithm::to_certificate_type).collect();
    let certified = certified.iter().map(String::as_str).filter(|_| with_authorities);
    let own: Vec<&str> = certified.chain(HOST_KEYS.iter().map(Algorithm::as_str)).collect();
    let names = match list {
        Some(list) => list.applied_to(&own),
        None => own.into_iter().map(str::to_owned).collect(),
    };
    let is_supported =
        |algorithm: &Algorithm| !matches!(algorithm, Algorithm::Other(_) | Algorithm::Dsa);
    let all = |read: fn(&str) -> Option<Algorithm>| {
        names.iter().filter_map(|name| read(name)).filter(is_supported).collect()
    };
    (all(certificate), all(|name| Algorithm::new(name).ok()))
}

/// The type of key that a certificate is for.
fn certificate(name: &str) -> Option<Algorithm> {
    Algorithm::new_certificate(name).ok().filter(|algorithm| algorithm.as_str() != name)
}

/// Our own list with the user's changes, without names that are not available here.
fn chosen<A>(list: Option<&Algorithms>, own: &[A]) -> Vec<A>
where
    A: AsRef<str> + Clone + for<'a> TryFrom<&'a str>,
{
    let Some(list) = list else { return own.to_vec() };
    let own: Vec<&str> = own.iter().map(AsRef::as_ref).collect();
    list.applied_to(&own).iter().filter_map(|name| A::try_from(name).ok()).collect()
}

/// Whether signatures by this key are among these algorithms (`HostKeyAlgorithms`).
pub(crate) fn is_one_of(algorithms: &[String], key: &PublicKey) -> bool {
    let algorithm = key.algorithm();
    let mut algorithms = algorithms.iter();
    if algorithm.clone().is_rsa() {
        algorithms.any(|name| RSA_SIGNATURES.contains(&name.as_str()))
    } else {
        algorithms.any(|name| name == algorithm.as_str())
    }
}

/// An RSA key is the same key with any hash for its signatures.
fn same_key(recorded: &Algorithm, offered: &Algorithm) -> bool {
    recorded == offered
        || matches!((recorded, offered), (Algorithm::Rsa { .. }, Algorithm::Rsa { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;
    fn list(text: &str, kind: AlgorithmKind) -> Algorithms {
        Algorithms::parse(text, kind).unwrap()
    }

    #[test]
    fn recorded_types_come_first_and_sha1_never() {
        let recorded = [Algorithm::Rsa { hash: None }];
        let offered = offered(&AlgorithmPreferences::default(), &recorded, false);
        let names: Vec<&str> = offered.key.iter().map(AsRef::as_ref).collect();
        assert_eq!(
            names,
            [
                "rsa-sha2-512",
                "rsa-sha2-256",
                "ssh-ed25519",
                "ecdsa-sha2-nistp256",
                "ecdsa-sha2-nistp384",
                "ecdsa-sha2-nistp521",
            ]
        );
        assert!(offered.host_key_certificates.is_empty());
    }

    #[test]
    fn a_wish_replaces_our_order_and_strict_key_exchange_stays() {
        let preferences = AlgorithmPreferences {
            key_exchanges: Some(list(
                "curve25519-sha256,sntrup761x25519-sha512",
                AlgorithmKind::KeyExchange,
            )),
            ..AlgorithmPreferences::default()
        };
        let offered = offered(&preferences, &[], false);
        let names: Vec<&str> = offered.kex.iter().map(AsRef::as_ref).collect();
        assert_eq!(names, ["curve25519-sha256", "ext-info-c", "kex-strict-c-v00@openssh.com"]);
    }

    #[test]
    fn certificates_are_asked_for_by_name_or_where_an_authority_is_on_record() {
        for (text, with_authorities, certificates, keys) in [
            ("ssh-ed25519*", false, "ssh-ed25519", "ssh-ed25519"),
            ("ssh-ed25519-cert-v01@openssh.com", false, "ssh-ed25519", ""),
            (
                "sk-ssh-ed25519-cert-v01@openssh.com,rsa-sha2-512",
                true,
                "sk-ssh-ed25519@openssh.com",
                "rsa-sha2-512",
            ),
            ("-ecdsa*,rsa*", true, "ssh-ed25519", "ssh-ed25519"),
            ("-ecdsa*,rsa*", false, "", "ssh-ed25519"),
            (
                "+ssh-dss,ssh-mldsa44-ed25519,ssh-rsa",
                false,
                "",
                "ssh-ed25519 ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521 rsa-sha2-512 rsa-sha2-256 ssh-rsa",
            ),
        ] {
            let preferences = AlgorithmPreferences {
                host_keys: Some(list(text, AlgorithmKind::Signature)),
                ..AlgorithmPreferences::default()
            };
            let offered = offered(&preferences, &[], with_authorities);
            let joined = |list: &[Algorithm]| {
                list.iter().map(Algorithm::as_str).collect::<Vec<_>>().join(" ")
            };
            let found = (joined(&offered.host_key_certificates), joined(&offered.key));
            assert_eq!(found, (certificates.to_owned(), keys.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_list_that_leaves_nothing_is_found() {
        let with_macs = |text| AlgorithmPreferences {
            macs: Some(list(text, AlgorithmKind::Mac)),
            ..AlgorithmPreferences::default()
        };
        let empty = empty_list(&with_macs("umac-64@openssh.com"));
        assert_eq!(empty, Some(("MACs", vec!["umac-64@openssh.com".to_owned()])));
        assert_eq!(empty_list(&with_macs("umac-64@openssh.com,hmac-sha2-256")), None);
    }
}
