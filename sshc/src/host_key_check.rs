//! Decides whether to go on with a server that has shown its host key: verdict, question, record.
//!
//! [`host_key`](crate::host_key) gives the verdict; here the user's settings are applied to it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use data_encoding::BASE64;
use russh::keys::PublicKeyOrCertificate;
use russh::keys::ssh_key::{Algorithm, PublicKey};

use crate::Error;
use crate::ask::Asker;
use crate::client::HostKeyCheck;
use crate::config::{Template, Tokens};
use crate::fingerprint::{Fingerprint, bits};
use crate::host_key::alert::{self, Answer, Refusal, UnknownHost};
use crate::host_key::{Verdict, judge, judge_certificate};
use crate::known_hosts::command::{self, Occasion, ShownKey};
use crate::known_hosts::{self, Day, KnownHosts, Name, Targets};
use crate::notices;
use crate::putty;
use crate::reason::Reason;

/// How often to ask again after an invalid answer: an askpass program may know only a password.
const QUESTIONS: u32 = 10;

/// The name under which a server's key is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Scope {
    /// The host and the port, as OpenSSH does.
    #[default]
    Host,
    /// The user, the host and the port: a new cluster on a re-used address is a new host.
    Target,
}

/// What to do about a host without a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum UnknownHosts {
    /// Ask (`StrictHostKeyChecking ask`).
    #[default]
    Ask,
    /// Record them without asking (`--accept-new`).
    AcceptNew,
    /// Accept them without a record (`--diagnose`).
    AcceptOnce,
    /// Refuse them (`StrictHostKeyChecking yes`).
    Refuse,
}

/// The user's settings for host keys.
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Policy {
    pub(crate) scope: Scope,
    pub(crate) unknown_hosts: UnknownHosts,
    /// `--host-key`: only these keys; no file is read.
    pub(crate) pins: Vec<Fingerprint>,
    /// Whether that option applies to this server.
    pub(crate) can_be_pinned: bool,
    /// New keys are written to the first one.
    pub(crate) user_files: Vec<PathBuf>,
    /// The file for keys recorded under targets; without it they go to the first of `user_files`.
    pub(crate) targets: Option<Targets>,
    /// Whether to record the use of a target: not with `--diagnose`.
    pub(crate) may_note_use: bool,
    pub(crate) global_files: Vec<PathBuf>,
    /// `KnownHostsCommand`: asked after the files.
    pub(crate) command: Option<(Template, Tokens)>,
    /// `RevokedHostKeys`: these apply to pinned keys, too.
    pub(crate) revoked_files: Vec<PathBuf>,
    /// `HashKnownHosts`
    pub(crate) hash: bool,
    /// `HostKeyAlias`
    pub(crate) alias: Option<String>,
    /// Whether PuTTY's records count, too: not with `--known-hosts`.
    pub(crate) putty: bool,
    /// `UpdateHostKeys`
    pub(crate) update: bool,
    /// `CASignatureAlgorithms`: the algorithms that may sign a host certificate.
    pub(crate) ca_signatures: Vec<String>,
    /// `RequiredRSASize`
    pub(crate) least_rsa_bits: u32,
    /// Whether the question shows a picture of the key.
    pub(crate) picture: bool,
}

impl Policy {
    /// The name under which a server's key is recorded.
    ///
    /// # Errors
    /// When the host cannot be a word of `known_hosts`.
    pub(crate) fn name(&self, user: &str, host: &str, port: u16) -> Result<Name, Error> {
        match (self.scope, self.alias.as_deref()) {
            (Scope::Host, Some(alias)) => Name::alias(alias),
            (Scope::Host, None) => Name::host(host, port),
            (Scope::Target, alias) => Name::target(user, alias.unwrap_or(host), port),
        }
        .map_err(Error::KnownHosts)
    }

    /// The user's own files.
    pub(crate) fn own_files(&self) -> impl Iterator<Item = &PathBuf> {
        self.targets.iter().map(|targets| &targets.file).chain(&self.user_files)
    }

    /// The keys on record in these files.
    pub(crate) fn own_record(&self) -> Result<KnownHosts, Error> {
        let mut on_record = KnownHosts::default();
        if let Some(targets) = &self.targets {
            on_record.append_all(targets.read(today()).map_err(Error::KnownHosts)?);
        }
        on_record.append_all(KnownHosts::read(&self.user_files).map_err(Error::KnownHosts)?);
        Ok(on_record)
    }

    /// The keys that the command knows, if there is one; pinned keys need none.
    fn ask_command(
        &self,
        occasion: Occasion,
        name: &Name,
        shown: Option<&PublicKeyOrCertificate>,
    ) -> Result<Option<KnownHosts>, Error> {
        let Some((template, tokens)) = self.command.as_ref().filter(|_| self.pins.is_empty())
        else {
            return Ok(None);
        };
        let shown = shown.map(shown_key).transpose()?;
        let more = command::tokens(occasion, name, shown.as_ref());
        let words = tokens.words(template, &more).map_err(Error::Config)?;
        command::ask(&words).map(Some).map_err(Error::KnownHosts)
    }

    /// The file to which an accepted key is written.
    fn file(&self) -> Option<&Path> {
        let first = self.user_files.first().map(PathBuf::as_path);
        self.own_targets().map(|targets| &*targets.file).or(first)
    }

    /// The file of targets, if keys are recorded under targets.
    fn own_targets(&self) -> Option<&Targets> {
        self.targets.as_ref().filter(|_| self.scope == Scope::Target)
    }

    /// Records a key.
    pub(crate) fn remember(&self, name: &Name, key: &PublicKey) -> Result<(), Error> {
        match (self.own_targets(), self.user_files.first()) {
            (Some(targets), _) => targets.remember(name, key, self.hash, today()),
            (None, Some(file)) => known_hosts::remember(file, name, key, self.hash),
            (None, None) => Ok(()),
        }
        .map_err(Error::KnownHosts)
    }
}

/// A key or certificate as `KnownHostsCommand` gets to know it.
fn shown_key(shown: &PublicKeyOrCertificate) -> Result<ShownKey, Error> {
    let key = shown.public_key();
    let (kind, blob) = match shown.certificate() {
        Some(certificate) => {
            (certificate.algorithm().to_certificate_type(), certificate.to_bytes())
        }
        None => (key.algorithm().to_string(), key.to_bytes()),
    };
    let blob = blob.map_err(|source| Error::KnownHosts(known_hosts::Error::Key(source)))?;
    let fingerprint = Fingerprint::of(&key).to_string();
    Ok(ShownKey { kind, fingerprint, base64: BASE64.encode(&blob) })
}

fn today() -> Day {
    Day::of(SystemTime::now())
}

/// What this run of the program has learned about a server.
#[derive(Debug, Default)]
pub(crate) struct Acquaintance {
    /// The accepted key of a server: if none is on record, only this key is accepted until the
    /// program ends, and the question is not repeated. The record may expire meanwhile.
    key: OnceLock<PublicKey>,
    /// Whether the server was on record before, or the user has confirmed its key. Only then may it
    /// announce more of its keys (`UpdateHostKeys`).
    is_trusted: AtomicBool,
}

impl Acquaintance {
    /// Whether the server may announce more of its keys.
    pub(crate) fn is_trusted(&self) -> bool {
        self.is_trusted.load(Ordering::Relaxed)
    }

    fn trust(&self) {
        self.is_trusted.store(true, Ordering::Relaxed);
    }
}

/// A policy with the records of one server.
pub(crate) struct Verifier {
    policy: Policy,
    name: Name,
    on_record: KnownHosts,
    /// What the `KnownHostsCommand` knows of the server before it has shown its key.
    before: KnownHosts,
    asker: Arc<Asker>,
    met: Arc<Acquaintance>,
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
        met: &Arc<Acquaintance>,
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
        let before = KnownHosts::default();
        let (policy, asker, met) = (policy.clone(), Arc::clone(asker), Arc::clone(met));
        Ok(Self { policy, name, on_record, before, asker, met })
    }

    /// Asks the `KnownHostsCommand` which types of key it knows. To be called once the server
    /// answers, as ssh does: attempts of `--wait` that reach no server then start no program.
    ///
    /// # Errors
    /// When the program fails.
    pub(crate) fn ask_for_order(&mut self) -> Result<(), Error> {
        let known = self.policy.ask_command(Occasion::Order, &self.name, None)?;
        self.before = known.unwrap_or_default();
        Ok(())
    }

    /// The key types on record, which we request from the server first.
    pub(crate) fn recorded(&self) -> Vec<Algorithm> {
        let names = std::slice::from_ref(&self.name);
        let mut recorded = self.on_record.algorithms_for(names);
        recorded.extend(self.before.algorithms_for(names));
        recorded
    }

    /// Whether an authority for this server is on record.
    pub(crate) fn has_authority(&self) -> bool {
        let names = std::slice::from_ref(&self.name);
        self.on_record.has_authority_for(names) || self.before.has_authority_for(names)
    }

    /// The malformed lines of the files, for the user to fix.
    pub(crate) fn warnings(&self) -> impl Iterator<Item = String> {
        self.on_record.warnings().iter().map(ToString::to_string)
    }

    /// Those of the `KnownHostsCommand`.
    pub(crate) fn warnings_of_command(&self) -> impl Iterator<Item = String> {
        self.before.warnings().iter().map(ToString::to_string)
    }

    /// The check to call once the server has shown its key.
    pub(crate) fn into_check(self, address: Option<SocketAddr>) -> HostKeyCheck {
        Box::new(move |shown| self.check(shown, address))
    }

    fn check(
        &self,
        shown: &PublicKeyOrCertificate,
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
        let more = self.policy.ask_command(Occasion::HostName, &self.name, Some(shown))?;
        let on_record = more.map(|more| {
            let mut on_record = self.on_record.clone();
            on_record.append_all(more);
            on_record
        });
        let on_record = on_record.as_ref().unwrap_or(&self.on_record);
        let verdict = match shown.certificate() {
            Some(certificate) => {
                let signatures = &self.policy.ca_signatures;
                judge_certificate(certificate, names, on_record, signatures, SystemTime::now())
            }
            None => judge(&key, names, on_record),
        };
        match verdict {
            Verdict::Revoked { place } => {
                refuse(Reason::HostKeyRevoked, alert::revoked(&self.name, &key, &place))
            }
            _ if self.policy.pins.iter().any(|pin| pin.is_of(&key)) => Ok(()),
            _ if !self.policy.pins.is_empty() => {
                refuse(Reason::HostKeyChanged, alert::not_pinned(&self.name, &key))
            }
            Verdict::Known { .. } => {
                self.met.trust();
                let _ = self.met.key.set(key.clone());
                self.note_use(&key);
                Ok(())
            }
            Verdict::Unknown => match self.met.key.get() {
                None => self.meet(&key, address).map(|()| drop(self.met.key.set(key.clone()))),
                Some(met) if met.key_data() == key.key_data() => Ok(()),
                Some(met) => {
                    refuse(Reason::HostKeyChanged, alert::not_as_met(&self.name, &key, met))
                }
            },
            Verdict::Changed { recorded } => {
                let by_target = self.policy.scope == Scope::Target;
                refuse(
                    Reason::HostKeyChanged,
                    alert::changed(&self.name, &key, &recorded, by_target),
                )
            }
            Verdict::BadCertificate { place, fault } => {
                refuse(Reason::HostCertificate, alert::bad_certificate(&self.name, &place, &fault))
            }
        }
    }

    /// Decides about a server without a record.
    fn meet(&self, key: &PublicKey, address: Option<SocketAddr>) -> Result<(), Error> {
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
            UnknownHosts::AcceptNew => self.remember(key),
            UnknownHosts::AcceptOnce => Ok(()),
            UnknownHosts::Refuse => self.refuse_unknown(&unknown),
            UnknownHosts::Ask if self.asker.batch => self.refuse_unknown(&unknown),
            UnknownHosts::Ask => self.ask(&unknown),
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

    fn ask(&self, unknown: &UnknownHost<'_>) -> Result<(), Error> {
        let mut question = format!("{}\n{}", unknown.question(self.policy.picture), alert::PROMPT);
        for _ in 0..QUESTIONS {
            // If no user can be asked, that is a refusal, which names the option that gives the
            // answer.
            notices::make_room();
            let Ok(answer) = keygen::ask(&question) else {
                return self.refuse_unknown(unknown);
            };
            match answer.parse() {
                Ok(Answer::Yes) => return self.confirm(unknown.key),
                Ok(Answer::Once) => return Ok(()),
                Ok(Answer::No) => return declined("the host key was not accepted"),
                Ok(Answer::IfItIs(fingerprint)) if fingerprint.is_of(unknown.key) => {
                    return self.confirm(unknown.key);
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
    fn confirm(&self, key: &PublicKey) -> Result<(), Error> {
        self.met.trust();
        self.remember(key)
    }

    fn remember(&self, key: &PublicKey) -> Result<(), Error> {
        self.policy.remember(&self.name, key)
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

fn refuse(code: Reason, refusal: Refusal) -> Result<(), Error> {
    Err(Error::HostKey { code, message: refusal.message, hint: Some(refusal.hint) })
}

fn declined(message: &str) -> Result<(), Error> {
    Err(Error::HostKey { code: Reason::HostKeyUnknown, message: message.to_owned(), hint: None })
}
