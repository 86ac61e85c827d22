//! What only the user knows: passphrases, passwords, a yes.
//!
//! With `--batch` nothing is ever asked; the error then names the option that answers.

use std::path::PathBuf;

use contract::shown;
use keygen::Passphrase;

use zeroize::Zeroizing;

use crate::Error;
use crate::notices;

/// A password as text, of which nothing stays in memory.
pub(crate) type Secret = Zeroizing<String>;

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
    /// The passphrases to try on a locked key, one at a time: that of the file, or up to
    /// `tries` answers of the user.
    ///
    /// # Errors
    /// Nobody may or can be asked, or the file cannot be read.
    pub(crate) fn passphrase(&self, key: &str, again: bool) -> Result<Passphrase, Error> {
        if let Some(file) = &self.passphrase_file {
            return Passphrase::read_file(file).map_err(Error::Key);
        }
        let wrong = if again { "Wrong passphrase, please try again.\n" } else { "" };
        let question = format!("{wrong}Passphrase for key \"{}\": ", shown(key));
        self.hidden(&question, "--passphrase-file")
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
    pub(crate) fn hidden(&self, question: &str, option: &str) -> Result<Passphrase, Error> {
        self.allowed(question, option)?;
        notices::make_room();
        Passphrase::ask(question).map_err(|cause| unanswered(&cause, Some(option)))
    }

    /// An answer that may be seen; `None` where no option gives it.
    ///
    /// # Errors
    /// Nobody may or can be asked.
    pub(crate) fn shown(&self, question: &str, option: Option<&str>) -> Result<String, Error> {
        self.allowed(question, option.unwrap_or("a terminal"))?;
        notices::make_room();
        keygen::ask(question).map_err(|cause| unanswered(&cause, option))
    }

    fn allowed(&self, question: &str, option: &str) -> Result<(), Error> {
        if !self.batch {
            return Ok(());
        }
        let about = question.trim_end_matches([' ', ':', '?', '\n']);
        let about = about.lines().last().unwrap_or_default();
        Err(Error::Ask(format!("--batch forbids asking `{about}`; {option} answers it")))
    }
}

fn unanswered(cause: &keygen::Error, option: Option<&str>) -> Error {
    Error::Ask(match option {
        Some(option) => format!("{cause}; {option} answers it"),
        None => cause.to_string(),
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
