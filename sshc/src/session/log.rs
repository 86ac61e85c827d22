//! The session's log, `--log FILE`: what could be read on the screen, as PuTTY's "printable output"
//! is.
//!
//! Text, tabs and line ends are kept; whatever steers a terminal (escape and control sequences of
//! ECMA-48, titles, bells) is dropped, however it is divided over the server's messages.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

const BELL: char = '\u{7}';
const ESCAPE: char = '\u{1b}';
/// Abandon the sequence they stand in (ECMA-48 §8.3.6, and as the VT100 does).
const CANCEL: char = '\u{18}';
const SUBSTITUTE: char = '\u{1a}';

/// A log that grows at the end of a file.
#[derive(Debug)]
pub struct SessionLog {
    file: File,
    filter: Printable,
    text: String,
}

impl SessionLog {
    /// Opens the file, which is made if it is not there; an older log in it stays.
    ///
    /// # Errors
    /// When it cannot be made or opened for writing.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::options().append(true).create(true).open(path)?;
        Ok(Self { file, filter: Printable::default(), text: String::new() })
    }

    /// Logs what the server sent to the screen. It is in the file when this returns: a line that
    /// drops loses nothing.
    ///
    /// # Errors
    /// When the file cannot be written, as on a full disk.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.text.clear();
        self.filter.push(bytes, &mut self.text);
        self.file.write_all(self.text.as_bytes())
    }
}

/// Where in a terminal's language the stream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Text,
    /// Behind ESC, perhaps with intermediate characters.
    Escape,
    /// Behind CSI: parameters, until a final character.
    Control,
    /// A title or another string, until its terminator.
    String,
}

/// Keeps what can be read.
#[derive(Clone, Debug, Default)]
pub struct Printable {
    state: State,
    /// The first bytes of a character, at most three.
    begun: Vec<u8>,
    /// Carriage returns whose next character has not come yet: in front of a line feed they are
    /// part of the line's end.
    returned: bool,
}

impl Printable {
    /// Appends what can be read of `bytes` to `text`. What is not UTF-8 becomes U+FFFD.
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
                // A string that was never ended must not swallow the rest of the session.
                if self.state == State::String {
                    self.state = State::Text;
                }
                // Within any other sequence a terminal obeys these as if they stood before it.
                self.keep(character, text);
            }
            '\t' if self.state != State::String => self.keep(character, text),
            BELL if self.state == State::String => self.state = State::Text,
            '\0'..='\u{1f}' | '\u{7f}' => {}
            '\u{80}'..='\u{9f}' => self.state = behind_c1(character),
            _ => self.graphic(character, text),
        }
    }

    /// A character that is no control.
    fn graphic(&mut self, character: char, text: &mut String) {
        match self.state {
            State::Text => self.keep(character, text),
            State::String => {}
            State::Escape => self.state = behind_escape(character),
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

/// What ESC and this character begin, or go on with.
fn behind_escape(character: char) -> State {
    match character {
        '[' => State::Control,
        ']' | 'P' | 'X' | '^' | '_' => State::String,
        ' '..='/' => State::Escape,
        _ => State::Text,
    }
}

/// What a control character of the upper half (C1) begins: they are ESC and a character in one.
fn behind_c1(character: char) -> State {
    match character {
        '\u{9b}' => State::Control,
        '\u{90}' | '\u{98}' | '\u{9d}'..='\u{9f}' => State::String,
        _ => State::Text,
    }
}

/// Whether these bytes, which end the input, may be the beginning of a character.
fn is_begun(bytes: &[u8]) -> bool {
    str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests;
