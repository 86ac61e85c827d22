//! `UpdateHostKeys`: records the other keys of a known server, once it has proven that it has them
//! (OpenSSH's PROTOCOL §2.5), and removes those that it has given up.

use russh::keys::ssh_key::PublicKey;

use crate::Error;
use crate::fingerprint::bits;
use crate::forward::LiveConnection;
use crate::known_hosts;
use crate::plan::Hop;

/// Waits for the server to announce its keys, and updates the record. Failures are only logged: the
/// session does not depend on this.
pub(super) async fn update(live: LiveConnection, hop: Hop, user: String) {
    let announced = tokio::select! {
        keys = live.shared.announced_keys() => keys,
        _ = live.shared.wait_for_end() => return,
    };
    if let Err(cause) = record(&live, &hop, &user, announced).await {
        log::info!("the host keys on record stay as they are: {}", cause.plain());
    }
}

async fn record(
    live: &LiveConnection,
    hop: &Hop,
    user: &str,
    announced: Vec<PublicKey>,
) -> Result<(), Error> {
    let name = hop.policy.name(user, &hop.host, hop.port)?;
    let on_record = hop.policy.own_record()?;
    // We cannot verify some kinds of keys, such as ML-DSA.
    let announced: Vec<_> = announced.into_iter().filter(known_hosts::can_be_verified).collect();
    let mut changes = known_hosts::changes(&on_record, &name, &announced);
    let least = hop.policy.least_rsa_bits;
    changes.new.retain(|key| !key.algorithm().is_rsa() || bits(key) >= least);
    if changes.is_empty() {
        return Ok(());
    }
    // All keys at once: if the server cannot prove one of them, none is retired.
    live.handle.hostkeys_prove(announced).await?;
    for key in &changes.new {
        hop.policy.remember(&name, key)?;
    }
    let mut retired = 0;
    for file in hop.policy.own_files() {
        let gone = known_hosts::retire(file, &name, &changes.retired).map_err(Error::KnownHosts)?;
        retired += gone.len();
    }
    log::info!("host keys on record for {name}: {} added, {retired} removed", changes.new.len());
    Ok(())
}
