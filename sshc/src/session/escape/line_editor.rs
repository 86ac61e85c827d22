//! The line that is typed at the `~C` command line, key by key, as a terminal in line mode would
//! read it.
//!
//! The terminal itself stays raw: whoever waited for its line would keep the session and all
//! tunnels waiting.

/// Bytes in a line: what a terminal in line mode holds.
const LIMIT: usize = 4096;

const CTRL_C: char = '\u{3}';
const CTRL_D: char = '\u{4}';
const CTRL_U: char = '\u{15}';
const BACKSPACE: char = '\u{8}';
const DELETE: char = '\u{7f}';

/// Takes one column of the screen back.
const RUB_OUT: &str = "\u{8} \u{8}";

/// Bytes of the longest character in UTF-8.
const LONGEST: usize = 4;

/// A line until its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LineEditor {
    text: String,
    /// The first bytes of a character.
    begun: Vec<u8>,
}

/// What a key does to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// It goes on, and this is shown.
    Shown(String),
    /// It is whole.
    Entered(String),
    /// It was given up, and this is shown.
    GivenUp(String),
}

impl LineEditor {
    /// The next byte from the keyboard.
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
    fn a_line_has_an_end() {
        let mut line = LineEditor::default();
        for _ in 0..2 * LIMIT {
            line.key(b'x');
        }
        assert_eq!(line.key(b'\r'), Key::Entered("x".repeat(LIMIT)));
    }
}
