//! Why an entry is refused, and what to write instead.
//!
//! The refusals are strict on purpose: other programs disagree on how to read each of these forms.

use std::fmt;

use crate::address::Family;

/// Why an entry is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// It has none of the accepted forms.
    #[error("is not an IP address, network or range")]
    NotAnAddress,
    /// An address with a decoration, and the address alone if it is valid.
    #[error("{0}")]
    Decorated(Decoration, Option<String>),
    /// `any`, `all`, `*`
    #[error("means everyone, and is not an address")]
    Anyone,
    /// `node7.example.com`
    #[error("is a host name, not an address")]
    HostName,
    /// `00:1a:2b:3c:4d:5e`
    #[error("is a MAC address, not an IP address")]
    Mac,
    /// `2001:db8:1`, `1:2:3:4:5:6:7:8:9`
    #[error(
        "does not have eight groups of up to four hexadecimal digits, or `::` once in place of some"
    )]
    NotEightGroups,
    /// `10.0.0.0/0.0.0.255`, and the network that it means.
    #[error("has a wildcard mask, which is an inverted netmask")]
    WildcardMask(Option<String>),
    /// `10.0.0.1-9`, and the range that it means.
    #[error("is a range whose end is not a complete address")]
    ShortEnd(Option<String>),
    /// `/24` alone.
    #[error("is a prefix without its address, perhaps after a blank")]
    LonePrefix,
    /// `// office`, `; office`
    #[error("does not start a comment: `#` does")]
    Comment,
    /// `office`
    #[error("is a word, not an address")]
    Word,
    /// `- 203.0.113.7`
    #[error("has a list bullet before it")]
    Item,
    /// `rules.txt`, if a file of that name exists.
    #[error("is a file name, not an IP address, network or range")]
    FileName(String),
    /// `'@rules.txt'`, as `cmd.exe` passes it.
    #[error("is in quotes")]
    QuotedFile,
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
    #[error("has too long a prefix: the longest of {0} is /{max}", max = .0.bits())]
    PrefixTooLong(Family),
    /// `/-1`, `/08`, `/x`
    #[error("has no prefix length or netmask after the slash")]
    NotAPrefix,
    /// `255.0.255.0`, `0.0.0.255`
    #[error("has a netmask whose bits are not contiguous")]
    MaskWithHoles,
    /// `10.0.0.0 128.0.0.0`, and the network; `None` if the address has host bits or the network is
    /// everything.
    #[error("could be a network and its netmask, or two addresses")]
    DoubtfulMask(Option<String>),
    /// `fe80::1%eth0`
    #[error("names a zone, which only means something on one machine")]
    Zone,
    /// `b-a`
    #[error("is a range that ends before it begins")]
    Reversed,
    /// `10.0.0.1-2001:db8::1`
    #[error("is a range across address families")]
    MixedFamilies,
    /// `10.0.0.1/0`
    #[error("would be every address")]
    Everything(Family),
    /// `10.0.0.1/8`
    #[error("has host bits set: the network is {}", .0.network)]
    HostBits(Box<HostBits>),
    /// `10.*.0.1`
    #[error("has a `*` that is not at the end")]
    StarInside,
}

/// The two readings of an address with host bits set. Boxed in [`EntryError`], because every result
/// of parsing an entry reserves room for the error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostBits {
    /// The network that contains it.
    pub network: String,
    /// The address alone.
    pub address: String,
}

/// A decoration around an address, or a wrong character within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoration {
    /// `203.0.113.7:22`
    Port,
    /// `[2001:db8::1]`, `<203.0.113.7>`
    Brackets,
    /// `"203.0.113.7"`
    Quotes,
    /// `https://203.0.113.7/`
    Url,
    /// `ada@203.0.113.7`
    User,
    /// An en dash, a minus sign or another dash that is not a hyphen.
    Dash,
    /// `203.0.113.1..203.0.113.9`
    Dots,
    /// `!203.0.113.7`
    Exclusion,
    /// `203.0.113.7;`
    Punctuation,
    /// `10.0.0.0\\8`
    Backslash,
    /// A no-break space or an invisible character.
    Invisible,
    /// Digits, dots and colons of other scripts.
    Foreign,
    /// `{"ip":"203.0.113.7"}` in a list.
    Json,
    /// `allow=203.0.113.7`
    Label,
}

impl fmt::Display for Decoration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Port => "has a port, which an address rule cannot have",
            Self::Brackets => "is in brackets",
            Self::Quotes => "is in quotes",
            Self::Url => "is a URL",
            Self::User => "has a user name",
            Self::Dash => "has a dash that is not a hyphen",
            Self::Dots => "has dots in place of the hyphen of a range",
            Self::Exclusion => {
                "is marked as an exclusion: `cidr subtract … --minus` takes addresses away"
            }
            Self::Punctuation => "has punctuation other than commas",
            Self::Backslash => "has a backslash in place of a slash",
            Self::Invisible => "has an invisible character",
            Self::Foreign => "has characters that only look like ASCII",
            Self::Json => "is a piece of JSON: pass all of it, as a file or on standard input",
            Self::Label => "has a label",
        })
    }
}

impl EntryError {
    /// What to write instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Decorated(_, Some(entry))
            | Self::WildcardMask(Some(entry))
            | Self::ShortEnd(Some(entry)) => format!("write {entry}"),
            // PowerShell gives a bare `@` a meaning of its own.
            Self::FileName(name) => format!("write '@{name}' to read it"),
            // A hint must not let in more than was written.
            Self::DoubtfulMask(Some(network)) => {
                format!("write {network} for the network, or a comma between two addresses")
            }
            Self::Everything(family) => {
                let all = match family {
                    Family::Ipv4 => "0.0.0.0/0",
                    Family::Ipv6 => "::/0",
                };
                format!("write {all} in full to mean every address, or use `cidr everywhere`")
            }
            Self::HostBits(readings) => {
                let HostBits { network, address } = &**readings;
                format!(
                    "write {address} for that address alone, or {network} for the network (--truncate)"
                )
            }
            other => other.fixed_hint()?.to_owned(),
        };
        Some(hint)
    }

    /// A hint that does not depend on the text.
    fn fixed_hint(&self) -> Option<&'static str> {
        match self {
            Self::NotAnAddress => {
                Some("write 203.0.113.7, 203.0.113.0/24, 203.0.113.1-203.0.113.6 or 2001:db8::/32")
            }
            Self::Anyone => Some("`cidr everywhere` prints the rule for everyone: 0.0.0.0/0, ::/0"),
            Self::QuotedFile => Some("use double quotes in cmd.exe, such as \"@rules.txt\""),
            Self::HostName => {
                Some("look up its addresses and write those: a rule does not follow a name")
            }
            Self::NotEightGroups => Some("write 2001:db8::1 or 2001:db8::/32"),
            Self::LonePrefix | Self::NotAPrefix => {
                Some("write address/prefix without a blank, such as 203.0.113.0/24")
            }
            Self::Word => Some("start a comment with `#`"),
            Self::Item => {
                Some("leave the bullet out: a newline, a blank or a comma separates entries")
            }
            Self::LeadingZero => Some("write each number without leading zeros"),
            Self::NotFourNumbers | Self::BareNumber => {
                Some("write all four numbers, such as 10.0.0.1")
            }
            Self::DoubtfulMask(None) => {
                Some("write a network as address/prefix, or a comma between two addresses")
            }
            Self::MaskWithHoles => Some("write address/prefix, such as 203.0.113.0/24"),
            Self::Reversed => Some("write the lower address first"),
            _ => None,
        }
    }
}
