//! A mutex named after the folder, because Windows cannot lock folders.

use std::fs;
use std::io;
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use windows_sys::Win32::System::Threading::INFINITE;

use crate::windows::{HeldMutex, NamedMutex};

pub(super) type Held = HeldMutex;

pub(super) fn take(folder: &Path) -> io::Result<Held> {
    let folder = fs::canonicalize(folder)?;
    let name = HEXLOWER.encode(&Sha256::digest(folder.as_os_str().as_encoded_bytes()));
    let (mutex, _) = NamedMutex::open(&format!("Global\\keygen-{name}"))?;
    mutex.hold(INFINITE)
}
