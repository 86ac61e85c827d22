//! Which keys and certificates the user lets us log in with.

use russh::keys::ssh_key::PublicKey;

use crate::fingerprint::bits;

/// The keys and certificates that may be offered.
#[derive(Clone, Debug)]
pub(crate) struct AcceptedAlgorithms {
    /// `PubkeyAcceptedAlgorithms`: for keys, certificates and signatures.
    pub(crate) algorithms: Vec<String>,
    /// `RequiredRSASize`, in bits; 0 if it is not set.
    pub(crate) least_rsa_bits: u32,
    /// Whether certificates beside a key file count: not with `CertificateFile none`.
    pub(crate) certificates_beside: bool,
}

impl AcceptedAlgorithms {
    /// Whether this is an RSA key that the user finds too short.
    pub(super) fn is_too_short(&self, key: &PublicKey) -> bool {
        key.algorithm().is_rsa() && bits(key) < self.least_rsa_bits
    }
}
