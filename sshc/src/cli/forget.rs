//! `--forget`: takes a host off the record.

use std::io::{self, Write as _};

use contract::shown;

use crate::Error;
use crate::destination::Destination;
use crate::known_hosts;
use crate::plan::Hop;
use crate::verify::{Policy, Scope};

/// Removes what the user's files have on record for a host or a target, and prints each line
/// that is gone. The files as they were stay beside them as `.old`.
///
/// # Errors
/// There was nothing on record, or a file cannot be rewritten.
pub(super) fn forget(destination: &Destination, hop: &Hop) -> Result<(), Error> {
    // With a user it is a target; without one it is the host and all that it was before.
    let scope = if destination.user.is_some() { Scope::Target } else { Scope::Host };
    let policy = Policy { scope, ..hop.policy.clone() };
    let user = destination.user.as_deref().unwrap_or_default();
    let name = policy.name(user, &hop.host, hop.port)?;
    let mut gone = Vec::new();
    for file in &policy.user_files {
        gone.extend(known_hosts::forget(file, &name).map_err(Error::KnownHosts)?);
    }
    if gone.is_empty() {
        return Err(Error::NothingToForget(name.to_string()));
    }
    let mut stdout = io::stdout().lock();
    for known_hosts::Forgotten { place, key_type, fingerprint } in gone {
        writeln!(stdout, "{place}: {} {fingerprint}", shown(key_type)).map_err(Error::Output)?;
    }
    Ok(())
}
