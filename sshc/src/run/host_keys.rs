//! `UpdateHostKeys`: the other keys of a server that is on record are put on record, too, once it
//! has proven that it holds them (OpenSSH's PROTOCOL §2.5). Then it can retire the first one.

use std::path::PathBuf;

use russh::keys::ssh_key::PublicKey;

use crate::Error;
use crate::forward::Live;
use crate::host_key::{Verdict, judge};
use crate::known_hosts::{self, KnownHosts, Name};
use crate::plan::Stop;

/// Waits for the server to announce its keys, and records the new ones. Whatever goes wrong is
/// told with `-v` only: the session does not depend on it.
pub(super) async fn update(live: Live, stop: Stop, user: String) {
    let announced = tokio::select! {
        keys = live.shared.announced_keys() => keys,
        _ = live.shared.wait_for_end() => return,
    };
    match record(&live, &stop, &user, announced).await {
        Ok(0) => {}
        Ok(count) => log::info!("{count} more host keys are on record"),
        Err(cause) => log::info!("the host keys on record stay as they are: {}", cause.plain()),
    }
}

async fn record(
    live: &Live,
    stop: &Stop,
    user: &str,
    announced: Vec<PublicKey>,
) -> Result<usize, Error> {
    let Some(file) = stop.policy.user_files.first() else { return Ok(0) };
    let name = stop.policy.name(user, &stop.host, stop.port)?;
    let new = unknown(file, &name, announced)?;
    if new.is_empty() {
        return Ok(0);
    }
    live.handle.hostkeys_prove(new.clone()).await?;
    for key in &new {
        known_hosts::remember(file, &name, key, stop.policy.hash).map_err(Error::KnownHosts)?;
    }
    Ok(new.len())
}

/// The keys to add. A server that is not on record in this file itself is left alone: its user
/// trusted it once, or by other means.
fn unknown(file: &PathBuf, name: &Name, keys: Vec<PublicKey>) -> Result<Vec<PublicKey>, Error> {
    let on_record = KnownHosts::read(std::slice::from_ref(file)).map_err(Error::KnownHosts)?;
    let names = std::slice::from_ref(name);
    let is_known = |key: &PublicKey| matches!(judge(key, names, &on_record), Verdict::Known { .. });
    if !keys.iter().any(is_known) {
        return Ok(Vec::new());
    }
    let is_new = |key: &PublicKey| {
        matches!(judge(key, names, &on_record), Verdict::Unknown | Verdict::Changed { .. })
    };
    Ok(keys.into_iter().filter(is_new).collect())
}
