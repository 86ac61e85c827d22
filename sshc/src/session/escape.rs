//! Recognises the escapes of `ssh(1)` that a user types at the start of a line during a session.
//!
//! A state machine over the bytes from the keyboard, and the commands of `~C` as values. Nothing
//! here acts; the session carries out an [`Escape`] or a [`Request`].

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

/// The escapes with their keys, in the order of the help text.
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

/// A piece of what the user typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed<'a> {
    /// For the session.
    Bytes(Cow<'a, [u8]>),
    /// For sshc.
    LocalInput(LocalInput),
}

/// What the user typed for sshc.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LocalInput {
    /// An escape.
    Escape(Escape),
    /// A part of a command line, to be echoed.
    Echo(String),
    /// A whole command line.
    Line(String),
}

/// Where the keyboard is in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    LineStart,
    InLine,
    /// The escape character was typed, but not sent yet.
    Begun,
    /// In the `~C` command line.
    CommandLine,
}

/// Separates escapes from what is typed for the session.
#[derive(Clone, Debug)]
pub struct Escapes {
    begin: Option<u8>,
    has_command_line: bool,
    state: State,
    line: LineEditor,
}

impl Escapes {
    /// Starts at the beginning of a line. `begin` is the character that begins an escape; `None`
    /// leaves every byte to the session.
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

    /// Splits the next bytes from the keyboard, in order. An escape character at the end waits for
    /// the next byte. Typed twice it is sent once; before any other key both are sent. After
    /// [`Escape::CommandLine`] everything is for sshc until the line ends.
    pub fn divide<'a>(&mut self, bytes: &'a [u8]) -> Vec<Typed<'a>> {
        let Some(begin) = self.begin else {
            return vec![Typed::Bytes(Cow::Borrowed(bytes))];
        };
        let mut typed = Vec::new();
        // From here on bytes are for the session and not in `typed` yet.
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
                        typed.push(Typed::LocalInput(LocalInput::Escape(escape)));
                        unsent = index + 1;
                        self.state = match escape {
                            Escape::CommandLine => State::CommandLine,
                            _ => State::LineStart,
                        };
                        continue;
                    }
                    if byte != begin {
                        typed.push(Typed::Bytes(Cow::Owned(vec![begin])));
                    }
                    self.state = state_after(byte);
                }
                State::CommandLine => {
                    unsent = index + 1;
                    typed.push(Typed::LocalInput(self.command_line(byte)));
                }
                State::LineStart | State::InLine => self.state = state_after(byte),
            }
        }
        push(&mut typed, bytes.get(unsent..));
        typed
    }

    fn command_line(&mut self, byte: u8) -> LocalInput {
        let key = self.line.key(byte);
        if !matches!(key, Key::Shown(_)) {
            self.state = State::LineStart;
        }
        match key {
            Key::Shown(text) | Key::GivenUp(text) => LocalInput::Echo(text),
            Key::Entered(line) => LocalInput::Line(line),
        }
    }

    /// The list of escapes, for a screen in raw mode; empty if escapes are off.
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
        let title = "Supported escape sequences:\r\n".to_owned();
        let end = "They are recognised at the beginning of a line.\r\n".to_owned();
        [title].into_iter().chain(lines).chain([end]).collect()
    }

    /// The text that echoes a recognised escape: the terminal itself has echoed nothing.
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

/// The escape character is never the key of an escape, whatever it is set to: typed twice it must
/// be sent once.
fn escape_for(byte: u8, begin: u8) -> Option<Escape> {
    let escape = ESCAPES.iter().find(|(key, ..)| *key == byte).map(|(_, escape, _)| *escape);
    escape.filter(|_| byte != begin)
}

fn state_after(byte: u8) -> State {
    if matches!(byte, b'\r' | b'\n') { State::LineStart } else { State::InLine }
}

/// The name of a byte for the user: `^Z` for a control character.
fn caret(byte: u8) -> String {
    if byte.is_ascii_control() {
        format!("^{}", char::from(byte ^ 0x40))
    } else {
        char::from(byte).to_string()
    }
}

/// The three kinds of forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardKind {
    /// `-L`: we listen.
    Local,
    /// `-R`: the server listens.
    Remote,
    /// `-D`: we listen, and each client names its goal.
    Dynamic,
}

/// A command of the `~C` command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// Open this forward, written as the option's argument.
    Open(ForwardKind, &'a str),
    /// Close the forward that listens at `[bind:]port` or at a path.
    Cancel(ForwardKind, &'a str),
    /// Run this command line on this computer.
    Run(&'a str),
    /// Show the commands.
    Help,
    /// The line is empty.
    Nothing,
}

/// A command that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}, found `{}`", contract::shown(.found))]
pub struct UnknownRequest {
    expected: &'static str,
    found: String,
}

/// The text for [`Request::Help`], for a screen in raw mode.
pub const REQUEST_HELP: &str = "\
-L[bind:]port:host:hostport    open a local forward\r
-R[bind:]port:host:hostport    open a remote forward\r
-D[bind:]port                  open a dynamic forward\r
-KL[bind:]port                 close a local forward\r
-KR[bind:]port                 close a remote forward\r
-KD[bind:]port                 close a dynamic forward\r
";

/// The line that follows if local commands are permitted.
pub const RUN_HELP: &str = "!command                       run a command on this computer\r\n";

impl<'a> Request<'a> {
    /// Reads a line. Blanks between an option and its argument, and the option's dash, may be left
    /// out.
    ///
    /// # Errors
    /// With what was expected and what was found.
    pub fn read(line: &'a str) -> Result<Self, UnknownRequest> {
        let line = line.trim();
        let option = line.strip_prefix('-').unwrap_or(line);
        match option {
            "" if line.is_empty() => return Ok(Self::Nothing),
            "h" | "?" | "help" | "-help" => return Ok(Self::Help),
            _ if line.starts_with('!') => {
                let command = line.trim_start_matches('!').trim_start();
                return Ok(if command.is_empty() { Self::Nothing } else { Self::Run(command) });
            }
            _ => {}
        }
        let (cancels, option) = match option.strip_prefix('K') {
            Some(option) => (true, option),
            None => (false, option),
        };
        let mut characters = option.chars();
        let kind = match characters.next() {
            Some('L') => ForwardKind::Local,
            Some('R') => ForwardKind::Remote,
            Some('D') => ForwardKind::Dynamic,
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
