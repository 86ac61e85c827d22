//! Records the attempts to log in, and describes them if all failed.

use russh::MethodKind;

use crate::advice;
use crate::antispoof;
use crate::client::End;
use crate::reason::Reason;

const KEY_THEN_PASSWORD: &str = "the key was refused first: save its line in your account before \
                                 the job starts (`pubkey-copy`); if you log in with a password, \
                                 check it and the user name";

const KEY_LEFT_LOCKED: &str = "the passphrase is that of the key file, not of the account: \
                               `keygen passphrase FILE` changes it; if it is lost, make a new key";

const ONLY_KEYS: &str = "name a key with --key FILE; for a target from a job log, sshc asks for a \
                         password only with --password";

const TOO_MANY: &str = "Too many authentication";

const NOT_ENOUGH: &str = "was accepted but is not enough";

/// Why a key was not used after its passphrase was asked for without success.
pub(super) const NOT_UNLOCKED: &str = "the right passphrase was not given";

/// The attempts, their results, and the methods that the server still accepts.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Attempts {
    /// What the server was asked and did not accept.
    refused: Vec<String>,
    /// Keys accepted as a first step, and keys that could not be used, with the reason.
    aside: Vec<String>,
    /// The first question that could not be asked, and why.
    unasked: Option<String>,
    /// Whether the server has not answered the last attempt yet.
    last_is_open: bool,
    /// Whether the server asked for a signature before it refused an attempt.
    has_signed: bool,
    /// Whether an agent refused to sign with a key that the server accepted.
    agent_refused: bool,
    /// Whether a password is asked for only after a key was accepted.
    keys_first: bool,
    /// The methods that the server still accepts, once it has named them.
    pub(super) remaining: Option<Vec<MethodKind>>,
}

/// How the login ended.
#[derive(Debug, Default)]
pub(super) struct LoginEnd<'a> {
    /// The end of the connection, if it ended.
    pub(super) end: Option<&'a End>,
    /// Whether the connection ended while the user was asked something.
    pub(super) while_asking: bool,
}

impl Attempts {
    /// No attempts yet, only keys that cannot be used.
    pub(super) fn without(unusable: &[String], keys_first: bool) -> Self {
        Self { aside: unusable.to_vec(), keys_first, ..Self::default() }
    }

    pub(super) fn begin(&mut self, what: String) {
        self.refused.push(what);
        self.last_is_open = true;
    }

    /// The last attempt.
    pub(super) fn last(&self) -> &str {
        let last = self.refused.last().map(String::as_str).unwrap_or_default();
        last.strip_prefix("publickey ").unwrap_or(last)
    }

    /// Records whether the last attempt was a key with which we signed.
    pub(super) fn last_is_signed(&mut self, signed: bool) {
        self.has_signed |= signed;
    }

    /// The server accepted the last key, but its agent did not sign.
    pub(super) fn agent_has_refused(&mut self) {
        self.agent_refused = true;
    }

    /// Forgets the refusals, because the keys are offered again.
    pub(super) fn forget_refusals(&mut self) {
        self.refused.clear();
        self.has_signed = false;
    }

    /// The server has answered the last attempt.
    pub(super) fn last_is_answered(&mut self) {
        self.last_is_open = false;
    }

    /// The last attempt was accepted as a first step.
    pub(super) fn last_is_not_enough(&mut self) {
        self.set_last_aside(NOT_ENOUGH);
    }

    /// The last key was not used, for this reason.
    pub(super) fn last_was_not_used(&mut self, why: &str) {
        self.set_last_aside(&format!("was not used: {why}"));
    }

    /// The last key was not used, because its passphrase cannot be asked for.
    pub(super) fn last_was_not_asked_for(&mut self, why: String) {
        self.last_was_not_used(&why);
        self.unasked.get_or_insert(why);
    }

    pub(super) fn has_unasked(&self) -> bool {
        self.unasked.is_some()
    }

    /// The question that could not be asked, if there is nothing else to report.
    pub(super) fn only_question(&self) -> Option<&str> {
        let is_all = self.refused.is_empty() && self.aside.len() == 1;
        self.unasked.as_deref().filter(|_| is_all)
    }

    fn set_last_aside(&mut self, what: &str) {
        self.aside.extend(self.refused.pop().map(|last| format!("{last} {what}")));
    }

    /// The reason code for scripts.
    pub(super) fn code(&self, end_of_login: &LoginEnd<'_>) -> Reason {
        let tried = |method: &str| self.tried(method);
        match end_of_login.end {
            Some(_) if end_of_login.while_asking => Reason::LoginTimeLimit,
            Some(end) if end.is_disconnect && end.reason.to_lowercase().contains("timeout") => {
                Reason::LoginTimeLimit
            }
            Some(end) if end.reason.contains(TOO_MANY) => Reason::TooManyAttempts,
            Some(end) if end.is_disconnect => Reason::HungUp,
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

    /// Why the login failed: the attempts, and how it ended. `quote` is what the server said about
    /// it before.
    pub(super) fn reason(&self, end_of_login: &LoginEnd<'_>, quote: Option<&str>) -> String {
        let end = end_of_login.end;
        let is_too_late = self.code(end_of_login) == Reason::LoginTimeLimit && self.has_typed();
        if (end_of_login.while_asking || is_too_late)
            && let Some(end) = end
        {
            let words = if end.is_disconnect { format!(": {}", end.reason) } else { String::new() };
            return format!("the server hung up while it waited for your answer{words}");
        }
        let mut reasons = self.aside.clone();
        // A server that hangs up with a message has refused the last attempt. If the connection
        // just broke, that is not known.
        let is_broken = end.is_some_and(|end| !end.is_disconnect);
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
        if let Some(End { reason, is_disconnect }) = end {
            let who = if reasons.is_empty() { "the server" } else { "it" };
            let said = if *is_disconnect { format!("{who} hung up: ") } else { String::new() };
            reasons.push(said + reason);
        }
        reasons.join("; ")
    }

    /// The hint, about the first thing that went wrong, because the rest followed from it.
    pub(super) fn hint(&self, end_of_login: &LoginEnd<'_>) -> Option<&'static str> {
        let code = self.code(end_of_login);
        let has_typed = self.has_typed();
        Some(match code {
            Reason::LoginTimeLimit | Reason::HungUp | Reason::LoginBroken => {
                return advice::login(code);
            }
            Reason::TooManyAttempts if !has_typed => return advice::login(code),
            _ if self.tried("publickey") && has_typed => KEY_THEN_PASSWORD,
            _ if self.was_left_locked() => KEY_LEFT_LOCKED,
            _ if has_typed => "check the user name and the password",
            _ if self.wants_answer() && self.keys_first && !self.tried("publickey") => ONLY_KEYS,
            _ if self.wants_answer() && !self.takes(MethodKind::PublicKey) => {
                "pass the password with --password-file FILE, or run this on a terminal to be \
                 asked"
            }
            // The question itself names the option that answers it.
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
