//! The structures within a line that have readers of their own: command lines and `user@address`, with what the words
//! around them say.

use std::borrow::Cow;

use super::address::Link;
use super::cue::Cue;
use super::evidence::Evidence;
use super::parsed::ParsedLine;
use super::reading::Reader;
use super::said::Outcome;
use super::{Refusal, address, command, copy, line};
use crate::target::{Host, Target};

/// Commands that are read of a line.
const MOST_COMMANDS: usize = 64;

/// The ssh commands of a line, which are blanked in `rest`.
pub(super) fn commands(text: &str, rest: &mut Cow<'_, str>) -> Vec<command::Found> {
    let mut commands = Vec::new();
    let mut at = 0;
    while commands.len() < MOST_COMMANDS
        && let Some(found) = command::find(text, at)
    {
        at = found.span.end.max(at + 1);
        line::blank(rest, found.span.clone());
        commands.push(found);
    }
    commands
}

/// The copying commands of a line, which are blanked in it.
pub(super) fn copies(rest: &mut Cow<'_, str>) -> Vec<copy::Found> {
    let mut copies = Vec::new();
    let mut at = 0;
    while copies.len() < MOST_COMMANDS
        && let Some(found) = copy::find(rest, at)
    {
        at = found.span.end.max(at + 1);
        if matches!(found.outcome, Outcome::Target(_) | Outcome::Refused(_)) {
            line::blank(rest, found.span.clone());
            copies.push(found);
        }
    }
    copies
}

/// Every `user@address` of a line, but the hosts on the way.
pub(super) fn logins(line: &ParsedLine<'_>) -> Vec<address::Bare> {
    let mut logins = address::bare(line.text);
    logins.retain(|login| {
        let word = line.tokens.partition_point(|token| token.span.end <= login.span.start);
        !word.checked_sub(1).is_some_and(|before| line.has(before, Cue::Jump))
    });
    logins
}

/// What the words before a command say against it. Services don't matter: one logs in to tunnel to them.
pub(super) fn against_command(reader: &Reader<'_, '_>, place: usize) -> Evidence {
    let context = reader.context_at(place);
    let reasons = [Evidence::EVENT, Evidence::FAILURE, Evidence::ACTION, Evidence::EXAMPLE];
    let found = reasons.into_iter().filter(|reason| context.has(*reason));
    found.fold(Evidence::default(), |all, one| all | one)
}

/// The logins of a line with what speaks for them; a name is one only where the words say that people log in there.
pub(super) fn judged(
    logins: Vec<address::Bare>,
    reader: &Reader<'_, '_>,
    trace: Evidence,
) -> Vec<(Result<Target, Refusal>, Evidence)> {
    let judge = |login: address::Bare| {
        let (outcome, evidence) = match (login.outcome, reader.login_at(login.span.start)) {
            // `artifact uri = sftp://…`
            (Ok(_), Err(refusal)) if login.link == Some(Link::Copy) => {
                (Err(refusal), Evidence::FOREIGN)
            }
            (outcome, _) if login.link.is_some() => {
                let is_copy = login.link == Some(Link::Copy);
                let mut evidence = if is_copy { Evidence::COPY } else { Evidence::COMMAND };
                // `save('sftp://…')`: what a program does.
                if is_copy && reader.is_in_call(login.span.start) {
                    evidence.add(Evidence::RAN);
                }
                (outcome, evidence | against_command(reader, login.span.start))
            }
            (Ok(_), Err(refusal)) => (Err(refusal), Evidence::FOREIGN),
            (Ok(target), Ok(evidence)) => {
                let is_name = matches!(target.host, Host::Name(_));
                let says_so = Evidence::CONNECT | Evidence::HOST_NAMED | Evidence::MAIN;
                if is_name && !evidence.has(says_so) {
                    (Err(Refusal::Mail(target.to_string().as_str().into())), evidence)
                } else {
                    (Ok(target), evidence)
                }
            }
            (Err(refusal), _) => (Err(refusal), Evidence::default()),
        };
        (outcome, evidence | Evidence::LOGIN | trace)
    };
    logins.into_iter().map(judge).collect()
}
