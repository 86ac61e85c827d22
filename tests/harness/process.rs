//! A child process that is waited for with a deadline, and killed with all its session when nobody
//! wants it any more.

use std::process::{Child, ExitStatus};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::DEADLINE;

/// A running child.
#[derive(Debug)]
pub struct Process {
    label: String,
    pid: Pid,
    /// Behind a lock only so that threads of a test can share what has a process.
    exit: Mutex<Receiver<ExitStatus>>,
    status: Option<ExitStatus>,
}

impl Process {
    /// Looks after a child; its pipes are no longer its own business.
    #[must_use]
    pub fn of(label: impl Into<String>, mut child: Child) -> Self {
        let pid = Pid::from_child(&child);
        let (sender, exit) = mpsc::channel();
        thread::spawn(move || {
            let status = child.wait().expect("a child can be waited for");
            // The receiver may be gone.
            let _ = sender.send(status);
        });
        Self { label: label.into(), pid, exit: Mutex::new(exit), status: None }
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    fn exit(&mut self) -> &mut Receiver<ExitStatus> {
        self.exit.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        if let Some(status) = self.status {
            return status;
        }
        match self.exit().recv_timeout(DEADLINE) {
            Ok(status) => *self.status.insert(status),
            Err(error) => panic!("{} has not ended within {DEADLINE:?}: {error}", self.label),
        }
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        if self.status.is_none() {
            self.status = self.exit().try_recv().ok();
        }
        self.status.is_some()
    }

    /// Sends it a signal; one that has ended does not mind.
    pub fn signal(&mut self, signal: Signal) {
        if !self.has_ended() {
            // It may end before the signal arrives.
            let _ = kill_process(self.pid, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if !self.has_ended() {
            // A child that `session-leader` started leads a group with its own children in it;
            // others lead none.
            let _ = kill_process_group(self.pid, Signal::KILL);
            let _ = kill_process(self.pid, Signal::KILL);
            // Were it to survive even this, waiting longer would not help.
            let _ = self.exit().recv_timeout(DEADLINE);
        }
    }
}
