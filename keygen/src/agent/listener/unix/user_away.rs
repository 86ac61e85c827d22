//! Learns from the system when the user is away: the session is locked, or the machine goes to
//! sleep.

#[cfg(target_os = "linux")]
mod dbus;
#[cfg(target_os = "linux")]
mod logind;
#[cfg(not(target_os = "linux"))]
mod other;

use std::sync::Arc;

#[cfg(target_os = "linux")]
use logind as system;
#[cfg(not(target_os = "linux"))]
use other as system;

use super::super::super::server::Server;

/// Forgets unlocked keys whenever the user leaves, on systems that report it.
pub(super) fn forget_in(server: &Arc<Server>) {
    let server = Arc::clone(server);
    system::watch(move || server.store.forget_unlocked());
}
