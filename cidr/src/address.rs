//! IP addresses as unsigned integers: `u32` for IPv4, `u128` for IPv6.
//!
//! Arithmetic is generic over [`Address`], so that a million IPv4 rules cost eight bytes each.
//! Networks are `ipnet`'s; how text becomes an address is in [`crate::rules`].

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::{BitAnd, BitOr, Not, Sub};

use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Net, Ipv6Subnets};

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

    /// The number of bits in an address, which is also the longest prefix.
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

/// An address of one family as an integer; implemented only for `u32` and `u128`.
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
    /// A network of this family.
    type Network: Copy + Into<IpNet> + fmt::Debug + fmt::Display + PartialEq + Send;
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

    /// An address with its `count` lowest bits set: the host part of a prefix.
    #[must_use]
    fn low_bits(count: u8) -> Self;

    /// The zero bits above the highest one bit; all of them for the address zero.
    #[must_use]
    fn leading_zeros(self) -> u8;

    /// The 16 highest bits as a number.
    #[must_use]
    fn leading_16_bits(self) -> u16;

    /// As the standard library's type.
    #[must_use]
    fn ip(self) -> IpAddr;

    /// The address with a prefix length, host bits included; `None` if the prefix is too long.
    #[must_use]
    fn with_prefix(self, prefix: u8) -> Option<Self::Network>;

    /// The lowest and the highest address of a network.
    #[must_use]
    fn ends(network: Self::Network) -> (Self, Self);

    /// The fewest networks that hold exactly the addresses from `first` to `last`, ascending, with
    /// no prefix shorter than `shortest`.
    fn networks(
        first: Self,
        last: Self,
        shortest: u8,
    ) -> impl Iterator<Item = Self::Network> + Clone;
}

macro_rules! address {
    ($integer:ty, $ip:ty, $network:ty, $subnets:ty, $family:expr) => {
        impl Address for $integer {
            type Network = $network;
            const FAMILY: Family = $family;
            const MIN: Self = Self::MIN;
            const MAX: Self = Self::MAX;

            fn next(self) -> Option<Self> {
                self.checked_add(1)
            }

            fn previous(self) -> Option<Self> {
                self.checked_sub(1)
            }

            fn low_bits(count: u8) -> Self {
                Self::MAX.checked_shr(Self::BITS - u32::from(count)).unwrap_or(0)
            }

            fn leading_zeros(self) -> u8 {
                // At most 128, which fits.
                u8::try_from(Self::leading_zeros(self)).unwrap_or(u8::MAX)
            }

            fn leading_16_bits(self) -> u16 {
                let [high, low, ..] = self.to_be_bytes();
                u16::from_be_bytes([high, low])
            }

            fn ip(self) -> IpAddr {
                <$ip>::from(self).into()
            }

            fn with_prefix(self, prefix: u8) -> Option<$network> {
                <$network>::new(self.into(), prefix).ok()
            }

            fn ends(network: $network) -> (Self, Self) {
                (network.network().into(), network.broadcast().into())
            }

            fn networks(
                first: Self,
                last: Self,
                shortest: u8,
            ) -> impl Iterator<Item = $network> + Clone {
                <$subnets>::new(first.into(), last.into(), shortest)
            }
        }
    };
}

address!(u32, Ipv4Addr, Ipv4Net, Ipv4Subnets, Family::Ipv4);
address!(u128, Ipv6Addr, Ipv6Net, Ipv6Subnets, Family::Ipv6);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_bits_of_none_some_and_all() {
        assert_eq!([u32::low_bits(0), u32::low_bits(8), u32::low_bits(32)], [0, 0xff, u32::MAX]);
        assert_eq!(
            [u128::low_bits(0), u128::low_bits(8), u128::low_bits(128)],
            [0, 0xff, u128::MAX]
        );
    }

    #[test]
    fn a_prefix_is_at_most_as_long_as_an_address() {
        assert!(0_u32.with_prefix(32).is_some() && 0_u32.with_prefix(33).is_none());
        assert!(0_u128.with_prefix(128).is_some() && 0_u128.with_prefix(129).is_none());
        let network = 0x0a01_0203_u32.with_prefix(8).unwrap();
        assert_eq!(u32::ends(network), (0x0a00_0000, 0x0aff_ffff));
    }
}
