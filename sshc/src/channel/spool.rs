//! Bytes waiting in order: in memory first, then in an unlinked temporary file.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};

/// Bytes read back from the file at once.
const REFILL_BYTES: usize = 256 * 1024;

/// A queue of bytes that keeps little in memory.
#[derive(Debug, Default)]
pub(crate) struct Spool {
    memory: VecDeque<Vec<u8>>,
    /// Bytes of the first piece that were consumed already.
    consumed: usize,
    memory_bytes: usize,
    limit: usize,
    overflow: Option<Overflow>,
    /// What came after the file when the disk was full.
    behind: VecDeque<Vec<u8>>,
}

/// What did not fit; always behind what is in memory.
#[derive(Debug)]
struct Overflow {
    file: File,
    read_to: u64,
    written_to: u64,
}

impl Spool {
    pub(crate) fn set_limit(&mut self, memory_bytes: usize) {
        self.limit = memory_bytes;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.memory.is_empty() && !self.is_overflowing() && self.behind.is_empty()
    }

    /// Whether a writer that was told to wait may go on: half of the memory is free, and nothing in a file.
    pub(crate) fn has_room(&self) -> bool {
        self.memory_bytes <= self.limit / 2 && !self.is_overflowing() && self.behind.is_empty()
    }

    /// Whether more waits than memory is meant for.
    pub(crate) fn is_over_limit(&self) -> bool {
        self.memory_bytes > self.limit || self.is_overflowing()
    }

    fn is_overflowing(&self) -> bool {
        self.overflow.as_ref().is_some_and(|overflow| overflow.read_to < overflow.written_to)
    }

    /// Keeps the bytes, whatever happens. `false` asks the caller to send no more for now.
    pub(crate) fn push(&mut self, bytes: &[u8], may_overflow: bool) -> bool {
        let fits = self.memory_bytes + bytes.len() <= self.limit;
        if self.is_overflowing() || !self.behind.is_empty() || (!fits && may_overflow) {
            match self.write_to_file(bytes) {
                Ok(()) => return true,
                Err(_) => {
                    self.behind.push_back(bytes.to_vec());
                    return false;
                }
            }
        }
        self.keep(bytes.to_vec());
        fits
    }

    fn keep(&mut self, bytes: Vec<u8>) {
        self.memory_bytes += bytes.len();
        self.memory.push_back(bytes);
    }

    fn write_to_file(&mut self, bytes: &[u8]) -> io::Result<()> {
        let overflow = match &mut self.overflow {
            Some(overflow) => overflow,
            none => {
                none.insert(Overflow { file: tempfile::tempfile()?, read_to: 0, written_to: 0 })
            }
        };
        overflow.file.seek(SeekFrom::Start(overflow.written_to))?;
        overflow.file.write_all(bytes)?;
        overflow.written_to += bytes.len() as u64;
        Ok(())
    }

    /// The oldest bytes, in one piece of any length; empty when nothing waits.
    ///
    /// # Errors
    /// The temporary file could not be read.
    pub(crate) fn front(&mut self) -> io::Result<&[u8]> {
        if self.memory.is_empty() {
            self.refill()?;
        }
        let first = self.memory.front().map(Vec::as_slice).unwrap_or_default();
        Ok(first.get(self.consumed..).unwrap_or_default())
    }

    fn refill(&mut self) -> io::Result<()> {
        let Some(overflow) = self.overflow.as_mut().filter(|file| file.read_to < file.written_to)
        else {
            while let Some(piece) = self.behind.pop_front() {
                self.keep(piece);
            }
            return Ok(());
        };
        let waiting = overflow.written_to - overflow.read_to;
        let mut piece = vec![0; usize::try_from(waiting).unwrap_or(REFILL_BYTES).min(REFILL_BYTES)];
        overflow.file.seek(SeekFrom::Start(overflow.read_to))?;
        overflow.file.read_exact(&mut piece)?;
        overflow.read_to += piece.len() as u64;
        if overflow.read_to == overflow.written_to {
            overflow.file.set_len(0)?;
            (overflow.read_to, overflow.written_to) = (0, 0);
        }
        self.keep(piece);
        Ok(())
    }

    /// Forgets the oldest `count` bytes of what [`Spool::front`] gave.
    pub(crate) fn consume(&mut self, count: usize) {
        self.consumed += count;
        self.memory_bytes -= count;
        if self.memory.front().is_some_and(|first| self.consumed >= first.len()) {
            self.memory.pop_front();
            self.consumed = 0;
        }
    }
}
