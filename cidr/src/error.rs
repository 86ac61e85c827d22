//! The errors of `cidr`, in the words that a user reads.

use std::io;
use std::path::PathBuf;

use contract::{exit, shown};

use crate::address::Family;
use crate::my_address::{Answer, Unusable};
use crate::range::Count;
use crate::render::NotPrintable;
use crate::rules::Input;
use crate::rules::firewall::ParseError;
use crate::rules::scan::Refusal;

/// Why `cidr` could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Standard output could not be written.
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
    /// A file of rules could not be opened.
    #[error("cannot read `{}`", shown(.path))]
    Open {
        /// As given.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Reading rules broke off.
    #[error("cannot read {}", .input.quoted())]
    Read {
        /// Which rules.
        input: Input,
        /// Why.
        source: io::Error,
    },
    /// A list contains something that is not a valid entry.
    #[error("cannot read {input}:{}:{}: `{}` {}", .refusal.line, .refusal.column, .refusal.text, .refusal.fault)]
    Refused {
        /// Where it stands.
        input: Input,
        /// What is wrong with it.
        refusal: Refusal,
    },
    /// A platform's output was recognised but could not be understood completely.
    #[error("cannot read {input}{}: {error}", .error.place)]
    ParseError {
        /// Where it stands.
        input: Input,
        /// What is wrong with it.
        error: ParseError,
    },
    /// Standard input was to hold the rules, but was empty.
    #[error("cannot tell: standard input is empty")]
    NothingCame,
    /// The rules differ from port to port, and no port was named.
    #[error("cannot tell which port is meant: the rules have different sources for each port")]
    PortsDiffer,
    /// `--port` was given, but only lists were read, which name no ports.
    #[error("cannot select a port: these rules name none")]
    NoPorts,
    /// The result is empty.
    #[error("cannot print an access rule: the result is empty")]
    Empty,
    /// The result is empty, and the platform would refuse that or read it as "everyone".
    #[error("cannot print an access rule for no address: the result is empty")]
    EmptyRule,
    /// A label for a format that has no place for it.
    #[error("cannot print {option} in this format: {format} has no place for it")]
    NoPlace {
        /// `--port` and so on.
        option: &'static str,
        /// As `-o` names it.
        format: String,
    },
    /// A label that the format has a place for, but cannot represent.
    #[error("cannot print a rule for {format}: {cause}")]
    NotPrintable {
        /// As `-o` names it.
        format: String,
        /// Why.
        cause: NotPrintable,
    },
    /// More networks than the platform takes.
    #[error("cannot print a rule of {count} networks: {platform} takes at most {quota}")]
    Quota {
        /// How many of one family there are.
        count: usize,
        /// What has the limit.
        platform: &'static str,
        /// Its limit for these ports.
        quota: usize,
    },
    /// The named sources all belong to one operator.
    #[error("cannot confirm an {0} address: two sources of different operators are needed")]
    OneOperator(Family),
    /// Two sources gave different addresses.
    #[error("cannot tell which {family} address is mine: the sources disagree: {}", addresses(.answers))]
    Disagreed {
        /// What was asked for.
        family: Family,
        /// What each source said.
        answers: Vec<Answer>,
        /// A proxy of the environment that was not used.
        proxy: Option<String>,
    },
    /// Fewer than two operators gave an address.
    #[error("cannot confirm my {family} address with two independent sources: {}", outcomes(.answers))]
    Unconfirmed {
        /// What was asked for.
        family: Family,
        /// What each source said.
        answers: Vec<Answer>,
        /// A proxy of the environment that was not used.
        proxy: Option<String>,
    },
    /// `--address` names an address that others cannot see.
    #[error("cannot use the address")]
    Address(#[source] Unusable),
    /// Two lists were to be read from standard input.
    #[error("cannot read two lists from standard input")]
    StdinTwice,
    /// The input of `show` contains no rule.
    #[error("cannot show any network: the input has none")]
    NothingToShow,
    /// The list of addresses to look for is empty.
    #[error("cannot check membership: no address was given")]
    NoAddress,
    /// A prefix that is too long for the family.
    #[error("cannot make /{prefix} networks of {family} addresses: their longest prefix is /{}", .family.bits())]
    Prefix {
        /// In bits.
        prefix: u8,
        /// Of the address.
        family: Family,
    },
    /// One prefix length cannot serve both families.
    #[error("cannot make IPv4 and IPv6 networks of one prefix length")]
    PrefixOfBoth,
    /// `--max-prefixes` with both families.
    #[error(
        "cannot widen IPv4 and IPv6 together: their addresses cannot be weighed against each other"
    )]
    LimitOfBoth,
    /// An IPv6 network whose text every program reads as IPv4.
    #[error("cannot print {network}: other programs would read it as an IPv4 network")]
    Mapped {
        /// As printed.
        network: String,
    },
    /// A network that is smaller than the pieces it should be split into.
    #[error("cannot split into /{prefix} networks: {network} is smaller than that")]
    Indivisible {
        /// In bits.
        prefix: u8,
        /// As printed.
        network: String,
    },
    /// More networks than can be of use.
    #[error("cannot split into /{prefix} networks: there would be {count} of them")]
    TooManyNetworks {
        /// In bits.
        prefix: u8,
        /// How many.
        count: Count,
    },
}

impl contract::Failure for Error {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Refused { refusal, .. } => return refusal.fault.hint(),
            Self::ParseError { error, .. } => return error.hint.clone(),
            Self::NothingCame => "the command that prints the rules may have failed".into(),
            Self::PortsDiffer => "name one with --port".into(),
            Self::NoPorts => "leave out --port: a list applies to every port".into(),
            Self::NotPrintable { cause, .. } => return cause.hint().map(str::to_owned),
            Self::Quota { quota, .. } => format!(
                "`cidr merge --max-prefixes {quota}` widens the rule to fit; if your quota is \
                 higher, pass that number"
            ),
            Self::Empty => "pass --allow-empty if that is right".into(),
            Self::OneOperator(_) => "name one more with --url or --stun, on another host".into(),
            Self::Disagreed { proxy: Some(proxy), .. } | Self::Unconfirmed { proxy: Some(proxy), .. } => {
                format!("{proxy} was not used; if your connections go through it, pass --proxy env")
            }
            Self::Disagreed { .. } => {
                "a proxy or a captive portal may be in the way; if you know your address, pass \
                 --address".into()
            }
            Self::Unconfirmed { family: Family::Ipv6, .. } => {
                "this machine may have no IPv6; -4 asks for the IPv4 address".into()
            }
            Self::Unconfirmed { .. } => {
                "name other sources with --url or --stun, or pass --address if you know it".into()
            }
            Self::StdinTwice => "write one of them to a file and pass @FILE".into(),
            Self::PrefixOfBoth => "run it once for each family".into(),
            Self::LimitOfBoth => {
                "run it once for each: `cidr intersect … --with 0.0.0.0/0` is the IPv4 half, `--with ::/0` the other".into()
            }
            Self::TooManyNetworks { .. } => "at most 16777216 are printed".into(),
            _ => return None,
        })
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::StdinTwice
            | Self::NoPlace { .. }
            | Self::NotPrintable { .. }
            | Self::PortsDiffer
            | Self::NoPorts
            | Self::Prefix { .. }
            | Self::PrefixOfBoth
            | Self::OneOperator(_) => exit::USAGE,
            _ => exit::FAILED,
        }
    }

    fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(cause) if cause.kind() == io::ErrorKind::BrokenPipe)
    }
}

fn addresses(answers: &[Answer]) -> String {
    let given = answers.iter().filter_map(|answer| {
        let address = answer.address.as_ref().ok()?;
        Some(format!("{address} by {}", answer.source))
    });
    given.collect::<Vec<_>>().join(", ")
}

fn outcomes(answers: &[Answer]) -> String {
    let all = answers.iter().map(|answer| match &answer.address {
        Ok(address) => format!("{} says {address}", answer.source),
        Err(cause) => format!("{}: {cause}", answer.source),
    });
    all.collect::<Vec<_>>().join("; ")
}
