//! Removes what each line of a key got from other text: quoted mail, diffs, listings with numbers
//! or times, strings in a program. The words of the first and last lines are known, so the rest of
//! these lines shows what to remove. Only the key itself proves that this was right.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

/// How many of the first lines with known words to look at, besides the last one.
const EDGES: usize = 3;

/// The lines of a key within a text.
struct Block<'a> {
    lines: Vec<&'a str>,
    /// The text before and after the known words, for the lines that have any.
    edges: Vec<(&'a str, &'a str)>,
}

/// The text without what every line of the key carries. If there are several ways to read it, all
/// of them, the strictest first.
pub(super) fn stripped(text: &str) -> Vec<Zeroizing<String>> {
    let Some(block) = Block::find(text) else { return Vec::new() };
    let mut found = Vec::new();
    let befores: BTreeSet<_> = block.edges.iter().map(|(before, _)| *before).collect();
    let afters: BTreeSet<_> = block.edges.iter().map(|(_, after)| after.trim_end()).collect();
    for before in befores {
        for &after in &afters {
            if before.trim().is_empty() && after.is_empty() {
                continue;
            }
            found.extend(block.without(after, |line| without_literal(line, before)));
            found.extend(block.without(after, |line| without_shape(line, before)));
        }
    }
    found
}

/// Only the base64 of each line: its last run, without the ending of the first line, or its
/// longest.
pub(super) fn runs(text: &str) -> Vec<Zeroizing<String>> {
    let is_digit = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
    let Some(block) = Block::find(text).filter(|block| block.lines.len() > 2) else {
        return Vec::new();
    };
    let [first, inside @ .., last] = block.lines.as_slice() else { return Vec::new() };
    let after = block.edges.first().map_or("", |(_, after)| after.trim_end());
    let joined = |run: &dyn Fn(&str) -> Option<String>| {
        let mut text = Zeroizing::new(format!("{}\n", inner(first)));
        for line in inside {
            let line = line.trim_end();
            text.push_str(&run(line.strip_suffix(after).unwrap_or(line))?);
            text.push('\n');
        }
        text.push_str(inner(last));
        Some(text)
    };
    let last_run = |line: &str| line.rsplit(|c| !is_digit(c)).next().map(str::to_owned);
    let longest =
        |line: &str| line.split(|c| !is_digit(c)).max_by_key(|run| run.len()).map(str::to_owned);
    [joined(&last_run), joined(&longest)].into_iter().flatten().collect()
}

impl<'a> Block<'a> {
    fn find(text: &'a str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().collect();
        let at = |words: &str, from: usize| {
            let rest = lines.get(from..)?;
            rest.iter().position(|line| line.contains(words)).map(|place| from + place)
        };
        let (first, last) = match at("PuTTY-User-Key-File-", 0) {
            Some(first) => (first, at("Private-MAC:", first)?),
            None => {
                let first = at("PRIVATE KEY-", 0).filter(|first| {
                    lines.get(*first).is_some_and(|line| line.contains("BEGIN "))
                })?;
                (first, at("END ", first + 1)?)
            }
        };
        let lines = lines.get(first..=last)?.to_vec();
        let known = lines.iter().filter_map(|line| edges(line));
        let last = lines.last().and_then(|line| edges(line));
        let edges = known.take(EDGES).chain(last).collect();
        Some(Self { lines, edges })
    }

    /// The block without `after` at the ends of its lines, and without what `strip` removes at
    /// their beginnings; `None` if a line lacks either. The first and the last line may lack both.
    fn without(
        &self,
        after: &str,
        strip: impl Fn(&str) -> Option<&str>,
    ) -> Option<Zeroizing<String>> {
        let mut text = Zeroizing::new(String::new());
        for (number, line) in self.lines.iter().enumerate() {
            let is_edge = number == 0 || number + 1 == self.lines.len();
            let line = line.trim_end();
            let line = match line.strip_suffix(after) {
                Some(line) => line,
                None if is_edge => inner(line),
                None if line.trim().is_empty() => line,
                None => return None,
            };
            // The first line may have more before it than the others.
            match strip(line) {
                Some(line) => text.push_str(line),
                None if is_edge => text.push_str(inner(line)),
                None => return None,
            }
            text.push('\n');
        }
        Some(text)
    }
}

/// The text before and after the known words of a line.
fn edges(line: &str) -> Option<(&str, &str)> {
    let known = inner(line);
    if known.len() == line.len() && !is_known(line) {
        return None;
    }
    let start = line.find(known)?;
    Some((line.get(..start)?, line.get(start + known.len()..)?))
}

fn is_known(line: &str) -> bool {
    line.starts_with("-----") || line.starts_with("PuTTY-User-Key-File-")
}

/// The known words of a line: `-----BEGIN …-----`, `-----END …-----`, `Encryption: none`,
/// `Public-Lines: 2`; the whole line if it has none.
fn inner(line: &str) -> &str {
    const DASHES: &str = "-----";
    let armour = || {
        let word = ["BEGIN ", "END "].into_iter().find_map(|word| line.find(word))?;
        let start = line.get(..word)?.strip_suffix(DASHES)?.len();
        let end = word + line.get(word..)?.find(DASHES)? + DASHES.len();
        line.get(start..end)
    };
    let header = || {
        let (start, value) = ["Public-Lines: ", "Private-Lines: ", "Encryption: "]
            .into_iter()
            .find_map(|header| Some((line.find(header)?, line.split_once(header)?.1)))?;
        let is_value = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let after = value.trim_start_matches(is_value);
        line.get(start..line.len() - after.len())
    };
    let mac = || {
        let (start, value) = (line.find("Private-MAC: ")?, line.split_once("Private-MAC: ")?.1);
        let after = value.trim_start_matches(|c: char| c.is_ascii_hexdigit());
        line.get(start..line.len() - after.len())
    };
    let first = || line.get(line.find("PuTTY-User-Key-File-")?..);
    armour().or_else(header).or_else(mac).or_else(first).unwrap_or(line)
}

/// The line without `before` at its beginning; an empty line may lack the trailing blanks of
/// `before`.
fn without_literal<'a>(line: &'a str, before: &str) -> Option<&'a str> {
    let is_blank = line.trim_end() == before.trim_end();
    line.strip_prefix(before).or_else(|| is_blank.then_some(""))
}

/// The same, but numbers and the blanks around them may differ from line to line.
fn without_shape<'a>(line: &'a str, before: &str) -> Option<&'a str> {
    let is_number = |c: char| c.is_ascii_digit();
    if !before.contains(is_number) {
        return None;
    }
    let (mut line, mut before) = (line, before);
    while let Some(c) = before.chars().next() {
        if c.is_ascii_digit() {
            let rest = line.trim_start_matches(is_number);
            if rest.len() == line.len() {
                return None;
            }
            (line, before) = (rest, before.trim_start_matches(is_number));
        } else if c.is_whitespace() {
            (line, before) = (line.trim_start(), before.trim_start());
        } else {
            (line, before) = (line.strip_prefix(c)?, before.strip_prefix(c)?);
        }
    }
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [&str; 4] =
        ["-----BEGIN PRIVATE KEY-----", "AAAA1111++++", "11//", "-----END PRIVATE KEY-----"];

    fn marked(mark: impl Fn(usize, &str) -> String) -> String {
        KEY.iter().enumerate().fold(String::new(), |text, (at, line)| text + &mark(at, line) + "\n")
    }

    #[test]
    fn what_every_line_carries_is_taken_off() {
        for text in [
            marked(|_, line| format!("> {line}")),
            marked(|_, line| format!("> > {line}")),
            marked(|_, line| format!("+{line}")),
            marked(|_, line| format!("-{line}")),
            marked(|at, line| format!("{:>6}\t{line}", at + 7)),
            marked(|at, line| format!("id:{}:{line}", at + 99)),
            marked(|at, line| format!("Nov 30 01:02:{at:02} node7 app[12]: {line}")),
            marked(|_, line| format!("{line}\\par")),
            marked(|_, line| format!("{line}<br>")),
            marked(|_, line| format!("<li>{line}</li>")),
            marked(|_, line| format!("    \"{line}\\n\" +")),
        ] {
            let found = stripped(&text);
            assert!(found.iter().any(|it| it.lines().eq(KEY)), "{text}{found:?}");
        }
    }

    #[test]
    fn runs_of_base64_are_found_where_marks_differ() {
        let first = "key = \"-----BEGIN PRIVATE KEY-----\\n\" +";
        let text = format!(
            "{first}\n  \"AAAA1111++++\\n\" +\n     \"11//\\n\" +\n \"-----END PRIVATE KEY-----\";"
        );
        assert!(runs(&text).iter().any(|it| it.lines().eq(KEY)), "{:?}", runs(&text));
    }

    #[test]
    fn a_key_without_marks_has_nothing_stripped() {
        assert!(stripped(&marked(|_, line| line.to_owned())).is_empty());
        assert!(stripped("").is_empty() && runs("").is_empty());
    }
}
