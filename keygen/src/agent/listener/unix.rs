//! A Unix socket to which only its user may connect.

mod activation;
mod user_away;

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FlockOperation, Mode, flock};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit, umask};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::super::ask::Connection;
use super::super::control::Places;
use super::super::server::Server;
use super::super::transport::{fits, make_folder, may_ask, peer};

/// The pause after an accept failed for lack of descriptors, until some are closed.
const PAUSE: Duration = Duration::from_millis(50);

/// How often we check whether the socket is still there.
const LOOK: Duration = Duration::from_secs(1);

/// A socket that is ours while this exists.
#[derive(Debug)]
pub(in super::super) struct Listener {
    path: PathBuf,
    socket: UnixListener,
    /// `None` if systemd made the socket, which stays for the next agent.
    created: Option<OwnedSocket>,
}

/// What identifies a socket that we must remove.
#[derive(Debug)]
struct OwnedSocket {
    /// Device and inode: a socket that has replaced ours is not removed.
    identity: (u64, u64),
    /// Held by the agent that serves the socket.
    _lock: File,
}

impl Listener {
    /// Listens there, or takes over from systemd. Replaces the socket of a dead agent, never that
    /// of a live one.
    pub(in super::super) fn bind(path: &Path, make: bool) -> io::Result<Self> {
        if !fits(path) {
            return Err(io::Error::new(
                ErrorKind::InvalidInput,
                "the path is too long for a socket",
            ));
        }
        if let Some(socket) = activation::socket(path)? {
            return Ok(Self { path: path.to_path_buf(), socket, created: None });
        }
        if make {
            make_folder(path)?;
        }
        let lock = lock(path)?;
        clear(path)?;
        // Only its owner may use it, from the first moment on.
        let before = umask(Mode::from_raw_mode(0o177));
        let socket = UnixListener::bind(path);
        umask(before);
        let socket = socket?;
        let metadata = fs::symlink_metadata(path)?;
        let identity = (metadata.dev(), metadata.ino());
        let ours = OwnedSocket { identity, _lock: lock };
        Ok(Self { path: path.to_path_buf(), socket, created: Some(ours) })
    }

    /// The socket.
    pub(in super::super) fn places(&self) -> Places {
        Places { served: vec![self.path.to_string_lossy().into_owned()], ..Places::default() }
    }

    fn accept_loop(&self, server: &Arc<Server>) {
        loop {
            let Ok((stream, _)) = self.socket.accept() else {
                thread::sleep(PAUSE);
                continue;
            };
            let Ok(peer) = peer(&stream) else { continue };
            if may_ask(peer.user) {
                // If no thread can be started, the client is disconnected and may try again.
                let _ = server.serve(stream, peer.process);
            }
        }
    }

    /// Whether the socket that we made has been removed or replaced: no program can reach us any
    /// more. At logout, for example, the runtime folder is removed.
    fn is_gone(&self) -> bool {
        let Some(created) = &self.created else { return false };
        match fs::symlink_metadata(&self.path) {
            Ok(found) => (found.dev(), found.ino()) != created.identity,
            // Any other error may pass, and keys are not lost for it.
            Err(error) => error.kind() == ErrorKind::NotFound,
        }
    }

    fn remove(&self) {
        if self.created.is_some() && !self.is_gone() {
            // The next agent would replace it anyway.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Serves until a signal, a request, the end of the watched process, or the loss of the socket.
pub(in super::super) fn run(
    listener: Listener,
    server: &Arc<Server>,
    end: (&Sender<()>, &Receiver<()>),
) -> io::Result<()> {
    allow_many_descriptors();
    server.sweep_loop()?;
    user_away::forget_in(server);
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let stop = end.0.clone();
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            let _ = stop.send(());
        }
    });
    let listener = Arc::new(listener);
    let (accepting, theirs) = (Arc::clone(&listener), Arc::clone(server));
    thread::spawn(move || accepting.accept_loop(&theirs));
    // The sender lives as long as this function.
    while end.1.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        if listener.is_gone() && server.clients.load(Ordering::Acquire) == 0 {
            break;
        }
    }
    listener.remove();
    Ok(())
}

/// Held while the agent lives, so that two agents that start at once do not take each other's
/// socket for a dead one.
fn lock(path: &Path) -> io::Result<File> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let lock =
        File::options().create(true).truncate(false).write(true).open(path.with_file_name(name))?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|error| match error.kind() {
        ErrorKind::WouldBlock => in_use(),
        _ => error.into(),
    })?;
    Ok(lock)
}

/// Removes the socket of a dead agent.
fn clear(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(found) if !found.file_type().is_socket() => {
            Err(io::Error::new(ErrorKind::AlreadyExists, "the file there is not a socket"))
        }
        Ok(_) => match UnixStream::connect(path) {
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path),
            Err(error) => Err(error),
            Ok(_) => Err(in_use()),
        },
    }
}

fn in_use() -> io::Error {
    io::Error::new(ErrorKind::AddrInUse, "an agent already listens there")
}

/// Raises the limit of open files: the usual soft one is less than a thousand clients need.
pub fn allow_many_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    // With fewer, clients wait for their turn.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

impl Connection for UnixStream {
    fn has_hung_up(&self) -> bool {
        let mut polled = [PollFd::new(self, PollFlags::empty())];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut polled, Some(&now)).is_ok_and(|ready| ready > 0)
    }
}
