//! Signals.

use tokio::signal::unix::{SignalKind, signal};

use crate::ignored_signals::is_ignored;
use crate::terminal::AwaitedSignals;

/// Listens for SIGINT, SIGQUIT, SIGTERM and SIGHUP from now on, but for those that are to be
/// ignored; the future waits for one, and gives the exit status that says so: 128+n.
pub(crate) fn requested() -> impl Future<Output = u8> {
    // A question asked before may have left the signals to end the program at once.
    let awaited = AwaitedSignals::new();
    let wait = |kind: SignalKind| {
        let listening = (!is_ignored(kind.as_raw_value())).then(|| signal(kind));
        async move {
            match listening {
                Some(Ok(mut signal)) => drop(signal.recv().await),
                // Without a handler the signal ends us all the same, or is ignored.
                Some(Err(_)) | None => std::future::pending().await,
            }
        }
    };
    let interrupted = wait(SignalKind::interrupt());
    let quit = wait(SignalKind::quit());
    let terminated = wait(SignalKind::terminate());
    let hung_up = wait(SignalKind::hangup());
    async move {
        let status = tokio::select! {
            () = interrupted => 130,
            () = quit => 131,
            () = terminated => 143,
            () = hung_up => 129,
        };
        // The program ends now: the thread that looks after the terminal may hear of the signal
        // later than we do.
        awaited.until_the_end();
        status
    }
}
