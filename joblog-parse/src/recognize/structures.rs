//! Structures within a line that have their own readers: command lines and `user@address`, with the
//! evidence of the words around them.

use std::borrow::Cow;
use std::num::NonZeroU16;

use super::address::LinkKind;
use super::command_line::Outcome;
use super::cue::{self, Cue};
use super::evidence::Evidence;
use super::offer::Offers;
use super::parsed_line::ParsedLine;
use super::statements::{self, Reader, Reading, Statement};
use super::{Refusal, address, command, copy, line};
use crate::target::{Host, Target};

/// In a row with more columns, a login without a heading is a part of something else.
const MOST_COLUMNS: usize = 3;

/// A link that is alone on its line is at most this many words.
const LINK_WORDS: usize = 1;

/// The most commands read from one line.
const MOST_COMMANDS: usize = 64;

/// The ssh commands of a line; blanks them in `rest`.
pub(super) fn commands(text: &str, rest: &mut Cow<'_, str>) -> Vec<command::Found> {
    let mut commands = Vec::new();
    let mut at = 0;
    while commands.len() < MOST_COMMANDS
        && let Some(found) = command::find(text, at)
    {
        at = found.span.end.max(at + 1);
        // `…, plain ssh`: at the end of a line it may be a word.
        if found.outcome != Outcome::Unfinished {
            line::blank(rest, found.span.clone());
            commands.push(found);
        }
    }
    commands
}

/// The copying commands of a line; blanks them in it.
pub(super) fn copies(rest: &mut Cow<'_, str>) -> Vec<copy::Found> {
    let mut copies = Vec::new();
    let mut at = 0;
    let mut searched = 0;
    while searched < MOST_COMMANDS
        && let Some(found) = copy::find(rest, at)
    {
        searched += 1;
        if is_labelled(rest.get(found.span.clone()).unwrap_or_default()) {
            at = found.span.start + 1;
            continue;
        }
        at = found.span.end.max(at + 1);
        if matches!(found.outcome, Outcome::Target(_) | Outcome::Refused(_)) {
            line::blank(rest, found.span.clone());
            copies.push(found);
        }
    }
    copies
}

/// Whether a label for the login stands before the destination, so that the words are a sentence:
/// `sftp works as well as ssh on this login: ada@…`.
fn is_labelled(command: &str) -> bool {
    let before = command.split('@').next().unwrap_or_default();
    let label = before.split_whitespace().rev().nth(1).and_then(|word| word.strip_suffix(':'));
    let mut cues = Vec::new();
    label.is_some_and(|label| cue::of(label, &mut cues))
        && matches!(cues.as_slice(), [Cue::Login | Cue::Account | Cue::Host | Cue::Machine])
}

/// Every `user@address` of a line, except jump hosts.
pub(super) fn logins(line: &ParsedLine<'_>) -> Vec<address::BareAddress> {
    let mut logins = address::bare(line.text);
    logins.retain(|login| {
        let word = line.tokens.partition_point(|token| token.span.end <= login.span.start);
        !word.checked_sub(1).is_some_and(|before| line.has(before, Cue::Jump))
    });
    logins
}

/// The evidence of the words before a command against it. Words for services do not count, because
/// people log in to tunnel to them.
pub(super) fn against_command(reader: &Reader<'_, '_>, place: usize) -> Evidence {
    let context =
        if reader.is_led_to(place) { reader.clause_at(place) } else { reader.context_at(place) };
    let reasons = [Evidence::EVENT, Evidence::FAILURE, Evidence::ACTION, Evidence::EXAMPLE];
    let found = reasons.into_iter().filter(|reason| context.has(*reason));
    let mut against = found.fold(Evidence::default(), |all, one| all | one);
    let line = reader.line();
    let behind = line.tokens.partition_point(|token| token.span.end <= place);
    let is_sample = behind < line.tokens.len()
        && (behind..line.sentence(behind).end.min(behind + 4)).any(|at| line.has(at, Cue::Example));
    if is_sample || reader.is_example_at(place) {
        against.add(Evidence::EXAMPLE);
    }
    if reader.is_past_at(place) || reader.is_of_former(place) {
        against.add(Evidence::FAILURE);
    }
    against
}

/// Whether the line ends with a request to log in: `Connect to Host … and type`, `log in with:`.
pub(super) fn asks_login(line: &ParsedLine<'_>) -> bool {
    let last = line.tokens.last().map_or("", |token| token.text);
    let is_asking = ["enter", "type", "paste", "to", "with", "use"].contains(&last)
        || line.text.trim_end().ends_with([':', '：']);
    is_asking
        && (0..line.tokens.len()).any(|at| line.has_any(at, &[Cue::Connect, Cue::Ssh, Cue::Login]))
}

/// Whether the line ends with what became of its command: `scp … ada@203.0.113.7:/data done`.
pub(super) fn is_done(text: &str) -> bool {
    const ENDS: [&str; 7] =
        ["done", "ok", "finished", "complete", "completed", "succeeded", "failed"];
    let last = text.trim_end_matches(|c: char| !c.is_alphanumeric()).rsplit(' ').next();
    last.is_some_and(|last| ENDS.iter().any(|end| last.eq_ignore_ascii_case(end)))
}

/// Whether the words of an apparent copy command report an action, in a script without spaces.
pub(super) fn says_action(command: &str) -> bool {
    let mut cues = Vec::new();
    for word in command.split_whitespace().filter(|word| cue::is_script_without_blanks(word)) {
        cue::of(word, &mut cues);
    }
    // `sftp export configured: results of every run go to …`
    let before = command.split('@').next().unwrap_or_default();
    let is_prose = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_sentence = before.split_whitespace().skip(1).filter(is_prose).count() > 2;
    is_sentence
        || command.contains(" ...")
        || cues.iter().any(|cue| matches!(cue, Cue::Action | Cue::Event))
}

/// The port of a line that names nothing else.
pub(super) fn lone_port(readings: &[Reading<'_>]) -> Option<NonZeroU16> {
    match readings {
        [Reading { said: Statement::Port(Ok(port)), .. }] => Some(*port),
        _ => None,
    }
}

/// Whether the line is a mail header: `To: ada@203.0.113.7`.
fn is_header(text: &str) -> bool {
    const NAMES: [&str; 18] = [
        "to",
        "from",
        "cc",
        "bcc",
        "sender",
        "reply-to",
        "return-path",
        "mailto",
        "delivered-to",
        "von",
        "an",
        "de",
        "à",
        "para",
        "da",
        "a",
        "van",
        "aan",
    ];
    text.split_once(':')
        .is_some_and(|(name, _)| NAMES.iter().any(|it| name.trim().eq_ignore_ascii_case(it)))
}

/// `ada@203.0.113.7's password:` is a prompt of ssh in the job.
fn is_asked_for(text: &str, span: &std::ops::Range<usize>) -> bool {
    text.get(span.end..).is_some_and(|behind| behind.starts_with("'s password"))
}

/// Whether the line has words besides its prefix and the login.
fn has_other_words(text: &str, span: &std::ops::Range<usize>) -> bool {
    let behind = text.get(span.end..).unwrap_or_default();
    if ["] run:", "] out:"].iter().any(|tag| behind.starts_with(tag)) {
        return false;
    }
    let stamp = line::stamp_bytes(text).min(span.start);
    let before = text.get(stamp..span.start).unwrap_or_default();
    [before, behind].iter().any(|part| part.contains(char::is_alphabetic))
}

/// `ada@203.0.113.7: mounted`: the name of the speaker.
fn is_speaker(text: &str, span: &std::ops::Range<usize>) -> bool {
    text.get(span.end..).is_some_and(|behind| behind.starts_with(": "))
        || text.get(span.clone()).is_some_and(|word| word.ends_with(':'))
            && text.get(span.end..).is_some_and(|behind| behind.starts_with(' '))
}

/// Whether the words around a login say that it is the speaker's, or for files.
fn is_about_else(reader: &Reader<'_, '_>, span: &std::ops::Range<usize>) -> bool {
    // The connection of a program: `conn: ada@203.0.113.7`.
    let before = reader.text().get(..span.start).unwrap_or_default();
    let is_connection = before.trim_end().ends_with("conn:") || before.ends_with("conn=");
    // `session 'ada@203.0.113.7' started`
    let behind = reader.text().get(span.end..).unwrap_or_default().trim_start_matches(['\'', '"']);
    let is_session = [" started", " opened", " closed", " established", " ended"]
        .iter()
        .any(|verb| behind.starts_with(verb) && before.ends_with(['\'', '"']));
    is_session || is_connection || is_speaker(reader.text(), span) || reader.is_for_files(span)
}

/// `Ada Lovelace <ada@example.org>`: a name with a mail address.
fn is_sender(text: &str, span: &std::ops::Range<usize>) -> bool {
    let before = text.get(..span.start).and_then(|it| it.strip_suffix('<'));
    let is_closed = text.get(span.end..).is_some_and(|behind| behind.starts_with('>'));
    is_closed
        && before
            .is_some_and(|it| it.trim_end().ends_with(|c: char| c.is_alphanumeric() || c == '"'))
}

/// Whether the name is that of a mailbox, such as a help desk.
fn is_mailbox(target: &Target) -> bool {
    const DESKS: [&str; 44] = [
        "support",
        "help",
        "helpdesk",
        "info",
        "contact",
        "service",
        "servicedesk",
        "feedback",
        "bugs",
        "noreply",
        "no-reply",
        "donotreply",
        "postmaster",
        "mailer-daemon",
        "webmaster",
        "unsubscribe",
        "abuse",
        "security",
        "sales",
        "billing",
        "hostmaster",
        "office",
        "hilfe",
        "kontakt",
        "beratung",
        "aide",
        "assistance",
        "soporte",
        "ayuda",
        "supporto",
        "assistenza",
        "suporte",
        "ajuda",
        "pomoc",
        "podpora",
        "destek",
        "hpc-support",
        "hpc-help",
        "steun",
        "hotline",
        "stoerung",
        "contacto",
        "contato",
        "contatto",
    ];
    const LISTS: [&str; 8] =
        ["-team", "-support", "-help", "-list", "-users", "-admins", "-announce", "-ops"];
    let name = target.user.as_str().to_ascii_lowercase();
    DESKS.contains(&name.as_str()) || LISTS.iter().any(|end| name.ends_with(end))
}

/// The mail addresses of a line: those in a header, and those behind a name.
pub(super) fn mails(text: &str, logins: &[address::BareAddress]) -> Vec<Target> {
    let is_mail = |login: &&address::BareAddress| is_header(text) || is_sender(text, &login.span);
    let mails = logins.iter().filter(is_mail).filter_map(|login| login.outcome.clone().ok());
    mails.filter(|target| !target.host.is_address()).collect()
}

/// The logins of a line with their evidence; a name counts only if the words say that people log in
/// there.
pub(super) fn judged(
    logins: Vec<address::BareAddress>,
    reader: &Reader<'_, '_>,
    trace: Evidence,
    asked: Evidence,
    offers: &Offers,
) -> Vec<(Result<Target, Refusal>, Evidence)> {
    let is_list = logins.windows(2).any(|pair| {
        let [one, other] = pair else { return false };
        let between = reader.text().get(one.span.end..other.span.start).unwrap_or_default();
        let host =
            |login: &address::BareAddress| login.outcome.as_ref().ok().map(|it| it.host.clone());
        ["", ",", ";", "/", "and", "und", "et", "y"].contains(&between.trim())
            && host(one) != host(other)
    });
    let trace = if is_list { trace | Evidence::ACTION } else { trace };
    let judge = |login: address::BareAddress| {
        let (outcome, evidence) = match (login.outcome, reader.login_at(login.span.start)) {
            // `artifact uri = sftp://…`
            (Ok(_), Err(refusal)) if login.link == Some(LinkKind::Copy) => {
                (Err(refusal), Evidence::FOREIGN)
            }
            (outcome, _) if login.link.is_some() => {
                let is_copy = login.link == Some(LinkKind::Copy);
                let mut evidence = if is_copy { Evidence::COPY } else { Evidence::COMMAND };
                // `save('sftp://…')`: an action of a program.
                if is_copy && reader.is_in_call(login.span.start) {
                    evidence.add(Evidence::RAN);
                }
                if is_copy && !reader.is_advice(login.span.start) {
                    evidence.add(Evidence::ACTION);
                }
                // A link is an offer to the reader, who may click on it.
                let is_alone = is_copy
                    && reader.line().tokens.len() <= LINK_WORDS
                    && offers.of_copy(reader.line(), &login.span).has(Evidence::OFFERED);
                let given = &[Cue::Your, Cue::Login, Cue::Log];
                let is_given = is_alone || reader.line().says(given);
                if !is_copy || is_given || reader.is_asked(login.span.start) {
                    evidence.add(Evidence::OFFERED);
                }
                (outcome, evidence | against_command(reader, login.span.start))
            }
            (Ok(_), Err(refusal)) => (Err(refusal), Evidence::FOREIGN),
            (Ok(target), Ok(evidence)) => {
                let mut evidence = evidence | asked;
                let says_why = Evidence::CONNECT
                    | Evidence::HOST_NAMED
                    | Evidence::MAIN
                    | Evidence::PUBLIC
                    | Evidence::READY;
                let is_aside = !evidence.has(says_why)
                    && has_other_words(reader.text(), &login.span)
                    && !reader.is_advice(login.span.start);
                let is_labelled = reader
                    .text()
                    .get(..login.span.start)
                    .is_some_and(|it| it.trim_end_matches(['"', '\'']).ends_with(['=', ':']));
                let is_cell = reader.columns() > MOST_COLUMNS
                    && !is_labelled
                    && !asked.has(Evidence::CONNECT)
                    && !reader.is_to_reader();
                // `connecting to ada@203.0.113.7 ... ok`: what came of it.
                let behind = reader.text().get(login.span.end..).unwrap_or_default().trim_start();
                if behind.starts_with("...") && behind.contains(char::is_alphabetic) {
                    evidence.add(Evidence::EVENT);
                }
                if reader.has_gone_cell() {
                    evidence.add(Evidence::FAILURE);
                }
                if is_aside || is_cell || is_about_else(reader, &login.span) {
                    evidence.add(Evidence::ACTION);
                }
                if target.port.is_some_and(|port| super::service_ports::is_service_port(port.get()))
                {
                    evidence.add(Evidence::SERVICE_PORT);
                }
                let is_name = matches!(target.host, Host::Name(_));
                if statements::is_of_service(&target.host) && !reader.is_asked(login.span.start) {
                    evidence.add(Evidence::FOREIGN);
                }
                let says_so = Evidence::CONNECT | Evidence::HOST_NAMED | Evidence::MAIN;
                // Mail goes to domains; for a login, other words say so.
                let says_why = Evidence::READY | Evidence::MAIN;
                let is_short = target.host.to_string().matches('.').count() == 1;
                // `à l'adresse ada@example.org`
                let is_mail_like = is_short && !reader.leads_to_machine(login.span.start);
                let is_domain = is_name
                    && (is_short || !evidence.has(says_why) && !reader.is_asked(login.span.start))
                    && !reader.is_followed(login.span.end)
                    && (is_mail_like || !reader.leads_to(login.span.start))
                    && !asked.has(Evidence::CONNECT);
                // `Connect to Host… → enter ada@node7.example.org`
                let is_led = (offers.is_now() || offers.is_just_before())
                    && reader.is_asked(login.span.start)
                    && reader.is_in_sentence(login.span.start)
                    && !evidence.has(Evidence::FOREIGN | Evidence::EVENT | Evidence::ACTION);
                let is_mail = is_name && reader.is_to_us(login.span.start)
                    || is_header(reader.text())
                    || is_asked_for(reader.text(), &login.span)
                    || is_name && (is_sender(reader.text(), &login.span) || is_mailbox(&target));
                if is_mail || is_domain || (is_name && !evidence.has(says_so) && !is_led) {
                    (Err(Refusal::Mail(target.to_string().as_str().into())), evidence)
                } else {
                    (Ok(target), evidence)
                }
            }
            (Err(refusal), _) => (Err(refusal), Evidence::default()),
        };
        let is_copy = login.link == Some(LinkKind::Copy);
        let evidence = if is_copy { evidence } else { evidence | Evidence::LOGIN };
        (outcome, evidence | trace)
    };
    logins.into_iter().map(judge).collect()
}
