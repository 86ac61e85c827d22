//! The log of a session, `--log FILE`: what can be read on the screen, as PuTTY's "printable
//! output".
//!
//! Text, tabs and line ends are kept. All control of the terminal (escape and control sequences of
//! ECMA-48, titles, bells) is dropped, even if split over several of the server's messages.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

const BELL: char = '\u{7}';
const ESCAPE: char = '\u{1b}';
/// CANCEL and SUBSTITUTE abort the sequence in which they stand (ECMA-48 §8.3.6, and the VT100).
const CANCEL: char = '\u{18}';
const SUBSTITUTE: char = '\u{1a}';

/// A log that is appended to a file.
#[derive(Debug)]
pub struct SessionLog {
    file: File,
    filter: Printable,
    text: String,
}

impl SessionLog {
    /// Opens the file, or creates it; an existing log is kept.
    ///
    /// # Errors
    /// When the file cannot be created or opened for writing.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::options().append(true).create(true).open(path)?;
        Ok(Self { file, filter: Printable::default(), text: String::new() })
    }

    /// Logs output of the server. The text is in the file when this returns, so a lost connection
    /// loses nothing.
    ///
    /// # Errors
    /// When the file cannot be written, for example on a full disk.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.text.clear();
        self.filter.push(bytes, &mut self.text);
        self.file.write_all(self.text.as_bytes())
    }
}

/// The kind of sequence in which the stream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// After ESC, possibly with intermediate characters.
    Escape,
    /// After CSI: parameters, until a final character.
    Control,
    /// A title or another string, until its terminator.
    String,
}

/// Filters out everything but readable text.
#[derive(Clone, Debug, Default)]
pub struct Printable {
    state: State,
    /// The first bytes of an incomplete character, at most three.
    begun: Vec<u8>,
    /// A carriage return was read, but not the next character: before a line feed it is part of the
    /// line end.
    returned: bool,
}

impl Printable {
    /// Appends the readable part of `bytes` to `text`. Invalid UTF-8 becomes U+FFFD.
    pub fn push(&mut self, bytes: &[u8], text: &mut String) {
        self.begun.extend_from_slice(bytes);
        let bytes = std::mem::take(&mut self.begun);
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            chunk.valid().chars().for_each(|character| self.next(character, text));
            let wrong = chunk.invalid();
            if wrong.is_empty() {
                continue;
            }
            if chunks.peek().is_none() && is_begun(wrong) {
                self.begun = wrong.to_vec();
            } else {
                self.next(char::REPLACEMENT_CHARACTER, text);
            }
        }
    }

    fn next(&mut self, character: char, text: &mut String) {
        match character {
            ESCAPE => self.state = State::Escape,
            CANCEL | SUBSTITUTE => self.state = State::Text,
            '\r' | '\n' => {
                // An unterminated string must not swallow the rest of the session.
                if self.state == State::String {
                    self.state = State::Text;
                }
                // Inside other sequences a terminal obeys these as if they came before the
                // sequence.
                self.keep(character, text);
            }
            '\t' if self.state != State::String => self.keep(character, text),
            BELL if self.state == State::String => self.state = State::Text,
            '\0'..='\u{1f}' | '\u{7f}' => {}
            '\u{80}'..='\u{9f}' => self.state = after_c1(character),
            _ => self.graphic(character, text),
        }
    }

    /// Takes a character that is not a control character.
    fn graphic(&mut self, character: char, text: &mut String) {
        match self.state {
            State::Text => self.keep(character, text),
            State::String => {}
            State::Escape => self.state = after_escape(character),
            State::Control => {
                if !matches!(character, ' '..='?') {
                    self.state = State::Text;
                }
            }
        }
    }

    fn keep(&mut self, character: char, text: &mut String) {
        if character == '\r' {
            self.returned = true;
            return;
        }
        if std::mem::take(&mut self.returned) && character != '\n' {
            text.push('\r');
        }
        text.push(character);
    }
}

/// The state after ESC and this character.
fn after_escape(character: char) -> State {
    match character {
        '[' => State::Control,
        ']' | 'P' | 'X' | '^' | '_' => State::String,
        ' '..='/' => State::Escape,
        _ => State::Text,
    }
}

/// The state after a C1 control character, which means ESC and a character in one.
fn after_c1(character: char) -> State {
    match character {
        '\u{9b}' => State::Control,
        '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => State::String,
        _ => State::Text,
    }
}

/// Whether these bytes at the end of the input may be the start of a character.
fn is_begun(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests;
