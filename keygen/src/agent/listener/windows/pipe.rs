//! The instances of a named pipe (`CreateNamedPipe`), for this machine and this user only.

use std::fs::File;
use std::io;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _};
use std::ptr;
use std::time::Instant;

use windows_sys::Win32::Foundation::{ERROR_PIPE_CONNECTED, INVALID_HANDLE_VALUE};
use windows_sys::Win32::Storage::FileSystem::{FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_ACCESS_DUPLEX};
use windows_sys::Win32::System::Pipes::{
    ConnectNamedPipe, CreateNamedPipeW, PIPE_READMODE_BYTE, PIPE_REJECT_REMOTE_CLIENTS,
    PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, PIPE_WAIT, PeekNamedPipe,
};

use crate::agent::transport::open;
use crate::permissions::AccessList;
use crate::windows::wide;

/// The same as Pageant's.
const BUFFER_BYTES: u32 = 4096;

/// How long clients that ask for the server's default time, as PuTTY's do, wait for a free
/// instance; Windows' own 50 ms are too short under load.
const WAIT_MILLISECONDS: u32 = 5000;

/// A name that we own.
#[derive(Clone, Debug)]
pub(super) struct Pipe {
    name: String,
}

impl Pipe {
    /// The first instance of a name that no other program may have. The caller must have its turn,
    /// because not every system respects the flag for the first instance.
    pub(super) fn first(name: &str) -> io::Result<(Self, File)> {
        match open(name, Instant::now()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            // A pipe that is busy, or that we may not open, exists too.
            _ => return Err(io::ErrorKind::AddrInUse.into()),
        }
        let instance = create(name, FILE_FLAG_FIRST_PIPE_INSTANCE)?;
        Ok((Self { name: name.to_owned() }, instance))
    }

    /// Another instance, for another client.
    pub(super) fn next(&self) -> io::Result<File> {
        create(&self.name, 0)
    }
}

#[expect(unsafe_code, reason = "the standard library makes no named pipes")]
fn create(name: &str, flags: u32) -> io::Result<File> {
    let list = AccessList::of_owner_alone()?;
    let attributes = list.attributes();
    let name = wide(name);
    // SAFETY: the name ends with a zero, and the attributes' descriptor lives until `list` is
    // dropped.
    let handle = unsafe {
        CreateNamedPipeW(
            name.as_ptr(),
            PIPE_ACCESS_DUPLEX | flags,
            PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
            PIPE_UNLIMITED_INSTANCES,
            BUFFER_BYTES,
            BUFFER_BYTES,
            WAIT_MILLISECONDS,
            &raw const attributes,
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nothing else owns it.
    Ok(unsafe { File::from_raw_handle(handle) })
}

/// Waits until a client has opened this instance.
#[expect(unsafe_code, reason = "the standard library makes no named pipes")]
pub(super) fn wait_for_client(instance: &File) -> io::Result<()> {
    // SAFETY: the handle is open as long as `instance` is borrowed; without overlapped I/O nothing
    // else is needed.
    if unsafe { ConnectNamedPipe(instance.as_raw_handle(), ptr::null_mut()) } != 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    // The client connected before we waited.
    if error.raw_os_error() == i32::try_from(ERROR_PIPE_CONNECTED).ok() {
        Ok(())
    } else {
        Err(error)
    }
}

/// Whether the client has closed its end.
#[expect(unsafe_code, reason = "the standard library makes no named pipes")]
pub(super) fn has_hung_up(instance: &File) -> bool {
    let nothing = ptr::null_mut();
    // SAFETY: the handle is open as long as `instance` is borrowed, and no data is requested.
    let succeeded = unsafe {
        PeekNamedPipe(
            instance.as_raw_handle(),
            nothing,
            0,
            ptr::null_mut(),
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    succeeded == 0
}
