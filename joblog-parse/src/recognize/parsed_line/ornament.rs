//! Signs that only separate words.

/// Whether a character is a sign that separates words, not a letter or a picture.
pub(super) fn is_ornament(c: char) -> bool {
    matches!(c, '\u{2020}'..='\u{2027}' | '\u{2190}'..='\u{22ff}' | '\u{25a0}'..='\u{2604}')
        || matches!(c, '\u{2606}'..='\u{2608}' | '\u{2719}'..='\u{2767}' | '¦' | '§' | '¶' | '×')
}
