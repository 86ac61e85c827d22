//! Compressed sources, recognised by their first bytes and not by their names.

use std::cell::Cell;
use std::error::Error;
use std::io::{self, BufRead as _, BufReader, Cursor, Read};
use std::rc::Rc;

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::defaults::{
    CLOSE_BYTES, CLOSE_PER_BYTE, PLAIN_BYTES, PLAIN_PER_BYTE, ZSTD_WINDOW_BYTES,
};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

type Source = BufReader<Box<dyn Read>>;

/// Whether a source that begins with `head` is compressed.
pub(crate) fn is_compressed(head: &[u8]) -> bool {
    head.starts_with(&GZIP) || head.starts_with(&ZSTD)
}

/// The decompressed bytes of a source, with a count of the compressed ones.
pub(crate) struct Plain {
    content: Box<dyn Read>,
    given: u64,
    /// The number of bytes read from a compressed source.
    packed: Option<Rc<Cell<u64>>>,
}

impl Plain {
    /// Checks whether reading may go on after this many bytes that were read closely.
    ///
    /// # Errors
    ///
    /// When a compressed source expands far more than a log would: a few bytes must not cost
    /// minutes.
    pub(crate) fn check(&self, close: u64) -> io::Result<()> {
        let Some(packed) = self.packed.as_ref().map(|packed| packed.get()) else { return Ok(()) };
        let is_within =
            |bytes, anyway, each| bytes <= packed.saturating_mul(each).saturating_add(anyway);
        if is_within(close, CLOSE_BYTES, CLOSE_PER_BYTE)
            && is_within(self.given, PLAIN_BYTES, PLAIN_PER_BYTE)
        {
            return Ok(());
        }
        Err(corrupt(
            "it expands to far more text than a compressed log should; if it is a log, unpack it \
             first",
        ))
    }
}

impl Read for Plain {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.content.read(out)?;
        self.given += read as u64;
        Ok(read)
    }
}

/// Counts the bytes read from a source.
struct Counted<R>(R, Rc<Cell<u64>>);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(out)?;
        self.1.set(self.1.get() + read as u64);
        Ok(read)
    }
}

/// The plain bytes of a source: the content of gzip members and zstd frames, and all other bytes
/// unchanged.
///
/// # Errors
///
/// When the source cannot be read; later reads fail if the compressed data is damaged.
pub(crate) fn plain(mut source: impl Read + 'static) -> io::Result<Plain> {
    let mut head = Vec::with_capacity(ZSTD.len());
    source.by_ref().take(ZSTD.len() as u64).read_to_end(&mut head)?;
    let is_gzip = head.starts_with(&GZIP);
    let is_compressed = is_compressed(&head);
    let source = Cursor::new(head).chain(source);
    if !is_compressed {
        return Ok(Plain { content: Box::new(source), given: 0, packed: None });
    }
    let packed = Rc::new(Cell::new(0));
    let source: Box<dyn Read> = Box::new(Counted(source, Rc::clone(&packed)));
    let source = BufReader::new(source);
    let content: Box<dyn Read> = if is_gzip {
        Box::new(MultiGzDecoder::new(source))
    } else {
        Box::new(Frames(Some(Next::Header(source))))
    };
    Ok(Plain { content, given: 0, packed: Some(packed) })
}

/// The frames of a zstd source, one after another; `None` at the end and after an error.
struct Frames(Option<Next>);

enum Next {
    Header(Source),
    Content(Source, Box<FrameDecoder>),
}

impl Read for Frames {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.take() {
                None => return Ok(0),
                Some(Next::Header(source)) => self.0 = open_frame(source)?,
                Some(Next::Content(mut source, mut frame)) => {
                    while frame.can_collect() == 0 && !frame.is_finished() {
                        let one = BlockDecodingStrategy::UptoBlocks(1);
                        frame.decode_blocks(&mut source, one).map_err(damaged)?;
                    }
                    let read = frame.read(out)?;
                    if read > 0 || out.is_empty() {
                        self.0 = Some(Next::Content(source, frame));
                        return Ok(read);
                    }
                    let sum = frame.get_checksum_from_data();
                    if sum.is_some() && sum != frame.get_calculated_checksum() {
                        return Err(corrupt("the checksum of a zstd frame is wrong"));
                    }
                    self.0 = Some(Next::Header(source));
                }
            }
        }
    }
}

/// Opens the frame that begins here, skipping skippable frames (RFC 8878 §3.1.2).
fn open_frame(mut source: Source) -> io::Result<Option<Next>> {
    if source.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let mut frame = FrameDecoder::new();
    frame.set_max_window_size(ZSTD_WINDOW_BYTES);
    match frame.init(&mut source) {
        Ok(()) => Ok(Some(Next::Content(source, Box::new(frame)))),
        Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
            length,
            ..
        })) => {
            io::copy(&mut source.by_ref().take(u64::from(length)), &mut io::sink())?;
            Ok(Some(Next::Header(source)))
        }
        Err(error) => Err(damaged(error)),
    }
}

/// The root cause of a decoder error; the errors above it only repeat it.
fn damaged(error: impl Error + 'static) -> io::Error {
    let mut root: &(dyn Error + 'static) = &error;
    while let Some(cause) = root.source() {
        root = cause;
    }
    let is_cut = root
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::UnexpectedEof);
    corrupt(if is_cut { "the zstd data is cut off".to_owned() } else { root.to_string() })
}

fn corrupt(error: impl Into<Box<dyn Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const TEXT: &str = "ssh ada@203.0.113.7\n";

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(text: &str) -> Vec<u8> {
        use ruzstd::encoding::{CompressionLevel, compress_to_vec};
        compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
    }

    fn read(bytes: Vec<u8>) -> io::Result<String> {
        let mut text = String::new();
        plain(Cursor::new(bytes))?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn content_is_the_same_compressed_or_not() {
        let skippable = b"\x50\x2a\x4d\x18\x03\0\0\0abc";
        for bytes in [
            TEXT.repeat(2).into_bytes(),
            [gzip(TEXT), gzip(TEXT)].concat(),
            [zstd(TEXT), skippable.to_vec(), zstd(TEXT)].concat(),
        ] {
            assert_eq!(read(bytes).unwrap(), TEXT.repeat(2));
        }
        assert_eq!(read(b"ab".to_vec()).unwrap(), "ab");
    }

    #[test]
    fn what_is_cut_off_or_damaged_is_an_error() {
        for whole in [gzip(TEXT), zstd(TEXT)] {
            let cut = whole[..whole.len() - 3].to_vec();
            assert!(read(cut).is_err());
            let mut damaged = whole.clone();
            *damaged.last_mut().unwrap() ^= 1;
            assert!(read(damaged).is_err());
        }
    }

    #[test]
    fn what_gives_far_too_much_to_read_is_an_error() {
        let check = |bytes: Vec<u8>, is_close: bool| {
            let mut plain = plain(Cursor::new(bytes)).unwrap();
            let given = io::copy(&mut plain, &mut io::sink()).unwrap();
            plain.check(if is_close { given } else { 0 }).is_ok()
        };
        let (short, long) = (TEXT.repeat(20_000), TEXT.repeat(200_000));
        for (bytes, is_close, expected) in [
            (gzip(&short), true, true),
            (gzip(&long), true, false),
            (gzip(&long), false, true),
            (zstd(&long), true, false),
            (long.clone().into_bytes(), true, true),
            (zstd(&"\0".repeat(40_000_000)), false, false),
        ] {
            assert_eq!(check(bytes.clone(), is_close), expected, "{} {is_close}", bytes.len());
        }
    }
}
