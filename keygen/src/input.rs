//! Reads the input of a command: a file or standard input, and the `.pub` file beside a private
//! key.

use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::Error;
use crate::key_file::PrivateKeyFile;
use crate::public_key::{Entry, PublicKeyLine, entries};
use crate::store::public_beside;
use crate::text::{read_all, read_capped};

/// The bytes of a key file, read once.
pub(crate) struct Input<'a> {
    path: &'a Path,
    bytes: Zeroizing<Vec<u8>>,
}

/// Whether this is `-`.
pub(crate) fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

impl<'a> Input<'a> {
    /// Reads the file, or standard input for `-`.
    pub(crate) fn read(path: &'a Path) -> Result<Self, Error> {
        let bytes = if is_standard_input(path) {
            read_all(io::stdin().lock(), None)
        } else {
            read_capped(path)
        };
        Ok(Self { path, bytes: bytes.map_err(|error| error.in_file("read", path))? })
    }

    /// The file as it is.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The private key in the file.
    pub(crate) fn private_key(&self) -> Result<PrivateKeyFile, Error> {
        PrivateKeyFile::parse_as(&self.bytes, self.path)
    }

    /// The public keys in the file.
    pub(crate) fn public_keys(&self) -> Result<Vec<Entry>, Error> {
        entries(&self.bytes).map_err(|error| error.in_file("read", self.path))
    }

    /// The public key in the file, which must be the only one.
    pub(crate) fn public_key(&self) -> Result<PublicKeyLine, Error> {
        PublicKeyLine::parse_file(&self.bytes).map_err(|error| error.in_file("read", self.path))
    }
}

/// The line of the `.pub` file beside a private key that hides its public half.
pub(crate) fn line_beside(path: &Path) -> Option<PublicKeyLine> {
    if is_standard_input(path) {
        return None;
    }
    PublicKeyLine::read(&public_beside(path)).ok()
}
