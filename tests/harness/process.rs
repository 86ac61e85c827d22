//! A child process that is waited for with a deadline, and killed with its whole session when it is
//! dropped.

use std::fs;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};
use std::thread;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::DEADLINE;
use crate::transcript::Transcript;

/// One of a process's memory counters in KiB, by its name in Linux (proc(5)): `VmRSS` is resident
/// memory, `VmHWM` its peak, `RssAnon` the part that belongs to no file. `None` once it has ended.
#[must_use]
pub fn memory_kib(process: u32, counter: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let value = |line: &str| line.strip_prefix(counter)?.strip_prefix(':').map(str::to_owned);
    status.lines().find_map(value)?.trim().strip_suffix(" kB")?.parse().ok()
}

/// Starts a server whose log is its standard error.
pub(crate) fn start_server(mut command: Command, label: &str) -> (Process, Transcript) {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("session-leader can be started");
    let log = Transcript::of(format!("the log of {label}"), child.stderr.take().expect("a pipe"));
    (Process::of(label, child), log)
}

/// A running child.
#[derive(Debug)]
pub struct Process {
    label: String,
    pid: Pid,
    /// In a lock only so that threads of a test can share a value that owns a process.
    exit: Mutex<Receiver<ExitStatus>>,
    status: Option<ExitStatus>,
}

impl Process {
    /// Takes over a child, except for its pipes.
    #[must_use]
    pub fn of(label: impl Into<String>, mut child: Child) -> Self {
        let pid = Pid::from_child(&child);
        let (sender, exit) = mpsc::channel();
        thread::spawn(move || {
            let status = child.wait().expect("a child can be waited for");
            // The receiver may have been dropped.
            let _ = sender.send(status);
        });
        Self { label: label.into(), pid, exit: Mutex::new(exit), status: None }
    }

    /// Its process ID.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    fn exit(&mut self) -> &mut Receiver<ExitStatus> {
        self.exit.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it ends.
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

    /// Sends it a signal; does nothing if it has ended.
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
            // A child that `session-leader` started leads a process group with its own children;
            // other children lead none.
            let _ = kill_process_group(self.pid, Signal::KILL);
            let _ = kill_process(self.pid, Signal::KILL);
            // If it survives even this, waiting longer would not help.
            let _ = self.exit().recv_timeout(DEADLINE);
        }
    }
}
