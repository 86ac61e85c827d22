//! Asks the user: for passphrases, passwords, a yes.
//!
//! With `--batch` it never asks; the error then names the option that answers.

use std::path::PathBuf;

use contract::shown;
use keygen::Passphrase;

use zeroize::Zeroizing;

use crate::Error;
use crate::notices;
use crate::terminal;

/// A password as text, which is wiped from memory.
pub(crate) type Secret = Zeroizing<String>;

/// A question as shown on the screen, and its subject for the error if it cannot be asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) text: &'a str,
    pub(crate) about: &'a str,
}

impl<'a> From<&'a str> for Question<'a> {
    /// A question of one line, possibly after lines that lead to it.
    fn from(text: &'a str) -> Self {
        let about = text.trim_end_matches([' ', ':', '?', '\n']);
        Self { text, about: about.lines().last().unwrap_or_default() }
    }
}

/// Whether to ask, and the answers given in advance.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asker {
    /// `--batch`: never ask.
    pub(crate) batch: bool,
    /// `--passphrase-file`: unlocks keys.
    pub(crate) passphrase_file: Option<PathBuf>,
    /// `--password-file`: answers the server.
    pub(crate) password_file: Option<PathBuf>,
}

impl Asker {
    /// A passphrase to try on a locked key: from the passphrase file, or typed by the user. `file`
    /// identifies the key file and its fingerprint, escaped; `key` is the user's name for it.
    ///
    /// # Errors
    /// When asking is not allowed or not possible, or the file cannot be read.
    pub(crate) fn passphrase(
        &self,
        file: &str,
        key: &str,
        again: bool,
    ) -> Result<Passphrase, Error> {
        if let Some(file) = &self.passphrase_file {
            return Passphrase::read_file(file).map_err(Error::Key);
        }
        let wrong =
            if again { "Wrong passphrase, please try again.".to_owned() } else { locked(file) };
        let question = format!("{wrong}\nPassphrase for key \"{}\": ", shown(key));
        self.hidden(question.as_str(), "--passphrase-file")
    }

    /// Whether asking again could give another answer.
    pub(crate) fn can_retry_passphrase(&self) -> bool {
        self.passphrase_file.is_none() && !self.batch
    }

    /// The password given in advance.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn password_from_file(&self) -> Result<Option<Secret>, Error> {
        let Some(file) = &self.password_file else { return Ok(None) };
        Passphrase::read_file(file)
            .map_err(Error::Key)
            .and_then(|password| text(&password))
            .map(Some)
    }

    /// An answer that is not echoed.
    ///
    /// # Errors
    /// When asking is not allowed or not possible.
    pub(crate) fn hidden<'a>(
        &self,
        question: impl Into<Question<'a>>,
        option: &str,
    ) -> Result<Passphrase, Error> {
        let question = question.into();
        self.allowed(question, option)?;
        notices::make_room();
        Passphrase::ask(question.text).map_err(|cause| unanswered(&cause, question, Some(option)))
    }

    /// An answer that is echoed; `None` if no option gives it.
    ///
    /// # Errors
    /// When asking is not allowed or not possible.
    pub(crate) fn shown<'a>(
        &self,
        question: impl Into<Question<'a>>,
        option: Option<&str>,
    ) -> Result<String, Error> {
        let question = question.into();
        self.allowed(question, option.unwrap_or("a terminal"))?;
        notices::make_room();
        keygen::ask(question.text).map_err(|cause| unanswered(&cause, question, option))
    }

    fn allowed(&self, question: Question<'_>, option: &str) -> Result<(), Error> {
        if !self.batch {
            return Ok(());
        }
        let about = question.about;
        Err(Error::Ask(format!("--batch forbids asking `{about}`; use {option}")))
    }
}

/// The line above the question, which says that the locked file is on this computer, and which file
/// it is.
fn locked(file: &str) -> String {
    format!("The key file {file} is locked.")
}

fn unanswered(cause: &keygen::Error, question: Question<'_>, option: Option<&str>) -> Error {
    let cause = match cause {
        keygen::Error::NoTerminal { .. } => {
            format!("cannot ask {}: {}", question.about, terminal::missing())
        }
        cause => cause.to_string(),
    };
    Error::Ask(match option {
        Some(option) => format!("{cause}; use {option}"),
        None => cause,
    })
}

/// The typed text in the form that SSH sends (RFC 4252 §8: UTF-8).
///
/// # Errors
/// When the input is not UTF-8; converting it lossily would send a wrong password.
pub(crate) fn text(typed: &Passphrase) -> Result<Secret, Error> {
    let text = typed.expose(|bytes| str::from_utf8(bytes).map(|text| Secret::new(text.to_owned())));
    text.map_err(|_| Error::Ask("the password is not UTF-8, which servers expect".into()))
}

/// Passes the text to the SSH library, which owns it from then on.
pub(crate) fn give(mut secret: Secret) -> String {
    std::mem::take(&mut *secret)
}
