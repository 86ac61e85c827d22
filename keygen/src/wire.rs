//! The SSH data types (RFC 4251 §5) in key blobs, read from and written to bytes.
//!
//! The meaning of a key's fields belongs in [`crate::key_pair`]; how a file wraps them, in
//! [`crate::key_file`].

use zeroize::Zeroizing;

use crate::error::Error;

/// The input ended before the field did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Truncated;

/// The result of reading several fields. Outer: whether the fields are complete; inner: whether
/// they fit together.
pub(crate) type Fields<T> = Result<Result<T, Error>, Truncated>;

/// Reads fields from the front of a byte string.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Result<&'a [u8], Truncated> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn uint32(&mut self) -> Result<u32, Truncated> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(Truncated)?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*taken))
    }

    pub(crate) fn string(&mut self) -> Result<&'a [u8], Truncated> {
        let length = self.uint32()?;
        self.bytes(usize::try_from(length).map_err(|_| Truncated)?)
    }

    /// A non-negative `mpint`, as big-endian bytes without leading zeros.
    pub(crate) fn positive(&mut self) -> Result<&'a [u8], Truncated> {
        let bytes = self.string()?;
        if bytes.first().is_some_and(|first| *first >= 0x80) {
            return Err(Truncated);
        }
        Ok(without_leading_zeros(bytes))
    }

    pub(crate) fn rest(self) -> &'a [u8] {
        self.0
    }
}

/// Appends fields; wipes its contents on drop.
pub(crate) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    /// Room for the largest key (RSA with 16384 bits), so that growing leaves no copies.
    const CAPACITY: usize = 16 * 1024;

    pub(crate) fn new() -> Self {
        Self(Zeroizing::new(Vec::with_capacity(Self::CAPACITY)))
    }

    #[must_use]
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    #[must_use]
    pub(crate) fn uint32(self, number: u32) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    #[must_use]
    pub(crate) fn string(self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        // Nothing here comes near 4 GiB, because files are limited to a mebibyte.
        self.uint32(u32::try_from(bytes.len()).unwrap_or(u32::MAX)).bytes(bytes)
    }

    /// A positive `mpint` from big-endian bytes, with a leading zero if the top bit is set.
    #[must_use]
    pub(crate) fn positive(self, big_endian: &[u8]) -> Self {
        let digits = without_leading_zeros(big_endian);
        let sign = usize::from(digits.first().is_some_and(|first| *first >= 0x80));
        let length = u32::try_from(digits.len() + sign).unwrap_or(u32::MAX);
        self.uint32(length).bytes([0].get(..sign).unwrap_or_default()).bytes(digits)
    }

    pub(crate) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

/// A big-endian number without leading zeros.
pub(crate) fn without_leading_zeros(big_endian: &[u8]) -> &[u8] {
    let zeros = big_endian.iter().take_while(|byte| **byte == 0).count();
    big_endian.get(zeros..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mpints_are_those_of_rfc_4251() {
        let table: [(&[u8], &[u8]); 4] = [
            (&[], &[0, 0, 0, 0]),
            (&[0, 0], &[0, 0, 0, 0]),
            (&[0x80], &[0, 0, 0, 2, 0, 0x80]),
            (&[0x09, 0xa3, 0x78], &[0, 0, 0, 3, 0x09, 0xa3, 0x78]),
        ];
        for (number, wire) in table {
            assert_eq!(*Writer::new().positive(number).into_bytes(), wire);
            let read = Reader::new(wire).positive().expect("whole");
            assert_eq!(read, without_leading_zeros(number));
        }
    }

    #[test]
    fn short_and_negative_fields_are_refused() {
        for wire in
            [&[0, 0, 0][..], &[0, 0, 0, 2, 1], &[0xff, 0xff, 0xff, 0xff], &[0, 0, 0, 1, 0x80]]
        {
            assert_eq!(Reader::new(wire).positive(), Err(Truncated));
        }
    }
}
