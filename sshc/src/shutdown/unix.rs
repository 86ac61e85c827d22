//! On Unix they are signals.

use tokio::signal::unix::{SignalKind, signal};

use crate::ignored_signals::is_ignored;
use crate::terminal::{self, AwaitedSignals};

/// Starts to listen for SIGINT, SIGQUIT, SIGTERM and SIGHUP, except for those that were ignored at
/// the start. The future waits for one, and returns its exit status 128+n.
pub(crate) fn requested() -> impl Future<Output = u8> {
    // An earlier question may have left these signals set to end the program at once.
    let awaited = AwaitedSignals::new();
    let wait = |kind: SignalKind| {
        let listening = (!is_ignored(kind.as_raw_value())).then(|| signal(kind));
        async move {
            match listening {
                Some(Ok(mut signal)) => {
                    let is_keyboards =
                        [SignalKind::interrupt(), SignalKind::quit()].contains(&kind);
                    while signal.recv().await.is_some() && is_keyboards && terminal::is_lent() {}
                }
                // Without a handler the signal itself ends the program, or is ignored.
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
        // The program ends now; the terminal's signal thread may see the signal later than we do.
        awaited.until_the_end();
        status
    }
}
