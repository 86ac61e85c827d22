//! The words of nftables' language, and the braces and line ends between them.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::rules::firewall::{ParseError, Place};

/// A word, a brace, or the end of a statement (a line feed or a semicolon).
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    /// Counted from 1.
    pub(super) line: usize,
}

impl Token<'_> {
    pub(super) fn is_end(&self) -> bool {
        matches!(self.text, "\n" | ";")
    }

    /// A refusal that quotes the word.
    pub(super) fn error(&self, cause: &str) -> ParseError {
        ParseError::new(Place::Line(self.line), format!("`{}` {cause}", contract::shown(self.text)))
    }
}

/// The most words in a statement after its definitions are expanded.
const MOST_WORDS: usize = 100_000;

/// Whether a backslash continues the line.
fn continues(rest: &str) -> bool {
    rest.get(1..).is_some_and(|after| after.trim_start_matches('\r').starts_with('\n'))
}

/// The length of the token that begins here; `None` for a quoted text that does not end.
fn length(first: char, rest: &str) -> Option<usize> {
    match first {
        '\n' | '{' | '}' | ';' | ',' | '=' => Some(1),
        '!' | '<' | '>' if rest.get(1..2) == Some("=") => Some(2),
        '"' => {
            let inner = rest.get(1..)?;
            let end = inner.find('"')?;
            (!inner.get(..end)?.contains('\n')).then_some(end + 2)
        }
        _ => {
            let ends =
                |c: char| c.is_whitespace() || matches!(c, '{' | '}' | ';' | ',' | '"' | '#');
            Some(rest.find(ends).unwrap_or(rest.len()))
        }
    }
}

pub(super) struct Tokens<'a> {
    rest: VecDeque<Token<'a>>,
    defined: Rc<HashMap<&'a str, Vec<Token<'a>>>>,
    last_line: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str) -> Result<Self, ParseError> {
        let (mut tokens, mut line, mut rest) = (VecDeque::new(), 1, text);
        while let Some(first) = rest.chars().next() {
            let after = match first {
                // Unicode blanks too: none of them begins a word.
                blank if blank != '\n' && blank.is_whitespace() => rest.get(blank.len_utf8()..),
                '#' => rest.get(rest.find('\n').unwrap_or(rest.len())..),
                '\\' if continues(rest) => {
                    line += 1;
                    rest.split_once('\n').map(|(_, after)| after)
                }
                _ => None,
            };
            if let Some(after) = after {
                rest = after;
                continue;
            }
            let length = length(first, rest)
                .ok_or_else(|| ParseError::new(Place::Line(line), "an unterminated string"))?;
            let (text, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            tokens.push_back(Token { text, line });
            line += usize::from(text == "\n");
            rest = after;
        }
        Ok(Self { rest: tokens, defined: Rc::default(), last_line: line })
    }

    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.rest.front().copied()
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        self.rest.pop_front()
    }

    pub(super) fn next_if(&mut self, wanted: impl Fn(&Token<'a>) -> bool) -> Option<Token<'a>> {
        let is_wanted = self.peek().is_some_and(|token| wanted(&token));
        if is_wanted { self.next() } else { None }
    }

    pub(super) fn expect(&mut self, missing: &str) -> Result<Token<'a>, ParseError> {
        let line = self.last_line;
        self.next().ok_or_else(|| ParseError::new(Place::Line(line), missing))
    }

    pub(super) fn open(&mut self) -> Result<(), ParseError> {
        let token = self.expect("a block without `{`")?;
        if token.text == "{" { Ok(()) } else { Err(token.error("stands in place of `{`")) }
    }

    pub(super) fn skip_ends(&mut self) {
        while self.next_if(Token::is_end).is_some() {}
    }

    /// Takes the words up to the end of a statement; braces may hold line ends.
    pub(super) fn statement(&mut self) -> Vec<Token<'a>> {
        let (mut words, mut open) = (Vec::new(), 0_usize);
        while let Some(token) =
            self.next_if(|token| open > 0 || !(token.is_end() || token.text == "}"))
        {
            match token.text {
                "{" => open += 1,
                "}" => open -= 1,
                _ => {}
            }
            match token.text.strip_prefix('$').and_then(|name| self.defined.get(name)) {
                Some(value) if words.len() < MOST_WORDS => {
                    words.extend(value.iter().map(|it| Token { line: token.line, ..*it }));
                }
                _ if token.is_end() => {}
                _ => words.push(token),
            }
        }
        words
    }

    pub(super) fn skip_statement(&mut self) {
        self.statement();
    }

    /// Reads `NAME = value`, which defines `$NAME`.
    pub(super) fn define(&mut self) -> Result<(), ParseError> {
        let words = self.statement();
        let [name, equals, value @ ..] = words.as_slice() else {
            return Err(ParseError::new(Place::Line(self.last_line), "an incomplete definition"));
        };
        if equals.text != "=" || value.is_empty() {
            return Err(name.error("is not defined"));
        }
        Rc::make_mut(&mut self.defined).insert(name.text, value.to_vec());
        Ok(())
    }

    /// The words up to the brace that closes the block.
    pub(super) fn block(&mut self) -> Result<Tokens<'a>, ParseError> {
        let (mut tokens, mut open) = (VecDeque::new(), 0_usize);
        loop {
            let token = self.expect("an unclosed block")?;
            match token.text {
                "{" => open += 1,
                "}" if open == 0 => break,
                "}" => open -= 1,
                _ => {}
            }
            tokens.push_back(token);
        }
        Ok(Tokens { rest: tokens, defined: Rc::clone(&self.defined), last_line: self.last_line })
    }

    pub(super) fn skip_to_close(&mut self) {
        // If the block does not end, the next read reports it.
        let _ = self.block();
    }

    pub(super) fn skip_block(&mut self) {
        if self.next_if(|token| token.text == "{").is_some() {
            self.skip_to_close();
        }
    }

    /// Reads `a, b, c }`, each without its timeout, counter and comment.
    pub(super) fn elements(&mut self) -> Result<Vec<String>, ParseError> {
        let (mut elements, mut words) = (Vec::new(), 0);
        loop {
            let token = self.expect("an unclosed set")?;
            match token.text {
                "}" => return Ok(elements),
                "," => words = 0,
                "\n" => {}
                text if words == 0 => {
                    elements.push(text.to_owned());
                    words = 1;
                }
                _ => words += 1,
            }
        }
    }
}
