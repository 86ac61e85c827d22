//! What the user says to us in the middle of a session: the escapes of `ssh(1)`, recognised where a
//! line begins.
//!
//! A state machine over the keyboard's bytes, and the words of the `~C` command line as values.
//! Nothing here acts; the session does what an [`Escape`] or a [`Request`] asks for.

use std::borrow::Cow;

use line_editor::{Key, LineEditor};

mod line_editor;

/// What an escape asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// `~.` ends the connection.
    Disconnect,
    /// `~^Z` suspends the program.
    Suspend,
    /// `~#` lists the forwards and their connections.
    Forwards,
    /// `~C` opens the command line.
    CommandLine,
    /// `~R` asks for new session keys.
    Rekey,
    /// `~v` says more.
    Louder,
    /// `~V` says less.
    Quieter,
    /// `~?` lists the escapes.
    Help,
}

const CTRL_Z: u8 = 0x1A;

/// Each escape with its key, in the order of the help text.
const ESCAPES: [(u8, Escape, &str); 8] = [
    (b'.', Escape::Disconnect, "end the connection"),
    (CTRL_Z, Escape::Suspend, "suspend sshc"),
    (b'#', Escape::Forwards, "list the forwards and their connections"),
    (b'C', Escape::CommandLine, "open a command line (-L, -R, -D, -KL, -KR, -KD)"),
    (b'R', Escape::Rekey, "ask for new session keys"),
    (b'v', Escape::Louder, "say more"),
    (b'V', Escape::Quieter, "say less"),
    (b'?', Escape::Help, "show this"),
];

/// One piece of what was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed<'a> {
    /// For the session.
    Bytes(Cow<'a, [u8]>),
    /// For us.
    Said(Said),
}

/// What was typed for us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// An escape.
    Escape(Escape),
    /// A part of a command line, as it is to be shown.
    Echo(String),
    /// A whole command line.
    Line(String),
}

/// Where in its line the keyboard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    LineStart,
    InLine,
    /// The escape character has been typed, and not sent yet.
    Begun,
    /// In a command line of ours.
    CommandLine,
}

/// Tells the escapes from what is typed for the session.
#[derive(Clone, Debug)]
pub struct Escapes {
    begin: Option<u8>,
    has_command_line: bool,
    state: State,
    line: LineEditor,
}

impl Escapes {
    /// A session that nothing has been typed into: its first byte begins a line. `begin` is the
    /// character that begins an escape; without one every byte is the session's.
    #[must_use]
    pub fn new(begin: Option<u8>) -> Self {
        Self { begin, has_command_line: true, state: State::LineStart, line: LineEditor::default() }
    }

    /// The same without `~C` (`EnableEscapeCommandline no`).
    #[must_use]
    pub fn without_command_line(self) -> Self {
        Self { has_command_line: false, ..self }
    }

    fn has(&self, escape: Escape) -> bool {
        self.has_command_line || escape != Escape::CommandLine
    }

    /// Divides the next bytes from the keyboard, in order. An escape character at the end waits for
    /// what follows it; typed twice it is sent once, and before any other key it is sent along.
    /// Behind [`Escape::CommandLine`] everything is for us until the line ends.
    pub fn divide<'a>(&mut self, bytes: &'a [u8]) -> Vec<Typed<'a>> {
        let Some(begin) = self.begin else {
            return vec![Typed::Bytes(Cow::Borrowed(bytes))];
        };
        let mut typed = Vec::new();
        // Bytes from here on are the session's and not in `typed` yet.
        let mut unsent = 0;
        for (index, &byte) in bytes.iter().enumerate() {
            match self.state {
                State::LineStart if byte == begin => {
                    push(&mut typed, bytes.get(unsent..index));
                    unsent = index + 1;
                    self.state = State::Begun;
                }
                State::Begun => {
                    if let Some(escape) = escape_for(byte, begin).filter(|it| self.has(*it)) {
                        typed.push(Typed::Said(Said::Escape(escape)));
                        unsent = index + 1;
                        self.state = behind(escape);
                        continue;
                    }
                    if byte != begin {
                        typed.push(Typed::Bytes(Cow::Owned(vec![begin])));
                    }
                    self.state = after(byte);
                }
                State::CommandLine => {
                    unsent = index + 1;
                    typed.push(Typed::Said(self.command_line(byte)));
                }
                State::LineStart | State::InLine => self.state = after(byte),
            }
        }
        push(&mut typed, bytes.get(unsent..));
        typed
    }

    fn command_line(&mut self, byte: u8) -> Said {
        let key = self.line.key(byte);
        if !matches!(key, Key::Shown(_)) {
            self.state = State::LineStart;
        }
        match key {
            Key::Shown(text) | Key::GivenUp(text) => Said::Echo(text),
            Key::Entered(line) => Said::Line(line),
        }
    }

    /// The escapes, for a screen in raw mode. Empty when there are none.
    #[must_use]
    pub fn help(&self) -> String {
        let Some(begin) = self.begin else { return String::new() };
        let keys = ESCAPES.into_iter().filter(|(_, escape, _)| self.has(*escape));
        let keys = keys
            .map(|(key, _, meaning)| (key, meaning))
            .chain([(begin, "send the escape character")]);
        let lines = keys.map(|(key, meaning)| {
            let keys = caret(begin) + &caret(key);
            format!("  {keys:<5} {meaning}\r\n")
        });
        let title = "Escapes, recognised at the beginning of a line:\r\n".to_owned();
        [title].into_iter().chain(lines).collect()
    }

    /// An escape as it is shown once it was recognised: the terminal has echoed nothing.
    #[must_use]
    pub fn echo(&self, escape: Escape) -> String {
        let Some(begin) = self.begin else { return String::new() };
        let key =
            ESCAPES.iter().find(|(_, known, _)| *known == escape).map(|(key, ..)| caret(*key));
        format!("{}{}\r\n", caret(begin), key.unwrap_or_default())
    }
}

fn push<'a>(typed: &mut Vec<Typed<'a>>, bytes: Option<&'a [u8]>) {
    if let Some(bytes) = bytes.filter(|bytes| !bytes.is_empty()) {
        typed.push(Typed::Bytes(Cow::Borrowed(bytes)));
    }
}

/// The escape character itself is never an escape's key, whatever it is set to: typed twice it must
/// be sendable.
fn escape_for(byte: u8, begin: u8) -> Option<Escape> {
    let escape = ESCAPES.iter().find(|(key, ..)| *key == byte).map(|(_, escape, _)| *escape);
    escape.filter(|_| byte != begin)
}

fn behind(escape: Escape) -> State {
    if escape == Escape::CommandLine { State::CommandLine } else { State::LineStart }
}

fn after(byte: u8) -> State {
    if matches!(byte, b'\r' | b'\n') { State::LineStart } else { State::InLine }
}

/// A byte as it is named to a user: `^Z` for a control character.
fn caret(byte: u8) -> String {
    if byte.is_ascii_control() {
        format!("^{}", char::from(byte ^ 0x40))
    } else {
        char::from(byte).to_string()
    }
}

/// Which of the three kinds of forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `-L`: we listen.
    Local,
    /// `-R`: the server listens.
    Remote,
    /// `-D`: we listen, and our clients say where to.
    Dynamic,
}

/// What a line of the `~C` command line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// Open this forward, written as the option's argument is.
    Open(Kind, &'a str),
    /// Close the forward that listens at `[bind:]port` or at a path.
    Cancel(Kind, &'a str),
    /// Show what can be asked for.
    Help,
    /// The line is empty.
    Nothing,
}

/// A line of the command line that says nothing we know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found `{}`", contract::shown(.found))]
pub struct UnknownRequest {
    expected: &'static str,
    found: String,
}

/// What [`Request::Help`] shows, for a screen in raw mode.
pub const REQUEST_HELP: &str = "\
-L[bind:]port:host:hostport    open a local forward\r
-R[bind:]port:host:hostport    open a remote forward\r
-D[bind:]port                  open a dynamic forward\r
-KL[bind:]port                 close a local forward\r
-KR[bind:]port                 close a remote forward\r
-KD[bind:]port                 close a dynamic forward\r
";

impl<'a> Request<'a> {
    /// Reads a line. Blanks between an option and its argument, and the option's dash, may be left
    /// out.
    ///
    /// # Errors
    /// What was expected in place of what was found.
    pub fn read(line: &'a str) -> Result<Self, UnknownRequest> {
        let line = line.trim();
        let option = line.strip_prefix('-').unwrap_or(line);
        match option {
            "" if line.is_empty() => return Ok(Self::Nothing),
            "h" | "?" | "help" | "-help" => return Ok(Self::Help),
            _ => {}
        }
        let (cancels, option) = match option.strip_prefix('K') {
            Some(option) => (true, option),
            None => (false, option),
        };
        let mut characters = option.chars();
        let kind = match characters.next() {
            Some('L') => Kind::Local,
            Some('R') => Kind::Remote,
            Some('D') => Kind::Dynamic,
            _ => return Err(unknown("-L, -R, -D, -KL, -KR, -KD or -h", line)),
        };
        match (cancels, characters.as_str().trim_start()) {
            (true, "") => Err(unknown("[bind:]port", line)),
            (false, "") => Err(unknown("what to forward", line)),
            (true, listener) => Ok(Self::Cancel(kind, listener)),
            (false, forward) => Ok(Self::Open(kind, forward)),
        }
    }
}

fn unknown(expected: &'static str, found: &str) -> UnknownRequest {
    UnknownRequest { expected, found: found.to_owned() }
}

#[cfg(test)]
mod tests;
