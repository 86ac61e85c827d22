//! A Unix socket of mode 0600, and next to it a file whose lock shows that the name is claimed.
//!
//! The lock is taken before the socket is examined, and the holder keeps it until it has removed
//! the socket. So twenty programs that start at once start one holder, and none removes a
//! successor's socket.

mod handover;
mod waiting_guests;

use std::env;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::{
    DirBuilderExt as _, FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _,
};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::fs::{FlockOperation, Mode, flock, ftruncate};
use rustix::process::{geteuid, setsid, umask};
use rustix::stdio::{dup2_stderr, dup2_stdin, dup2_stdout};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::sleep;

use super::{HolderStream, HolderTimeout, NoHolder};

pub(crate) use handover::Handover;
pub(crate) use waiting_guests::WaitingGuests;

use handover::HandoverSender;

/// The pause between two tries on a socket whose queue is full.
const BUSY_PAUSE: Duration = Duration::from_millis(10);

/// How many tries that may take: a living holder empties the queue at once.
const BUSY_TRIES: u32 = 100;

pub(crate) type Stream = tokio::net::UnixStream;

/// Whether a holder can be given a connection.
pub(crate) const TAKES_CONNECTIONS: bool = true;

/// The socket of this name in the default folder of our sockets.
pub(crate) fn usual(name: &str) -> PathBuf {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = match absolute("XDG_RUNTIME_DIR") {
        Some(runtime) => runtime.join("sshc"),
        // A socket's path must be short, and `TMPDIR` may be long.
        None => PathBuf::from(format!("/tmp/sshc-{}", geteuid().as_raw())),
    };
    folder.join(name)
}

/// The socket that a `ControlPath` means.
pub(crate) fn named(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// A stream to the process that listens there, if it belongs to this user.
pub(crate) async fn connect(path: &Path) -> Result<HolderStream, NoHolder> {
    let mut tries = BUSY_TRIES;
    let stream = loop {
        match Stream::connect(path).await {
            Ok(stream) => break stream,
            Err(cause) if cause.kind() == ErrorKind::WouldBlock && tries > 0 => {
                tries -= 1;
                sleep(BUSY_PAUSE).await;
            }
            Err(cause)
                if matches!(cause.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) =>
            {
                return Err(NoHolder::Nobody);
            }
            // Its own words name a constant of C.
            Err(cause) if cause.kind() == ErrorKind::InvalidInput => {
                let why = "the path of its socket is too long";
                return Err(NoHolder::Failed(io::Error::new(ErrorKind::InvalidInput, why)));
            }
            Err(cause) => return Err(NoHolder::Failed(cause)),
        }
    };
    let owner = stream.peer_cred().map_err(NoHolder::Failed)?.uid();
    if owner == geteuid().as_raw() {
        let time_limit =
            if is_starting(path) { HolderTimeout::STARTING } else { HolderTimeout::USUAL };
        return Ok(HolderStream { stream, time_limit });
    }
    let why = format!("user {owner} listens there");
    Err(NoHolder::Failed(io::Error::new(ErrorKind::PermissionDenied, why)))
}

/// The process at the other end of a guest's stream, for messages.
pub(crate) fn guest_of(stream: &Stream) -> Option<u32> {
    stream.peer_cred().ok()?.pid()?.try_into().ok()
}

/// A name that is ours to start a holder at.
#[derive(Debug)]
pub(crate) struct Claim {
    path: PathBuf,
    lock: File,
}

impl Claim {
    /// Claims the name; `None` if another process has claimed it.
    pub(crate) fn take(path: &Path, makes_folder: bool) -> io::Result<Option<Self>> {
        if makes_folder {
            make_folder(path.parent().unwrap_or(Path::new(".")))?;
        }
        let nofollow = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or_default();
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .custom_flags(nofollow)
            .open(lock_of(path))?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self { path: path.to_owned(), lock })),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Listens at the path, and starts the holder, which gets the socket and the lock.
    pub(crate) fn start_holder(self, arguments: &[OsString]) -> io::Result<Holder> {
        let mut command = Command::new(env::current_exe()?);
        command.args(arguments);
        let listener = self.listen()?;
        keygen::agent::keep_descriptors_from_children();
        let started = HandoverSender::new(&listener).and_then(|(sender, standard_input)| {
            command.stdin(Stdio::from(standard_input)).stdout(Stdio::from(self.lock));
            Ok(Holder { child: command.spawn()?, sender: Some(sender) })
        });
        if started.is_err() {
            let _ = fs::remove_file(&self.path);
        }
        started
    }

    /// Listens at the path, in this process.
    pub(crate) fn open(self) -> io::Result<HolderSocket> {
        let listener = self.listen()?;
        let identity = identity(&self.path);
        let (listener, lock) = (Some(listener), Some(self.lock.into()));
        let socket = HolderSocket { path: self.path, identity, listener, lock };
        socket.listener.as_ref().map_or(Ok(()), |listener| listener.set_nonblocking(true))?;
        Ok(socket)
    }

    fn listen(&self) -> io::Result<UnixListener> {
        // Empty as long as the holder has not begun to answer.
        self.lock.set_len(0)?;
        // No process listens there any more: the claim tested that while it held the lock.
        match fs::symlink_metadata(&self.path) {
            Ok(found) if found.file_type().is_socket() => fs::remove_file(&self.path)?,
            Ok(_) => {
                return Err(io::Error::new(ErrorKind::AlreadyExists, "it is not a socket"));
            }
            Err(_) => {}
        }
        // From its first moment for its owner only.
        let before = umask(Mode::from_raw_mode(0o177));
        let listener = UnixListener::bind(&self.path);
        umask(before);
        listener
    }
}

/// A holder that we started.
#[derive(Debug)]
pub(crate) struct Holder {
    child: Child,
    sender: Option<HandoverSender>,
}

impl Holder {
    /// Hands the connection to the first server over; without one the holder connects for itself.
    pub(crate) fn hand_over(&mut self, connection: Option<(TcpStream, SocketAddr)>) {
        if let Some(sender) = self.sender.take() {
            // A holder that has ended is noticed by what it does not say.
            let _ = sender.send_connection(connection);
        }
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end; returns its exit status. One that still waits for a connection ends.
    pub(crate) async fn status(mut self) -> Option<u8> {
        self.sender = None;
        let status = self.child.wait().await.ok()?;
        status.code().and_then(|code| u8::try_from(code).ok())
    }
}

fn lock_of(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    path.with_file_name(name)
}

/// Whether a holder was started there but does not answer yet.
fn is_starting(path: &Path) -> bool {
    fs::symlink_metadata(lock_of(path)).is_ok_and(|found| found.len() == 0)
}

/// Creates the folder for this user only, if it does not exist.
fn make_folder(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    // A symbolic link could lead elsewhere later.
    let found = fs::symlink_metadata(folder)?;
    if found.is_dir() && found.uid() == geteuid().as_raw() && found.mode() & 0o777 == 0o700 {
        return Ok(());
    }
    let why = "its folder is another user's, or others may use it";
    Err(io::Error::new(ErrorKind::PermissionDenied, why))
}

/// The holder's end: the socket that it was started with, and the lock.
#[derive(Debug)]
pub(crate) struct HolderSocket {
    path: PathBuf,
    /// Device and inode: what was put in the socket's place is not removed.
    identity: Option<(u64, u64)>,
    listener: Option<UnixListener>,
    lock: Option<OwnedFd>,
}

impl HolderSocket {
    /// Takes over what the process was started with.
    pub(crate) fn inherited(path: &Path) -> io::Result<(Self, Handover)> {
        let standard_input = io::stdin().as_fd().try_clone_to_owned()?;
        let (handover, listener) = Handover::begin(standard_input).map_err(|_| not_started())?;
        let lock = io::stdout().as_fd().try_clone_to_owned()?;
        let address = listener.local_addr()?;
        if address.as_pathname() != Some(path) {
            return Err(not_started());
        }
        let null = File::options().read(true).write(true).open("/dev/null")?;
        dup2_stdin(&null)?;
        dup2_stdout(&null)?;
        listener.set_nonblocking(true)?;
        let identity = identity(path);
        let (path, listener, lock) = (path.to_owned(), Some(listener), Some(lock));
        Ok((Self { path, identity, listener, lock }, handover))
    }

    /// Answers guests that come before the holder has logged in.
    pub(crate) fn waiting_guests(&mut self) -> io::Result<WaitingGuests> {
        let listener = self.listener.take().ok_or(ErrorKind::NotConnected)?;
        let waiting_guests = WaitingGuests::open(listener)?;
        if let Some(lock) = &self.lock {
            // Not empty any more, which takes no room on a full disk.
            ftruncate(lock, 1)?;
        }
        Ok(waiting_guests)
    }

    /// Waits until all guests that were let in have connected.
    #[expect(
        clippy::unused_async,
        reason = "on Windows guests still have to connect to a second pipe"
    )]
    pub(crate) async fn all_in(&self) {}

    /// Whether the name still leads to this socket.
    pub(crate) fn is_listed(&self) -> bool {
        self.lock.is_some() && self.identity.is_some() && identity(&self.path) == self.identity
    }

    /// Removes the name; guests that have already connected are let in.
    pub(crate) fn unlist(&mut self) {
        if self.is_listed() {
            // The next holder would replace it, too.
            let _ = fs::remove_file(&self.path);
        }
        self.lock = None;
    }
}

/// The error of a holder that no program of ours has started.
fn not_started() -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, "standard input does not hand it over")
}

impl Drop for HolderSocket {
    fn drop(&mut self) {
        self.unlist();
    }
}

/// Whether a guest is this user; it does not keep us waiting.
fn is_ours(stream: &UnixStream) -> bool {
    let ours = keygen::agent::is_same_user(stream);
    ours && stream.set_nonblocking(true).is_ok()
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

/// A stream from this process to itself.
pub(crate) async fn pair() -> io::Result<(Stream, Stream)> {
    Stream::pair()
}

/// Accepts guests once the holder is logged in.
#[derive(Debug)]
pub(crate) struct Listener(tokio::net::UnixListener);

impl Listener {
    /// The next of them that is this user.
    pub(crate) async fn accept(&self) -> io::Result<Stream> {
        loop {
            let (stream, _) = self.0.accept().await?;
            if stream.peer_cred()?.uid() == geteuid().as_raw() {
                return Ok(stream);
            }
        }
    }
}

/// Detaches from the terminal and from everything else that the parent process passed on.
pub(crate) fn leave_terminal() -> io::Result<()> {
    keygen::agent::allow_many_descriptors();
    // This fails for a process that leads a group; it then stays in its session.
    let _ = setsid();
    env::set_current_dir("/")?;
    let null = File::options().read(true).write(true).open("/dev/null")?;
    dup2_stderr(&null)?;
    Ok(())
}
