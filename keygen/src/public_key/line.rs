//! The line itself: read with any options before the key, and printed without them.

use std::fmt;
use std::str::FromStr;

use data_encoding::{BASE64, BASE64_NOPAD};

use super::PublicKeyLine;
use crate::error::Error;

impl FromStr for PublicKeyLine {
    type Err = Error;

    /// Reads a line of `authorized_keys` or a `.pub` file. Keeps options before the key verbatim;
    /// fields may be separated by any number of spaces and tabs.
    fn from_str(line: &str) -> Result<Self, Error> {
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() {
            return Err(Error::NotAPublicKey("the line is empty"));
        }
        let (first, rest) = split_field(line);
        if is_algorithm_name(first)
            && let Ok(key) = from_fields(first, rest)
        {
            return Ok(key);
        }
        let (algorithm, rest_after_options) = split_field(rest);
        if is_algorithm_name(algorithm) && !rest_after_options.is_empty() {
            let key = from_fields(algorithm, rest_after_options)?;
            return Ok(PublicKeyLine { options: Some(first.to_owned()), ..key });
        }
        from_fields(first, rest)
    }
}

impl fmt::Display for PublicKeyLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm, BASE64.encode(&self.blob))?;
        if !self.comment.is_empty() {
            write!(f, " {}", self.comment)?;
        }
        Ok(())
    }
}

fn from_fields(algorithm: &str, rest: &str) -> Result<PublicKeyLine, Error> {
    let (base64, comment) = split_field(rest);
    let blob = BASE64
        .decode(base64.as_bytes())
        .or_else(|_| BASE64_NOPAD.decode(base64.as_bytes()))
        .map_err(|_| Error::NotAPublicKey("the key data is not base64"))?;
    let key = PublicKeyLine::from_blob(&blob, comment)?;
    if key.algorithm() != algorithm {
        return Err(Error::NotAPublicKey(
            "the key data is of another algorithm than the line says",
        ));
    }
    Ok(key)
}

/// The options of a line, which commas separate.
pub fn split_options(text: &str) -> impl Iterator<Item = &str> {
    text.split(outside_quotes(|c| c == ','))
}

/// Matches such a character outside double quotes; a quote after a backslash does not count
/// (sshd(8)).
fn outside_quotes(is_meant: impl Fn(char) -> bool) -> impl FnMut(char) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    move |c| {
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\';
        !quoted && is_meant(c)
    }
}

/// The first field, and the text after it.
fn split_field(text: &str) -> (&str, &str) {
    let end = text.find(outside_quotes(|c| c.is_ascii_whitespace()));
    let (field, rest) = text.split_at(end.unwrap_or(text.len()));
    (field, rest.trim_start())
}

/// The characters RFC 4250 §4.6.1 allows in a name.
pub(super) fn is_algorithm_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.@_+".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOB: &str = "AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

    #[test]
    fn reads_what_people_paste() {
        let plain = format!("ssh-ed25519 {BLOB} ada@example.com");
        for line in [
            plain.clone(),
            format!("\u{feff}ssh-ed25519\t{BLOB}   ada@example.com\r\n"),
            format!(
                "from=\"10.0.0.0/8,::1\",command=\"echo \\\"a b\\\"\" ssh-ed25519 {BLOB} ada@example.com"
            ),
            format!("no-pty \t ssh-ed25519 {BLOB} ada@example.com"),
        ] {
            let key: PublicKeyLine = line.parse().expect(&line);
            assert_eq!(key.to_string(), plain);
            assert_eq!(key.bits(), Some(256));
        }
        let bare: PublicKeyLine = format!("ssh-ed25519 {BLOB}").parse().expect("no comment");
        assert_eq!(bare.to_string(), format!("ssh-ed25519 {BLOB}"));
    }

    #[test]
    fn options_are_kept_as_they_stand() {
        for options in [
            "no-pty",
            r#"from="10.0.0.0/8,::1",command="echo \"a b\"""#,
            // For a server, the second backslash escapes the quote.
            r#"command="a\\" b""#,
        ] {
            let key: PublicKeyLine =
                format!("{options} \tssh-ed25519 {BLOB} ada").parse().expect(options);
            assert_eq!((key.options(), key.comment()), (Some(options), "ada"));
        }
        let bare: PublicKeyLine = format!("ssh-ed25519 {BLOB} ada").parse().expect("a key");
        assert_eq!(bare.options(), None);
    }

    #[test]
    fn refuses_what_is_not_one_whole_key() {
        let cut = &BLOB[..BLOB.len() - 8];
        for line in [
            String::new(),
            "ssh-ed25519".into(),
            format!("ssh-rsa {BLOB}"),
            format!("ssh-ed25519 {cut}"),
            format!("ssh-ed25519 {BLOB}AAAA"),
            "ssh-ed25519 !!!".into(),
            "-----BEGIN OPENSSH PRIVATE KEY-----".into(),
        ] {
            assert!(line.parse::<PublicKeyLine>().is_err(), "{line}");
        }
    }

    #[test]
    fn a_comment_cannot_break_the_line() {
        let key: PublicKeyLine = format!("ssh-ed25519 {BLOB}").parse().expect("a key");
        let shown = key.with_comment("a\nssh-rsa AAAA \u{202e}").to_string();
        assert_eq!(shown, format!("ssh-ed25519 {BLOB} a\\nssh-rsa AAAA \\u{{202e}}"));
    }
}
