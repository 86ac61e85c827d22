//! The memory that a client of Pageant's window shares with it: first it holds the request, then
//! the answer.
//!
//! We access it through the functions for another process's memory, although it is mapped in ours:
//! if the client changes it meanwhile, we get an error instead of a crash.

use std::ffi::CStr;
use std::io;
use std::os::windows::io::{AsHandle as _, AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::ptr;

use windows_sys::Win32::System::Diagnostics::Debug::{ReadProcessMemory, WriteProcessMemory};
use windows_sys::Win32::System::Memory::{
    FILE_MAP_ALL_ACCESS, FILE_MAP_WRITE, MEM_COMMIT, MEMORY_BASIC_INFORMATION,
    MEMORY_MAPPED_VIEW_ADDRESS, MapViewOfFile, OpenFileMappingA, UnmapViewOfFile, VirtualQuery,
};
use windows_sys::Win32::System::Threading::GetCurrentProcess;
use zeroize::Zeroizing;

use crate::agent::message::MESSAGE_LIMIT;
use crate::permissions::{owner_of, owner_of_process, user};

/// The size of a message's length field.
const LENGTH_BYTES: usize = 4;

/// A client's shared memory, while its request is answered.
pub(super) struct Map {
    view: View,
    size: usize,
}

impl Map {
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

/// Where it is mapped in our memory.
struct View(MEMORY_MAPPED_VIEW_ADDRESS);

impl View {
    #[expect(unsafe_code, reason = "shared memory has no safe interface")]
    fn of(mapping: &OwnedHandle) -> io::Result<Self> {
        // SAFETY: the handle is open as long as it is borrowed; the whole is mapped.
        let view = unsafe { MapViewOfFile(mapping.as_raw_handle(), FILE_MAP_WRITE, 0, 0, 0) };
        if view.Value.is_null() { Err(io::Error::last_os_error()) } else { Ok(Self(view)) }
    }

    /// The size of the memory, from the system and not from the client.
    #[expect(unsafe_code, reason = "shared memory has no safe interface")]
    fn size(&self) -> io::Result<usize> {
        let mut region = MEMORY_BASIC_INFORMATION::default();
        // SAFETY: the view is ours until it is dropped, and `region` has the stated length.
        let written = unsafe { VirtualQuery(self.0.Value, &raw mut region, size_of_val(&region)) };
        if written == 0 {
            return Err(io::Error::last_os_error());
        }
        // Reserved memory has a size too.
        Ok(if region.State == MEM_COMMIT { region.RegionSize } else { 0 })
    }

    #[expect(unsafe_code, reason = "another process may change this memory at any time")]
    fn read(&self, at: usize, length: usize) -> io::Result<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(vec![0; length]);
        let from = self.0.Value.cast::<u8>().wrapping_add(at);
        // SAFETY: the system checks the source, and the destination has the stated length.
        let succeeded = unsafe {
            ReadProcessMemory(
                GetCurrentProcess(),
                from.cast_const().cast(),
                bytes.as_mut_ptr().cast(),
                length,
                ptr::null_mut(),
            )
        };
        if succeeded == 0 { Err(io::Error::last_os_error()) } else { Ok(bytes) }
    }

    #[expect(unsafe_code, reason = "another process may change this memory at any time")]
    fn write(&self, bytes: &[u8]) -> io::Result<()> {
        // SAFETY: the view is ours until it is dropped, and its size was compared with that of the
        // bytes.
        let succeeded = unsafe {
            WriteProcessMemory(
                GetCurrentProcess(),
                self.0.Value,
                bytes.as_ptr().cast(),
                bytes.len(),
                ptr::null_mut(),
            )
        };
        if succeeded == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}

impl Drop for View {
    #[expect(unsafe_code, reason = "shared memory has no safe interface")]
    fn drop(&mut self) {
        // SAFETY: the view came from `MapViewOfFile`, and is dropped once.
        unsafe { UnmapViewOfFile(self.0) };
    }
}
