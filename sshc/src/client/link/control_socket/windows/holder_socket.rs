//! The pipe to which guests connect: they wait there until the holder is logged in, then get the
//! name of their own pipe.
//!
//! The holder sends a dot again and again while they must wait, and then the random part of that
//! name.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use keygen::windows::NamedMutex;
use tokio::runtime::Builder;
use tokio::sync::{Notify, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::super::{HolderTimeout, NoHolder};
use super::pipe::Listener;
use super::{Handover, PIPES, Stream, claim_of, detach};

/// Sent to guests that must wait.
const WAIT: u8 = b'.';

/// Between two of these.
const SIGN_OF_LIFE: Duration = Duration::from_millis(200);

/// The most guests that may wait. Further ones are disconnected, and log in for themselves.
const MOST_WAITING: usize = 1024;

/// How long guests may take from here to their own pipe.
const ON_THE_WAY: Duration = Duration::from_secs(2);

/// Digits of the random part of the pipe's name.
const DIGITS: usize = 32;

/// The random part of a pipe's name.
pub(super) fn token() -> String {
    format!("{:0DIGITS$x}", rand::random::<u128>())
}

/// The pipe with this random part.
pub(super) fn inside(token: &str) -> PathBuf {
    PathBuf::from(format!("{PIPES}sshc-guests.{token}"))
}

/// Waits to be let in; returns the pipe to connect to, and how long to wait for an answer there.
pub(super) async fn directions(socket: &Stream) -> Result<(PathBuf, HolderTimeout), NoHolder> {
    let mut time_limit = HolderTimeout::USUAL;
    let mut token = String::new();
    while token.len() < DIGITS {
        let mut said = [0; DIGITS];
        let count = match time_limit.wait(read(socket, &mut said)).await {
            Some(Ok(count)) if count > 0 => count,
            Some(_) => return Err(NoHolder::HungUp),
            None => return Err(failed(ErrorKind::TimedOut, "its holder does not answer")),
        };
        for byte in said.get(..count).unwrap_or_default() {
            match *byte {
                WAIT if token.is_empty() => time_limit = HolderTimeout::WAITING,
                b'0'..=b'9' | b'a'..=b'f' => token.push((*byte).into()),
                _ => return Err(failed(ErrorKind::InvalidData, "another program listens there")),
            }
        }
    }
    Ok((inside(&token), time_limit))
}

fn failed(kind: ErrorKind, why: &str) -> NoHolder {
    NoHolder::Failed(io::Error::new(kind, why))
}

/// Reads once; 0 bytes at the end.
async fn read(stream: &Stream, into: &mut [u8]) -> io::Result<usize> {
    loop {
        stream.readable().await?;
        match stream.try_read(into) {
            Err(cause) if cause.kind() == ErrorKind::WouldBlock => {}
            outcome => return outcome,
        }
    }
}

/// Waits until the guest is gone; it says nothing.
async fn hung_up(guest: &Stream) {
    let _ = read(guest, &mut [0]).await;
}

/// What the socket's thread and the holder share.
#[derive(Debug)]
struct SocketState {
    /// The random part of the guests' pipe, once the holder is logged in.
    token: watch::Sender<Option<String>>,
    /// How many guests wait, or are let in but have not yet connected.
    waiting: AtomicUsize,
    /// Notified when the last waiting guest has left.
    all_left: Notify,
}

/// A guest that waits.
struct Waiting(Arc<SocketState>);

impl Waiting {
    fn new(state: &Arc<SocketState>) -> Self {
        state.waiting.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(state))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if self.0.waiting.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.all_left.notify_one();
        }
    }
}

/// The holder's claim to the name, and the pipe of that name.
#[derive(Debug)]
pub(crate) struct HolderSocket {
    path: PathBuf,
    claim: Option<NamedMutex>,
    attended: Option<SocketThread>,
}

/// The socket's thread.
#[derive(Debug)]
struct SocketThread {
    state: Arc<SocketState>,
    thread: JoinHandle<()>,
    /// Dropped to close the socket.
    open: oneshot::Sender<()>,
}

impl HolderSocket {
    pub(super) fn new(path: PathBuf, claim: NamedMutex) -> Self {
        Self { path, claim: Some(claim), attended: None }
    }

    /// Takes over the claim of the process that started us.
    pub(crate) fn inherited(path: &Path) -> io::Result<(Self, Handover)> {
        // A program that reads standard error to its end would wait for our children, too.
        detach::keep_standard_error()?;
        let (claim, is_new) = NamedMutex::open(&claim_of(path))?;
        if is_new {
            return Err(io::Error::new(ErrorKind::InvalidInput, "its name is not claimed"));
        }
        Ok((Self::new(path.to_owned(), claim), Handover))
    }

    /// Accepts guests that come before the holder has logged in.
    pub(crate) fn waiting_guests(&mut self) -> io::Result<WaitingGuests> {
        let (token, _) = watch::channel(None);
        let state =
            Arc::new(SocketState { token, waiting: AtomicUsize::new(0), all_left: Notify::new() });
        let (opened, is_open) = std::sync::mpsc::channel();
        let (open, closed) = oneshot::channel();
        let (path, known) = (self.path.clone(), Arc::clone(&state));
        let thread = thread::Builder::new().name("socket".to_owned()).spawn(move || {
            let report = opened.clone();
            if let Err(cause) = attend(&path, &known, &opened, closed) {
                let _ = report.send(Err(cause));
            }
        })?;
        let attended = Arc::clone(&state);
        self.attended = Some(SocketThread { state: attended, thread, open });
        is_open.recv().unwrap_or_else(|_| Err(ErrorKind::NotConnected.into()))?;
        Ok(WaitingGuests(state))
    }

    /// Waits until all guests that were let in have connected.
    pub(crate) async fn all_in(&self) {
        let Some(SocketThread { state, .. }) = &self.attended else { return };
        while state.waiting.load(Ordering::Relaxed) > 0 {
            state.all_left.notified().await;
        }
    }

    /// Whether the name still leads to this socket.
    pub(crate) fn is_listed(&self) -> bool {
        self.attended.is_some()
    }

    /// Gives the name up. Guests that have been let in stay.
    pub(crate) fn unlist(&mut self) {
        if let Some(SocketThread { thread, open, .. }) = self.attended.take() {
            drop(open);
            // The next holder needs the name that the thread closes.
            let _ = thread.join();
        }
        self.claim = None;
    }
}

impl Drop for HolderSocket {
    fn drop(&mut self) {
        self.unlist();
    }
}

/// Answers guests until the socket is closed.
fn attend(
    path: &Path,
    state: &Arc<SocketState>,
    opened: &std::sync::mpsc::Sender<io::Result<()>>,
    mut closed: oneshot::Receiver<()>,
) -> io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = Listener::open(path)?;
        let mut guests = JoinSet::new();
        let _ = opened.send(Ok(()));
        loop {
            tokio::select! {
                _ = &mut closed => return Ok(()),
                arrived = listener.accept() => {
                    let guest = arrived?;
                    if state.waiting.load(Ordering::Relaxed) < MOST_WAITING {
                        guests.spawn(answer(guest, Waiting::new(state)));
                    }
                }
                Some(_) = guests.join_next() => {}
            }
        }
    })
}

async fn answer(guest: Stream, waiting: Waiting) {
    tokio::select! {
        () = waiting.0.show_in(&guest) => {}
        () = hung_up(&guest) => {}
    }
}

impl SocketState {
    async fn show_in(&self, guest: &Stream) {
        let mut token = self.token.subscribe();
        loop {
            let known = token.borrow_and_update().clone();
            let Some(token_text) = known else {
                // A guest whose buffer is full has many signs of life to read first.
                let _ = guest.try_write(&[WAIT]);
                let _ = timeout(SIGN_OF_LIFE, token.changed()).await;
                continue;
            };
            while let Err(cause) = guest.try_write(token_text.as_bytes()) {
                if cause.kind() != ErrorKind::WouldBlock || guest.writable().await.is_err() {
                    return;
                }
            }
            // The guest hangs up once it has connected to the pipe it was sent to.
            return sleep(ON_THE_WAY).await;
        }
    }
}

/// The guests that wait to be let in.
#[derive(Debug)]
pub(crate) struct WaitingGuests(Arc<SocketState>);

impl WaitingGuests {
    /// Waits until every guest that connected has left, including the process that started us.
    pub(crate) async fn all_left(&self) {
        self.0.all_left.notified().await;
    }

    /// Lets them in; they come one by one ([`HolderSocket::all_in`]).
    pub(crate) fn let_in(self) -> io::Result<(Listener, Vec<Stream>)> {
        let token = token();
        let listener = Listener::open(&inside(&token))?;
        self.0.token.send_replace(Some(token));
        Ok((listener, Vec::new()))
    }
}
