//! How long a holder lets guests in: until the connection or its time is over, or a user ends it.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, interval_at, sleep};

use super::{Ending, HolderState};
use crate::Error;
use crate::client::link::control_socket::{
    self, Handover, HolderSocket, HolderTimeout, Listener, WaitingGuests,
};
use crate::forward::LiveConnection;
use crate::plan::{Plan, Sharing};
use crate::{logging, shutdown};

/// How often the holder checks whether its name still leads to it.
const LOOK: Duration = Duration::from_secs(5);

/// The pause after no guest could be accepted or refused.
pub(super) const PAUSE: Duration = Duration::from_millis(20);

/// The holder's socket before the login.
pub(crate) struct EarlySocket {
    socket: HolderSocket,
    waiting_guests: WaitingGuests,
}

impl EarlySocket {
    /// Takes over the socket with which the process was started, and begins to answer there.
    ///
    /// # Errors
    /// When the process has inherited no socket, or cannot use it.
    pub(crate) fn open(path: &Path) -> Result<(Self, Handover), Error> {
        let failed = |source| Error::Stream { what: "the socket to share at", source };
        let (mut socket, handover) = HolderSocket::inherited(path).map_err(failed)?;
        let waiting_guests = socket.waiting_guests().map_err(failed)?;
        Ok((Self { socket, waiting_guests }, handover))
    }

    /// Waits until all guests that had come are gone.
    pub(crate) async fn all_left(&self) {
        self.waiting_guests.all_left().await;
    }
}

/// Serves guests until no more come, the connection is lost, or a user ends it.
///
/// # Errors
/// When the terminal cannot be left.
pub(crate) async fn serve(
    live: LiveConnection,
    plan: &Plan,
    sharing: &Sharing,
    early: EarlySocket,
    starter: u32,
) -> Result<u8, Error> {
    let EarlySocket { mut socket, waiting_guests } = early;
    logging::leave_the_end();
    let failed = |source| Error::Stream { what: "the background", source };
    // This may take a moment on a busy computer: waiting guests still get signs of life.
    control_socket::leave_terminal().map_err(failed)?;
    let holder = HolderState::open(live, plan, sharing, starter);
    let (listener, waiting) = waiting_guests.let_in().map_err(failed)?;
    for stream in waiting {
        holder.let_in(stream);
    }
    let over = tokio::select! {
        biased;
        status = shutdown::requested() => Err(status),
        over = keep(&holder, &listener, &mut socket, sharing.idle) => Ok(over),
    };
    socket.unlist();
    holder.close().await;
    Ok(over.err().unwrap_or(0))
}

/// Why no more guests are let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// The connection is lost.
    Lost,
    /// A user ended it, or no one needs it any more.
    Done,
}

/// Lets guests in as long as there is a reason to.
pub(super) async fn keep(
    holder: &Rc<HolderState>,
    listener: &Listener,
    socket: &mut HolderSocket,
    mut idle: Option<Duration>,
) -> Over {
    let mut look = interval_at(Instant::now() + LOOK, LOOK);
    let lost = holder.live.shared.wait_for_end();
    tokio::pin!(lost);
    loop {
        tokio::select! {
            biased;
            _ = &mut lost => return Over::Lost,
            accepted = listener.accept() => match accepted {
                Ok(stream) => holder.let_in(stream),
                // For example, too many open files.
                Err(_) => sleep(PAUSE).await,
            },
            () = holder.ordered.notified() => {
                socket.unlist();
                if holder.ending.get() == Ending::Now {
                    return Over::Done;
                }
                idle = Some(Duration::ZERO);
            }
            _ = look.tick(), if idle != Some(Duration::ZERO) => {
                if !socket.is_listed() {
                    // No guest can find us any more: the user has logged out, or removed the
                    // socket.
                    idle = Some(Duration::ZERO);
                }
            }
            () = async { socket.all_in().await; holder.all_left(idle).await } => {
                // Guests that came before the name was removed are let in.
                socket.unlist();
                idle = Some(Duration::ZERO);
                match HolderTimeout::LAST_CALL.wait(listener.accept()).await {
                    Some(Ok(stream)) => holder.let_in(stream),
                    _ => return Over::Done,
                }
            }
        }
    }
}
