//! This user's registry entry that starts the agent at logon.

use std::env;
use std::ffi::OsString;
use std::io;

use windows_sys::Win32::Foundation::{ERROR_FILE_NOT_FOUND, ERROR_SUCCESS, WIN32_ERROR};
use windows_sys::Win32::System::Registry::{
    HKEY_CURRENT_USER, REG_SZ, RegDeleteKeyValueW, RegSetKeyValueW,
};

use crate::windows::{quoted, wide};

/// The key with the programs that Windows starts for this user.
const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";

/// The entry's name.
const NAME: &str = "keyagent";

/// The longest command line that Windows starts from there, in UTF-16 units.
const LONGEST: usize = 260;

/// From the next logon on, Windows starts this program with these arguments.
pub(in super::super::super) fn start_at_logon(arguments: &[OsString]) -> io::Result<()> {
    let line = line(arguments)?;
    if line.len() > LONGEST {
        let why = "the path of keyagent.exe is too long for an entry that Windows starts";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    set(&line)
}

/// The command line for the registry. At logon a console program gets a visible window unless it is
/// started through the console host, headless.
fn line(arguments: &[OsString]) -> io::Result<Vec<u16>> {
    let system = env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
    let mut host = system;
    host.push(r"\System32\conhost.exe");
    let mut line = quoted(&host);
    line.extend(" --headless ".encode_utf16());
    line.extend(quoted(env::current_exe()?.as_os_str()));
    for argument in arguments {
        line.push(u16::from(b' '));
        line.extend(quoted(argument));
    }
    line.push(0);
    Ok(line)
}

#[expect(unsafe_code, reason = "the registry has no safe interface")]
fn set(line: &[u16]) -> io::Result<()> {
    let (key, name) = (wide(RUN), wide(NAME));
    let bytes = u32::try_from(size_of_val(line)).map_err(io::Error::other)?;
    // SAFETY: both names end with a zero, and the value has the stated length.
    checked(unsafe {
        RegSetKeyValueW(
            HKEY_CURRENT_USER,
            key.as_ptr(),
            name.as_ptr(),
            REG_SZ,
            line.as_ptr().cast(),
            bytes,
        )
    })
}

/// From the next logon on, Windows starts nothing.
#[expect(unsafe_code, reason = "the registry has no safe interface")]
pub(in super::super::super) fn do_not_start_at_logon() -> io::Result<()> {
    let (key, name) = (wide(RUN), wide(NAME));
    // SAFETY: both names end with a zero.
    match unsafe { RegDeleteKeyValueW(HKEY_CURRENT_USER, key.as_ptr(), name.as_ptr()) } {
        ERROR_FILE_NOT_FOUND => Ok(()),
        error => checked(error),
    }
}

fn checked(error: WIN32_ERROR) -> io::Result<()> {
    match error {
        ERROR_SUCCESS => Ok(()),
        error => Err(io::Error::from_raw_os_error(error.cast_signed())),
    }
}
