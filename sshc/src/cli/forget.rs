//! `--forget`: removes a host from the record.

use std::io::{self, Write as _};

use contract::shown;

use crate::Error;
use crate::destination::Destination;
use crate::host_key_policy::{Policy, Scope};
use crate::known_hosts;
use crate::plan::Hop;

/// Removes the user's records for a host or a target, and prints each removed line. Keeps the
/// previous files as `.old`.
///
/// # Errors
/// When there was nothing on record, or a file cannot be rewritten.
pub(super) fn forget(destination: &Destination, hop: &Hop, is_scoped: bool) -> Result<(), Error> {
    let user = destination.user.as_deref().or(hop.user.as_deref()).unwrap_or_default();
    // Removes the records of a login with the same words, or else those of a job log's target.
    let (own, other) = match hop.policy.scope {
        Scope::Host => (Scope::Host, Scope::Target),
        Scope::Target => (Scope::Target, Scope::Host),
    };
    let names: Vec<_> = [own, other]
        .into_iter()
        .filter(|scope| *scope == own || !is_scoped && destination.user.is_some())
        .map(|scope| Policy { scope, ..hop.policy.clone() }.name(user, &hop.host, hop.port))
        .collect::<Result<_, _>>()?;
    let mut gone = Vec::new();
    for name in &names {
        for file in hop.policy.own_files() {
            gone.extend(known_hosts::forget(file, name).map_err(Error::KnownHosts)?);
        }
        if !gone.is_empty() {
            break;
        }
    }
    if gone.is_empty() {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        return Err(Error::NothingToForget(names.join(" or ")));
    }
    let mut stdout = io::stdout().lock();
    for known_hosts::Forgotten { place, key_type, fingerprint } in gone {
        writeln!(stdout, "{place}: {} {fingerprint}", shown(key_type)).map_err(Error::Output)?;
    }
    Ok(())
}
