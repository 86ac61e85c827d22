//! Passphrases and other answers: from a file, a terminal, or the askpass program, never from an
//! argument.
//!
//! The caller decides whether asking is allowed (`--batch`) and how often. The terminal itself is
//! in `unix` and `windows`, which have the same functions.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

mod askpass;
mod file;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::code_page;
use crate::error::Error;

/// A passphrase or password: wiped from memory when dropped, and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// A passphrase from its bytes, usually UTF-8.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The first line of a file, or of standard input for `-`; the rest of standard input is not
    /// read. Accepts a byte order mark, UTF-16, CRLF and CR.
    ///
    /// # Errors
    /// When the file cannot be read, or its first line is empty: an empty passphrase is never
    /// meant.
    pub fn read_file(path: &Path) -> Result<Self, Error> {
        file::read(path).map(Self).map_err(|error| error.in_file("read the passphrase from", path))
    }

    /// Asks for it without echo: on the terminal (`/dev/tty`, `CONIN$`) even when standard input is
    /// a pipe, or through `SSH_ASKPASS` as `ssh` would (`SSH_ASKPASS_REQUIRE` = `never`, `prefer`,
    /// `force`).
    ///
    /// # Errors
    /// [`Error::NoTerminal`] when no one can be asked, [`Error::Cancelled`] when there is no
    /// answer.
    pub fn ask(prompt: &str) -> Result<Self, Error> {
        answer(prompt, Echo::Off).map(Self)
    }

    /// Whether it is empty, which means "no passphrase" in every tool.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Lends the bytes for the length of one call.
    pub fn expose<R>(&self, use_it: impl FnOnce(&[u8]) -> R) -> R {
        use_it(&self.0)
    }

    /// The bytes that it may have been when the file was locked: PuTTY for Windows encodes it in
    /// the code page.
    pub(crate) fn spellings(&self) -> impl Iterator<Item = Zeroizing<Vec<u8>>> {
        let text = std::str::from_utf8(&self.0).ok().filter(|text| !text.is_ascii());
        let in_code_page = text.and_then(code_page::encode);
        std::iter::once(self.0.clone()).chain(in_code_page)
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(***)")
    }
}

/// Asks a question whose answer may be shown, in the same places as [`Passphrase::ask`].
///
/// # Errors
/// [`Error::NoTerminal`] when no one can be asked, [`Error::Cancelled`] when there is no answer.
pub fn ask(prompt: &str) -> Result<String, Error> {
    answer(prompt, Echo::On).map(|answer| String::from_utf8_lossy(&answer).into_owned())
}

/// Whether the terminal shows what is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Echo {
    On,
    Off,
}

/// Refuses an answer with U+0000: it could not be typed again, and most programs end a passphrase
/// there.
fn typed(answer: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    if answer.contains(&0) {
        return Err(Error::NulInPassphrase);
    }
    Ok(Zeroizing::new(answer.to_vec()))
}

fn answer(prompt: &str, echo: Echo) -> Result<Zeroizing<Vec<u8>>, Error> {
    obtained(prompt, echo).and_then(|answer| typed(&answer))
}

fn obtained(prompt: &str, echo: Echo) -> Result<Zeroizing<Vec<u8>>, Error> {
    if let Some(program) = askpass::program(askpass::Wanted::InsteadOfTheTerminal) {
        return askpass::run(&program, prompt);
    }
    match platform::converse(prompt, echo) {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => Err(Error::Cancelled),
        Err(_) => match askpass::program(askpass::Wanted::WithoutTerminal) {
            Some(program) => askpass::run(&program, prompt),
            None => Err(Error::NoTerminal { about: subject(prompt) }),
        },
    }
}

/// The prompt as a noun: `Passphrase for key "id":` becomes `Passphrase for key "id"`.
fn subject(prompt: &str) -> String {
    contract::shown(prompt.trim_end_matches([' ', ':', '?', '\n']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_keeps_the_secret() {
        assert_eq!(format!("{:?}", Passphrase::new("hunter2")), "Passphrase(***)");
    }

    #[test]
    fn spellings_are_utf_8_and_where_it_differs_the_code_page() {
        let spellings = |text: &str| -> Vec<Vec<u8>> {
            Passphrase::new(text).spellings().map(|spelling| spelling.to_vec()).collect()
        };
        assert_eq!(spellings("plain"), [b"plain".to_vec()]);
        assert_eq!(spellings("caf\u{e9}"), ["caf\u{e9}".as_bytes().to_vec(), b"caf\xe9".to_vec()]);
        assert_eq!(spellings("\u{4e2d}"), ["\u{4e2d}".as_bytes().to_vec()]);
    }
}
