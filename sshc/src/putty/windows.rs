//! Reads the registry below `HKCU\Software\SimonTatham\PuTTY`.

use std::io;
use std::ptr;

use keygen::windows::wide;
use windows_sys::Win32::Foundation::{
    ERROR_FILE_NOT_FOUND, ERROR_NO_MORE_ITEMS, ERROR_SUCCESS, WIN32_ERROR,
};
use windows_sys::Win32::System::Registry::{
    HKEY, HKEY_CURRENT_USER, KEY_READ, RegCloseKey, RegEnumValueW, RegOpenKeyExW,
};

use super::RawValue;

/// The longest value name in the registry, in UTF-16 units, with its terminating zero.
const LONGEST_NAME: usize = 16_384;

/// The most bytes read of a value; the longest value is the list of a session's forwards.
const MOST_BYTES: usize = 1 << 20;

/// The values under one of PuTTY's registry keys; `None` if there is no such key.
pub(super) fn values(key: &str) -> io::Result<Option<Vec<RawValue>>> {
    let Some(key) = Key::open(&format!(r"Software\SimonTatham\PuTTY\{key}"))? else {
        return Ok(None);
    };
    let mut room = ValueBuffers { name: vec![0; LONGEST_NAME], data: vec![0; MOST_BYTES] };
    let mut values = Vec::new();
    for index in 0.. {
        let Some((name, kind, data)) = key.value(index, &mut room)? else { break };
        let name = String::from_utf16_lossy(name);
        values.push(RawValue { name, kind, data: data.to_vec() });
    }
    Ok(Some(values))
}

/// An open key, closed when dropped.
struct Key(HKEY);

/// Buffers for one value.
struct ValueBuffers {
    name: Vec<u16>,
    data: Vec<u8>,
}

impl Key {
    #[expect(unsafe_code, reason = "windows-sys declares the registry's calls only")]
    fn open(path: &str) -> io::Result<Option<Self>> {
        let path = wide(path);
        let mut key = ptr::null_mut();
        // SAFETY: the path ends with a zero, and both pointers are valid during the call.
        let result =
            unsafe { RegOpenKeyExW(HKEY_CURRENT_USER, path.as_ptr(), 0, KEY_READ, &raw mut key) };
        match result {
            ERROR_SUCCESS => Ok(Some(Self(key))),
            ERROR_FILE_NOT_FOUND => Ok(None),
            failed => Err(error(failed)),
        }
    }

    /// The name, type and bytes of the value with this number; `None` after the last.
    #[expect(unsafe_code, reason = "windows-sys declares the registry's calls only")]
    fn value<'a>(
        &self,
        index: u32,
        room: &'a mut ValueBuffers,
    ) -> io::Result<Option<(&'a [u16], u32, &'a [u8])>> {
        let (mut name_units, mut data_bytes) = (size(room.name.len()), size(room.data.len()));
        let mut kind = 0;
        // SAFETY: the key is open, and each buffer is as long as the size passed with it.
        let result = unsafe {
            RegEnumValueW(
                self.0,
                index,
                room.name.as_mut_ptr(),
                &raw mut name_units,
                ptr::null(),
                &raw mut kind,
                room.data.as_mut_ptr(),
                &raw mut data_bytes,
            )
        };
        match result {
            ERROR_SUCCESS => {
                let name = room.name.get(..name_units as usize).unwrap_or_default();
                let data = room.data.get(..data_bytes as usize).unwrap_or_default();
                Ok(Some((name, kind, data)))
            }
            ERROR_NO_MORE_ITEMS => Ok(None),
            failed => Err(error(failed)),
        }
    }
}

impl Drop for Key {
    #[expect(unsafe_code, reason = "windows-sys declares the registry's calls only")]
    fn drop(&mut self) {
        // SAFETY: the key is open, and nothing else owns it.
        unsafe { RegCloseKey(self.0) };
    }
}

fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn error(code: WIN32_ERROR) -> io::Error {
    io::Error::from_raw_os_error(code.cast_signed())
}
