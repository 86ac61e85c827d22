//! The words of a line, as shells and listings quote them, and the addresses and ports among them.

use super::firewall::{ParseError, Place};
use super::{Leniency, entry};
use crate::ports::{self, PortRange, Ports};
use crate::range::IpRange;

/// Splits a line at its blanks. Quotes of either kind keep blanks together; inside double quotes a
/// backslash takes the next character literally.
///
/// # Errors
///
/// When a quote is not closed, or a character of `refused` stands outside quotes.
pub(super) fn split(line: &str, number: usize, refused: &str) -> Result<Vec<String>, ParseError> {
    let error = |cause: String| ParseError::new(Place::Line(number), cause);
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (c, quote) {
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (_, Some(open)) if open == c => quote = None,
            ('\\', Some('"')) => word.get_or_insert_default().extend(characters.next()),
            (' ' | '\t' | '\r', None) => words.extend(word.take()),
            (c, None) if refused.contains(c) => {
                return Err(error(format!("has `{c}`, which makes it more than one command")));
            }
            _ => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(error("an unterminated string".to_owned()));
    }
    words.extend(word);
    Ok(words)
}

/// Addresses, networks and ranges.
pub(super) fn addresses<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    line: usize,
    leniency: Leniency,
) -> Result<Vec<IpRange>, ParseError> {
    let read = |text: &str| {
        entry::parse(text.as_bytes(), leniency).map_err(|fault| {
            let cause = format!("`{}` {fault}", contract::shown(text));
            ParseError { place: Place::Line(line), cause, hint: fault.hint() }
        })
    };
    texts.into_iter().map(read).collect()
}

/// Ports, and ranges with `between` between their ends; `None` for no texts.
pub(super) fn ports<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    between: char,
    line: usize,
) -> Result<Option<Ports>, ParseError> {
    let read = |text: &str| -> Result<PortRange, ParseError> {
        let (first, last) = text.split_once(between).unwrap_or((text, text));
        let run = port(first).zip(port(last)).filter(|(first, last)| first <= last);
        run.ok_or_else(|| {
            let cause = format!("has `{}`, which is not a port", contract::shown(text));
            ParseError::new(Place::Line(line), cause)
        })
    };
    Ok(Ports::of(texts.into_iter().map(read).collect::<Result<_, _>>()?))
}

/// A port by its number, or by a name that listings use.
pub(super) fn port(text: &str) -> Option<u16> {
    let named = match text {
        "ssh" => 22,
        "smtp" => 25,
        "domain" => 53,
        "http" => 80,
        "https" => 443,
        "ms-wbt-server" => 3389,
        "http-alt" => 8080,
        _ => return if text == "0" { Some(0) } else { ports::number(text).ok() },
    };
    Some(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_blanks_together() {
        for (line, expected) in [
            ("", Ok(&[][..])),
            ("a  b\tc\r", Ok(&["a", "b", "c"])),
            ("'a b' \"c \\\" d\" e'f'\"g\"", Ok(&["a b", "c \" d", "efg"])),
            ("'a\\' ''", Ok(&["a\\", ""])),
            ("'22','80-90'", Ok(&["22,80-90"])),
            ("a 'b", Err("an unterminated string")),
            ("a; b", Err("has `;`, which makes it more than one command")),
            ("'a; b'", Ok(&["a; b"])),
        ] {
            let words = split(line, 1, ";").map_err(|it| it.to_string());
            let expected: Result<Vec<String>, _> =
                expected.map(|it| it.iter().map(|&it| it.to_owned()).collect());
            assert_eq!(words, expected.map_err(str::to_owned), "{line}");
        }
    }
}
