//! Removes terminal escapes from a line and turns frames and zeros into blanks: the result is what
//! a person would have seen on the screen.

mod json;
mod markup;

use std::borrow::Cow;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;

/// The line as text: escape sequences are removed (even inside words), box-drawing characters,
/// no-break spaces and NULs become blanks, and invalid UTF-8 becomes U+FFFD, which no announcement
/// contains.
pub(crate) fn visible(line: &[u8]) -> Cow<'_, str> {
    let line = json::unescaped(line);
    let text = if memchr::memchr(ESC, &line).is_some() {
        Cow::Owned(String::from_utf8_lossy(&without_escapes(&line)).into_owned())
    } else {
        match line {
            Cow::Borrowed(line) => String::from_utf8_lossy(line),
            Cow::Owned(line) => Cow::Owned(String::from_utf8_lossy(&line).into_owned()),
        }
    };
    // Most lines contain nothing invisible.
    let signs = memchr::memchr3(b'*', b'&', b'<', text.as_bytes())
        .or_else(|| memchr::memchr3(b'\0', b'/', b'_', text.as_bytes()));
    if signs.is_none() && text.is_ascii() {
        return text;
    }
    let text = with_zeros_marked(text);
    let is_blank = |c: char| matches!(c, '\0' | '\u{a0}' | '\u{2500}'..='\u{259f}');
    let text = if text.contains(is_blank) { Cow::Owned(text.replace(is_blank, " ")) } else { text };
    let text = if text.contains("**") { Cow::Owned(text.replace("**", " ")) } else { text };
    without_underlines(markup::unmarked(text))
}

/// Removes Markdown's other mark for bold: `__ada__`.
fn without_underlines(text: Cow<'_, str>) -> Cow<'_, str> {
    const SIGN: &str = "__";
    if !text.contains(SIGN) {
        return text;
    }
    let unsigned = |word: &str| {
        let end = word.trim_end_matches(|c: char| ",.;:!?)".contains(c)).len();
        let (inner, rest) = word.split_at_checked(end).unwrap_or_default();
        let (before, inner) = inner.split_once(SIGN)?;
        let is_edge = before.ends_with(|c: char| ":=>(：".contains(c)) || before.is_empty();
        let inner = inner.strip_suffix(SIGN).filter(|inner| !inner.is_empty() && is_edge)?;
        Some(format!("{before} {inner} {rest}"))
    };
    let words = text.split_inclusive(char::is_whitespace).map(|part| {
        let (word, blank) = part.split_at_checked(part.trim_end().len()).unwrap_or_default();
        unsigned(word).unwrap_or_else(|| word.to_owned()) + blank
    });
    Cow::Owned(words.collect())
}

/// Replaces NULs and line ends of Unicode inside words by U+FFFD, which then refuses the word. NULs
/// at either end of a word come from a truncation.
fn with_zeros_marked(text: Cow<'_, str>) -> Cow<'_, str> {
    let is_marked = |c: char| matches!(c, '\0' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if !text.contains(is_marked) {
        return text;
    }
    let mut marked = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_inside = |c: char| !is_marked(c) && !c.is_whitespace();
        let is_single = is_inside(before) && chars.peek().is_some_and(|next| is_inside(*next));
        marked.push(if is_marked(c) && is_single { '\u{fffd}' } else { c });
        before = c;
    }
    Cow::Owned(marked)
}

/// Removes escape sequences: CSI, OSC and other strings up to their end (ECMA-48 §5.4, §5.6), and
/// two-byte ones.
pub(crate) fn without_escapes(line: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(ESC, line).is_none() {
        return Cow::Borrowed(line);
    }
    let mut out = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memchr(ESC, rest) {
        let (before, sequence) = rest.split_at(at);
        out.extend_from_slice(before);
        rest = sequence.get(sequence_bytes(sequence)..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// The length of the escape sequence at the start of `bytes`.
fn sequence_bytes(bytes: &[u8]) -> usize {
    match bytes.get(1) {
        Some(b'[') => {
            let parameters = bytes.iter().skip(2).take_while(|byte| (0x20..0x40).contains(*byte));
            2 + parameters.count() + 1
        }
        Some(b']' | b'P' | b'X' | b'^' | b'_') => string_bytes(bytes),
        // Intermediate bytes of a designation such as `ESC ( B`.
        Some(0x20..=0x2f) => 3,
        Some(_) => 2,
        None => 1,
    }
}

/// A control string ends with BEL or `ESC \`. If it never ends, only its first two bytes count, so
/// that it cannot hide the rest of the line.
fn string_bytes(bytes: &[u8]) -> usize {
    let mut ends = memchr::memchr2_iter(BEL, ESC, bytes.get(2..).unwrap_or_default());
    match ends.next() {
        Some(at) if bytes.get(at + 2) == Some(&BEL) => at + 3,
        Some(at) if bytes.get(at + 3) == Some(&b'\\') => at + 4,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_reads_as_it_looked_on_the_screen() {
        for (line, seen) in [
            (&b"plain"[..], "plain"),
            (b"\x1b[1;32mada\x1b[0m@203.0.\x1b[4m113.7\x1b[m", "ada@203.0.113.7"),
            (b"\x1b]0;title\x07ssh", "ssh"),
            (b"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\!", "link!"),
            (b"\x1b(Bssh\x1b=", "ssh"),
            (b"\x1b]0;never ended", "0;never ended"),
            (b"a\x1b", "a"),
            (b"a\x1b[", "a"),
            (b"\0\0ssh", "  ssh"),
            (b"a\0b c\0 d", "a\u{fffd}b c  d"),
            (b"\xff", "\u{fffd}"),
            (
                br#"{"log":"\u001b[1mada\u001b[0m@203.0.113.7\r\n"}"#,
                r#"{"log":"ada@203.0.113.7  "}"#,
            ),
            ("│ ssh ║".as_bytes(), "  ssh  "),
        ] {
            assert_eq!(visible(line), seen);
        }
    }
}
