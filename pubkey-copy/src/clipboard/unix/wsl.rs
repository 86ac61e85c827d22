//! The Windows clipboard from Linux inside it: `clip.exe`, which every Windows has.

use std::env;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::ClipboardError;

/// Its path if Windows' PATH is not shared with Linux.
const CLIP: &str = "/mnt/c/Windows/System32/clip.exe";

/// Whether Windows programs can be started from here.
pub(super) fn is_around() -> bool {
    let inside = ["WSL_INTEROP", "WSL_DISTRO_NAME"].iter().any(|name| env::var_os(name).is_some());
    inside && clip().is_some()
}

pub(super) fn put(text: &str) -> Result<(), ClipboardError> {
    let clip = clip().ok_or(ClipboardError::NoDesktop)?;
    let what = "clip.exe did not accept the text";
    feed(&clip, text).map_err(|source| ClipboardError::Io { what, source })
}

fn clip() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join("clip.exe"))
        .chain([Path::new(CLIP).to_owned()])
        .find(|file| file.is_file())
}

fn feed(clip: &Path, text: &str) -> io::Result<()> {
    let mut child = Command::new(clip).stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(&utf_16(text))?;
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

/// Without a byte order mark, which would be pasted with the text.
fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clip_gets_utf_16_without_a_mark() {
        assert_eq!(utf_16("ab\u{e9}"), b"a\0b\0\xe9\0");
    }
}
