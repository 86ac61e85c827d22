//! The part after the slash: prefix lengths, netmasks and `*`, and what they make of an address.

use super::ipv4_mapped;
use crate::address::{Address, Family};
use crate::range::{IpRange, Range};
use crate::rules::Leniency;
use crate::rules::entry::error::{EntryError, HostBits};
use crate::rules::number;

pub(super) fn ipv6_network(
    address: u128,
    prefix: u8,
    leniency: Leniency,
) -> Result<IpRange, EntryError> {
    match (ipv4_mapped(address), prefix.checked_sub(96)) {
        (Some(mapped), Some(prefix @ 0..=32)) => network(mapped, prefix, leniency).map(IpRange::V4),
        _ => network(address, prefix, leniency).map(IpRange::V6),
    }
}

pub(super) fn network<A: Address>(
    address: A,
    prefix: u8,
    leniency: Leniency,
) -> Result<Range<A>, EntryError> {
    // Clearing the host bits of a mistyped prefix must not let everyone in.
    if prefix == 0 && address != A::MIN {
        return Err(EntryError::Everything(A::FAMILY));
    }
    let network = address.with_prefix(prefix).ok_or(EntryError::PrefixTooLong(A::FAMILY))?;
    let range = Range::of(network);
    if range.first() == address || leniency.truncate {
        Ok(range)
    } else {
        let (network, address) = (range.to_string(), address.ip().to_string());
        Err(EntryError::HostBits(Box::new(HostBits { network, address })))
    }
}

pub(super) fn ipv4_prefix(text: &[u8]) -> Result<u8, EntryError> {
    match number::leading_ipv4(text) {
        Some((mask, b"")) => number::netmask_prefix(mask).ok_or(EntryError::MaskWithHoles),
        _ => prefix_length(text, Family::Ipv4),
    }
}

pub(super) fn prefix_length(text: &[u8], family: Family) -> Result<u8, EntryError> {
    number::prefix(text).ok_or_else(|| {
        if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
            EntryError::NotAPrefix
        } else if text.starts_with(b"0") {
            EntryError::LeadingZero
        } else {
            EntryError::PrefixTooLong(family)
        }
    })
}

/// Reads `10.0.*.*`.
pub(super) fn stars(text: &[u8]) -> Result<Range<u32>, EntryError> {
    let (mut first, mut last, mut starred, mut parts) = (0_u32, 0_u32, false, 0);
    for part in text.split(|byte| *byte == b'.') {
        let (low, high) = match (part, number::prefix(part)) {
            (b"*", _) => (0, 255),
            (_, Some(octet)) => (u32::from(octet), u32::from(octet)),
            _ => return Err(EntryError::NotAnAddress),
        };
        if starred && part != b"*" {
            return Err(EntryError::StarInside);
        }
        starred |= part == b"*";
        (first, last) = (first << 8 | low, last << 8 | high);
        parts += 1;
    }
    if parts == 4 { Ok(Range::between(first, last)) } else { Err(EntryError::NotFourNumbers) }
}
