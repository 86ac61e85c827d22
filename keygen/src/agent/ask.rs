//! Asks a person on behalf of a waiting client: on the client's terminal, or through the askpass
//! program.
//!
//! A question ends with its deadline or its client. No answer counts as "no".

mod askpass;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::store::StoredKey;
use crate::passphrase::Passphrase;
use crate::public_key::PublicKeyLine;
use crate::text;

/// sshd's default `LoginGraceTime`: a later answer is useless.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// Allows one question at a time.
static ASKING: Mutex<()> = Mutex::new(());

/// The connection to a client.
pub(super) trait Connection: Send {
    /// Whether the client has gone, so that its question needs no answer.
    fn has_hung_up(&self) -> bool;
}

/// The client that waits for the answer.
pub(super) struct Caller<'a> {
    /// Its process, if the system says.
    pub(super) process: Option<i32>,
    pub(super) connection: &'a dyn Connection,
}

/// What the question asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum QuestionKind {
    Passphrase,
    Confirmation,
}

/// The result of asking in the platform's own way.
enum Asked {
    Answer(Zeroizing<Vec<u8>>),
    /// The person refused, or time ran out.
    Refused,
    /// The platform's own way is not available.
    NoWay,
}

/// A question and its deadline.
struct Question<'a> {
    kind: QuestionKind,
    /// The program that asks.
    #[cfg_attr(unix, expect(dead_code, reason = "only windows have titles"))]
    asker: &'static str,
    text: String,
    deadline: Instant,
    caller: &'a Caller<'a>,
}

impl Question<'_> {
    fn is_over(&self) -> bool {
        Instant::now() >= self.deadline || self.caller.connection.has_hung_up()
    }
}

/// Our own agent.
const AGENT: &str = "keyagent";

/// Whether the user allows this use of the key.
pub(super) fn confirm(key: &StoredKey, caller: &Caller<'_>) -> bool {
    is_allowed(AGENT, &format!("the key {}", described(key)), caller)
}

/// Whether the user allows this process to use what another program of ours, `asker`, has for it.
/// Asks on the terminal of the process, in a window, or through the askpass program, and blocks
/// until there is an answer or `has_gone` says that none is needed.
#[must_use]
pub fn allows(
    asker: &'static str,
    what: &str,
    process: Option<u32>,
    has_gone: &(dyn Fn() -> bool + Sync),
) -> bool {
    struct Waiting<'a>(&'a (dyn Fn() -> bool + Sync));
    impl Connection for Waiting<'_> {
        fn has_hung_up(&self) -> bool {
            self.0()
        }
    }
    let process = process.and_then(|id| i32::try_from(id).ok());
    is_allowed(asker, what, &Caller { process, connection: &Waiting(has_gone) })
}

fn is_allowed(asker: &'static str, what: &str, caller: &Caller<'_>) -> bool {
    let client = caller.process.map(|id| format!(" by {}", platform::program(id)));
    let text = format!("Allow the use of {what}{}?", client.unwrap_or_default());
    let answer = put(asker, QuestionKind::Confirmation, text, caller);
    // The answer is the program's exit status alone, or a word.
    answer.is_some_and(|answer| {
        answer.is_empty()
            || ["yes", "y"].iter().any(|yes| answer.eq_ignore_ascii_case(yes.as_bytes()))
    })
}

/// Asks for the passphrase of a key that was added locked.
pub(super) fn passphrase(key: &StoredKey, caller: &Caller<'_>) -> Option<Passphrase> {
    let text = format!("Passphrase for key {}: ", described(key));
    let answer = put(AGENT, QuestionKind::Passphrase, text, caller)?;
    Some(Passphrase::new(answer.to_vec()))
}

fn put(
    asker: &'static str,
    kind: QuestionKind,
    text: String,
    caller: &Caller<'_>,
) -> Option<Zeroizing<Vec<u8>>> {
    let _alone = ASKING.lock().unwrap_or_else(PoisonError::into_inner);
    let question = Question { kind, asker, text, deadline: Instant::now() + TIME_LIMIT, caller };
    if question.is_over() {
        return None;
    }
    if askpass::comes_first() {
        return askpass::ask(&question);
    }
    match platform::ask(&question) {
        Asked::Answer(answer) => Some(answer),
        Asked::Refused => None,
        Asked::NoWay => askpass::ask(&question),
    }
}

/// The key's comment and fingerprint.
fn described(key: &StoredKey) -> String {
    let comment = contract::shown(&*text::comment(&key.comment));
    let line = PublicKeyLine::from_blob(&key.blob, "");
    let fingerprint = line.map(|line| line.fingerprint_sha256()).unwrap_or_default();
    format!("\"{comment}\" ({fingerprint})")
}
