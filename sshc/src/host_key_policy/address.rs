//! `CheckHostIP`: a host that is known by its name must have the same key on record by its address,
//! if there is one. A name that leads elsewhere (DNS) is noticed that way, even if the other
//! computer has a key that is on record for the name.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Mutex;

use russh::keys::PublicKeyOrCertificate;
use russh::keys::ssh_key::PublicKey;

use super::{QUESTIONS, UnknownHosts, Verifier, refuse};
use crate::Error;
use crate::host_key::alert::{self, Refusal};
use crate::host_key::{RecordedKey, Verdict, judge};
use crate::known_hosts::command::{self, LookupReason};
use crate::known_hosts::{Name, Place};
use crate::lock::lock;
use crate::notices;
use crate::reason::Reason;

/// What this run of the program has found out about a server's address.
#[derive(Debug, Default)]
pub(super) struct Address {
    /// The name of the one reached last, if the server's key is or may be on record for it.
    name: Mutex<Option<Name>>,
    /// Those for which the user has confirmed another key, so that no question is repeated.
    excused: Mutex<Vec<(Name, PublicKey)>>,
}

impl Address {
    pub(super) fn name(&self) -> Option<Name> {
        lock(&self.name).clone()
    }

    /// The next connection may lead elsewhere.
    fn note(&self, name: Option<&Name>) {
        *lock(&self.name) = name.cloned();
    }

    fn excuse(&self, name: &Name, key: &PublicKey) {
        lock(&self.excused).push((name.clone(), key.clone()));
    }

    fn is_excused(&self, name: &Name, key: &PublicKey) -> bool {
        let is_it = |(it, its): &(Name, PublicKey)| it == name && its.key_data() == key.key_data();
        lock(&self.excused).iter().any(is_it)
    }
}

impl Verifier {
    /// Checks the key by the server's address. Returns the address's name if it has no record yet
    /// and may get one.
    ///
    /// # Errors
    /// When another key is on record for the address and the user does not confirm this one, or
    /// this one is revoked there.
    pub(super) fn check_address(
        &self,
        shown: &PublicKeyOrCertificate,
        key: &PublicKey,
        address: Option<SocketAddr>,
    ) -> Result<Option<Name>, Error> {
        self.met.address.note(None);
        // As with ssh, certificates are only for names.
        let name = match address.filter(|_| shown.certificate().is_none()) {
            Some(address) => self.name_of(address)?,
            None => None,
        };
        let Some(name) = name else { return Ok(None) };
        let on_record = self.records(LookupReason::Address, &name, shown)?;
        match judge(key, std::slice::from_ref(&name), &on_record) {
            Verdict::Revoked { place } => {
                refuse(Reason::HostKeyRevoked, alert::revoked(&name, key, &place))?;
            }
            // The record stays that of the other computer, whatever the user says.
            Verdict::Changed { recorded } => {
                if !self.met.address.is_excused(&name, key) {
                    self.excuse(&name, key, &recorded)?;
                }
            }
            Verdict::Unknown => {
                self.met.address.note(Some(&name));
                return Ok(Some(name));
            }
            _ => self.met.address.note(Some(&name)),
        }
        Ok(None)
    }

    /// The name of the address, if it is to be checked: as with ssh, not on this computer, nor
    /// where the host was named by its address anyway.
    fn name_of(&self, address: SocketAddr) -> Result<Option<Name>, Error> {
        let ip = address.ip().to_canonical();
        if !self.policy.checks_address || ip.is_loopback() {
            return Ok(None);
        }
        let name = Name::host(&ip.to_string(), self.port).map_err(Error::KnownHosts)?;
        let is_named = name == self.name || self.host == name.to_string();
        Ok(Some(name).filter(|_| !is_named))
    }

    /// Another key is on record for the address: only a user may say that this is right.
    fn excuse(
        &self,
        address: &Name,
        key: &PublicKey,
        recorded: &[RecordedKey],
    ) -> Result<(), Error> {
        let refusal = alert::other_at_address(&self.name, address, key, recorded);
        if self.policy.unknown_hosts != UnknownHosts::Ask || self.asker.batch {
            return refuse(Reason::HostKeyChanged, refusal);
        }
        let mut question = format!("{}\n\n{}", sentence(&refusal), alert::PROMPT_CONNECT);
        for _ in 0..QUESTIONS {
            notices::make_room();
            let Ok(answer) = keygen::ask(&question) else {
                return refuse(Reason::HostKeyChanged, refusal);
            };
            match answer.trim().to_ascii_lowercase().as_str() {
                "yes" => {
                    self.met.address.excuse(address, key);
                    return Ok(());
                }
                "no" => return refuse(Reason::HostKeyChanged, refusal),
                _ => alert::PROMPT_CONNECT_AGAIN.clone_into(&mut question),
            }
        }
        refuse(Reason::HostKeyChanged, refusal)
    }

    /// Records the key for an address without a record, if it is on record for the host in a file.
    /// A failure to write must not prevent the login.
    pub(super) fn note_address(&self, new: Option<&Name>, key: &PublicKey, known: &Place) {
        let is_from_program = known.line == 0 || *known.file == *Path::new(command::PLACE);
        let Some(address) = new.filter(|_| !is_from_program && self.policy.may_note_use) else {
            return;
        };
        match self.policy.remember(address, None, key) {
            Ok(()) => log::info!("the host key is now on record for {address}, too"),
            Err(cause) => {
                log::info!("the host key is not on record for {address}: {}", cause.plain());
            }
        }
    }
}

/// A refusal as the beginning of a question.
fn sentence(refusal: &Refusal) -> String {
    let mut characters = refusal.message.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    let text: String = first.into_iter().chain(characters).collect();
    format!("{text}.\nHint: {}.", refusal.hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_connection_may_lead_elsewhere() {
        let (one, other) = (Name::host("10.9.9.7", 22), Name::host("10.9.9.8", 22));
        let (one, other) = (one.expect("an address"), other.expect("an address"));
        let met = Address::default();
        met.note(Some(&one));
        met.note(Some(&other));
        assert_eq!(met.name(), Some(other));
        met.note(None);
        assert_eq!(met.name(), None);
    }
}
