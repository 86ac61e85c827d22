//! A line, read once: its words and the signs between them, the addresses among them, and the cues
//! of each word.
//!
//! Quotes, emphasis and brackets are marks on a word, and signs connect two words; neither gets in
//! the way.

use std::num::NonZeroU16;
use std::ops::Range;

mod host_name;
mod kind;
mod names;
mod ornament;
mod resolve;

use super::cue::{self, Cue};
use super::{address, spelling};
use crate::target::{Host, parse_port};
pub(super) use host_name::is_host_name;
use kind::{is_class, is_dotted_key, is_host_or_word};
use ornament::is_ornament;

/// Longer than any name or host.
const WORD_BYTES: usize = 320;

/// A line split into words.
#[derive(Debug)]
pub(super) struct ParsedLine<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token<'a>>,
    cues: Vec<Cue>,
    /// The cues of all words, as a set.
    all: u64,
    /// The words that begin a sentence, except the first.
    sentences: Vec<usize>,
}

/// A word.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) span: Range<usize>,
    /// The signs between this word and the one before it.
    pub(super) gap: Signs,
    pub(super) what: Kind,
    cues: Range<usize>,
    /// The cues as a set.
    set: u64,
    /// Whether every part of it is in the vocabulary.
    pub(super) is_known: bool,
    /// The number of the bracket that encloses it; 0 for none.
    pub(super) bracket: u32,
}

/// What a word is, as a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Host(Host, Option<NonZeroU16>),
    Number,
    /// A path, a URL, a blob: nothing of interest.
    Junk,
}

/// Signs between two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Signs(u16);

impl Signs {
    pub(super) const BLANK: Self = Self(1);
    pub(super) const COLON: Self = Self(1 << 1);
    pub(super) const EQUALS: Self = Self(1 << 2);
    pub(super) const ARROW: Self = Self(1 << 3);
    pub(super) const COMMA: Self = Self(1 << 4);
    pub(super) const SENTENCE: Self = Self(1 << 5);
    pub(super) const OPEN: Self = Self(1 << 6);
    pub(super) const CLOSE: Self = Self(1 << 7);
    pub(super) const COLUMN: Self = Self(1 << 8);
    pub(super) const DASH: Self = Self(1 << 9);
    pub(super) const BRACE: Self = Self(1 << 10);
    /// A quote, emphasis or a square bracket before the word.
    pub(super) const MARK: Self = Self(1 << 11);
    /// A mark after the previous word.
    pub(super) const UNMARK: Self = Self(1 << 12);
    pub(super) const ANGLE: Self = Self(1 << 13);
    pub(super) const SLASH: Self = Self(1 << 14);

    /// A sign before a value.
    pub(super) const SIGN: Self = Self(Self::COLON.0 | Self::EQUALS.0 | Self::ARROW.0);
    /// Signs that end a phrase.
    pub(super) const BREAK: Self = Self(
        Self::COMMA.0
            | Self::SENTENCE.0
            | Self::COLUMN.0
            | Self::BRACE.0
            | Self::DASH.0
            | Self::SLASH.0,
    );

    pub(super) fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl<'a> ParsedLine<'a> {
    /// Reads a line.
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader { text, at: 0, gap: Signs::default(), bracket: 0, brackets: 0 };
        let (tokens, cues, sentences) = (Vec::new(), Vec::new(), Vec::new());
        let mut line = Self { text, tokens, cues, all: 0, sentences };
        while let Some((span, what)) = reader.next_word() {
            let word = text.get(span.clone()).unwrap_or_default();
            let mut gap = std::mem::take(&mut reader.gap);
            if gap.has(Signs::SENTENCE)
                && line.tokens.last().is_some_and(|before| is_abbreviation(before.text))
            {
                gap = gap.without(Signs::SENTENCE);
            }
            // `am 01.06. abgeschaltet`: the dot of a date.
            let is_date = |before: &Token<'_>| {
                !matches!(before.what, Kind::Host(..))
                    && before.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            };
            if gap.has(Signs::SENTENCE)
                && word.starts_with(char::is_lowercase)
                && line.tokens.last().is_some_and(is_date)
            {
                gap = gap.without(Signs::SENTENCE);
            }
            // A key with dots is not a host: `access.user = ada`, `node.ip: …`.
            let what = if is_host_or_word(&what) && is_dotted_key(word, text.get(span.end..)) {
                Kind::Word
            } else {
                what
            };
            let first = line.cues.len();
            let is_known = what == Kind::Word
                && (!is_class(word) || text.get(span.end..).is_some_and(|it| it.starts_with('=')))
                && cue::of(word, &mut line.cues);
            if gap.has(Signs::SENTENCE) {
                line.sentences.push(line.tokens.len());
            }
            line.tokens.push(Token {
                text: word,
                span,
                gap,
                what,
                cues: first..line.cues.len(),
                set: 0,
                is_known,
                bracket: reader.bracket,
            });
        }
        line.sign_labels();
        line.resolve();
        for token in &mut line.tokens {
            let cues = line.cues.get(token.cues.clone()).unwrap_or_default();
            token.set = cues.iter().fold(0, |set, cue| set | cue::bit(*cue));
            line.all |= token.set;
        }
        line.resolve_names();
        line
    }

    /// Whether any word of the line has one of these cues.
    pub(super) fn says(&self, wanted: &[Cue]) -> bool {
        wanted.iter().any(|cue| self.all & cue::bit(*cue) != 0)
    }

    /// Whether a word is one of these, in any case.
    pub(super) fn is_one_of(&self, at: usize, words: &[&str]) -> bool {
        let text = self.tokens.get(at).map_or("", |token| token.text);
        words.iter().any(|word| text.eq_ignore_ascii_case(word))
    }

    /// The cues of a word.
    pub(super) fn cues(&self, at: usize) -> &[Cue] {
        self.tokens.get(at).and_then(|token| self.cues.get(token.cues.clone())).unwrap_or_default()
    }

    /// The signs between the word and the next one; after the last word, the end of the line.
    pub(super) fn gap_behind(&self, at: usize) -> Signs {
        self.tokens.get(at + 1).map_or(Signs::SENTENCE, |next| next.gap)
    }

    pub(super) fn is_script_without_blanks(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| cue::is_script_without_blanks(token.text))
    }

    pub(super) fn has(&self, at: usize, cue: Cue) -> bool {
        self.tokens.get(at).is_some_and(|token| token.set & cue::bit(cue) != 0)
    }

    pub(super) fn has_any(&self, at: usize, wanted: &[Cue]) -> bool {
        let set = self.tokens.get(at).map_or(0, |token| token.set);
        set != 0 && wanted.iter().any(|cue| set & cue::bit(*cue) != 0)
    }

    /// The first and the last word of the sentence that contains a word.
    pub(super) fn sentence(&self, at: usize) -> Range<usize> {
        let next = self.sentences.partition_point(|start| *start <= at);
        let start = next.checked_sub(1).and_then(|this| self.sentences.get(this));
        let end = self.sentences.get(next).copied().unwrap_or(self.tokens.len());
        start.copied().unwrap_or(0)..end
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    gap: Signs,
    /// The open bracket, and the number of brackets so far.
    bracket: u32,
    brackets: u32,
}

impl Reader<'_> {
    /// The next word; the signs before it go to `gap`.
    fn next_word(&mut self) -> Option<(Range<usize>, Kind)> {
        loop {
            let rest = self.text.get(self.at..)?;
            let c = rest.chars().next()?;
            if let Some(bytes) = self.sign(c, rest) {
                self.at += bytes.max(c.len_utf8());
                continue;
            }
            let start = self.at;
            let (end, what) = self.word(start);
            self.at = end.max(start + c.len_utf8());
            return Some((start..self.at, what));
        }
    }

    /// Adds a sign to the gap and returns its length; `None` if a word begins here.
    fn sign(&mut self, c: char, rest: &str) -> Option<usize> {
        let next = rest.chars().nth(1);
        let (sign, bytes) = match c {
            _ if c.is_whitespace() => return Some(self.blanks(rest)),
            ':' | '：' => (Signs::COLON, 1),
            '=' | '-' if next == Some('>') => (Signs::ARROW, 2),
            '=' | '＝' => (Signs::EQUALS, 1),
            '→' | '⇒' | '➜' | '➔' | '➝' | '⟶' | '▶' | '►' | '▸' | '▹' | '☞' | '⇨' | '↦' | '➡'
            | '👉' => (Signs::ARROW, 1),
            // Alone they point at a value; next to one they quote it.
            '›' | '»' if self.is_after_blank() && next.is_some_and(char::is_whitespace) => {
                (Signs::ARROW, 1)
            }
            '…' if next == Some('…') => {
                (Signs::COLON, rest.len() - rest.trim_start_matches('…').len())
            }
            '.' if next == Some('.') => {
                (Signs::COLON, rest.len() - rest.trim_start_matches('.').len())
            }
            '.' if self.is_after_blank() && next.is_some_and(char::is_whitespace) => {
                (Signs::COLON, 1)
            }
            '.' | '!' | '?' | '।' | '؟' | '。' | '．' | '！' | '？' | '…' => {
                (Signs::SENTENCE, 1)
            }
            ',' | '，' | '،' | '؛' | '、' | ';' | '；' | '·' | '•' => (Signs::COMMA, 1),
            '(' | '（' => (self.open(), 1),
            ')' | '）' => (self.close(), 1),
            '{' | '}' => (Signs::BRACE, 1),
            '<' | '>' | '＜' | '＞' => (Signs::ANGLE, 1),
            '|' | '｜' => (Signs::COLUMN, 1),
            '-' | '–' | '—' | '/' if next.is_none_or(|next| next.is_whitespace() || next == c) => {
                (if c == '/' { Signs::SLASH } else { Signs::DASH }, 1)
            }
            '–' | '—' => (Signs::DASH, 1),
            '[' | '「' | '『' | '【' | '〈' | '《' | '［' => (Signs::MARK, 1),
            ']' | '」' | '』' | '】' | '〉' | '》' | '］' => (Signs::UNMARK, 1),
            '"' | '\'' | '`' | '*' | '“' | '”' | '„' | '‘' | '’' | '‚' | '‹' | '›' | '«' | '»'
            | '\\' | '~' | '#' => {
                let is_opening =
                    next.is_some_and(|next| !next.is_whitespace() && !",.;:)".contains(next));
                (if is_opening { Signs::MARK } else { Signs::UNMARK }, 1)
            }
            // `login: ada ✦ address: 203.0.113.7`
            _ if is_ornament(c)
                && self.at > 0
                && self.is_after_blank()
                && next.is_some_and(char::is_whitespace) =>
            {
                (Signs::COMMA, 1)
            }
            _ => return None,
        };
        self.gap.add(sign);
        Some(bytes)
    }

    fn is_after_blank(&self) -> bool {
        self.text.get(..self.at).is_some_and(|before| before.ends_with(char::is_whitespace))
    }

    /// Skips blanks; many of them separate columns.
    fn blanks(&mut self, rest: &str) -> usize {
        let bytes = rest.len() - rest.trim_start().len();
        self.gap.add(Signs::BLANK);
        let is_column =
            rest.starts_with("  ") || rest.get(..bytes).is_some_and(|it| it.contains('\t'));
        if is_column && self.at > 0 {
            self.gap.add(Signs::COLUMN);
        }
        bytes
    }

    fn open(&mut self) -> Signs {
        self.brackets += 1;
        self.bracket = self.brackets;
        Signs::OPEN
    }

    fn close(&mut self) -> Signs {
        self.bracket = 0;
        Signs::CLOSE
    }

    /// Where the word that begins at `start` ends, and what it is.
    fn word(&self, start: usize) -> (usize, Kind) {
        if let Some(literal) = address::literal_at(self.text, start) {
            let behind = self.text.get(literal.span.end..).unwrap_or_default();
            // `203.0.113.7:/export` is a file system.
            if behind.starts_with(":/") {
                let end = behind.find(char::is_whitespace).unwrap_or(behind.len());
                return (literal.span.end + end, Kind::Junk);
            }
            return (literal.span.end, Kind::Host(literal.host, literal.port));
        }
        let rest = self.text.get(start..).unwrap_or_default();
        let end = word_bytes(rest);
        let word = rest.get(..end).unwrap_or_default();
        (start + end, what(word))
    }
}

/// The length of the first word of the text.
fn word_bytes(text: &str) -> usize {
    let is_cjk = text.chars().next().is_some_and(spelling::is_cjk);
    let mut before = ' ';
    let mut is_plain = true;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        let ends = match c {
            _ if at == 0 => false,
            _ if c.is_whitespace() => true,
            _ if spelling::is_cjk(c) != is_cjk => true,
            ',' | ';' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '|' | '"' | '`' | '*'
            | '=' | '!' | '?' | '،' | '؛' | '।' | '؟' | '，' | '、' | '；' | '：' | '。' | '．'
            | '！' | '？' | '（' | '）' | '＝' | '「' | '」' | '『' | '』' | '【' | '】' | '“'
            | '”' | '„' | '‘' | '«' | '»' | '‹' | '›' | '‚' | '〈' | '〉' | '《' | '》' | '［'
            | '］' | '→' | '⇒' | '…' | '｜' | '\'' | '’' | '\\' => true,
            '-' if next == '>' => true,
            // The end of a sentence, or dots that lead to a value.
            '.' => next.is_whitespace() || ".,;:)\"'`]”*".contains(next) || spelling::is_cjk(next),
            ':' => {
                let is_inside = matches!(next, '/' | ':') || before == ':';
                let is_number = before.is_ascii_digit() && next.is_ascii_digit();
                let is_port = next.is_ascii_digit() && text.get(..at).is_some_and(is_dotted);
                !(is_inside || is_number || is_port)
            }
            '/' => is_plain && before.is_alphabetic() && next.is_alphabetic() && at > 1,
            _ => false,
        };
        if ends {
            return at;
        }
        is_plain &= c.is_alphabetic();
        before = c;
    }
    text.len()
}

/// Whether the dot after a word does not end a sentence.
pub(super) fn is_abbreviation(word: &str) -> bool {
    ["e.g", "i.e", "eg", "z.B", "p.ex", "ex", "vs", "cf", "approx", "ca", "nr", "no", "tel"]
        .iter()
        .any(|it| word.eq_ignore_ascii_case(it))
}

fn is_dotted(word: &str) -> bool {
    word.contains('.') && !word.contains('/')
}

fn what(word: &str) -> Kind {
    if word == "@" {
        return Kind::Word;
    }
    // Letters and digits without a sign between them are a word or a number.
    if word.len() <= WORD_BYTES
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !word.starts_with(|c: char| c.is_ascii_digit())
    {
        return Kind::Word;
    }
    let number = word
        .split_once('/')
        .filter(|(_, tail)| matches!(*tail, "tcp" | "TCP"))
        .map_or(word, |it| it.0);
    if number.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        && number.len() <= 5
        && parse_port(number).is_ok()
    {
        return Kind::Number;
    }
    if word.len() > WORD_BYTES || word.contains(['/', '@', '$', '%', '&']) {
        return Kind::Junk;
    }
    let (name, port) = match word.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (word, None),
    };
    if !name.contains('.') || !is_host_name(name) {
        return Kind::Word;
    }
    let port = port.map(parse_port);
    match (name.parse(), port.transpose()) {
        (Ok(host), Ok(port)) => Kind::Host(host, port),
        _ => Kind::Junk,
    }
}
