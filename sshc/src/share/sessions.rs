//! Sessions of the shared connection. One is opened ahead, so that the next command costs only one
//! round trip, for its own request.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::client::link::ChannelWriter;
use crate::forward::LiveConnection;
use crate::lock::lock;

/// How long a guest waits for another's session to end if the server allows no more of them: after
/// that time it could have logged in for itself.
const ROOM: Duration = Duration::from_millis(700);

/// Opens sessions, and keeps one ready.
pub(super) struct Sessions {
    live: LiveConnection,
    spare: Mutex<Option<ChannelWriter>>,
    /// Whether one is being opened.
    preparing: AtomicBool,
    /// Whether a program was started: some servers allow only a single session.
    has_worked: AtomicBool,
    /// Sessions in use.
    open: AtomicUsize,
    /// Notified when a session has ended.
    freed: Notify,
    /// The number of sessions at which the server refused another one (`MaxSessions`).
    refused_at: AtomicUsize,
}

impl Sessions {
    pub(super) fn new(live: LiveConnection) -> Self {
        Self {
            live,
            spare: Mutex::default(),
            preparing: AtomicBool::new(false),
            has_worked: AtomicBool::new(false),
            open: AtomicUsize::new(0),
            freed: Notify::new(),
            refused_at: AtomicUsize::new(usize::MAX),
        }
    }

    /// The session that is ready, or a new one.
    pub(super) async fn open(self: &Arc<Self>) -> Result<SessionInUse, russh::Error> {
        let spare = lock(&self.spare).take();
        // A server may end an unused session (sshd's `ChannelTimeout`).
        let spare = spare.filter(|spare| {
            let is_open = !self.live.shared.inbox(spare.id()).is_closed();
            if !is_open {
                self.live.shared.forget(spare.id());
            }
            is_open
        });
        let writer = match spare {
            Some(spare) => spare,
            None => self.open_one().await?,
        };
        self.open.fetch_add(1, Ordering::Relaxed);
        Ok(SessionInUse { writer: Arc::new(writer), sessions: Arc::clone(self) })
    }

    /// Opens a session. If the server has no room for it, waits a short time until another has
    /// ended.
    async fn open_one(&self) -> Result<ChannelWriter, russh::Error> {
        let deadline = Instant::now() + ROOM;
        loop {
            let freed = self.freed.notified();
            let refused = match self.live.handle.open_session().await {
                Err(cause @ russh::Error::ChannelOpenFailure(_)) => cause,
                outcome => return outcome,
            };
            let may_wait = self.open.load(Ordering::Relaxed) > 0;
            if !may_wait || timeout_at(deadline, freed).await.is_err() {
                return Err(refused);
            }
        }
    }

    /// A program was started in a session: the next one may be needed soon.
    pub(super) fn worked(self: &Arc<Self>) {
        self.has_worked.store(true, Ordering::Relaxed);
        self.prepare();
    }

    fn prepare(self: &Arc<Self>) {
        let open = self.open.load(Ordering::Relaxed);
        let may = self.has_worked.load(Ordering::Relaxed)
            && open < self.refused_at.load(Ordering::Relaxed)
            && lock(&self.spare).is_none()
            && self.live.shared.end().is_none();
        if !may || self.preparing.swap(true, Ordering::Relaxed) {
            return;
        }
        let sessions = Arc::clone(self);
        tokio::spawn(async move {
            match sessions.live.handle.open_session().await {
                Ok(writer) => *lock(&sessions.spare) = Some(writer),
                Err(cause) => {
                    log::info!("no session is kept ready: {cause}");
                    let _ = sessions.live.shared.take_refusal();
                    // Where only one is allowed, none is opened ahead.
                    let most = if open > 1 { open } else { 0 };
                    sessions.refused_at.fetch_min(most, Ordering::Relaxed);
                }
            }
            sessions.preparing.store(false, Ordering::Relaxed);
        });
    }
}

/// A session in use.
pub(super) struct SessionInUse {
    pub(super) writer: Arc<ChannelWriter>,
    sessions: Arc<Sessions>,
}

impl Drop for SessionInUse {
    fn drop(&mut self) {
        self.sessions.open.fetch_sub(1, Ordering::Relaxed);
        self.sessions.freed.notify_one();
        self.sessions.prepare();
    }
}
