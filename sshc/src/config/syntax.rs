//! The lines of `ssh_config`: a keyword and words, which may be quoted.

/// The parts of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directive<'a> {
    /// The keyword as written.
    pub(super) keyword: &'a str,
    /// The words after it, without quotes, up to a comment.
    pub(super) words: Vec<String>,
    /// Everything after it verbatim, for options that take a command.
    pub(super) raw: &'a str,
}

/// Why a line cannot be split into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnbalancedQuotes;

const BLANK: [char; 3] = [' ', '\t', '\x0c'];

impl<'a> Directive<'a> {
    /// Parses a line; `None` for an empty one or a comment. One `=` may follow the keyword.
    pub(super) fn parse(line: &'a str) -> Result<Option<Self>, UnbalancedQuotes> {
        let line = line.trim_matches(|c| BLANK.contains(&c) || c == '\r' || c == '\n');
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        let (keyword, rest) = match line.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or(UnbalancedQuotes)?,
            None => line
                .find(|c| BLANK.contains(&c) || c == '=')
                .map_or((line, ""), |end| line.split_at(end)),
        };
        let rest = rest.trim_start_matches(BLANK);
        let raw = rest.strip_prefix('=').unwrap_or(rest).trim_start_matches(BLANK);
        Ok(Some(Self { keyword, words: split(raw)?, raw }))
    }
}

/// Splits at blanks outside quotes, up to a word that begins with `#`. A backslash escapes a quote
/// or a backslash, and outside quotes also a space.
pub(super) fn split(text: &str) -> Result<Vec<String>, UnbalancedQuotes> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| BLANK.contains(c)).is_some() {}
        match chars.peek() {
            None | Some('#') => return Ok(words),
            Some(_) => words.push(word(&mut chars)?),
        }
    }
}

fn word(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, UnbalancedQuotes> {
    let mut word = String::new();
    let mut quote = None;
    while let Some(&c) = chars.peek() {
        if quote.is_none() && BLANK.contains(&c) {
            break;
        }
        chars.next();
        match c {
            '\\' => {
                let takes = |next: &char| {
                    matches!(next, '\\' | '"' | '\'') || (quote.is_none() && *next == ' ')
                };
                word.push(chars.next_if(takes).unwrap_or('\\'));
            }
            '"' | '\'' if quote.is_none() => quote = Some(c),
            c if quote == Some(c) => quote = None,
            c => word.push(c),
        }
    }
    if quote.is_some() { Err(UnbalancedQuotes) } else { Ok(word) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        for (line, keyword, words) in [
            ("Port 22", "Port", &["22"][..]),
            ("  Port\t=\t22  \r\n", "Port", &["22"]),
            ("Port=22", "Port", &["22"]),
            ("\"Port\"=22 # comment", "Port", &["22"]),
            ("Host a  b\tc", "Host", &["a", "b", "c"]),
            ("Host \"a b\" 'c d'", "Host", &["a b", "c d"]),
            ("Host a\"b c\"d", "Host", &["ab cd"]),
            (r#"Host a\ b "c\"d" e\f "g\ h" \\"#, "Host", &["a b", "c\"d", r"e\f", r"g\ h", "\\"]),
            ("Host a#b #c", "Host", &["a#b"]),
            ("Host \"\" x", "Host", &["", "x"]),
            ("Host", "Host", &[]),
            ("SetEnv A=b", "SetEnv", &["A=b"]),
        ] {
            let read = Directive::parse(line).unwrap().unwrap();
            assert_eq!(
                (read.keyword, &read.words[..]),
                (keyword, &words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>()[..]),
                "{line}"
            );
        }
        for line in ["", "   ", "# comment", "\t#"] {
            assert_eq!(Directive::parse(line), Ok(None));
        }
        for line in ["Host \"a", "Host 'a", "\"Host a", "Host a'b c"] {
            assert_eq!(Directive::parse(line), Err(UnbalancedQuotes), "{line}");
        }
    }

    #[test]
    fn commands_are_kept_as_they_stand() {
        let read = Directive::parse("ProxyCommand =  nc \"%h\"  %p # x ").unwrap().unwrap();
        assert_eq!(read.raw, "nc \"%h\"  %p # x");
    }

    /// A word that is quoted or escaped.
    fn quoted(word: &str, way: u8) -> String {
        let escaped = word.replace('\\', r"\\").replace('"', "\\\"").replace('\'', r"\'");
        let is_unclear = word.is_empty() || word.contains(BLANK) || word.starts_with(['#', '=']);
        match (way % 3, is_unclear) {
            (0, _) => format!("\"{escaped}\""),
            (1, _) => format!("'{escaped}'"),
            (_, false) => escaped,
            (_, true) => format!("\"{escaped}\""),
        }
    }

    proptest::proptest! {
        #[test]
        fn words_come_back_however_they_are_quoted(
            words in proptest::collection::vec(("[ -~\t\u{e9}]{0,12}", proptest::prelude::any::<u8>()), 0..5),
            gap in "[ \t]{1,3}",
            comment in proptest::sample::select(vec!["", " # x", "\t#\"", "\r\n"]),
        ) {
            let line: Vec<_> = words.iter().map(|(word, way)| quoted(word, *way)).collect();
            let line = format!("{gap}Host{gap}{}{comment}", line.join(&gap));
            let read = Directive::parse(&line).unwrap().unwrap();
            let words: Vec<_> = words.into_iter().map(|(word, _)| word).collect();
            proptest::prop_assert_eq!((read.keyword, read.words), ("Host", words), "{}", line);
        }

        #[test]
        fn any_line_is_read_or_refused(line in "\\PC{0,40}") {
            if let Ok(Some(read)) = Directive::parse(&line) {
                proptest::prop_assert!(line.contains(read.keyword) && line.contains(read.raw));
            }
        }
    }
}
