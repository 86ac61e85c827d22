//! IP addresses as the unsigned integers that they are: `u32` for IPv4, `u128` for IPv6.
//!
//! All arithmetic on addresses is generic over [`Address`], so that a million IPv4 rules cost eight bytes each.
//! How text becomes an address is in [`crate::rules`].

use std::fmt;
use std::io::Write as _;
use std::net::{IpAddr, Ipv6Addr};
use std::ops::{BitAnd, BitOr, Not, Sub};

use crate::range::Range;

/// The version of the Internet Protocol that an address belongs to; IPv4 sorts first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// 32-bit addresses (RFC 791).
    Ipv4,
    /// 128-bit addresses (RFC 4291).
    Ipv6,
}

impl Family {
    /// The family of one address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::Ipv4 } else { Self::Ipv6 }
    }

    /// The bits in one of its addresses, and so its longest prefix.
    #[must_use]
    pub fn bits(self) -> u8 {
        match self {
            Self::Ipv4 => 32,
            Self::Ipv6 => 128,
        }
    }

    /// The name in JSON: `ipv4` or `ipv6`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ipv4 => "IPv4",
            Self::Ipv6 => "IPv6",
        })
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for u32 {}
    impl Sealed for u128 {}
}

/// An address of one family in its integer form; implemented for `u32` and `u128` and nothing else.
pub trait Address:
    sealed::Sealed
    + Copy
    + Ord
    + fmt::Debug
    + Send
    + Sync
    + Into<u128>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + Not<Output = Self>
    + Sub<Output = Self>
    + 'static
{
    /// The family that this integer stands for.
    const FAMILY: Family;
    /// The lowest address, all bits zero.
    const MIN: Self;
    /// The highest address, all bits one.
    const MAX: Self;

    /// The address after this one, unless it is the last.
    #[must_use]
    fn next(self) -> Option<Self>;

    /// The address before this one, unless it is the first.
    #[must_use]
    fn previous(self) -> Option<Self>;

    /// An address whose `count` lowest bits are one and all others zero: what a prefix leaves free.
    #[must_use]
    fn low_bits(count: u8) -> Self;

    /// The zero bits below the lowest one bit; all of them for the address zero.
    #[must_use]
    fn trailing_zeros(self) -> u8;

    /// The zero bits above the highest one bit; all of them for the address zero.
    #[must_use]
    fn leading_zeros(self) -> u8;

    /// The number that the 16 highest bits make.
    #[must_use]
    fn leading_16_bits(self) -> u16;

    /// Orders ranges by their first address.
    fn sort(ranges: &mut Vec<Range<Self>>);

    /// Appends the text of the address: dotted decimal, or RFC 5952.
    fn write_to(self, out: &mut Vec<u8>);
}

impl Address for u32 {
    const FAMILY: Family = Family::Ipv4;
    const MIN: Self = Self::MIN;
    const MAX: Self = Self::MAX;

    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn previous(self) -> Option<Self> {
        self.checked_sub(1)
    }

    fn low_bits(count: u8) -> Self {
        Self::MAX.checked_shr(32 - u32::from(count)).unwrap_or(0)
    }

    fn trailing_zeros(self) -> u8 {
        low_byte(Self::trailing_zeros(self))
    }

    fn leading_zeros(self) -> u8 {
        low_byte(Self::leading_zeros(self))
    }

    fn leading_16_bits(self) -> u16 {
        let [high, low, ..] = self.to_be_bytes();
        u16::from_be_bytes([high, low])
    }

    fn sort(ranges: &mut Vec<Range<Self>>) {
        crate::range::sort::by_first_address(ranges);
    }

    fn write_to(self, out: &mut Vec<u8>) {
        let mut dot = false;
        for octet in self.to_be_bytes() {
            if dot {
                out.push(b'.');
            }
            dot = true;
            write_decimal(octet, out);
        }
    }
}

impl Address for u128 {
    const FAMILY: Family = Family::Ipv6;
    const MIN: Self = Self::MIN;
    const MAX: Self = Self::MAX;

    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }

    fn previous(self) -> Option<Self> {
        self.checked_sub(1)
    }

    fn low_bits(count: u8) -> Self {
        Self::MAX.checked_shr(128 - u32::from(count)).unwrap_or(0)
    }

    fn trailing_zeros(self) -> u8 {
        low_byte(Self::trailing_zeros(self))
    }

    fn leading_zeros(self) -> u8 {
        low_byte(Self::leading_zeros(self))
    }

    fn leading_16_bits(self) -> u16 {
        let [high, low, ..] = self.to_be_bytes();
        u16::from_be_bytes([high, low])
    }

    fn sort(ranges: &mut Vec<Range<Self>>) {
        ranges.sort_unstable_by_key(|range| range.first());
    }

    fn write_to(self, out: &mut Vec<u8>) {
        // The standard library writes RFC 5952; a Vec takes every write.
        let _ = write!(out, "{}", Ipv6Addr::from(self));
    }
}

/// Appends a number from 0 to 255 in decimal.
pub(crate) fn write_decimal(number: u8, out: &mut Vec<u8>) {
    if number >= 100 {
        out.push(b'0' + number / 100);
    }
    if number >= 10 {
        out.push(b'0' + number / 10 % 10);
    }
    out.push(b'0' + number % 10);
}

/// The text of an address.
#[must_use]
pub fn text<A: Address>(address: A) -> String {
    let mut out = Vec::with_capacity(40);
    address.write_to(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn low_byte(bits: u32) -> u8 {
    // At most 128.
    u8::try_from(bits).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ipv4_is_written_as_dotted_decimal() {
        for octet in 0..=255_u8 {
            let address = std::net::Ipv4Addr::new(octet, 0, octet, 255 - octet);
            assert_eq!(text(u32::from(address)), address.to_string());
        }
    }

    #[test]
    fn ipv6_is_written_as_rfc_5952_says() {
        // Section 4: no leading zeros, the longest run shortened, the first of equals, never a single group, lower case.
        for (address, expected) in [
            (0, "::"),
            (1, "::1"),
            (0x2001_0db8_0000_0000_0000_0000_0000_0001, "2001:db8::1"),
            (0x2001_0db8_0000_0001_0001_0001_0001_0001, "2001:db8:0:1:1:1:1:1"),
            (0x2001_0000_0000_0001_0000_0000_0000_0001, "2001:0:0:1::1"),
            (0x2001_0db8_0000_0000_0001_0000_0000_0001, "2001:db8::1:0:0:1"),
            (0x2001_0db8_0000_0000_0000_0000_00ab_cdef, "2001:db8::ab:cdef"),
        ] {
            assert_eq!(text::<u128>(address), expected);
        }
    }

    #[test]
    fn low_bits_reach_both_ends() {
        assert_eq!([u32::low_bits(0), u32::low_bits(8), u32::low_bits(32)], [0, 0xff, u32::MAX]);
        assert_eq!(
            [u128::low_bits(0), u128::low_bits(8), u128::low_bits(128)],
            [0, 0xff, u128::MAX]
        );
    }
}
