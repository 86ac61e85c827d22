//! The terminal on Unix: `/dev/tty`, whatever standard input is.

use std::fs::File;
use std::io::{self, Read as _, Write as _};

use rustix::process::{Signal, getpid, kill_process};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use zeroize::Zeroizing;

use super::Echo;

/// The longest answer, in bytes; what is typed beyond it is ignored.
const MAX_ANSWER: usize = 4096;

/// Shows the prompt on the controlling terminal and reads a line; `None` when it is ended without one (Ctrl-D).
///
/// Without echo the terminal's keys are read one by one with signals off: Ctrl-C and Ctrl-Z first restore the terminal
/// and then are delivered, so neither can leave a shell that shows nothing.
pub(super) fn converse(prompt: &str, echo: Echo) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let terminal = File::options().read(true).write(true).open("/dev/tty")?;
    loop {
        let answer = {
            let quiet = Quiet::new(&terminal, echo)?;
            (&terminal).write_all(prompt.as_bytes())?;
            read_line(&terminal, &quiet.before, echo)?
        };
        if echo == Echo::Off {
            (&terminal).write_all(b"\n")?;
        }
        match answer {
            Answer::Line(line) => return Ok(Some(line)),
            Answer::End => return Ok(None),
            Answer::Signal(signal) => {
                kill_process(getpid(), signal)?;
                if signal != Signal::TSTP {
                    return Ok(None);
                }
            }
        }
    }
}

enum Answer {
    Line(Zeroizing<Vec<u8>>),
    End,
    Signal(Signal),
}

/// The terminal with echo off; dropped, it is as before.
struct Quiet<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Quiet<'a> {
    fn new(terminal: &'a File, echo: Echo) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        if echo == Echo::Off {
            let mut quiet = before.clone();
            quiet.local_modes -=
                LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
            quiet.special_codes[SpecialCodeIndex::VMIN] = 1;
            quiet.special_codes[SpecialCodeIndex::VTIME] = 0;
            tcsetattr(terminal, OptionalActions::Flush, &quiet)?;
        }
        Ok(Self { terminal, before })
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        // A terminal that has gone away needs no restoring.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}

fn read_line(mut terminal: &File, keys: &Termios, echo: Echo) -> io::Result<Answer> {
    let mut line = Zeroizing::new(Vec::with_capacity(MAX_ANSWER));
    loop {
        let mut byte = [0];
        match terminal.read(&mut byte) {
            Ok(0) => return Ok(Answer::End),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        }
        let [byte] = byte;
        let is = |key| echo == Echo::Off && byte != 0 && byte == keys.special_codes[key];
        match byte {
            b'\n' | b'\r' => return Ok(Answer::Line(line)),
            _ if is(SpecialCodeIndex::VINTR) => return Ok(Answer::Signal(Signal::INT)),
            _ if is(SpecialCodeIndex::VQUIT) => return Ok(Answer::Signal(Signal::QUIT)),
            _ if is(SpecialCodeIndex::VSUSP) => return Ok(Answer::Signal(Signal::TSTP)),
            _ if is(SpecialCodeIndex::VEOF) && line.is_empty() => return Ok(Answer::End),
            _ if is(SpecialCodeIndex::VKILL) => line.clear(),
            0x08 | 0x7f if echo == Echo::Off => erase_character(&mut line),
            _ if line.len() < MAX_ANSWER => line.push(byte),
            _ => {}
        }
    }
}

/// Takes back one UTF-8 character, however many bytes it has.
fn erase_character(line: &mut Vec<u8>) {
    while let Some(byte) = line.pop() {
        if byte & 0xc0 != 0x80 {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backspace_takes_a_whole_character() {
        let mut line = "a\u{e9}\u{20ac}".as_bytes().to_vec();
        erase_character(&mut line);
        assert_eq!(line, "a\u{e9}".as_bytes());
        erase_character(&mut line);
        erase_character(&mut line);
        erase_character(&mut line);
        assert!(line.is_empty());
    }
}
