//! The values that servers accept (sshd(8), and OpenSSH's `auth-options.c`); for any other they
//! refuse the whole line.

use super::rules::{Rule, RuleError};

/// Why a text is not a valid option.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// The option is unknown: a server would ignore the whole line, and the key with it.
    #[error("servers know no option \"{}\"", contract::shown(.0))]
    Unknown(String),
    /// `command` alone, or `no-pty=x`.
    #[error("option `{name}` {}", if *.wanted { "needs a value" } else { "takes no value" })]
    Value {
        /// The option.
        name: &'static str,
        /// Whether there should be a value.
        wanted: bool,
    },
    /// The value begins with a quotation mark but does not end with one, or contains more of them.
    #[error("the quotation marks of option `{0}` do not match")]
    Quotes(&'static str),
    /// A value that no line can contain: `\"` at its end would be read as an escaped quotation
    /// mark.
    #[error("the value of option `{0}` ends in a backslash, which no line can hold")]
    Backslash(&'static str),
    /// A control character in the value would end the line, or worse.
    #[error("the value of option `{0}` has a control character")]
    Control(&'static str),
    /// Servers refuse the line if the value does not have the option's form.
    #[error("the value of option `{name}` is not {form}")]
    Form {
        /// The option.
        name: &'static str,
        /// The required form.
        form: &'static str,
    },
    /// The value of `from` has a network that the server would refuse.
    #[error(transparent)]
    Rule(#[from] RuleError),
}

/// Longer than any host name (`NI_MAXHOST`).
const LONG_NAME: usize = 1025;

/// The highest device number (`SSH_TUNID_MAX`).
const LAST_TUNNEL: u32 = 0x7fff_fffd;

/// Checks the form of a value.
pub(super) fn check(name: &'static str, value: &str) -> Result<(), OptionError> {
    let (fits, form) = match name {
        "from" => return check_from(value),
        "environment" => (is_assignment(value), "NAME=VALUE"),
        "expiry-time" => {
            (is_time(value), "a date YYYYMMDD or a time YYYYMMDDHHMM[SS], with or without a Z")
        }
        "permitopen" => (is_place(value), "HOST:PORT, with IPv6 addresses in brackets"),
        "permitlisten" => (
            is_port(value) || is_place(value),
            "PORT or HOST:PORT, with IPv6 addresses in brackets",
        ),
        "tunnel" => (is_tunnel(value), "the number of a device, or `any`"),
        _ => return Ok(()),
    };
    if fits { Ok(()) } else { Err(OptionError::Form { name, form }) }
}

/// Names and patterns are left to the server; a network with host bits would make it drop the line.
fn check_from(value: &str) -> Result<(), OptionError> {
    let networks = value.split(',').map(|part| part.strip_prefix('!').unwrap_or(part));
    for network in networks.filter(|part| part.contains('/')) {
        network.parse::<Rule>()?;
    }
    Ok(())
}

fn is_assignment(text: &str) -> bool {
    let name = text.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_place(text: &str) -> bool {
    let parts = match text.strip_prefix('[') {
        Some(rest) => rest.split_once("]:"),
        None => text.split_once(':'),
    };
    parts.is_some_and(|(host, port)| {
        host.len() < LONG_NAME && !host.contains(['/', ']']) && is_port(port)
    })
}

fn is_port(text: &str) -> bool {
    text == "*" || (is_number(text) && text.parse::<u16>().is_ok_and(|port| port > 0))
}

fn is_tunnel(text: &str) -> bool {
    let is_device = || is_number(text) && text.parse::<u32>().is_ok_and(|it| it <= LAST_TUNNEL);
    text.eq_ignore_ascii_case("any") || is_device()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the day exists; servers would take 31 February for a day in March.
fn is_time(text: &str) -> bool {
    let digits = text.strip_suffix('Z').unwrap_or(text);
    let number = |from, to| digits.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let at_most = |from, to, limit| number(from, to).is_none_or(|number| number <= limit);
    let day_exists = match (number(0, 4), number(4, 6), number(6, 8)) {
        (Some(year @ 1971..), Some(month @ 1..=12), Some(day @ 1..)) => day <= days(year, month),
        _ => false,
    };
    let clock_exists = at_most(8, 10, 23) && at_most(10, 12, 59) && at_most(12, 14, 59);
    is_number(digits) && matches!(digits.len(), 8 | 12 | 14) && day_exists && clock_exists
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_servers_take_and_refuse() {
        let table: [(&str, &[&str], &[&str]); 6] = [
            (
                "permitopen",
                &["localhost:80", "[::1]:80", "*:*", "host:65535"],
                &[
                    "foo", "a:b", "a:0", "a:65536", "::1:80", "[::1]80", "[::1", "a:+80", "a:",
                    "a/80", "80",
                ],
            ),
            (
                "permitlisten",
                &["8080", "*", "localhost:80", "[::1]:*"],
                &["a:b:c", "0", "foo", ":", "a:1:2"],
            ),
            (
                "tunnel",
                &["0", "any", "ANY", "2147483645"],
                &["abc", "-1", "2147483646", "+1", "1.5"],
            ),
            ("environment", &["A=b", "_a1=", "A=b=c"], &["foo", "=b", "A-B=c", "A B=c"]),
            (
                "expiry-time",
                &["20301231", "20301231Z", "203012312359", "20301231235959Z", "20280229"],
                &[
                    "yesterday",
                    "20301301",
                    "20300230",
                    "20290229",
                    "2030",
                    "2030-12-31",
                    "203012312460",
                    "20301231T",
                    "Z",
                    "19700101",
                    "20301231235960",
                    "2030123123",
                    "00000000",
                ],
            ),
            ("from", &["*.example.com", "!10.0.0.0/8"], &["10.0.0.1/8"]),
        ];
        for (name, taken, refused) in table {
            for value in taken {
                assert_eq!(check(name, value), Ok(()), "{name}={value}");
            }
            for value in refused {
                assert!(check(name, value).is_err(), "{name}={value}");
            }
        }
    }
}
