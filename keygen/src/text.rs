//! Key files as text: wipes secrets, and decodes comments in old code pages.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use crate::code_page;
use crate::defaults::MAX_FILE_SIZE;
use crate::error::Error;

/// The whole file, unless it is too large to be a key.
pub(crate) fn read_capped(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    // A pipe does not report its size.
    let expected = usize::try_from(metadata.len()).ok().filter(|_| metadata.is_file());
    read_all(file, expected)
}

/// The same for an open file.
pub(crate) fn read_all(
    source: impl Read,
    expected: Option<usize>,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    // One allocation of the final size, because growing would leave copies of the key in memory.
    let capacity = expected.unwrap_or(MAX_FILE_SIZE).min(MAX_FILE_SIZE) + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity));
    source.take(MAX_FILE_SIZE as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > MAX_FILE_SIZE {
        return Err(Error::TooLarge { limit: MAX_FILE_SIZE });
    }
    Ok(bytes)
}

/// The first line that is not blank, without surrounding blanks.
pub(crate) fn first_line(text: &[u8]) -> Option<&[u8]> {
    contract::encoding::lines(text).map(|(_, line)| line.trim_ascii()).find(|line| !line.is_empty())
}

/// The bytes as UTF-8 without a byte order mark, like [`contract::encoding::decode`].
pub(crate) fn without_mark(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(contract::encoding::decode(bytes).into_owned())
}

/// A comment for people: as UTF-8 if it is valid, else in Windows code page 1252, which accepts
/// every byte.
pub(crate) fn comment(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(code_page::decode(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_utf_8_or_code_page_1252() {
        assert_eq!(comment("Jos\u{e9}".as_bytes()), "Jos\u{e9}");
        assert_eq!(comment(b"Jos\xe9 \x80"), "Jos\u{e9} \u{20ac}");
    }
}
