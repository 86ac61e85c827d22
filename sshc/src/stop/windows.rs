//! Console events.

/// Waits for Ctrl-C, and gives the exit status that Windows programs end with then, as far as
/// it fits into a byte.
pub(crate) async fn asked() -> u8 {
    match tokio::signal::ctrl_c().await {
        Ok(()) => 130,
        // Without a handler the event ends us all the same.
        Err(_) => std::future::pending().await,
    }
}

/// No signal is inherited as one to ignore.
pub(crate) fn remember_ignored() {}
