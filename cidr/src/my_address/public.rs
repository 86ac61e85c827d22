//! Which addresses are visible from the Internet, by IANA's special-purpose registries (RFC 6890).
//!
//! The documentation networks `192.0.2.0/24`, `198.51.100.0/24`, `203.0.113.0/24` and
//! `2001:db8::/32` count as public, so that examples work.

use std::fmt;
use std::net::IpAddr;

/// Where an address is visible from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
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

impl fmt::Display for Visibility {
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
pub fn visibility(address: IpAddr) -> Visibility {
    match address.to_canonical() {
        IpAddr::V4(address) => ipv4_visibility(address.octets()),
        IpAddr::V6(address) => ipv6_visibility(address.segments()),
    }
}

fn ipv4_visibility(octets: [u8; 4]) -> Visibility {
    match octets {
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Visibility::Private,
        [100, 64..=127, ..] => Visibility::CarrierGradeNat,
        [127, ..] => Visibility::Loopback,
        [169, 254, ..] => Visibility::LinkLocal,
        // "This network", protocol assignments, 6to4 relays, benchmarks, multicast, class E.
        [0 | 224..=255, ..] | [192, 0, 0, _] | [192, 88, 99, _] | [198, 18..=19, ..] => {
            Visibility::Reserved
        }
        _ => Visibility::Public,
    }
}

fn ipv6_visibility(segments: [u16; 8]) -> Visibility {
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 1] => Visibility::Loopback,
        [0xfc00..=0xfdff, ..] => Visibility::Private,
        [0xfe80..=0xfebf, ..] => Visibility::LinkLocal,
        // Teredo, ORCHID and other protocols; the second documentation network (RFC 9637).
        [0x2001, 0..=0x1ff, ..] | [0x3fff, 0..=0xfff, ..] => Visibility::Reserved,
        [0x2000..=0x3fff, ..] => Visibility::Public,
        _ => Visibility::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_edges_of_every_network() {
        for (address, expected) in [
            ("0.255.255.255", Visibility::Reserved),
            ("1.0.0.0", Visibility::Public),
            ("9.255.255.255", Visibility::Public),
            ("10.0.0.0", Visibility::Private),
            ("10.255.255.255", Visibility::Private),
            ("11.0.0.0", Visibility::Public),
            ("100.63.255.255", Visibility::Public),
            ("100.64.0.0", Visibility::CarrierGradeNat),
            ("100.127.255.255", Visibility::CarrierGradeNat),
            ("100.128.0.0", Visibility::Public),
            ("127.0.0.1", Visibility::Loopback),
            ("169.254.169.254", Visibility::LinkLocal),
            ("172.15.255.255", Visibility::Public),
            ("172.16.0.0", Visibility::Private),
            ("172.31.255.255", Visibility::Private),
            ("172.32.0.0", Visibility::Public),
            ("192.0.0.8", Visibility::Reserved),
            ("192.0.2.1", Visibility::Public),
            ("192.88.99.1", Visibility::Reserved),
            ("192.167.255.255", Visibility::Public),
            ("192.168.0.0", Visibility::Private),
            ("198.17.255.255", Visibility::Public),
            ("198.18.0.0", Visibility::Reserved),
            ("198.20.0.0", Visibility::Public),
            ("198.51.100.1", Visibility::Public),
            ("203.0.113.1", Visibility::Public),
            ("223.255.255.255", Visibility::Public),
            ("224.0.0.1", Visibility::Reserved),
            ("255.255.255.255", Visibility::Reserved),
            ("::", Visibility::Reserved),
            ("::1", Visibility::Loopback),
            ("::ffff:192.168.1.1", Visibility::Private),
            ("64:ff9b::1", Visibility::Reserved),
            ("1fff:ffff::", Visibility::Reserved),
            ("2000::", Visibility::Public),
            ("2001::1", Visibility::Reserved),
            ("2001:1ff:ffff::", Visibility::Reserved),
            ("2001:200::", Visibility::Public),
            ("2001:db8::1", Visibility::Public),
            ("3fff:fff::", Visibility::Reserved),
            ("3fff:1000::", Visibility::Public),
            ("4000::", Visibility::Reserved),
            ("fc00::", Visibility::Private),
            ("fdff::1", Visibility::Private),
            ("fe80::1", Visibility::LinkLocal),
            ("ff02::1", Visibility::Reserved),
        ] {
            assert_eq!(visibility(address.parse().unwrap()), expected, "{address}");
        }
    }
}
