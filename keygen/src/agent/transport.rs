//! The addresses of agents, and streams to them. The listener must be this user or the system's
//! administrator.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::env;
use std::time::Duration;

use super::error::AgentError;

pub(super) use platform::{NOT_THERE, Stream, default_socket, make_folder};
#[cfg(unix)]
pub(super) use unix::{fits, may_ask, peer};
#[cfg(unix)]
pub use unix::{is_same_user, is_trusted};
#[cfg(windows)]
pub(super) use windows::{
    OPENSSH, PAGEANT, PAGEANTS_WINDOW, REQUEST, View, cygwin, holder, open, pageant_mutex,
    program_of, socket_file, taken, window_holder,
};
#[cfg(windows)]
pub use windows::{
    ask_pageants_window, client_of, is_pageants_window_open, is_pipe, owner_who_is_not_us,
    pageant_pipe, socket_file_stream,
};

/// The variable that names the agent of a session.
pub(super) const SSH_AUTH_SOCK: &str = "SSH_AUTH_SOCK";

/// How long an answer that may need a person can take: sshd's default `LoginGraceTime`.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(120);

/// An address at which an agent may listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// A socket, a pipe or Pageant's window.
    pub(super) path: String,
    /// Whether the environment names it, so that no other will do.
    pub(super) is_named: bool,
}

/// The addresses to try, in order.
pub(super) fn places() -> Vec<Place> {
    match env::var(SSH_AUTH_SOCK) {
        Ok(path) if !path.is_empty() => vec![Place { path, is_named: true }],
        _ => {
            let usual = usual_places().into_iter();
            let usual = usual.chain(platform::other_agents());
            usual.map(|path| Place { path, is_named: false }).collect()
        }
    }
}

/// The addresses that no variable names: `keyagent`'s own socket or pipe, and on Windows OpenSSH's
/// pipe.
#[must_use]
pub fn usual_places() -> Vec<String> {
    platform::usual_places()
}

/// Whether a variable can name this address, so that other programs find it.
pub(super) fn is_path(place: &str) -> bool {
    platform::is_path(place)
}

/// A stream to the agent at this address, if it belongs to this user.
pub(super) fn connect(place: &str, time_limit: Duration) -> Result<Stream, AgentError> {
    platform::connect(place, time_limit)
}
