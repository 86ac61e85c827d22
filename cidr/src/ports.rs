//! TCP ports that a rule is for: single ports, several, ranges.

use std::fmt;
use std::str::FromStr;

/// A run of ports, both ends included.
pub type PortRange = (u16, u16);

/// At least one port; ascending runs with a gap between any two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports(Vec<PortRange>);

/// Why a text does not name ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPorts {
    /// Not a number from 1 to 65535.
    #[error("a port is a whole number from 1 to 65535; write several as 22,2222 or 8000-8010")]
    Number,
    /// `30-20`
    #[error("a range of ports starts with the lower one")]
    Reversed,
}

impl Ports {
    /// All ports.
    #[must_use]
    pub fn all() -> Self {
        Self(vec![(0, u16::MAX)])
    }

    /// The ports in these runs, in any order; `None` for no runs.
    #[must_use]
    pub fn of(mut runs: Vec<PortRange>) -> Option<Self> {
        runs.sort_unstable();
        runs.dedup_by(|next, kept| {
            let touches = next.0 <= kept.1.saturating_add(1);
            if touches {
                kept.1 = kept.1.max(next.1);
            }
            touches
        });
        (!runs.is_empty()).then_some(Self(runs))
    }

    /// The runs, ascending.
    #[must_use]
    pub fn runs(&self) -> &[PortRange] {
        &self.0
    }

    /// Whether these are all ports there are.
    #[must_use]
    pub fn is_all(&self) -> bool {
        // Port 0 is reserved: no connection is made to it (RFC 6335 section 6).
        matches!(self.0.as_slice(), [(0 | 1, u16::MAX)])
    }

    /// Whether these ports include the whole run.
    #[must_use]
    pub fn cover(&self, run: PortRange) -> bool {
        self.0.iter().any(|own| own.0 <= run.0 && run.1 <= own.1)
    }

    /// The ports that are in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let both = self.0.iter().flat_map(|own| {
            let common = other.0.iter().map(|theirs| (own.0.max(theirs.0), own.1.min(theirs.1)));
            common.filter(|(first, last)| first <= last)
        });
        Self::of(both.collect())
    }

    /// All other ports; `None` if these are all.
    #[must_use]
    pub fn others(&self) -> Option<Self> {
        let before = self.0.iter().scan(0_u32, |next, (first, last)| {
            let gap = (*next, u32::from(*first));
            *next = u32::from(*last) + 1;
            Some(gap)
        });
        let after = self.0.last().map(|(_, last)| (u32::from(*last) + 1, 1 << 16));
        let gaps = before.chain(after).filter(|(first, end)| first < end);
        let run = |(first, end)| Some((u16::try_from(first).ok()?, u16::try_from(end - 1).ok()?));
        Self::of(gaps.filter_map(run).collect())
    }

    /// The runs as text, with `between` between the first and the last port of each.
    #[must_use]
    pub fn texts(&self, between: &str) -> Vec<String> {
        let text = |(first, last): &PortRange| {
            if first == last { first.to_string() } else { format!("{first}{between}{last}") }
        };
        self.0.iter().map(text).collect()
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.texts("-").join(","))
    }
}

impl FromStr for Ports {
    type Err = NotPorts;

    /// Reads `22`, `22,2222` and `8000-8010`.
    fn from_str(text: &str) -> Result<Self, NotPorts> {
        let runs = text.split(',').map(|run| {
            let (first, last) = run.split_once('-').unwrap_or((run, run));
            let (first, last) = (number(first)?, number(last)?);
            if first <= last { Ok((first, last)) } else { Err(NotPorts::Reversed) }
        });
        Self::of(runs.collect::<Result<_, _>>()?).ok_or(NotPorts::Number)
    }
}

/// Reads one port.
pub(crate) fn number(text: &str) -> Result<u16, NotPorts> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| digits && *port > 0).ok_or(NotPorts::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_ranges() {
        for (text, expected) in [
            ("22", Ok("22")),
            ("2222,22", Ok("22,2222")),
            ("22,23,24", Ok("22-24")),
            ("8000-8010,22,8005-8020", Ok("22,8000-8020")),
            ("1-65535", Ok("1-65535")),
            ("", Err(NotPorts::Number)),
            ("0", Err(NotPorts::Number)),
            ("65536", Err(NotPorts::Number)),
            ("99999999999999999999", Err(NotPorts::Number)),
            ("+22", Err(NotPorts::Number)),
            ("22,", Err(NotPorts::Number)),
            ("ssh", Err(NotPorts::Number)),
            ("30-20", Err(NotPorts::Reversed)),
            ("20-30-40", Err(NotPorts::Number)),
        ] {
            let ports = text.parse::<Ports>().map(|ports| ports.to_string());
            assert_eq!(ports, expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn common_ports() {
        let ports = |text: &str| text.parse::<Ports>().unwrap();
        assert_eq!(ports("22,80-90").intersection(&ports("85-99")), Some(ports("85-90")));
        assert_eq!(ports("22").intersection(&ports("23")), None);
        assert!(ports("20-30").cover((22, 25)) && !ports("22,25").cover((22, 25)));
        assert_eq!(ports("22").others().unwrap().others(), Some(ports("22")));
        assert_eq!(Ports::all().others(), None);
        assert!(Ports::all().is_all() && ports("1-65535").is_all() && !ports("22").is_all());
    }
}
