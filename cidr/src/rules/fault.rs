//! Why an entry is refused, and what to write instead.
//!
//! Refusals are strict on purpose: each of these forms is read differently by some other program.

use crate::address::Family;

/// Why an entry is not exactly understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// None of the forms.
    #[error("is not an IP address, network or range")]
    NotAnAddress,
    /// `rules.txt`, and there is such a file.
    #[error("is the name of a file, not an IP address, network or range")]
    FileName(String),
    /// `010.1.1.1`
    #[error("has a leading zero, which some programs read as octal")]
    LeadingZero,
    /// `10.1`
    #[error("does not have four numbers from 0 to 255")]
    NotFourNumbers,
    /// `3232235777` or `0xC0A80101`
    #[error("is a bare number, not an address")]
    BareNumber,
    /// `/33`
    #[error("has too long a prefix: {0} goes to /{max}", max = .0.bits())]
    PrefixTooLong(Family),
    /// `/-1`, `/08`, `/x`
    #[error("has no prefix length or netmask after the slash")]
    NotAPrefix,
    /// `255.0.255.0`, `0.0.0.255`
    #[error("has a netmask with holes")]
    MaskWithHoles,
    /// `10.0.0.0 128.0.0.0`; the network, where the address and the mask are one, and not everything.
    #[error("could be a network and its netmask, or two addresses")]
    DoubtfulMask(Option<String>),
    /// `fe80::1%eth0`
    #[error("names a zone, which only means something on one machine")]
    Zone,
    /// `b-a`
    #[error("is a range that ends before it begins")]
    Reversed,
    /// `10.0.0.1-2001:db8::1`
    #[error("is a range from one address family to the other")]
    MixedFamilies,
    /// `10.0.0.1/0`
    #[error("would be every address there is")]
    Everything(Family),
    /// `10.0.0.1/8`; the network it lies in.
    #[error("has host bits set: the network is {0}")]
    HostBits(String),
    /// `10.*.0.1`
    #[error("has a `*` that is not at the end")]
    StarInside,
}

impl Fault {
    /// The same of the second half of a range, where a bare number is a short form (`10.0.0.1-9`).
    pub(super) fn within_a_range(self) -> Self {
        if self == Self::BareNumber { Self::NotFourNumbers } else { self }
    }

    /// What to write instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotAnAddress => {
                "write 203.0.113.7, 203.0.113.0/24, 203.0.113.1-203.0.113.6 or 2001:db8::/32".into()
            }
            Self::FileName(name) => format!("write @{name} to read it"),
            Self::LeadingZero => "write each number without leading zeros".into(),
            Self::NotFourNumbers | Self::BareNumber => {
                "write all four numbers, such as 10.0.0.1".into()
            }
            // Whoever follows a hint must not let in more than was written.
            Self::DoubtfulMask(Some(network)) => {
                format!("write {network} for the network, or a comma between two addresses")
            }
            Self::DoubtfulMask(None) => {
                "write a network as address/prefix, or a comma between two addresses".into()
            }
            Self::MaskWithHoles => "write address/prefix, such as 203.0.113.0/24".into(),
            Self::Everything(family) => format!(
                "`cidr everywhere` means everywhere; {} is written in full",
                match family {
                    Family::Ipv4 => "0.0.0.0/0",
                    Family::Ipv6 => "::/0",
                }
            ),
            Self::HostBits(network) => format!("write {network}, or pass --truncate"),
            Self::Reversed => "write the lower address first".into(),
            Self::Zone
            | Self::PrefixTooLong(_)
            | Self::NotAPrefix
            | Self::MixedFamilies
            | Self::StarInside => return None,
        })
    }
}
