//! Which algorithms are offered, and in which order.

use std::borrow::Cow;

use russh::keys::ssh_key::{Algorithm, EcdsaCurve, HashAlg};
use russh::{Preferred, cipher, compression, kex, mac};

use crate::config::Algorithms;

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

/// Not key exchanges but what is said in their list (RFC 8308; OpenSSH PROTOCOL §1.10).
const KEY_EXCHANGE_EXTENSIONS: &[kex::Name] =
    &[kex::EXTENSION_SUPPORT_AS_CLIENT, kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT];

/// Only those that cover the encrypted packet, for the ciphers that need one.
const MACS: &[mac::Name] = &[mac::HMAC_SHA256_ETM, mac::HMAC_SHA512_ETM];

const COMPRESSED: &[compression::Name] =
    &[compression::ZLIB_LEGACY, compression::ZLIB, compression::NONE];
const UNCOMPRESSED: &[compression::Name] = &[compression::NONE];

/// From the one most wished for. SHA-1 signatures (`ssh-rsa`) are left out.
const HOST_KEYS: &[Algorithm] = &[
    Algorithm::Ed25519,
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
    Algorithm::Rsa { hash: Some(HashAlg::Sha512) },
    Algorithm::Rsa { hash: Some(HashAlg::Sha256) },
];

/// What the user asked for; `None` is our own order.
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

/// The lists for one connection. Types of host key that are `recorded` for the host
/// come first, so that the key we can check is the one the server shows.
pub(crate) fn offered(
    wishes: &AlgorithmPreferences,
    recorded: &[Algorithm],
    with_authorities: bool,
) -> Preferred {
    let mut host_keys =
        chosen(wishes.host_keys.as_ref(), HOST_KEYS, |name| Algorithm::new(name).ok());
    host_keys.sort_by_key(|algorithm| !recorded.iter().any(|known| same_key(known, algorithm)));
    let mut key_exchanges =
        chosen(wishes.key_exchanges.as_ref(), KEY_EXCHANGES, |name| kex::Name::try_from(name).ok());
    key_exchanges.extend_from_slice(KEY_EXCHANGE_EXTENSIONS);
    Preferred {
        kex: Cow::Owned(key_exchanges),
        host_key_certificates: if with_authorities {
            Cow::Owned(host_keys.clone())
        } else {
            Cow::Borrowed(&[])
        },
        key: Cow::Owned(host_keys),
        cipher: Cow::Owned(chosen(wishes.ciphers.as_ref(), CIPHERS, |name| {
            cipher::Name::try_from(name).ok()
        })),
        mac: Cow::Owned(chosen(wishes.macs.as_ref(), MACS, |name| mac::Name::try_from(name).ok())),
        compression: Cow::Borrowed(if wishes.compression { COMPRESSED } else { UNCOMPRESSED }),
    }
}

/// Our own list as the user changed it, without what nobody here can do.
fn chosen<A: AsRef<str> + Clone>(
    wished: Option<&Algorithms>,
    own: &[A],
    parse: impl Fn(&str) -> Option<A>,
) -> Vec<A> {
    let Some(wished) = wished else { return own.to_vec() };
    let own: Vec<&str> = own.iter().map(AsRef::as_ref).collect();
    wished.applied_to(&own).iter().filter_map(|name| parse(name)).collect()
}

/// An RSA key is the same key whichever hash its signatures use.
fn same_key(recorded: &Algorithm, offered: &Algorithm) -> bool {
    recorded == offered
        || matches!((recorded, offered), (Algorithm::Rsa { .. }, Algorithm::Rsa { .. }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Change;

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
        let wishes = AlgorithmPreferences {
            key_exchanges: Some(Algorithms {
                change: Change::Replace,
                names: vec!["curve25519-sha256".into(), "sntrup761x25519-sha512".into()],
            }),
            ..AlgorithmPreferences::default()
        };
        let offered = offered(&wishes, &[], false);
        let names: Vec<&str> = offered.kex.iter().map(AsRef::as_ref).collect();
        assert_eq!(names, ["curve25519-sha256", "ext-info-c", "kex-strict-c-v00@openssh.com"]);
    }
}
