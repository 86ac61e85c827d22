//! The patterns of `known_hosts` and `ssh_config` (`ssh_config(5)`, PATTERNS): `*`, `?` and, in
//! lists, `!`.

/// The longest list item that OpenSSH accepts; with a longer one the whole list matches nothing.
const LONGEST_ITEM: usize = 1023;

/// What a list of patterns says about a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListMatch {
    /// An item matches, and no item with `!` before it does.
    Yes,
    /// No item matches.
    No,
    /// An item with `!` before it matches; this overrides all others.
    Denied,
}

/// What a comma-separated list says about `text`; `fold_case` ignores the case of letters.
#[must_use]
pub fn match_list(text: &str, list: &str, fold_case: bool) -> ListMatch {
    let mut found = ListMatch::No;
    for item in list.split(',') {
        let (item, negated) = match item.strip_prefix('!') {
            Some(item) => (item, true),
            None => (item, false),
        };
        if item.len() > LONGEST_ITEM {
            return ListMatch::No;
        }
        if match_one(text, item, fold_case) {
            if negated {
                return ListMatch::Denied;
            }
            found = ListMatch::Yes;
        }
    }
    found
}

/// Whether `pattern` matches the whole of `text`.
#[must_use]
pub fn match_one(text: &str, pattern: &str, fold_case: bool) -> bool {
    let (mut text, mut pattern) = (text.as_bytes(), pattern.as_bytes());
    // Where to go on when the text after the last `*` does not match: `*` then takes one byte more.
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), text.split_first()) {
            (Some((b'*', after)), _) => {
                retry = Some((after, text));
                pattern = after;
            }
            (Some((&expected, after)), Some((&byte, rest)))
                if expected == b'?'
                    || expected == byte
                    || fold_case && expected.eq_ignore_ascii_case(&byte) =>
            {
                (pattern, text) = (after, rest);
            }
            (None, None) => return true,
            _ => match retry {
                Some((after, [_, rest @ ..])) => {
                    retry = Some((after, rest));
                    (pattern, text) = (after, rest);
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_patterns() {
        for (text, pattern, expected) in [
            ("node7", "node7", true),
            ("node7", "node", false),
            ("node", "node7", false),
            ("node7", "node?", true),
            ("node", "node?", false),
            ("node7", "*", true),
            ("", "*", true),
            ("", "", true),
            ("", "?", false),
            ("node7.example.com", "*.example.com", true),
            ("example.com", "*.example.com", false),
            ("aaab", "*a*b", true),
            ("abcabd", "*ab?", true),
            ("abcabde", "*ab?", false),
            ("[node7]:2222", "[node?]:*", true),
            ("NODE7", "node7", false),
        ] {
            assert_eq!(match_one(text, pattern, false), expected, "{text} {pattern}");
        }
        assert!(match_one("node7", "NODE?", true));
    }

    #[test]
    fn a_hostile_pattern_takes_no_exponential_time() {
        let text = "a".repeat(1000);
        let pattern = format!("{}b", "*a".repeat(400));
        assert!(!match_one(&text, &pattern, false));
    }

    #[test]
    fn lists() {
        for (list, expected) in [
            ("node7,node8", ListMatch::Yes),
            ("node8,node9", ListMatch::No),
            ("node*,!node7", ListMatch::Denied),
            ("!node7,node*", ListMatch::Denied),
            ("!node8,node*", ListMatch::Yes),
            ("!node8", ListMatch::No),
            ("", ListMatch::No),
        ] {
            assert_eq!(match_list("node7", list, true), expected, "{list}");
        }
        let overlong = format!("node7,{}", "x".repeat(1024));
        assert_eq!(match_list("node7", &overlong, true), ListMatch::No);
    }

    /// The definition, which takes exponential time.
    fn by_definition(text: &[u8], pattern: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, rest) => rest.is_none(),
            (Some((b'*', after)), rest) => {
                by_definition(text, after)
                    || rest.is_some_and(|(_, rest)| by_definition(rest, pattern))
            }
            (Some((expected, after)), Some((byte, rest))) => {
                (*expected == b'?' || expected == byte) && by_definition(rest, after)
            }
            (Some(_), None) => false,
        }
    }

    proptest::proptest! {
        #[test]
        fn patterns_match_what_their_definition_says(text in "[ab]{0,8}", pattern in "[ab*?]{0,8}") {
            let expected = by_definition(text.as_bytes(), pattern.as_bytes());
            proptest::prop_assert_eq!(match_one(&text, &pattern, false), expected);
            proptest::prop_assert_eq!(match_one(&text.to_uppercase(), &pattern, true), expected);
            let negated = match_list(&text, &format!("a*,!{pattern}"), false);
            proptest::prop_assert_eq!(negated == ListMatch::Denied, expected);
        }
    }
}
