//! `UpdateHostKeys`: records the other keys of a known server, once it has proven that it has them
//! (OpenSSH's PROTOCOL §2.5), and removes those that it has given up.

use russh::keys::ssh_key::PublicKey;

use crate::Error;
use crate::connect::algorithms;
use crate::fingerprint::bits;
use crate::forward::LiveConnection;
use crate::known_hosts::{self, Name};
use crate::plan::Hop;

/// The record of a server that may name further keys.
pub(super) struct Record {
    pub(super) hop: Hop,
    pub(super) user: String,
    /// The name of its address, if that has a record, too (`CheckHostIP`).
    pub(super) address: Option<Name>,
}

/// Waits for the server to announce its keys, and updates the record. Failures are only logged: the
/// session does not depend on this.
pub(super) async fn update(live: LiveConnection, record: Record) {
    let announced = tokio::select! {
        keys = live.shared.announced_keys() => keys,
        _ = live.shared.wait_for_end() => return,
    };
    if let Err(cause) = take_over(&live, &record, announced).await {
        log::info!("the host keys on record stay as they are: {}", cause.plain());
    }
}

async fn take_over(
    live: &LiveConnection,
    Record { hop, user, address }: &Record,
    announced: Vec<PublicKey>,
) -> Result<(), Error> {
    let name = hop.policy.name(user, &hop.host, hop.port)?;
    let on_record = hop.policy.own_record()?;
    // We cannot verify some kinds of keys, such as ML-DSA; others the user does not want. As with
    // ssh, both count as if the server did not have them.
    let [.., wanted] = algorithms::names(&hop.transport.algorithms);
    let is_wanted =
        |key: &PublicKey| algorithms::is_one_of(&wanted, key) && known_hosts::can_be_verified(key);
    let announced: Vec<_> = announced.into_iter().filter(is_wanted).collect();
    let mut changes = known_hosts::changes(&on_record, &name, address.as_ref(), &announced);
    let least = hop.policy.least_rsa_bits;
    changes.new.retain(|key| !key.algorithm().is_rsa() || bits(key) >= least);
    if changes.is_empty() {
        return Ok(());
    }
    // All keys at once: if the server cannot prove one of them, none is retired.
    live.handle.hostkeys_prove(announced).await?;
    for key in &changes.new {
        hop.policy.remember(&name, address.as_ref(), key)?;
    }
    let mut retired = 0;
    for file in hop.policy.own_files() {
        let gone = known_hosts::retire(file, &name, address.as_ref(), &changes.retired);
        retired += gone.map_err(Error::KnownHosts)?.len();
    }
    log::info!("host keys on record for {name}: {} added, {retired} removed", changes.new.len());
    Ok(())
}
