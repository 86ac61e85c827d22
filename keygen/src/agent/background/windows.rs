//! A process without a console and without the caller's handles.

mod logon;

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::ptr;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, WAIT_OBJECT_0};
use windows_sys::Win32::System::Threading::{
    CREATE_BREAKAWAY_FROM_JOB, CreateProcessW, DETACHED_PROCESS, INFINITE, OpenProcess,
    PROCESS_INFORMATION, PROCESS_SYNCHRONIZE, STARTUPINFOW, WaitForSingleObject,
};

use super::super::client::Client;

pub(in super::super) use self::logon::{do_not_start_at_logon, start_at_logon};

/// How long the new agent may take until it listens.
const PATIENCE: Duration = Duration::from_secs(10);

/// The pause between checks whether it does.
const LOOK: Duration = Duration::from_millis(10);

/// Starts this program again with these arguments, and waits until it listens on this pipe.
pub(in super::super) fn start(arguments: &[OsString], place: &Path) -> io::Result<()> {
    let pipe = place.to_string_lossy();
    let mut line = quoted(env::current_exe()?.as_os_str());
    for argument in arguments {
        line.push(u16::from(b' '));
        line.extend(quoted(argument));
    }
    line.push(0);
    // If allowed, leaves the job of the terminal or session, which would be killed with all its
    // processes.
    let started = create(&mut line, DETACHED_PROCESS | CREATE_BREAKAWAY_FROM_JOB);
    let denied = i32::try_from(ERROR_ACCESS_DENIED).ok();
    let process = match started {
        Err(error) if error.raw_os_error() == denied => create(&mut line, DETACHED_PROCESS)?,
        started => started?,
    };
    let deadline = Instant::now() + PATIENCE;
    while Client::connect_to(&pipe).is_err() {
        if wait(&process, 0) || Instant::now() > deadline {
            return Err(io::Error::other(format!("it does not listen at `{pipe}`")));
        }
        thread::sleep(LOOK);
    }
    Ok(())
}

/// Quotes an argument; paths and numbers contain no quotes.
fn quoted(argument: &OsStr) -> Vec<u16> {
    let quote = u16::from(b'"');
    [quote].into_iter().chain(argument.encode_wide()).chain([quote]).collect()
}

#[expect(unsafe_code, reason = "the standard library's children inherit handles")]
fn create(line: &mut [u16], flags: u32) -> io::Result<OwnedHandle> {
    let startup = STARTUPINFOW {
        cb: size_of::<STARTUPINFOW>().try_into().unwrap_or(u32::MAX),
        ..STARTUPINFOW::default()
    };
    let mut made = PROCESS_INFORMATION::default();
    // SAFETY: the line ends with a zero, and the structures live for the length of the call.
    let succeeded = unsafe {
        CreateProcessW(
            ptr::null(),
            line.as_mut_ptr(),
            ptr::null(),
            ptr::null(),
            0,
            flags,
            ptr::null(),
            ptr::null(),
            &raw const startup,
            &raw mut made,
        )
    };
    if succeeded == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: both handles are new, and nothing else owns them.
    let (process, _thread) = unsafe {
        (OwnedHandle::from_raw_handle(made.hProcess), OwnedHandle::from_raw_handle(made.hThread))
    };
    Ok(process)
}

/// Nothing to do: it was started without anything of the caller's.
#[expect(clippy::unnecessary_wraps, reason = "on Unix there is something to do")]
pub(in super::super) fn detach() -> io::Result<()> {
    Ok(())
}

/// Ends the agent when this process ends.
pub(in super::super) fn end_with(process: u32, end: Sender<()>) {
    let handle = open(process);
    thread::spawn(move || {
        if let Some(handle) = handle {
            wait(&handle, INFINITE);
        }
        // The receiver lives as long as the process.
        let _ = end.send(());
    });
}

#[expect(unsafe_code, reason = "the standard library waits for children only")]
fn open(process: u32) -> Option<OwnedHandle> {
    // SAFETY: all arguments are plain numbers.
    let handle = unsafe { OpenProcess(PROCESS_SYNCHRONIZE, 0, process) };
    // SAFETY: the handle is new, and nothing else owns it.
    (!handle.is_null()).then(|| unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// Whether the process ends within this many milliseconds.
#[expect(unsafe_code, reason = "the standard library waits for children only")]
fn wait(process: &OwnedHandle, milliseconds: u32) -> bool {
    // SAFETY: the handle is open as long as it is borrowed.
    unsafe { WaitForSingleObject(process.as_raw_handle(), milliseconds) == WAIT_OBJECT_0 }
}

/// Runs another program, and returns its exit status.
pub(in super::super) fn run_instead(
    program: &OsStr,
    arguments: &[OsString],
    variables: &[(&str, String)],
) -> io::Result<ExitCode> {
    let variables = variables.iter().map(|(name, value)| (*name, value));
    let status = Command::new(program).args(arguments).envs(variables).status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
