//! Finds the answer of the script on the server among any other output of the account.

use super::{InstallError, Outcome};
use crate::defaults::QUOTED_CHARS;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The line was added.
    Added,
    /// The same line was there already, possibly with another comment.
    Present,
    /// All lines with the key were removed.
    Removed,
    /// There was no line with the key.
    Absent,
}

impl Change {
    const ALL: [Self; 4] = [Self::Added, Self::Present, Self::Removed, Self::Absent];

    /// Its name in the scripts and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Present => "present",
            Self::Removed => "removed",
            Self::Absent => "absent",
        }
    }
}

/// Why the script on the server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The server would ignore the line.
    Take,
    /// There is no file for it, or none to which the user may write.
    Find,
    /// The file could not be read or written.
    Write,
    /// Another change is in progress.
    Lock,
    /// The key is there, but with other options.
    Agree,
}

impl Refusal {
    fn of(word: &str) -> Option<Self> {
        Some(match word.strip_prefix("cannot-")? {
            "take" => Self::Take,
            "find" => Self::Find,
            "lock" => Self::Lock,
            "agree" => Self::Agree,
            _ => Self::Write,
        })
    }
}

/// How every line of an answer begins.
const NAME: &str = "pubkey-copy";

/// A warning for administrators of a Windows server.
const SHARED: &str =
    "the user is an administrator: through this file the key opens every administrator's account";

/// The words of the script, each with its escaped text.
#[derive(Debug)]
pub(super) struct Answer(Vec<(String, String)>);

impl Answer {
    pub(super) fn read(output: &[u8]) -> Self {
        let text = String::from_utf8_lossy(output);
        let entries = text.lines().filter_map(|line| {
            let mut fields = line.splitn(3, '\t');
            let (name, word, text) = (fields.next()?, fields.next()?, fields.next()?);
            // Earlier output without a line end may stand before it.
            name.ends_with(NAME).then(|| (word.to_owned(), contract::shown(text)))
        });
        Self(entries.collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last word is the result; warnings come before it.
    pub(super) fn outcome(self) -> Result<Outcome, InstallError> {
        let mut warnings = Vec::new();
        for (word, text) in self.0 {
            if let Some(change) = Change::ALL.into_iter().find(|change| change.name() == word) {
                return Ok(Outcome { change, file: text, warnings });
            }
            if let Some(why) = Refusal::of(&word) {
                return Err(InstallError::Refused { why, text });
            }
            match word.as_str() {
                "warning" => warnings.push(text),
                "shared" => warnings.push(SHARED.to_owned()),
                _ => {}
            }
        }
        Err(InstallError::Unanswered { said: None })
    }
}

/// The last line that is not blank, escaped.
pub(super) fn last_words(output: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(output);
    let last = text.lines().rev().find(|line| !line.trim().is_empty())?;
    Some(contract::escape::excerpt(last.trim(), QUOTED_CHARS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_found_among_other_output() {
        let said = "Welcome to node7!\r\n> pubkey-copy\twarning\tothers may write /home/ada\r\n\
                    pubkey-copy\tadded\t/home/ada/.ssh/authorized_keys\ngoodbye\n";
        let outcome = Answer::read(said.as_bytes()).outcome().expect("an outcome");
        let expected = Outcome {
            change: Change::Added,
            file: "/home/ada/.ssh/authorized_keys".into(),
            warnings: vec!["others may write /home/ada".into()],
        };
        assert_eq!(outcome, expected);
    }

    #[test]
    fn an_obstacle_is_reported_with_its_kind_and_escaped() {
        for (word, kind) in [
            ("take", Refusal::Take),
            ("find", Refusal::Find),
            ("write", Refusal::Write),
            ("lock", Refusal::Lock),
            ("agree", Refusal::Agree),
        ] {
            let said = format!("pubkey-copy\tcannot-{word}\tno \x1b[2Jroom\n");
            match Answer::read(said.as_bytes()).outcome() {
                Err(InstallError::Refused { why, text }) => {
                    assert_eq!((why, text.as_str()), (kind, r"no \u{1b}[2Jroom"));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn other_output_is_no_answer() {
        for said in ["", "added\n", "pubkey-copy added x\n", "pubkey-copy: hint\n"] {
            assert!(Answer::read(said.as_bytes()).is_empty(), "{said}");
        }
        assert_eq!(
            last_words(b"Hi ada!\n\x1b[1mno shell\r\n\n").as_deref(),
            Some(r"\u{1b}[1mno shell")
        );
        assert_eq!(last_words(b" \n"), None);
    }
}
