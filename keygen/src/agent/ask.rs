//! Asking a person, for a client that waits: on the terminal that the client holds, or by the
//! askpass program.
//!
//! A question ends with its deadline and with its client. Without an answer the answer is no.

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

use super::store::Held;
use crate::passphrase::Passphrase;
use crate::public_key::PublicKeyLine;
use crate::text;

/// sshd's default `LoginGraceTime`: after it the answer is of no use.
const PATIENCE: Duration = Duration::from_secs(120);

/// One question at a time.
static ASKING: Mutex<()> = Mutex::new(());

/// What leads to a client.
pub(super) trait Connection: Send {
    /// Whether the client has gone, so that no question need be answered for it.
    fn has_hung_up(&self) -> bool;
}

/// Who waits for the answer.
pub(super) struct Caller<'a> {
    /// Its process, where the system says.
    pub(super) process: Option<i32>,
    pub(super) connection: &'a dyn Connection,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Passphrase,
    Confirmation,
}

/// What a platform's own way of asking comes to.
enum Asked {
    Answer(Zeroizing<Vec<u8>>),
    /// The person, or time, said no.
    Refused,
    /// There is no such way here.
    NoWay,
}

/// A question and how long it stays.
struct Question<'a> {
    kind: Kind,
    text: String,
    deadline: Instant,
    caller: &'a Caller<'a>,
}

impl Question<'_> {
    fn is_over(&self) -> bool {
        Instant::now() >= self.deadline || self.caller.connection.has_hung_up()
    }
}

/// Whether the user allows this use of the key.
pub(super) fn confirm(key: &Held, caller: &Caller<'_>) -> bool {
    let client = caller.process.map(|id| format!(" by {}", platform::program(id)));
    let client = client.unwrap_or_default();
    let text = format!("Allow the use of the key {}{client}?", described(key));
    let answer = put(Kind::Confirmation, text, caller);
    // By the program's exit status alone, or by a word.
    answer.is_some_and(|answer| {
        answer.is_empty()
            || ["yes", "y"].iter().any(|yes| answer.eq_ignore_ascii_case(yes.as_bytes()))
    })
}

/// The passphrase of a key that was added locked.
pub(super) fn passphrase(key: &Held, caller: &Caller<'_>) -> Option<Passphrase> {
    let text = format!("Passphrase for key {}: ", described(key));
    let answer = put(Kind::Passphrase, text, caller)?;
    Some(Passphrase::new(answer.to_vec()))
}

fn put(kind: Kind, text: String, caller: &Caller<'_>) -> Option<Zeroizing<Vec<u8>>> {
    let _alone = ASKING.lock().unwrap_or_else(PoisonError::into_inner);
    let question = Question { kind, text, deadline: Instant::now() + PATIENCE, caller };
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

/// Comment and fingerprint.
fn described(key: &Held) -> String {
    let comment = contract::shown(&*text::comment(&key.comment));
    let line = PublicKeyLine::from_blob(&key.blob, "");
    let fingerprint = line.map(|line| line.fingerprint_sha256()).unwrap_or_default();
    format!("\"{comment}\" ({fingerprint})")
}
