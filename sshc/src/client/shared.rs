//! The state of a connection that the rest of the program can see.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime};

use russh::keys::ssh_key::PublicKey;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::timeout;

use super::connection_info::{ConnectionInfo, Record};
use super::{Incoming, ShowBanner};
use crate::Error;
use crate::antispoof;
use crate::channel::Inbox;
use crate::lock::lock;

/// How many bytes of a server's text before the login are kept.
const MOST_SAID: usize = 16 * 1024;
/// The wait for news of a disconnect that happened while the user was asked: the length of one
/// turn, and then the number of turns. Turns are counted because on a busy computer time may pass
/// without one.
const NOTICE: Duration = Duration::from_millis(20);
const TURNS: u32 = 5;

/// The state of a connection that the rest of the program can see.
#[derive(Default)]
pub(crate) struct Shared {
    inboxes: Mutex<HashMap<u32, Arc<Inbox>>>,
    /// How the connection ended, once it has.
    end: Mutex<Option<End>>,
    ended: Notify,
    /// Whether data of an unread channel may be kept in a file, so that other channels go on.
    overflow: AtomicBool,
    incoming: Mutex<Option<mpsc::UnboundedSender<Incoming>>>,
    show_banner: Mutex<Option<ShowBanner>>,
    /// The server's text before the login, as far as it may matter.
    said: Mutex<String>,
    announced: watch::Sender<Vec<PublicKey>>,
    /// The name of the first key exchange.
    key_exchange: OnceLock<String>,
    /// The server's explanation for the last channel that it refused.
    refusal: Mutex<String>,
    /// Whether the connection ended while the user was asked something.
    ended_while_asking: AtomicBool,
    /// When the server last sent something, in seconds since 1970: the clock that goes on while the
    /// computer sleeps.
    heard: AtomicU64,
    record: Record,
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The text to show, already escaped; the server's own words are in quotation marks.
    pub(crate) reason: String,
    /// Whether the server sent a disconnect message (RFC 4253 §11.1).
    pub(crate) is_disconnect: bool,
}

impl End {
    /// Which side ended it, and why.
    pub(crate) fn words(&self) -> String {
        if self.is_disconnect {
            format!("the server hung up: {}", self.reason)
        } else {
            self.reason.clone()
        }
    }
}

impl Shared {
    /// The receiving side of a channel that was just opened.
    pub(crate) fn inbox(&self, id: impl Into<u32>) -> Arc<Inbox> {
        Arc::clone(lock(&self.inboxes).entry(id.into()).or_default())
    }

    /// Forgets a channel whose task is done, or whose bytes take another route.
    pub(crate) fn forget(&self, id: impl Into<u32>) {
        let forgotten = lock(&self.inboxes).remove(&id.into());
        // The connection may be waiting for room in it.
        if let Some(inbox) = forgotten {
            inbox.abandon();
        }
    }

    /// From now on, data of an unread channel is kept in a file instead of stopping all channels.
    pub(crate) fn let_channels_overflow(&self) {
        self.set_overflow(true);
    }

    /// Sets whether data of an unread channel is kept in a file from now on.
    pub(crate) fn set_overflow(&self, may_overflow: bool) {
        self.overflow.store(may_overflow, Ordering::Relaxed);
    }

    pub(crate) fn channels_overflow(&self) -> bool {
        self.overflow.load(Ordering::Relaxed)
    }

    /// Accepts channels that the server opens for our remote forwards, and sends them to the
    /// receiver.
    pub(crate) fn accept_incoming(&self) -> mpsc::UnboundedReceiver<Incoming> {
        let (sender, receiver) = mpsc::unbounded_channel();
        *lock(&self.incoming) = Some(sender);
        receiver
    }

    pub(crate) fn offer(&self, incoming: Incoming) {
        // russh refuses a channel whose handle is dropped, and so everything that we did not ask
        // for.
        if let Some(sender) = &*lock(&self.incoming) {
            let _ = self.inbox(incoming.channel.id());
            let _ = sender.send(incoming);
        }
    }

    /// Notes that the connection begins, and where.
    pub(crate) fn begin(&self, addresses: Option<(SocketAddr, SocketAddr)>) {
        self.record.begin(addresses);
    }

    pub(super) fn note_algorithms(&self, lines: String) {
        self.record.note_algorithms(lines);
    }

    /// Counts bytes that passed over the connection.
    pub(crate) fn count(&self, received: usize, sent: usize) {
        self.record.count(received, sent);
    }

    /// The bytes that have arrived.
    pub(crate) fn received(&self) -> u64 {
        self.record.received()
    }

    /// What is known about the connection.
    pub(crate) fn info(&self) -> ConnectionInfo {
        self.record.info()
    }

    /// Notes that the server was heard.
    pub(crate) fn hear(&self) {
        self.heard.store(seconds(), Ordering::Relaxed);
    }

    /// How long the server has sent nothing, including the time that the computer slept.
    pub(crate) fn silence(&self) -> Duration {
        Duration::from_secs(seconds().abs_diff(self.heard.load(Ordering::Relaxed)))
    }

    /// How the connection ended, if it has.
    pub(crate) fn end(&self) -> Option<End> {
        lock(&self.end).clone()
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

    /// Waits for the host keys that the server says it has (`hostkeys-00@openssh.com`). It has not
    /// proven yet that it holds them.
    pub(crate) async fn announced_keys(&self) -> Vec<PublicKey> {
        let mut announced = self.announced.subscribe();
        let keys = announced.wait_for(|keys| !keys.is_empty()).await;
        keys.map(|keys| keys.clone()).unwrap_or_default()
    }

    /// Takes down the key exchange; later ones repeat it.
    pub(super) fn note_key_exchange(&self, name: &str) {
        let _ = self.key_exchange.set(name.to_owned());
    }

    /// The name of the key exchange; empty before it.
    pub(crate) fn key_exchange(&self) -> String {
        self.key_exchange.get().cloned().unwrap_or_default()
    }

    /// From now on banners are shown as they arrive.
    pub(crate) fn show_banners(&self, show: ShowBanner) {
        *lock(&self.show_banner) = Some(show);
    }

    /// The server's text before the login, not escaped.
    pub(crate) fn said(&self) -> String {
        lock(&self.said).clone()
    }

    /// After a question to the user, finds out whether the server has hung up meanwhile.
    ///
    /// # Errors
    /// When it has.
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

    /// Whether the server hung up before the user answered.
    pub(crate) fn has_ended_while_asking(&self) -> bool {
        self.ended_while_asking.load(Ordering::Relaxed)
    }

    pub(super) fn show_banner(&self, banner: &str) {
        let mut said = lock(&self.said);
        if said.len() + banner.len() < MOST_SAID {
            said.push_str(banner);
            said.push('\n');
        }
        drop(said);
        if let Some(show) = &mut *lock(&self.show_banner) {
            show(banner);
        }
    }

    /// Why a channel could not be opened. russh reports the server's explanation separately from
    /// the error, just before the caller gets the error.
    pub(crate) fn explain(&self, cause: russh::Error) -> String {
        let said = match &cause {
            russh::Error::ChannelOpenFailure(_) => self.take_refusal(),
            _ => String::new(),
        };
        let words = Error::from(cause).plain();
        if said.is_empty() { words } else { format!("{words}: {}", antispoof::quoted(&said)) }
    }

    /// The server's explanation for the last channel that it refused.
    pub(crate) fn take_refusal(&self) -> String {
        std::mem::take(&mut *lock(&self.refusal))
    }

    pub(crate) fn refused(&self, said: &str) {
        said.clone_into(&mut lock(&self.refusal));
    }

    pub(super) fn announce(&self, keys: Vec<PublicKey>) {
        self.announced.send_replace(keys);
    }

    pub(crate) fn known(&self, id: impl Into<u32>) -> Option<Arc<Inbox>> {
        lock(&self.inboxes).get(&id.into()).cloned()
    }

    /// Records the end of the connection; only the first reason counts.
    pub(crate) fn finish(&self, end: End) {
        lock(&self.end).get_or_insert(end);
        for inbox in lock(&self.inboxes).values() {
            inbox.cut();
        }
        self.ended.notify_waiters();
    }
}

fn seconds() -> u64 {
    keygen::date::seconds_since_1970(SystemTime::now())
}
