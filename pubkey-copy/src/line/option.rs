//! One option of an `authorized_keys` line: `restrict`, `from="192.0.2.0/24"`, `command="…"`.

use std::fmt;
use std::str::FromStr;

use super::rules::Rule;
use super::value::{self, OptionError};

/// An option that servers know, with its value if it needs one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOption {
    name: &'static str,
    value: Option<String>,
}

/// The options of sshd(8) without a value.
const FLAGS: [&str; 14] = [
    "agent-forwarding",
    "cert-authority",
    "no-agent-forwarding",
    "no-port-forwarding",
    "no-pty",
    "no-touch-required",
    "no-user-rc",
    "no-X11-forwarding",
    "port-forwarding",
    "pty",
    "restrict",
    "user-rc",
    "verify-required",
    "X11-forwarding",
];

/// The options of sshd(8) that have a value.
const WITH_VALUE: [&str; 8] = [
    "command",
    "environment",
    "expiry-time",
    "from",
    "permitlisten",
    "permitopen",
    "principals",
    "tunnel",
];

/// The options with a value that may occur more than once.
const REPEATABLE: [&str; 3] = ["environment", "permitlisten", "permitopen"];

impl KeyOption {
    /// `from="…"`: the key works from these networks only.
    #[must_use]
    pub fn from_rules(rules: &[Rule]) -> Self {
        let rules: Vec<String> = rules.iter().map(Rule::to_string).collect();
        Self { name: "from", value: Some(rules.join(",")) }
    }

    /// The option's name, in the manual's spelling.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether a line may have it several times.
    #[must_use]
    pub fn may_repeat(&self) -> bool {
        self.value.is_none() || REPEATABLE.contains(&self.name)
    }
}

impl FromStr for KeyOption {
    type Err = OptionError;

    /// Parses `name`, `name=value` and `name="value"`. The quotation marks may be missing, because
    /// PowerShell 5.1 removes them.
    fn from_str(text: &str) -> Result<Self, OptionError> {
        let (given, value) = match text.split_once('=') {
            Some((given, value)) => (given, Some(value)),
            None => (text, None),
        };
        let known = |names: &[&'static str]| {
            names.iter().copied().find(|name| name.eq_ignore_ascii_case(given))
        };
        let (flag, with_value) = (known(&FLAGS), known(&WITH_VALUE));
        match (flag, with_value, value) {
            (Some(name), _, None) => Ok(Self { name, value: None }),
            (_, Some(name), Some(value)) => {
                Ok(Self { name, value: Some(checked(name, unquoted(name, value)?)?) })
            }
            (Some(name), ..) => Err(OptionError::Value { name, wanted: false }),
            (_, Some(name), _) => Err(OptionError::Value { name, wanted: true }),
            (None, None, _) => Err(OptionError::Unknown(given.to_owned())),
        }
    }
}

impl fmt::Display for KeyOption {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            None => formatter.write_str(self.name),
            Some(value) => write!(formatter, "{}=\"{}\"", self.name, value.replace('"', "\\\"")),
        }
    }
}

/// The value as the server sees it; `\"` is the only escape.
fn unquoted(name: &'static str, value: &str) -> Result<String, OptionError> {
    let Some(opened) = value.strip_prefix('"') else {
        return Ok(value.to_owned());
    };
    let inside = opened.strip_suffix('"').ok_or(OptionError::Quotes(name))?;
    let plain = inside.replace("\\\"", "");
    if plain.contains('"') || plain.ends_with('\\') {
        return Err(OptionError::Quotes(name));
    }
    Ok(inside.replace("\\\"", "\""))
}

fn checked(name: &'static str, value: String) -> Result<String, OptionError> {
    if value.is_empty() {
        return Err(OptionError::Value { name, wanted: true });
    }
    if value.chars().any(char::is_control) {
        return Err(OptionError::Control(name));
    }
    if value.ends_with('\\') {
        return Err(OptionError::Backslash(name));
    }
    value::check(name, &value)?;
    Ok(value)
}

/// Parses the options before a key: separated by commas, values in quotation marks.
///
/// # Errors
/// At the first that is not an option, or that a server would read differently.
pub fn parse_options(text: &str) -> Result<Vec<KeyOption>, OptionError> {
    keygen::split_options(text).map(written).collect()
}

/// Parses an option in a line. Unlike on the command line, servers require its quotation marks.
fn written(text: &str) -> Result<KeyOption, OptionError> {
    let option: KeyOption = text.parse()?;
    match text.split_once('=') {
        Some((_, value)) if !value.starts_with('"') => Err(OptionError::Quotes(option.name)),
        _ => Ok(option),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_written_as_servers_read_them() {
        let table = [
            ("restrict", "restrict"),
            ("NO-x11-forwarding", "no-X11-forwarding"),
            ("command=\"uptime\"", "command=\"uptime\""),
            ("command=uptime -p", "command=\"uptime -p\""),
            (r#"command="echo \"hi\"""#, r#"command="echo \"hi\"""#),
            (r#"command=echo "hi" there"#, r#"command="echo \"hi\" there""#),
            (r"command=a\b", r#"command="a\b""#),
            ("environment=\"A=b=c\"", "environment=\"A=b=c\""),
            ("from=*.example.com,!10.0.0.0/8", "from=\"*.example.com,!10.0.0.0/8\""),
            ("permitopen=\"localhost:8888\"", "permitopen=\"localhost:8888\""),
        ];
        for (text, expected) in table {
            let option: KeyOption = text.parse().expect(text);
            assert_eq!(option.to_string(), expected);
            assert_eq!(expected.parse::<KeyOption>(), Ok(option), "{expected}");
        }
    }

    #[test]
    fn options_of_a_line_are_split_at_commas_outside_quotation_marks() {
        let table: [(&str, &[&str]); 4] = [
            ("no-pty", &["no-pty"]),
            ("from=\"10.0.0.0/8,::1\",NO-PTY", &["from=\"10.0.0.0/8,::1\"", "no-pty"]),
            (r#"command="a \"b,c\"",restrict"#, &[r#"command="a \"b,c\"""#, "restrict"]),
            ("cert-authority,principals=\"a,b\"", &["cert-authority", "principals=\"a,b\""]),
        ];
        for (text, expected) in table {
            let options = parse_options(text).expect(text);
            let shown: Vec<_> = options.iter().map(KeyOption::to_string).collect();
            assert_eq!(shown, expected);
        }
        for text in
            ["", "no-pty,", "command=uptime", "command=\"a\"b", r#"command="a\\""#, "host.example"]
        {
            assert!(parse_options(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_a_server_would_refuse_is_refused_here() {
        let table = [
            ("no-ptty", "servers know no option \"no-ptty\""),
            ("", "servers know no option \"\""),
            ("no-pty,no-such", "servers know no option \"no-pty,no-such\""),
            ("command", "option `command` needs a value"),
            ("command=", "option `command` needs a value"),
            ("command=\"\"", "option `command` needs a value"),
            ("no-pty=yes", "option `no-pty` takes no value"),
            ("command=\"a", "the quotation marks of option `command` do not match"),
            ("command=\"a\" b\"", "the quotation marks of option `command` do not match"),
            ("command=\"a\\\"", "the quotation marks of option `command` do not match"),
            ("command=\"", "the quotation marks of option `command` do not match"),
            (
                r"command=C:\",
                "the value of option `command` ends in a backslash, which no line can hold",
            ),
            ("command=a\nb", "the value of option `command` has a control character"),
            (
                "from=10.0.0.1/8",
                "`10.0.0.1/8` has bits set beyond its prefix; the network is `10.0.0.0/8`",
            ),
        ];
        for (text, expected) in table {
            let error = text.parse::<KeyOption>().expect_err(text);
            assert_eq!(error.to_string(), expected);
        }
    }
}
