//! The growing end of one source.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek as _};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;

use super::file_id;
use super::rewrite_check::GrowingFile;
use crate::error::Error;
use crate::scan::Reading;
use crate::source::{Source, open_file};
use crate::text::decode::Utf8Reader;
use crate::text::decompress;

/// How many bytes a pipe is read at a time; also how many such reads may be ahead of us.
const CHUNK_BYTES: usize = 64 * 1024;
const CHUNKS_AHEAD: usize = 4;

/// What happened to a source since the last look.
pub(super) enum TailEvent {
    /// There is more text.
    Text,
    Nothing,
    /// The file was moved away and another one has its name: the log continues there.
    Rotated,
    /// The file was truncated, rewritten or replaced: this is another log.
    Rewritten,
    /// The pipe was closed.
    End,
}

/// A source that may grow.
pub(super) enum Tail {
    File(FileTail),
    Pipe(Utf8Reader<Pipe>),
}

/// A regular file, or one that does not exist yet.
pub(super) struct FileTail {
    path: PathBuf,
    open: Option<Opened>,
}

struct Opened {
    text: Utf8Reader<GrowingFile>,
    identity: file_id::FileId,
}

/// A pipe, read by a thread of its own because reading it blocks.
pub(super) struct Pipe {
    chunks: Receiver<io::Result<Vec<u8>>>,
    chunk: Vec<u8>,
    has_ended: bool,
}

impl Tail {
    /// Starts at the beginning of the source.
    pub(super) fn new(source: &Source) -> Result<Self, Error> {
        Ok(match source {
            Source::Stdin => Self::Pipe(Utf8Reader::new(Pipe::new(io::stdin)?)),
            Source::File(path) if path.exists() && !path.is_file() => {
                let pipe = open_file(path)?;
                Self::Pipe(Utf8Reader::new(Pipe::new(|| pipe)?))
            }
            Source::File(path) => Self::File(FileTail { path: path.clone(), open: None }),
        })
    }

    /// Whether it is a file that does not exist.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self, Self::File(tail) if tail.open.is_none() && !tail.path.exists())
    }

    /// Reads what is available.
    pub(super) fn poll(&mut self, reading: &mut Reading) -> io::Result<TailEvent> {
        match self {
            Self::File(tail) => tail.poll(reading),
            Self::Pipe(pipe) => {
                let read = reading.fill(pipe)?;
                Ok(match read {
                    0 if pipe.source().has_ended => TailEvent::End,
                    0 => TailEvent::Nothing,
                    _ => TailEvent::Text,
                })
            }
        }
    }
}

impl FileTail {
    fn poll(&mut self, reading: &mut Reading) -> io::Result<TailEvent> {
        let Some(open) = &mut self.open else { return self.open() };
        let read = reading.fill(&mut open.text)?;
        // Checked after reading, so that a line is never put together from two logs.
        if open.text.source_mut().is_rewritten()? {
            self.open = None;
            return Ok(TailEvent::Rewritten);
        }
        if read > 0 {
            return Ok(TailEvent::Text);
        }
        let now = match file_id::identity_at(&self.path) {
            // It was rotated away; the next one will come.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(TailEvent::Nothing),
            now => now?,
        };
        if now == open.identity {
            return Ok(TailEvent::Nothing);
        }
        let is_elsewhere = file_id::has_name(open.text.source().file())?;
        self.open = None;
        Ok(if is_elsewhere { TailEvent::Rotated } else { TailEvent::Rewritten })
    }

    fn open(&mut self) -> io::Result<TailEvent> {
        let mut file = match File::open(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(TailEvent::Nothing),
            file => file?,
        };
        let mut head = Vec::new();
        file.by_ref().take(4).read_to_end(&mut head)?;
        if decompress::is_compressed(&head) {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "a compressed file does not grow; leave out --follow",
            ));
        }
        file.rewind()?;
        let identity = file_id::identity(&file)?;
        self.open = Some(Opened { text: Utf8Reader::new(GrowingFile::new(file)), identity });
        // Looked at again at once.
        Ok(TailEvent::Text)
    }
}

impl Pipe {
    fn new<R: Read>(open: impl FnOnce() -> R + Send + 'static) -> Result<Self, Error> {
        let (sender, chunks) = sync_channel(CHUNKS_AHEAD);
        let read = move || {
            let mut pipe = open();
            loop {
                let mut chunk = vec![0; CHUNK_BYTES];
                let read = match pipe.read(&mut chunk) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    read => read,
                };
                let is_end = !matches!(read, Ok(1..));
                let chunk = read.map(|read| {
                    chunk.truncate(read);
                    chunk
                });
                if sender.send(chunk).is_err() || is_end {
                    return;
                }
            }
        };
        thread::Builder::new().name("pipe".into()).spawn(read).map_err(Error::Thread)?;
        Ok(Self { chunks, chunk: Vec::new(), has_ended: false })
    }
}

impl Read for Pipe {
    /// Returns available bytes; 0 if there are none, for now or for good.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.chunk.is_empty() {
            match self.chunks.try_recv() {
                Ok(chunk) => {
                    self.chunk = chunk?;
                    self.has_ended |= self.chunk.is_empty();
                }
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => self.has_ended = true,
            }
        }
        let read = self.chunk.as_slice().read(out)?;
        self.chunk.drain(..read);
        Ok(read)
    }
}
