//! A named pipe for this user only, and a mutex that exists as long as the name is claimed.
//!
//! The name leads to a first pipe. A thread of the holder's own answers there, also while a user is
//! asked, and sends guests on to a pipe with a random name once the holder is logged in. So the
//! name is free as soon as that pipe is closed, even while guests are still there: Windows keeps a
//! pipe's name until its last instance is closed.

mod detach;
mod holder_socket;
mod pipe;

use std::ffi::OsString;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::os::windows::io::AsHandle as _;
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use keygen::agent::{client_of, is_pipe};
use keygen::windows::{NamedMutex, Process, check_owner, user};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio::net::windows::named_pipe::{NamedPipeClient, NamedPipeServer};

use super::{HolderStream, NoHolder};

pub(crate) use detach::leave_terminal;
pub(crate) use holder_socket::{HolderSocket, WaitingGuests};
pub(crate) use pipe::Listener;

/// Where all pipes are.
const PIPES: &str = r"\\.\pipe\";

/// Bytes of the digest that stands for a path.
const NAME_BYTES: usize = 20;

/// The pipe of this user with this name.
pub(crate) fn usual(name: &str) -> PathBuf {
    // Without the identifier no owner can be checked either, so that nothing is shared.
    PathBuf::from(format!("{PIPES}sshc.{}.{name}", user().unwrap_or_default()))
}

/// The pipe that a `ControlPath` means: itself, or one whose name is a digest of the file's path.
/// Windows ignores the case of both.
pub(crate) fn named(path: PathBuf) -> PathBuf {
    let text = path.to_string_lossy();
    if is_pipe(&text) {
        return PathBuf::from(text.replace('/', r"\"));
    }
    let path = std::path::absolute(&path).unwrap_or(path);
    let digest = Sha256::digest(path.to_string_lossy().to_lowercase());
    usual(&HEXLOWER.encode(digest.get(..NAME_BYTES).unwrap_or(&digest)))
}

/// Whether a holder can be given a connection.
pub(crate) const TAKES_CONNECTIONS: bool = false;

/// What a holder gets from the process that starts it.
#[derive(Debug)]
pub(crate) struct Handover;

impl Handover {
    /// The connection to the first server; `None` if the holder is to make it, as always here.
    #[expect(clippy::unused_async, reason = "elsewhere it is waited for")]
    pub(crate) async fn connection(self) -> io::Result<Option<(TcpStream, SocketAddr)>> {
        Ok(None)
    }
}

/// One end of a pipe.
#[derive(Debug)]
pub(crate) enum Stream {
    Guest(NamedPipeClient),
    Holder(NamedPipeServer),
}

impl Stream {
    pub(crate) async fn readable(&self) -> io::Result<()> {
        match self {
            Self::Guest(pipe) => pipe.readable().await,
            Self::Holder(pipe) => pipe.readable().await,
        }
    }

    pub(crate) async fn writable(&self) -> io::Result<()> {
        match self {
            Self::Guest(pipe) => pipe.writable().await,
            Self::Holder(pipe) => pipe.writable().await,
        }
    }

    pub(crate) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Guest(pipe) => pipe.try_read(buffer),
            Self::Holder(pipe) => pipe.try_read(buffer),
        }
    }

    pub(crate) fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Guest(pipe) => pipe.try_write(bytes),
            Self::Holder(pipe) => pipe.try_write(bytes),
        }
    }

    pub(crate) fn try_write_vectored(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::Guest(pipe) => pipe.try_write_vectored(pieces),
            Self::Holder(pipe) => pipe.try_write_vectored(pieces),
        }
    }
}

/// A stream to the process that listens there, if it belongs to this user. Waits until that process
/// is logged in.
pub(crate) async fn connect(path: &Path) -> Result<HolderStream, NoHolder> {
    let socket = Stream::Guest(pipe::open(path).await?);
    let (inside, time_limit) = holder_socket::directions(&socket).await?;
    // The first pipe stays open until then, so that the holder knows that we are coming.
    match pipe::open(&inside).await {
        Ok(pipe) => Ok(HolderStream { stream: Stream::Guest(pipe), time_limit }),
        Err(NoHolder::Nobody) => Err(NoHolder::HungUp),
        Err(unreached) => Err(unreached),
    }
}

/// Two ends of a pipe that no other process knows.
pub(crate) async fn pair() -> io::Result<(Stream, Stream)> {
    pipe::pair(&holder_socket::inside(&holder_socket::token())).await
}

/// The process at the other end of a guest's stream, for messages.
pub(crate) fn guest_of(stream: &Stream) -> Option<u32> {
    match stream {
        Stream::Guest(_) => None,
        Stream::Holder(pipe) => client_of(pipe.as_handle()),
    }
}

/// The mutex that stands for this name. Pipes' names have no case, those of mutexes have.
fn claim_of(path: &Path) -> String {
    let name = path.to_string_lossy().to_lowercase();
    let name = name.strip_prefix(PIPES).unwrap_or(&name).replace('\\', "/");
    format!(r"Global\sshc-claim.{name}")
}

/// A name that is ours to start a holder at.
#[derive(Debug)]
pub(crate) struct Claim {
    path: PathBuf,
    mutex: NamedMutex,
}

impl Claim {
    /// Claims the name; `None` if another process has claimed it.
    pub(crate) fn take(path: &Path, _makes_folder: bool) -> io::Result<Option<Self>> {
        let (mutex, is_new) = NamedMutex::open(&claim_of(path))?;
        check_owner(mutex.as_handle())?;
        Ok(is_new.then_some(Self { path: path.to_owned(), mutex }))
    }

    /// Opens the socket in this process.
    pub(crate) fn open(self) -> io::Result<HolderSocket> {
        Ok(HolderSocket::new(self.path, self.mutex))
    }

    /// Starts the holder, which takes over the claim.
    pub(crate) fn start_holder(self, arguments: &[OsString]) -> io::Result<Holder> {
        let process = detach::start(arguments)?;
        if !process.is_free() {
            log::info!("the shared connection stays in the job of this terminal, which may end it");
        }
        Ok(Holder { process, _claim: self })
    }
}

/// A holder that we started.
#[derive(Debug)]
pub(crate) struct Holder {
    process: Process,
    /// Ours until the holder has one of its own.
    _claim: Claim,
}

impl Holder {
    /// It makes its connection for itself.
    #[expect(clippy::unused_self, reason = "on Unix the holder receives the connection")]
    pub(crate) fn hand_over(&mut self, _connection: Option<(TcpStream, SocketAddr)>) {}

    pub(crate) fn has_ended(&mut self) -> bool {
        self.process.ends_within(0)
    }

    /// Waits for its end; returns its exit status.
    pub(crate) async fn status(self) -> Option<u8> {
        let ended = move || {
            let _ = self.process.ends_within(u32::MAX);
            self.process.exit_status()
        };
        let status = tokio::task::spawn_blocking(ended).await.ok().flatten()?;
        u8::try_from(status).ok()
    }
}
