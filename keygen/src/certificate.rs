//! The certificate beside a key: `id-cert.pub` belongs to `id`, `id.ppk` and `id.pub`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::public_key::PublicKeyLine;

/// The file in which ssh-keygen and PuTTYgen store a key's certificate.
#[must_use]
pub fn path_beside(key: &Path) -> PathBuf {
    let is_ppk = key.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ppk"));
    let mut name =
        if is_ppk { key.file_stem() } else { key.file_name() }.unwrap_or_default().to_owned();
    name.push("-cert.pub");
    key.with_file_name(name)
}

/// The certificate in the file beside a key; its [`PublicKeyLine::certificate`] is `Some`.
///
/// # Errors
/// When the file exists but cannot be read, or is not a certificate.
pub fn beside(key: &Path) -> Result<Option<PublicKeyLine>, Error> {
    let path = path_beside(key);
    if matches!(path.symlink_metadata(), Err(error) if error.kind() == ErrorKind::NotFound) {
        return Ok(None);
    }
    let line = PublicKeyLine::read(&path)?;
    if line.certificate().is_none() {
        let reason = "it is a bare key where a certificate was expected";
        return Err(Error::NotAPublicKey(reason).in_file("read", &path));
    }
    Ok(Some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_one_ssh_keygen_gives() {
        for (key, certificate) in [
            ("/h/id_rsa", "/h/id_rsa-cert.pub"),
            ("/h/id.ppk", "/h/id-cert.pub"),
            ("id.PPK", "id-cert.pub"),
            ("k.pem", "k.pem-cert.pub"),
        ] {
            assert_eq!(path_beside(Path::new(key)), Path::new(certificate));
        }
    }
}
