//! On Windows they are console events.

use std::future::pending;

use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close};

use crate::terminal;

/// Starts to listen for Ctrl-C, Ctrl-Break and the closing of the window. The future waits for one,
/// and returns the exit status that SIGINT or SIGHUP would give.
pub(crate) fn requested() -> impl Future<Output = u8> {
    let listening = (ctrl_c(), ctrl_break(), ctrl_close());
    async move {
        let (Ok(mut interrupted), Ok(mut broken), Ok(mut closed)) = listening else {
            // Without a handler the event itself ends the program.
            return pending().await;
        };
        let interrupted =
            async { while interrupted.recv().await.is_some() && terminal::is_lent() {} };
        let broken = async { while broken.recv().await.is_some() && terminal::is_lent() {} };
        tokio::select! {
            () = interrupted => 130,
            () = broken => 130,
            _ = closed.recv() => 129,
        }
    }
}
