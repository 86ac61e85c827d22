//! The types of values, and how each is parsed and printed.

use std::time::Duration;

use super::SettingError;
use crate::known_hosts::{Lifetime, NotALifetime};
use crate::port;

/// A few words with their meanings; the first word with a meaning is printed.
pub(super) type Words<T> = &'static [(&'static str, T)];

pub(super) const YES_NO: Words<bool> =
    &[("yes", true), ("no", false), ("true", true), ("false", false)];

/// The meaning of a word, in any case.
pub(super) fn meaning<T: Copy>(text: &str, words: Words<T>) -> Result<T, SettingError> {
    let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    found.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let all: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        SettingError::value(format!("one of {}", all.join(", ")), text)
    })
}

/// The first word with a meaning.
pub(super) fn word<T: PartialEq>(meaning: &T, words: Words<T>) -> String {
    let found = words.iter().find(|(_, each)| each == meaning);
    found.map(|(word, _)| (*word).to_owned()).unwrap_or_default()
}

/// Which addresses of a host to connect to (`AddressFamily`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressFamily {
    /// Those of both families.
    Any,
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

pub(super) const ADDRESS_FAMILY: Words<AddressFamily> =
    &[("any", AddressFamily::Any), ("inet", AddressFamily::V4), ("inet6", AddressFamily::V6)];

/// What to do with a host key that is not on record (`StrictHostKeyChecking`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrictHostKeyChecking {
    /// Ask the user.
    Ask,
    /// Record it without asking.
    AcceptNew,
    /// Refuse it.
    Yes,
    /// With `ssh`, accept it even if it has changed.
    No,
}

pub(super) const STRICT_HOST_KEY_CHECKING: Words<StrictHostKeyChecking> = &[
    ("true", StrictHostKeyChecking::Yes),
    ("false", StrictHostKeyChecking::No),
    ("yes", StrictHostKeyChecking::Yes),
    ("no", StrictHostKeyChecking::No),
    ("ask", StrictHostKeyChecking::Ask),
    ("off", StrictHostKeyChecking::No),
    ("accept-new", StrictHostKeyChecking::AcceptNew),
];

/// Yes, no, or ask first (`UpdateHostKeys`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YesNoAsk {
    /// Without asking.
    Yes,
    /// Never.
    No,
    /// If the user agrees.
    Ask,
}

pub(super) const YES_NO_ASK: Words<YesNoAsk> = &[
    ("true", YesNoAsk::Yes),
    ("false", YesNoAsk::No),
    ("yes", YesNoAsk::Yes),
    ("no", YesNoAsk::No),
    ("ask", YesNoAsk::Ask),
];

/// Whether to request a terminal on the server (`RequestTTY`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestTty {
    /// For a shell, if there is a local terminal.
    Auto,
    /// Never.
    No,
    /// If there is a local terminal.
    Yes,
    /// Always.
    Force,
}

pub(super) const REQUEST_TTY: Words<RequestTty> = &[
    ("true", RequestTty::Yes),
    ("false", RequestTty::No),
    ("yes", RequestTty::Yes),
    ("no", RequestTty::No),
    ("force", RequestTty::Force),
    ("auto", RequestTty::Auto),
];

/// What runs on the server (`SessionType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionType {
    /// A shell or a command.
    Default,
    /// Nothing: the connection only serves its forwards.
    None,
    /// A subsystem, named in place of a command.
    Subsystem,
}

pub(super) const SESSION_TYPE: Words<SessionType> = &[
    ("none", SessionType::None),
    ("subsystem", SessionType::Subsystem),
    ("default", SessionType::Default),
];

/// How much is logged (`LogLevel`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Nothing at all.
    Quiet,
    /// Errors that end the program.
    Fatal,
    /// All errors.
    Error,
    /// What a user should know.
    Info,
    /// The steps.
    Verbose,
    /// Details of the steps.
    Debug1,
    /// More details.
    Debug2,
    /// All details.
    Debug3,
}

pub(super) const LOG_LEVEL: Words<LogLevel> = &[
    ("SILENT", LogLevel::Quiet),
    ("QUIET", LogLevel::Quiet),
    ("FATAL", LogLevel::Fatal),
    ("ERROR", LogLevel::Error),
    ("INFO", LogLevel::Info),
    ("VERBOSE", LogLevel::Verbose),
    ("DEBUG", LogLevel::Debug1),
    ("DEBUG1", LogLevel::Debug1),
    ("DEBUG2", LogLevel::Debug2),
    ("DEBUG3", LogLevel::Debug3),
];

/// There is one warning, so that switching it off by its name is the same as `no`.
pub(super) const WARN_WEAK_CRYPTO: Words<bool> =
    &[("yes", true), ("no", false), ("true", true), ("false", false), ("no-pq-kex", false)];

/// Whether to log in with keys, and what an agent's signatures cover (`PubkeyAuthentication`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PubkeyAuthentication {
    /// No keys.
    No,
    /// Keys; signatures also cover the host key if the server knows how to verify them.
    Yes,
    /// Keys; signatures never cover the host key.
    Unbound,
    /// Keys; signatures always cover the host key.
    HostBound,
}

pub(super) const PUBKEY_AUTHENTICATION: Words<PubkeyAuthentication> = &[
    ("true", PubkeyAuthentication::Yes),
    ("false", PubkeyAuthentication::No),
    ("yes", PubkeyAuthentication::Yes),
    ("no", PubkeyAuthentication::No),
    ("unbound", PubkeyAuthentication::Unbound),
    ("host-bound", PubkeyAuthentication::HostBound),
];

/// Whether keys are added to the agent once they are unlocked (`AddKeysToAgent`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddKeysToAgent {
    /// Whether to add them, or to ask first.
    pub when: YesNoAsk,
    /// Whether the agent asks at each use.
    pub confirm: bool,
    /// After what time the agent forgets them.
    pub lifetime: Option<Duration>,
}

impl AddKeysToAgent {
    pub(super) fn parse(words: &[&str]) -> Result<Self, SettingError> {
        let lifetime = |text: &str| seconds(text).map(Some);
        let (when, confirm, lifetime) = match words {
            ["confirm"] => (YesNoAsk::Yes, true, None),
            ["confirm", time] => (YesNoAsk::Yes, true, lifetime(time)?),
            [word, rest @ ..] => match (meaning(word, YES_NO_ASK), rest) {
                (Ok(when), []) => (when, false, None),
                (Ok(_), [surplus, ..]) => {
                    return Err(SettingError::Surplus { word: (*surplus).to_owned() });
                }
                (Err(fault), _) => (YesNoAsk::Yes, false, lifetime(word).map_err(|_| fault)?),
            },
            [] => (YesNoAsk::No, false, None),
        };
        Ok(Self { when, confirm, lifetime })
    }

    pub(super) fn show(&self) -> String {
        let seconds = self.lifetime.map(|lifetime| lifetime.as_secs());
        match (self.confirm, seconds) {
            (true, Some(seconds)) => format!("confirm {seconds}"),
            (true, None) => "confirm".to_owned(),
            (false, Some(seconds)) => seconds.to_string(),
            (false, None) => word(&self.when, YES_NO_ASK),
        }
    }
}

/// When to exchange new keys (`RekeyLimit`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RekeyLimit {
    /// After this many bytes in one direction; `None` leaves it to the cipher.
    pub bytes: Option<u64>,
    /// After this time.
    pub time: Option<Duration>,
}

impl RekeyLimit {
    pub(super) fn parse(words: &[&str]) -> Result<Self, SettingError> {
        let (amount, time) = match words {
            [amount] => (amount, None),
            [amount, time] => (amount, time_or_none(time)?),
            [_, _, surplus, ..] => {
                return Err(SettingError::Surplus { word: (*surplus).to_owned() });
            }
            [] => return Ok(Self::default()),
        };
        let bytes =
            if amount.eq_ignore_ascii_case("default") { None } else { Some(bytes(amount)?) };
        Ok(Self { bytes, time })
    }

    pub(super) fn show(&self) -> String {
        format!("{} {}", self.bytes.unwrap_or(0), self.time.map_or(0, |time| time.as_secs()))
    }
}

/// An amount such as `500M`, of at least 16 bytes.
fn bytes(text: &str) -> Result<u64, SettingError> {
    let fault = || SettingError::value("a number of bytes with K, M or G, or `default`", text);
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text.get(digits.len()..).unwrap_or_default() {
        "" => 0,
        "k" | "K" => 10,
        "m" | "M" => 20,
        "g" | "G" => 30,
        _ => return Err(fault()),
    };
    let number: u64 = digits.parse().map_err(|_| fault())?;
    number.checked_mul(1 << shift).filter(|&bytes| bytes == 0 || bytes >= 16).ok_or_else(fault)
}

/// A time such as `90`, `5m` or `1h30m` (`sshd_config(5)`, TIME FORMATS).
pub(super) fn seconds(text: &str) -> Result<Duration, SettingError> {
    let fault = || SettingError::value("a time such as 90, 5m or 1h30m", text);
    let mut total = 0_u64;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, after) = rest.split_at(end);
        let number: u64 = digits.parse().map_err(|_| fault())?;
        let mut chars = after.chars();
        let unit = match chars.next() {
            None | Some('s' | 'S') => 1,
            Some('m' | 'M') => 60,
            Some('h' | 'H') => 3600,
            Some('d' | 'D') => 86_400,
            Some('w' | 'W') => 604_800,
            Some(_) => return Err(fault()),
        };
        total = number
            .checked_mul(unit)
            .and_then(|part| total.checked_add(part))
            .filter(|&total| i32::try_from(total).is_ok())
            .ok_or_else(fault)?;
        rest = chars.as_str();
    }
    if text.is_empty() { Err(fault()) } else { Ok(Duration::from_secs(total)) }
}

/// A time, or `none`.
pub(super) fn time_or_none(text: &str) -> Result<Option<Duration>, SettingError> {
    if text.eq_ignore_ascii_case("none") { Ok(None) } else { seconds(text).map(Some) }
}

/// How long an unused target stays on record (`HostKeyTTL`).
pub(super) fn lifetime(text: &str) -> Result<Lifetime, SettingError> {
    text.parse().map_err(|NotALifetime| {
        SettingError::value("days or weeks such as 14d or 2w, or `none`", text)
    })
}

/// The character that begins an escape (`EscapeChar`): itself, `^` and a letter, or `none`.
pub(super) fn escape_char(text: &str) -> Result<Option<u8>, SettingError> {
    match text.as_bytes() {
        b"none" => Ok(None),
        [byte] if byte.is_ascii() => Ok(Some(*byte)),
        [b'^', letter @ b'@'..=b'\x7f'] => Ok(Some(letter & 0x1f)),
        _ => Err(SettingError::value("a character, `^` and a letter, or `none`", text)),
    }
}

pub(super) fn show_escape_char(byte: Option<u8>) -> String {
    match byte {
        None => "none".to_owned(),
        Some(byte @ 0..=31) => format!("^{}", char::from(byte | 0x40)),
        Some(byte) => char::from(byte).to_string(),
    }
}

/// A destination that `PermitRemoteOpen` allows; `None` for any host or any port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermittedGoal {
    /// The host as the SOCKS client on the remote side names it.
    pub host: Option<String>,
    /// The port.
    pub port: Option<u16>,
}

impl PermittedGoal {
    pub(super) fn parse(text: &str) -> Result<Self, SettingError> {
        let fault = || SettingError::value("host:port, `any` or `none`", text);
        let (host, port) = text.rsplit_once(':').ok_or_else(fault)?;
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let port = match port {
            "*" => None,
            port => Some(port::nonzero(port).ok_or_else(fault)?),
        };
        if host.is_empty() {
            return Err(fault());
        }
        Ok(Self { host: Some(host.to_owned()).filter(|host| host != "*"), port })
    }

    pub(super) fn show(&self) -> String {
        let host = match self.host.as_deref() {
            None => "*".to_owned(),
            Some(host) if host.contains(':') => format!("[{host}]"),
            Some(host) => host.to_owned(),
        };
        let port = self.port.map_or_else(|| "*".to_owned(), |port| port.to_string());
        format!("{host}:{port}")
    }

    /// Whether it allows a connection. Names are compared as written, without look-ups.
    #[must_use]
    pub fn allows(&self, host: &str, port: u16) -> bool {
        self.host.as_deref().is_none_or(|it| it == host) && self.port.is_none_or(|it| it == port)
    }
}

/// A port, which is not 0.
pub(super) fn port(text: &str) -> Result<u16, SettingError> {
    let port = port::nonzero(text);
    port.ok_or_else(|| SettingError::value("a port from 1 to 65535", text))
}

/// A number that OpenSSH's `int` can hold.
pub(super) fn number(text: &str) -> Result<u32, SettingError> {
    let number = text.parse().ok().filter(|&number: &u32| i32::try_from(number).is_ok());
    number.ok_or_else(|| SettingError::value("a number", text))
}

/// A number of attempts.
pub(super) fn tries(text: &str) -> Result<u32, SettingError> {
    let tries = number(text).ok().filter(|&tries| tries > 0);
    tries.ok_or_else(|| SettingError::value("a number from 1", text))
}
