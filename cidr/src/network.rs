//! One CIDR network: an address and how many of its leading bits count.

use std::fmt;
use std::net::IpAddr;

use crate::address::{self, Address, Family};
use crate::range::Range;
use crate::rules::entry::Entry;

/// A network whose host bits are zero; no other can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Network<A> {
    first: A,
    prefix: u8,
}

/// Why an address and a prefix length make no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotANetwork<A> {
    /// The prefix is longer than the family's addresses.
    PrefixTooLong,
    /// Bits after the prefix are set; this is the network that the address lies in.
    HostBits(Network<A>),
}

/// RFC 4291 section 2.5.5.2: `::ffff:0:0/96`, in which an IPv6 socket shows IPv4 addresses.
pub const IPV4_MAPPED: Network<u128> = Network { first: 0xffff << 32, prefix: 96 };

impl<A: Address> Network<A> {
    /// All addresses of the family.
    pub const ALL: Self = Self { first: A::MIN, prefix: 0 };

    /// The network that starts at `first`.
    ///
    /// # Errors
    ///
    /// When `prefix` is longer than the family allows, or `first` has bits set after it.
    pub fn new(first: A, prefix: u8) -> Result<Self, NotANetwork<A>> {
        let network = Self::around(first, prefix).ok_or(NotANetwork::PrefixTooLong)?;
        if network.first == first { Ok(network) } else { Err(NotANetwork::HostBits(network)) }
    }

    /// The network of that size that `address` lies in; none when the prefix is too long for the family.
    #[must_use]
    pub fn around(address: A, prefix: u8) -> Option<Self> {
        let host_bits = A::FAMILY.bits().checked_sub(prefix)?;
        Some(Self { first: address & !A::low_bits(host_bits), prefix })
    }

    /// The smallest network that holds both addresses.
    #[must_use]
    pub fn spanning(low: A, high: A) -> Self {
        // The bits that both share; what differs is free.
        let differing = (low | high) & !(low & high);
        let prefix = differing.leading_zeros();
        Self { first: low & !A::low_bits(A::FAMILY.bits() - prefix), prefix }
    }

    /// The lowest address.
    #[must_use]
    pub fn first(self) -> A {
        self.first
    }

    /// The highest address.
    #[must_use]
    pub fn last(self) -> A {
        self.first | A::low_bits(self.host_bits())
    }

    /// The length of the prefix in bits.
    #[must_use]
    pub fn prefix(self) -> u8 {
        self.prefix
    }

    /// How many bits after the prefix are free.
    #[must_use]
    pub fn host_bits(self) -> u8 {
        A::FAMILY.bits() - self.prefix
    }

    /// Its addresses as a range.
    #[must_use]
    pub fn range(self) -> Range<A> {
        Range::between(self.first, self.last())
    }

    /// Appends the text, such as `203.0.113.0/24`.
    pub fn write_to(self, out: &mut Vec<u8>) {
        self.first.write_to(out);
        out.push(b'/');
        address::write_decimal(self.prefix, out);
    }
}

impl<A: Address> fmt::Display for Network<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", address::text(self.first), self.prefix)
    }
}

/// A network of either family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnyNetwork {
    /// An IPv4 network.
    V4(Network<u32>),
    /// An IPv6 network.
    V6(Network<u128>),
}

impl AnyNetwork {
    /// The family that it belongs to.
    #[must_use]
    pub fn family(self) -> Family {
        match self {
            Self::V4(_) => Family::Ipv4,
            Self::V6(_) => Family::Ipv6,
        }
    }

    /// The network of that size around `address`; none when the prefix is too long for the family.
    #[must_use]
    pub fn around(address: IpAddr, prefix: u8) -> Option<Self> {
        match address {
            IpAddr::V4(address) => Network::around(address.to_bits(), prefix).map(Self::V4),
            IpAddr::V6(address) => Network::around(address.to_bits(), prefix).map(Self::V6),
        }
    }

    /// Its addresses as a range.
    #[must_use]
    pub fn range(self) -> Entry {
        match self {
            Self::V4(network) => Entry::V4(network.range()),
            Self::V6(network) => Entry::V6(network.range()),
        }
    }

    /// Appends the text, such as `2001:db8::/32`.
    pub fn write_to(self, out: &mut Vec<u8>) {
        match self {
            Self::V4(network) => network.write_to(out),
            Self::V6(network) => network.write_to(out),
        }
    }
}

impl fmt::Display for AnyNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(network) => network.fmt(f),
            Self::V6(network) => network.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_bits_name_the_network() {
        let right = Network::new(0x0a00_0000_u32, 8).unwrap();
        assert_eq!(Network::new(0x0a00_0001_u32, 8), Err(NotANetwork::HostBits(right)));
        assert_eq!(right.to_string(), "10.0.0.0/8");
        assert_eq!(Network::new(0_u32, 33), Err(NotANetwork::PrefixTooLong));
        assert_eq!(Network::new(0_u128, 129), Err(NotANetwork::PrefixTooLong));
    }

    #[test]
    fn the_widest_and_the_narrowest() {
        assert_eq!(Network::<u128>::ALL.last(), u128::MAX);
        let single = Network::new(u128::MAX, 128).unwrap();
        assert_eq!((single.first(), single.last()), (u128::MAX, u128::MAX));
    }

    #[test]
    fn spanning_is_the_smallest_that_holds_both() {
        for (low, high, expected) in [
            (0x0a00_0001_u32, 0x0a00_0001, "10.0.0.1/32"),
            (0x0a00_0001, 0x0a00_0002, "10.0.0.0/30"),
            (0x0aff_ffff, 0x0b00_0000, "10.0.0.0/7"),
            (0x7fff_ffff, 0x8000_0000, "0.0.0.0/0"),
        ] {
            assert_eq!(Network::spanning(low, high).to_string(), expected);
        }
    }
}
