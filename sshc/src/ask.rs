//! What only the user knows: passphrases, passwords, a yes.
//!
//! With `--batch` nothing is ever asked; the error then names the option that answers.

use std::path::PathBuf;

use contract::shown;
use keygen::Passphrase;

use zeroize::Zeroizing;

use crate::Error;
use crate::notices;
use crate::terminal;

/// A password as text, of which nothing stays in memory.
pub(crate) type Secret = Zeroizing<String>;

/// A question as it stands on the screen, and what it is about where it cannot be asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) text: &'a str,
    pub(crate) about: &'a str,
}

impl<'a> From<&'a str> for Question<'a> {
    /// A question of one line, or with what leads to it on the lines before.
    fn from(text: &'a str) -> Self {
        let about = text.trim_end_matches([' ', ':', '?', '\n']);
        Self { text, about: about.lines().last().unwrap_or_default() }
    }
}

/// Whom to ask, and the answers that were given beforehand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asker {
    /// `--batch`: ask nobody.
    pub(crate) batch: bool,
    /// `--passphrase-file`: unlocks keys.
    pub(crate) passphrase_file: Option<PathBuf>,
    /// `--password-file`: answers the server.
    pub(crate) password_file: Option<PathBuf>,
}

impl Asker {
    /// A passphrase to try on a locked key: that of the file, or the user's answer. `file` says
    /// which file it is and what its fingerprint is, escaped; `key` is what the user calls it.
    ///
    /// # Errors
    /// Nobody may or can be asked, or the file cannot be read.
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

    /// Whether asking again could bring another answer.
    pub(crate) fn can_retry_passphrase(&self) -> bool {
        self.passphrase_file.is_none() && !self.batch
    }

    /// The password that was given beforehand.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn password_from_file(&self) -> Result<Option<Secret>, Error> {
        let Some(file) = &self.password_file else { return Ok(None) };
        Passphrase::read_file(file)
            .map_err(Error::Key)
            .and_then(|password| text(&password))
            .map(Some)
    }

    /// An answer that must not be seen.
    ///
    /// # Errors
    /// Nobody may or can be asked.
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

    /// An answer that may be seen; `None` where no option gives it.
    ///
    /// # Errors
    /// Nobody may or can be asked.
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
        Err(Error::Ask(format!("--batch forbids asking `{about}`; {option} answers it")))
    }
}

/// The line above the question: what is about to be unlocked is on this computer, and which file it
/// is.
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
        Some(option) => format!("{cause}; {option} answers it"),
        None => cause,
    })
}

/// What was typed as the text that SSH sends (RFC 4252 §8: UTF-8).
///
/// # Errors
/// It is none: another text in its place would be a wrong password.
pub(crate) fn text(typed: &Passphrase) -> Result<Secret, Error> {
    let text = typed.expose(|bytes| str::from_utf8(bytes).map(|text| Secret::new(text.to_owned())));
    text.map_err(|_| Error::Ask("the password is not UTF-8, in which servers expect it".into()))
}

/// Gives the text to the library below us, whose it is from then on.
pub(crate) fn give(mut secret: Secret) -> String {
    std::mem::take(&mut *secret)
}
