//! The host of a target: an address or a DNS name, and from where it is reachable.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::TargetError;

/// The longest DNS name (RFC 1035 §2.3.4, without the root's dot).
const NAME_BYTES: usize = 253;
/// The longest label of a DNS name.
const LABEL_BYTES: usize = 63;
/// The longest accepted zone; interface names have 15 bytes on Linux, Windows uses numbers.
const ZONE_BYTES: usize = 32;
/// Suffixes of names that only the owner's network resolves (RFC 6762, RFC 6761, RFC 8375, ICANN's
/// `internal`).
const PRIVATE_ENDINGS: [&str; 6] =
    ["internal", "local", "localhost", "localdomain", "lan", "home.arpa"];

/// An IP address or a DNS name of letters, digits and hyphens (RFC 1123 §2.1), as written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Host {
    /// Four decimal numbers without leading zeros.
    V4(Ipv4Addr),
    /// An IPv6 address, and the zone in which a link-local one is valid (RFC 4007 §11).
    V6(Ipv6Addr, Option<String>),
    /// A DNS name, in its original case.
    Name(String),
}

/// From where a host is reachable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// From anywhere, as far as the address tells.
    Public,
    /// Only from its own network or machine: private, shared, link-local and loopback addresses,
    /// names without a domain, and names that encode such an address (`ip-10-0-0-9.…`).
    Private,
}

impl Host {
    /// Whether it is an IPv6 address, which needs brackets before a port.
    #[must_use]
    pub fn is_v6(&self) -> bool {
        matches!(self, Self::V6(..))
    }

    /// From where this host is reachable.
    #[must_use]
    pub fn reach(&self) -> Reach {
        let is_private = match self {
            Self::V4(address) => is_private_v4(*address),
            Self::V6(address, _) => is_private_v6(*address),
            Self::Name(name) => is_private_name(name),
        };
        if is_private { Reach::Private } else { Reach::Public }
    }

    /// Whether it is an address, or a name with a domain; no word of a sentence is one.
    #[must_use]
    pub fn is_dotted(&self) -> bool {
        match self {
            Self::Name(name) => name.contains('.'),
            Self::V4(_) | Self::V6(..) => true,
        }
    }

    /// Whether it is an address, not a name.
    #[must_use]
    pub fn is_address(&self) -> bool {
        !matches!(self, Self::Name(_))
    }

    /// Whether both name the same machine; names are compared without case.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(ours), Self::Name(theirs)) => ours.eq_ignore_ascii_case(theirs),
            _ => self == other,
        }
    }
}

impl FromStr for Host {
    type Err = TargetError;

    /// Parses an address without brackets, or a name.
    fn from_str(text: &str) -> Result<Self, TargetError> {
        let refused = || TargetError::Host(text.into());
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return one_machine(IpAddr::V4(address), text).map(|()| Self::V4(address));
        }
        if text.contains(':') {
            let (address, zone) = split_zone(text).ok_or_else(refused)?;
            let address = address.parse::<Ipv6Addr>().map_err(|_| refused())?;
            return one_machine(IpAddr::V6(address), text).map(|()| Self::V6(address, zone));
        }
        if is_masked(text) {
            return Err(TargetError::MaskedHost(text.into()));
        }
        if is_dns_name(text) { Ok(Self::Name(text.to_owned())) } else { Err(refused()) }
    }
}

impl fmt::Display for Host {
    /// Writes IPv6 addresses as in RFC 5952, without brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address) => write!(f, "{address}"),
            Self::V6(address, None) => write!(f, "{address}"),
            Self::V6(address, Some(zone)) => write!(f, "{address}%{zone}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

fn split_zone(text: &str) -> Option<(&str, Option<String>)> {
    let Some((address, zone)) = text.split_once('%') else {
        return Some((text, None));
    };
    let is_zone = (1..=ZONE_BYTES).contains(&zone.len())
        && zone.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && !zone.starts_with('-');
    is_zone.then(|| (address, Some(zone.to_owned())))
}

fn one_machine(address: IpAddr, text: &str) -> Result<(), TargetError> {
    let v4 = match address {
        IpAddr::V4(v4) => Some(v4),
        IpAddr::V6(v6) => v6.to_ipv4_mapped(),
    };
    // 0/8 is "this network", 240/4 reserved; both cover the unspecified and the broadcast address.
    let is_none = address.is_unspecified()
        || address.is_multicast()
        || v4.is_some_and(|v4| v4.is_multicast() || v4.octets()[0] == 0 || v4.octets()[0] >= 240);
    if is_none { Err(TargetError::NoMachine(text.into())) } else { Ok(()) }
}

/// Four parts, each of them digits or `x`s, at least one of them `x`s.
fn is_masked(text: &str) -> bool {
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let is_blank = |part: &str| part.bytes().all(|byte| matches!(byte, b'x' | b'X' | b'*'));
    let parts = text.split('.').collect::<Vec<_>>();
    parts.len() == 4
        && parts.iter().all(|part| !part.is_empty() && (is_number(part) || is_blank(part)))
        && parts.iter().any(|part| is_blank(part))
}

/// Letters, digits and hyphens in labels. The last label must not be a number, or a mistyped
/// address would be a name.
fn is_dns_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LABEL_BYTES).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    let is_hexadecimal = last.starts_with("0x") || last.starts_with("0X");
    text.len() <= NAME_BYTES
        && text.split('.').all(is_label)
        && !last.bytes().all(|byte| byte.is_ascii_digit())
        && !is_hexadecimal
}

/// The special-purpose ranges of RFC 6890 that are not for the whole Internet. The documentation
/// ranges, which stand for public addresses in examples, count as public.
fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (18..20).contains(&b))
        || (a == 192 && b == 0 && c == 0)
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    match address.to_ipv4_mapped() {
        Some(v4) => is_private_v4(v4),
        None => {
            address.is_loopback()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                // Site-local, deprecated by RFC 3879 and still private.
                || address.segments()[0] & 0xffc0 == 0xfec0
        }
    }
}

fn is_private_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let has_private_ending = PRIVATE_ENDINGS.iter().any(|ending| {
        name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    });
    !name.contains('.') || has_private_ending || encodes_private_address(&name)
}

/// Names such as `ip-10-25-84-68.eu-west-1.compute.internal`, which contain the machine's private
/// address.
fn encodes_private_address(name: &str) -> bool {
    let label = name.split('.').next().unwrap_or_default();
    label
        .strip_prefix("ip-")
        .and_then(|numbers| numbers.replace('-', ".").parse().ok())
        .is_some_and(is_private_v4)
}
