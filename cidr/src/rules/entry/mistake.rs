//! What an invalid entry was meant to be: one refusal for each kind of mistake.
//!
//! A correction is offered only if it is a valid entry that lets in no more than was written.

use std::net::Ipv4Addr;

use crate::rules::entry::error::{Decoration, EntryError};
use crate::rules::{entry, number};

/// Why the text is not a valid entry.
pub(super) fn explain(text: &[u8]) -> EntryError {
    let text = String::from_utf8_lossy(text);
    let text = text.as_ref();
    if text.trim_start_matches(is_quote).starts_with('@') && text.starts_with(is_quote) {
        return EntryError::QuotedFile;
    }
    let fault = comment(text).or_else(|| numbers(text)).or_else(|| dressed(text));
    fault.or_else(|| named(text)).unwrap_or(EntryError::NotAnAddress)
}

/// Comment signs of other file formats.
fn comment(text: &str) -> Option<EntryError> {
    let is_one =
        matches!(text, ";" | "--" | "REM") || text.starts_with("//") || text.starts_with("/*");
    is_one.then_some(EntryError::Comment)
}

/// Mistakes in the numbers themselves.
fn numbers(text: &str) -> Option<EntryError> {
    let head = text.split(['/', '-']).next().unwrap_or(text);
    if head.contains('%') {
        return Some(EntryError::Zone);
    }
    if let Some(prefix) = text.strip_prefix('/') {
        return (prefix.is_empty() || is_number(prefix)).then_some(EntryError::LonePrefix);
    }
    if text.contains("..")
        && let Some(fault) = fault_around(Decoration::Dots, &text.replace("..", "-"))
    {
        return Some(fault);
    }
    if head.is_empty() {
        return None;
    }
    if head.starts_with("0x") || head.starts_with("0X") || is_number(head) {
        return Some(EntryError::BareNumber);
    }
    if is_mac(head) {
        return Some(EntryError::Mac);
    }
    let is_hex = |c: char| c.is_ascii_hexdigit() || c == ':';
    if head.matches(':').count() >= 2 && head.chars().all(is_hex) {
        return number::ipv6(head.as_bytes()).is_none().then_some(EntryError::NotEightGroups);
    }
    if !head.chars().all(|c| c.is_ascii_digit() || c == '.') || number::is_ipv4(head) {
        return None;
    }
    let zero_led = |part: &str| part.len() > 1 && part.starts_with('0');
    if head.split('.').any(zero_led) {
        Some(EntryError::LeadingZero)
    } else {
        Some(EntryError::NotFourNumbers)
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_mac(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let is_octet = |part: &&str| part.len() == 2 && part.bytes().all(|it| it.is_ascii_hexdigit());
    parts.len() == 6 && parts.iter().all(is_octet)
}

/// Strips one decoration from a text and says whether the rest is an entry.
fn dressed(text: &str) -> Option<EntryError> {
    wrapped(text).or_else(|| replaced(text)).or_else(|| suffixed(text))
}

fn fault(decoration: Decoration, bare: &str) -> EntryError {
    EntryError::Decorated(decoration, corrected(bare))
}

/// Like [`fault`], but only if the rest is an entry.
fn fault_around(decoration: Decoration, bare: &str) -> Option<EntryError> {
    corrected(bare).map(|entry| EntryError::Decorated(decoration, Some(entry)))
}

/// Decoration around the address or before it.
fn wrapped(text: &str) -> Option<EntryError> {
    if text.starts_with(['{', '[']) && text.contains('"') || text.contains("\":") {
        return Some(EntryError::Decorated(Decoration::Json, None));
    }
    if let Some((_, rest)) = text.split_once("://") {
        return Some(fault(Decoration::Url, rest.split(['/', '?']).next().unwrap_or(rest)));
    }
    if let Some(bare) = text.strip_prefix('!') {
        return corrected(bare).and(Some(EntryError::Decorated(Decoration::Exclusion, None)));
    }
    let brackets = ['[', ']', '(', ')', '<', '>', '{', '}'];
    if text.contains(brackets) {
        return match text.rsplit_once("]:") {
            Some((address, _)) => Some(fault(Decoration::Port, &address.replace(brackets, ""))),
            None => fault_around(Decoration::Brackets, &text.replace(brackets, "")),
        };
    }
    for (mark, decoration) in [('@', Decoration::User), ('=', Decoration::Label)] {
        if let Some((_, bare)) = text.split_once(mark) {
            return fault_around(decoration, bare);
        }
    }
    None
}

/// Characters in place of similar ones.
fn replaced(text: &str) -> Option<EntryError> {
    if text.contains(is_invisible) {
        return Some(fault(Decoration::Invisible, &text.replace(is_invisible, "")));
    }
    if text.contains(is_quote) {
        return Some(fault(Decoration::Quotes, &text.replace(is_quote, "")));
    }
    if text.contains(is_dash) {
        return Some(fault(Decoration::Dash, &text.replace(is_dash, "-")));
    }
    if let Some(ascii) = to_ascii(text) {
        return Some(fault(Decoration::Foreign, &ascii));
    }
    if text.contains('\\') {
        return Some(fault(Decoration::Backslash, &text.replace('\\', "/")));
    }
    if text.contains(';') {
        return Some(fault(Decoration::Punctuation, &text.replace(';', ",")));
    }
    None
}

/// Decoration after the address.
fn suffixed(text: &str) -> Option<EntryError> {
    let port_of = text.strip_suffix("/tcp").or(text.strip_suffix("/udp")).unwrap_or(text);
    if let Some((bare, port)) = port_of.rsplit_once(':')
        && is_number(port)
        && number::is_ipv4(bare.split('/').next().unwrap_or(bare))
    {
        return Some(fault(Decoration::Port, bare));
    }
    let bare = text.trim_end_matches([':', '!', '?', '|']);
    if bare.len() < text.len() { fault_around(Decoration::Punctuation, bare) } else { None }
}

fn named(text: &str) -> Option<EntryError> {
    let lower = text.to_ascii_lowercase();
    if matches!(
        lower.as_str(),
        "any"
            | "all"
            | "anyone"
            | "anywhere"
            | "everyone"
            | "everywhere"
            | "internet"
            | "*"
            | "default"
            | "world"
    ) {
        return Some(EntryError::Anyone);
    }
    let host = lower.split([':', '/']).next().unwrap_or_default().trim_end_matches('.');
    let is_label = |label: &str| {
        let is_in = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !label.is_empty() && label.bytes().all(is_in) && !label.starts_with('-')
    };
    let has_letter = host.bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_name = host == "localhost" || (host.contains('.') && host.split('.').all(is_label));
    if has_letter && is_name {
        return Some(EntryError::HostName);
    }
    let is_word = |c: char| c.is_alphabetic() || matches!(c, '-' | '_');
    let word = text.trim_end_matches([':', ';']);
    (word.starts_with(char::is_alphabetic) && word.chars().all(is_word)).then_some(EntryError::Word)
}

/// The entries in a corrected text, in their normal form.
fn corrected(text: &str) -> Option<String> {
    let entries = text.split(',').map(str::trim).filter(|it| !it.is_empty());
    let read = entries.map(|it| entry::parse_exactly(it.as_bytes()));
    let read: Vec<_> = read.collect::<Option<_>>()?;
    let written: Vec<String> = read.iter().map(ToString::to_string).collect();
    (!written.is_empty()).then(|| written.join(","))
}

fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201f}' | '\u{2039}' | '\u{203a}'
    )
}

/// Hyphens, dashes and minus signs other than ASCII's.
fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{ad}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3000}' | '\u{feff}')
}

/// Replaces full-width characters (U+FF01 to U+FF5E) and the ideographic full stop by the ASCII
/// characters that they resemble; `None` if there is none to replace, or if other non-ASCII
/// characters remain.
fn to_ascii(text: &str) -> Option<String> {
    let ascii = |c: char| match c {
        '\u{3002}' | '\u{ff61}' => Some('.'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        c => c.is_ascii().then_some(c),
    };
    let text_in_ascii: String = text.chars().map(ascii).collect::<Option<_>>()?;
    (text_in_ascii != text).then_some(text_in_ascii)
}

/// Adds an explanation to the fault of a text that begins like an entry.
pub(super) fn explain_further(fault: EntryError, text: &[u8]) -> EntryError {
    let shown = String::from_utf8_lossy(text);
    match fault {
        EntryError::NotAPrefix => dressed(&shown).unwrap_or(fault),
        EntryError::MaskWithHoles => explain_mask(&shown),
        EntryError::ShortEnd(_) => {
            let hyphen = text.iter().position(|byte| *byte == b'-').unwrap_or(text.len());
            let (first, last) = text.split_at_checked(hyphen).unwrap_or_default();
            explain_end(first, last.strip_prefix(b"-").unwrap_or(last))
        }
        fault => fault,
    }
}

/// Why the second end of a range is invalid. For a short form (`10.0.0.1-9`), also the range that
/// it means.
pub(super) fn explain_end(first: &[u8], last: &[u8]) -> EntryError {
    let (fault, first) = (explain(last), String::from_utf8_lossy(first));
    let text = String::from_utf8_lossy(last);
    if !number::is_ipv4(&first)
        || !matches!(fault, EntryError::BareNumber | EntryError::NotFourNumbers)
    {
        return fault;
    }
    let parts = text.split('.').count();
    let kept: Vec<&str> = first.split('.').take(4_usize.saturating_sub(parts)).collect();
    let range = format!("{first}-{}", [kept.as_slice(), &[&text]].concat().join("."));
    EntryError::ShortEnd(corrected(&range).map(|_| range))
}

/// Explains an invalid netmask; an inverted one (`0.0.0.255`) comes from a router's access list.
fn explain_mask(text: &str) -> EntryError {
    let (address, mask) = text.split_once('/').unwrap_or((text, ""));
    let mask = mask.parse::<Ipv4Addr>().ok().map(|mask| !mask.to_bits());
    match mask.and_then(number::netmask_prefix).filter(|prefix| *prefix > 0) {
        Some(prefix) => EntryError::WildcardMask(corrected(&format!("{address}/{prefix}"))),
        None => EntryError::MaskWithHoles,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mistake_has_a_refusal_of_its_own() {
        use Decoration::{
            Backslash, Brackets, Dash, Dots, Exclusion, Foreign, Invisible, Json, Label, Port,
            Punctuation, Quotes, Url, User,
        };
        for (text, decoration, corrected) in [
            ("203.0.113.7:22", Port, "203.0.113.7"),
            ("203.0.113.0/24:22", Port, "203.0.113.0/24"),
            ("203.0.113.7:22/tcp", Port, "203.0.113.7"),
            ("[2001:db8::1]:22", Port, "2001:db8::1"),
            ("[2001:db8::1]", Brackets, "2001:db8::1"),
            ("<203.0.113.7>", Brackets, "203.0.113.7"),
            ("\"203.0.113.7\"", Quotes, "203.0.113.7"),
            ("\u{201c}203.0.113.7\u{201d}", Quotes, "203.0.113.7"),
            ("'203.0.113.0/24'", Quotes, "203.0.113.0/24"),
            ("https://203.0.113.7/login", Url, "203.0.113.7"),
            ("https://node.example.com/", Url, ""),
            ("ada@203.0.113.7", User, "203.0.113.7"),
            ("10.0.0.1\u{2013}10.0.0.9", Dash, "10.0.0.1-10.0.0.9"),
            ("10.0.0.1..10.0.0.9", Dots, "10.0.0.1-10.0.0.9"),
            ("!10.0.0.1", Exclusion, ""),
            ("10.0.0.1;10.0.0.9", Punctuation, "10.0.0.1,10.0.0.9"),
            ("203.0.113.0/24;", Punctuation, "203.0.113.0/24"),
            ("203.0.113.7|", Punctuation, "203.0.113.7"),
            ("10.0.0.0\\8", Backslash, "10.0.0.0/8"),
            ("10.0.0.1\u{a0}", Invisible, "10.0.0.1"),
            ("10.0.0.1\u{200b}", Invisible, "10.0.0.1"),
            ("\u{ff11}\u{ff10}.0.0.1", Foreign, "10.0.0.1"),
            ("{\"ip\":\"10.0.0.1\"}", Json, ""),
            ("allow=10.0.0.1", Label, "10.0.0.1"),
        ] {
            let corrected = Some(corrected.to_owned()).filter(|it| !it.is_empty());
            let refused = entry::parse(text.as_bytes(), crate::rules::Leniency::default());
            assert_eq!(refused, Err(EntryError::Decorated(decoration, corrected)), "{text}");
        }
    }

    #[test]
    fn words_and_numbers() {
        for (text, expected) in [
            ("any", EntryError::Anyone),
            ("*", EntryError::Anyone),
            ("node7.example.com", EntryError::HostName),
            ("node7.example.com:22", EntryError::HostName),
            ("localhost", EntryError::HostName),
            ("00:1a:2b:3c:4d:5e", EntryError::Mac),
            ("2001:db8:1", EntryError::NotEightGroups),
            ("1:2:3:4:5:6:7:8:9", EntryError::NotEightGroups),
            ("1::2::3", EntryError::NotEightGroups),
            ("/24", EntryError::LonePrefix),
            ("nonsense", EntryError::Word),
            ("Netzwerk-B\u{fc}ro", EntryError::Word),
            ("office2", EntryError::NotAnAddress),
            ("//", EntryError::Comment),
            ("//office", EntryError::Comment),
            (";", EntryError::Comment),
            ("/", EntryError::LonePrefix),
            ("10.0.0.0/", EntryError::NotAPrefix),
            ("1..2", EntryError::NotFourNumbers),
            ("10.0.0.x", EntryError::HostName),
            ("10.0.0.5-2.9", EntryError::ShortEnd(Some("10.0.0.5-10.0.2.9".into()))),
            ("10.0.0.9-5", EntryError::ShortEnd(None)),
        ] {
            let refused = entry::parse(text.as_bytes(), crate::rules::Leniency::default());
            assert_eq!(refused, Err(expected), "{text}");
        }
    }
}
