//! What arrives on a channel, kept in order until whoever it is for takes it.
//!
//! russh has no say over a channel's window: it refills by itself, and a channel that is
//! not read stops every other one. So everything that arrives is taken at once: written
//! straight to its [`Outlet`] when that takes it, or kept by its [`Flow`] when not.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::sync::Notify;

use crate::lock::held;

mod flow;

pub(crate) use flow::{Flow, Outlet};

/// How the remote program ended (RFC 4254 §6.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// `exit-status`
    Status(u32),
    /// `exit-signal`: its name without `SIG`, such as `TERM`.
    Signal(String),
}

/// What happened on a channel besides data.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The answer to the oldest request that wanted one.
    Reply(bool),
    /// The server closed the channel, or the connection is gone.
    Closed,
}

/// The receiving side of one channel.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    /// Data, that is standard output.
    pub(crate) out: Flow,
    /// Extended data of type 1, that is standard error.
    pub(crate) err: Flow,
    life: Mutex<Life>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Life {
    replies: VecDeque<bool>,
    exit: Option<Exit>,
    closed: bool,
    cut: bool,
}

impl Inbox {
    /// The next thing that happened; [`Event::Closed`] again and again at the end.
    pub(crate) async fn next(&self) -> Event {
        loop {
            {
                let mut life = held(&self.life);
                if let Some(granted) = life.replies.pop_front() {
                    return Event::Reply(granted);
                }
                if life.closed {
                    return Event::Closed;
                }
            }
            self.news.notified().await;
        }
    }

    /// How the program ended, once the server has said so.
    pub(crate) fn exit(&self) -> Option<Exit> {
        held(&self.life).exit.clone()
    }

    pub(crate) fn reply(&self, granted: bool) {
        let mut life = held(&self.life);
        // No more requests than this are ever open; a server that answers more is lying.
        if life.replies.len() < 64 {
            life.replies.push_back(granted);
        }
        self.news.notify_one();
    }

    pub(crate) fn exited(&self, exit: Exit) {
        held(&self.life).exit = Some(exit);
    }

    pub(crate) fn end_of_data(&self) {
        self.out.end();
        self.err.end();
    }

    /// Nobody will take what arrives: it is dropped from now on.
    pub(crate) fn abandon(&self) {
        self.out.abandon();
        self.err.abandon();
    }

    /// The connection is gone. What the server had not ended by then is cut short; whoever says so
    /// again, such as the connection itself behind that of a host on the way, changes nothing.
    pub(crate) fn cut(&self) {
        held(&self.life).cut |= !self.out.has_ended();
        self.close();
    }

    /// Whether bytes may be missing at the end, although nothing more will come.
    pub(crate) fn is_cut(&self) -> bool {
        held(&self.life).cut
    }

    pub(crate) fn close(&self) {
        self.end_of_data();
        held(&self.life).closed = true;
        self.news.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_nobody_will_take_keeps_nobody_waiting() {
        let inbox = Inbox::default();
        assert!(!inbox.out.accept(b"before anybody said where it goes", false));
        tokio::join!(inbox.out.relief(false), async { inbox.abandon() });
        assert!(inbox.out.accept(&[0; 1000], false));
    }

    #[test]
    fn what_was_cut_stays_cut_however_often_that_is_said() {
        let inbox = Inbox::default();
        // OpenSSH's server tells a status while the last bytes are still under way.
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
