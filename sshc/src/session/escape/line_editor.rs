//! Edits the line at the `~C` prompt key by key, as a terminal in line mode would.
//!
//! The terminal stays in raw mode: waiting for its line mode would block the session and all
//! tunnels.

/// The most bytes in a line, as for a terminal in line mode.
const LIMIT: usize = 4096;

const CTRL_C: char = '\u{3}';
const CTRL_D: char = '\u{4}';
const CTRL_U: char = '\u{15}';
const BACKSPACE: char = '\u{8}';
const DELETE: char = '\u{7f}';

/// Erases one column of the screen.
const RUB_OUT: &str = "\u{8} \u{8}";

/// The length of the longest UTF-8 character.
const LONGEST: usize = 4;

/// A line being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LineEditor {
    text: String,
    /// The first bytes of an incomplete character.
    begun: Vec<u8>,
}

/// The effect of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// The line goes on; show this.
    Shown(String),
    /// The line is complete.
    Entered(String),
    /// The line is given up; show this.
    GivenUp(String),
}

impl LineEditor {
    /// Takes the next byte from the keyboard.
    pub(super) fn key(&mut self, byte: u8) -> Key {
        if byte.is_ascii() {
            let broken = if self.begun.is_empty() { String::new() } else { self.replace() };
            return match self.character(char::from(byte)) {
                Key::Shown(text) => Key::Shown(broken + &text),
                ended => ended,
            };
        }
        self.begun.push(byte);
        match std::str::from_utf8(&self.begun).map(str::to_owned) {
            Ok(whole) => {
                self.begun.clear();
                Key::Shown(whole.chars().map(|it| self.append(it)).collect())
            }
            Err(cause) if cause.error_len().is_some() || self.begun.len() >= LONGEST => {
                Key::Shown(self.replace())
            }
            Err(_) => Key::Shown(String::new()),
        }
    }

    fn replace(&mut self) -> String {
        self.begun.clear();
        self.append(char::REPLACEMENT_CHARACTER)
    }

    fn character(&mut self, character: char) -> Key {
        match character {
            '\r' | '\n' => Key::Entered(std::mem::take(&mut self.text)),
            CTRL_C | CTRL_D => {
                self.text.clear();
                Key::GivenUp(format!("{}\r\n", shown(character)))
            }
            CTRL_U => Key::Shown(std::mem::take(&mut self.text).chars().map(rubbed_out).collect()),
            BACKSPACE | DELETE => Key::Shown(self.text.pop().map(rubbed_out).unwrap_or_default()),
            _ => Key::Shown(self.append(character)),
        }
    }

    fn append(&mut self, character: char) -> String {
        if self.text.len() >= LIMIT {
            return String::new();
        }
        self.text.push(character);
        shown(character)
    }
}

/// A character as a terminal echoes it: `^[` for a control character.
fn shown(character: char) -> String {
    match u8::try_from(character) {
        Ok(byte) if byte.is_ascii_control() => super::caret(byte),
        _ => character.to_string(),
    }
}

fn rubbed_out(character: char) -> String {
    RUB_OUT.repeat(shown(character).chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_edited_as_a_terminal_does() {
        let cases: [(&[u8], &str, Key); 8] = [
            (b"-L 1:h:2\r", "-L 1:h:2", Key::Entered("-L 1:h:2".to_owned())),
            (b"-X\x7fL\x08\n", "-X\x08 \x08L\x08 \x08", Key::Entered("-".to_owned())),
            (b"ab\x15c\r", "ab\x08 \x08\x08 \x08c", Key::Entered("c".to_owned())),
            (b"\x7f\r", "", Key::Entered(String::new())),
            (
                b"\x1b[A\x7f\x7f\x7f\r",
                "^[[A\x08 \x08\x08 \x08\x08 \x08\x08 \x08",
                Key::Entered(String::new()),
            ),
            (
                "n\u{ef}\u{7f}\u{2713}\r".as_bytes(),
                "n\u{ef}\x08 \x08\u{2713}",
                Key::Entered("n\u{2713}".to_owned()),
            ),
            (b"a\xe2\x9cb\r", "a\u{fffd}b", Key::Entered("a\u{fffd}b".to_owned())),
            (b"-L\x03", "-L", Key::GivenUp("^C\r\n".to_owned())),
        ];
        for (keys, echo, end) in cases {
            let mut line = LineEditor::default();
            let (last, keys) = keys.split_last().unwrap();
            let mut seen = String::new();
            for key in keys {
                match line.key(*key) {
                    Key::Shown(text) => seen.push_str(&text),
                    ended => panic!("{ended:?}"),
                }
            }
            assert_eq!((seen.as_str(), line.key(*last)), (echo, end));
            assert_eq!(line, LineEditor::default(), "nothing is left for the next");
        }
    }

    #[test]
    fn a_line_has_a_length_limit() {
        let mut line = LineEditor::default();
        for _ in 0..2 * LIMIT {
            line.key(b'x');
        }
        assert_eq!(line.key(b'\r'), Key::Entered("x".repeat(LIMIT)));
    }
}
