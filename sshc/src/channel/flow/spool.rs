//! Bytes that wait in order, first in memory, then on disk.

use std::collections::VecDeque;
use std::io;

mod disk;

use disk::Disk;

/// A queue of bytes that keeps little in memory.
#[derive(Debug, Default)]
pub(crate) struct Spool {
    memory: VecDeque<Vec<u8>>,
    /// How many bytes of the first piece have been consumed.
    consumed: usize,
    memory_bytes: usize,
    limit: usize,
    /// Bytes that did not fit, after those in memory.
    overflow: Disk,
    /// Bytes that came when the disk accepted no more.
    unspooled: VecDeque<Vec<u8>>,
}

impl Spool {
    pub(crate) fn set_limit(&mut self, memory_bytes: usize) {
        self.limit = memory_bytes;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.memory.is_empty() && self.overflow.is_empty() && self.unspooled.is_empty()
    }

    /// Whether a waiting writer may go on: there is room on disk if that may be used;
    /// otherwise the disk is empty and half of the memory is free.
    pub(crate) fn has_room(&self, may_overflow: bool) -> bool {
        let has_memory = self.memory_bytes <= self.limit / 2 && self.overflow.is_empty();
        self.unspooled.is_empty() && (has_memory || (may_overflow && self.overflow.has_room()))
    }

    /// Whether more bytes wait than should be in memory.
    pub(crate) fn is_over_limit(&self) -> bool {
        self.memory_bytes > self.limit || !self.overflow.is_empty() || !self.unspooled.is_empty()
    }

    /// Always keeps the bytes. Returns `false` if the caller should send no more for now.
    pub(crate) fn push(&mut self, bytes: &[u8], may_overflow: bool) -> bool {
        let fits = self.memory_bytes + bytes.len() <= self.limit;
        if self.overflow.is_empty() && self.unspooled.is_empty() && (fits || !may_overflow) {
            self.keep(bytes.to_vec());
            return fits;
        }
        let kept = self.unspooled.is_empty() && self.overflow.push(bytes).is_ok();
        if !kept {
            self.unspooled.push_back(bytes.to_vec());
        }
        kept
    }

    fn keep(&mut self, bytes: Vec<u8>) {
        self.memory_bytes += bytes.len();
        self.memory.push_back(bytes);
    }

    /// The oldest bytes, in one piece of any length; empty if none wait.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub(crate) fn front(&mut self) -> io::Result<&[u8]> {
        if self.memory.is_empty() {
            self.refill()?;
        }
        let first = self.memory.front().map(Vec::as_slice).unwrap_or_default();
        Ok(first.get(self.consumed..).unwrap_or_default())
    }

    fn refill(&mut self) -> io::Result<()> {
        let piece = self.overflow.pop()?;
        if !piece.is_empty() {
            self.keep(piece);
        }
        while let Some(piece) = self.unspooled.pop_front() {
            if self.memory.is_empty() {
                self.keep(piece);
            } else if self.overflow.push(&piece).is_err() {
                self.unspooled.push_front(piece);
                break;
            }
        }
        Ok(())
    }

    /// Drops the first `count` bytes that [`Spool::front`] returned.
    pub(crate) fn consume(&mut self, count: usize) {
        self.consumed += count;
        self.memory_bytes -= count;
        if self.memory.front().is_some_and(|first| self.consumed >= first.len()) {
            self.memory.pop_front();
            self.consumed = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_kept_while_the_disk_was_full_stays_in_order() {
        let overflow = Disk::with_sizes(1000, 10_000);
        let mut spool = Spool { overflow, ..Spool::default() };
        let sent: Vec<u8> = (0..=250).cycle().take(20 * 997).collect();
        for (number, piece) in sent.chunks(997).enumerate() {
            assert_eq!(spool.push(piece, true), number < 10, "{number}");
        }
        let (mut came, mut had_room_at) = (Vec::new(), None);
        while !spool.is_empty() {
            if spool.has_room(true) {
                had_room_at.get_or_insert(came.len());
            }
            let bytes = spool.front().unwrap().to_vec();
            spool.consume(bytes.len());
            came.extend(bytes);
        }
        assert!(came == sent);
        assert!(spool.has_room(false));
        assert!((1..sent.len()).contains(&had_room_at.unwrap()), "{had_room_at:?}");
    }
}
