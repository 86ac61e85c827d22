//! A socket made by systemd, which listens on it until the first client comes (`sd_listen_fds(3)`).

use std::env;
use std::io;
use std::os::fd::{FromRawFd as _, OwnedFd, RawFd};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process;

use rustix::io::{FdFlags, fcntl_setfd};

/// The first descriptor that a process inherits besides its standard streams.
const FIRST: RawFd = 3;

/// The socket for this path, if systemd passed one to this process.
///
/// # Errors
/// When it is for another path, or is not the only one: clients would wait at a socket that is not
/// served.
pub(super) fn socket(path: &Path) -> io::Result<Option<UnixListener>> {
    let said = |name| env::var(name).unwrap_or_default();
    match count(&said("LISTEN_PID"), &said("LISTEN_FDS"), process::id()) {
        0 => return Ok(None),
        1 => {}
        count => return Err(io::Error::other(format!("systemd passed {count} sockets, not one"))),
    }
    let descriptor = adopt(FIRST);
    // The askpass programs that we start must not inherit it.
    fcntl_setfd(&descriptor, FdFlags::CLOEXEC)?;
    let socket = UnixListener::from(descriptor);
    if socket.local_addr()?.as_pathname() != Some(path) {
        return Err(io::Error::other("the socket that systemd passed is at another path"));
    }
    Ok(Some(socket))
}

/// How many sockets were passed to this process; the variables may be meant for a parent.
fn count(for_process: &str, sockets: &str, process: u32) -> usize {
    if for_process == process.to_string() { sockets.parse().unwrap_or(0) } else { 0 }
}

#[expect(unsafe_code, reason = "a descriptor that came with the process has no owner here")]
fn adopt(number: RawFd) -> OwnedFd {
    // SAFETY: systemd passed it to this process, identified by its ID, and this is called once,
    // before anything else is opened.
    unsafe { OwnedFd::from_raw_fd(number) }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn only_what_came_for_this_process_counts() {
        let cases =
            [("7", "1", 1), ("7", "2", 2), ("8", "1", 0), ("", "", 0), ("7", "", 0), ("7", "x", 0)];
        for (for_process, sockets, expected) in cases {
            assert_eq!(count(for_process, sockets, 7), expected, "{for_process} {sockets}");
        }
    }
}
