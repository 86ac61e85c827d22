//! Public key files with `---- BEGIN SSH2 PUBLIC KEY ----` (RFC 4716), as the programs of ssh.com
//! and PuTTYgen write them.

use data_encoding::BASE64;

use super::PublicKeyLine;
use crate::error::Error;
use crate::text;

const BEGIN: &[u8] = b"---- BEGIN SSH2 PUBLIC KEY ----";
const END: &[u8] = b"---- END SSH2 PUBLIC KEY ----";

/// Whether a line begins such a file.
pub(crate) fn is_begun_by(line: &[u8]) -> bool {
    line == BEGIN
}

/// The key, with the comment of its `Comment` header.
pub(crate) fn parse(text: &[u8]) -> Result<PublicKeyLine, Error> {
    let mut lines = contract::encoding::lines(text)
        .map(|(_, line)| line)
        .skip_while(|line| line.trim_ascii() != BEGIN)
        .skip(1);
    let (mut comment, mut base64) = (Vec::new(), Vec::new());
    while let Some(line) = lines.next() {
        let line = line.trim_ascii();
        if line == END {
            let blob = BASE64
                .decode(&base64)
                .map_err(|_| Error::NotAPublicKey("what is between its lines is not base64"))?;
            return PublicKeyLine::from_blob(&blob, unquoted(text::comment(&comment).trim()));
        }
        let Some((name, value)) = header(line) else {
            base64.extend_from_slice(line);
            continue;
        };
        let mut value = value.to_vec();
        // A backslash at the end continues a header on the next line, including its blanks.
        while value.last() == Some(&b'\\') {
            value.pop();
            value.extend_from_slice(lines.next().unwrap_or_default());
        }
        if name.eq_ignore_ascii_case(b"comment") {
            comment = value;
        }
    }
    Err(Error::NotAPublicKey("its END line is missing"))
}

/// The file's text: LF lines, base64 in lines of 70; header lines have at most 72 bytes.
pub(crate) fn write(key: &PublicKeyLine) -> String {
    let mut text = String::from("---- BEGIN SSH2 PUBLIC KEY ----\n");
    if !key.comment().is_empty() {
        let mut length = 0;
        for c in format!("Comment: \"{}\"", key.comment()).chars() {
            if length + c.len_utf8() > 71 {
                text.push_str("\\\n");
                length = 0;
            }
            text.push(c);
            length += c.len_utf8();
        }
        text.push('\n');
    }
    let mut base64 = BASE64.encode(key.blob());
    while !base64.is_empty() {
        let rest = base64.split_off(base64.len().min(70));
        text.push_str(&base64);
        text.push('\n');
        base64 = rest;
    }
    text.push_str("---- END SSH2 PUBLIC KEY ----\n");
    text
}

/// The name before the first colon and the value after it.
fn header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, rest) = line.split_at(line.iter().position(|byte| *byte == b':')?);
    Some((name, rest.strip_prefix(b":")?.trim_ascii_start()))
}

fn unquoted(comment: &str) -> &str {
    comment.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(comment)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

    #[test]
    fn what_is_written_is_read() {
        for comment in ["", "ada@example.com", "a: b", "long \u{e9} ".repeat(30).trim_end()] {
            let key = LINE.parse::<PublicKeyLine>().expect("a key").with_comment(comment);
            let text = write(&key);
            assert!(text.lines().all(|line| line.len() <= 72), "{text}");
            assert_eq!(parse(text.as_bytes()).expect(&text), key);
        }
    }

    #[test]
    fn other_headers_quotes_and_continuations_are_understood() {
        let text = format!(
            "---- BEGIN SSH2 PUBLIC KEY ----\r\nSubject: ada\r\nx-private: a\\\r\nb: c\r\nComment: 1024-bit, \\\r\n\
             ada@host\r\n{}\r\n{}\r\n---- END SSH2 PUBLIC KEY ----\r\n",
            &LINE[12..40],
            &LINE[40..]
        );
        let key = parse(text.as_bytes()).expect("a key");
        assert_eq!(key.to_string(), format!("{LINE} 1024-bit, ada@host"));
    }
}
