//! The networks in a `from="…"` option, from which the server accepts the key.
//!
//! Only addresses and CIDR networks. Anything that a server would misread is refused, not repaired;
//! `cidr` repairs.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// One address or one network without host bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// `192.0.2.7`
    Address(IpAddr),
    /// `192.0.2.0/24`
    Network(IpNet),
}

/// Why a text is not a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// sshd calls this an inconsistent mask length, and then accepts no address.
    #[error("`{given}` has bits set beyond its prefix; the network is `{right}`")]
    HostBits {
        /// The network as given.
        given: IpNet,
        /// The network that was probably meant.
        right: IpNet,
    },
    /// A name, a range, a netmask, or a slip of the finger.
    #[error("\"{}\" is neither an address nor a CIDR network", contract::shown(.0))]
    Unreadable(String),
    /// An empty list would not restrict anything.
    #[error("no address or network arrived for `--from`")]
    Empty,
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        match text.parse::<IpNet>() {
            Ok(network) if network.addr() == network.network() => Ok(Self::Network(network)),
            Ok(given) => Err(RuleError::HostBits { given, right: given.trunc() }),
            Err(_) => Err(RuleError::Unreadable(text.to_owned())),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(formatter),
            Self::Network(network) => network.fmt(formatter),
        }
    }
}

/// Parses rules: one per line or separated by commas, as `cidr` writes them in its formats `lines`,
/// `comma` and `authorized-keys`. Each is returned once, in order. Lines that begin with `#` are
/// comments.
///
/// # Errors
/// At the first text that is not a rule, and when there is no rule at all.
pub fn parse_rules(text: &str) -> Result<Vec<Rule>, RuleError> {
    let mut rules = Vec::new();
    for line in text.split(['\r', '\n']).map(str::trim).filter(|line| !line.starts_with('#')) {
        let option = line.strip_prefix("from=\"").and_then(|rest| rest.strip_suffix('"'));
        let parts = option.unwrap_or(line).split([',', ' ', '\t']);
        for part in parts.filter(|part| !part.is_empty()) {
            let rule = part.parse()?;
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
    }
    if rules.is_empty() { Err(RuleError::Empty) } else { Ok(rules) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_cidr_is_read() {
        let table = [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7/32\n2001:db8::/32\n", "192.0.2.7/32,2001:db8::/32"),
            ("10.0.0.0/8,198.51.100.39/32", "10.0.0.0/8,198.51.100.39/32"),
            ("from=\"10.0.0.0/8,192.0.2.7\"\n", "10.0.0.0/8,192.0.2.7"),
            ("# office\r\n10.0.0.0/8\r\n\r\n10.0.0.0/8\r", "10.0.0.0/8"),
            ("0.0.0.0/0\n::/0", "0.0.0.0/0,::/0"),
            ("2001:DB8:0::1", "2001:db8::1"),
        ];
        for (text, expected) in table {
            let rules = parse_rules(text).expect(text);
            let shown: Vec<_> = rules.iter().map(Rule::to_string).collect();
            assert_eq!(shown.join(","), expected, "{text}");
        }
    }

    #[test]
    fn partly_understood_rules_are_errors() {
        let host_bits = "`10.0.0.1/8` has bits set beyond its prefix; the network is `10.0.0.0/8`";
        let table = [
            ("10.0.0.1/8", host_bits),
            (
                "2001:db8::1/32",
                "`2001:db8::1/32` has bits set beyond its prefix; the network is `2001:db8::/32`",
            ),
            ("10.0.0.0/33", "\"10.0.0.0/33\" is neither an address nor a CIDR network"),
            ("010.1.1.1", "\"010.1.1.1\" is neither an address nor a CIDR network"),
            (
                "10.0.0.0/255.0.0.0",
                "\"10.0.0.0/255.0.0.0\" is neither an address nor a CIDR network",
            ),
            ("10.0.0.1-10.0.0.9", "\"10.0.0.1-10.0.0.9\" is neither an address nor a CIDR network"),
            (
                "10.0.0.0/8 evil\u{202e}",
                "\"evil\\u{202e}\" is neither an address nor a CIDR network",
            ),
            ("192.0.2.1\nfrom=\"", "\"from=\"\" is neither an address nor a CIDR network"),
            ("", "no address or network arrived for `--from`"),
            ("\n # nothing\n,", "no address or network arrived for `--from`"),
        ];
        for (text, expected) in table {
            assert_eq!(parse_rules(text).expect_err(text).to_string(), expected);
        }
    }
}
