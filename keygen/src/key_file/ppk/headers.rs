//! Reads the lines of a PPK file one header at a time, in the format's order.

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::key_file::KeyFormat;

/// The lines that have not been read, and the current line number.
pub(super) struct Headers<'a> {
    format: KeyFormat,
    lines: Box<dyn Iterator<Item = (u32, &'a [u8])> + 'a>,
    line: u32,
    first: Option<&'a [u8]>,
}

impl<'a> Headers<'a> {
    pub(super) fn new(text: &'a [u8]) -> Result<Self, Error> {
        let mut lines =
            contract::encoding::lines(text).filter(|(_, line)| !line.trim_ascii().is_empty());
        let (line, first) = lines.next().ok_or(Error::NotAKey)?;
        let first = first.trim_ascii();
        let format = match first.strip_prefix(b"PuTTY-User-Key-File-") {
            Some(rest) if rest.starts_with(b"3: ") => KeyFormat::Ppk,
            Some(rest) if rest.starts_with(b"2: ") => KeyFormat::Ppk2,
            Some(rest) if rest.starts_with(b"1: ") => {
                return Err(Error::Unsupported {
                    what: "PPK version 1, whose integrity check can be forged,".into(),
                    hint: "load the key in PuTTYgen 0.52 or later and save it again",
                });
            }
            _ => {
                return Err(Error::Unsupported {
                    what: "this version of PPK".into(),
                    hint: "save the key from PuTTYgen as version 3 or 2 (Key > Parameters for saving key files)",
                });
            }
        };
        Ok(Self {
            format,
            lines: Box::new(lines),
            line,
            first: first.get(b"PuTTY-User-Key-File-3: ".len()..),
        })
    }

    pub(super) fn format(&self) -> KeyFormat {
        self.format
    }

    /// The value of the next header, which must have this name.
    pub(super) fn value(&mut self, name: &'static str) -> Result<&'a [u8], Error> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        let (line, text) =
            self.lines.next().ok_or_else(|| self.malformed("the file ends early"))?;
        self.line = line;
        text.strip_prefix(name.as_bytes())
            .or_else(|| text.strip_prefix(name.trim_ascii_end().as_bytes()))
            .ok_or_else(|| self.malformed(expected(name)))
    }

    pub(super) fn ascii(&mut self, name: &'static str) -> Result<&'a str, Error> {
        let value = self.value(name)?.trim_ascii();
        std::str::from_utf8(value)
            .ok()
            .filter(|value| value.is_ascii())
            .ok_or_else(|| self.malformed("this header is not plain text"))
    }

    pub(super) fn number(&mut self, name: &'static str) -> Result<u32, Error> {
        let value = self.ascii(name)?;
        value.parse().map_err(|_| self.malformed("this header is not a number"))
    }

    pub(super) fn hex(&mut self, name: &'static str) -> Result<Vec<u8>, Error> {
        let value = self.ascii(name)?;
        HEXLOWER_PERMISSIVE
            .decode(value.as_bytes())
            .map_err(|_| self.malformed("this header is not hexadecimal"))
    }

    /// Reads a header that states how many lines of base64 follow, and these lines.
    pub(super) fn base64(&mut self, name: &'static str) -> Result<Zeroizing<Vec<u8>>, Error> {
        let count = self.number(name)?;
        let mut text = Zeroizing::new(Vec::with_capacity(32 * 1024));
        for _ in 0..count {
            let (line, base64) =
                self.lines.next().ok_or_else(|| self.malformed("the file ends early"))?;
            self.line = line;
            text.extend_from_slice(base64.trim_ascii());
        }
        BASE64
            .decode(&text)
            .map(Zeroizing::new)
            .map_err(|_| self.malformed("the lines up to here are not base64"))
    }

    pub(super) fn end(&mut self) -> Result<(), Error> {
        match self.lines.next() {
            None => Ok(()),
            Some((line, _)) => {
                self.line = line;
                Err(self.malformed("something follows the end of the key"))
            }
        }
    }

    pub(super) fn malformed(&self, reason: &'static str) -> Error {
        Error::Malformed { format: self.format.title(), line: Some(self.line), reason }
    }
}

fn expected(name: &'static str) -> &'static str {
    match name {
        "Encryption: " => "expected the header Encryption",
        "Comment: " => "expected the header Comment",
        "Public-Lines: " => "expected the header Public-Lines",
        "Private-Lines: " => "expected the header Private-Lines",
        "Private-MAC: " => "expected the header Private-MAC",
        "Key-Derivation: " => "expected the header Key-Derivation",
        _ => "expected one of the headers Argon2-Memory, -Passes, -Parallelism and -Salt here",
    }
}
