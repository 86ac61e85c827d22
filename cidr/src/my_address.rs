//! Finds our public address, on the word of two independent sources.
//!
//! One source can be wrong without knowing it: a captive portal, a proxy's egress, an intercepted
//! name. So every source is asked at once, all answers must be the same public address, and two
//! different operators must have given it. The asking is in [`https`] and [`stun`].

#[cfg(fuzzing)]
pub mod fuzzing;
pub mod https;
pub mod proxy;
pub mod public;
pub mod source;
pub mod stun;

use std::net::IpAddr;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use ipnet::IpNet;

use crate::address::Family;
use crate::defaults;
pub use proxy::Proxy;
use public::Visibility;
pub use source::Source;

/// Why one source gave no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// No answer before the deadline.
    #[error("no answer in time")]
    TimedOut,
    /// The host name has no address of the requested family.
    #[error("no {0} address for that name")]
    NoSuchHost(Family),
    /// The exchange failed below HTTP or STUN.
    #[error("{}", contract::report::cause(.0))]
    Io(std::io::Error),
    /// The exchange failed in TLS or HTTP.
    #[error("{0}")]
    Http(String),
    /// Any status but 200.
    #[error("HTTP status {0}")]
    Status(u16),
    /// A redirect, which a captive portal would send too.
    #[error("redirected to {0}")]
    Redirected(String),
    /// More than an address needs.
    #[error("an answer of more than {limit} bytes", limit = https::LARGEST_ANSWER)]
    TooLong,
    /// HTML, two addresses, anything else.
    #[error("not exactly one address: `{0}`")]
    NotOneAddress(String),
    /// An IPv6 address where IPv4 was asked for, or the other way round.
    #[error("{0} is not an {1} address")]
    WrongFamily(IpAddr, Family),
    /// An address that is not visible from outside.
    #[error("{0} is {1}, not a public address")]
    NotPublic(IpAddr, Visibility),
    /// A STUN message that breaks RFC 8489.
    #[error("not a valid STUN answer: {0}")]
    Stun(&'static str),
}

/// What one source said.
#[derive(Debug)]
pub struct Answer {
    /// The source that gave it.
    pub source: Source,
    /// The address, or why it gave no usable one.
    pub address: Result<IpAddr, Unusable>,
}

/// The conclusion from all answers so far.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Two independent operators gave these addresses of one network, and no source gave another.
    Agreed(Vec<IpAddr>),
    /// Two sources gave addresses of different networks.
    Disagreed,
    /// Not enough operators have given an address.
    Unconfirmed,
}

/// Judges answers in any order. Addresses agree if their first `prefix` bits do, because a provider
/// may use several addresses of one pool for us.
#[must_use]
pub fn judge(answers: &[Answer], prefix: u8) -> Verdict {
    let mut given = answers
        .iter()
        .filter_map(|answer| Some((answer.source.operator(), *answer.address.as_ref().ok()?)));
    let Some((operator, first)) = given.next() else {
        return Verdict::Unconfirmed;
    };
    let network = |address| IpNet::new(address, prefix).map(|network| network.trunc());
    if given.clone().any(|(_, other)| network(other) != network(first)) {
        return Verdict::Disagreed;
    }
    if given.clone().all(|(other, _)| other == operator) {
        return Verdict::Unconfirmed;
    }
    let mut addresses: Vec<IpAddr> = given.map(|(_, address)| address).chain([first]).collect();
    addresses.sort_unstable();
    addresses.dedup();
    Verdict::Agreed(addresses)
}

/// Asks all sources at once. A source without an answer after `time_limit` counts as timed out.
#[must_use]
pub fn ask_all(
    sources: &[Source],
    family: Family,
    time_limit: Duration,
    proxy: Option<&Proxy>,
) -> Vec<Answer> {
    let mut deadline = Instant::now() + time_limit;
    let (sender, receiver) = mpsc::channel();
    for (index, source) in sources.iter().cloned().enumerate() {
        let (sender, proxy) = (sender.clone(), proxy.cloned());
        // Not joined: a name look-up can outlast every deadline. It ends with the process.
        thread::spawn(move || {
            let address = source.ask(family, deadline, proxy.as_ref());
            let address = address.and_then(|address| usable(address, family));
            // After the deadline nothing receives the answer any more.
            let _ = sender.send((index, Answer { source, address }));
        });
    }
    let mut answers: Vec<(usize, Answer)> = Vec::with_capacity(sources.len());
    while answers.len() < sources.len() {
        let left = deadline.saturating_duration_since(Instant::now());
        let Ok(answer) = receiver.recv_timeout(left) else { break };
        answers.push(answer);
        if answers.iter().filter(|(_, answer)| answer.address.is_ok()).count() >= 2 {
            deadline = deadline.min(Instant::now() + defaults::GRACE);
        }
    }
    in_order(answers, sources)
}

/// Puts the answers in the order of the sources and marks missing ones as timed out.
fn in_order(mut answers: Vec<(usize, Answer)>, sources: &[Source]) -> Vec<Answer> {
    for (index, source) in sources.iter().enumerate() {
        if !answers.iter().any(|(answered, _)| *answered == index) {
            let answer = Answer { source: source.clone(), address: Err(Unusable::TimedOut) };
            answers.push((index, answer));
        }
    }
    answers.sort_by_key(|(index, _)| *index);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// Accepts an address that others can see.
///
/// # Errors
///
/// When it is of the other family or is not public.
pub fn usable(address: IpAddr, family: Family) -> Result<IpAddr, Unusable> {
    let address = address.to_canonical();
    if Family::of(address) != family {
        return Err(Unusable::WrongFamily(address, family));
    }
    match public::visibility(address) {
        Visibility::Public => Ok(address),
        other => Err(Unusable::NotPublic(address, other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(given: &[(&str, Option<&str>)]) -> Vec<Answer> {
        given
            .iter()
            .map(|(host, address)| Answer {
                source: Source::stun(host).unwrap(),
                address: address.map(|address| address.parse().unwrap()).ok_or(Unusable::TimedOut),
            })
            .collect()
    }

    #[test]
    fn two_operators_must_agree_and_none_contradict() {
        let (mine, other) = (Some("203.0.113.7"), Some("198.51.100.9"));
        let agreed = Verdict::Agreed(vec!["203.0.113.7".parse().unwrap()]);
        for (given, expected) in [
            (&[][..], Verdict::Unconfirmed),
            (&[("a.example", None), ("b.example", None)], Verdict::Unconfirmed),
            (&[("a.example", mine), ("b.example", None)], Verdict::Unconfirmed),
            (&[("a.example", mine), ("a.example:9", mine)], Verdict::Unconfirmed),
            (&[("a.example", mine), ("b.example", mine)], agreed),
            (&[("a.example", mine), ("b.example", mine), ("c.example", other)], Verdict::Disagreed),
            (&[("a.example", mine), ("a.example:9", other)], Verdict::Disagreed),
            (&[("a.example", None), ("b.example", mine), ("c.example", other)], Verdict::Disagreed),
        ] {
            assert_eq!(judge(&answers(given), 32), expected, "{given:?}");
        }
    }

    #[test]
    fn addresses_of_one_pool_agree_on_their_network() {
        let pool = [("a.example", Some("203.0.113.9")), ("b.example", Some("203.0.113.7"))];
        let both = ["203.0.113.7", "203.0.113.9"].map(|address| address.parse().unwrap());
        assert_eq!(judge(&answers(&pool), 24), Verdict::Agreed(both.to_vec()));
        assert_eq!(judge(&answers(&pool), 29), Verdict::Disagreed);
    }

    #[test]
    fn mapped_addresses_count_as_ipv4() {
        let mapped = "::ffff:203.0.113.7".parse().unwrap();
        assert_eq!(usable(mapped, Family::Ipv4).unwrap().to_string(), "203.0.113.7");
        assert!(matches!(usable(mapped, Family::Ipv6), Err(Unusable::WrongFamily(..))));
        assert!(matches!(
            usable("::ffff:10.0.0.1".parse().unwrap(), Family::Ipv4),
            Err(Unusable::NotPublic(..))
        ));
    }
}
