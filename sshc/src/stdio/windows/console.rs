//! The console calls of Windows, as safe functions.

use std::fs::File;
use std::io;
use std::os::windows::io::AsRawHandle as _;
use std::ptr;

use windows_sys::Win32::Foundation::WAIT_OBJECT_0;
use windows_sys::Win32::System::Console::{
    CONSOLE_READCONSOLE_CONTROL, CONSOLE_SCREEN_BUFFER_INFO, GetConsoleMode,
    GetConsoleScreenBufferInfo, INPUT_RECORD, KEY_EVENT, LEFT_ALT_PRESSED, LEFT_CTRL_PRESSED,
    RIGHT_ALT_PRESSED, RIGHT_CTRL_PRESSED, ReadConsoleInputW, ReadConsoleW, SetConsoleCtrlHandler,
    SetConsoleMode, WINDOW_BUFFER_SIZE_EVENT, WriteConsoleW,
};
use windows_sys::Win32::System::Threading::{INFINITE, WaitForSingleObject};

/// How many units one `ReadConsoleW` or `WriteConsoleW` gets: older consoles fail above 64 KiB.
const UNITS_AT_ONCE: usize = 8192;

/// Whether `file` is a real console, not the pipe of a Unix-like terminal such as mintty.
pub(crate) fn is_console(file: &File) -> bool {
    mode(file).is_ok()
}

/// The input or output mode of a console.
#[expect(unsafe_code, reason = "windows-sys declares the console's calls only")]
pub(crate) fn mode(file: &File) -> io::Result<u32> {
    let mut mode = 0;
    // SAFETY: the handle is open while `file` is borrowed, and `mode` is written before the call
    // returns.
    let done = unsafe { GetConsoleMode(file.as_raw_handle(), &raw mut mode) };
    check(done).map(|()| mode)
}

#[expect(unsafe_code, reason = "windows-sys declares the console's calls only")]
pub(crate) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    // SAFETY: the handle is open while `file` is borrowed.
    check(unsafe { SetConsoleMode(file.as_raw_handle(), mode) })
}

/// Columns and rows of the visible window.
#[expect(unsafe_code, reason = "windows-sys declares the console's calls only")]
pub(crate) fn window(output: &File) -> io::Result<(u32, u32)> {
    let mut info = CONSOLE_SCREEN_BUFFER_INFO::default();
    // SAFETY: the handle is open while `output` is borrowed, and `info` is written before the call
    // returns.
    check(unsafe { GetConsoleScreenBufferInfo(output.as_raw_handle(), &raw mut info) })?;
    let window = info.srWindow;
    let extent = |first: i16, last: i16| (i32::from(last) - i32::from(first) + 1).unsigned_abs();
    Ok((extent(window.Left, window.Right), extent(window.Top, window.Bottom)))
}

/// Writes all of `units`.
pub(crate) fn write(output: &File, mut units: &[u16]) -> io::Result<()> {
    while !units.is_empty() {
        let part = units.get(..UNITS_AT_ONCE).unwrap_or(units);
        let written = write_once(output, part)?;
        units = units.get(written..).unwrap_or_default();
    }
    Ok(())
}

#[expect(unsafe_code, reason = "windows-sys declares the console's calls only")]
fn write_once(output: &File, units: &[u16]) -> io::Result<usize> {
    let mut written = 0;
    let count = u32::try_from(units.len()).map_err(io::Error::other)?;
    // SAFETY: `count` units are readable at the pointer.
    check(unsafe {
        WriteConsoleW(output.as_raw_handle(), units.as_ptr(), count, &raw mut written, ptr::null())
    })?;
    usize::try_from(written).map_err(io::Error::other)
}

/// Waits for an event, but takes none.
#[expect(unsafe_code, reason = "windows-sys declares the console's calls only")]
pub(crate) fn wait(input: &File) -> io::Result<()> {
    // SAFETY: the handle is open while `input` is borrowed.
    let outcome = unsafe { WaitForSingleObject(input.as_raw_handle(), INFINITE) };
    if outcome == WAIT_OBJECT_0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The character that ends the input for programs that read lines.
pub(crate) const CTRL_Z: u16 = 0x1A;

/// Waits for a line, which the console echoes and lets the user edit. The line ends with LF or, at
/// once, with [`CTRL_Z`]. Of a long line this may be a part; after Ctrl-C it is empty.
pub(crate) fn read_line(input: &File) -> io::Result<Vec<u16>> {
    let mut units = vec![0; UNITS_AT_ONCE];
    let read = read_once(input, &mut units)?;
    units.truncate(read);
    // Enter gives CR LF; no other key gives CR.
    units.retain(|&unit| unit != u16::from(b'\r'));
    Ok(units)
}

#[expect(unsafe_code, reason = "windows-sys declares the console's calls only")]
fn read_once(input: &File, units: &mut [u16]) -> io::Result<usize> {
    let mut read = 0;
    let count = u32::try_from(units.len()).map_err(io::Error::other)?;
    let control = CONSOLE_READCONSOLE_CONTROL {
        nLength: u32::try_from(size_of::<CONSOLE_READCONSOLE_CONTROL>())
            .map_err(io::Error::other)?,
        dwCtrlWakeupMask: 1 << CTRL_Z,
        ..Default::default()
    };
    // SAFETY: the buffer has room for `count` units at the pointer, and `control` states its own
    // size.
    check(unsafe {
        let into = units.as_mut_ptr().cast();
        ReadConsoleW(input.as_raw_handle(), into, count, &raw mut read, &raw const control)
    })?;
    usize::try_from(read).map_err(io::Error::other)
}

/// A console event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A key gives this UTF-16 unit, repeated this often.
    Typed { unit: u16, times: u16 },
    /// The screen buffer has a new size.
    Resized,
    /// Focus and menu events, and released keys.
    Other,
}

/// How many events one call reads: a paste gives two events for each character.
const EVENTS_AT_ONCE: usize = 512;

/// Waits for events, and takes those that have arrived.
#[expect(unsafe_code, reason = "windows-sys declares the console's calls only")]
pub(crate) fn next_events(input: &File) -> io::Result<Vec<Event>> {
    let mut records = vec![INPUT_RECORD::default(); EVENTS_AT_ONCE];
    let count = u32::try_from(records.len()).map_err(io::Error::other)?;
    let mut read = 0;
    // SAFETY: the buffer has room for `count` records at the pointer.
    check(unsafe {
        ReadConsoleInputW(input.as_raw_handle(), records.as_mut_ptr(), count, &raw mut read)
    })?;
    records.truncate(usize::try_from(read).map_err(io::Error::other)?);
    Ok(records.iter().map(event).collect())
}

fn event(record: &INPUT_RECORD) -> Event {
    match u32::from(record.EventType) {
        WINDOW_BUFFER_SIZE_EVENT => Event::Resized,
        KEY_EVENT => key(record),
        _ => Event::Other,
    }
}

/// The Alt key. Its release ends a character typed as a number on the keypad.
const VK_MENU: u16 = 0x12;
const VK_SPACE: u16 = 0x20;
const VK_2: u16 = 0x32;

#[expect(unsafe_code, reason = "the record's type says which field of the union is set")]
fn key(record: &INPUT_RECORD) -> Event {
    // SAFETY: the caller has checked that this is a KEY_EVENT; every bit pattern of a character is
    // valid.
    let (key, unit) = unsafe { (record.Event.KeyEvent, record.Event.KeyEvent.uChar.UnicodeChar) };
    let pressed = key.bKeyDown != 0;
    let holds = |keys: u32| key.dwControlKeyState & keys != 0;
    // AltGr is reported as Ctrl and Alt; on a French keyboard, AltGr and 2 is a dead key.
    let control = holds(LEFT_CTRL_PRESSED | RIGHT_CTRL_PRESSED)
        && !holds(LEFT_ALT_PRESSED | RIGHT_ALT_PRESSED);
    let types_nul = pressed && control && matches!(key.wVirtualKeyCode, VK_SPACE | VK_2);
    let composed = !pressed && key.wVirtualKeyCode == VK_MENU;
    if types_nul || (unit != 0 && (pressed || composed)) {
        Event::Typed { unit, times: key.wRepeatCount.max(1) }
    } else {
        Event::Other
    }
}

/// Registers `handler` for the closing or interruption of the console, before the program ends.
#[expect(unsafe_code, reason = "windows-sys declares the console's calls only")]
pub(crate) fn on_close(handler: unsafe extern "system" fn(u32) -> i32) -> io::Result<()> {
    // SAFETY: a function lives as long as the program.
    check(unsafe { SetConsoleCtrlHandler(Some(handler), 1) })
}

fn check(done: i32) -> io::Result<()> {
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
