//! What the system says of its user: the session is locked, the machine falls asleep.

#[cfg(target_os = "linux")]
mod dbus;
#[cfg(target_os = "linux")]
mod logind;
#[cfg(not(target_os = "linux"))]
mod silent;

use std::sync::Arc;

#[cfg(target_os = "linux")]
use logind as system;
#[cfg(not(target_os = "linux"))]
use silent as system;

use super::super::super::server::Server;

/// Forgets what passphrases have unlocked whenever the user leaves, where the system says so.
pub(super) fn forget_in(server: &Arc<Server>) {
    let server = Arc::clone(server);
    system::watch(move || server.store.forget_unlocked());
}
