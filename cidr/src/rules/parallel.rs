//! Reads large inputs in bounded memory: blocks of whole lines, shared out among threads, put back
//! in order.

use std::io::{self, Read};
use std::num::NonZero;
use std::thread;

use contract::encoding::{Encoding, HEAD_BYTES};

use super::Leniency;
pub use super::scan::Piece;
use super::scan::Refusal;
use super::utf16::Utf16Reader;

/// How much each thread reads at a time, in bytes.
const PIECE: usize = 1024 * 1024;
/// Below this size a thread costs more than it saves, in bytes.
const WORTH_A_THREAD: usize = 64 * 1024;

/// Why an input could not be read to its end.
#[derive(Debug)]
pub(crate) enum Failure {
    Read(io::Error),
    Refused(Refusal),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

/// Parses `reader` in pieces on all cores. Hands each result to `take` in the order of the text,
/// with the number of lines before it.
pub(crate) fn read<T: Send>(
    mut reader: impl Read,
    leniency: Leniency,
    parse: impl Fn(&mut Piece<'_>) -> Result<T, Refusal> + Sync,
    mut take: impl FnMut(T, u64),
) -> Result<(), Failure> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let mut text = Vec::new();
    let mut lines = 0;
    loop {
        let ended = fill(&mut reader, &mut text, threads * PIECE)?;
        let whole = if ended { text.len() } else { end_of_last_line(&text) };
        let (block, _) = text.split_at_checked(whole).unwrap_or_default();
        for (parsed, piece_lines) in parse_block(block, leniency, threads, &parse) {
            take(parsed.map_err(|refusal| Failure::Refused(refusal.after(lines)))?, lines);
            lines += piece_lines;
        }
        if ended {
            return Ok(());
        }
        text.drain(..whole);
    }
}

/// Detects the encoding of `reader` from its first bytes, and decodes to UTF-8 without a byte order
/// mark.
pub(crate) fn decoded<'a>(mut reader: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    let (encoding, mark) = Encoding::of(&head);
    head.drain(..mark);
    let text = io::Cursor::new(head).chain(reader);
    Ok(match encoding {
        Encoding::Utf8 => Box::new(text),
        _ => Box::new(Utf16Reader::new(text, encoding)),
    })
}

/// Appends up to `more` bytes to `text`; returns true at the end of the input.
fn fill(reader: &mut impl Read, text: &mut Vec<u8>, more: usize) -> io::Result<bool> {
    // A line longer than a block is read again from its start each time, so blocks grow with it.
    let more = more.max(text.len());
    let taken = reader.take(more as u64).read_to_end(text)?;
    Ok(taken < more)
}

/// Where the last whole line ends. After a carriage return at the very end a line feed may still
/// come.
fn end_of_last_line(text: &[u8]) -> usize {
    let known = text.strip_suffix(b"\r").unwrap_or(text);
    known.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1)
}

type Parsed<T> = (Result<T, Refusal>, u64);

fn parse_block<T: Send>(
    block: &[u8],
    leniency: Leniency,
    threads: usize,
    parse: &(impl Fn(&mut Piece<'_>) -> Result<T, Refusal> + Sync),
) -> Vec<Parsed<T>> {
    let parse_one = |text| {
        let mut piece = Piece::new(text, leniency);
        let parsed = parse(&mut piece);
        (parsed, piece.lines())
    };
    if block.len() < WORTH_A_THREAD {
        return vec![parse_one(block)];
    }
    let shares = shares(block, threads);
    thread::scope(|scope| {
        let running: Vec<_> =
            shares.into_iter().map(|share| scope.spawn(move || parse_one(share))).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// Cuts a block into roughly equal shares of whole lines.
fn shares(mut block: &[u8], count: usize) -> Vec<&[u8]> {
    let mut shares = Vec::with_capacity(count);
    for left in (1..=count).rev() {
        let cut = next_line_start(block, block.len() / left);
        let (share, rest) = block.split_at_checked(cut).unwrap_or((block, &[]));
        shares.push(share);
        block = rest;
    }
    shares
}

/// The first start of a line at or after `from`, or the end of the text.
fn next_line_start(text: &[u8], from: usize) -> usize {
    let Some(tail) = text.get(from..) else { return text.len() };
    let Some(end) = tail.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
        return text.len();
    };
    let line_end = if tail.get(end..end + 2) == Some(b"\r\n") { 2 } else { 1 };
    from + end + line_end
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::net::Ipv4Addr;

    use super::*;

    fn read_all(text: &[u8]) -> Result<Vec<String>, Failure> {
        let mut all = Vec::new();
        read(decoded(text)?, Leniency::default(), crate::rules::scan::entries, |part, _| {
            all.extend(part);
        })?;
        Ok(all.iter().map(ToString::to_string).collect())
    }

    fn numbered(count: u32, line_end: &str) -> (String, Vec<String>) {
        let mut text = String::new();
        for number in 0..count {
            let _ = write!(text, "{}{line_end}", Ipv4Addr::from(number));
        }
        (text, (0..count).map(|number| Ipv4Addr::from(number).to_string()).collect())
    }

    #[test]
    fn order_is_kept_across_threads_and_blocks() {
        for line_end in ["\n", "\r\n", "\r", ","] {
            let (text, expected) = numbered(400_000, line_end);
            assert!(read_all(text.as_bytes()).unwrap() == expected, "{line_end:?}");
        }
    }

    #[test]
    fn every_byte_order_mark_is_understood() {
        let text = "10.0.0.1\r\n2001:db8::/32 # \u{1f511}\r\n";
        let marked = format!("\u{feff}{text}");
        let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [text.as_bytes(), marked.as_bytes(), &little, &big] {
            assert_eq!(read_all(bytes).unwrap(), ["10.0.0.1", "2001:db8::/32"]);
        }
    }

    #[test]
    fn the_line_of_a_bad_entry_is_counted_over_all_pieces() {
        for line_end in ["\n", "\r\n", "\r"] {
            let (mut text, _) = numbered(300_000, line_end);
            let (more, _) = numbered(100_000, line_end);
            text.push_str("  10.1");
            text.push_str(line_end);
            text.push_str(&more);
            text.push_str("10.2");
            match read_all(text.as_bytes()) {
                Err(Failure::Refused(refusal)) => {
                    assert_eq!(
                        (refusal.line, refusal.column, refusal.text.as_str()),
                        (300_001, 3, "10.1")
                    );
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_line_feed_may_arrive_after_its_carriage_return() {
        assert_eq!(end_of_last_line(b"10.0.0.1\r"), 0);
        assert_eq!(end_of_last_line(b"10.0.0.1\r\n10"), 10);
        assert_eq!(end_of_last_line(b"10.0.0.1\r10"), 9);
        assert_eq!(next_line_start(b"1\r\n2\n", 0), 3);
        assert_eq!(next_line_start(b"1\r\n2\n", 3), 5);
    }
}
