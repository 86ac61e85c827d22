//! Damage to single characters: escapes, invisible characters, dashes.

use zeroize::Zeroizing;

use super::Damage;
use crate::code_page;

/// The text with its original characters, and the damage that was undone. With `escapes`, also
/// undoes escapes of JSON, shells, PowerShell and URLs. `None` if there are no escapes to undo, or
/// more than one reading is possible.
pub(super) fn undone(damaged: &[u8], escapes: bool) -> Option<(Zeroizing<String>, Vec<Damage>)> {
    let text = match std::str::from_utf8(damaged) {
        Ok(text) => Zeroizing::new(text.to_owned()),
        Err(_) => Zeroizing::new(code_page::decode(damaged)),
    };
    let mut undone = Vec::new();
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    for c in text.chars() {
        let (replaced, damage) = visible(c);
        undone.extend(damage);
        plain.extend(replaced);
    }
    if escapes {
        let (unescaped, damage) = unescaped(&plain);
        if damage.is_empty() {
            return None;
        }
        undone.extend(damage);
        plain = unescaped;
    }
    undone.sort_unstable();
    undone.dedup();
    Some((plain, undone))
}

/// The original of a character that chats and word processors change; `None` if it was nothing.
fn visible(c: char) -> (Option<char>, Option<Damage>) {
    match c {
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}'
        | '\u{ad}'
        | '\u{180e}' => (None, Some(Damage::InvisibleCharacters)),
        '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}' => {
            (Some('\n'), Some(Damage::InvisibleCharacters))
        }
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => {
            (Some('-'), Some(Damage::OtherDashes))
        }
        '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => (Some('"'), Some(Damage::Wrapped)),
        '\u{2018}'..='\u{201b}' => (Some('\''), Some(Damage::Wrapped)),
        c if !c.is_ascii() && c.is_whitespace() => (Some(' '), Some(Damage::InvisibleCharacters)),
        c => (Some(c), None),
    }
}

/// Undoes `\n`, `\\n`, `\u000a`, `` `n ``, `%0A` and similar escapes.
fn unescaped(text: &str) -> (Zeroizing<String>, Vec<Damage>) {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut undone = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (length, replaced, damage) = match c {
            '\\' => backslash(rest),
            '`' if rest.starts_with("`n") || rest.starts_with("`r") => {
                (2, Some('\n'), Some(Damage::EscapedLineEnds))
            }
            '%' => percent(rest),
            '&' => reference(rest),
            '<' => tag(rest),
            _ => (c.len_utf8(), Some(c), None),
        };
        plain.extend(replaced);
        undone.extend(damage);
        rest = rest.get(length..).unwrap_or_default();
    }
    (plain, undone)
}

fn backslash(rest: &str) -> (usize, Option<char>, Option<Damage>) {
    let slashes = rest.len() - rest.trim_start_matches('\\').len();
    let after = rest.get(slashes..).unwrap_or_default();
    let escaped = Some(Damage::EscapedLineEnds);
    match after.chars().next() {
        Some('n') => (slashes + 1, Some('\n'), escaped),
        // A line feed follows, escaped or not.
        Some('r') => (slashes + 1, Some('\r'), escaped),
        Some('t') => (slashes + 1, Some(' '), escaped),
        // At the end of a line it is a shell's continuation sign.
        Some(c @ ('\n' | '\r' | '/' | '"' | '\'')) => (slashes + 1, Some(c), escaped),
        Some('u') => {
            let code = after.get(1..5).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            match code.and_then(char::from_u32) {
                Some(c) => (slashes + 5, Some(c), escaped),
                None => (slashes, None, None),
            }
        }
        Some(c) if slashes == 1 && "-+=_*.#<>[](){}~`|!&".contains(c) => {
            (2, Some(c), Some(Damage::Backslashes))
        }
        _ => (slashes, Some('\\'), None),
    }
}

/// Decodes `&#43;`, `&#x2b;`, `&amp;`.
fn reference(rest: &str) -> (usize, Option<char>, Option<Damage>) {
    const NAMED: [(&str, char); 11] = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("plus", '+'),
        ("sol", '/'),
        ("equals", '='),
        ("NewLine", '\n'),
        ("Tab", ' '),
    ];
    let found = rest.get(1..).and_then(|after| {
        let name = after.get(..after.bytes().take(10).position(|it| it == b';')?)?;
        let code = || {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
            char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?)
        };
        let named = || NAMED.iter().find(|(known, _)| *known == name).map(|(_, c)| *c);
        Some((name.len() + 2, code().or_else(named)?))
    });
    match found {
        // The decoded character may itself be invisible.
        Some((length, c)) => (length, visible(c).0, Some(Damage::Html)),
        None => (1, Some('&'), None),
    }
}

/// Removes a tag such as `</span>`; one of a block or a line, such as `<br>`, becomes a line end.
fn tag(rest: &str) -> (usize, Option<char>, Option<Damage>) {
    const BLOCKS: [&str; 8] = ["br", "p", "div", "li", "tr", "pre", "code", "td"];
    const LONGEST: usize = 1_000;
    let found = rest.get(1..).and_then(|after| {
        let end = after.bytes().take(LONGEST).position(|it| it == b'>')?;
        let name = after.get(..end)?.trim_start_matches('/');
        let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
        name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some((end + 2, name))
    });
    match found {
        Some((length, name)) => {
            let ends_line = BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block));
            (length, ends_line.then_some('\n'), Some(Damage::Html))
        }
        None => (1, Some('<'), None),
    }
}

fn percent(rest: &str) -> (usize, Option<char>, Option<Damage>) {
    let code = rest.get(1..3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
    match code.filter(u8::is_ascii) {
        Some(code) => (3, Some(char::from(code)), Some(Damage::PercentEscapes)),
        None => (1, Some('%'), None),
    }
}
