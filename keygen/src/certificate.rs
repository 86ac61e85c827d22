//! The certificate beside a key: `id-cert.pub` belongs to `id`, `id.ppk` and `id.pub`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::key_file::MAX_FILE_SIZE;
use crate::public_key::PublicKeyLine;
use crate::text;

/// Where ssh-keygen and PuTTYgen put a key's certificate.
#[must_use]
pub fn path_beside(key: &Path) -> PathBuf {
    let is_ppk = key.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ppk"));
    let mut name =
        if is_ppk { key.file_stem() } else { key.file_name() }.unwrap_or_default().to_owned();
    name.push("-cert.pub");
    key.with_file_name(name)
}

/// The certificate beside a key, if there is one; its [`PublicKeyLine::certificate`] is there.
///
/// # Errors
/// When the file is there but cannot be read, or is no certificate.
pub fn beside(key: &Path) -> Result<Option<PublicKeyLine>, Error> {
    let path = path_beside(key);
    match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::from(error).in_file("read", &path)),
        Ok(bytes) => parse(&bytes).map(Some).map_err(|error| error.in_file("read", &path)),
    }
}

fn parse(bytes: &[u8]) -> Result<PublicKeyLine, Error> {
    if bytes.len() > MAX_FILE_SIZE {
        return Err(Error::TooLarge { limit: MAX_FILE_SIZE });
    }
    let text = text::without_mark(bytes);
    let (_, line) = text::lines(&text)
        .find(|(_, line)| !line.trim_ascii().is_empty())
        .ok_or(Error::NotAPublicKey("the file is empty"))?;
    let line: PublicKeyLine = text::comment(line).parse()?;
    match line.certificate() {
        Some(_) => Ok(line),
        None => Err(Error::NotAPublicKey("it is a bare key where a certificate was expected")),
    }
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
