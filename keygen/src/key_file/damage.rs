//! What happens to key files on their way, and back: pasted from chats, kept in variables and JSON,
//! retyped by word processors. Nothing is guessed: what comes out is read like any other file, and
//! its checksum, its MAC or the pair itself proves that nothing is missing.
//!
//! Files with BEGIN and END lines and bare base64 are mended here, PPK files in [`ppk`].

mod characters;
mod ppk;

use std::fmt;

use zeroize::Zeroizing;

use super::pem;
use crate::base64;
use crate::der::content::Content;
use crate::text;

/// Something that was undone before the key could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// `\n` in two characters, as in JSON and environment variables.
    EscapedLineEnds,
    /// `%0A`, as in addresses.
    PercentEscapes,
    /// Zero-width and no-break characters, other separators of lines.
    InvisibleCharacters,
    /// What word processors make of hyphens.
    OtherDashes,
    /// Blanks for line ends, or nothing.
    LostLineEnds,
    /// JSON, quotation marks, `KEY=`, or other text on the key's own lines.
    Wrapped,
    /// Nothing but the base64.
    LostBeginAndEnd,
    /// The `=` at the end of the base64.
    LostPadding,
    /// The whole file as base64.
    EncodedTwice,
    /// Blanks in front of lines or after them.
    Blanks,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EscapedLineEnds => "line ends written as \\n",
            Self::PercentEscapes => "characters written as %0A and the like",
            Self::InvisibleCharacters => "zero-width or no-break characters",
            Self::OtherDashes => "other dashes in place of hyphens",
            Self::LostLineEnds => "lost line ends",
            Self::Wrapped => "quotation marks or other text around the key",
            Self::LostBeginAndEnd => "BEGIN and END lines missing",
            Self::LostPadding => "= missing at the end of the base64",
            Self::EncodedTwice => "base64 around the whole file",
            Self::Blanks => "blanks at the ends of lines",
        })
    }
}

/// A file's text as it was, and what was undone for that.
pub(super) struct Mended {
    pub(super) text: Zeroizing<Vec<u8>>,
    pub(super) undone: Vec<Damage>,
}

/// How often a file is looked for within base64.
const DEPTH: u32 = 3;

/// The texts that the damaged one may have been, the likelier first.
pub(super) fn undo(text: &[u8]) -> Vec<Mended> {
    undo_within(text, DEPTH)
}

fn undo_within(damaged: &[u8], depth: u32) -> Vec<Mended> {
    let mut found = Vec::new();
    // A backslash in a comment is one, so that escapes are undone only where nothing else helps.
    for escapes in [false, true] {
        let Some((plain, undone)) = characters::undone(damaged, escapes) else { continue };
        let mended = ppk::reflowed(&plain)
            .or_else(|| armoured(&plain, depth))
            .or_else(|| bare(&plain, depth));
        found.extend(mended.map(|mended| with(undone, mended)));
    }
    found
}

fn with(mut undone: Vec<Damage>, mut mended: Mended) -> Mended {
    undone.append(&mut mended.undone);
    undone.sort_unstable();
    undone.dedup();
    Mended { text: mended.text, undone }
}

/// A private key between BEGIN and END, wherever they stand.
fn armoured(text: &str, depth: u32) -> Option<Mended> {
    let (start, label, body_start) = boundaries(text, "BEGIN")
        .find(|(_, label, _)| *label == "OPENSSH PRIVATE KEY" || pem::is_label(label.as_bytes()))?;
    let after = text.get(body_start..)?;
    let (body_end, _, end) = boundaries(after, "END").find(|(_, end, _)| *end == label)?;
    let inside = after.get(..body_end)?;
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
    let (before, behind) = (text.get(..start)?, after.get(end..)?);
    let is_wrapped =
        !ends_line(before) || !begins_line(behind) || inside.contains(['"', '\'', ',']);
    undone.extend(is_wrapped.then_some(Damage::Wrapped));
    Some(Mended { text: armour(label, &header, &base64), undone })
}

/// Each `-----BEGIN LABEL-----`, however many hyphens there are: where it starts, its label, where
/// it ends.
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
        let behind = rest.get(label_end..)?.trim_start_matches('-');
        let is_label =
            label.bytes().all(|byte| byte.is_ascii_uppercase() || b" 0123456789".contains(&byte));
        (is_dashed && is_label).then_some((start, label, text.len() - behind.len()))
    })
}

/// The header `DEK-Info` in canonical lines, and the rest.
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

/// The digits of base64 with their padding, and whether that was missing; none where anything else
/// than blanks and quotation marks stands between them.
fn digits(body: &str) -> Option<(Zeroizing<String>, bool)> {
    let mut digits = Zeroizing::new(String::with_capacity(body.len() + 4));
    // Mail writes `=` as `=3D`.
    for character in body.replace("=3D", "=").chars() {
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

/// The longest piece of base64 in a text that has no BEGIN line, if it is a key's.
fn bare(text: &str, depth: u32) -> Option<Mended> {
    let is_digit = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || "+/=".contains(c);
    let piece = text.split(|c| !is_digit(c)).max_by_key(|piece| piece.len())?.trim();
    // What stands in front of an `=` within is the name of a variable.
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
    Some(Mended { text: armour(label, "", &base64), undone })
}

/// The key file that was encoded as a whole.
fn encoded_file(base64: &str, depth: u32) -> Option<Mended> {
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
    let mended = undo_within(&inner, depth - 1).into_iter().next();
    let mended = mended.unwrap_or(Mended { text: inner, undone: Vec::new() });
    Some(with(vec![Damage::EncodedTwice], mended))
}

fn armour(label: &str, header: &str, base64: &str) -> Zeroizing<Vec<u8>> {
    let mut text = Zeroizing::new(Vec::with_capacity(2 * base64.len() + 256));
    text.extend_from_slice(format!("-----BEGIN {label}-----\n{header}").as_bytes());
    for line in base64.as_bytes().chunks(64) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
    text
}
