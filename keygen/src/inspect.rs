//! The facts about a key file, and warnings that matter. Printing them belongs to [`crate::cli`].

use std::fmt;
use std::path::Path;
use std::time::SystemTime;

use ssh_key::Algorithm;

use crate::certificate;
use crate::date::seconds_since_1970;
use crate::error::Error;
use crate::input::{Input, is_standard_input, line_beside};
use crate::key_file::{Damage, KeyFormat, PrivateKeyFile, Protection};
use crate::key_pair;
use crate::passphrase::Passphrase;
use crate::permissions;
use crate::public_key::{Entry, PublicKeyLine};
use crate::store::public_beside;

/// A key file and the facts about it.
#[derive(Debug)]
pub struct Inspection {
    /// The line, counted from 1, in a file with several public keys.
    pub line: Option<u32>,
    /// The usual name of the format.
    pub format: &'static str,
    /// The public half, if it is readable or a passphrase was given.
    pub public: Option<PublicKeyLine>,
    /// The comment, if it is readable.
    pub comment: Option<String>,
    /// For a private key file, how it is locked.
    pub protection: Option<Protection>,
    /// The certificate in this file, or the one of this key in the file beside it.
    pub certificate: Option<PublicKeyLine>,
    /// The warnings for its owner.
    pub warnings: Vec<Warning>,
}

/// A fact about a key that its owner should know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// An RSA modulus that is too short today (NIST SP 800-131A).
    ShortRsa {
        /// Its size.
        bits: u32,
    },
    /// DSA, which OpenSSH has dropped.
    Dsa,
    /// A P-521 key that PuTTY used with biased nonces.
    PuttyP521,
    /// A private key without a passphrase.
    Unlocked,
    /// A lock that takes next to no effort to guess.
    WeakLock,
    /// A private key that other users may read.
    Exposed {
        /// Which users, in the system's words.
        to: String,
    },
    /// The `.pub` file beside it belongs to another key.
    OtherPublicKeyBeside,
    /// The certificate beside it, or in the file, belongs to another key.
    OtherCertificateBeside,
    /// A certificate that has expired.
    ExpiredCertificate,
    /// A certificate that is not valid yet.
    EarlyCertificate,
    /// Damage that we repaired before reading; other programs cannot read the file as it is.
    Repaired {
        /// The kinds of damage.
        damage: Vec<Damage>,
    },
    /// The file was repaired, and nothing in it proves that the key is right.
    Unproven,
    /// An RSA coefficient was missing or wrong; not every program computes it.
    ComputedCoefficient,
    /// Ed25519 in a format from which older OpenSSH does not read it.
    Ed25519InPkcs8,
    /// A public key that is broken across several lines.
    BrokenLine,
    /// The public half comes from the `.pub` file beside it, because this file does not contain it.
    PublicKeyBeside,
}

impl Warning {
    /// Also the warning for users who write such a file.
    pub(crate) const ED25519_IN_PKCS8: &str = "OpenSSH before 9.6 does not read Ed25519 from \
                                               PKCS#8; keygen convert -O openssh writes a format \
                                               that every version reads";

    /// A name for scripts, in snake case.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::ShortRsa { .. } => "short_rsa",
            Self::Dsa => "dsa",
            Self::PuttyP521 => "putty_p521",
            Self::Unlocked => "unlocked",
            Self::WeakLock => "weak_lock",
            Self::Exposed { .. } => "exposed",
            Self::OtherPublicKeyBeside => "other_public_key_beside",
            Self::OtherCertificateBeside => "other_certificate_beside",
            Self::ExpiredCertificate => "expired_certificate",
            Self::EarlyCertificate => "early_certificate",
            Self::Repaired { .. } => "repaired",
            Self::Unproven => "unproven",
            Self::ComputedCoefficient => "computed_coefficient",
            Self::Ed25519InPkcs8 => "ed25519_in_pkcs8",
            Self::BrokenLine => "broken_line",
            Self::PublicKeyBeside => "public_key_beside",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ShortRsa { bits } => return write!(f, "RSA of {bits} bits is too short, make a new key"),
            Self::Exposed { to } => return write!(f, "others may read it: {to}; see --fix-permissions"),
            Self::Dsa => "OpenSSH has refused DSA since 7.0, make a new key",
            Self::PuttyP521 => {
                "if PuTTY 0.68 to 0.80 or Pageant ever signed with this P-521 key, it can be computed from the \
                 signatures (CVE-2024-31497): make a new key"
            }
            Self::Unlocked => "no passphrase: anyone who gets the file has the key",
            Self::WeakLock => "its format makes the passphrase cheap to guess, convert it to ppk \
                               or openssh",
            Self::OtherPublicKeyBeside => "the .pub file beside it belongs to another key",
            Self::OtherCertificateBeside => "the certificate beside it belongs to another key",
            Self::ExpiredCertificate => "the certificate has expired",
            Self::EarlyCertificate => "the certificate is not valid yet",
            Self::Repaired { damage } => {
                let damage: Vec<String> = damage.iter().map(ToString::to_string).collect();
                let damage = damage.join(", ");
                return write!(f, "other programs do not read this file: {damage}; keygen convert writes a clean copy");
            }
            Self::Unproven => {
                "this format has no checksum, so damage can go unnoticed: compare the fingerprint \
                 with one that you know"
            }
            Self::ComputedCoefficient => {
                "its CRT coefficient (iqmp) is missing or wrong and was computed from the primes; keygen convert writes a clean copy"
            }
            Self::Ed25519InPkcs8 => Self::ED25519_IN_PKCS8,
            Self::BrokenLine => {
                "the public key is broken over several lines, which servers do not read: keygen public writes it on one"
            }
            Self::PublicKeyBeside => "the public half comes from the .pub file beside it, \
                                      unverified until unlocked",
        })
    }
}

/// Inspects a private key file, or each key in a file of public keys, with the passphrase if there
/// is one.
///
/// Checks that a private key is complete, if it can be unlocked. `-` is standard input.
///
/// # Errors
/// When the file cannot be read, is not a key or is damaged, or the passphrase is wrong.
pub fn inspect(path: &Path, passphrase: Option<&Passphrase>) -> Result<Vec<Inspection>, Error> {
    let input = Input::read(path)?;
    match key_pair::watching_coefficient(|| input.private_key()) {
        (Ok(file), is_computed) => {
            inspect_private(path, &file, passphrase, is_computed).map(|found| vec![found])
        }
        (Err(error), _) if error.is_public_only() => {
            let entries = input.public_keys()?;
            let is_one_of_many = entries.len() > 1;
            let found = entries.into_iter().map(inspect_public);
            Ok(found
                .map(|it| Inspection { line: it.line.filter(|_| is_one_of_many), ..it })
                .collect())
        }
        (Err(error), _) => Err(error),
    }
}

fn inspect_private(
    path: &Path,
    file: &PrivateKeyFile,
    passphrase: Option<&Passphrase>,
    mut is_computed: bool,
) -> Result<Inspection, Error> {
    let mut comment = file.comment().map(|comment| contract::shown(&*comment));
    let mut public = file.public_key();
    let mut warnings = Vec::new();
    if !file.is_locked() || passphrase.is_some() {
        let (unlocked, computed) = key_pair::watching_coefficient(|| file.unlock(passphrase));
        is_computed |= computed;
        match unlocked {
            Ok(key) => {
                let unlocked = PublicKeyLine::of(&key)?;
                comment = comment.or_else(|| Some(unlocked.comment().to_owned()));
                public = Some(unlocked);
            }
            // A key on a token, or of an unsupported kind, still has its public half.
            Err(error) if error.is_unsupported() && public.is_some() => {}
            Err(error) => return Err(error),
        }
    } else if public.is_none() {
        public = line_beside(path);
        warnings.extend(public.as_ref().map(|_| Warning::PublicKeyBeside));
    }
    let protection = file.protection();
    warnings.extend(public.iter().flat_map(about_key));
    if !file.damage().is_empty() {
        warnings.push(Warning::Repaired { damage: file.damage().to_vec() });
        let is_seed_alone = public.as_ref().is_some_and(PublicKeyLine::is_ed25519);
        let is_unproven = !file.is_proven() && (is_seed_alone || !file.is_locked());
        warnings.extend(is_unproven.then_some(Warning::Unproven));
    }
    if is_computed {
        warnings.push(Warning::ComputedCoefficient);
    }
    if file.format() == KeyFormat::Pkcs8 && public.as_ref().is_some_and(PublicKeyLine::is_ed25519) {
        warnings.push(Warning::Ed25519InPkcs8);
    }
    match &protection {
        Protection::None => warnings.push(Warning::Unlocked),
        Protection::Locked { is_weak: true, .. } => warnings.push(Warning::WeakLock),
        Protection::Locked { .. } => {}
    }
    let mut certificate = file.certificate();
    if !is_standard_input(path) {
        let exposure = permissions::exposure(path)
            .map_err(|error| Error::from(error).in_file("inspect", path))?;
        warnings.extend(exposure.map(|to| Warning::Exposed { to }));
        if let Some(public) = &public {
            if !is_own_public_key_beside(path, public) {
                warnings.push(Warning::OtherPublicKeyBeside);
            }
            certificate =
                certificate.map_or_else(|| certificate::beside(path), |own| Ok(Some(own)))?;
        }
    }
    if let Some(public) = &public {
        warnings.extend(certificate.iter().flat_map(|beside| about_certificate(beside, public)));
    }
    Ok(Inspection {
        line: None,
        format: file.format().title(),
        public,
        comment,
        protection: Some(protection),
        certificate,
        warnings,
    })
}

fn inspect_public(entry: Entry) -> Inspection {
    let Entry { line, key: public, is_wrapped } = entry;
    let warnings = about_key(&public).filter(|warning| *warning != Warning::PuttyP521);
    let warnings = warnings.chain(about_validity(&public, SystemTime::now()));
    let warnings = warnings.chain(is_wrapped.then_some(Warning::BrokenLine)).collect();
    let format = if public.certificate().is_some() { "OpenSSH certificate" } else { "public key" };
    Inspection {
        line,
        format,
        comment: Some(public.comment().to_owned()),
        protection: None,
        certificate: Some(public.clone()).filter(|public| public.certificate().is_some()),
        public: Some(public),
        warnings,
    }
}

/// Warnings about the kind of key.
fn about_key(key: &PublicKeyLine) -> impl Iterator<Item = Warning> + use<> {
    let short = key.bits().filter(|bits| *bits < 2048).map(|bits| Warning::ShortRsa { bits });
    let kind = match key.as_ssh_key().map(ssh_key::PublicKey::algorithm) {
        Some(Algorithm::Rsa { .. }) => short,
        Some(Algorithm::Dsa) => Some(Warning::Dsa),
        Some(Algorithm::Ecdsa { curve: ssh_key::EcdsaCurve::NistP521 }) => Some(Warning::PuttyP521),
        _ => None,
    };
    kind.into_iter()
}

/// Whether the `.pub` file beside a private key, if there is one, belongs to it.
fn is_own_public_key_beside(path: &Path, key: &PublicKeyLine) -> bool {
    let public = public_beside(path);
    !public.exists() || PublicKeyLine::read(&public).is_ok_and(|beside| beside.is_same_key(key))
}

/// Warnings about the certificate beside a key.
fn about_certificate(beside: &PublicKeyLine, key: &PublicKeyLine) -> Vec<Warning> {
    let other = (!beside.is_same_key(key)).then_some(Warning::OtherCertificateBeside);
    other.into_iter().chain(about_validity(beside, SystemTime::now())).collect()
}

fn about_validity(key: &PublicKeyLine, now: SystemTime) -> Option<Warning> {
    let certificate = key.certificate()?;
    let now = seconds_since_1970(now);
    if certificate.valid_before() <= now {
        Some(Warning::ExpiredCertificate)
    } else if certificate.valid_after() > now {
        Some(Warning::EarlyCertificate)
    } else {
        None
    }
}
