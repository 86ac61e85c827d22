//! Values with tokens in them (`ssh_config(5)`, TOKENS and ENVIRONMENT VARIABLES).

use std::collections::BTreeMap;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use sha1::{Digest as _, Sha1};

use super::{Error, Fault};

/// A text in which `%h` and the like stand for what is known when it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(pub(super) String);

impl From<String> for Template {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Template {
    /// The text as it was written.
    #[must_use]
    pub fn as_written(&self) -> &str {
        &self.0
    }

    /// Whether it is the word that stands for no value at all.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.eq_ignore_ascii_case("none")
    }

    /// Whether it is `$NAME`: the value is all that a variable of the environment holds.
    #[must_use]
    pub fn is_variable(&self) -> bool {
        self.0.strip_prefix('$').is_some_and(|name| !name.starts_with('{'))
    }
}

/// What tokens stand for, for one connection.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub(super) home: PathBuf,
    pub(super) environment: BTreeMap<String, String>,
    /// `%h`: the host connected to.
    pub(super) host: String,
    /// `%n`: the host as the user named it.
    pub(super) original_host: String,
    /// `%k`: `HostKeyAlias`, or the host as the user named it.
    pub(super) host_key_alias: String,
    /// `%p`.
    pub(super) port: u16,
    /// `%r`: the user there.
    pub(super) user: String,
    /// `%u`: the user here.
    pub(super) local_user: String,
    /// `%i`: the number of the user here.
    pub(super) user_id: String,
    /// `%l`, and up to its first dot `%L`: this host.
    pub(super) local_host: String,
    /// `%j`: the last host jumped over.
    pub(super) jump_host: String,
}

impl Tokens {
    /// A file name: with `~`, `${NAME}` and all tokens.
    ///
    /// # Errors
    ///
    /// [`Error::Expand`] for a token that does not exist, a variable that is not set, or `~name`.
    pub fn path(&self, template: &Template) -> Result<PathBuf, Error> {
        let expand = || {
            let text = self.expand(&template.0, true, |token| Ok(self.any(token)))?;
            match text.strip_prefix('~') {
                None => Ok(PathBuf::from(text)),
                Some("") => Ok(self.home.clone()),
                Some(rest) => match rest.strip_prefix('/') {
                    Some(rest) => Ok(self.home.join(rest.trim_start_matches('/'))),
                    None => Err(Fault::Tilde),
                },
            }
        };
        expand().map_err(|fault| Error::Expand { template: template.0.clone(), fault })
    }

    /// A command to be run there, or by `Match exec`: with all tokens.
    ///
    /// # Errors
    ///
    /// [`Error::Expand`] for a token that does not exist, and for a host or user whose name a shell
    /// would read as something else.
    pub fn command(&self, template: &Template) -> Result<String, Error> {
        self.harmless(template, |_| true)
    }

    /// A command that makes the connection: with `%h`, `%n`, `%p` and `%r`.
    ///
    /// # Errors
    ///
    /// As of [`Tokens::command`], and for another token.
    pub fn proxy_command(&self, template: &Template) -> Result<String, Error> {
        self.harmless(template, |token| "hnpr".contains(token))
    }

    fn harmless(
        &self,
        template: &Template,
        is_known: impl Fn(char) -> bool,
    ) -> Result<String, Error> {
        let value = |token| {
            let Some(value) = Some(token).filter(|c| is_known(*c)).and_then(|c| self.any(c)) else {
                return Ok(None);
            };
            // These come from far away: a link, a log, another's configuration.
            if "hnkrj".contains(token) && !is_plain(&value) {
                return Err(Fault::Unsafe { token, value });
            }
            Ok(Some(value))
        };
        self.expand(&template.0, false, value)
            .map_err(|fault| Error::Expand { template: template.0.clone(), fault })
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
        value: impl Fn(char) -> Result<Option<String>, Fault>,
    ) -> Result<String, Fault> {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(['%', '$']) {
            let (before, from) = rest.split_at(at);
            expanded.push_str(before);
            if let Some(after) = from.strip_prefix("${").filter(|_| with_environment) {
                let unclosed = || Fault::Variable { name: after.to_owned() };
                let (name, after) = after.split_once('}').ok_or_else(unclosed)?;
                let value = self.environment.get(name);
                expanded.push_str(value.ok_or_else(|| Fault::Variable { name: name.to_owned() })?);
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
                            return Err(Fault::Token { token: c.into_iter().collect() });
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

/// Whether no shell takes a text for anything but one word, and no program for an option.
fn is_plain(text: &str) -> bool {
    !text.starts_with('-')
        && !text.contains(|c: char| {
            c.is_whitespace() || c.is_control() || "'`\"$\\;&<>|(){}*?!#~".contains(c)
        })
}

/// The value of `HostName`, in which `%h` stands for the host as the user named it.
pub(super) fn host_name(text: &str, host: &str) -> Result<String, Fault> {
    let mut name = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '%' { chars.next() } else { None }) {
            ('%', Some('%')) => name.push('%'),
            ('%', Some('h')) => name.push_str(host),
            ('%', other) => return Err(Fault::Token { token: other.into_iter().collect() }),
            (c, _) => name.push(c),
        }
    }
    Ok(name)
}
