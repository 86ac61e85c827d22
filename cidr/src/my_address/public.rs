//! Which addresses are visible from the Internet, by IANA's special-purpose registries (RFC 6890).
//!
//! The documentation networks `192.0.2.0/24`, `198.51.100.0/24`, `203.0.113.0/24` and
//! `2001:db8::/32` count as public, so that examples work.

use std::fmt;
use std::net::IpAddr;

/// Where an address is visible from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Visible from everywhere, as far as the number tells.
    Public,
    /// Inside a private network (RFC 1918, RFC 4193).
    Private,
    /// Shared by the customers of a provider (RFC 6598).
    CarrierGradeNat,
    /// On this machine only.
    Loopback,
    /// On one link only.
    LinkLocal,
    /// Not the address of one host: multicast, broadcast, reserved, or set aside for a protocol.
    Reserved,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::CarrierGradeNat => "shared by the customers of a provider (CGNAT)",
            Self::Loopback => "loopback",
            Self::LinkLocal => "link-local",
            Self::Reserved => "reserved",
        })
    }
}

/// Classifies an address by where it is visible from.
#[must_use]
pub fn standing(address: IpAddr) -> Standing {
    match address.to_canonical() {
        IpAddr::V4(address) => ipv4_standing(address.octets()),
        IpAddr::V6(address) => ipv6_standing(address.segments()),
    }
}

fn ipv4_standing(octets: [u8; 4]) -> Standing {
    match octets {
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Standing::Private,
        [100, 64..=127, ..] => Standing::CarrierGradeNat,
        [127, ..] => Standing::Loopback,
        [169, 254, ..] => Standing::LinkLocal,
        // "This network", protocol assignments, 6to4 relays, benchmarks, multicast, class E.
        [0 | 224..=255, ..] | [192, 0, 0, _] | [192, 88, 99, _] | [198, 18..=19, ..] => {
            Standing::Reserved
        }
        _ => Standing::Public,
    }
}

fn ipv6_standing(segments: [u16; 8]) -> Standing {
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 1] => Standing::Loopback,
        [0xfc00..=0xfdff, ..] => Standing::Private,
        [0xfe80..=0xfebf, ..] => Standing::LinkLocal,
        // Teredo, ORCHID and other protocols; the second documentation network (RFC 9637).
        [0x2001, 0..=0x1ff, ..] | [0x3fff, 0..=0xfff, ..] => Standing::Reserved,
        [0x2000..=0x3fff, ..] => Standing::Public,
        _ => Standing::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_edges_of_every_network() {
        for (address, expected) in [
            ("0.255.255.255", Standing::Reserved),
            ("1.0.0.0", Standing::Public),
            ("9.255.255.255", Standing::Public),
            ("10.0.0.0", Standing::Private),
            ("10.255.255.255", Standing::Private),
            ("11.0.0.0", Standing::Public),
            ("100.63.255.255", Standing::Public),
            ("100.64.0.0", Standing::CarrierGradeNat),
            ("100.127.255.255", Standing::CarrierGradeNat),
            ("100.128.0.0", Standing::Public),
            ("127.0.0.1", Standing::Loopback),
            ("169.254.169.254", Standing::LinkLocal),
            ("172.15.255.255", Standing::Public),
            ("172.16.0.0", Standing::Private),
            ("172.31.255.255", Standing::Private),
            ("172.32.0.0", Standing::Public),
            ("192.0.0.8", Standing::Reserved),
            ("192.0.2.1", Standing::Public),
            ("192.88.99.1", Standing::Reserved),
            ("192.167.255.255", Standing::Public),
            ("192.168.0.0", Standing::Private),
            ("198.17.255.255", Standing::Public),
            ("198.18.0.0", Standing::Reserved),
            ("198.20.0.0", Standing::Public),
            ("198.51.100.1", Standing::Public),
            ("203.0.113.1", Standing::Public),
            ("223.255.255.255", Standing::Public),
            ("224.0.0.1", Standing::Reserved),
            ("255.255.255.255", Standing::Reserved),
            ("::", Standing::Reserved),
            ("::1", Standing::Loopback),
            ("::ffff:192.168.1.1", Standing::Private),
            ("64:ff9b::1", Standing::Reserved),
            ("1fff:ffff::", Standing::Reserved),
            ("2000::", Standing::Public),
            ("2001::1", Standing::Reserved),
            ("2001:1ff:ffff::", Standing::Reserved),
            ("2001:200::", Standing::Public),
            ("2001:db8::1", Standing::Public),
            ("3fff:fff::", Standing::Reserved),
            ("3fff:1000::", Standing::Public),
            ("4000::", Standing::Reserved),
            ("fc00::", Standing::Private),
            ("fdff::1", Standing::Private),
            ("fe80::1", Standing::LinkLocal),
            ("ff02::1", Standing::Reserved),
        ] {
            assert_eq!(standing(address.parse().unwrap()), expected, "{address}");
        }
    }
}
