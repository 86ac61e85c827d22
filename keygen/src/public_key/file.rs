//! Files of public keys: one line or many, RFC 4716, or OpenSSL's formats.

use super::PublicKeyLine;
use super::line::is_algorithm_name;
use super::{pem, rfc4716};
use crate::error::Error;
use crate::text::{self, first_line};

/// A key in a file.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its line, counted from 1; `None` in formats with several lines per key.
    pub(crate) line: Option<u32>,
    pub(crate) key: PublicKeyLine,
    /// Whether it was broken across several lines.
    pub(crate) is_wrapped: bool,
}

/// Whether a text contains a public key and no private one.
pub(crate) fn is_public(text: &[u8]) -> bool {
    let mut lines = contract::encoding::lines(text).map(|(_, line)| line.trim_ascii());
    first_line(text).is_some_and(rfc4716::is_begun_by)
        || lines.any(|line| pem::is_begun_by(line) || keys_on(&text::comment(line)) > 0)
}

/// All keys of a file, in order.
pub(crate) fn entries(bytes: &[u8]) -> Result<Vec<Entry>, Error> {
    let alone = |key| vec![Entry { line: None, key, is_wrapped: false }];
    if bytes.first() == Some(&0x30)
        && let Ok(blob) = pem::blob(bytes)
    {
        return PublicKeyLine::from_blob(&blob, "").map(alone);
    }
    let text = text::without_mark(bytes);
    if first_line(&text).is_some_and(rfc4716::is_begun_by) {
        return rfc4716::parse(&text).map(alone);
    }
    let mut lines =
        contract::encoding::lines(&text).map(|(number, line)| (number, line.trim_ascii()));
    if lines.by_ref().any(|(_, line)| pem::is_begun_by(line)) {
        let key = PublicKeyLine::from_blob(&pem::blob_in_text(&text)?, "");
        return key.map(alone);
    }
    let lines: Vec<(u32, String)> = contract::encoding::lines(&text)
        .map(|(number, line)| (number, text::comment(line.trim_ascii()).into_owned()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .collect();
    if lines.is_empty() {
        return Err(Error::NotAPublicKey("the file is empty"));
    }
    of_lines(&lines)
}

fn of_lines(lines: &[(u32, String)]) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::new();
    let mut rest = lines;
    while let Some(((number, first), after)) = rest.split_first() {
        if keys_on(first) > 1 {
            return Err(Error::JoinedKeys { line: *number });
        }
        let parsed: Result<PublicKeyLine, Error> = first.parse();
        let (key, taken) = match parsed {
            Ok(key) => (key, 0),
            Err(error) => joined(first, after).ok_or(error)?,
        };
        entries.push(Entry { line: Some(*number), key, is_wrapped: taken > 0 });
        rest = after.get(taken..).unwrap_or_default();
    }
    Ok(entries)
}

/// The key that begins on a line and continues on the next ones, and how many of these. A missing
/// line is noticed, because the fields contain their lengths.
fn joined(first: &str, after: &[(u32, String)]) -> Option<(PublicKeyLine, usize)> {
    let mut line = first.to_owned();
    for (taken, (_, next)) in (1..).zip(after) {
        if keys_on(next) > 0 {
            return None;
        }
        // A line end stands for a blank only between fields.
        let is_within = line.rsplit(' ').next().is_some_and(|field| field.starts_with("AAAA"));
        line.push_str(if is_within { "" } else { " " });
        line.push_str(next);
        if let Ok(key) = line.parse::<PublicKeyLine>() {
            // A comment after the last line break has its own line.
            let is_comment = |next: &str| key.comment().is_empty() && !next.contains("AAAA");
            return Some(match after.get(taken).filter(|(_, next)| is_comment(next)) {
                Some((_, comment)) => (key.with_comment(comment), taken + 1),
                None => (key, taken),
            });
        }
    }
    None
}

/// How many keys begin on a line: each has the name of an algorithm, and base64 that begins with
/// the length of a name.
fn keys_on(line: &str) -> usize {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    let begins = |pair: &[&str]| match pair {
        [name, blob] => {
            let name = NAMES
                .iter()
                .filter_map(|known| name.rfind(known))
                .min()
                .and_then(|at| name.get(at..));
            name.is_some_and(is_algorithm_name) && blob.starts_with("AAAA")
        }
        _ => false,
    };
    fields.windows(2).filter(|pair| begins(pair)).count()
}

/// Prefixes of algorithm names.
const NAMES: [&str; 3] = ["ssh-", "ecdsa-sha2-", "sk-"];

#[cfg(test)]
mod tests {
    use super::*;

    const BLOB: &str = "AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

    #[test]
    fn every_key_has_its_line() {
        let text = format!("# mine\nssh-ed25519 {BLOB} a\n\nno-pty ssh-ed25519 {BLOB} b\r\n");
        let found = entries(text.as_bytes()).expect("two keys");
        let lines: Vec<_> = found.iter().map(|entry| (entry.line, entry.key.comment())).collect();
        assert_eq!(lines, [(Some(2), "a"), (Some(4), "b")]);
        assert!(is_public(text.as_bytes()));
        assert!(!is_public(b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"));
    }

    #[test]
    fn a_broken_line_is_one_key() {
        let (start, end) = BLOB.split_at(30);
        for text in [
            format!("ssh-ed25519 {start}\n{end} ada"),
            format!("ssh-ed25519\n{start}\n{end} ada\n"),
            format!("ssh-ed25519 {start}\n{end}\n ada\n"),
            format!("ssh-ed25519 {BLOB} x\nssh-ed25519 {start}\n  {end} ada\n"),
        ] {
            let found = entries(text.as_bytes()).expect(&text);
            let last = found.last().expect("a key");
            assert!(last.is_wrapped, "{text}");
            assert_eq!(last.key.to_string(), format!("ssh-ed25519 {BLOB} ada"));
        }
        let lost = format!("ssh-ed25519 {start}\n{} ada", &end[4..]);
        assert!(entries(lost.as_bytes()).is_err());
    }

    #[test]
    fn two_keys_on_a_line_are_not_one() {
        for text in [
            format!("ssh-ed25519 {BLOB} a ssh-ed25519 {BLOB} b"),
            format!("ssh-ed25519 {BLOB} a@hostssh-ed25519 {BLOB} b"),
            format!("ssh-ed25519 {BLOB}ssh-ed25519 {BLOB} b"),
        ] {
            assert!(
                matches!(entries(text.as_bytes()), Err(Error::JoinedKeys { line: 1 })),
                "{text}"
            );
        }
    }
}
