//! A standard stream as a [`ByteSink`] that also writes the session's log.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use super::log::SessionLog;
use crate::Error;
use crate::channel::ByteSink;
use crate::lock::lock;
use crate::notices;
use crate::stdio::{self, Output};

/// The log of a session, and the first error in writing it.
#[derive(Debug)]
pub(crate) struct SharedLog {
    log: SessionLog,
    path: PathBuf,
    failure: Option<io::Error>,
}

/// Opens the log, which both standard streams share.
pub(super) fn open_log(path: Option<&Path>) -> Result<Option<Arc<Mutex<SharedLog>>>, Error> {
    let Some(path) = path else { return Ok(None) };
    let log = SessionLog::open(path).map_err(|cause| Error::log(path, cause))?;
    Ok(Some(Arc::new(Mutex::new(SharedLog { log, path: path.to_owned(), failure: None }))))
}

/// Standard output or standard error.
pub(crate) struct LoggedOutput {
    output: Output,
    /// Whether it is a terminal.
    is_terminal: bool,
    log: Option<Arc<Mutex<SharedLog>>>,
    /// The first output, if it is kept.
    beginning: Option<Mutex<Vec<u8>>>,
}

/// How much of the output is kept: enough for a server's message before it ends the session.
const BEGINNING: usize = 2048;

impl LoggedOutput {
    pub(crate) fn new(output: Output, log: Option<Arc<Mutex<SharedLog>>>) -> Self {
        Self { output, is_terminal: false, log, beginning: None }
    }

    /// The same, with `is_terminal` set.
    pub(super) fn on_terminal(self, is_terminal: bool) -> Self {
        Self { is_terminal, ..self }
    }

    /// The same, keeping its first output.
    pub(super) fn remembering(self) -> Self {
        Self { beginning: Some(Mutex::default()), ..self }
    }

    /// The first output, if it was kept; not escaped.
    pub(super) fn beginning(&self) -> String {
        let bytes = self.beginning.as_ref().map(|bytes| lock(bytes).clone());
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    }

    /// The stream itself, if its bytes go nowhere else and no one here looks at them.
    pub(crate) fn plain(&self) -> Option<&Output> {
        let is_plain = !self.is_terminal && self.log.is_none() && self.beginning.is_none();
        Some(&self.output).filter(|_| is_plain && !stdio::has_one_output())
    }

    /// Waits until everything taken is written.
    pub(crate) async fn flush(&self) -> io::Result<()> {
        self.output.flush().await
    }

    /// The first error in writing the log, if any.
    pub(super) fn log_failure(&self) -> Result<(), Error> {
        let Some(log) = &self.log else { return Ok(()) };
        let mut log = lock(log);
        let failure = log.failure.take();
        failure.map_or(Ok(()), |cause| Err(Error::log(&log.path, cause)))
    }

    /// A failure to write the log must not end the session.
    fn note(&self, bytes: &[u8]) {
        if let Some(beginning) = &self.beginning {
            let mut beginning = lock(beginning);
            let room = BEGINNING.saturating_sub(beginning.len()).min(bytes.len());
            beginning.extend_from_slice(bytes.get(..room).unwrap_or_default());
        }
        if let Some(log) = &self.log {
            let mut log = lock(log);
            if log.failure.is_none() {
                log.failure = log.log.write(bytes).err();
            }
        }
    }
}

impl ByteSink for LoggedOutput {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.output.try_write_now(bytes)?;
        let taken_bytes = bytes.get(..taken).unwrap_or_default();
        if self.is_terminal {
            notices::note_output(taken_bytes);
        }
        self.note(taken_bytes);
        Ok(taken)
    }

    fn writable(&self) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + '_>> {
        Box::pin(self.output.ready())
    }
}
