//! Output: results on standard output, everything else on standard error if that is a terminal.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use contract::Failure as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Shared;
use crate::error::Error;
use crate::generate::Progress;
use crate::memory;

/// Writes a result.
pub(crate) fn result(text: &str) -> Result<(), Error> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(Error::Output)
}

/// Writes a result before its file has its name, so that a run whose result is lost leaves nothing
/// behind. If the reader has closed the pipe, the file is still wanted.
pub(super) fn result_of_file(text: &str) -> Result<(), Error> {
    match result(text) {
        Err(error) if error.is_closed_pipe() => Ok(()),
        written => written,
    }
}

/// Prints a notice if standard error is a terminal and `--quiet` was not given.
pub(crate) fn notice(shared: &Shared, text: &str) {
    if is_wanted(shared) {
        // If the terminal is gone, the notice does not matter.
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }
}

/// Does the work with a progress bar on the terminal, if it takes longer than 300 ms.
pub(super) fn with_progress<T: Send>(
    shared: &Shared,
    work: impl FnOnce(&Progress) -> T + Send,
) -> T {
    let progress = Progress::default();
    if !is_wanted(shared) {
        return work(&progress);
    }
    thread::scope(|scope| {
        let (done, is_done) = channel::<()>();
        let worker = scope.spawn(|| {
            // Dropped when the work ends, which also ends the drawing.
            let _done = done;
            memory::without_traces(|| work(&progress))
        });
        let over = |wait| is_done.recv_timeout(wait) != Err(RecvTimeoutError::Timeout);
        if !over(Duration::from_millis(300)) {
            const BAR: &str = "searching for primes {wide_bar} {elapsed}";
            let bar = ProgressBar::with_draw_target(Some(1000), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template(BAR) {
                bar.set_style(style);
            }
            while !over(Duration::from_millis(50)) {
                bar.set_position(thousandths(progress.likely_done()));
            }
            bar.finish_and_clear();
        }
        match worker.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn is_wanted(shared: &Shared) -> bool {
    !shared.quiet && stderr().is_terminal()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1000")]
fn thousandths(share: f64) -> u64 {
    (share * 1000.0) as u64
}
