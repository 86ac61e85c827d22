//! The agent's side of the file that Cygwin's programs take for a Unix socket. Every user can
//! connect to the port; the file's access list protects the secret in it.

use std::fmt;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use subtle::ConstantTimeEq as _;

use crate::agent::ask::Connection;
use crate::agent::server::Server;
use crate::agent::transport::cygwin::{IDENTITY_BYTES, Secret, text};
use crate::permissions::{create_private_folder, create_socket_file};
use crate::random;

/// How long a client may take to send the secret.
const HANDSHAKE: Duration = Duration::from_secs(5);

/// How many may try at once, because any user of the machine can connect to the port.
const STRANGERS_LIMIT: usize = 32;

/// The pause after an accept failed.
const PAUSE: Duration = Duration::from_millis(50);

/// A port, and the file that names it.
pub(super) struct SocketFile {
    path: PathBuf,
    listener: TcpListener,
    secret: Secret,
}

impl SocketFile {
    /// Makes both; replaces the file of a dead agent.
    pub(super) fn create(path: PathBuf) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let mut secret = Secret::default();
        random::fill(&mut *secret).map_err(io::Error::other)?;
        make_folder(&path)?;
        remove(&path)?;
        let text = text(listener.local_addr()?.port(), &secret);
        // Until it is closed, no other program can open it.
        create_socket_file(&path)?.write_all(text.as_bytes())?;
        Ok(Self { path, listener, secret })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Serves every client that knows the secret, each on a thread of its own.
    pub(super) fn serve(&self, server: &Arc<Server>) -> io::Result<()> {
        let (listener, secret) = (self.listener.try_clone()?, self.secret.clone());
        let server = Arc::clone(server);
        let accept = move || accept_loop(&listener, &secret, &server);
        thread::Builder::new().name("socket file".into()).spawn(accept).map(drop)
    }

    /// Removes the file.
    pub(super) fn remove(&self) {
        // The next agent would replace it anyway.
        let _ = remove(&self.path);
    }
}

impl fmt::Debug for SocketFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketFile").field("path", &self.path).finish_non_exhaustive()
    }
}

fn make_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    match create_private_folder(folder) {
        Err(_) if folder.is_dir() => Ok(()),
        made => made,
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn accept_loop(listener: &TcpListener, secret: &Secret, server: &Arc<Server>) {
    let strangers = Arc::new(AtomicUsize::new(0));
    loop {
        let Ok((stream, _)) = listener.accept() else {
            thread::sleep(PAUSE);
            continue;
        };
        if strangers.fetch_add(1, Ordering::AcqRel) >= STRANGERS_LIMIT {
            strangers.fetch_sub(1, Ordering::AcqRel);
            continue;
        }
        let (secret, server, counted) =
            (secret.clone(), Arc::clone(server), Arc::clone(&strangers));
        let meet = move || {
            let is_met = meet(&stream, &secret);
            counted.fetch_sub(1, Ordering::AcqRel);
            if is_met.is_ok() {
                // If no thread can be started, the client is disconnected and may try again.
                let _ = server.serve(stream, None);
            }
        };
        if thread::Builder::new().name("handshake".into()).spawn(meet).is_err() {
            strangers.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

/// Exchanges the secret, and then the identities, which Cygwin's programs ask for and we ignore.
fn meet(mut stream: &TcpStream, secret: &Secret) -> io::Result<()> {
    let deadline = Instant::now() + HANDSHAKE;
    let mut said = Secret::default();
    read_exact_until(stream, &mut *said, deadline)?;
    if !bool::from(said.ct_eq(&**secret)) {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    stream.set_write_timeout(Some(HANDSHAKE))?;
    stream.write_all(&**secret)?;
    let mut identity = [0; IDENTITY_BYTES];
    read_exact_until(stream, &mut identity, deadline)?;
    let (_, user_and_group) = identity.split_at(IDENTITY_BYTES / 3);
    stream.write_all(&[std::process::id().to_le_bytes().as_slice(), user_and_group].concat())?;
    stream.set_write_timeout(None)?;
    stream.set_read_timeout(None)
}

/// Fills the buffer before the deadline, even if the bytes arrive one by one.
fn read_exact_until(mut stream: &TcpStream, bytes: &mut [u8], deadline: Instant) -> io::Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(rest)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => rest = rest.split_at_mut(count).1,
        }
    }
    Ok(())
}

impl Connection for TcpStream {
    fn has_hung_up(&self) -> bool {
        let mut next = [0];
        let looked = self.set_nonblocking(true).and_then(|()| self.peek(&mut next));
        let is_blocking = self.set_nonblocking(false).is_ok();
        let is_quiet =
            looked.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        !is_blocking || !(is_quiet || looked.is_ok_and(|count| count > 0))
    }
}
