//! What the rest of the program knows about a connection while it lives.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use russh::ChannelId;
use russh::keys::ssh_key::PublicKey;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::timeout;

use super::{Incoming, ShowBanner};
use crate::Error;
use crate::antispoof;
use crate::channel::Inbox;
use crate::lock::held;

/// Bytes that are kept of what a server says before the login.
const MOST_SAID: usize = 16 * 1024;
/// What it takes to hear of an end that came while the user was asked, when nothing else was done:
/// so many turns, as on a busy computer time passes without one.
const NOTICE: Duration = Duration::from_millis(20);
const TURNS: u32 = 5;

/// What the rest of the program knows about a connection while it lives.
#[derive(Default)]
pub(crate) struct Shared {
    inboxes: Mutex<HashMap<ChannelId, Arc<Inbox>>>,
    /// Why the connection ended, once it has.
    end: Mutex<Option<End>>,
    ended: Notify,
    /// Whether one channel that is not read may be kept in a file, so that others go on.
    overflow: AtomicBool,
    incoming: Mutex<Option<mpsc::UnboundedSender<Incoming>>>,
    show_banner: Mutex<Option<ShowBanner>>,
    /// What the server has said before the login, as much of it as may matter.
    said: Mutex<String>,
    announced: watch::Sender<Vec<PublicKey>>,
    /// What the server last said about a channel that it did not open.
    refusal: Mutex<String>,
    /// Whether the connection ended while the user was asked something.
    ended_while_asking: AtomicBool,
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The words to show, already escaped; the server's own are in quotation marks.
    pub(crate) reason: String,
    /// Whether the server said goodbye (RFC 4253 §11.1).
    pub(crate) is_farewell: bool,
}

impl End {
    /// Who ended it, and why.
    pub(crate) fn words(&self) -> String {
        if self.is_farewell {
            format!("the server hung up: {}", self.reason)
        } else {
            self.reason.clone()
        }
    }
}

impl Shared {
    /// The receiving side of a channel that was just opened.
    pub(crate) fn inbox(&self, id: ChannelId) -> Arc<Inbox> {
        Arc::clone(held(&self.inboxes).entry(id).or_default())
    }

    /// Forgets a channel whose task is done with it, or whose bytes go another way.
    pub(crate) fn forget(&self, id: ChannelId) {
        let forgotten = held(&self.inboxes).remove(&id);
        // The connection may be waiting for somebody to make room in it.
        if let Some(inbox) = forgotten {
            inbox.abandon();
        }
    }

    /// From now on a channel nobody reads is kept in a file instead of stopping all.
    pub(crate) fn let_channels_overflow(&self) {
        self.overflow.store(true, Ordering::Relaxed);
    }

    pub(super) fn channels_overflow(&self) -> bool {
        self.overflow.load(Ordering::Relaxed)
    }

    /// Accepts what the server opens for our remote forwards, and sends it there.
    pub(crate) fn accept_incoming(&self) -> mpsc::UnboundedReceiver<Incoming> {
        let (sender, receiver) = mpsc::unbounded_channel();
        *held(&self.incoming) = Some(sender);
        receiver
    }

    pub(super) fn offer(&self, incoming: Incoming) {
        // A handle that is dropped is refused by russh: so is all we did not ask for.
        if let Some(sender) = &*held(&self.incoming) {
            let _ = self.inbox(incoming.channel.id());
            let _ = sender.send(incoming);
        }
    }

    /// Why the connection ended, if it has.
    pub(crate) fn end(&self) -> Option<End> {
        held(&self.end).clone()
    }

    /// Waits for the end of the connection.
    pub(crate) async fn wait_for_end(&self) -> End {
        loop {
            let notified = self.ended.notified();
            if let Some(end) = self.end() {
                return end;
            }
            notified.await;
        }
    }

    /// Waits for the host keys that the server says it has (`hostkeys-00@openssh.com`). That it
    /// holds them is not proven yet.
    pub(crate) async fn announced_keys(&self) -> Vec<PublicKey> {
        let mut announced = self.announced.subscribe();
        let keys = announced.wait_for(|keys| !keys.is_empty()).await;
        keys.map(|keys| keys.clone()).unwrap_or_default()
    }

    /// From now on banners go there, as the server sends them.
    pub(crate) fn show_banners(&self, show: ShowBanner) {
        *held(&self.show_banner) = Some(show);
    }

    /// What the server has said before the login, not escaped.
    pub(crate) fn said(&self) -> String {
        held(&self.said).clone()
    }

    /// Notices, after the user was asked something, that the server has not waited for the answer.
    ///
    /// # Errors
    /// It has hung up.
    pub(crate) async fn notice_end(&self) -> Result<(), Error> {
        let mut turns = TURNS;
        while timeout(NOTICE, self.wait_for_end()).await.is_err() {
            turns -= 1;
            if turns == 0 {
                return Ok(());
            }
        }
        self.ended_while_asking.store(true, Ordering::Relaxed);
        Err(Error::Protocol(russh::Error::Disconnect))
    }

    /// Whether the server did not wait for the user's answer.
    pub(crate) fn has_ended_while_asking(&self) -> bool {
        self.ended_while_asking.load(Ordering::Relaxed)
    }

    pub(super) fn show_banner(&self, banner: &str) {
        let mut said = held(&self.said);
        if said.len() + banner.len() < MOST_SAID {
            said.push_str(banner);
            said.push('\n');
        }
        drop(said);
        if let Some(show) = &mut *held(&self.show_banner) {
            show(banner);
        }
    }

    /// Why a channel could not be opened. russh tells the server's own words apart from the error,
    /// just before whoever wanted the channel hears of it.
    pub(crate) fn explain(&self, cause: russh::Error) -> String {
        let said = match &cause {
            russh::Error::ChannelOpenFailure(_) => self.take_refusal(),
            _ => String::new(),
        };
        let words = Error::from(cause).plain();
        if said.is_empty() { words } else { format!("{words}: {}", antispoof::quoted(&said)) }
    }

    /// What the server last said about a channel that it did not open.
    pub(crate) fn take_refusal(&self) -> String {
        std::mem::take(&mut *held(&self.refusal))
    }

    pub(super) fn refused(&self, said: &str) {
        said.clone_into(&mut held(&self.refusal));
    }

    pub(super) fn announce(&self, keys: Vec<PublicKey>) {
        self.announced.send_replace(keys);
    }

    pub(super) fn known(&self, id: ChannelId) -> Option<Arc<Inbox>> {
        held(&self.inboxes).get(&id).cloned()
    }

    /// The connection has ended; only the first reason counts.
    pub(crate) fn finish(&self, end: End) {
        held(&self.end).get_or_insert(end);
        for inbox in held(&self.inboxes).values() {
            inbox.cut();
        }
        self.ended.notify_waiters();
    }
}
