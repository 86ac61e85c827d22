//! Memory that a client of Pageant's window shares with the agent: first it holds the request, then
//! the answer.
//!
//! We access it through the functions for another process's memory, although it is mapped in ours:
//! if the other program changes it meanwhile, we get an error instead of a crash.

use std::io;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::ptr;

use windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE;
use windows_sys::Win32::System::Diagnostics::Debug::{ReadProcessMemory, WriteProcessMemory};
use windows_sys::Win32::System::Memory::{
    CreateFileMappingW, FILE_MAP_WRITE, MEM_COMMIT, MEMORY_BASIC_INFORMATION,
    MEMORY_MAPPED_VIEW_ADDRESS, MapViewOfFile, PAGE_READWRITE, UnmapViewOfFile, VirtualQuery,
};
use windows_sys::Win32::System::Threading::GetCurrentProcess;
use zeroize::Zeroizing;

use crate::permissions::AccessList;
use crate::windows::wide;

/// Makes new memory that only this user can open. It is filled with zeros.
#[expect(unsafe_code, reason = "shared memory has no safe interface")]
pub(super) fn create(name: &str, size: usize) -> io::Result<OwnedHandle> {
    // Pageant compares the owner, which for an elevated program would be the administrators.
    let list = AccessList::of_owner_alone()?;
    let (attributes, size) = (list.attributes(), u32::try_from(size).map_err(io::Error::other)?);
    let name = wide(name);
    // SAFETY: the name ends with a zero, and the attributes' descriptor lives until `list` is
    // dropped.
    let handle = unsafe {
        CreateFileMappingW(
            INVALID_HANDLE_VALUE,
            &raw const attributes,
            PAGE_READWRITE,
            0,
            size,
            name.as_ptr(),
        )
    };
    if handle.is_null() {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the handle is new, and nothing else owns it.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

/// Where such memory is mapped in ours.
pub(in super::super::super) struct View(MEMORY_MAPPED_VIEW_ADDRESS);

impl View {
    #[expect(unsafe_code, reason = "shared memory has no safe interface")]
    pub(in super::super::super) fn of(mapping: &OwnedHandle) -> io::Result<Self> {
        // SAFETY: the handle is open as long as it is borrowed; the whole is mapped.
        let view = unsafe { MapViewOfFile(mapping.as_raw_handle(), FILE_MAP_WRITE, 0, 0, 0) };
        if view.Value.is_null() { Err(io::Error::last_os_error()) } else { Ok(Self(view)) }
    }

    /// The size of the memory, from the system and not from the client.
    #[expect(unsafe_code, reason = "shared memory has no safe interface")]
    pub(in super::super::super) fn size(&self) -> io::Result<usize> {
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
    pub(in super::super::super) fn read(
        &self,
        at: usize,
        length: usize,
    ) -> io::Result<Zeroizing<Vec<u8>>> {
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
    pub(in super::super::super) fn write(&self, bytes: &[u8]) -> io::Result<()> {
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
