//! What happens to key files when they are pasted from chats, kept in variables and JSON, or
//! retyped by word processors, and how to undo it. Nothing is guessed: the result is read like any
//! other file, and its checksum, its MAC or the pair itself proves that nothing is missing.
//!
//! This file repairs files with BEGIN and END lines and bare base64; [`ppk`] repairs PPK files.

mod characters;
mod jwk;
mod line_decoration;
mod ppk;
mod quoted_printable;

use std::fmt;

use zeroize::Zeroizing;

use super::pem::{self, armour};
use crate::base64;
use crate::der::content::Content;
use crate::text;

/// A kind of damage that was repaired before reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// `\n` as two characters, as in JSON and environment variables.
    EscapedLineEnds,
    /// `%0A`, as in URLs.
    PercentEscapes,
    /// A JSON Web Key (JWK): the same numbers in JSON.
    JsonWebKey,
    /// HTML tags and character references.
    Html,
    /// Quoted-printable, as in mail.
    QuotedPrintable,
    /// Backslashes before punctuation, as in Markdown.
    Backslashes,
    /// Marks at both ends of every line: from quoted mail, a diff, a listing, a program.
    Marks,
    /// Zero-width and no-break characters, and other line separators.
    InvisibleCharacters,
    /// Dashes that word processors put in place of hyphens.
    OtherDashes,
    /// Blanks, or nothing, in place of line ends.
    LostLineEnds,
    /// JSON, quotation marks, `KEY=`, or other text on the key's own lines.
    Wrapped,
    /// Only the base64 is left.
    LostBeginAndEnd,
    /// The END line is cut off, or of another label than the BEGIN line.
    OtherEnd,
    /// The `=` at the end of the base64 is missing.
    LostPadding,
    /// The whole file was encoded as base64.
    EncodedTwice,
    /// Blanks before or after lines.
    Blanks,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EscapedLineEnds => "line ends written as \\n",
            Self::PercentEscapes => "characters written as %0A and the like",
            Self::JsonWebKey => "a JSON Web Key (JWK)",
            Self::Html => "tags or character references of HTML",
            Self::QuotedPrintable => "quoted-printable, as in mail",
            Self::Backslashes => "backslashes before punctuation",
            Self::Marks => "marks on every line, as of quoted mail, diffs, line numbers or strings",
            Self::InvisibleCharacters => "zero-width or no-break characters",
            Self::OtherDashes => "other dashes in place of hyphens",
            Self::LostLineEnds => "lost line ends",
            Self::Wrapped => "quotation marks or other text around the key",
            Self::LostBeginAndEnd => "BEGIN and END lines missing",
            Self::OtherEnd => "an END line cut off or of something else",
            Self::LostPadding => "= missing at the end of the base64",
            Self::EncodedTwice => "base64 around the whole file",
            Self::Blanks => "blanks at the ends of lines",
        })
    }
}

/// The original text of a file, and the damage that was undone.
pub(super) struct Repaired {
    pub(super) text: Zeroizing<Vec<u8>>,
    pub(super) undone: Vec<Damage>,
}

/// How many layers of base64 are unwrapped.
const DEPTH: u32 = 3;

/// The possible original texts, the more likely first.
pub(super) fn undo(text: &[u8]) -> Vec<Repaired> {
    undo_within(text, DEPTH)
}

fn undo_within(damaged: &[u8], depth: u32) -> Vec<Repaired> {
    let mut found: Vec<Repaired> = jwk::undone(damaged).into_iter().collect();
    let decoded = quoted_printable::decoded(damaged);
    if let Some(decoded) = &decoded {
        let repaired = undo_in(decoded, depth).into_iter();
        found.extend(repaired.map(|it| with(vec![Damage::QuotedPrintable], it)));
    }
    found.extend(undo_in(damaged, depth));
    found
}

fn undo_in(damaged: &[u8], depth: u32) -> Vec<Repaired> {
    let (mut found, mut without_lines) = (Vec::new(), Vec::new());
    // A backslash in a comment may be meant, so escapes are undone only if nothing else helps.
    for escapes in [false, true] {
        let Some((plain, undone)) = characters::undone(damaged, escapes) else { continue };
        let marked = |text: &Zeroizing<String>| {
            let mut undone = undone.clone();
            undone.push(Damage::Marks);
            ppk::reflowed(text).or_else(|| armoured(text, depth)).map(|it| with(undone, it))
        };
        found.extend(line_decoration::stripped(&plain).iter().filter_map(marked));
        let repaired = ppk::reflowed(&plain).or_else(|| armoured(&plain, depth));
        found.extend(repaired.map(|repaired| with(undone.clone(), repaired)));
        found.extend(line_decoration::runs(&plain).iter().filter_map(marked));
        without_lines.extend(bare(&plain, depth).map(|repaired| with(undone, repaired)));
    }
    found.append(&mut without_lines);
    found
}

fn with(mut undone: Vec<Damage>, mut repaired: Repaired) -> Repaired {
    undone.append(&mut repaired.undone);
    undone.sort_unstable();
    undone.dedup();
    Repaired { text: repaired.text, undone }
}

/// A private key between BEGIN and END, wherever they are.
fn armoured(text: &str, depth: u32) -> Option<Repaired> {
    let (start, label, body_start) = boundaries(text, "BEGIN")
        .find(|(_, label, _)| *label == "OPENSSH PRIVATE KEY" || pem::is_label(label.as_bytes()))?;
    let after = text.get(body_start..)?;
    let (body_end, _, end) = boundaries(after, "END").find(|(_, end, _)| *end == label)?;
    let inside = after.get(..body_end)?;
    // Another line of this kind, damaged: what follows it is of another key.
    if inside.contains("-----") {
        return None;
    }
    let (header, body) = dek_info(inside);
    let mut undone = Vec::new();
    let (base64, lost_padding) = digits(body)?;
    if let Some(inner) = encoded_file(&base64, depth) {
        return Some(inner);
    }
    undone.extend(lost_padding.then_some(Damage::LostPadding));
    let ends_line = |text: &str| {
        text.trim_matches([' ', '\t']).is_empty()
            || text.trim_matches([' ', '\t']).ends_with(['\n', '\r'])
    };
    let begins_line = |text: &str| {
        text.trim_matches([' ', '\t']).is_empty()
            || text.trim_matches([' ', '\t']).starts_with(['\n', '\r'])
    };
    let line_end_is_lost = !begins_line(inside)
        || !ends_line(inside)
        || !inside.trim().contains('\n') && base64.len() > 80;
    undone.extend(line_end_is_lost.then_some(Damage::LostLineEnds));
    let (before, following) = (text.get(..start)?, after.get(end..)?);
    let is_wrapped =
        !ends_line(before) || !begins_line(following) || inside.contains(['"', '\'', ',']);
    undone.extend(is_wrapped.then_some(Damage::Wrapped));
    Some(Repaired { text: armour(label, &header, &base64), undone })
}

/// Each `-----BEGIN LABEL-----`, with any number of hyphens: its start, its label and its end.
fn boundaries<'a>(
    text: &'a str,
    word: &'static str,
) -> impl Iterator<Item = (usize, &'a str, usize)> {
    text.match_indices(word).filter_map(move |(at, _)| {
        let before = text.get(..at)?;
        let start = before.trim_end_matches(['-', ' ']).len();
        let is_dashed = before.get(start..)?.contains('-');
        let rest = text.get(at + word.len()..)?;
        let label_end = rest.find('-')?;
        let label = rest.get(..label_end)?.trim();
        let after = rest.get(label_end..)?.trim_start_matches('-');
        let is_label =
            label.bytes().all(|byte| byte.is_ascii_uppercase() || b" 0123456789".contains(&byte));
        (is_dashed && is_label).then_some((start, label, text.len() - after.len()))
    })
}

/// The header `DEK-Info` as canonical lines, and the rest of the text.
fn dek_info(inside: &str) -> (String, &str) {
    let header = || {
        let at = inside.find("DEK-Info:")? + "DEK-Info:".len();
        let (name, rest) = inside.get(at..)?.split_once(',')?;
        let is_of_eight =
            ["DES", "RC2", "BF", "CAST", "IDEA"].iter().any(|cipher| name.contains(cipher));
        let rest = rest.trim_start();
        let (iv, body) = rest.split_at_checked(if is_of_eight { 16 } else { 32 })?;
        let name = name.trim();
        Some((format!("Proc-Type: 4,ENCRYPTED\nDEK-Info: {name},{iv}\n\n"), body))
    };
    header().unwrap_or_else(|| (String::new(), inside))
}

/// The base64 digits with padding, and whether the padding was missing; `None` if anything but
/// blanks and quotation marks is between them.
fn digits(body: &str) -> Option<(Zeroizing<String>, bool)> {
    let mut digits = Zeroizing::new(String::with_capacity(body.len() + 4));
    for character in body.chars() {
        match character {
            '=' | '"' | '\'' | ',' | '\\' | ';' | '>' | '|' | '`' => {}
            character if character.is_whitespace() => {}
            'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' => digits.push(character),
            _ => return None,
        }
    }
    let padding = match digits.len() % 4 {
        0 => "",
        2 => "==",
        3 => "=",
        _ => return None,
    };
    let is_lost = body.matches('=').count() != padding.len();
    digits.push_str(padding);
    (!digits.is_empty()).then_some((digits, is_lost))
}

/// The longest piece of base64 in a text without a BEGIN line, if it is a key.
fn bare(text: &str, depth: u32) -> Option<Repaired> {
    let is_digit = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || "+/=".contains(c);
    let piece = text.split(|c| !is_digit(c)).max_by_key(|piece| piece.len())?.trim();
    // The text before an `=` in the middle is the name of a variable.
    let end = piece.trim_end_matches('=');
    let piece = piece.get(end.rfind('=').map_or(0, |at| at + 1)..)?;
    let (base64, lost_padding) = digits(piece)?;
    if let Some(inner) = encoded_file(&base64, depth) {
        return Some(inner);
    }
    let bytes = base64::decode(base64.as_bytes())?;
    let label = if bytes.starts_with(b"openssh-key-v1\0") {
        "OPENSSH PRIVATE KEY"
    } else {
        match Content::of(&bytes)? {
            Content::Pkcs1 => "RSA PRIVATE KEY",
            Content::Sec1 => "EC PRIVATE KEY",
            Content::Dsa => "DSA PRIVATE KEY",
            Content::Pkcs8 => "PRIVATE KEY",
            Content::Encrypted => "ENCRYPTED PRIVATE KEY",
            _ => return None,
        }
    };
    let mut undone = vec![Damage::LostBeginAndEnd];
    undone.extend(lost_padding.then_some(Damage::LostPadding));
    undone.extend((piece.len() < text.trim().len()).then_some(Damage::Wrapped));
    Some(Repaired { text: armour(label, "", &base64), undone })
}

/// The key file that was encoded as a whole.
fn encoded_file(base64: &str, depth: u32) -> Option<Repaired> {
    let bytes = base64::decode(base64.as_bytes())?;
    let inner = text::without_mark(&bytes);
    let holds = |mark: &[u8]| inner.windows(mark.len()).any(|window| window == mark);
    if depth == 0
        || !holds(b"PRIVATE KEY")
            && !holds(b"PuTTY-User-Key-File-")
            && !holds(b"b3BlbnNzaC1rZXktdjE")
    {
        return None;
    }
    let repaired = undo_within(&inner, depth - 1).into_iter().next();
    let repaired = repaired.unwrap_or(Repaired { text: inner, undone: Vec::new() });
    Some(with(vec![Damage::EncodedTwice], repaired))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_line_in_the_middle_does_not_join_two_keys() {
        let second = |end| {
            format!(
                "-----BEGIN EC PRIVATE KEY-----\nAAAA1111\n{end}\nProc-Type: 4,ENCRYPTED\nDEK-Info: \
                 AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nBBBB2222\n\
                 -----END EC PRIVATE KEY-----\n"
            )
        };
        let is_joined = |repaired: &Repaired| {
            let text = String::from_utf8_lossy(&repaired.text);
            text.contains("DEK-Info") && text.contains("BBBB2222")
        };
        let damaged = second("-----END EC PRIVATE KEGIN EC PRIVATE KEY-----");
        assert!(!undo(damaged.as_bytes()).iter().any(is_joined));
        // Without that line, its header is the key's own.
        assert!(undo(second("").as_bytes()).iter().any(is_joined));
    }
}
