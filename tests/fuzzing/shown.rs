//! Escaped bytes from outside, and a session's log on a terminal: never a control character that
//! the terminal obeys.

use sshc::session::escape::Escapes;
use sshc::session::log::Printable;

pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for shown in [contract::shown(&*text), contract::escape::excerpt(&text, 40)] {
        assert!(!shown.contains(|it: char| it.is_control()), "{shown:?}");
    }
    let lines = contract::escape::lines(&text);
    assert!(!lines.contains(|it: char| it.is_control() && it != '\n'), "{lines:?}");
    let _ = contract::encoding::decode(bytes);

    let read = |parts: [&[u8]; 2]| {
        let (mut filter, mut text) = (Printable::default(), String::new());
        for part in parts {
            filter.push(part, &mut text);
        }
        text
    };
    let whole = read([bytes, b""]);
    assert!(!whole.contains(|it: char| it.is_control() && !"\t\r\n".contains(it)), "{whole:?}");
    assert_eq!(read(bytes.split_at(bytes.len() / 2).into()), whole);
    let _ = Escapes::new(Some(b'~')).divide(bytes);
}
