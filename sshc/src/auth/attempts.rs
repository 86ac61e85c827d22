//! What was tried to log in, and how that is told when nobody was let in.

use russh::MethodKind;

use crate::advice;
use crate::antispoof;
use crate::client::End;
use crate::reason::Reason;

const KEY_THEN_PASSWORD: &str = "the key was refused first: save its line in your account before the job starts \
                                 (`pubkey-copy`); where a password is what logs in, check it and the user's name";

const KEY_LEFT_LOCKED: &str = "the passphrase that is asked for is the key file's, not the account's: \
                               `keygen passphrase FILE` changes it, and a key whose passphrase is lost has to be \
                               replaced by a new one";

const ONLY_KEYS: &str = "name a key with --key FILE; a target from a job log is not asked for a password unless \
                         --password says so";

const TOO_MANY: &str = "Too many authentication";

const NOT_ENOUGH: &str = "was accepted but is not enough";

/// Why a key was not used for which somebody was asked in vain.
pub(super) const NOT_UNLOCKED: &str = "the right passphrase was not given";

/// What was tried, what came of it, and what the server would still take.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Attempts {
    /// What the server was asked, and has not accepted.
    refused: Vec<String>,
    /// What it accepted as a part, or what could not be used, and why.
    aside: Vec<String>,
    /// The first question that could not be asked, and why.
    unasked: Option<String>,
    /// Whether the server has not said anything to the last of them yet.
    last_is_open: bool,
    /// Whether the server wanted a signature before it refused one of them.
    has_signed: bool,
    /// Whether an agent did not sign for a key that the server took.
    agent_refused: bool,
    /// Whether no password is asked for before a key is accepted.
    keys_first: bool,
    /// What the server would still take, once it has said so.
    pub(super) remaining: Option<Vec<MethodKind>>,
}

/// How it ended.
#[derive(Debug, Default)]
pub(super) struct Circumstances<'a> {
    /// The end of the connection, if that ended.
    pub(super) end: Option<&'a End>,
    /// Whether the connection ended while the user was asked something.
    pub(super) while_asking: bool,
}

impl Attempts {
    /// Nothing yet, but that some keys cannot be used, and why.
    pub(super) fn without(unusable: &[String], keys_first: bool) -> Self {
        Self { aside: unusable.to_vec(), keys_first, ..Self::default() }
    }

    pub(super) fn begin(&mut self, what: String) {
        self.refused.push(what);
        self.last_is_open = true;
    }

    /// What was tried last.
    pub(super) fn last(&self) -> &str {
        let last = self.refused.last().map(String::as_str).unwrap_or_default();
        last.strip_prefix("publickey ").unwrap_or(last)
    }

    /// Whether the last attempt was a key that the server had a signature of.
    pub(super) fn last_is_signed(&mut self, signed: bool) {
        self.has_signed |= signed;
    }

    /// The server took the last key, and its agent did not sign.
    pub(super) fn agent_has_refused(&mut self) {
        self.agent_refused = true;
    }

    /// They are made once more.
    pub(super) fn forget_refusals(&mut self) {
        self.refused.clear();
        self.has_signed = false;
    }

    /// The server has answered the last attempt.
    pub(super) fn last_is_answered(&mut self) {
        self.last_is_open = false;
    }

    /// The last attempt was a step on the way.
    pub(super) fn last_is_not_enough(&mut self) {
        self.set_last_aside(NOT_ENOUGH);
    }

    /// There was no last attempt, and why.
    pub(super) fn last_was_not_used(&mut self, why: &str) {
        self.set_last_aside(&format!("was not used: {why}"));
    }

    /// There was no last attempt, because nobody can be asked.
    pub(super) fn last_was_not_asked_for(&mut self, why: String) {
        self.last_was_not_used(&why);
        self.unasked.get_or_insert(why);
    }

    pub(super) fn has_unasked(&self) -> bool {
        self.unasked.is_some()
    }

    /// The question that could not be asked, where there is nothing else to tell.
    pub(super) fn only_question(&self) -> Option<&str> {
        let is_all = self.refused.is_empty() && self.aside.len() == 1;
        self.unasked.as_deref().filter(|_| is_all)
    }

    fn set_last_aside(&mut self, what: &str) {
        self.aside.extend(self.refused.pop().map(|last| format!("{last} {what}")));
    }

    /// The code for scripts.
    pub(super) fn code(&self, circumstances: &Circumstances<'_>) -> Reason {
        let tried = |method: &str| self.tried(method);
        match circumstances.end {
            Some(_) if circumstances.while_asking => Reason::LoginTimeLimit,
            Some(end) if end.is_farewell && end.reason.to_lowercase().contains("timeout") => {
                Reason::LoginTimeLimit
            }
            Some(end) if end.reason.contains(TOO_MANY) => Reason::TooManyAttempts,
            Some(end) if end.is_farewell => Reason::HungUp,
            Some(_) => Reason::LoginBroken,
            None if self.aside.iter().any(|it| it.ends_with(NOT_ENOUGH)) => Reason::SecondFactor,
            None if tried("password") || tried("keyboard-interactive") => Reason::PasswordRefused,
            None if self.has_signed => Reason::SignatureRefused,
            None if self.agent_refused => Reason::AgentRefused,
            None if tried("publickey") => Reason::KeyNotWelcome,
            None => Reason::NothingToOffer,
        }
    }

    fn takes(&self, method: MethodKind) -> bool {
        self.remaining.as_ref().is_some_and(|remaining| remaining.contains(&method))
    }

    fn tried(&self, method: &str) -> bool {
        self.refused.iter().any(|tried| tried.starts_with(method))
    }

    /// Whether the user was asked something.
    fn has_typed(&self) -> bool {
        self.tried("password") || self.tried("keyboard-interactive")
    }

    /// Why nobody was let in, from what was tried to how it ended.
    /// `quote` is what the server said about it before.
    pub(super) fn reason(&self, circumstances: &Circumstances<'_>, quote: Option<&str>) -> String {
        let end = circumstances.end;
        let is_too_late = self.code(circumstances) == Reason::LoginTimeLimit && self.has_typed();
        if (circumstances.while_asking || is_too_late)
            && let Some(end) = end
        {
            let words = if end.is_farewell { format!(": {}", end.reason) } else { String::new() };
            return format!("the server hung up while it waited for your answer{words}");
        }
        let mut reasons = self.aside.clone();
        // Who hangs up with a word has refused what came last; of a line that broke nothing can be
        // said.
        let is_broken = end.is_some_and(|end| !end.is_farewell);
        let (refused, open) = match self.refused.split_last() {
            Some((last, others)) if is_broken && self.last_is_open => (others, Some(last)),
            _ => (&self.refused[..], None),
        };
        if !refused.is_empty() {
            reasons.push(format!("the server refused {}", refused.join(", ")));
        }
        if let Some(open) = open {
            reasons.push(format!("{open} was not answered"));
        } else if reasons.is_empty() && end.is_none() {
            reasons.push("there is no key or password to offer".to_owned());
        }
        if let Some(remaining) = self.remaining.as_ref().filter(|methods| !methods.is_empty()) {
            let names: Vec<&str> = remaining.iter().map(<&str>::from).collect();
            let who = if self.refused.is_empty() && end.is_none() { "the server" } else { "it" };
            reasons.push(format!("{who} takes {}", names.join(", ")));
        }
        if let Some(quote) = quote {
            reasons.push(format!("it says {}", antispoof::quoted(quote)));
        }
        if let Some(End { reason, is_farewell }) = end {
            let who = if reasons.is_empty() { "the server" } else { "it" };
            let said = if *is_farewell { format!("{who} hung up: ") } else { String::new() };
            reasons.push(said + reason);
        }
        reasons.join("; ")
    }

    /// What can be done about it: about the first of what went wrong, from which the rest followed.
    pub(super) fn hint(&self, circumstances: &Circumstances<'_>) -> Option<&'static str> {
        let code = self.code(circumstances);
        let has_typed = self.has_typed();
        Some(match code {
            Reason::LoginTimeLimit | Reason::HungUp | Reason::LoginBroken => {
                return advice::login(code);
            }
            Reason::TooManyAttempts if !has_typed => return advice::login(code),
            _ if self.tried("publickey") && has_typed => KEY_THEN_PASSWORD,
            _ if self.was_left_locked() => KEY_LEFT_LOCKED,
            _ if has_typed => "check the user's name and the password",
            _ if self.wants_answer() && self.keys_first && !self.tried("publickey") => ONLY_KEYS,
            _ if self.wants_answer() && !self.takes(MethodKind::PublicKey) => {
                "give the password with --password-file FILE, or run this on a terminal to be asked"
            }
            // The question names the option that answers it.
            _ if self.has_unasked() => return None,
            _ if self.agent_refused => return advice::login(Reason::AgentRefused),
            _ if self.tried("publickey") => return advice::login(code),
            _ if self.aside.is_empty() => return advice::login(Reason::NothingToOffer),
            _ => {
                "name the file of the private key with --key FILE, or add it to an agent that signs \
                 with it"
            }
        })
    }

    fn wants_answer(&self) -> bool {
        self.takes(MethodKind::Password) || self.takes(MethodKind::KeyboardInteractive)
    }

    fn was_left_locked(&self) -> bool {
        self.aside.iter().any(|it| it.ends_with(NOT_UNLOCKED))
    }
}
