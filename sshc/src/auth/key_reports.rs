//! Messages during a login, before a question and at the end.

use contract::shown;

use super::LoginState;
use crate::Error;
use crate::notices;
use crate::reason::Reason;

/// How many keys are listed one by one before a question.
const MOST_TOLD: usize = 5;

/// What happened to keys that have not been reported yet, one line each.
#[derive(Debug, Default)]
pub(super) struct KeyReports(Vec<String>);

impl KeyReports {
    /// Keys that could not be offered, and why.
    pub(super) fn unusable(why: &[String]) -> Self {
        Self(why.iter().map(|why| format!("sshc: {why}")).collect())
    }

    pub(super) fn refused(&mut self, key: &str) {
        self.0.push(format!("sshc: the server refused the key {key}"));
    }

    pub(super) fn not_used(&mut self, key: &str, why: &str) {
        self.0.push(format!("sshc: the key {key} was not used: {why}"));
    }

    /// Forgets them, because they will be offered again.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Reports them, because a question follows.
    pub(super) fn tell(&mut self, quiet: bool) {
        let more = self.0.len().saturating_sub(MOST_TOLD);
        for line in self.0.drain(..).take(MOST_TOLD) {
            notices::tell(quiet, &line);
        }
        if more > 0 {
            notices::tell(quiet, &format!("sshc: and {more} more keys"));
        }
    }
}

impl LoginState<'_> {
    /// A server that needs no proof may still ask for a passphrase, in something that looks like a
    /// shell (CVE-2021-36367).
    pub(super) fn note_lack_of_proof(&self) -> Result<(), Error> {
        if self.has_proved {
            return Ok(());
        }
        let (user, place) = (shown(self.login.user), self.connection.place.clone());
        log::warn!("{place} let {user} in without any proof");
        if self.login.proof_required {
            return Err(Error::Login {
                code: Reason::NoProof,
                user,
                place,
                reason: "the server asked for no proof, which --no-trivial-auth refuses".into(),
                hint: None,
                may_pass: false,
            });
        }
        notices::tell(
            self.login.quiet,
            &format!(
                "sshc: {place} let {user} in without any proof: no key was used and no \
                 password.\nsshc: from here on, any question for a passphrase or a password comes \
                 from the server."
            ),
        );
        Ok(())
    }
}
