//! `--rule`: the access rule of a cluster, as `cidr` prints it.

use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::str::FromStr;

use contract::shown;
use ipnet::IpNet;

/// The most bytes of a rule: more than any platform accepts.
const MOST_BYTES: u64 = 1 << 20;

/// The networks that the rule lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccessRule(Vec<Range>);

/// A range of addresses, and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Range {
    first: IpAddr,
    last: IpAddr,
    written: String,
}

impl AccessRule {
    /// Parses the words on the command line: rules, `@FILE`, or `-` for standard input.
    ///
    /// # Errors
    /// When a file cannot be read, or something in it is not a rule.
    pub(crate) fn read(words: &[String]) -> Result<Option<Self>, String> {
        let mut all = Vec::new();
        for word in words {
            let text = match (word.as_str(), word.strip_prefix('@')) {
                ("-", _) => standard_input()?,
                (_, Some(file)) => read(Path::new(file))?,
                (rules, None) => rules.to_owned(),
            };
            all.extend(text.parse::<Self>()?.0);
        }
        Ok((!words.is_empty()).then_some(Self(all)))
    }

    /// Whether the rule lets this address in.
    pub(crate) fn lets_in(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|range| {
            range.first.is_ipv4() == address.is_ipv4()
                && (range.first..=range.last).contains(&address)
        })
    }

    /// Whether the rule mentions addresses of this family.
    pub(crate) fn is_about_family_of(&self, address: IpAddr) -> bool {
        self.0.iter().any(|range| range.first.is_ipv4() == address.to_canonical().is_ipv4())
    }
}

impl fmt::Display for AccessRule {
    /// In the form of arguments for `cidr`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written: Vec<&str> = self.0.iter().map(|range| range.written.as_str()).collect();
        f.write_str(&written.join(" "))
    }
}

impl FromStr for AccessRule {
    type Err = String;

    /// Parses networks, addresses and ranges, separated by spaces, commas or line feeds; `#` begins
    /// a comment, as in the files that `cidr` reads.
    fn from_str(text: &str) -> Result<Self, String> {
        let is_gap = |c: char| c.is_whitespace() || c == ',';
        let lines = text.split(['\n', '\r']);
        let lines = lines.map(|line| line.split('#').next().unwrap_or_default());
        let words = lines.flat_map(|line| line.split(is_gap)).filter(|word| !word.is_empty());
        let ranges = words.map(range).collect::<Result<Vec<_>, _>>()?;
        if ranges.is_empty() {
            return Err("the access rule is empty".to_owned());
        }
        Ok(Self(ranges))
    }
}

fn range(word: &str) -> Result<Range, String> {
    let refused = || format!("`{}` is not a network, address or range", shown(word));
    let (first, last) = if let Ok(address) = word.parse::<IpAddr>() {
        (address, address)
    } else if let Ok(network) = word.parse::<IpNet>() {
        if network.trunc() != network {
            let right = network.trunc();
            return Err(format!("`{}` has host bits set; its network is {right}", shown(word)));
        }
        (network.network(), network.broadcast())
    } else {
        let (first, last) = word.split_once('-').ok_or_else(refused)?;
        let ends = (first.parse::<IpAddr>(), last.parse::<IpAddr>());
        let (Ok(first), Ok(last)) = ends else { return Err(refused()) };
        (first, last)
    };
    if first.is_ipv4() != last.is_ipv4() || first > last {
        return Err(format!("`{}` ends before it begins", shown(word)));
    }
    Ok(Range { first, last, written: word.to_owned() })
}

fn read(file: &Path) -> Result<String, String> {
    let text = crate::text_file::read(file, MOST_BYTES);
    let unreadable = |why: String| format!("cannot read the access rule `{}`: {why}", shown(file));
    match text {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(unreadable("No such file or directory".to_owned())),
        Err(cause) => Err(unreadable(contract::report::cause(&cause))),
    }
}

fn standard_input() -> Result<String, String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(MOST_BYTES).read_to_end(&mut bytes);
    read.map_err(|cause| {
        format!("cannot read the access rule: {}", contract::report::cause(&cause))
    })?;
    Ok(crate::text_file::Encoding::decode(&bytes).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cidr_prints_is_read() {
        let rule: AccessRule =
            "# ours\r\n198.51.100.0/24,203.0.113.9 # home\r192.0.2.1-192.0.2.9 2001:db8::/32"
                .parse()
                .unwrap();
        for (address, inside) in [
            ("198.51.100.255", true),
            ("198.51.101.0", false),
            ("203.0.113.9", true),
            ("192.0.2.9", true),
            ("192.0.2.10", false),
            ("2001:db8:ffff::1", true),
            ("2001:db9::1", false),
            ("::ffff:203.0.113.9", true),
        ] {
            assert_eq!(rule.lets_in(address.parse().unwrap()), inside, "{address}");
        }
        assert_eq!(
            rule.to_string(),
            "198.51.100.0/24 203.0.113.9 192.0.2.1-192.0.2.9 2001:db8::/32"
        );
    }

    #[test]
    fn partly_understood_rules_are_refused() {
        for (text, why) in [
            ("", "empty"),
            (" , ", "empty"),
            ("# 203.0.113.9", "empty"),
            ("203.0.113.9/24", "its network is 203.0.113.0/24"),
            ("0203.0.113.9", "is not a network"),
            ("203.0.113.0/33", "is not a network"),
            ("203.0.113.9-203.0.113.1", "ends before it begins"),
            ("203.0.113.9-::1", "ends before it begins"),
            ("203.0.113.0/24 everywhere", "`everywhere` is not a network"),
            ("\u{1b}[2J", r"`\u{1b}[2J`"),
        ] {
            let refused = text.parse::<AccessRule>().unwrap_err();
            assert!(refused.contains(why), "{text}: {refused}");
        }
    }
}
