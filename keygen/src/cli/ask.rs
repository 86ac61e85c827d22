//! Passphrases for existing and for new keys: read from a file, or asked for.

use std::path::{Path, PathBuf};

use contract::shown;
use ssh_key::PrivateKey;

use super::Shared;
use super::output::notice;
use crate::defaults::PASSPHRASE_TRIES;
use crate::error::Error;
use crate::key_file::PrivateKeyFile;
use crate::passphrase::Passphrase;

/// The source of a new file's passphrase.
pub(crate) struct NewPassphrase<'a> {
    /// How the question names it.
    pub(crate) name: &'static str,
    /// The file named by the option.
    pub(crate) file: Option<&'a PathBuf>,
    /// Whether the option for no passphrase was given.
    pub(crate) none: bool,
    /// Those two options, for the error message.
    pub(crate) options: &'static str,
}

impl NewPassphrase<'_> {
    /// The passphrase, asked for twice unless an option answers; `None` if the answer is empty.
    pub(crate) fn obtain(&self, path: &Path, shared: &Shared) -> Result<Option<Passphrase>, Error> {
        if self.none {
            return Ok(None);
        }
        if let Some(file) = self.file {
            return Passphrase::read_file(file).map(Some);
        }
        let (what, name) = (self.name, shown(path));
        let about = format!("for a passphrase for `{name}`");
        for _ in 0..PASSPHRASE_TRIES {
            let prompt = format!("{what} for \"{name}\" (empty for none): ");
            let first = ask(&prompt, &about, self.options, shared)?;
            let second = ask("The same again: ", &about, self.options, shared)?;
            if first == second {
                return Ok(Some(first).filter(|passphrase| !passphrase.is_empty()));
            }
            notice(shared, "they differ, try again");
        }
        Err(Error::PassphrasesDiffer)
    }
}

/// A key, and the passphrase that unlocked it.
pub(crate) struct Unlocked {
    pub(crate) key: PrivateKey,
    pub(crate) passphrase: Option<Passphrase>,
}

/// Unlocks a key with the passphrase in the option's file, or asks for it up to three times.
pub(crate) fn unlock(
    file: &PrivateKeyFile,
    path: &Path,
    given: Option<&PathBuf>,
    shared: &Shared,
) -> Result<Unlocked, Error> {
    if !file.is_locked() {
        return Ok(Unlocked { key: file.unlock(None)?, passphrase: None });
    }
    if let Some(given) = given {
        let passphrase = Passphrase::read_file(given)?;
        return Ok(Unlocked { key: file.unlock(Some(&passphrase))?, passphrase: Some(passphrase) });
    }
    let name = shown(path);
    let about = format!("for the passphrase of `{name}`");
    let mut tries = 1;
    loop {
        let prompt = format!("Passphrase for key \"{name}\": ");
        let passphrase = ask(&prompt, &about, "--passphrase-file FILE", shared)?;
        match file.unlock(Some(&passphrase)) {
            Ok(key) => return Ok(Unlocked { key, passphrase: Some(passphrase) }),
            Err(error) if error.is_wrong_passphrase() && tries < PASSPHRASE_TRIES => {
                notice(shared, "wrong passphrase, try again");
                tries += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

pub(crate) fn ask(
    prompt: &str,
    about: &str,
    options: &'static str,
    shared: &Shared,
) -> Result<Passphrase, Error> {
    let cannot = |why| Error::CannotAsk { about: about.to_owned(), why, options };
    if shared.batch {
        return Err(cannot("--batch was given"));
    }
    match Passphrase::ask(prompt) {
        Err(Error::NoTerminal { .. }) => Err(cannot("there is no terminal")),
        result => result,
    }
}
