//! Signals.

use tokio::signal::unix::{SignalKind, signal};

use crate::terminal::AwaitedSignals;

/// Waits for SIGINT, SIGTERM or SIGHUP, and gives the exit status that says so: 128+n.
pub(crate) async fn asked() -> u8 {
    // A question asked before may have left the signals to end the program at once.
    let _awaited = AwaitedSignals::new();
    let wait = |kind: SignalKind| async move {
        match signal(kind) {
            Ok(mut signal) => drop(signal.recv().await),
            // Without a handler the signal ends us all the same.
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = wait(SignalKind::interrupt()) => 130,
        () = wait(SignalKind::terminate()) => 143,
        () = wait(SignalKind::hangup()) => 129,
    }
}
