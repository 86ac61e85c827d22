//! Command lines of `scp`, `sftp`, `rsync`, PuTTY's `pscp` and `psftp`, `sshfs` and `ssh-copy-id`:
//! a user who can copy to a host can log in to it.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::packed::Searcher;

use super::command_line::{LoginCommand, Outcome};
use super::options::{Argument, COPY_ID_VALUES, SCP_VALUES, SFTP_VALUES, SSHFS_VALUES, argument};
use super::shell::{self, Words};
use super::{Refusal, putty, spelling};

/// A command line found in a text.
#[derive(Debug)]
pub(super) struct Found {
    /// Its span in the text, including quotes.
    pub(super) span: Range<usize>,
    /// The result of reading its first remote argument.
    pub(super) outcome: Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Program {
    Scp,
    Sftp,
    Rsync,
    Pscp,
    Psftp,
    Sshfs,
    CopyId,
}

const PROGRAMS: [(&str, Program); 7] = [
    ("scp", Program::Scp),
    ("sftp", Program::Sftp),
    ("rsync", Program::Rsync),
    ("pscp", Program::Pscp),
    ("psftp", Program::Psftp),
    ("sshfs", Program::Sshfs),
    ("ssh-copy-id", Program::CopyId),
];

/// The number of program names in a line that are checked for being only mentioned.
const MOST_TALKED: usize = 32;

/// The first such command at or after `from` that has a remote argument; the names alone occur in
/// sentences.
pub(super) fn find(text: &str, from: usize) -> Option<Found> {
    let mut at = from;
    let mut talked = 0;
    while talked < MOST_TALKED
        && let Some((start, behind, program)) = name(text, at)
    {
        at = behind;
        talked += 1;
        let (arguments, end, _) = shell::arguments(text, start, behind);
        if let Some(outcome) = remote(&arguments, program) {
            return Some(Found { span: start..end, outcome });
        }
    }
    None
}

/// The first name of such a program: where it begins, where its arguments begin, and which it is.
fn name(text: &str, from: usize) -> Option<(usize, usize, Program)> {
    static SEARCHER: OnceLock<Option<Searcher>> = OnceLock::new();
    let searcher =
        SEARCHER.get_or_init(|| Searcher::new(PROGRAMS.map(|(name, _)| name))).as_ref()?;
    let mut at = from;
    while at < text.len() {
        let found = searcher.find_in(text.as_bytes(), (at..text.len()).into())?;
        let (name, program) = PROGRAMS.get(found.pattern().as_usize())?;
        if let Some(behind) = arguments(text, found.start(), name.len()) {
            return Some((found.start(), behind, *program));
        }
        at = found.start() + 1;
    }
    None
}

/// Where the arguments begin of the program whose name is at `start`, if it is a separate word.
fn arguments(text: &str, start: usize, bytes: usize) -> Option<usize> {
    let before = text.get(..start)?;
    let behind = text.get(start + bytes..)?;
    let behind = behind.strip_prefix(".exe").unwrap_or(behind);
    (spelling::ends_word(before, "/\\") && behind.starts_with(char::is_whitespace))
        .then(|| text.len() - behind.len())
}

/// The first `user@host:path` among the arguments (`user@host` for programs without a path), with
/// the options that apply to it.
fn remote(arguments: &str, program: Program) -> Option<Outcome> {
    let mut words = Words::new(arguments);
    if matches!(program, Program::Pscp | Program::Psftp) {
        return remote_of_putty(&mut words, program);
    }
    let mut said = Ok(LoginCommand::default());
    while let Some(word) = words.next() {
        let Some(letters) = word.text.strip_prefix('-') else {
            match destination(&word.text, program) {
                Some(Ok(destination)) if program == Program::Sshfs => {
                    // Its options follow the two paths.
                    let said = said.map(|said| sshfs_options(&mut words, said));
                    return Some(outcome(said, &destination));
                }
                Some(Ok(destination)) => return Some(outcome(said, &destination)),
                Some(Err(refusal)) => return Some(Outcome::Refused(refusal)),
                None => continue,
            }
        };
        let values = match program {
            Program::Rsync => {
                let shell = match letters {
                    "e" | "-rsh" => words.next().map(|word| word.text),
                    _ => letters.strip_prefix("-rsh=").map(str::to_owned),
                };
                said = shell.map_or(said, |shell| LoginCommand::of_shell(&shell));
                continue;
            }
            Program::Sshfs => SSHFS_VALUES,
            Program::CopyId => COPY_ID_VALUES,
            Program::Sftp => SFTP_VALUES,
            Program::Scp | Program::Pscp | Program::Psftp => SCP_VALUES,
        };
        let (letter, value) = match argument(letters, values, FLAGS) {
            Argument::Glued(letter, value) => (letter, value.to_owned()),
            Argument::Separate(letter) => (letter, words.next()?.text),
            Argument::Flags | Argument::Unknown => continue,
        };
        if let Ok(said) = &mut said {
            take(said, program, letter, &value);
        }
    }
    None
}

fn remote_of_putty(words: &mut Words<'_>, program: Program) -> Option<Outcome> {
    let mut said = LoginCommand::default();
    loop {
        match putty::next_word(words, &mut said) {
            Ok(Some(word)) => match destination(&word, program) {
                Some(Ok(destination)) => return Some(said.to(&destination).outcome()),
                Some(Err(refusal)) => return Some(Outcome::Refused(refusal)),
                None => {}
            },
            Ok(None) => return None,
            Err(refusal) => return Some(Outcome::Refused(refusal)),
        }
    }
}

/// Reads the options after the remote argument of sshfs.
fn sshfs_options(words: &mut Words<'_>, mut said: LoginCommand) -> LoginCommand {
    while let Some(word) = words.next() {
        let Some(letters) = word.text.strip_prefix('-') else { continue };
        let (letter, value) = match argument(letters, SSHFS_VALUES, FLAGS) {
            Argument::Glued(letter, value) => (letter, value.to_owned()),
            Argument::Separate(letter) => match words.next() {
                Some(value) => (letter, value.text),
                None => break,
            },
            Argument::Flags | Argument::Unknown => continue,
        };
        take(&mut said, Program::Sshfs, letter, &value);
    }
    said
}

/// Applies an option in ssh's own letters; options that ssh does not have are irrelevant.
fn take(said: &mut LoginCommand, program: Program, letter: char, value: &str) {
    match (program, letter) {
        (Program::Sshfs, 'o') => {
            value.split(',').for_each(|setting| said.option('o', setting));
        }
        (Program::Sshfs | Program::CopyId, 'p') | (Program::Scp | Program::Sftp, 'P') => {
            said.option('p', value);
        }
        // The key to install is not the key to log in with.
        (Program::CopyId, 'i') => {}
        (_, 'J' | 'i' | 'o') => said.option(letter, value),
        _ => {}
    }
}

/// All letters without a value; which program has which does not matter here.
const FLAGS: &str = "346ABCNOQRTadfhnopqrstvx12";

fn outcome(said: Result<LoginCommand, Refusal>, destination: &str) -> Outcome {
    match said {
        Ok(said) => said.to(destination).outcome(),
        Err(refusal) => Outcome::Refused(refusal),
    }
}

/// The `user@host` of a remote argument; `None` for a local path.
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
    let is_remote = path.starts_with(':')
        || (path.is_empty() && matches!(program, Program::Sftp | Program::Psftp | Program::CopyId));
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
            ("pscp.exe -P 2222 -pw s3cret x.dat ada@203.0.113.7:/data/", "ada@203.0.113.7:2222"),
            ("pscp -l ada -i k.ppk 203.0.113.7:/x .", ""),
            ("psftp -P 2222 -b cmds ada@203.0.113.7", "ada@203.0.113.7:2222"),
            ("sshfs ada@203.0.113.7:/data mnt -p 2222 -o ro", "ada@203.0.113.7:2222"),
            ("sshfs -o port=2222,ro ada@203.0.113.7: mnt", "ada@203.0.113.7:2222"),
            ("ssh-copy-id -i id.pub -p 2222 ada@203.0.113.7", "ada@203.0.113.7:2222"),
            ("scp is there: scp x ada@203.0.113.7:", "ada@203.0.113.7"),
            ("rsync ada@203.0.113.7::module .", "an rsync daemon is not a cluster's address"),
            ("scp x a$(id)@203.0.113.7:", "`a$(id)` is not a user name"),
            ("scp a b", ""),
            ("scp ada@203.0.113.7 x", ""),
            ("my-rsyncd ada@203.0.113.7:x", ""),
        ] {
            let outcome = find(text, 0).map(|found| match found.outcome {
                Outcome::Target(target) => target.to_string(),
                Outcome::Refused(refusal) => refusal.to_string(),
                other => format!("{other:?}"),
            });
            assert_eq!(outcome.unwrap_or_default(), expected, "{text}");
        }
    }
}
