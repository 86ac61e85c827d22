//! Reads option values: times, commands, a proxy's URL.

use std::convert::Infallible;
use std::ffi::OsStr;
use std::time::Duration;

use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use contract::shown;

use crate::connect::Proxy;
use crate::destination::Destination;

/// Reads a proxy's URL. clap's own message would repeat the URL with any password in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct ProxyUrl;

impl TypedValueParser for ProxyUrl {
    type Value = Proxy;

    fn parse_ref(
        &self,
        _: &clap::Command,
        _: Option<&clap::Arg>,
        text: &OsStr,
    ) -> Result<Proxy, clap::Error> {
        text.to_string_lossy().parse().map_err(|why| {
            let words = format!("invalid value for '--proxy <URL>': {why}");
            clap::Error::raw(ErrorKind::ValueValidation, words)
        })
    }
}

/// Reads a jump host; whether it is valid is decided later.
#[expect(clippy::unnecessary_wraps, reason = "clap's parsers can fail")]
pub(super) fn jump_host(text: &str) -> Result<Result<Destination, String>, Infallible> {
    Ok(text.parse())
}

/// Reads a command line, which must not be empty.
pub(super) fn command(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("the command is empty; `none` stands for no command".into());
    }
    Ok(text.to_owned())
}

/// Reads a port, which is not 0.
pub(super) fn port(text: &str) -> Result<u16, String> {
    let found = crate::port::nonzero(text);
    found.ok_or_else(|| "it is neither a number from 1 to 65535 nor the name of a service".into())
}

/// Reads `30`, `30s`, `5m`, `1h` or `500ms`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let refused = || format!("`{}` is not a time such as 30s, 5m or 500ms", shown(text));
    let number: u64 = number.parse().map_err(|_| refused())?;
    let seconds = |factor: u64| number.checked_mul(factor).map(Duration::from_secs);
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "" | "s" => seconds(1),
        "m" => seconds(60),
        "h" => seconds(3600),
        _ => None,
    }
    .filter(|time| *time <= Duration::from_secs(365 * 24 * 3600))
    .ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, milliseconds) in
            [("0", 0), ("30", 30_000), ("30s", 30_000), ("500ms", 500), ("5m", 300_000)]
        {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)));
        }
        for text in ["", "s", "-1", "1.5s", "1d", "99999999999999999999", "9999999h"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
