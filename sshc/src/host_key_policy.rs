//! Decides whether to go on with a server that has shown its host key: verdict, question, record.
//!
//! [`host_key`](crate::host_key) gives the verdict; here the user's settings are applied to it.

mod address;
mod settings;

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use russh::keys::PublicKeyOrCertificate;
use russh::keys::ssh_key::PublicKey;

use crate::Error;
use crate::ask::Asker;
use crate::connect::{AlgorithmPreferences, HostKeys, algorithms};
use crate::fingerprint::bits;
use crate::host_key::alert::{self, Answer, Refusal, UnknownHost};
use crate::host_key::{Verdict, judge, judge_certificate};
use crate::known_hosts::command::LookupReason;
use crate::known_hosts::{KnownHosts, Name, Warning};
use crate::notices;
use crate::putty;
use crate::reason::Reason;
use address::Address;
use settings::today;
pub(crate) use settings::{Policy, Scope, UnknownHosts};

/// How often to ask again after an invalid answer: an askpass program may know only a password.
const QUESTIONS: u32 = 10;

/// What this run of the program has learned about a server.
#[derive(Debug, Default)]
pub(crate) struct LearnedHostKey {
    /// The accepted key of a server: if none is on record, only this key is accepted until the
    /// program ends, and the question is not repeated. The record may expire meanwhile.
    key: OnceLock<PublicKey>,
    /// Whether the server was on record before, or the user has confirmed its key. Only then may it
    /// announce more of its keys (`UpdateHostKeys`).
    is_trusted: AtomicBool,
    /// What `CheckHostIP` has found out.
    address: Address,
}

impl LearnedHostKey {
    /// The name of the server's address, if its key is on record for that, too.
    pub(crate) fn address(&self) -> Option<Name> {
        self.address.name()
    }

    /// Whether the server may announce more of its keys.
    pub(crate) fn is_trusted(&self) -> bool {
        self.is_trusted.load(Ordering::Relaxed)
    }

    fn trust(&self) {
        self.is_trusted.store(true, Ordering::Relaxed);
    }
}

/// A policy with the records of a server that is not reached yet.
pub(crate) struct Verifier {
    policy: Policy,
    host: String,
    port: u16,
    name: Name,
    on_record: KnownHosts,
    asker: Arc<Asker>,
    met: Arc<LearnedHostKey>,
}

impl Verifier {
    /// Looks up the server's records.
    ///
    /// # Errors
    /// When an existing file cannot be read, a file of revoked keys is missing, or the host cannot
    /// be a word of `known_hosts`.
    pub(crate) fn new(
        policy: &Policy,
        user: &str,
        host: &str,
        port: u16,
        asker: &Arc<Asker>,
        met: &Arc<LearnedHostKey>,
    ) -> Result<Self, Error> {
        let name = policy.name(user, host, port)?;
        let mut on_record = if policy.pins.is_empty() {
            let mut on_record = policy.own_record()?;
            let global = KnownHosts::read(&policy.global_files).map_err(Error::KnownHosts)?;
            on_record.append_all(global);
            if policy.putty {
                on_record.extend(putty::host_keys().map_err(Error::Putty)?);
            }
            on_record
        } else {
            KnownHosts::default()
        };
        for file in &policy.revoked_files {
            on_record.revoke(file).map_err(Error::KnownHosts)?;
        }
        warn_of(on_record.warnings());
        let (policy, asker, met) = (policy.clone(), Arc::clone(asker), Arc::clone(met));
        Ok(Self { policy, host: host.to_owned(), port, name, on_record, asker, met })
    }

    /// What the handshake needs. The `KnownHostsCommand` is asked only once the server answers, as
    /// ssh does: attempts of `--wait` that reach no server then start no program. It says which
    /// types of key come first, unless a user has chosen their order.
    ///
    /// # Errors
    /// When the program fails.
    pub(crate) fn reached(
        self,
        address: Option<SocketAddr>,
        preferences: &AlgorithmPreferences,
    ) -> Result<HostKeys, Error> {
        let before = if preferences.is_order_chosen() {
            None
        } else {
            self.policy.ask_command(LookupReason::Order, &self.name, None)?
        };
        let before = before.unwrap_or_default();
        warn_of(before.warnings());
        let names = std::slice::from_ref(&self.name);
        let mut recorded = self.on_record.algorithms_for(names);
        recorded.extend(before.algorithms_for(names));
        let authorities =
            self.on_record.has_authority_for(names) || before.has_authority_for(names);
        let [.., wanted] = algorithms::names(preferences);
        let check = Box::new(move |shown: &PublicKeyOrCertificate| {
            let accepts_plain = algorithms::is_one_of(&wanted, &shown.public_key());
            self.check(shown, accepts_plain, address)
        });
        Ok(HostKeys { recorded, authorities, check })
    }

    fn check(
        &self,
        shown: &PublicKeyOrCertificate,
        accepts_plain: bool,
        address: Option<SocketAddr>,
    ) -> Result<(), Error> {
        let key = shown.public_key();
        if key.algorithm().is_rsa() && bits(&key) < self.policy.least_rsa_bits {
            return refuse(
                Reason::HostKeyWeak,
                alert::too_weak(&self.name, &key, self.policy.least_rsa_bits),
            );
        }
        let names = std::slice::from_ref(&self.name);
        let on_record = self.records(LookupReason::HostName, &self.name, shown)?;
        let verdict = match shown.certificate() {
            Some(certificate) => {
                let signatures = &self.policy.ca_signatures;
                let now = SystemTime::now();
                judge_certificate(certificate, names, &on_record, signatures, accepts_plain, now)
            }
            None => judge(&key, names, &on_record),
        };
        match verdict {
            Verdict::Revoked { place } => {
                refuse(Reason::HostKeyRevoked, alert::revoked(&self.name, &key, &place))
            }
            _ if self.policy.pins.iter().any(|pin| pin.is_of(&key)) => Ok(()),
            _ if !self.policy.pins.is_empty() => {
                refuse(Reason::HostKeyChanged, alert::not_pinned(&self.name, &key))
            }
            Verdict::Known { place } => {
                let new = self.check_address(shown, &key, address)?;
                self.met.trust();
                let _ = self.met.key.set(key.clone());
                self.note_use(&key);
                self.note_address(new.as_ref(), &key, &place);
                Ok(())
            }
            Verdict::Unknown => self.check_new(shown, &key, address),
            Verdict::Changed { recorded } => {
                let by_target = self.policy.scope == Scope::Target;
                refuse(
                    Reason::HostKeyChanged,
                    alert::changed(&self.name, &key, &recorded, by_target),
                )
            }
            Verdict::NotCertified => {
                refuse(Reason::HostCertificate, alert::not_certified(&self.name, &key))
            }
            Verdict::BadCertificate { place, fault } => {
                refuse(Reason::HostCertificate, alert::bad_certificate(&self.name, &place, &fault))
            }
        }
    }

    /// The records, and what the `KnownHostsCommand` knows by this name.
    fn records(
        &self,
        reason: LookupReason,
        name: &Name,
        shown: &PublicKeyOrCertificate,
    ) -> Result<Cow<'_, KnownHosts>, Error> {
        let mut on_record = Cow::Borrowed(&self.on_record);
        if let Some(more) = self.policy.ask_command(reason, name, Some(shown))? {
            on_record.to_mut().append_all(more);
        }
        Ok(on_record)
    }

    /// Checks a key without a record: unless it was accepted before, the user or an option decides.
    fn check_new(
        &self,
        shown: &PublicKeyOrCertificate,
        key: &PublicKey,
        address: Option<SocketAddr>,
    ) -> Result<(), Error> {
        let new_address = self.check_address(shown, key, address)?;
        match self.met.key.get() {
            None => {
                self.meet(key, address, new_address.as_ref())?;
                let _ = self.met.key.set(key.clone());
                Ok(())
            }
            Some(met) if met.key_data() == key.key_data() => Ok(()),
            Some(met) => refuse(Reason::HostKeyChanged, alert::not_as_met(&self.name, key, met)),
        }
    }

    /// Decides about a server without a record.
    fn meet(
        &self,
        key: &PublicKey,
        address: Option<SocketAddr>,
        new_address: Option<&Name>,
    ) -> Result<(), Error> {
        let address = address.map(|address| address.to_string());
        let known_as = self.on_record.other_names(key);
        let unknown = UnknownHost {
            name: &self.name,
            address: address.as_deref(),
            key,
            file: self.policy.file(),
            known_as: &known_as,
            can_be_pinned: self.policy.can_be_pinned,
        };
        match self.policy.unknown_hosts {
            UnknownHosts::AcceptNew => self.policy.remember(&self.name, new_address, key),
            UnknownHosts::AcceptOnce => Ok(()),
            UnknownHosts::Refuse => self.refuse_unknown(&unknown),
            UnknownHosts::Ask if self.asker.batch => self.refuse_unknown(&unknown),
            UnknownHosts::Ask => self.ask(&unknown, new_address),
        }
    }

    /// Refuses a new key; also says so if another key is on record for the address.
    fn refuse_unknown(&self, unknown: &UnknownHost<'_>) -> Result<(), Error> {
        match self.on_record.elsewhere(&self.name) {
            Some(line) => {
                refuse(Reason::HostKeyReused, alert::reused(unknown.refusal(), &line.place))
            }
            None => refuse(Reason::HostKeyUnknown, unknown.refusal()),
        }
    }

    fn ask(&self, unknown: &UnknownHost<'_>, new_address: Option<&Name>) -> Result<(), Error> {
        let mut question = format!("{}\n{}", unknown.question(self.policy.picture), alert::PROMPT);
        for _ in 0..QUESTIONS {
            // If no user can be asked, that is a refusal, which names the option that gives the
            // answer.
            notices::make_room();
            let Ok(answer) = keygen::ask(&question) else {
                return self.refuse_unknown(unknown);
            };
            match answer.parse() {
                Ok(Answer::Yes) => return self.confirm(unknown.key, new_address),
                Ok(Answer::Once) => return Ok(()),
                Ok(Answer::No) => return declined("the host key was not accepted"),
                Ok(Answer::IfItIs(fingerprint)) if fingerprint.is_of(unknown.key) => {
                    return self.confirm(unknown.key, new_address);
                }
                Ok(Answer::IfItIs(_)) => {
                    return declined("the host key is not the one whose fingerprint was given");
                }
                Err(_) => alert::PROMPT_AGAIN.clone_into(&mut question),
            }
        }
        declined("the question about the host key was not answered")
    }

    /// The user has said that the key is right.
    fn confirm(&self, key: &PublicKey, new_address: Option<&Name>) -> Result<(), Error> {
        self.met.trust();
        self.policy.remember(&self.name, new_address, key)
    }

    /// Records that a target is in use, so that it stays on record. A failure to write the file
    /// must not prevent the login.
    fn note_use(&self, key: &PublicKey) {
        let targets = self.policy.own_targets().filter(|_| self.policy.may_note_use);
        if let Some(targets) = targets
            && let Err(cause) = targets.keep(&self.on_record, &self.name, key, today())
        {
            log::info!("the day of use was not recorded: {}", Error::KnownHosts(cause).plain());
        }
    }
}

/// Reports malformed lines, for the user to fix.
fn warn_of(warnings: &[Warning]) {
    for warning in warnings {
        log::info!("ignored a malformed line: {warning}");
    }
}

fn refuse(code: Reason, refusal: Refusal) -> Result<(), Error> {
    Err(Error::HostKey { code, message: refusal.message, hint: Some(refusal.hint) })
}

fn declined(message: &str) -> Result<(), Error> {
    Err(Error::HostKey { code: Reason::HostKeyUnknown, message: message.to_owned(), hint: None })
}
