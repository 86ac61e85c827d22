//! Command lines of `scp`, `sftp` and `rsync`: whoever copies to a host can log in to it.

use std::ops::Range;

use super::command::{Outcome, Said};
use super::options::{Argument, SCP_VALUES, SFTP_VALUES, argument};
use super::shell::{self, Words};
use super::{Refusal, spelled};

/// A command line found in a text.
#[derive(Debug)]
pub(super) struct Found {
    /// Where it stands, its quotes included.
    pub(super) span: Range<usize>,
    /// What its first remote end comes to; `None` without one.
    pub(super) outcome: Option<Outcome>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Program {
    Scp,
    Sftp,
    Rsync,
}

const PROGRAMS: [(&str, Program); 3] =
    [("scp", Program::Scp), ("sftp", Program::Sftp), ("rsync", Program::Rsync)];

/// The first such command at `from` or behind it.
pub(super) fn find(text: &str, from: usize) -> Option<Found> {
    let rest = text.get(from..)?;
    let found = PROGRAMS.iter().filter_map(|(name, program)| {
        let mut places = rest.match_indices(name).map(|(at, _)| from + at);
        let start = places.find(|start| is_word(text, *start, name.len()))?;
        Some((start, start + name.len(), *program))
    });
    let (start, behind, program) = found.min_by_key(|(start, ..)| *start)?;
    let (arguments, end, _) = shell::arguments(text, start, behind);
    Some(Found { span: start..end, outcome: remote(&arguments, program) })
}

fn is_word(text: &str, start: usize, bytes: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let behind = text.get(start + bytes..).unwrap_or_default();
    spelled::ends_word(before, "/\\") && behind.starts_with(char::is_whitespace)
}

/// The first `user@host:path` among the arguments (for sftp also `user@host`), with the options that lead there.
fn remote(arguments: &str, program: Program) -> Option<Outcome> {
    let mut said = Ok(Said::default());
    let mut words = Words::new(arguments);
    while let Some(word) = words.next() {
        let value = match (word.text.strip_prefix('-'), program) {
            (None, _) => match destination(&word.text, program) {
                Some(Ok(destination)) => return Some(outcome(said, &destination)),
                Some(Err(refusal)) => return Some(Outcome::Refused(refusal)),
                None => continue,
            },
            (Some(letters), Program::Rsync) => {
                let shell = match letters {
                    "e" | "-rsh" => words.next().map(|word| word.text),
                    _ => letters.strip_prefix("-rsh=").map(str::to_owned),
                };
                said = shell.map_or(said, |shell| through(&shell));
                continue;
            }
            (Some(letters), Program::Scp) => argument(letters, SCP_VALUES, FLAGS),
            (Some(letters), Program::Sftp) => argument(letters, SFTP_VALUES, FLAGS),
        };
        let (letter, value) = match value {
            Argument::Glued(letter, value) => (letter, value.to_owned()),
            Argument::Separate(letter) => (letter, words.next()?.text),
            Argument::Flags | Argument::Unknown => continue,
        };
        if let Ok(said) = &mut said
            && let Some(letter) = ssh_letter(letter)
        {
            said.option(letter, &value);
        }
    }
    None
}

/// Every letter without a value; which of them a program has does not matter here.
const FLAGS: &str = "346ABCNOQRTadfopqrtv12";

/// The letter that ssh has for an option of scp or sftp; `None` where it has none or it does not matter.
fn ssh_letter(letter: char) -> Option<char> {
    match letter {
        'P' => Some('p'),
        'J' | 'i' | 'o' => Some(letter),
        _ => None,
    }
}

/// The options of the remote shell of rsync, such as `ssh -p 2222`.
fn through(shell: &str) -> Result<Said, Refusal> {
    let arguments = shell.trim_start().strip_prefix("ssh").unwrap_or_default();
    Said::read(arguments).map(|(said, _)| said)
}

fn outcome(said: Result<Said, Refusal>, destination: &str) -> Outcome {
    match said {
        Ok(said) => said.to(destination).outcome(),
        Err(refusal) => Outcome::Refused(refusal),
    }
}

/// The `user@host` of a remote end; `None` for a path of this machine.
fn destination(word: &str, program: Program) -> Option<Result<String, Refusal>> {
    for scheme in ["scp://", "sftp://"] {
        if let Some(rest) = word.strip_prefix(scheme) {
            let place = rest.split('/').next().unwrap_or_default();
            return Some(Ok(format!("ssh://{place}")));
        }
    }
    let (user, place) = word.split_once('@')?;
    if user.contains('/') {
        return None;
    }
    let (host, path) = match place.strip_prefix('[').and_then(|place| place.split_once(']')) {
        Some((host, path)) => (host, path),
        None => place.find(':').map_or((place, ""), |colon| place.split_at(colon)),
    };
    if path.starts_with("::") {
        return Some(Err(Refusal::OtherService("an rsync daemon".into())));
    }
    let is_remote = path.starts_with(':') || (program == Program::Sftp && path.is_empty());
    is_remote.then(|| Ok(format!("{user}@{host}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remote_ends_are_found() {
        for (text, expected) in [
            ("scp -P 2222 -i k.pem out.dat ada@203.0.113.7:/data/", "ada@203.0.113.7:2222"),
            ("scp ada@[2001:db8::1]:x .", "ada@2001:db8::1"),
            ("scp scp://ada@203.0.113.7:22/x .", "ada@203.0.113.7:22"),
            ("sftp -P22 ada@203.0.113.7", "ada@203.0.113.7:22"),
            ("rsync -avz -e 'ssh -p 2222' ada@203.0.113.7:/x .", "ada@203.0.113.7:2222"),
            ("rsync --rsh=\"ssh -i k\" -av . ada@203.0.113.7:", "ada@203.0.113.7"),
            ("`scp x ada@203.0.113.7:`.", "ada@203.0.113.7"),
            ("rsync ada@203.0.113.7::module .", "an rsync daemon is not a cluster's address"),
            ("scp x a$(id)@203.0.113.7:", "`a$(id)` is not a user name"),
            ("scp a b", ""),
            ("scp ada@203.0.113.7 x", ""),
            ("my-rsyncd ada@203.0.113.7:x", ""),
        ] {
            let outcome =
                find(text, 0).and_then(|found| found.outcome).map(|outcome| match outcome {
                    Outcome::Target(target) => target.to_string(),
                    Outcome::Refused(refusal) => refusal.to_string(),
                    other => format!("{other:?}"),
                });
            assert_eq!(outcome.unwrap_or_default(), expected, "{text}");
        }
    }
}
