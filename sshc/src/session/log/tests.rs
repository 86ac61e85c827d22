//! Screens and their readable text, with every way to split the stream.

use super::*;

fn printable(parts: &[&[u8]]) -> String {
    let mut filter = Printable::default();
    let mut text = String::new();
    for part in parts {
        filter.push(part, &mut text);
    }
    text
}

#[test]
fn what_can_be_read_is_kept_however_the_bytes_come() {
    let cases: [(&[u8], &str); 18] = [
        (b"plain text\r\n", "plain text\n"),
        (b"a\tb\x07c\x00d\x08\x7f\r\n", "a\tbcd\n"),
        (b"\x1b[1;31mred\x1b[0m\r\n", "red\n"),
        (b"\x1b[?2004hprompt$ \x1b[K", "prompt$ "),
        (b"\x1b]0;user@host: ~\x07$ ", "$ "),
        (b"\x1b]0;title \xC3\x9C\x1b\\$ ", "$ "),
        (b"\x1bPq#0;2;0;0;0\x1b\\after", "after"),
        (b"\x1b(B\x1b)0\x1b=text\x1b7\x1b8", "text"),
        (b"\x1b[2 qblock", "block"),
        ("Gr\u{f6}\u{df}e \u{20ac} \u{1f600}".as_bytes(), "Gr\u{f6}\u{df}e \u{20ac} \u{1f600}"),
        (b"bad \xFF\xC3( end", "bad \u{fffd}\u{fffd}( end"),
        (b"\xC2\x9B31mred\xC2\x9D0;t\xC2\x9Cok\xC2\x85", "redok"),
        (b"10%\r20%\r\r\n", "10%\r20%\n"),
        (b"\x1b[31\nm!", "\n!"),
        (b"\x1b[31\x18m!", "m!"),
        (b"\x1b]0;never ended\r\nnext\r\n", "\nnext\n"),
        (b"\x1b]0;new\x1b[1mbold", "bold"),
        (b"\x1b[1\x1b[2mx", "x"),
    ];
    for (screen, expected) in cases {
        for first in 0..=screen.len() {
            for second in first..=screen.len() {
                let parts = [&screen[..first], &screen[first..second], &screen[second..]];
                assert_eq!(printable(&parts), expected, "{parts:?}");
            }
        }
    }
}

#[test]
fn a_log_grows_and_is_there_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("session.log");
    for expected in ["one\n", "one\none\n"] {
        let mut log = SessionLog::open(&path).unwrap();
        log.write(b"\x1b[1mone\r").unwrap();
        log.write(b"\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
    }
}
