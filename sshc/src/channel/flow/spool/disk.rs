//! Bytes that wait in unlinked temporary files. There are several, so that the space of consumed
//! ones is freed.

use std::collections::VecDeque;
use std::env;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};

/// Bytes read back at once.
const PIECE_BYTES: usize = 256 * 1024;

/// Bytes written to one file before the next is started.
const PART_BYTES: u64 = 64 << 20;

/// The most disk space that one stalled reader may cost: minutes of a fast connection, but not the
/// whole disk.
const MOST_BYTES: u64 = 8 << 30;

/// A queue of bytes.
#[derive(Debug)]
pub(super) struct Disk {
    parts: VecDeque<Part>,
    waiting: u64,
    part_bytes: u64,
    most_bytes: u64,
}

impl Default for Disk {
    fn default() -> Self {
        Self::with_sizes(PART_BYTES, MOST_BYTES)
    }
}

impl Disk {
    /// A queue of at most `most_bytes`, in files of about `part_bytes`.
    pub(super) fn with_sizes(part_bytes: u64, most_bytes: u64) -> Self {
        Self { parts: VecDeque::new(), waiting: 0, part_bytes, most_bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// Whether another file may be filled.
    pub(super) fn has_room(&self) -> bool {
        self.waiting + self.part_bytes <= self.most_bytes
    }

    /// Appends all of these bytes.
    ///
    /// # Errors
    /// When the limit is reached or the disk is full; then none of these bytes was kept.
    pub(super) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        let waiting = self.waiting + bytes.len() as u64;
        if waiting > self.most_bytes {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let mut last = match self.parts.pop_back() {
            Some(part) if part.written_to < self.part_bytes => part,
            full => {
                self.parts.extend(full);
                Part::create()?
            }
        };
        let written = last.write(bytes);
        self.parts.push_back(last);
        written?;
        self.waiting = waiting;
        Ok(())
    }

    /// The oldest bytes, as many as are read at once; empty if none wait.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(super) fn pop(&mut self) -> io::Result<Vec<u8>> {
        while let Some(mut first) = self.parts.pop_front() {
            let piece = first.read()?;
            // A fully consumed file is closed, which also deletes it.
            if first.read_to < first.written_to {
                self.parts.push_front(first);
            }
            if !piece.is_empty() {
                self.waiting -= piece.len() as u64;
                return Ok(piece);
            }
        }
        Ok(Vec::new())
    }
}

#[derive(Debug)]
struct Part {
    file: File,
    read_to: u64,
    written_to: u64,
}

impl Part {
    fn create() -> io::Result<Self> {
        Ok(Self { file: unlinked()?, read_to: 0, written_to: 0 })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.written_to))?;
        self.file.write_all(bytes)?;
        self.written_to += bytes.len() as u64;
        Ok(())
    }

    fn read(&mut self) -> io::Result<Vec<u8>> {
        let left = usize::try_from(self.written_to - self.read_to).unwrap_or(PIECE_BYTES);
        let mut piece = vec![0; left.min(PIECE_BYTES)];
        self.file.seek(SeekFrom::Start(self.read_to))?;
        self.file.read_exact(&mut piece)?;
        self.read_to += piece.len() as u64;
        Ok(piece)
    }
}

/// In `TMPDIR`, else where Unix keeps large temporary files, because `/tmp` may be memory.
fn unlinked() -> io::Result<File> {
    let by_default = env::var_os("TMPDIR").is_none().then(|| tempfile::tempfile_in("/var/tmp"));
    by_default.and_then(Result::ok).map_or_else(tempfile::tempfile, Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_in_order_over_several_files_and_the_files_are_given_back() {
        let mut disk = Disk::with_sizes(1000, 1 << 20);
        let sent: Vec<u8> = (0..=250).cycle().take(70_000).collect();
        let (first, second) = sent.split_at(40_000);
        let mut came = Vec::new();
        for piece in first.chunks(777) {
            disk.push(piece).unwrap();
        }
        let filled = disk.parts.len();
        for _ in 0..filled / 2 {
            came.extend(disk.pop().unwrap());
        }
        assert_eq!(disk.parts.len(), filled - filled / 2);
        for piece in second.chunks(777) {
            disk.push(piece).unwrap();
        }
        while !disk.is_empty() {
            came.extend(disk.pop().unwrap());
        }
        assert!(came == sent);
        assert!(filled > 20, "{filled}");
        assert!(disk.parts.is_empty());
        assert!(disk.pop().unwrap().is_empty());
    }

    #[test]
    fn no_more_is_taken_than_may_wait() {
        let mut disk = Disk::with_sizes(100, 1000);
        for _ in 0..10 {
            disk.push(&[7; 100]).unwrap();
        }
        assert!(!disk.has_room());
        assert_eq!(disk.push(&[8]).unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(disk.pop().unwrap(), [7; 100]);
        assert!(disk.has_room());
        disk.push(&[8]).unwrap();
    }
}
