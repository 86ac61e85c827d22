//! The terminal on Unix: `/dev/tty`, whatever standard input is.

mod echo_off;
mod resumed;

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;

use rustix::process::Signal;
use rustix::termios::{SpecialCodeIndex, Termios};
use zeroize::Zeroizing;

use self::echo_off::{EchoOff, deliver};
use super::Echo;

/// The longest answer, in bytes; what is typed beyond it is ignored.
const MAX_ANSWER: usize = 4096;

/// Shows the prompt on the controlling terminal and reads a line; `None` if it ends without one
/// (Ctrl-D).
///
/// Without echo, keys are read one by one with the terminal's signals off: Ctrl-C and Ctrl-Z
/// restore the terminal first and are then delivered, so neither can leave a shell that does not
/// echo.
pub(super) fn converse(prompt: &str, echo: Echo) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let terminal = File::options().read(true).write(true).open("/dev/tty")?;
    loop {
        let answer = match echo {
            Echo::On => {
                let answer = resumed::ask(&terminal, prompt, || read_line(&terminal, None))?;
                if matches!(answer, Answer::End) {
                    // Ctrl-D ends the input, but not the line on the screen.
                    (&terminal).write_all(b"\n")?;
                }
                answer
            }
            Echo::Off => {
                let quiet = EchoOff::new(&terminal)?;
                (&terminal).write_all(prompt.as_bytes())?;
                let answer = read_line(&terminal, Some(&quiet.before))?;
                (&terminal).write_all(b"\n")?;
                answer
            }
        };
        match answer {
            Answer::Line(line) => return Ok(Some(line)),
            Answer::End => return Ok(None),
            Answer::Signal(signal) => {
                deliver(signal)?;
                if signal != Signal::TSTP {
                    return Ok(None);
                }
            }
        }
    }
}

/// Standard input without a buffer: bytes that were not requested stay unread.
pub(super) fn standard_input() -> io::Result<File> {
    Ok(File::from(io::stdin().as_fd().try_clone_to_owned()?))
}

enum Answer {
    Line(Zeroizing<Vec<u8>>),
    End,
    Signal(Signal),
}

/// Reads a line. With `keys`, handles the special keys that the terminal does not handle itself.
fn read_line(mut terminal: &File, keys: Option<&Termios>) -> io::Result<Answer> {
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
        let is = |key| byte != 0 && keys.is_some_and(|keys| byte == keys.special_codes[key]);
        match byte {
            b'\n' | b'\r' => return Ok(Answer::Line(line)),
            _ if is(SpecialCodeIndex::VINTR) => return Ok(Answer::Signal(Signal::INT)),
            _ if is(SpecialCodeIndex::VQUIT) => return Ok(Answer::Signal(Signal::QUIT)),
            _ if is(SpecialCodeIndex::VSUSP) => return Ok(Answer::Signal(Signal::TSTP)),
            _ if is(SpecialCodeIndex::VEOF) && line.is_empty() => return Ok(Answer::End),
            _ if is(SpecialCodeIndex::VKILL) => line.clear(),
            0x08 | 0x7f if keys.is_some() => erase_character(&mut line),
            _ if line.len() < MAX_ANSWER => line.push(byte),
            _ => {}
        }
    }
}

/// Removes one UTF-8 character, however many bytes it has.
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
