//! Pipes for this user only: their instances, which wait for guests, and the guests' ends.

use std::io;
use std::os::windows::io::AsHandle as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use keygen::windows::{AccessList, check_owner};
use tokio::net::windows::named_pipe::{
    ClientOptions, NamedPipeClient, NamedPipeServer, ServerOptions,
};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio::time::sleep;
use windows_sys::Win32::Foundation::ERROR_PIPE_BUSY;

use super::super::NoHolder;
use super::Stream;

/// How many instances wait for guests; the next one always exists before a guest is let in.
const IDLE: usize = 4;

/// The pause between two tries on a pipe whose instances are all in use, and after an instance
/// could not be made.
const PAUSE: Duration = Duration::from_millis(10);

/// How many tries that may take: a living holder makes new ones at once.
const BUSY_TRIES: u32 = 100;

/// The guest's end of this pipe, if the pipe belongs to this user. The holder may identify us, but
/// not impersonate us, which is tokio's default.
pub(super) async fn open(path: &Path) -> Result<NamedPipeClient, NoHolder> {
    let busy = i32::try_from(ERROR_PIPE_BUSY).ok();
    let mut tries = BUSY_TRIES;
    let pipe = loop {
        match ClientOptions::new().open(path) {
            Ok(pipe) => break pipe,
            Err(cause) if cause.raw_os_error() == busy && tries > 0 => {
                tries -= 1;
                sleep(PAUSE).await;
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Err(NoHolder::Nobody),
            Err(cause) => return Err(NoHolder::Failed(cause)),
        }
    };
    check_owner(pipe.as_handle()).map_err(NoHolder::Failed)?;
    Ok(pipe)
}

/// Accepts guests.
#[derive(Debug)]
pub(crate) struct Listener {
    arrivals: Mutex<mpsc::UnboundedReceiver<Stream>>,
    /// They end with this.
    _waiting: JoinSet<()>,
}

impl Listener {
    /// Listens at a pipe that no other process has.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let (sender, arrivals) = mpsc::unbounded_channel();
        let mut waiting = JoinSet::new();
        for number in 0..IDLE {
            let instance = create(path, number == 0)?;
            waiting.spawn(wait_for_ever(path.to_owned(), instance, sender.clone()));
        }
        Ok(Self { arrivals: Mutex::new(arrivals), _waiting: waiting })
    }

    /// The next of them; the pipe's access list lets only this user in. Cancel safe.
    pub(crate) async fn accept(&self) -> io::Result<Stream> {
        let next = self.arrivals.lock().await.recv().await;
        next.ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }
}

async fn wait_for_ever(
    path: PathBuf,
    mut waiting: NamedPipeServer,
    arrivals: mpsc::UnboundedSender<Stream>,
) {
    loop {
        let connected = waiting.connect().await.is_ok();
        let next = loop {
            match create(&path, false) {
                Ok(next) => break next,
                Err(_) => sleep(PAUSE).await,
            }
        };
        let arrived = std::mem::replace(&mut waiting, next);
        // A guest that was gone at once is not let in.
        if connected && arrivals.send(Stream::Holder(arrived)).is_err() {
            return;
        }
    }
}

/// An instance of the pipe.
#[expect(unsafe_code, reason = "the runtime has no safe interface for access lists")]
fn create(path: &Path, is_first: bool) -> io::Result<NamedPipeServer> {
    let list = AccessList::of_owner_alone()?;
    let mut attributes = list.attributes();
    let mut options = ServerOptions::new();
    options.first_pipe_instance(is_first).reject_remote_clients(true);
    // SAFETY: the attributes' descriptor lives until `list` is dropped.
    unsafe { options.create_with_security_attributes_raw(path, (&raw mut attributes).cast()) }
}

/// Both ends of a new pipe.
pub(super) async fn pair(path: &Path) -> io::Result<(Stream, Stream)> {
    let far = create(path, true)?;
    let near = ClientOptions::new().open(path)?;
    far.connect().await?;
    Ok((Stream::Guest(near), Stream::Holder(far)))
}
