//! Reads and writes the few DER types (X.690) in key files.
//!
//! Reading is as lenient as in OpenSSL and PuTTY: lengths may have more digits than needed,
//! integers are unsigned (some writers forget the zero before a set top bit), and anything after
//! the outermost element is ignored.

pub(crate) mod content;
pub(crate) mod curves;

use zeroize::Zeroizing;

use crate::wire::{Truncated, without_leading_zeros};

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;

/// Takes elements off the front.
#[derive(Clone, Copy)]
pub(crate) struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The contents of the next element, which must have this tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Result<&'a [u8], Truncated> {
        match self.element()? {
            (found, contents) if found == tag => Ok(contents),
            _ => Err(Truncated),
        }
    }

    /// The same, if the element is present.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Truncated> {
        if self.0.first() == Some(&tag) { self.expect(tag).map(Some) } else { Ok(None) }
    }

    pub(crate) fn sequence(&mut self) -> Result<Self, Truncated> {
        self.expect(SEQUENCE).map(Self)
    }

    /// The contents of a sequence after which nothing follows.
    pub(crate) fn only_sequence(mut self) -> Result<Self, Truncated> {
        let inner = self.sequence()?;
        if self.0.is_empty() { Ok(inner) } else { Err(Truncated) }
    }

    /// A number, big-endian without leading zeros; numbers in keys are never negative.
    pub(crate) fn positive(&mut self) -> Result<&'a [u8], Truncated> {
        self.expect(INTEGER).map(without_leading_zeros)
    }

    /// The tag of the next element.
    pub(crate) fn next_tag(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// Whether no element is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A small positive number, such as a version or a count of iterations.
    pub(crate) fn small(&mut self) -> Result<u64, Truncated> {
        let digits = self.positive()?;
        if digits.len() > 8 {
            return Err(Truncated);
        }
        Ok(digits.iter().fold(0, |number, digit| number << 8 | u64::from(*digit)))
    }

    fn element(&mut self) -> Result<(u8, &'a [u8]), Truncated> {
        let (&tag, rest) = self.0.split_first().ok_or(Truncated)?;
        let (&first, rest) = rest.split_first().ok_or(Truncated)?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0xfe => {
                let (digits, rest) =
                    rest.split_at_checked(usize::from(first & 0x7f)).ok_or(Truncated)?;
                let digits = without_leading_zeros(digits);
                // Files are limited to a mebibyte, so a length has at most three digits.
                if digits.len() > 3 {
                    return Err(Truncated);
                }
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
            }
            _ => return Err(Truncated),
        };
        let (contents, rest) = rest.split_at_checked(length).ok_or(Truncated)?;
        self.0 = rest;
        Ok((tag, contents))
    }
}

/// An element with this tag and these contents.
pub(crate) fn element(tag: u8, contents: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(contents.len() + 5));
    bytes.push(tag);
    let length = contents.len().to_be_bytes();
    let digits = without_leading_zeros(&length);
    match (contents.len(), u8::try_from(digits.len())) {
        (0x80.., Ok(count)) => {
            bytes.push(0x80 | count);
            bytes.extend_from_slice(digits);
        }
        _ => bytes.push(digits.first().copied().unwrap_or_default()),
    }
    bytes.extend_from_slice(contents);
    bytes
}

/// A sequence of these elements.
pub(crate) fn sequence(elements: &[Zeroizing<Vec<u8>>]) -> Zeroizing<Vec<u8>> {
    let size = elements.iter().map(|element| element.len()).sum();
    let mut contents = Zeroizing::new(Vec::with_capacity(size));
    for element in elements {
        contents.extend_from_slice(element);
    }
    element(SEQUENCE, &contents)
}

/// A positive number from big-endian bytes.
pub(crate) fn positive(big_endian: &[u8]) -> Zeroizing<Vec<u8>> {
    let digits = without_leading_zeros(big_endian);
    let mut contents = Zeroizing::new(Vec::with_capacity(digits.len() + 1));
    if digits.first().is_none_or(|first| *first >= 0x80) {
        contents.push(0);
    }
    contents.extend_from_slice(digits);
    element(INTEGER, &contents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for length in [0, 1, 127, 128, 255, 256, 65535, 65536] {
            let contents = vec![7; length];
            let bytes = element(OCTET_STRING, &contents);
            assert_eq!(Der::new(&bytes).expect(OCTET_STRING), Ok(contents.as_slice()), "{length}");
        }
        for number in [0u64, 1, 127, 128, 255, 256, 65537, u64::MAX] {
            let bytes = positive(&number.to_be_bytes());
            assert_eq!(Der::new(&bytes).small(), Ok(number));
        }
    }

    #[test]
    fn integers_and_lengths_are_read_as_the_peers_read_them() {
        let table: [(&[u8], &[u8]); 5] = [
            (&[2, 0], &[]),
            (&[2, 1, 0xff], &[0xff]),
            (&[2, 2, 0, 0xff], &[0xff]),
            (&[2, 0x81, 1, 7], &[7]),
            (&[2, 0x84, 0, 0, 0, 1, 7], &[7]),
        ];
        for (bytes, expected) in table {
            assert_eq!(Der::new(bytes).positive(), Ok(expected), "{bytes:?}");
        }
    }

    #[test]
    fn lengths_beyond_the_end_are_refused() {
        for bytes in [&[][..], &[2], &[2, 1], &[2, 0x80, 0], &[2, 0x84, 1, 0, 0, 1, 1], &[2, 0xff]]
        {
            assert_eq!(Der::new(bytes).positive(), Err(Truncated), "{bytes:?}");
        }
    }
}
