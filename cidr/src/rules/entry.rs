//! Parses one entry of a list. The reasons for refusals are in [`error`].

pub mod error;
mod mistake;
mod prefix;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Leniency;
use super::number::{self, BlankNetmask};
use crate::address::{Address, Family};
use crate::range::{IPV4_MAPPED, IpRange, Range};
use error::EntryError;
use prefix::{ipv4_prefix, ipv6_network, network, prefix_length, stars};

/// Reads one entry without blanks in it.
///
/// # Errors
///
/// When it does not have exactly one of the accepted forms.
pub fn parse(text: &[u8], leniency: Leniency) -> Result<IpRange, EntryError> {
    read(text, leniency, Explains::Yes)
}

/// Like [`parse`], without an explanation.
pub(super) fn parse_exactly(text: &[u8]) -> Option<IpRange> {
    read(text, Leniency::default(), Explains::No).ok()
}

/// Whether a refusal says what was meant. Finding that out tries corrections, whose own refusals
/// are not explained.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Explains {
    Yes,
    No,
}

fn read(text: &[u8], leniency: Leniency, explains: Explains) -> Result<IpRange, EntryError> {
    // One flat expression without nested results: a million entries go through here.
    let read = match Written::leading(text) {
        Some((address, b"")) => return Ok(address.single()),
        Some((Written::V4(address), [b'/', mask @ ..])) => {
            ipv4_prefix(mask).and_then(|it| network(address, it, leniency)).map(IpRange::V4)
        }
        Some((Written::V6(address), [b'/', prefix @ ..])) => prefix_length(prefix, Family::Ipv6)
            .and_then(|prefix| ipv6_network(address, prefix, leniency)),
        Some((first, [b'-', last @ ..])) => first.to(last),
        _ if text.contains(&b'*') && text != b"*" => stars(text).map(IpRange::V4),
        _ => Err(EntryError::NotAnAddress),
    };
    read.map_err(|fault| explained(fault, text, explains))
}

#[cold]
fn explained(fault: EntryError, text: &[u8], explains: Explains) -> EntryError {
    match (explains, fault) {
        (Explains::No, fault) => fault,
        (Explains::Yes, EntryError::NotAnAddress) => mistake::explain(text),
        (Explains::Yes, fault) => mistake::explain_further(fault, text),
    }
}

/// Reads one address and nothing else.
#[must_use]
pub fn parse_address(text: &[u8]) -> Option<IpAddr> {
    match Written::leading(text)? {
        (address, b"") => Some(match address.unmapped() {
            Written::V4(address) => Ipv4Addr::from(address).into(),
            Written::V6(address) => Ipv6Addr::from(address).into(),
        }),
        _ => None,
    }
}

/// Reads the two ends of a range whose hyphen has blanks around it.
///
/// # Errors
///
/// Same as [`parse`].
pub(crate) fn parse_range(first: &[u8], last: &[u8]) -> Result<IpRange, EntryError> {
    match Written::leading(first) {
        Some((start, b"")) => start.to(last).map_err(|fault| match fault {
            EntryError::ShortEnd(_) => mistake::explain_end(first, last),
            fault => fault,
        }),
        // A list item: `- 203.0.113.7`.
        _ if first.is_empty() && parse_exactly(last).is_some() => Err(EntryError::Item),
        _ => Err(mistake::explain(first)),
    }
}

/// Reads an address and the dotted quad after it as network and netmask; `None` if the quad is the
/// next entry.
pub(crate) fn parse_blank_netmask(
    address: &[u8],
    quad: &[u8],
    leniency: Leniency,
) -> Option<Result<IpRange, EntryError>> {
    let (Some((address, b"")), Some((quad, b""))) =
        (number::leading_ipv4(address), number::leading_ipv4(quad))
    else {
        return None;
    };
    match number::blank_netmask(quad) {
        BlankNetmask::Mask(prefix) => Some(network(address, prefix, leniency).map(IpRange::V4)),
        BlankNetmask::Holes => Some(Err(EntryError::MaskWithHoles)),
        BlankNetmask::Doubtful(prefix) => {
            Some(Err(EntryError::DoubtfulMask(narrowed(address, prefix))))
        }
        BlankNetmask::Wildcard(prefix) => {
            Some(Err(EntryError::WildcardMask(narrowed(address, prefix))))
        }
        BlankNetmask::Address => None,
    }
}

/// The network of an address and a doubtful or inverted netmask; `None` if it is everything or the
/// address has host bits.
fn narrowed(address: u32, prefix: u8) -> Option<String> {
    let network = address.with_prefix(prefix)?;
    (prefix > 0 && network == network.trunc()).then(|| network.to_string())
}

/// An address in the family in which it is written.
#[derive(Clone, Copy)]
enum Written {
    V4(u32),
    V6(u128),
}

impl Written {
    fn leading(text: &[u8]) -> Option<(Self, &[u8])> {
        if let Some((address, rest)) = number::leading_ipv4(text) {
            return matches!(rest, [] | [b'/' | b'-', ..]).then_some((Self::V4(address), rest));
        }
        let end = text.iter().position(|byte| matches!(byte, b'/' | b'-')).unwrap_or(text.len());
        let (address, rest) = text.split_at_checked(end)?;
        Some((Self::V6(number::ipv6(address)?), rest))
    }

    fn single(self) -> IpRange {
        match self.unmapped() {
            Self::V4(address) => IpRange::V4(Range::single(address)),
            Self::V6(address) => IpRange::V6(Range::single(address)),
        }
    }

    fn to(self, last: &[u8]) -> Result<IpRange, EntryError> {
        let Some((last, b"")) = Self::leading(last) else {
            return Err(EntryError::ShortEnd(None));
        };
        match (self.unmapped(), last.unmapped()) {
            (Self::V4(first), Self::V4(last)) => Range::new(first, last).map(IpRange::V4),
            (Self::V6(first), Self::V6(last)) => Range::new(first, last).map(IpRange::V6),
            _ => return Err(EntryError::MixedFamilies),
        }
        .ok_or(EntryError::Reversed)
    }

    /// RFC 4291 section 2.5.5.2: `::ffff:a.b.c.d` is how an IPv6 socket shows an IPv4 address.
    fn unmapped(self) -> Self {
        match self {
            Self::V6(address) => ipv4_mapped(address).map_or(self, Self::V4),
            Self::V4(_) => self,
        }
    }
}

fn ipv4_mapped(address: u128) -> Option<u32> {
    u32::try_from(address.checked_sub(IPV4_MAPPED.first())?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<String, EntryError> {
        parse(text.as_bytes(), Leniency::default()).map(|entry| entry.to_string())
    }

    #[test]
    fn every_form() {
        for (text, expected) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7/32", "203.0.113.7"),
            ("203.0.113.0/24", "203.0.113.0/24"),
            ("203.0.113.1-203.0.113.6", "203.0.113.1-203.0.113.6"),
            ("203.0.113.0-203.0.113.255", "203.0.113.0/24"),
            ("203.0.113.7-203.0.113.7", "203.0.113.7"),
            ("10.0.0.0/255.0.0.0", "10.0.0.0/8"),
            ("0.0.0.0/0.0.0.0", "0.0.0.0/0"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("10.0.*.*", "10.0.0.0/16"),
            ("10.1.2.*", "10.1.2.0/24"),
            ("*.*.*.*", "0.0.0.0/0"),
            ("2001:db8::1", "2001:db8::1"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("2001:db8::1-2001:db8::2", "2001:db8::1-2001:db8::2"),
            ("::/0", "::/0"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("::ffff:cb00:7107", "203.0.113.7"),
            ("::ffff:203.0.113.0/120", "203.0.113.0/24"),
            ("::ffff:203.0.113.1-203.0.113.2", "203.0.113.1-203.0.113.2"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("::/64", "::/64"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn every_refusal() {
        let host_bits = |network: &str, address: &str| {
            EntryError::HostBits(Box::new(error::HostBits {
                network: network.into(),
                address: address.into(),
            }))
        };
        for (text, expected) in [
            ("010.1.1.1", EntryError::LeadingZero),
            ("10.1.1.01/24", EntryError::LeadingZero),
            ("10.0.0.0/08", EntryError::LeadingZero),
            ("2001:db8::/032", EntryError::LeadingZero),
            ("10.1", EntryError::NotFourNumbers),
            ("10.0.0/8", EntryError::NotFourNumbers),
            ("10.0.0.0.0", EntryError::NotFourNumbers),
            ("10.0.0.256", EntryError::NotFourNumbers),
            ("10.0.0.", EntryError::NotFourNumbers),
            ("10.0.0.1-9", EntryError::ShortEnd(Some("10.0.0.1-10.0.0.9".into()))),
            ("10.*", EntryError::NotFourNumbers),
            ("3232235777", EntryError::BareNumber),
            ("0xC0A80101", EntryError::BareNumber),
            ("10/8", EntryError::BareNumber),
            ("10.0.0.0/33", EntryError::PrefixTooLong(Family::Ipv4)),
            ("10.0.0.0/999", EntryError::PrefixTooLong(Family::Ipv4)),
            ("10.0.0.0/1234", EntryError::PrefixTooLong(Family::Ipv4)),
            ("2001:db8::/129", EntryError::PrefixTooLong(Family::Ipv6)),
            ("10.0.0.0/-1", EntryError::NotAPrefix),
            ("10.0.0.0/+8", EntryError::NotAPrefix),
            ("10.0.0.0/", EntryError::NotAPrefix),
            ("10.0.0.0/8/8", EntryError::NotAPrefix),
            ("2001:db8::/ffff::", EntryError::NotAPrefix),
            ("10.0.0.0/255.0.255.0", EntryError::MaskWithHoles),
            ("10.0.0.0/0.0.0.255", EntryError::WildcardMask(Some("10.0.0.0/24".into()))),
            ("fe80::1%eth0", EntryError::Zone),
            ("fe80::1%eth0/64", EntryError::Zone),
            ("fe80::1%1-fe80::2%1", EntryError::Zone),
            ("10.0.0.9-10.0.0.1", EntryError::Reversed),
            ("2001:db8::2-2001:db8::1", EntryError::Reversed),
            ("10.0.0.1-2001:db8::1", EntryError::MixedFamilies),
            ("::1-::ffff:10.0.0.1", EntryError::MixedFamilies),
            ("10.0.0.1/0", EntryError::Everything(Family::Ipv4)),
            ("10.0.0.1/0.0.0.0", EntryError::Everything(Family::Ipv4)),
            ("2001:db8::/0", EntryError::Everything(Family::Ipv6)),
            ("::ffff:10.0.0.1/96", EntryError::Everything(Family::Ipv4)),
            ("10.0.0.1/8", host_bits("10.0.0.0/8", "10.0.0.1")),
            ("10.0.0.1/255.0.0.0", host_bits("10.0.0.0/8", "10.0.0.1")),
            ("2001:db8::1/32", host_bits("2001:db8::/32", "2001:db8::1")),
            ("::ffff:10.0.0.1/104", host_bits("10.0.0.0/8", "10.0.0.1")),
            ("10.*.0.*", EntryError::StarInside),
            ("10.0.0.1-", EntryError::NotAnAddress),
            ("-10.0.0.1", EntryError::NotAnAddress),
            ("10.0.0.0/24-10.0.1.0/24", EntryError::NotAPrefix),
            ("10.0.0.1-10.0.0.2-10.0.0.3", EntryError::NotAnAddress),
            ("10.0.0.1-10.0.0.2/8", EntryError::NotAnAddress),
            ("10.a*", EntryError::NotAnAddress),
            ("\u{661}\u{660}.0.0.1", EntryError::NotAnAddress),
            ("10.0.0.1\0", EntryError::NotAnAddress),
        ] {
            assert_eq!(read(text), Err(expected), "{text}");
        }
    }

    #[test]
    fn truncating_clears_host_bits_but_never_opens_everything() {
        let lenient = Leniency { truncate: true };
        for (text, expected) in [
            ("10.0.0.1/8", Ok("10.0.0.0/8")),
            ("2001:db8::1/32", Ok("2001:db8::/32")),
            ("10.0.0.1/0", Err(EntryError::Everything(Family::Ipv4))),
        ] {
            let read = parse(text.as_bytes(), lenient).map(|entry| entry.to_string());
            assert_eq!(read, expected.map(str::to_owned), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(
            low: u128, high: u128, width in 0..128_u32, low_v4: u32, high_v4: u32
        ) {
            let (low, high) = (low >> width, high >> width);
            let v6 = Range::new(low.min(high), low.max(high)).unwrap();
            // Ranges that end inside the IPv4-mapped block have no IPv6 text.
            if ipv4_mapped(v6.first()).is_none() && ipv4_mapped(v6.last()).is_none() {
                prop_assert_eq!(parse(v6.to_string().as_bytes(), Leniency::default()), Ok(IpRange::V6(v6)));
            }
            let v4 = Range::new(low_v4.min(high_v4), low_v4.max(high_v4)).unwrap();
            prop_assert_eq!(parse(v4.to_string().as_bytes(), Leniency::default()), Ok(IpRange::V4(v4)));
        }

        #[test]
        fn no_bytes_make_it_panic(text in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = parse(&text, Leniency::default());
        }
    }
}
