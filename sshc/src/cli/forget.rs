//! `--forget`: takes a host off the record.

use std::io::{self, Write as _};

use crate::Error;
use crate::destination::Destination;
use crate::known_hosts::{self, Name};
use crate::plan::Stop;

/// Removes what the user's files have on record for a host or a target, and prints each line
/// that is gone. The files as they were stay beside them as `.old`.
///
/// # Errors
/// There was nothing on record, or a file cannot be rewritten.
pub(super) fn forget(destination: &Destination, stop: &Stop) -> Result<(), Error> {
    let host = stop.policy.alias.as_deref().unwrap_or(&stop.host);
    // With a user it is a target; without one it is the host and all that it was before.
    let name = match &destination.user {
        Some(user) => Name::target(user, host, stop.port),
        None => Name::host(host, stop.port),
    }
    .map_err(Error::KnownHosts)?;
    let mut gone = Vec::new();
    for file in &stop.policy.user_files {
        gone.extend(known_hosts::forget(file, &name).map_err(Error::KnownHosts)?);
    }
    if gone.is_empty() {
        return Err(Error::NothingToForget(name.to_string()));
    }
    let mut stdout = io::stdout().lock();
    for known_hosts::Forgotten { place, key_type, fingerprint } in gone {
        writeln!(stdout, "{place}: {} {fingerprint}", key_type.escape_debug())
            .map_err(Error::Output)?;
    }
    Ok(())
}
