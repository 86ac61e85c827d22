//! Helper predicates about spelling.

/// Whether a word may begin after `before`: at the start, after a blank, a bracket, a quote, a sign
/// of a shell or log, or one of `also`.
pub(super) fn ends_word(before: &str, also: &str) -> bool {
    before.chars().next_back().is_none_or(|c| {
        c.is_whitespace()
            || "\"'`([{<>|:=;,&$*“‘«„‚‹»›：，、；（「『【]".contains(c)
            || is_cjk(c)
            || also.contains(c)
    })
}

/// The text without trailing characters that end a sentence, a bracket or a quotation.
pub(super) fn without_sentence_end(text: &str) -> &str {
    let closers = if text.contains('[') {
        ".,;!?)}\"'`*”’»“‘«›」』"
    } else {
        ".,;!?)}\"'`*”’»“‘«›」』:]"
    };
    text.trim_end_matches(|c| closers.contains(c))
}

/// The last `bytes` bytes of a text, or slightly fewer: text far before a value is not part of its
/// label.
pub(super) fn tail(text: &str, bytes: usize) -> &str {
    let start = text.len().saturating_sub(bytes);
    (start..text.len()).find_map(|at| text.get(at..)).unwrap_or_default()
}

/// The first `bytes` bytes of a text, or slightly fewer.
pub(super) fn head(text: &str, bytes: usize) -> &str {
    let end = text.len().min(bytes);
    (0..=end).rev().find_map(|at| text.get(..at)).unwrap_or_default()
}

/// The words of a label in lower case, even if run together: `publicIpAddress` and
/// `PUBLIC_IP-address` have three.
pub(super) fn words(label: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    // Otherwise the small `v` would start a word.
    let label = &label.replace("IPv", "Ipv");
    for (index, c) in label.char_indices() {
        if !c.is_alphanumeric() {
            before = ' ';
            continue;
        }
        let next = label.get(index + c.len_utf8()..).and_then(|rest| rest.chars().next());
        let is_hump = c.is_uppercase()
            && (before.is_lowercase()
                || (before.is_uppercase() && next.is_some_and(char::is_lowercase)));
        match words.last_mut() {
            Some(word) if before != ' ' && !is_hump && c.is_ascii() => {
                word.push(c.to_ascii_lowercase());
            }
            Some(word) if before != ' ' && !is_hump => word.extend(c.to_lowercase()),
            _ => words.push(c.to_lowercase().collect()),
        }
        before = c;
    }
    words
}

/// The word in lower case and without accents, so that one spelling is enough for look-ups.
pub(super) fn folded(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        let base = match c {
            'A'..='Z' => c.to_ascii_lowercase(),
            '\0'..='\u{7f}' => c,
            'À'..='Å' | 'à'..='å' | 'Ą' | 'ą' | 'Ă' | 'ă' | 'Ā' | 'ā' | 'Ạ'..='ặ' => {
                'a'
            }
            'Ç' | 'ç' | 'Ć' | 'ć' | 'Č' | 'č' => 'c',
            'Ď' | 'ď' | 'Đ' | 'đ' => 'd',
            'È'..='Ë' | 'è'..='ë' | 'Ę' | 'ę' | 'Ě' | 'ě' | 'Ẹ'..='ệ' => 'e',
            'Ğ' | 'ğ' => 'g',
            'Ì'..='Ï' | 'ì'..='ï' | 'İ' | 'ı' | 'Ĩ' | 'ĩ' | 'Ỉ'..='ị' => 'i',
            'Ł' | 'ł' => 'l',
            'Ñ' | 'ñ' | 'Ń' | 'ń' | 'Ň' | 'ň' => 'n',
            'Ò'..='Ö' | 'ò'..='ö' | 'Ø' | 'ø' | 'Ő' | 'ő' | 'Ơ' | 'ơ' | 'Ọ'..='ợ' => {
                'o'
            }
            'Ř' | 'ř' => 'r',
            'Ś' | 'ś' | 'Š' | 'š' | 'Ş' | 'ş' | 'Ș' | 'ș' => 's',
            'Ť' | 'ť' | 'Ț' | 'ț' => 't',
            'Ù'..='Ü' | 'ù'..='ü' | 'Ů' | 'ů' | 'Ű' | 'ű' | 'Ũ' | 'ũ' | 'Ư' | 'ư' | 'Ụ'..='ự' => {
                'u'
            }
            'Ý' | 'ý' | 'Ỳ'..='ỹ' => 'y',
            'Ź' | 'ź' | 'Ż' | 'ż' | 'Ž' | 'ž' => 'z',
            'Œ' | 'œ' => {
                out.push('o');
                'e'
            }
            'ß' => {
                out.push('s');
                's'
            }
            // A combining mark, which the lower case of `İ` has too.
            '\u{300}'..='\u{36f}' => continue,
            c => c,
        };
        out.push(base);
    }
    out
}

/// Whether a letter belongs to a script without spaces between words, or with particles on words.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '々')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_taken_apart() {
        for (label, expected) in [
            ("Job username on the system", "job username on the system"),
            ("publicIpAddress", "public ip address"),
            ("PublicDNSName", "public dns name"),
            ("ansible_host", "ansible host"),
            ("EXTERNAL-IP", "external ip"),
            ("HostName", "host name"),
            ("IPv4", "ipv4"),
        ] {
            assert_eq!(words(label).join(" "), expected);
        }
    }
}
