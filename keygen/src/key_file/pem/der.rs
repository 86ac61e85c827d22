//! The few DER types (X.690) that key files are made of, read and written.

use zeroize::Zeroizing;

use crate::wire::{Truncated, without_leading_zeros};

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;

/// Takes elements off the front.
#[derive(Clone, Copy)]
pub(super) struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The contents of the next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Result<&'a [u8], Truncated> {
        match self.element()? {
            (found, contents) if found == tag => Ok(contents),
            _ => Err(Truncated),
        }
    }

    /// The same, if it is there at all.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Truncated> {
        if self.0.first() == Some(&tag) { self.expect(tag).map(Some) } else { Ok(None) }
    }

    pub(super) fn sequence(&mut self) -> Result<Self, Truncated> {
        self.expect(SEQUENCE).map(Self)
    }

    /// The contents of a sequence that nothing follows.
    pub(super) fn only_sequence(mut self) -> Result<Self, Truncated> {
        let inner = self.sequence()?;
        if self.0.is_empty() { Ok(inner) } else { Err(Truncated) }
    }

    /// A positive number, big-endian without leading zeros.
    pub(super) fn positive(&mut self) -> Result<&'a [u8], Truncated> {
        match self.expect(INTEGER)? {
            [first, ..] if *first >= 0x80 => Err(Truncated),
            [] => Err(Truncated),
            digits => Ok(without_leading_zeros(digits)),
        }
    }

    /// A small positive number: a version, a count of iterations.
    pub(super) fn small(&mut self) -> Result<u64, Truncated> {
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
            // Files are capped at a mebibyte, so a length has at most three bytes.
            0x81..=0x83 => {
                let (digits, rest) =
                    rest.split_at_checked(usize::from(first & 0x7f)).ok_or(Truncated)?;
                (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
            }
            _ => return Err(Truncated),
        };
        let (contents, rest) = rest.split_at_checked(length).ok_or(Truncated)?;
        self.0 = rest;
        Ok((tag, contents))
    }
}

/// An element of this tag around these contents.
pub(super) fn element(tag: u8, contents: &[u8]) -> Zeroizing<Vec<u8>> {
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
pub(super) fn sequence(elements: &[Zeroizing<Vec<u8>>]) -> Zeroizing<Vec<u8>> {
    let size = elements.iter().map(|element| element.len()).sum();
    let mut contents = Zeroizing::new(Vec::with_capacity(size));
    for element in elements {
        contents.extend_from_slice(element);
    }
    element(SEQUENCE, &contents)
}

/// A positive number from big-endian bytes.
pub(super) fn positive(big_endian: &[u8]) -> Zeroizing<Vec<u8>> {
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
    fn bad_lengths_and_negative_numbers_are_refused() {
        for bytes in [
            &[][..],
            &[2],
            &[2, 1],
            &[2, 0],
            &[2, 0x80, 0],
            &[2, 0x84, 0, 0, 0, 1, 1],
            &[2, 1, 0xff],
        ] {
            assert_eq!(Der::new(bytes).positive(), Err(Truncated), "{bytes:?}");
        }
    }
}
