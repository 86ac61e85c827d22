//! Private key files: recognises the format, reads what is not encrypted, and unlocks the rest.
//!
//! Each format has a module that reads and writes it; this one tells them apart. Prompts belong to
//! [`crate::passphrase`], paths, modes and renames to [`crate::store`].

mod damage;
mod encryption;
mod foreign;
mod openssh;
mod pem;
mod ppk;

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

pub use self::damage::Damage;
pub use self::encryption::{Costs, Encryption, Pkcs8Kdf, Protection};
pub(crate) use self::openssh::private_fields;
pub(crate) use self::pem::{rsa_from_pkcs1, rsa_to_pkcs1};
use crate::defaults::MAX_FILE_SIZE;
use crate::der::content::Content;
use crate::error::Error;
use crate::passphrase::Passphrase;
use crate::public_key::{PublicKeyLine, is_public};
use crate::text::{self, first_line, read_capped};

/// The formats of private key files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
#[non_exhaustive]
pub enum KeyFormat {
    /// PuTTY's, version 3 (PuTTY 0.75 and later).
    Ppk,
    /// PuTTY's, version 2 (PuTTY 0.52 to 0.74).
    Ppk2,
    /// `-----BEGIN OPENSSH PRIVATE KEY-----` (OpenSSH's PROTOCOL.key).
    #[value(name = "openssh")]
    OpenSsh,
    /// `-----BEGIN PRIVATE KEY-----`: PKCS#8 (RFC 5958).
    Pkcs8,
    /// `-----BEGIN RSA PRIVATE KEY-----` and `EC`: PKCS#1 (RFC 8017) and SEC1 (RFC 5915).
    Pem,
}

impl KeyFormat {
    /// The format for a file name: that of `.ppk` and `.pem`, else OpenSSH's.
    #[must_use]
    pub fn of_name(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some(extension) if extension.eq_ignore_ascii_case("ppk") => Self::Ppk,
            Some(extension) if extension.eq_ignore_ascii_case("pem") => Self::Pem,
            _ => Self::OpenSsh,
        }
    }

    /// Its name on the command line and in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ppk => "ppk",
            Self::Ppk2 => "ppk2",
            Self::OpenSsh => "openssh",
            Self::Pkcs8 => "pkcs8",
            Self::Pem => "pem",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Ppk => "PPK version 3",
            Self::Ppk2 => "PPK version 2",
            Self::OpenSsh => "OpenSSH private key",
            Self::Pkcs8 => "PKCS#8",
            Self::Pem => "PEM",
        }
    }
}

impl Error {
    /// The error for a file that begins like `format` but is not valid.
    pub(crate) fn malformed(format: KeyFormat, reason: &'static str) -> Self {
        Self::Malformed { format: format.title(), line: None, reason }
    }
}

/// The bytes of a new key file in this format, locked or not.
///
/// # Errors
/// When the key's type or its comment does not fit the format, or the costs are beyond their
/// bounds.
pub fn encode(
    key: &ssh_key::PrivateKey,
    format: KeyFormat,
    encryption: Option<&Encryption<'_>>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    // A line break in a comment would write headers of its own.
    if key.comment().as_bytes().iter().any(u8::is_ascii_control) {
        return Err(Error::Comment);
    }
    let encryption = encryption.filter(|encryption| !encryption.passphrase.is_empty());
    let written = match format {
        KeyFormat::Ppk | KeyFormat::Ppk2 => ppk::write(key, format, encryption),
        KeyFormat::OpenSsh => openssh::write(key, encryption),
        KeyFormat::Pkcs8 | KeyFormat::Pem => pem::write(key, format, encryption),
    };
    written.map_err(|error| match error {
        Error::TooCostly { what, limit } => {
            Error::Usage(format!("{what} could not be read back: the limit is {limit}"))
        }
        error => error,
    })
}

/// A private key file, parsed as far as possible without its passphrase.
#[derive(Debug)]
pub struct PrivateKeyFile {
    path: Option<PathBuf>,
    container: Container,
    holds_more: bool,
    undone: Vec<Damage>,
}

#[derive(Debug)]
enum Container {
    Ppk(ppk::Ppk),
    OpenSsh(openssh::OpenSsh),
    Pem(pem::Pem),
}

impl PrivateKeyFile {
    /// Reads a private key file of any format; it may be locked.
    ///
    /// # Errors
    /// When the file cannot be read, is larger than [`MAX_FILE_SIZE`], or is not a private key. The
    /// error names it.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let bytes = read_capped(path).map_err(|error| error.in_file("read", path))?;
        Self::parse_as(&bytes, path)
    }

    /// The same, for bytes that were read from this path.
    pub(crate) fn parse_as(bytes: &[u8], path: &Path) -> Result<Self, Error> {
        match Self::parse(bytes) {
            Ok(file) => Ok(Self { path: Some(path.to_path_buf()), ..file }),
            Err(error) => Err(error.in_file("read", path)),
        }
    }

    /// The same, for bytes from elsewhere.
    ///
    /// # Errors
    /// When the bytes are not a private key.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_FILE_SIZE {
            return Err(Error::TooLarge { limit: MAX_FILE_SIZE });
        }
        let text = text::without_mark(bytes);
        let error = match Self::parse_whole(&text) {
            Err(error) if !error.is_public_only() => error,
            parsed => return parsed,
        };
        match Content::of(bytes) {
            Some(Content::Spki | Content::Pkcs1Public) => return Err(Error::PublicOnly),
            Some(
                Content::Pkcs1 | Content::Sec1 | Content::Dsa | Content::Pkcs8 | Content::Encrypted,
            ) => return pem::Pem::from_der(bytes).map(|pem| Self::of(Container::Pem(pem), false)),
            _ => {}
        }
        for mended in damage::undo(&text) {
            if let Ok(file) = Self::parse_whole(&mended.text) {
                let is_around = |damage: &Damage| {
                    matches!(damage, Damage::Wrapped | Damage::Marks | Damage::JsonWebKey)
                };
                let holds_more = mended.undone.iter().any(is_around);
                let undone = mended.undone.into_iter().chain(file.undone).collect();
                return Ok(Self { holds_more, undone, ..file });
            }
        }
        match foreign::named(bytes, &text) {
            Some(foreign) if matches!(error, Error::NotAKey) => {
                Err(Error::Foreign { what: foreign.what, hint: foreign.hint })
            }
            _ => Err(error),
        }
    }

    /// Reads an undamaged file, possibly with other text around it.
    fn parse_whole(text: &[u8]) -> Result<Self, Error> {
        let begins_private = |line: &[u8]| {
            line == b"-----BEGIN OPENSSH PRIVATE KEY-----" || pem::Pem::is_begun_by(line)
        };
        let container = match first_line(text) {
            Some(line) if line.starts_with(b"PuTTY-User-Key-File-") => {
                Container::Ppk(ppk::Ppk::parse(text)?)
            }
            Some(_) => {
                let mut lines = contract::encoding::lines(text).map(|(_, line)| line.trim_ascii());
                match lines.find(|line| begins_private(line)) {
                    Some(b"-----BEGIN OPENSSH PRIVATE KEY-----") => {
                        Container::OpenSsh(openssh::OpenSsh::parse(text)?)
                    }
                    Some(_) => Container::Pem(pem::Pem::parse(text)?),
                    None if is_public(text) => return Err(Error::PublicOnly),
                    None => return Err(Error::NotAKey),
                }
            }
            None => return Err(Error::NotAKey),
        };
        // A PPK file with anything else in it is not accepted this way.
        let holds_more = !matches!(container, Container::Ppk(_)) && armour_is_not_alone(text);
        Ok(Self::of(container, holds_more))
    }

    fn of(container: Container, holds_more: bool) -> Self {
        let has_other_end = matches!(&container, Container::Pem(pem) if pem.has_other_end());
        let undone = has_other_end.then_some(Damage::OtherEnd).into_iter().collect();
        Self { path: None, container, holds_more, undone }
    }

    /// The damage that was repaired before reading.
    #[must_use]
    pub fn damage(&self) -> &[Damage] {
        &self.undone
    }

    /// Whether a checksum, a MAC or the public half in the file proves the private half. A locked
    /// PEM file has none in clear text.
    pub(crate) fn is_proven(&self) -> bool {
        match &self.container {
            Container::Pem(pem) => pem.is_proven(),
            Container::Ppk(_) | Container::OpenSsh(_) => true,
        }
    }

    /// The certificate in the file, if it has one.
    #[must_use]
    pub fn certificate(&self) -> Option<PublicKeyLine> {
        let Container::Ppk(ppk) = &self.container else { return None };
        PublicKeyLine::from_blob(ppk.certificate_blob()?, &ppk.comment()).ok()
    }

    /// The format of the file.
    #[must_use]
    pub fn format(&self) -> KeyFormat {
        match &self.container {
            Container::Ppk(ppk) => ppk.format(),
            Container::OpenSsh(_) => KeyFormat::OpenSsh,
            Container::Pem(pem) => pem.format(),
        }
    }

    /// Whether the file contains something else: another key, a certificate, or text.
    pub(crate) fn holds_more(&self) -> bool {
        self.holds_more
    }

    /// Whether unlocking needs a passphrase.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        match &self.container {
            Container::Ppk(ppk) => ppk.is_locked(),
            Container::OpenSsh(file) => file.is_locked(),
            Container::Pem(pem) => pem.is_locked(),
        }
    }

    /// How it is locked.
    #[must_use]
    pub fn protection(&self) -> Protection {
        if !self.is_locked() {
            return Protection::None;
        }
        match &self.container {
            Container::Ppk(ppk) => ppk.protection(),
            Container::OpenSsh(file) => file.protection(),
            Container::Pem(pem) => pem.protection(),
        }
    }

    /// The comment, if it is not encrypted.
    #[must_use]
    pub fn comment(&self) -> Option<Cow<'_, str>> {
        match &self.container {
            Container::Ppk(ppk) => Some(ppk.comment()),
            Container::OpenSsh(file) => file.comment(),
            Container::Pem(_) => None,
        }
    }

    /// The public half, if it is not encrypted; without a comment if that is encrypted.
    #[must_use]
    pub fn public_key(&self) -> Option<PublicKeyLine> {
        let blob = match &self.container {
            Container::Ppk(ppk) => ppk.public_blob(),
            Container::OpenSsh(file) => file.public_blob(),
            Container::Pem(pem) => pem.public_blob()?,
        };
        PublicKeyLine::from_blob(blob, &self.comment().unwrap_or_default()).ok()
    }

    /// The key pair. Ignores a passphrase that is not needed.
    ///
    /// # Errors
    /// [`Error::Locked`] when a passphrase is needed but missing; [`Error::WrongPassphrase`]
    /// ([`Error::is_wrong_passphrase`]) when it is wrong; other errors when the file is damaged,
    /// hostile or unsupported.
    pub fn unlock(&self, passphrase: Option<&Passphrase>) -> Result<ssh_key::PrivateKey, Error> {
        let key = match &self.container {
            Container::Ppk(ppk) => ppk.unlock(passphrase),
            Container::OpenSsh(file) => file.unlock(passphrase),
            Container::Pem(pem) => pem.unlock(passphrase),
        };
        key.map_err(|error| match &self.path {
            Some(path) => error.in_file("unlock", path),
            None => error,
        })
    }
}

/// Whether there is text outside the armoured blocks, or more blocks than one key has.
fn armour_is_not_alone(text: &[u8]) -> bool {
    let (mut blocks, mut is_inside) = (0, false);
    for (_, line) in contract::encoding::lines(text) {
        let line = line.trim_ascii();
        if line.starts_with(b"-----BEGIN ") {
            is_inside = true;
            // The parameters of a curve are repeated in the key after them.
            blocks += usize::from(line != b"-----BEGIN EC PARAMETERS-----");
        } else if line.starts_with(b"-----END ") {
            is_inside = false;
        } else if !is_inside && !line.is_empty() {
            return true;
        }
    }
    blocks > 1
}
