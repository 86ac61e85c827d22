//! Blocks, attributes and literal values of Terraform's language.

use serde_json::{Map, Value};

use crate::rules::firewall::{ParseError, Place};
use crate::rules::json::EXPRESSION;

/// How deep blocks and lists may nest.
const DEEPEST: usize = 64;

/// `kind "label" "label" { … }`. Inner blocks are lists under their kind.
pub(super) struct Block {
    pub(super) kind: String,
    pub(super) labels: Vec<String>,
    pub(super) body: Map<String, Value>,
    pub(super) line: usize,
}

enum Item {
    Attribute(String, Value),
    Block(Block),
}

/// The text and the position in it.
struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    /// The position up to which lines were counted, and the line there.
    counted: (usize, usize),
}

/// The blocks of a file.
pub(super) fn blocks(text: &str) -> Result<Vec<Block>, ParseError> {
    Parser { text, at: 0, depth: 0, counted: (0, 1) }.blocks()
}

impl<'a> Parser<'a> {
    fn blocks(&mut self) -> Result<Vec<Block>, ParseError> {
        let mut blocks = Vec::new();
        loop {
            self.skip_space(true)?;
            if self.rest().is_empty() {
                return Ok(blocks);
            }
            match self.item()? {
                Item::Block(block) => blocks.push(block),
                Item::Attribute(..) => {
                    return Err(self.error("an attribute outside of any block"));
                }
            }
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, cause: &str) -> ParseError {
        let read = self.text.get(..self.at).unwrap_or(self.text);
        ParseError::new(Place::Line(read.matches('\n').count() + 1), cause)
    }

    /// The current line, counted on from the previous call.
    fn line(&mut self) -> usize {
        let (from, line) = self.counted;
        let since = self.text.get(from..self.at).unwrap_or_default();
        self.counted = (self.at, line + since.matches('\n').count());
        self.counted.1
    }

    fn take(&mut self, token: &str) -> bool {
        let is_next = self.rest().starts_with(token);
        self.at += if is_next { token.len() } else { 0 };
        is_next
    }

    /// Skips blanks and comments, and also line ends where they have no meaning.
    fn skip_space(&mut self, lines: bool) -> Result<(), ParseError> {
        loop {
            let rest = self.rest();
            let blank = |c: char| matches!(c, ' ' | '\t' | '\r') || (lines && c == '\n');
            self.at += rest.len() - rest.trim_start_matches(blank).len();
            let rest = self.rest();
            if rest.starts_with('#') || rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                let end = rest.find("*/").ok_or_else(|| self.error("an unterminated comment"))?;
                self.at += end + 2;
            } else {
                return Ok(());
            }
        }
    }

    fn item(&mut self) -> Result<Item, ParseError> {
        let line = self.line();
        let name =
            self.identifier().ok_or_else(|| self.error("neither a block nor an attribute"))?;
        let mut labels = Vec::new();
        loop {
            self.skip_space(false)?;
            if self.rest().starts_with('"') {
                labels
                    .push(self.string()?.ok_or_else(|| self.error("a label with an expression"))?);
            } else if labels.is_empty() && !self.rest().starts_with("==") && self.take("=") {
                self.skip_space(false)?;
                return Ok(Item::Attribute(name, self.value()?));
            } else if self.take("{") {
                let body = self.body()?;
                return Ok(Item::Block(Block { kind: name, labels, body, line }));
            } else {
                let label = self.identifier();
                labels.push(label.ok_or_else(|| self.error("neither a block nor an attribute"))?);
            }
        }
    }

    fn identifier(&mut self) -> Option<String> {
        let rest = self.rest();
        let is_in = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let end = rest.find(|c| !is_in(c)).unwrap_or(rest.len());
        let name = rest.get(..end).filter(|name| !name.is_empty())?;
        self.at += end;
        Some(name.to_owned())
    }

    /// The members of a block, including its closing brace.
    fn body(&mut self) -> Result<Map<String, Value>, ParseError> {
        self.deeper()?;
        let mut body = Map::new();
        loop {
            self.skip_space(true)?;
            if self.take("}") {
                self.depth -= 1;
                expand_each(&mut body);
                return Ok(body);
            }
            if self.rest().is_empty() {
                return Err(self.error("an unclosed block"));
            }
            match self.item()? {
                Item::Attribute(name, value) => {
                    if body.insert(name, value).is_some() {
                        return Err(self.error("an attribute that is set twice"));
                    }
                }
                Item::Block(block) => {
                    let list = body.entry(block.kind).or_insert_with(|| Value::Array(Vec::new()));
                    let list = list
                        .as_array_mut()
                        .ok_or_else(|| self.error("both block and attribute"))?;
                    list.push(Value::Object(block.body));
                }
            }
        }
    }

    fn deeper(&mut self) -> Result<(), ParseError> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(self.error("nested too deeply")) } else { Ok(()) }
    }

    /// A literal, or the text of any other expression.
    fn value(&mut self) -> Result<Value, ParseError> {
        let (start, depth) = (self.at, self.depth);
        if let Some(literal) = self.literal()? {
            let end = self.at;
            self.skip_space(false)?;
            if self.rest().is_empty() || self.rest().starts_with(['\n', ',', ']', ')', '}']) {
                return Ok(literal);
            }
            self.at = end;
        }
        (self.at, self.depth) = (start, depth);
        self.expression()
    }

    fn literal(&mut self) -> Result<Option<Value>, ParseError> {
        if self.rest().starts_with('"') {
            return Ok(self.string()?.map(Value::String));
        }
        if self.take("[") {
            return self.list().map(Some);
        }
        if self.take("toset(") {
            self.deeper()?;
            self.skip_space(true)?;
            let set = self.value()?;
            self.skip_space(true)?;
            self.depth -= 1;
            return Ok(self.take(")").then_some(set));
        }
        let rest = self.rest();
        let is_in = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        let end = rest.find(|c| !is_in(c)).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        self.at += end;
        Ok(match word {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            number => number.parse::<i64>().ok().map(Value::from),
        })
    }

    /// The items after a `[`.
    fn list(&mut self) -> Result<Value, ParseError> {
        self.deeper()?;
        let mut values = Vec::new();
        loop {
            self.skip_space(true)?;
            if self.take("]") {
                self.depth -= 1;
                return Ok(Value::Array(values));
            }
            values.push(self.value()?);
            self.skip_space(true)?;
            if !self.take(",") && !self.rest().starts_with(']') {
                return Err(self.error("an unclosed list"));
            }
        }
    }

    /// A quoted string; `None` if it contains a template.
    fn string(&mut self) -> Result<Option<String>, ParseError> {
        let inner = self.rest().get(1..).unwrap_or_default();
        let mut text = String::new();
        let mut is_literal = true;
        let mut characters = inner.char_indices();
        while let Some((at, c)) = characters.next() {
            match c {
                '"' => {
                    self.at += at + 2;
                    return Ok(is_literal.then_some(text));
                }
                '\n' => break,
                '\\' => match characters.next() {
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    Some((_, '\n')) | None => break,
                    Some(_) => is_literal = false,
                },
                '$' | '%' if inner.get(at + 1..).is_some_and(|rest| rest.starts_with('{')) => {
                    // `$${` is an escaped `${`.
                    is_literal &= inner.get(..at).is_some_and(|before| before.ends_with(c));
                    text.push(c);
                }
                _ => text.push(c),
            }
        }
        Err(self.error("an unterminated string"))
    }

    /// The text of an expression, up to the end of its line or of the enclosing list or block.
    fn expression(&mut self) -> Result<Value, ParseError> {
        let start = self.at;
        let mut open = 0_usize;
        while let Some(next) = self.rest().chars().next() {
            match next {
                '"' => {
                    self.string()?;
                    continue;
                }
                '<' if self.rest().starts_with("<<") => {
                    self.skip_heredoc()?;
                    break;
                }
                '(' | '[' | '{' => open += 1,
                ')' | ']' | '}' | ',' | '\n' if open == 0 => break,
                ')' | ']' | '}' => open -= 1,
                _ => {}
            }
            self.at += next.len_utf8();
        }
        let text = self.text.get(start..self.at).unwrap_or_default().trim().to_owned();
        if text.is_empty() {
            return Err(self.error("a value is missing"));
        }
        Ok(Value::Object(Map::from_iter([(EXPRESSION.to_owned(), Value::String(text))])))
    }

    /// Skips `<<-END` and the lines up to one that is `END`.
    fn skip_heredoc(&mut self) -> Result<(), ParseError> {
        let rest = self.rest();
        let (first, lines) = rest.split_once('\n').unwrap_or((rest, ""));
        let end = first.trim_start_matches('<').trim_start_matches('-').trim();
        let mut length = first.len() + 1;
        for line in lines.split_inclusive('\n') {
            length += line.len();
            if line.trim() == end {
                self.at += length - usize::from(line.ends_with('\n'));
                return Ok(());
            }
        }
        Err(self.error("an unterminated string"))
    }
}

/// `for_each = toset([…])` makes one resource for each value; `each.value` stands for all of them.
fn expand_each(body: &mut Map<String, Value>) {
    let Some(all @ Value::Array(_)) = body.get("for_each").cloned() else { return };
    for value in body.values_mut() {
        let expression = value.get(EXPRESSION).and_then(Value::as_str);
        if matches!(expression, Some("each.value" | "each.key")) {
            *value = all.clone();
        }
    }
}
