//! `--pattern`: the user's own regular expression instead of the recognizers.

use std::str::FromStr;

use regex::{Regex, RegexBuilder};

use crate::defaults::PATTERN_BYTES;
use crate::escaped::Escaped;
use crate::recognize::{Candidate, Evidence, Finding, Refusal, Tier, Wording};
use crate::target::{Target, TargetError, parse_port};

/// A regular expression with groups named `user` and `host`, and perhaps `port`.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

/// Why a text is not a valid pattern.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// Not a regular expression, or too large when compiled.
    #[error("{0}")]
    Syntax(#[from] regex::Error),
    /// A group is missing.
    #[error(
        "it has no group `{0}`; write (?<user>…) and (?<host>…), and (?<port>…) where there is a port"
    )]
    NoGroup(&'static str),
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let regex = RegexBuilder::new(text)
            .size_limit(PATTERN_BYTES)
            .dfa_size_limit(PATTERN_BYTES)
            .build()?;
        for group in ["user", "host"] {
            if !regex.capture_names().any(|name| name == Some(group)) {
                return Err(PatternError::NoGroup(group));
            }
        }
        Ok(Self(regex))
    }
}

impl Pattern {
    /// The finding in a line, if the groups for the user and the host took part in the match.
    pub(crate) fn find(&self, line: u64, text: &str) -> Vec<Finding> {
        let matches = self.0.captures_iter(text).filter_map(|groups| {
            let user = groups.name("user")?.as_str();
            let host = groups.name("host")?.as_str();
            let port = groups.name("port").map(|port| port.as_str());
            Some(Finding::Candidate(Box::new(Candidate {
                line,
                tier: Tier::Pattern,
                text: Escaped::new(text.trim()),
                job: None,
                is_read_only: false,
                era: 0,
                evidence: Evidence::PATTERN,
                wording: Wording::default(),
                outcome: target(user, host, port).map_err(Refusal::from),
            })))
        });
        matches.collect()
    }
}

fn target(user: &str, host: &str, port: Option<&str>) -> Result<Target, TargetError> {
    let port = port.filter(|port| !port.is_empty()).map(parse_port).transpose()?;
    Ok(Target::new(user.parse()?, host.parse()?, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(pattern: &str, text: &str) -> Vec<String> {
        let pattern: Pattern = pattern.parse().unwrap();
        let found = pattern.find(1, text).into_iter().filter_map(|finding| match finding {
            Finding::Candidate(candidate) => Some(candidate.outcome),
            Finding::HostKey(..)
            | Finding::Gone(..)
            | Finding::GoneNamed(..)
            | Finding::Service(..)
            | Finding::ServiceGone(..) => None,
        });
        found
            .map(|outcome| {
                outcome.map_or_else(|refusal| refusal.to_string(), |target| target.to_string())
            })
            .collect()
    }

    #[test]
    fn groups_make_targets() {
        let pattern = r"(?<user>\S+) at (?<host>\S+)(?: port (?<port>\d+))?";
        assert_eq!(find(pattern, "ada at 203.0.113.7"), ["ada@203.0.113.7"]);
        assert_eq!(find(pattern, "ada at 203.0.113.7 port 22"), ["ada@203.0.113.7:22"]);
        assert_eq!(find(pattern, "-l at 203.0.113.7"), ["`-l` is not a user name"]);
        assert_eq!(find(pattern, "nothing"), [""; 0]);
    }

    #[test]
    fn a_pattern_must_have_its_groups_and_be_small() {
        assert_eq!("(?<user>x)".parse::<Pattern>().unwrap_err(), PatternError::NoGroup("host"));
        assert!("(?<user>(".parse::<Pattern>().is_err());
        assert!("(?<user>x)(?<host>\\w{1000}{100})".parse::<Pattern>().is_err());
    }
}
