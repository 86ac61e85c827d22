//! Where a value ends that is delimited by quotes, marks or blanks.

use std::ops::Range;

use crate::recognize::spelling;

/// Where the value that begins with a word ends: at the end of its quotation, at a blank, or at a
/// comma that is followed by something. So a hostile value is refused as a whole.
pub(super) fn raw_value(text: &str, word: Range<usize>) -> Range<usize> {
    let before = text.get(..word.start).and_then(|before| before.chars().next_back());
    let rest = text.get(word.start..).unwrap_or_default();
    let close = match before {
        Some(quote @ ('"' | '\'' | '`')) => Some(quote),
        Some('„') if !rest.contains('”') => Some('“'),
        Some('“' | '„' | '”') => Some('”'),
        Some('‘') => Some('’'),
        Some('‚') => Some('‘'),
        Some('«') => Some('»'),
        Some('»') => Some('«'),
        Some('‹') => Some('›'),
        Some('[') => Some(']'),
        Some('［') => Some('］'),
        Some('「') => Some('」'),
        Some('〈') => Some('〉'),
        Some('《') => Some('》'),
        _ => None,
    };
    if let Some(end) = close.and_then(|close| rest.find(close)) {
        let inner = rest.get(..end).unwrap_or_default();
        return word.start..word.start + inner.trim_end_matches('\\').len();
    }
    let ends = |(at, c): (usize, char)| {
        let behind = rest.get(at + c.len_utf8()..).unwrap_or_default();
        match c {
            ',' | ';' | '|' => is_list_sign(behind),
            _ => {
                c.is_whitespace()
                    || spelling::is_cjk(c)
                    || "，、；。「」『』【】〈〉《》［］‹›«»“”„‘’‚（）()<>→⇒".contains(c)
                    || behind.starts_with('>') && c == '-'
            }
        }
    };
    let end = rest.char_indices().find(|it| ends(*it)).map_or(rest.len(), |(at, _)| at);
    let value = rest.get(..end).unwrap_or_default();
    word.start..word.start + spelling::without_sentence_end(value).len()
}

/// Whether a comma before this text separates two values and is not part of one.
fn is_list_sign(behind: &str) -> bool {
    let key = behind.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '"' | '\'')));
    behind.is_empty()
        || behind.starts_with(|c: char| c.is_whitespace() || "\"'`)]}*".contains(c))
        || key.and_then(|end| behind.get(end..)).is_some_and(|rest| rest.starts_with(['=', ':']))
}
