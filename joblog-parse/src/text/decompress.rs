//! Compressed sources, told by their first bytes and not by their names.

use std::error::Error;
use std::io::{self, BufRead as _, BufReader, Cursor, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The largest window a zstd frame may ask for: what `zstd` itself uses up to level 19 (RFC 8878 §3.1.1.1.2).
const WINDOW_BYTES: u64 = 8 * 1024 * 1024;

type Source = BufReader<Box<dyn Read>>;

/// Whether a source that begins with `head` is compressed.
pub(crate) fn is_compressed(head: &[u8]) -> bool {
    head.starts_with(&GZIP) || head.starts_with(&ZSTD)
}

/// Gives the plain bytes of a source: of gzip members and zstd frames the content, of all else the bytes themselves.
///
/// # Errors
/// The source's own; later reads fail with what is wrong in the compressed data.
pub(crate) fn plain(mut source: impl Read + 'static) -> io::Result<Box<dyn Read>> {
    let mut head = Vec::with_capacity(ZSTD.len());
    source.by_ref().take(ZSTD.len() as u64).read_to_end(&mut head)?;
    let is_gzip = head.starts_with(&GZIP);
    let is_zstd = head.starts_with(&ZSTD);
    let source: Box<dyn Read> = Box::new(Cursor::new(head).chain(source));
    Ok(if is_gzip {
        Box::new(MultiGzDecoder::new(BufReader::new(source)))
    } else if is_zstd {
        Box::new(Frames(Some(Next::Header(BufReader::new(source)))))
    } else {
        source
    })
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

/// Opens the frame that begins here, passing over skippable ones (RFC 8878 §3.1.2).
fn open_frame(mut source: Source) -> io::Result<Option<Next>> {
    if source.fill_buf()?.is_empty() {
        return Ok(None);
    }
    let mut frame = FrameDecoder::new();
    frame.set_max_window_size(WINDOW_BYTES);
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

/// What is at the bottom of an error of the decoder: what is above it only says so again.
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
}
