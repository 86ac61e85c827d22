//! The console on Windows: `CONIN$` and `CONOUT$`, whatever standard input is.

use std::fs::File;
use std::io;
use std::os::windows::io::{AsHandle as _, AsRawHandle as _};
use std::ptr;
use std::thread;
use std::time::Duration;

use windows_sys::Win32::System::Console::{
    CTRL_C_EVENT, ENABLE_ECHO_INPUT, ENABLE_LINE_INPUT, ENABLE_PROCESSED_INPUT,
    ENABLE_VIRTUAL_TERMINAL_INPUT, GenerateConsoleCtrlEvent, GetConsoleMode, ReadConsoleW,
    SetConsoleMode, WriteConsoleW,
};
use zeroize::Zeroizing;

use super::Echo;
use crate::signals::Cleanup;

/// The longest answer, in UTF-16 units; what is typed beyond it is ignored.
const MAX_ANSWER: usize = 2048;

/// How long the console may take to deliver an event.
const EVENT_DELAY: Duration = Duration::from_secs(1);

const CTRL_C: u16 = 0x03;
const BACKSPACE: u16 = 0x08;
const LINE_FEED: u16 = 0x0a;
const ENTER: u16 = 0x0d;
const CTRL_Z: u16 = 0x1a;
const ESCAPE: u16 = 0x1b;
const CTRL_BACKSPACE: u16 = 0x7f;

/// Shows the prompt on the console and reads a line; `None` if it ends without one (Ctrl-Z,
/// Ctrl-C).
///
/// Keys are read one by one with the console's own line editor off: Ctrl-C restores the console
/// first and is then delivered, so that it cannot leave a shell that does not echo.
pub(super) fn converse(prompt: &str, echo: Echo) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let keyboard = File::options().read(true).write(true).open("CONIN$")?;
    let screen = File::options().read(true).write(true).open("CONOUT$")?;
    let answer = {
        let _raw = Raw::new(&keyboard)?;
        show(&screen, prompt)?;
        read_line(&keyboard, &screen, echo)?
    };
    show(&screen, "\r\n")?;
    match answer {
        Answer::Line(line) => Ok(Some(in_utf_8(&line))),
        Answer::End => Ok(None),
        Answer::Interrupt => {
            interrupt()?;
            Ok(None)
        }
    }
}

/// Standard input without a buffer: bytes that were not requested stay unread.
pub(super) fn standard_input() -> io::Result<File> {
    Ok(File::from(io::stdin().as_handle().try_clone_to_owned()?))
}

enum Answer {
    Line(Zeroizing<Vec<u16>>),
    End,
    Interrupt,
}

/// The console without its line editor, echo and Ctrl-C handling; restored on drop.
struct Raw {
    _cleanup: Cleanup,
}

impl Raw {
    fn new(keyboard: &File) -> io::Result<Self> {
        let before = mode(keyboard)?;
        // With the last one on, arrow keys would arrive as characters.
        let off = ENABLE_ECHO_INPUT
            | ENABLE_LINE_INPUT
            | ENABLE_PROCESSED_INPUT
            | ENABLE_VIRTUAL_TERMINAL_INPUT;
        let again = keyboard.try_clone()?;
        let put_back = move || {
            // If the console is gone, nothing needs restoring.
            let _ = set_mode(&again, before);
        };
        let ((), cleanup) = Cleanup::new(|| set_mode(keyboard, before & !off), put_back)?;
        Ok(Self { _cleanup: cleanup })
    }
}

fn read_line(keyboard: &File, screen: &File, echo: Echo) -> io::Result<Answer> {
    let mut line = Zeroizing::new(Vec::with_capacity(MAX_ANSWER));
    loop {
        match read_unit(keyboard)? {
            ENTER | LINE_FEED => return Ok(Answer::Line(line)),
            CTRL_C => return Ok(Answer::Interrupt),
            CTRL_Z if line.is_empty() => return Ok(Answer::End),
            BACKSPACE | CTRL_BACKSPACE => {
                if erase_character(&mut line) && echo == Echo::On {
                    show(screen, "\u{8} \u{8}")?;
                }
            }
            // As in the console's own editor, Escape clears the line.
            ESCAPE => {
                while erase_character(&mut line) {
                    if echo == Echo::On {
                        show(screen, "\u{8} \u{8}")?;
                    }
                }
            }
            // Keys without a character arrive as control characters or as zero.
            unit if unit < 0x20 || line.len() == MAX_ANSWER => {}
            unit => {
                line.push(unit);
                if echo == Echo::On {
                    show_units(screen, &[unit])?;
                }
            }
        }
    }
}

/// Removes one character, which may be a surrogate pair; `false` if there is none.
fn erase_character(line: &mut Vec<u16>) -> bool {
    let is_low = |unit: u16| (0xdc00..0xe000).contains(&unit);
    let is_high = |unit: &u16| (0xd800..0xdc00).contains(unit);
    let erased = line.pop();
    if erased.is_some_and(is_low) && line.last().is_some_and(is_high) {
        line.pop();
    }
    erased.is_some()
}

/// The answer in UTF-8. An unpaired surrogate, which no keyboard types, becomes U+FFFD.
fn in_utf_8(line: &[u16]) -> Zeroizing<Vec<u8>> {
    // One allocation of the final size, because growing would leave copies.
    let mut bytes = Zeroizing::new(Vec::with_capacity(line.len() * 3));
    for character in char::decode_utf16(line.iter().copied()) {
        let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
        let mut buffer = Zeroizing::new([0; 4]);
        bytes.extend_from_slice(character.encode_utf8(&mut *buffer).as_bytes());
    }
    bytes
}

/// Shows text whatever the console's code page is.
fn show(screen: &File, text: &str) -> io::Result<()> {
    show_units(screen, &text.encode_utf16().collect::<Vec<_>>())
}

#[expect(unsafe_code, reason = "the console has no safe interface")]
fn show_units(screen: &File, units: &[u16]) -> io::Result<()> {
    let length = units.len().try_into().unwrap_or(u32::MAX);
    let mut written = 0;
    let handle = screen.as_raw_handle();
    // SAFETY: the handle is open as long as `screen` is borrowed, and `units` has `length` units.
    checked(unsafe { WriteConsoleW(handle, units.as_ptr(), length, &raw mut written, ptr::null()) })
}

#[expect(unsafe_code, reason = "the console has no safe interface")]
fn read_unit(keyboard: &File) -> io::Result<u16> {
    let (mut unit, mut read) = (0_u16, 0);
    let handle = keyboard.as_raw_handle();
    // SAFETY: the handle is open as long as `keyboard` is borrowed; one unit is requested, and
    // there is room for it.
    checked(unsafe {
        ReadConsoleW(handle, (&raw mut unit).cast(), 1, &raw mut read, ptr::null())
    })?;
    if read == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(unit) }
}

#[expect(unsafe_code, reason = "the console has no safe interface")]
fn mode(keyboard: &File) -> io::Result<u32> {
    let mut mode = 0;
    // SAFETY: the handle is open as long as `keyboard` is borrowed, and `mode` is where the mode
    // goes.
    checked(unsafe { GetConsoleMode(keyboard.as_raw_handle(), &raw mut mode) })?;
    Ok(mode)
}

#[expect(unsafe_code, reason = "the console has no safe interface")]
fn set_mode(keyboard: &File, mode: u32) -> io::Result<()> {
    // SAFETY: the handle is open as long as `keyboard` is borrowed; a mode is a plain number.
    checked(unsafe { SetConsoleMode(keyboard.as_raw_handle(), mode) })
}

/// Interrupts the whole pipe, as the key would have done if the console had handled it.
#[expect(unsafe_code, reason = "the console has no safe interface")]
fn interrupt() -> io::Result<()> {
    // SAFETY: both arguments are plain numbers; 0 is every process on this console.
    checked(unsafe { GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0) })?;
    // The event arrives on its own thread and ends the program, unless a handler takes it. Until
    // then we must not report a missing answer.
    thread::park_timeout(EVENT_DELAY);
    Ok(())
}

fn checked(succeeded: i32) -> io::Result<()> {
    if succeeded == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backspace_takes_a_whole_character() {
        let mut line: Vec<u16> = "a\u{e9}\u{1d11e}".encode_utf16().collect();
        assert!(erase_character(&mut line));
        assert_eq!(String::from_utf16(&line).unwrap(), "a\u{e9}");
        assert!(erase_character(&mut line) && erase_character(&mut line));
        assert!(!erase_character(&mut line));
    }
}
