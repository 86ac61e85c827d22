//! Values with tokens (`ssh_config(5)`, TOKENS and ENVIRONMENT VARIABLES).

use std::collections::BTreeMap;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use sha1::{Digest as _, Sha1};

use super::{Error, SettingError, syntax};

/// A text with tokens such as `%h`, which are expanded when it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(pub(super) String);

impl From<String> for Template {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Template {
    /// The text as written.
    #[must_use]
    pub fn as_written(&self) -> &str {
        &self.0
    }

    /// Whether it is the word `none`.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.eq_ignore_ascii_case("none")
    }

    /// Whether it is `$NAME`: then the whole value comes from an environment variable.
    #[must_use]
    pub fn is_variable(&self) -> bool {
        self.0.strip_prefix('$').is_some_and(|name| !name.starts_with('{'))
    }
}

/// The values of the tokens for one connection.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub(super) home: PathBuf,
    pub(super) environment: BTreeMap<String, String>,
    /// `%h`: the host to connect to.
    pub(super) host: String,
    /// `%n`: the host as typed by the user.
    pub(super) original_host: String,
    /// `%k`: `HostKeyAlias`, or the host as typed by the user.
    pub(super) host_key_alias: String,
    /// `%p`.
    pub(super) port: u16,
    /// `%r`: the remote user.
    pub(super) user: String,
    /// `%u`: the local user.
    pub(super) local_user: String,
    /// `%i`: the number of the local user.
    pub(super) user_id: String,
    /// `%l`: the local host name; `%L` is the part before its first dot.
    pub(super) local_host: String,
    /// `%j`: the last jump host.
    pub(super) jump_host: String,
}

impl Tokens {
    /// Expands a file name: `~`, `${NAME}` and all tokens.
    ///
    /// # Errors
    ///
    /// [`Error::Expand`] for an unknown token, a variable that is not set, or `~name`.
    pub fn path(&self, template: &Template) -> Result<PathBuf, Error> {
        let expand = || {
            let text = self.expand(&template.0, true, |token| Ok(self.any(token)))?;
            match text.strip_prefix('~') {
                None => Ok(PathBuf::from(text)),
                // With a separator at its end, as with ssh.
                Some("") => Ok(self.home.join("")),
                Some(rest) => match rest.strip_prefix('/') {
                    Some(rest) => Ok(self.home.join(rest.trim_start_matches('/'))),
                    None => Err(SettingError::Tilde),
                },
            }
        };
        expand().map_err(|fault| Error::Expand { template: template.0.clone(), fault })
    }

    /// Expands a text that no shell reads: `${NAME}` and all tokens.
    ///
    /// # Errors
    ///
    /// [`Error::Expand`] for an unknown token or a variable that is not set.
    pub fn text(&self, text: &str) -> Result<String, Error> {
        self.expand(text, true, |token| Ok(self.any(token)))
            .map_err(|fault| Error::Expand { template: text.to_owned(), fault })
    }

    /// Expands `User`, in which the user's own name stands for nothing.
    ///
    /// # Errors
    ///
    /// As for [`Tokens::text`], and for a variable that brings control characters.
    pub(super) fn user_name(&self, text: &str) -> Result<String, Error> {
        let value =
            |token| Ok(Some(token).filter(|c| !"rC".contains(*c)).and_then(|c| self.any(c)));
        let expanded = self.expand(text, true, value).and_then(|name| {
            let is_new = |c: char| c.is_control() && !text.contains(c);
            if name.contains(is_new) {
                Err(SettingError::value("a user's name", &name))
            } else {
                Ok(name)
            }
        });
        expanded.map_err(|fault| Error::Expand { template: text.to_owned(), fault })
    }

    /// Expands a command that runs on the server or for `Match exec`, with all tokens.
    ///
    /// # Errors
    ///
    /// [`Error::Expand`] for an unknown token, and for a host or user name that a shell would
    /// interpret.
    pub fn command(&self, template: &Template) -> Result<String, Error> {
        self.harmless(template, |_| true)
    }

    /// Expands a command that makes the connection, with `%h`, `%n`, `%p` and `%r`.
    ///
    /// # Errors
    ///
    /// As for [`Tokens::command`], and for any other token.
    pub fn proxy_command(&self, template: &Template) -> Result<String, Error> {
        self.harmless(template, |token| "hnpr".contains(token))
    }

    /// The words of a command that runs without a shell, with all tokens, and with `more` of them.
    ///
    /// # Errors
    ///
    /// As for [`Tokens::command`], and for an open quote or a variable that is not set.
    pub fn words(
        &self,
        template: &Template,
        more: &[(char, String)],
    ) -> Result<Vec<String>, Error> {
        let failed = |fault| Error::Expand { template: template.0.clone(), fault };
        let words = syntax::split(&template.0).map_err(|_| failed(SettingError::Quotes))?;
        let known = |token| more.iter().find(|(name, _)| *name == token);
        let value = |token| match known(token) {
            Some((_, value)) => Ok(Some(value.clone())),
            None => self.plain(token),
        };
        words.iter().map(|word| self.expand(word, true, value).map_err(failed)).collect()
    }

    /// Expands a command that runs on this computer after the login: with all tokens, and with
    /// `%T`, the network device of a tunnel. We make no such devices, so it is `NONE`.
    ///
    /// # Errors
    ///
    /// As for [`Tokens::command`].
    pub fn local_command(&self, template: &Template) -> Result<String, Error> {
        let value = |token| match token {
            'T' => Ok(Some("NONE".to_owned())),
            _ => self.plain(token),
        };
        self.expand(&template.0, false, value)
            .map_err(|fault| Error::Expand { template: template.0.clone(), fault })
    }

    fn harmless(
        &self,
        template: &Template,
        is_known: impl Fn(char) -> bool,
    ) -> Result<String, Error> {
        let value = |token| if is_known(token) { self.plain(token) } else { Ok(None) };
        self.expand(&template.0, false, value)
            .map_err(|fault| Error::Expand { template: template.0.clone(), fault })
    }

    /// The value of a token, if no shell and no program takes it for more than a name.
    fn plain(&self, token: char) -> Result<Option<String>, SettingError> {
        match self.any(token) {
            // These come from outside: a link, a log, a configuration of someone else.
            Some(value) if "hnkrj".contains(token) && !is_plain(&value) => {
                Err(SettingError::Unsafe { token, value })
            }
            value => Ok(value),
        }
    }

    fn any(&self, token: char) -> Option<String> {
        Some(match token {
            'h' => self.host.clone(),
            'n' => self.original_host.clone(),
            'k' => self.host_key_alias.clone(),
            'p' => self.port.to_string(),
            'r' => self.user.clone(),
            'u' => self.local_user.clone(),
            'i' => self.user_id.clone(),
            'd' => self.home.display().to_string(),
            'l' => self.local_host.clone(),
            'L' => self.local_host.split('.').next().unwrap_or_default().to_owned(),
            'j' => self.jump_host.clone(),
            'C' => {
                let Self { local_host, host, port, user, jump_host, .. } = self;
                let text = format!("{local_host}{host}{port}{user}{jump_host}");
                HEXLOWER.encode(&Sha1::digest(text))
            }
            _ => return None,
        })
    }

    fn expand(
        &self,
        text: &str,
        with_environment: bool,
        value: impl Fn(char) -> Result<Option<String>, SettingError>,
    ) -> Result<String, SettingError> {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['%', '$']) {
            let (before, from) = rest.split_at(at);
            expanded.push_str(before);
            if let Some(after) = from.strip_prefix("${").filter(|_| with_environment) {
                let unclosed = || SettingError::Variable { name: after.to_owned() };
                let (name, after) = after.split_once('}').ok_or_else(unclosed)?;
                let value = self.environment.get(name);
                expanded.push_str(
                    value.ok_or_else(|| SettingError::Variable { name: name.to_owned() })?,
                );
                rest = after;
            } else if let Some(after) = from.strip_prefix('$') {
                expanded.push('$');
                rest = after;
            } else {
                let mut chars = from.chars();
                chars.next();
                match chars.next() {
                    Some('%') => expanded.push('%'),
                    c => match c.map(&value).transpose()?.flatten() {
                        Some(value) => expanded.push_str(&value),
                        None => {
                            return Err(SettingError::Token { token: c.into_iter().collect() });
                        }
                    },
                }
                rest = chars.as_str();
            }
        }
        expanded.push_str(rest);
        Ok(expanded)
    }
}

/// Whether every shell takes a text for exactly one word, and no program takes it for an option.
fn is_plain(text: &str) -> bool {
    !text.starts_with('-')
        && !text.contains(|c: char| {
            c.is_whitespace() || c.is_control() || "'`\"$\\;&<>|(){}*?!#~".contains(c)
        })
}

/// The value of `HostName`, in which `%h` is the host as typed by the user.
pub(super) fn host_name(text: &str, host: &str) -> Result<String, SettingError> {
    let mut name = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '%' { chars.next() } else { None }) {
            ('%', Some('%')) => name.push('%'),
            ('%', Some('h')) => name.push_str(host),
            ('%', other) => return Err(SettingError::Token { token: other.into_iter().collect() }),
            (c, _) => name.push(c),
        }
    }
    Ok(name)
}
