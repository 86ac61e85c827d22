//! Command lines of `ssh` and similar programs, parsed with their own options, and the equivalent
//! `ssh://` addresses.

use std::borrow::Cow;
use std::ops::Range;

use super::command_line::{LoginCommand, Outcome};
use super::options::{AUTOSSH_FLAGS, AUTOSSH_VALUES, Argument, SSH_FLAGS, SSH_VALUES, argument};
use super::program::{self, Program, ProgramName};
use super::{Refusal, mosh, putty, shell, spelling};
use crate::target::TargetError;

/// The number of program names in a line that are checked for being only mentioned.
const MOST_TALKED: usize = 32;

/// A command line found in a text.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says something else about the command")]
pub(super) struct Found {
    /// Its span in the text, including quotes.
    pub(super) span: Range<usize>,
    pub(super) outcome: Outcome,
    /// It runs a remote command other than a shell.
    pub(super) runs_command: bool,
    /// That command does work, rather than testing the login.
    pub(super) runs_work: bool,
    /// It only opens a tunnel back, or is for debugging: it is not meant for users.
    pub(super) is_own: bool,
    /// It is a link, `ssh://…`, which is made to be clicked.
    pub(super) is_link: bool,
}

/// The first command or `ssh://…` at or after `from`. Names of programs within sentences (`ssh
/// communicator`) do not count.
pub(super) fn find(text: &str, from: usize) -> Option<Found> {
    let mut at = from;
    let mut talked = 0;
    while talked < MOST_TALKED
        && let Some(named) = program::find(text, at)
    {
        at = named.end;
        talked += 1;
        let before = text.get(..named.start).unwrap_or_default();
        let rest = text.get(named.end..).unwrap_or_default();
        if named.program == Program::Ssh
            && let Some(address) = rest.strip_prefix("://").filter(|_| !before.ends_with('/'))
        {
            return Some(uri(named.start, address));
        }
        let found = named.arguments.map(|arguments| command(text, &named, arguments));
        if let Some(found) = found.filter(|found| !is_talk(&found.outcome)) {
            return Some(found);
        }
    }
    None
}

/// Whether a program is only mentioned: the word after its name is an ordinary word, not a host.
fn is_talk(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Host(host, _) => !host.is_dotted(),
        Outcome::Refused(Refusal::Invalid(TargetError::Host(host))) => {
            let host = host.to_string();
            !host.contains(['.', ':', '@', '$', '%'])
                || host.contains('=')
                || host.chars().all(|c| spelling::is_cjk(c) || ":：、，。".contains(c))
        }
        Outcome::Refused(Refusal::NoDestination) => true,
        Outcome::Refused(_) | Outcome::Target(_) | Outcome::Unfinished => false,
    }
}

/// Reads the command of this program, whose arguments begin at `behind`.
fn command(text: &str, named: &ProgramName, behind: usize) -> Found {
    let start = named.start;
    let (arguments, end, is_quoted) = shell::arguments(text, start, behind);
    let said = text.get(..start).unwrap_or_default();
    let arguments = match sentence_end(said, &arguments).filter(|_| !is_quoted) {
        Some(end) => Cow::Owned(arguments.get(..end).unwrap_or_default().to_owned()),
        None => arguments,
    };
    let read = match named.program {
        Program::Ssh => LoginCommand::read(&arguments, SSH_VALUES, SSH_FLAGS),
        Program::Autossh => LoginCommand::read(&arguments, AUTOSSH_VALUES, AUTOSSH_FLAGS),
        Program::Plink => putty::read(&arguments, false),
        Program::Putty => putty::read(&arguments, true),
        Program::Mosh => mosh::read(&arguments),
    };
    let runs_command = read.as_ref().is_ok_and(|(said, _)| said.runs_command());
    let runs_work = read.as_ref().is_ok_and(|(said, _)| said.runs_work());
    let is_own = read.as_ref().is_ok_and(|(said, _)| said.is_way_back() || said.is_verbose());
    let (outcome, read) = match read {
        Ok((said, read)) => (said.outcome(), read),
        Err(refusal) => (Outcome::Refused(refusal), arguments.len()),
    };
    let outcome = match outcome {
        // The end of the quotation is the end of the command.
        Outcome::Unfinished if is_quoted => Outcome::Refused(Refusal::NoDestination),
        outcome => outcome,
    };
    let end = if is_quoted { end } else { behind + read };
    Found { span: start..end, outcome, runs_command, runs_work, is_own, is_link: false }
}

/// Where the destination ends if the command is part of a sentence that continues after it, with
/// letters that no command has: `l'accesso ssh ada@203.0.113.7 non è più …`.
fn sentence_end(before: &str, arguments: &str) -> Option<usize> {
    let is_inside = before.ends_with(' ') && before.contains(char::is_alphabetic);
    let host = arguments.find('@').filter(|_| is_inside)?;
    let rest = arguments.get(host..)?;
    let mut end = rest.find(char::is_whitespace)?;
    // `ssh ada@203.0.113.7 -p 2222 으로 …`: options are part of the command.
    while let Some(option) = rest.get(end..).filter(|it| it.trim_start().starts_with('-')) {
        let mut words = option.split_whitespace();
        let letter = words.next()?;
        let last = match argument(letter.strip_prefix('-')?, SSH_VALUES, SSH_FLAGS) {
            Argument::Separate(_) => words.next().unwrap_or(letter),
            _ => letter,
        };
        end = last.as_ptr().addr() - rest.as_ptr().addr() + last.len();
    }
    let behind = rest.get(end..)?;
    behind.contains(|c: char| c.is_alphabetic() && !c.is_ascii()).then_some(host + end)
}

/// Reads the address after `ssh://` at `start`.
fn uri(start: usize, address: &str) -> Found {
    let end = address
        .find(|c: char| c.is_whitespace() || "\"'`<>()|,;".contains(c))
        .unwrap_or(address.len());
    let word = spelling::without_sentence_end(address.get(..end).unwrap_or_default());
    let (place, path) = word.split_once('/').unwrap_or((word, ""));
    let outcome = if path.is_empty() {
        LoginCommand::default().to(&format!("ssh://{place}")).outcome()
    } else {
        Outcome::Refused(Refusal::OtherService("a repository".into()))
    };
    let span = start..start + "ssh://".len() + end;
    Found { span, outcome, runs_command: false, runs_work: false, is_own: false, is_link: true }
}

#[cfg(test)]
mod tests;
