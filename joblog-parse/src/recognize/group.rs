//! Objects and lists of JSON and similar formats in a line: where they begin and end, and their
//! names.

use super::label::{self, Label};
use super::spelling;

/// How far back the name of a group is searched.
const NAME_BYTES: usize = 256;

/// A brace or bracket of an object or a list.
#[derive(Debug)]
pub(super) enum Brace<'a> {
    Begin { is_list: bool, label: Option<Label>, name: Option<&'a str> },
    End,
}

/// The braces of JSON in a line with their positions, if keys are quoted or the line has nothing
/// but brackets.
pub(super) fn braces(text: &str) -> Vec<(usize, Brace<'_>)> {
    if !text.contains(['{', '}', '[', ']']) {
        return Vec::new();
    }
    let is_bare = text.chars().all(|c| c.is_whitespace() || "{}[],".contains(c));
    let is_opening = text
        .trim_end()
        .strip_suffix(['{', '['])
        .is_some_and(|before| before.trim_end().ends_with(['=', ':', '>']));
    let has_quoted_key = ["\":", "\\\":", "\" :"].iter().any(|key| text.contains(key));
    if !is_bare && !is_opening && !has_quoted_key {
        return Vec::new();
    }
    // In JSON within a string, every quote is escaped; then only escaped quotes count.
    let is_nested = text.contains("\\\":");
    let mut in_quotes = false;
    let mut braces = Vec::new();
    let mut is_escaped = false;
    for (place, c) in text.char_indices() {
        match c {
            '"' if is_nested || !is_escaped => in_quotes = !in_quotes,
            '{' | '[' if !in_quotes => {
                let name = name(text.get(..place).unwrap_or_default());
                let label = name.and_then(label::classify);
                braces.push((place, Brace::Begin { is_list: c == '[', label, name }));
            }
            '}' | ']' if !in_quotes => braces.push((place, Brace::End)),
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    braces
}

/// The name of the object or list that begins after `before`.
pub(super) fn name(before: &str) -> Option<&str> {
    let trimmed = spelling::tail(before.trim_end(), NAME_BYTES);
    let labelled =
        trimmed.strip_suffix("=>").or_else(|| trimmed.strip_suffix([':', '=']))?.trim_end();
    let is_edge = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | ' '));
    let name = labelled.trim_end_matches(['"', '\'', '\\']);
    let is_quoted = name.len() < labelled.len();
    let name = name.rsplit(is_edge).next()?;
    let name = if is_quoted { name } else { name.split_whitespace().next_back()? };
    (!name.is_empty()).then_some(name)
}
