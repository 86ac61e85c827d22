//! Guests that wait until the holder is logged in. A thread of its own sends them signs of life:
//! the thread of the runtime blocks while a person is asked something.

use std::io::{self, ErrorKind, PipeReader, PipeWriter, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::sync::Notify;

use super::super::super::frame::Frame;
use super::{Listener, Stream};

/// The pause between two signs of life, in nanoseconds.
const SIGN_OF_LIFE: i64 = 200_000_000;

/// The most guests that may wait. Further ones are disconnected, and log in for themselves.
const MOST_WAITING: usize = 1024;

/// Guests that wait for the login of the holder.
#[derive(Debug)]
pub(crate) struct WaitingGuests {
    thread: JoinHandle<(UnixListener, Vec<UnixStream>)>,
    /// Dropped when the waiting is over.
    open: PipeWriter,
    all_left: Arc<Notify>,
}

impl WaitingGuests {
    pub(crate) fn open(listener: UnixListener) -> io::Result<Self> {
        let (closed, open) = io::pipe()?;
        let all_left = Arc::new(Notify::new());
        let signal = Arc::clone(&all_left);
        let thread = thread::Builder::new()
            .name("waiting_guests".to_owned())
            .spawn(move || wait_with_them(listener, &closed, &signal))?;
        Ok(Self { thread, open, all_left })
    }

    /// Waits until every guest that connected has left, including the process that started us.
    pub(crate) async fn all_left(&self) {
        self.all_left.notified().await;
    }

    /// Accepts the waiting guests.
    pub(crate) fn let_in(self) -> io::Result<(Listener, Vec<Stream>)> {
        drop(self.open);
        let joined = self.thread.join();
        let (listener, waiting) = joined.map_err(|_| io::Error::from(ErrorKind::Other))?;
        let listener = Listener(tokio::net::UnixListener::from_std(listener)?);
        let waiting = waiting.into_iter().map(Stream::from_std).collect::<Result<_, _>>()?;
        Ok((listener, waiting))
    }
}

fn wait_with_them(
    listener: UnixListener,
    closed: &PipeReader,
    all_left: &Notify,
) -> (UnixListener, Vec<UnixStream>) {
    let mut sign = Vec::new();
    Frame::LoggingIn {}.put(&mut sign);
    let mut waiting: Vec<UnixStream> = Vec::new();
    loop {
        let mut polled =
            [PollFd::new(&listener, PollFlags::IN), PollFd::new(closed, PollFlags::IN)];
        let _ = poll(&mut polled, Some(&Timespec { tv_sec: 0, tv_nsec: SIGN_OF_LIFE }));
        if polled.last().is_some_and(|closed| !closed.revents().is_empty()) {
            return (listener, waiting);
        }
        while let Ok((stream, _)) = listener.accept() {
            if waiting.len() < MOST_WAITING && super::is_ours(&stream) {
                waiting.push(stream);
            }
        }
        let had_company = !waiting.is_empty();
        // A guest whose buffer is full has many signs of life to read first.
        waiting.retain_mut(|stream| match stream.write(&sign) {
            Ok(_) => true,
            Err(cause) => cause.kind() == ErrorKind::WouldBlock,
        });
        if had_company && waiting.is_empty() {
            all_left.notify_one();
        }
    }
}
