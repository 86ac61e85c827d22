//! A standard stream as the end of a flow, with what is shown on it kept in the session's log.

use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use super::log::SessionLog;
use crate::Error;
use crate::channel::Outlet;
use crate::lock::held;
use crate::notices;
use crate::stdio::Output;

/// The log of a session and the first thing that went wrong with it.
#[derive(Debug)]
pub(crate) struct Journal {
    log: SessionLog,
    path: PathBuf,
    failure: Option<io::Error>,
}

/// Opens the log, which both standard streams go to.
pub(super) fn journal(path: Option<&Path>) -> Result<Option<Arc<Mutex<Journal>>>, Error> {
    let Some(path) = path else { return Ok(None) };
    let log = SessionLog::open(path).map_err(|cause| Error::log(path, cause))?;
    Ok(Some(Arc::new(Mutex::new(Journal { log, path: path.to_owned(), failure: None }))))
}

/// Standard output or standard error.
pub(crate) struct Standard {
    output: Output,
    /// Whether a person reads it.
    is_terminal: bool,
    journal: Option<Arc<Mutex<Journal>>>,
    /// What was shown first.
    beginning: Option<Mutex<Vec<u8>>>,
}

/// Bytes that are remembered: what a server says that lets nobody stay.
const BEGINNING: usize = 2048;

impl Standard {
    pub(crate) fn new(output: Output, journal: Option<Arc<Mutex<Journal>>>) -> Self {
        Self { output, is_terminal: false, journal, beginning: None }
    }

    /// The same, where that is a terminal.
    pub(super) fn on_terminal(self, is_terminal: bool) -> Self {
        Self { is_terminal, ..self }
    }

    /// The same, with its beginning remembered.
    pub(super) fn remembering(self) -> Self {
        Self { beginning: Some(Mutex::default()), ..self }
    }

    /// What was shown first, where that is remembered; not escaped.
    pub(super) fn beginning(&self) -> String {
        let bytes = self.beginning.as_ref().map(|bytes| held(bytes).clone());
        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
    }

    /// Waits until all that was taken is written.
    pub(crate) async fn flush(&self) -> io::Result<()> {
        self.output.flush().await
    }

    /// Why the log is not whole, if it is not.
    pub(super) fn journal_failure(&self) -> Result<(), Error> {
        let Some(journal) = &self.journal else { return Ok(()) };
        let mut journal = held(journal);
        let failure = journal.failure.take();
        failure.map_or(Ok(()), |cause| Err(Error::log(&journal.path, cause)))
    }

    /// A log that cannot be written must not end the session it is about.
    fn note(&self, bytes: &[u8]) {
        if let Some(beginning) = &self.beginning {
            let mut beginning = held(beginning);
            let room = BEGINNING.saturating_sub(beginning.len()).min(bytes.len());
            beginning.extend_from_slice(bytes.get(..room).unwrap_or_default());
        }
        if let Some(journal) = &self.journal {
            let mut journal = held(journal);
            if journal.failure.is_none() {
                journal.failure = journal.log.write(bytes).err();
            }
        }
    }
}

impl Outlet for Standard {
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
