//! A growing file, with digests of what has been read: they show whether it is still the same log.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};

use sha2::{Digest as _, Sha256};

/// The size of a block with a digest of its own.
const BLOCK_BYTES: u64 = 64 * 1024;

type Digest = [u8; 32];

/// See the module.
pub(super) struct GrowingFile {
    file: File,
    /// Digests of the whole blocks that were read.
    digests: Vec<Digest>,
    /// Digest of what was read after them.
    last: Sha256,
    last_bytes: u64,
    /// The block to check next, besides the first and the last.
    next: usize,
}

impl GrowingFile {
    /// Starts at the beginning of a file that has not been read.
    pub(super) fn new(file: File) -> Self {
        Self { file, digests: Vec::new(), last: Sha256::new(), last_bytes: 0, next: 0 }
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Whether the text that was read is no longer there, because the file was truncated or
    /// rewritten, at any length.
    ///
    /// Checks the first block, which differs between nearly all logs, the last one, and one more in
    /// turn. So even a log of identical lines is recognised, and a long log costs no more than a
    /// short one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn is_rewritten(&mut self) -> io::Result<bool> {
        let place = self.file.stream_position()?;
        let has_changed = self.has_changed();
        self.file.seek(SeekFrom::Start(place))?;
        has_changed
    }

    fn has_changed(&mut self) -> io::Result<bool> {
        self.next = if self.next + 1 < self.digests.len() { self.next + 1 } else { 0 };
        for block in [0, self.next] {
            if let Some(digest) = self.digests.get(block).copied()
                && self.digest_of(block, BLOCK_BYTES)? != digest
            {
                return Ok(true);
            }
        }
        let last: Digest = self.last.clone().finalize().into();
        Ok(self.digest_of(self.digests.len(), self.last_bytes)? != last)
    }

    /// The digest of what the file contains there now; of fewer bytes if it has become shorter.
    fn digest_of(&mut self, block: usize, bytes: u64) -> io::Result<Digest> {
        self.file.seek(SeekFrom::Start(block as u64 * BLOCK_BYTES))?;
        let mut text = Vec::new();
        (&self.file).take(bytes).read_to_end(&mut text)?;
        Ok(Sha256::digest(text).into())
    }

    fn remember(&mut self, mut text: &[u8]) {
        while !text.is_empty() {
            let room = usize::try_from(BLOCK_BYTES - self.last_bytes).unwrap_or(usize::MAX);
            let (now, later) = text.split_at(room.min(text.len()));
            self.last.update(now);
            self.last_bytes += now.len() as u64;
            if self.last_bytes == BLOCK_BYTES {
                self.digests.push(self.last.finalize_reset().into());
                self.last_bytes = 0;
            }
            text = later;
        }
    }
}

impl Read for GrowingFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(out)?;
        self.remember(out.get(..read).unwrap_or_default());
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// Whether a file that was read to its end is found to be rewritten once it holds `after`,
    /// within as many checks as it has blocks.
    fn is_found_out(before: &[u8], after: &[u8]) -> bool {
        let name = format!("joblog-parse-{}-{:p}", std::process::id(), before);
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, before).unwrap();
        let mut growing = GrowingFile::new(File::open(&path).unwrap());
        io::copy(&mut growing, &mut io::sink()).unwrap();
        let mut file = File::create(&path).unwrap();
        file.write_all(after).unwrap();
        let is_found_out = (0..8).any(|_| growing.is_rewritten().unwrap());
        assert_eq!(growing.file.stream_position().unwrap(), before.len() as u64);
        std::fs::remove_file(path).unwrap();
        is_found_out
    }

    #[test]
    fn a_log_that_grew_is_the_same_and_any_other_is_not() {
        let long = b"waiting for nodes\n".repeat(20_000);
        for (log, changed) in
            [(&b"waiting\n"[..], 3), (&long, 5), (&long, 200_000), (&long, 359_999)]
        {
            let mut other = log.to_vec();
            other[changed] = b'X';
            for (after, expected) in [
                (log.to_vec(), false),
                ([log, b"and more\n"].concat(), false),
                (log[..log.len() - 1].to_vec(), true),
                (Vec::new(), true),
                (other.clone(), true),
                ([&other, log].concat(), true),
            ] {
                assert_eq!(is_found_out(log, &after), expected, "{changed} {}", after.len());
            }
        }
        assert!(!is_found_out(b"", b"a beginning"));
    }
}
