//! Pageant's window: the only address of PuTTY's agent before 0.75, and of agents that imitate it.
//! The request is in memory that we share, and a message names that memory (`WM_COPYDATA`).
//!
//! Any program can make a window with this name. Only programs of this user can open the memory, so
//! those of others see neither the request nor the way to answer it.

use std::io::{self, Read, Write};
use std::time::Duration;

use windows_sys::Win32::Foundation::{ERROR_TIMEOUT, HWND};
use windows_sys::Win32::System::DataExchange::COPYDATASTRUCT;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    FindWindowW, GetWindowThreadProcessId, IsWindow, SMTO_ERRORONEXIT, SendMessageTimeoutW,
    WM_COPYDATA,
};
use zeroize::Zeroizing;

use super::pageant::PAGEANT;
use super::shared_memory::{self, View};
use crate::agent::message::MESSAGE_LIMIT;
use crate::random;
use crate::windows::wide;

/// The window's name among the addresses of agents.
pub(in super::super::super) const PAGEANTS_WINDOW: &str = "Pageant's window";

/// Identifies a request, in every version of PuTTY.
pub(in super::super::super) const REQUEST: usize = 0x804e_50ba;

/// The size of a message's length field.
const LENGTH_BYTES: usize = 4;

/// A connection to the agent that owns the window, in which each request is a message of its own.
#[derive(Debug)]
pub(in super::super::super) struct WindowStream {
    time_limit: Duration,
    request: Zeroizing<Vec<u8>>,
    answer: io::Cursor<Zeroizing<Vec<u8>>>,
}

impl WindowStream {
    /// An agent that may take this long for an answer.
    pub(super) fn connect(time_limit: Duration) -> io::Result<Self> {
        find().ok_or_else(not_running)?;
        let (request, answer) = (Zeroizing::default(), io::Cursor::default());
        Ok(Self { time_limit, request, answer })
    }
}

impl Read for WindowStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.answer.read(buffer)
    }
}

impl Write for WindowStream {
    /// Asks when the request is whole.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.request.is_empty() {
            // One allocation, because growing would leave copies of a key.
            self.request.reserve(LENGTH_BYTES + MESSAGE_LIMIT);
        }
        self.request.extend_from_slice(bytes);
        if self.request.len() >= length_of(&self.request) {
            let request = std::mem::take(&mut self.request);
            self.answer = io::Cursor::new(ask(&request, self.time_limit)?);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a program owns the window, and so takes requests.
#[must_use]
pub fn is_open() -> bool {
    find().is_some()
}

/// The process that owns the window, if there is one.
#[expect(unsafe_code, reason = "windows have no safe interface")]
pub(in super::super::super) fn window_holder() -> Option<u32> {
    let window = find()?;
    let mut process = 0;
    // SAFETY: a window that is not there any more is an error, and `process` is where the answer
    // goes.
    let thread = unsafe { GetWindowThreadProcessId(window, &raw mut process) };
    (thread != 0).then_some(process)
}

/// Sends a message with its length, and returns the answer with its length.
///
/// # Errors
/// When the agent has gone, refuses, does not answer in time, or answers nonsense.
pub fn ask(request: &[u8], time_limit: Duration) -> io::Result<Zeroizing<Vec<u8>>> {
    let window = find().ok_or_else(not_running)?;
    if request.len() > MESSAGE_LIMIT {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the request is too long for it"));
    }
    let name = new_name()?;
    let memory = shared_memory::create(&name, MESSAGE_LIMIT)?;
    let view = View::of(&memory)?;
    view.write(request)?;
    let answer = send(window, &name, time_limit).and_then(|()| read_answer(&view));
    // The memory lives on while the agent has it open, and the request may contain a key.
    let length = answer.as_ref().map_or(0, |answer| answer.len()).max(request.len());
    view.write(&vec![0; length])?;
    answer
}

fn read_answer(view: &View) -> io::Result<Zeroizing<Vec<u8>>> {
    let length = length_of(&view.read(0, LENGTH_BYTES)?);
    if length == LENGTH_BYTES || length > MESSAGE_LIMIT {
        let why = "its answer has an impossible length";
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    view.read(0, length)
}

/// The length of a message and its length field.
fn length_of(bytes: &[u8]) -> usize {
    let length = bytes.first_chunk().map(|field| u32::from_be_bytes(*field));
    let length = length.map_or(usize::MAX, |it| usize::try_from(it).unwrap_or(usize::MAX));
    length.saturating_add(LENGTH_BYTES)
}

/// Different for each request, because two clients must not share their memory.
fn new_name() -> io::Result<String> {
    let mut number = [0; 8];
    random::fill(&mut number).map_err(io::Error::other)?;
    Ok(format!("PageantRequest{:016x}", u64::from_be_bytes(number)))
}

#[expect(unsafe_code, reason = "windows have no safe interface")]
fn find() -> Option<HWND> {
    let name = wide(PAGEANT);
    // SAFETY: the name ends with a zero.
    let window = unsafe { FindWindowW(name.as_ptr(), name.as_ptr()) };
    (!window.is_null()).then_some(window)
}

/// Tells the window the memory's name, and waits until the answer is there.
#[expect(unsafe_code, reason = "windows have no safe interface")]
fn send(window: HWND, name: &str, time_limit: Duration) -> io::Result<()> {
    let name = [name.as_bytes(), &[0]].concat();
    let request = COPYDATASTRUCT {
        dwData: REQUEST,
        cbData: u32::try_from(name.len()).map_err(io::Error::other)?,
        lpData: name.as_ptr().cast_mut().cast(),
    };
    let about = (&raw const request).expose_provenance().cast_signed();
    let milliseconds = u32::try_from(time_limit.as_millis()).unwrap_or(u32::MAX);
    let mut is_answered = 0;
    // SAFETY: the system copies the name during the call, in which it lives, and `is_answered` is
    // where the result goes.
    let is_sent = unsafe {
        SendMessageTimeoutW(
            window,
            WM_COPYDATA,
            0,
            about,
            SMTO_ERRORONEXIT,
            milliseconds,
            &raw mut is_answered,
        )
    };
    match (is_sent, is_answered) {
        (0, _) => Err(not_sent(window)),
        (_, 0) => Err(io::Error::new(io::ErrorKind::PermissionDenied, "it refused the request")),
        _ => Ok(()),
    }
}

/// Why a message was not answered.
#[expect(unsafe_code, reason = "windows have no safe interface")]
fn not_sent(window: HWND) -> io::Error {
    let error = io::Error::last_os_error();
    // SAFETY: the function takes any value.
    if unsafe { IsWindow(window) } == 0 {
        return not_running();
    }
    match error.raw_os_error().map(i32::cast_unsigned) {
        // The system does not always give this reason.
        Some(0 | ERROR_TIMEOUT) => io::ErrorKind::TimedOut.into(),
        _ => error,
    }
}

fn not_running() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "it is not running")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_whole_at_its_length() {
        for (bytes, length) in [
            (&b""[..], usize::MAX),
            (b"\0\0\0", usize::MAX),
            (b"\0\0\0\0", 4),
            (b"\0\0\0\x01\x0b", 5),
            (b"\xff\xff\xff\xff", 0xffff_ffff + 4),
        ] {
            assert_eq!(length_of(bytes), length, "{bytes:?}");
        }
    }
}
