//! Logging in: which methods are tried, in which order, and the error if none works.
//!
//! The order and the limits are OpenSSH's: keys before passwords, named keys before those of an
//! agent. A passphrase is asked for only after the server has said that it would accept the key.

use std::collections::VecDeque;
use std::time::Duration;

use contract::shown;
use russh::MethodKind;
use russh::keys::ssh_key::{Certificate, PublicKey};
use tokio::time::{Instant, timeout};

use crate::Error;
use crate::advice;
use crate::agent::{Constraints, Identity};
use crate::ask::Asker;
use crate::client::End;
use crate::config::PubkeyAuthentication;
use crate::connect::Connection;
use crate::defaults::{WAIT_KEY_OFFERS, WAIT_KEY_PAUSE};
use crate::reason::{Reason, server_phrases};

mod accepted_algorithms;
mod agent_keys;
mod attempts;
mod candidate;
mod host_bound;
mod key_file;
mod key_reports;
mod keyboard_interactive;
mod outcome;
mod password;
mod probe_keys;
mod public_file;
mod publickey;

pub(crate) use accepted_algorithms::AcceptedAlgorithms;
pub(crate) use agent_keys::Keyring;
pub(crate) use candidate::Candidate;
pub(crate) use public_file::certificate;

use attempts::{Attempts, LoginEnd};
use key_file::KeyFile;
use key_reports::KeyReports;
use outcome::{Outcome, answered};
pub(crate) use probe_keys::ask;
use publickey::PublickeyAuth;

/// How long a server that hangs up may take to say why.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);

/// How to log in.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub(crate) struct Login<'a> {
    pub(crate) user: &'a str,
    /// The named keys, in the order in which they are offered.
    pub(crate) named: &'a mut [Candidate],
    /// Why other keys cannot be offered.
    pub(crate) unusable: &'a [String],
    /// Certificates in separate files (`CertificateFile`), for any of the keys.
    pub(crate) certificates: &'a [Certificate],
    /// The agents, whose keys are offered after the named ones.
    pub(crate) keyring: Keyring,
    /// Whether an agent may sign only for named keys.
    pub(crate) identities_only: bool,
    /// `AddKeysToAgent`: keys that were unlocked are added to an agent.
    pub(crate) add_to_agent: Option<Constraints>,
    /// The methods, the preferred one first.
    pub(crate) methods: Vec<MethodKind>,
    /// `NumberOfPasswordPrompts`
    pub(crate) password_prompts: u32,
    /// The devices that may ask questions.
    pub(crate) devices: Option<&'a str>,
    /// Which keys and certificates may be offered.
    pub(crate) accepted: &'a AcceptedAlgorithms,
    /// Whether an agent signs for the server's host key, too.
    pub(crate) host_binding: PubkeyAuthentication,
    /// `--wait`: a refused key is offered again, and no password is asked for instead.
    pub(crate) key_retry: Option<KeyRetry>,
    /// `--diagnose`: asks the server which key it would accept, and never signs.
    pub(crate) only_asks: bool,
    /// Whether to ask for a password only after a key was accepted, as for the target of a job log.
    pub(crate) keys_first: bool,
    /// `--no-trivial-auth`: whether the server must ask for a proof.
    pub(crate) proof_required: bool,
    pub(crate) quiet: bool,
    pub(crate) asker: &'a Asker,
}

/// For how long refused keys are offered again on one connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyRetry {
    /// When a new connection may be made; a user created meanwhile is known only to a new one.
    pub(crate) until: Instant,
    /// Whether the keys were named; otherwise only a single key is retried.
    pub(crate) named: bool,
}

/// The state of one login.
struct LoginState<'a> {
    connection: &'a mut Connection,
    login: Login<'a>,
    attempts: Attempts,
    /// The agents' keys for which certificates were named; they are offered first, as with ssh.
    certified: VecDeque<Identity>,
    /// How many of the named keys have been offered.
    offered: usize,
    /// The other keys of the agents, once those were asked.
    from_agents: VecDeque<Candidate>,
    agents_asked: bool,
    passwords_left: u32,
    interactions_left: u32,
    /// How many other keys the agents had.
    other_keys: usize,
    /// The first other key, if no key was named.
    only_from_agent: Option<Identity>,
    /// How often keys were offered.
    offers: usize,
    /// Whether the server accepted a method but wants another one too.
    is_partial: bool,
    /// Whether we have given any proof: a signature, a password or an answer.
    has_proved: bool,
    key_reports: KeyReports,
}

/// Logs in; returns whether keys alone were enough.
///
/// # Errors
/// [`Error::Login`] with what was tried and what the server still accepts, or the reason why
/// nothing could be tried, such as a question that must not be asked.
pub(crate) async fn log_in(connection: &mut Connection, login: Login<'_>) -> Result<bool, Error> {
    let prompts = login.password_prompts;
    let mut login = LoginState::new(connection, login);
    match login.run().await {
        Err(Error::Protocol(cause)) => return Err(login.broken_off(cause).await),
        outcome => outcome?,
    }
    login.note_lack_of_proof()?;
    Ok(login.passwords_left == prompts && login.interactions_left == prompts)
}

impl<'a> LoginState<'a> {
    fn new(connection: &'a mut Connection, login: Login<'a>) -> Self {
        Self {
            connection,
            attempts: Attempts::without(login.unusable, login.keys_first),
            certified: VecDeque::new(),
            offered: 0,
            from_agents: VecDeque::new(),
            agents_asked: login.identities_only,
            passwords_left: login.password_prompts,
            interactions_left: login.password_prompts,
            other_keys: 0,
            only_from_agent: None,
            offers: 0,
            is_partial: false,
            has_proved: false,
            key_reports: KeyReports::unusable(login.unusable),
            login,
        }
    }

    async fn run(&mut self) -> Result<(), Error> {
        self.find_certified().await?;
        loop {
            self.ask_agents().await?;
            // Also after keys that were not used: we must not ask for a password that the server
            // does not accept.
            if self.attempts.remaining.is_none()
                && !(self.has_key_left() && self.wants(MethodKind::PublicKey))
            {
                let outcome = self.ask_for_methods().await?;
                if self.settle(outcome) {
                    return Ok(());
                }
            }
            let Some(method) = self.next_method() else {
                if self.offers_keys_again().await {
                    continue;
                }
                break;
            };
            let outcome = match method {
                MethodKind::PublicKey => self.offer_key().await,
                MethodKind::KeyboardInteractive => self.interact().await,
                _ => self.send_password().await,
            };
            let outcome = match outcome {
                // The error should also say why a key was not used.
                Err(Error::Ask(why)) if self.attempts.has_unasked() => {
                    self.attempts.last_was_not_asked_for(why);
                    break;
                }
                outcome => outcome?,
            };
            if self.settle(outcome) {
                return Ok(());
            }
            if let Some(end) = self.connection.shared.end() {
                return Err(self.failure(Some(&end)));
            }
        }
        Err(self.failure(None))
    }

    /// Waits until keys may be offered again on this connection; `false` if they may not.
    async fn offers_keys_again(&mut self) -> bool {
        let Some(retry) = self.login.key_retry.filter(|_| self.may_retry_keys()) else {
            return false;
        };
        let keys = self.login.named.len() + usize::from(self.only_from_agent.is_some());
        let next = Instant::now() + WAIT_KEY_PAUSE;
        if self.offers + keys > WAIT_KEY_OFFERS || next > retry.until {
            return false;
        }
        log::info!("{}; offering it again", self.attempts.reason(&LoginEnd::default(), None));
        let ended = self.connection.shared.wait_for_end();
        if timeout(WAIT_KEY_PAUSE, ended).await.is_ok() {
            return false;
        }
        self.attempts.forget_refusals();
        self.key_reports.forget();
        self.offered = 0;
        self.from_agents.extend(self.only_from_agent.clone().map(Box::new).map(Candidate::Agent));
        true
    }

    /// Whether the offered keys are exactly those for which `--wait` waits.
    fn may_retry_keys(&self) -> bool {
        let Some(retry) = self.login.key_retry else { return false };
        let in_sight = self.login.named.len() + self.other_keys;
        let is_clear = if retry.named { !self.login.named.is_empty() } else { in_sight == 1 };
        is_clear && !self.is_partial && self.wants(MethodKind::PublicKey)
    }

    /// Finds out the accepted methods with the method `none`, which few servers accept (RFC 4252
    /// §5.2).
    async fn ask_for_methods(&mut self) -> Result<Outcome, Error> {
        if self.login.only_asks {
            return self.ask_with_unknown_key().await;
        }
        let Connection { handle, time_limit, .. } = &mut *self.connection;
        answered(*time_limit, handle.authenticate_none(self.login.user)).await.map(Outcome::from)
    }

    /// Finds the agents' keys for which only certificates were named.
    async fn find_certified(&mut self) -> Result<(), Error> {
        let named: Vec<PublicKey> = self.login.named.iter().filter_map(Candidate::public).collect();
        let is_named = |certificate: &&Certificate| {
            named.iter().any(|key| key.key_data() == certificate.public_key())
        };
        let mut certificates = self.login.certificates.iter().filter(|it| !is_named(it)).peekable();
        if certificates.peek().is_none() {
            return Ok(());
        }
        let keys: Vec<_> = certificates.map(Certificate::public_key).collect();
        let identities = self.login.keyring.identities(self.connection).await?;
        let is_certified = |held: &&Identity| keys.contains(&held.public_key().key_data());
        let certified: Vec<_> = identities.iter().filter(is_certified).cloned().collect();
        self.other_keys = certified.len();
        self.only_from_agent = certified.first().filter(|_| self.login.named.is_empty()).cloned();
        self.certified = certified.into();
        Ok(())
    }

    /// Queues the agents' keys after the named ones have been offered.
    async fn ask_agents(&mut self) -> Result<(), Error> {
        if self.agents_asked || self.offered < self.login.named.len() {
            return Ok(());
        }
        self.agents_asked = true;
        let named: Vec<PublicKey> = self.login.named.iter().filter_map(Candidate::public).collect();
        let identities = self.login.keyring.identities(self.connection).await?;
        let certificates = self.login.certificates.iter().map(Certificate::public_key);
        let known: Vec<_> = named.iter().map(PublicKey::key_data).chain(certificates).collect();
        let others =
            identities.iter().filter(|held| !known.contains(&held.public_key().key_data()));
        let others: Vec<_> = others.cloned().collect();
        // The certified ones are counted already.
        self.other_keys += others.len();
        let first = others.first().filter(|_| self.login.named.is_empty()).cloned();
        self.only_from_agent = self.only_from_agent.take().or(first);
        self.from_agents = others.into_iter().map(Box::new).map(Candidate::Agent).collect();
        Ok(())
    }

    fn has_key_left(&self) -> bool {
        !self.certified.is_empty()
            || self.offered < self.login.named.len()
            || !self.from_agents.is_empty()
    }

    /// Records an outcome; `true` if we are logged in.
    fn settle(&mut self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Accepted => true,
            Outcome::Refused { remaining, partial } => {
                if partial {
                    self.is_partial = true;
                    self.attempts.last_is_not_enough();
                }
                // A broken connection looks like "no methods remain", so keep what is known then.
                if partial || !remaining.is_empty() {
                    self.attempts.last_is_answered();
                }
                if !remaining.is_empty() || self.attempts.remaining.is_none() {
                    self.attempts.remaining = Some(remaining.iter().copied().collect());
                }
                false
            }
            Outcome::NotUsed(why) => {
                self.attempts.last_was_not_used(&why);
                false
            }
            Outcome::Unasked(why) => {
                self.attempts.last_was_not_asked_for(why);
                false
            }
        }
    }

    fn wants(&self, method: MethodKind) -> bool {
        self.login.methods.contains(&method)
            && self.attempts.remaining.as_ref().is_none_or(|remaining| remaining.contains(&method))
    }

    fn next_method(&self) -> Option<MethodKind> {
        self.login.methods.iter().copied().find(|method| {
            self.wants(*method)
                && (*method == MethodKind::PublicKey || self.may_ask())
                && match method {
                    MethodKind::PublicKey => self.has_key_left(),
                    MethodKind::KeyboardInteractive => self.interactions_left > 0,
                    MethodKind::Password => self.passwords_left > 0,
                    _ => false,
                }
        })
    }

    /// Whether anything other than a key may be tried: not while waiting for keys, and not for a
    /// job log's target, whose password no one knows.
    fn may_ask(&self) -> bool {
        let only_keys = self.login.keys_first && !self.is_partial;
        self.login.asker.password_file.is_some() || !only_keys && !self.may_retry_keys()
    }

    async fn offer_key(&mut self) -> Result<Outcome, Error> {
        let certified = self.certified.pop_front().map(Box::new).map(Candidate::Agent);
        let mut from_agent;
        let candidate = match self.login.named.get_mut(self.offered) {
            Some(named) if certified.is_none() => {
                self.offered += 1;
                named
            }
            _ => {
                from_agent = certified.or_else(|| self.from_agents.pop_front());
                match &mut from_agent {
                    Some(held) => held,
                    None => return Ok(Outcome::unchanged()),
                }
            }
        };
        self.offers += 1;
        self.attempts.begin(format!("publickey {}", candidate.describe()));
        let only_asks = self.login.only_asks;
        let name = candidate.name();
        if candidate.is_locked() {
            self.key_reports.tell(self.login.quiet);
        }
        let mut publickey = PublickeyAuth {
            connection: self.connection,
            user: self.login.user,
            asker: self.login.asker,
            accepted: self.login.accepted,
            add_to_agent: self.login.add_to_agent,
            certificates: self.login.certificates,
            host_binding: self.login.host_binding,
            bound_to: None,
            only_asks,
            is_signed: false,
        };
        let outcome = publickey.offer(candidate, &mut self.login.keyring).await;
        if only_asks && publickey.is_signed {
            return Ok(Outcome::Accepted);
        }
        let is_signed = publickey.is_signed;
        self.has_proved |= is_signed;
        if is_signed && matches!(outcome, Ok(Outcome::NotUsed(_))) {
            self.attempts.agent_has_refused();
        } else {
            self.attempts.last_is_signed(is_signed);
        }
        match &outcome {
            Ok(Outcome::Refused { partial: false, .. }) => {
                self.key_reports.refused(&name);
            }
            Ok(Outcome::NotUsed(why) | Outcome::Unasked(why)) => {
                self.key_reports.not_used(&name, why);
            }
            _ => {}
        }
        outcome
    }

    /// Prefers the server's disconnect message, if it sent one, to the local cause of the failure.
    async fn broken_off(&self, cause: russh::Error) -> Error {
        let end = timeout(CLOSE_TIMEOUT, self.connection.shared.wait_for_end()).await;
        let end = end
            .unwrap_or_else(|_| End { reason: Error::from(cause).plain(), is_disconnect: false });
        self.failure(Some(&end))
    }

    fn failure(&self, end: Option<&End>) -> Error {
        if let (None, Some(question)) = (end, self.attempts.only_question()) {
            return Error::Ask(question.to_owned());
        }
        let shared = &self.connection.shared;
        let banners = shared.said();
        let said = banners.clone() + end.map_or("", |end| &end.reason);
        let while_asking = shared.has_ended_while_asking();
        let end_of_login = LoginEnd { end, while_asking };
        let code = server_phrases::login(self.attempts.code(&end_of_login), &said);
        let is_told_why = matches!(
            code,
            Reason::AccountLocked
                | Reason::AccountExpired
                | Reason::PasswordExpired
                | Reason::LoginsClosed
        );
        let hint =
            if is_told_why { advice::login(code) } else { self.attempts.hint(&end_of_login) };
        // Without a terminal no one has seen it.
        let quote = is_told_why.then(|| server_phrases::telling(&banners)).flatten();
        let reason = self.attempts.reason(&end_of_login, quote);
        let may_pass = match code {
            Reason::LoginBroken | Reason::LoginsClosed => true,
            Reason::KeyNotWelcome | Reason::TooManyAttempts => self.may_retry_keys(),
            _ => false,
        };
        Error::Login {
            code,
            user: shown(self.login.user),
            place: self.connection.place.clone(),
            reason,
            hint: hint.map(str::to_owned),
            may_pass,
        }
    }
}
