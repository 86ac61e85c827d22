//! Classifies an address, as far as that says from where it is reachable.

use std::net::{IpAddr, Ipv4Addr};

/// Whether it is reachable only from its own network or link (RFC 1918, 3927, 4193, 4291).
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    }
}

/// Whether others see a router's address in its place (RFC 1918, 6598).
pub(crate) fn is_translated(address: IpAddr) -> bool {
    let is_shared = |address: Ipv4Addr| matches!(address.octets(), [100, 64..=127, ..]);
    match address.to_canonical() {
        IpAddr::V4(address) => is_private(address.into()) || is_shared(address),
        IpAddr::V6(_) => false,
    }
}

/// Whether two addresses are probably neighbours: in one usual network (`/24`, `/64`), or equal.
pub(crate) fn are_neighbours(one: IpAddr, other: IpAddr) -> bool {
    match (one.to_canonical(), other.to_canonical()) {
        (IpAddr::V4(one), IpAddr::V4(other)) => one.to_bits() >> 8 == other.to_bits() >> 8,
        (IpAddr::V6(one), IpAddr::V6(other)) => one.to_bits() >> 64 == other.to_bits() >> 64,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_translated_addresses_are_recognised() {
        for (address, private, translated) in [
            ("10.1.2.3", true, true),
            ("172.16.0.1", true, true),
            ("172.32.0.1", false, false),
            ("192.168.1.20", true, true),
            ("169.254.169.254", true, true),
            ("100.64.0.1", false, true),
            ("100.128.0.1", false, false),
            ("127.0.0.1", false, false),
            ("203.0.113.7", false, false),
            ("fe80::1", true, false),
            ("fd00::1", true, false),
            ("2001:db8::1", false, false),
            ("::ffff:10.0.0.1", true, true),
        ] {
            let address: IpAddr = address.parse().unwrap();
            let found = (is_private(address), is_translated(address));
            assert_eq!(found, (private, translated), "{address}");
        }
    }

    #[test]
    fn addresses_of_one_network_are_recognised() {
        for (one, other, near) in [
            ("192.168.1.20", "192.168.1.7", true),
            ("192.168.1.20", "192.168.2.7", false),
            ("2001:db8::1", "2001:db8::2", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
            ("192.0.2.1", "2001:db8::1", false),
        ] {
            assert_eq!(are_neighbours(one.parse().unwrap(), other.parse().unwrap()), near);
        }
    }
}
