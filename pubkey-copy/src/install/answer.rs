//! What the script on the server answers, among whatever else the account prints.

use super::{InstallError, Outcome};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The line is new there.
    Added,
    /// The very line was there already, at most with another comment.
    Present,
    /// All lines with the key are gone.
    Removed,
    /// There was none.
    Absent,
}

impl Change {
    const ALL: [Self; 4] = [Self::Added, Self::Present, Self::Removed, Self::Absent];

    /// The word of the scripts, and of JSON.
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

/// What kept the server's side from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The server would pass over the line.
    Take,
    /// There is no file for it, or not one that the user may write.
    Find,
    /// The file could not be read or written.
    Write,
    /// Another change is under way.
    Lock,
    /// The key is there, with other options.
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

/// What every line of an answer begins with.
const NAME: &str = "pubkey-copy";

/// What an administrator of a Windows server should know.
const SHARED: &str =
    "the user is an administrator: with this file the key opens every administrator's account";

/// The most that is shown of what somebody else said, in characters.
const MOST_SHOWN: usize = 200;

/// The words of the script and their texts, escaped.
#[derive(Debug)]
pub(super) struct Answer(Vec<(String, String)>);

impl Answer {
    pub(super) fn read(output: &[u8]) -> Self {
        let text = String::from_utf8_lossy(output);
        let entries = text.lines().filter_map(|line| {
            let mut fields = line.splitn(3, '\t');
            let (name, word, text) = (fields.next()?, fields.next()?, fields.next()?);
            // What was printed before without a line end stands in front of it.
            name.ends_with(NAME).then(|| (word.to_owned(), contract::shown(text)))
        });
        Self(entries.collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last word counts; warnings stand before it.
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

/// The last line that says something, escaped.
pub(super) fn last_words(output: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(output);
    let last = text.lines().rev().find(|line| !line.trim().is_empty())?;
    Some(contract::escape::excerpt(last.trim(), MOST_SHOWN))
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
    fn an_obstacle_is_told_with_its_kind_and_escaped() {
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
