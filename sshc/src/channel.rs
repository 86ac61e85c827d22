//! Buffers data received on a channel until its consumer reads it, in order.
//!
//! russh does not let us control a channel's window: it refills by itself, and a channel that is
//! not read stops every other one. So data is taken as soon as it arrives: written straight to its
//! [`ByteSink`] if that accepts it, or else kept by its [`Flow`].

use std::collections::VecDeque;
use std::io;
use std::sync::Mutex;

use tokio::sync::Notify;

use crate::lock::lock;

mod flow;

pub(crate) use flow::{ByteSink, Flow};

/// How the remote program ended (RFC 4254 §6.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// `exit-status`
    Status(u32),
    /// `exit-signal`: its name without `SIG`, such as `TERM`.
    Signal(String),
}

/// An event on a channel, other than data.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The answer to the oldest request that asked for one.
    Reply(bool),
    /// The server closed the channel, or the connection has ended.
    Closed,
    /// The holder of the connection could not read the input that was handed to it: the system's
    /// number of the error.
    Unread(i32),
}

/// The receiving side of one channel.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    /// Data, which is standard output.
    pub(crate) out: Flow,
    /// Extended data of type 1, which is standard error.
    pub(crate) err: Flow,
    life: Mutex<ChannelState>,
    news: Notify,
}

#[derive(Debug, Default)]
struct ChannelState {
    replies: VecDeque<bool>,
    unread: Option<i32>,
    exit: Option<Exit>,
    closed: bool,
    cut: bool,
}

impl Inbox {
    /// The next event; at the end, always [`Event::Closed`].
    pub(crate) async fn next(&self) -> Event {
        loop {
            {
                let mut life = lock(&self.life);
                if let Some(granted) = life.replies.pop_front() {
                    return Event::Reply(granted);
                }
                if let Some(error) = life.unread.take() {
                    return Event::Unread(error);
                }
                if life.closed {
                    return Event::Closed;
                }
            }
            self.news.notified().await;
        }
    }

    /// How the program ended, once the server has reported it.
    pub(crate) fn exit(&self) -> Option<Exit> {
        lock(&self.life).exit.clone()
    }

    pub(crate) fn reply(&self, granted: bool) {
        let mut life = lock(&self.life);
        // Never more requests than this are open; a server that answers more is lying.
        if life.replies.len() < 64 {
            life.replies.push_back(granted);
        }
        self.news.notify_one();
    }

    /// The holder of the connection could not read the input, or write the output, in our place.
    pub(crate) fn stream_failed(&self, is_input: bool, error: i32) {
        if is_input {
            lock(&self.life).unread = Some(error);
            self.news.notify_one();
        } else {
            self.out.fail(io::Error::from_raw_os_error(error).kind());
        }
    }

    pub(crate) fn exited(&self, exit: Exit) {
        lock(&self.life).exit = Some(exit);
    }

    pub(crate) fn end_of_data(&self) {
        self.out.end();
        self.err.end();
    }

    /// Whether the server has closed the channel, or the connection is gone.
    pub(crate) fn is_closed(&self) -> bool {
        lock(&self.life).closed
    }

    /// No one will take the data any more: it is dropped from now on.
    pub(crate) fn abandon(&self) {
        self.out.abandon();
        self.err.abandon();
    }

    /// The connection has ended: anything that the server had not finished is cut short. Further
    /// calls change nothing, such as that of the connection through a jump host whose own
    /// connection ended.
    pub(crate) fn cut(&self) {
        lock(&self.life).cut |= !self.out.has_ended();
        self.close();
    }

    /// Whether bytes may be missing at the end, although no more will come.
    pub(crate) fn is_cut(&self) -> bool {
        lock(&self.life).cut
    }

    pub(crate) fn close(&self) {
        self.end_of_data();
        lock(&self.life).closed = true;
        self.news.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_abandoned_channel_accepts_everything_at_once() {
        let inbox = Inbox::default();
        assert!(!inbox.out.accept(b"before its destination is known", false));
        tokio::join!(inbox.out.relief(false), async { inbox.abandon() });
        assert!(inbox.out.accept(&[0; 1000], false));
    }

    #[test]
    fn what_was_cut_stays_cut_however_often_that_is_said() {
        let inbox = Inbox::default();
        // OpenSSH's server sends the status while the last bytes are still in flight.
        inbox.exited(Exit::Status(0));
        inbox.cut();
        inbox.cut();
        assert!(inbox.is_cut());
    }

    #[tokio::test]
    async fn replies_come_in_order_and_closing_is_final() {
        let inbox = Inbox::default();
        inbox.reply(true);
        inbox.reply(false);
        inbox.exited(Exit::Status(3));
        inbox.close();
        assert_eq!(inbox.next().await, Event::Reply(true));
        assert_eq!(inbox.next().await, Event::Reply(false));
        assert_eq!(inbox.next().await, Event::Closed);
        assert_eq!(inbox.next().await, Event::Closed);
        assert_eq!(inbox.exit(), Some(Exit::Status(3)));
    }
}
