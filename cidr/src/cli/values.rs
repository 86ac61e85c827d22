//! Parsers for option values, with error messages of our own.

use std::net::IpAddr;
use std::time::Duration;

use crate::address::Address as _;
use crate::range::IpRange;
use crate::rules::{Leniency, entry};

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let number = text.parse().ok().and_then(|number| Duration::try_from_secs_f64(number).ok());
    let is_fit = |it: &Duration| !it.is_zero() && it.as_secs() <= 3_600;
    number.filter(is_fit).ok_or_else(|| "not a number of seconds from 0 to 3600".to_owned())
}

/// Reads `30s`, `5m` and `1h`.
pub(super) fn pause(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(['s', 'm', 'h']);
    let unit = match text.get(digits.len()..) {
        Some("" | "s") => 1,
        Some("m") => 60,
        Some("h") => 3_600,
        _ => 0,
    };
    let seconds = whole::<u32>(digits, 1, 86_400).ok().and_then(|number| number.checked_mul(unit));
    match seconds {
        Some(seconds @ 1..=86_400) => Ok(Duration::from_secs(seconds.into())),
        _ => Err("not a time from 1s to 24h, such as 30s, 5m or 1h".to_owned()),
    }
}

/// A whole number in plain digits, from `first` to `last`.
pub(super) fn whole<N: TryFrom<u32>>(text: &str, first: u32, last: u32) -> Result<N, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| digits && (first..=last).contains(number));
    let refused = || format!("not a whole number from {first} to {last}");
    number.and_then(|number| N::try_from(number).ok()).ok_or_else(refused)
}

/// One address: alone, or as a network of a single address.
pub(super) fn one_address(text: &str) -> Result<IpAddr, String> {
    let entry = entry::parse(text.trim().as_bytes(), Leniency::default());
    match entry.map_err(|fault| format!("it {fault}"))? {
        IpRange::V4(range) if range.first() == range.last() => Ok(range.first().ip()),
        IpRange::V6(range) if range.first() == range.last() => Ok(range.first().ip()),
        _ => Err("it is more than one address".to_owned()),
    }
}
