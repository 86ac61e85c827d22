//! A dictionary for libFuzzer: the words in the sources of a reader.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Longer literals are messages.
const LONGEST: usize = 40;

/// The words in these files and folders, as an entry per line.
pub(super) fn of(sources: &[PathBuf]) -> io::Result<String> {
    let mut words = BTreeSet::new();
    for path in sources {
        collect(path, &mut words)?;
    }
    Ok(words.iter().flat_map(|word| ["\"", word, "\"\n"]).collect())
}

fn collect(path: &Path, words: &mut BTreeSet<String>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), words)?;
        }
        return Ok(());
    }
    let source = fs::read_to_string(path)?;
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    words.extend(code.flat_map(literals));
    Ok(())
}

/// The short string literals in a line, without those that have escapes or placeholders.
fn literals(line: &str) -> Vec<String> {
    let line = line.replace("'\"'", "").replace("\\\"", "\\");
    let inside_quotes = line.split('"').skip(1).step_by(2);
    let is_plain = |text: &&str| {
        (2..=LONGEST).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !b"\\{}".contains(&byte))
            && text.matches(' ').count() < 3
    };
    inside_quotes.filter(is_plain).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_short_literals() {
        for (line, expected) in [
            (r#"Some("yes" | b"no") => "#, &["yes", "no"][..]),
            (r#"if text.contains('"') { "Host" }"#, &["Host"]),
            (r#"("say \"hello\"", "Port")"#, &["Port"]),
            (r#"("\n", "a", "line {line}", "this is no word at all")"#, &[]),
            ("let text = text;", &[]),
        ] {
            assert_eq!(literals(line), expected, "{line}");
        }
    }

    #[test]
    fn every_source_is_read_once() {
        let source = crate::workspace::root().join("xtask").join("src").join("fuzz");
        let dictionary = of(&[source.clone(), source.join("dictionary.rs")]).expect("it is there");
        let lines = |word| dictionary.lines().filter(|line| *line == word).count();
        assert_eq!((lines("\"Host\""), lines("\"Port\"")), (1, 1));
    }
}
