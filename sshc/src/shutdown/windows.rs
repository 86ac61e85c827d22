//! Console events.

use std::future::pending;

use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};

/// Listens for Ctrl-C, Ctrl-Break and the closing of the window from now on; the future waits for
/// one, and gives the exit status of a program that SIGINT or SIGHUP ends.
pub(crate) fn requested() -> impl Future<Output = u8> {
    let listening = (ctrl_c(), ctrl_break(), ctrl_close());
    async move {
        let (Ok(mut interrupted), Ok(mut broken), Ok(mut closed)) = listening else {
            // Without a handler the event ends us all the same.
            return pending().await;
        };
        tokio::select! {
            _ = interrupted.recv() => 130,
            _ = broken.recv() => 130,
            _ = closed.recv() => 129,
        }
    }
}
