//! Arguments as `getopt` reads them: letters, some with a value, and words.

use std::path::Path;

/// The arguments of a command line, by kind.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    letters: Vec<(char, Option<String>)>,
    long: Vec<(String, Option<String>)>,
    words: Vec<String>,
}

impl Arguments {
    /// Reads the arguments of a program whose letters in `with_value` take a value.
    pub(super) fn read(arguments: &[String], with_value: &str) -> Self {
        let mut said = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            if let Some(name) = argument.strip_prefix("--") {
                let (name, value) = match name.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None => (name, arguments.clone().next().cloned()),
                };
                said.long.push((name.to_owned(), value));
                continue;
            }
            let Some(letters) = argument.strip_prefix('-').filter(|it| !it.is_empty()) else {
                said.words.push(argument.clone());
                continue;
            };
            for (at, letter) in letters.char_indices() {
                if !with_value.contains(letter) {
                    said.letters.push((letter, None));
                    continue;
                }
                let attached = letters.get(at + letter.len_utf8()..).filter(|it| !it.is_empty());
                let value = attached.map(str::to_owned).or_else(|| arguments.next().cloned());
                said.letters.push((letter, value));
                break;
            }
        }
        said
    }

    pub(super) fn has(&self, letter: char) -> bool {
        self.letters.iter().any(|(given, _)| *given == letter)
    }

    pub(super) fn value(&self, letter: char) -> Option<&str> {
        self.letters.iter().find(|(given, _)| *given == letter)?.1.as_deref()
    }

    pub(super) fn long(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.long.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    /// The key file: the value of `-f`, or the first word.
    pub(super) fn file(&self) -> Option<&str> {
        self.value('f').or_else(|| self.words.first().map(String::as_str))
    }

    pub(super) fn names_a_ppk(&self) -> bool {
        let extension = self.words.first().and_then(|word| Path::new(word).extension());
        extension.is_some_and(|it| it.eq_ignore_ascii_case("ppk"))
    }
}
