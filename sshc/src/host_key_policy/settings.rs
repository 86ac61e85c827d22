//! The user's settings for host keys, and the files where keys are on record.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use data_encoding::BASE64;
use russh::keys::PublicKeyOrCertificate;
use russh::keys::ssh_key::PublicKey;

use crate::Error;
use crate::config::{Template, Tokens};
use crate::fingerprint::Fingerprint;
use crate::known_hosts::command::{self, LookupReason, ShownKey};
use crate::known_hosts::{self, Day, KnownHosts, Name, Targets};

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
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
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
    /// `CheckHostIP`: whether a host's address has a record of its own.
    pub(crate) checks_address: bool,
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
    pub(super) fn ask_command(
        &self,
        reason: LookupReason,
        name: &Name,
        shown: Option<&PublicKeyOrCertificate>,
    ) -> Result<Option<KnownHosts>, Error> {
        let Some((template, tokens)) = self.command.as_ref().filter(|_| self.pins.is_empty())
        else {
            return Ok(None);
        };
        let shown = shown.map(shown_key).transpose()?;
        let more = command::tokens(reason, name, shown.as_ref());
        let words = tokens.words(template, &more).map_err(Error::Config)?;
        command::ask(&words).map(Some).map_err(Error::KnownHosts)
    }

    /// The file to which an accepted key is written.
    pub(super) fn file(&self) -> Option<&Path> {
        let first = self.user_files.first().map(PathBuf::as_path);
        self.own_targets().map(|targets| &*targets.file).or(first)
    }

    /// The file of targets, if keys are recorded under targets.
    pub(super) fn own_targets(&self) -> Option<&Targets> {
        self.targets.as_ref().filter(|_| self.scope == Scope::Target)
    }

    /// Records a key for a server and, except in the file of targets, for its address.
    pub(crate) fn remember(
        &self,
        name: &Name,
        address: Option<&Name>,
        key: &PublicKey,
    ) -> Result<(), Error> {
        match (self.own_targets(), self.user_files.first()) {
            (Some(targets), _) => targets.remember(name, key, self.hash, today()),
            (None, Some(file)) => known_hosts::remember_with(file, name, address, key, self.hash),
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

pub(super) fn today() -> Day {
    Day::of(SystemTime::now())
}
