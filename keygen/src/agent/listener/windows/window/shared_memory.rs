//! The memory in which a client of Pageant's window sends its request.

use std::ffi::CStr;
use std::io;
use std::os::windows::io::{AsHandle as _, FromRawHandle as _, OwnedHandle};

use windows_sys::Win32::System::Memory::{FILE_MAP_ALL_ACCESS, OpenFileMappingA};
use zeroize::Zeroizing;

use crate::agent::message::MESSAGE_LIMIT;
use crate::agent::transport::View;
use crate::permissions::{owner_of, owner_of_process, user};

/// The size of a message's length field.
const LENGTH_BYTES: usize = 4;

/// A client's shared memory, while its request is answered.
pub(super) struct RequestMemory {
    view: View,
    size: usize,
}

impl RequestMemory {
    /// The memory with this name, if it belongs to this user.
    pub(super) fn open(name: &CStr) -> io::Result<Self> {
        let mapping = open_mapping(name)?;
        let owner = owner_of(mapping.as_handle())?;
        // Administrators' programs, and PuTTY's before 0.61, leave the choice of the owner to the
        // system.
        if owner != user()? && owner != owner_of_process()? {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let view = View::of(&mapping)?;
        let size = view.size()?;
        if size <= LENGTH_BYTES {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Self { view, size })
    }

    /// The request; `None` if its length is absurd.
    pub(super) fn request(&self) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let length = self.view.read(0, LENGTH_BYTES)?;
        let length = length.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        if length == 0 || length > MESSAGE_LIMIT || length > self.size - LENGTH_BYTES {
            return Ok(None);
        }
        self.view.read(LENGTH_BYTES, length).map(Some)
    }

    /// Replaces the request by an answer with its length; returns whether it fits.
    pub(super) fn answer(&self, frame: &[u8]) -> io::Result<bool> {
        if frame.len() > self.size {
            return Ok(false);
        }
        self.view.write(frame).map(|()| true)
    }
}

#[expect(unsafe_code, reason = "shared memory has no safe interface")]
fn open_mapping(name: &CStr) -> io::Result<OwnedHandle> {
    // SAFETY: the name ends with a zero.
    let handle = unsafe { OpenFileMappingA(FILE_MAP_ALL_ACCESS, 0, name.as_ptr().cast()) };
    if handle.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nothing else owns it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}
