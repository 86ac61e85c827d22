//! The patterns of `Include` (`glob(7)`): `*`, `?`, and sets such as `[0-9]` or `[!a]`.

/// Whether a file's name is one that a pattern stands for. Names that begin with a dot need a
/// pattern that does.
pub(super) fn is_like(name: &str, pattern: &str) -> bool {
    (pattern.starts_with('.') || !name.starts_with('.'))
        && matches(&name.chars().collect::<Vec<_>>(), &pattern.chars().collect::<Vec<_>>())
}

/// Whether a part of a path stands for more than itself.
pub(super) fn is_pattern(part: &str) -> bool {
    part.contains(['*', '?', '['])
}

/// Tries the last `*` again with one more character, as long as the rest does not match.
fn matches(name: &[char], pattern: &[char]) -> bool {
    let (mut at, mut rest) = (0, pattern);
    let mut star = None;
    loop {
        match (rest.split_first(), name.get(at)) {
            (Some(('*', after)), _) => {
                star = Some((at, after));
                rest = after;
                continue;
            }
            (Some((first, after)), Some(&c)) => {
                if let Some(after) = one(*first, after, c) {
                    (at, rest) = (at + 1, after);
                    continue;
                }
            }
            (None, None) => return true,
            (_, _) => {}
        }
        match star {
            Some((from, after)) if from < name.len() => {
                star = Some((from + 1, after));
                (at, rest) = (from + 1, after);
            }
            _ => return false,
        }
    }
}

/// The pattern after the part that stands for this character, if it does.
fn one(first: char, after: &[char], c: char) -> Option<&[char]> {
    match first {
        '?' => Some(after),
        '[' => match set(after) {
            Some((set, after)) => holds(set, c).then_some(after),
            // A bracket that is not closed stands for itself.
            None => (c == '[').then_some(after),
        },
        '\\' => {
            let (literal, after) = after.split_first()?;
            (*literal == c).then_some(after)
        }
        literal => (literal == c).then_some(after),
    }
}

/// The inside of a set, and what follows it. A `]` that comes first belongs to it.
fn set(text: &[char]) -> Option<(&[char], &[char])> {
    let first = usize::from(matches!(text.first(), Some('!'))) + 1;
    let end = text.iter().skip(first).position(|c| *c == ']')? + first;
    Some((text.get(..end)?, text.get(end + 1..)?))
}

fn holds(set: &[char], c: char) -> bool {
    let (negated, mut set) = match set {
        ['!', set @ ..] => (true, set),
        set => (false, set),
    };
    let mut found = false;
    while let [first, after @ ..] = set {
        (found, set) = match after {
            ['-', last, after @ ..] => (found || (*first..=*last).contains(&c), after),
            _ => (found || *first == c, after),
        };
    }
    found != negated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_glob() {
        for (pattern, names, others) in [
            ("*", &["a", "a.conf"][..], &[".a"][..]),
            ("*.conf", &["a.conf", "a.b.conf"], &["a.conf~", ".conf"]),
            ("[0-9]?-*", &["10-a", "99-"], &["a0-a", "1-a"]),
            ("[!0-9]*", &["a1"], &["1a"]),
            // In a shell, but not in ssh, `^` may stand for `!`.
            ("[^a]", &["^", "a"], &["b"]),
            ("[]a]", &["]", "a"], &["b"]),
            ("[a-]", &["a", "-"], &["b"]),
            ("[a", &["[a"], &["a"]),
            ("a\\*", &["a*"], &["ab"]),
            (".*", &[".a"], &["a"]),
            ("*a*b", &["xaxab", "ab"], &["xaxa", "b"]),
        ] {
            for name in names {
                assert!(is_like(name, pattern), "{pattern} {name}");
            }
            for name in others {
                assert!(!is_like(name, pattern), "{pattern} {name}");
            }
        }
    }
}
