//! Which program serves a pipe. This is for people to read and proves nothing, because a process ID
//! may be re-used.

use std::fs::File;
use std::io;
use std::os::windows::io::{AsRawHandle as _, BorrowedHandle, FromRawHandle as _, OwnedHandle};
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, PROCESSENTRY32W, Process32FirstW, Process32NextW, TH32CS_SNAPPROCESS,
};
use windows_sys::Win32::System::Pipes::{GetNamedPipeClientProcessId, GetNamedPipeServerProcessId};

use super::super::super::control::Taken;

/// How long a pipe may be busy.
const TIME_LIMIT: Duration = Duration::from_secs(1);

/// The program that has this pipe.
pub(in super::super::super) fn holder(pipe: &str) -> Taken {
    let opened = super::open(pipe, Instant::now() + TIME_LIMIT).ok();
    taken(pipe, opened.and_then(|pipe| server_of(&pipe)))
}

/// An address, and the process that has it, if known.
pub(in super::super::super) fn taken(place: &str, pid: Option<u32>) -> Taken {
    Taken { place: place.to_owned(), program: pid.and_then(program_of), pid }
}

#[expect(unsafe_code, reason = "the other end of a pipe has no safe interface")]
fn server_of(pipe: &File) -> Option<u32> {
    let mut process = 0;
    // SAFETY: the handle is open as long as `pipe` is borrowed, and `process` is where the answer
    // goes.
    let is_known = unsafe { GetNamedPipeServerProcessId(pipe.as_raw_handle(), &raw mut process) };
    (is_known != 0).then_some(process)
}

/// The process that has opened this instance of our pipe.
#[expect(unsafe_code, reason = "the other end of a pipe has no safe interface")]
#[must_use]
pub fn client_of(instance: BorrowedHandle<'_>) -> Option<u32> {
    let mut process = 0;
    // SAFETY: the handle is open as long as `instance` is borrowed, and `process` is where the
    // answer goes.
    let is_known =
        unsafe { GetNamedPipeClientProcessId(instance.as_raw_handle(), &raw mut process) };
    (is_known != 0).then_some(process)
}

/// The file name of a process's program, from the list of all processes, because we may not open a
/// service's process.
pub(in super::super::super) fn program_of(process: u32) -> Option<String> {
    let processes = snapshot().ok()?;
    let mut entry = PROCESSENTRY32W {
        dwSize: size_of::<PROCESSENTRY32W>().try_into().unwrap_or(u32::MAX),
        ..PROCESSENTRY32W::default()
    };
    let mut is_there = advance(&processes, true, &mut entry);
    while is_there {
        if entry.th32ProcessID == process {
            let name = entry.szExeFile.iter().copied().take_while(|unit| *unit != 0);
            return Some(char::decode_utf16(name).filter_map(Result::ok).collect());
        }
        is_there = advance(&processes, false, &mut entry);
    }
    None
}

#[expect(unsafe_code, reason = "the list of processes has no safe interface")]
fn snapshot() -> io::Result<OwnedHandle> {
    // SAFETY: both arguments are plain numbers.
    let handle = unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0) };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nothing else owns it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// The first or the next process of the list; false at its end.
#[expect(unsafe_code, reason = "the list of processes has no safe interface")]
fn advance(processes: &OwnedHandle, is_first: bool, entry: &mut PROCESSENTRY32W) -> bool {
    let step = if is_first { Process32FirstW } else { Process32NextW };
    // SAFETY: the handle is open as long as it is borrowed, and the entry contains its own size.
    unsafe { step(processes.as_raw_handle(), entry) != 0 }
}
