//! A pseudo-terminal with a program on it, and a typist who reads before typing.

use std::fs::File;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::process::{ChildStdin, ExitStatus, Stdio};
use std::thread;
use std::time::Instant;

use rustix::fs::{Mode, OFlags, open};
use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Action, Termios, Winsize, tcflow, tcgetattr, tcsetwinsize};

use crate::DEADLINE;
use crate::invocation::{Invocation, feed};
use crate::process::Process;
use crate::transcript::Transcript;

/// A program on a terminal; dropping it kills the program.
///
/// Standard error is the terminal, and so are standard input and output unless the invocation says
/// otherwise.
#[derive(Debug)]
pub struct Terminal {
    process: Process,
    keyboard: File,
    /// Held open so that the terminal outlives a program without any stream on it.
    program_side: Option<OwnedFd>,
    screen: Transcript,
    seen: usize,
    /// What the program has written to standard output so far, if that is a pipe.
    pub stdout: Option<Transcript>,
    stdin: Option<ChildStdin>,
}

/// How a program on a terminal ended.
#[derive(Debug)]
pub struct TerminalOutcome {
    /// The exit status.
    pub status: ExitStatus,
    /// Every byte that the terminal received.
    pub screen: String,
    /// Standard output, if that was a pipe.
    pub stdout: Vec<u8>,
}

impl Invocation {
    /// Starts it on a terminal of 80 columns and 24 rows. Standard input is the terminal too,
    /// unless it was set otherwise.
    #[must_use]
    pub fn on_terminal(self) -> Terminal {
        Terminal::start(self, false)
    }

    /// Like [`Invocation::on_terminal`], but standard output is a pipe.
    #[must_use]
    pub fn on_terminal_with_stdout_piped(self) -> Terminal {
        Terminal::start(self, true)
    }
}

impl Terminal {
    pub(crate) fn start(mut invocation: Invocation, stdout_piped: bool) -> Self {
        let (keyboard, program_side, name) = open_pair();
        let stream = || Stdio::from(program_side.try_clone().expect("a descriptor is free"));
        let label = invocation.label();
        let mut command = invocation.command(&name);
        let bytes = invocation.connect_input(&mut command, stream());
        command.stdout(if stdout_piped { Stdio::piped() } else { stream() }).stderr(stream());
        let mut child = command.spawn().expect("session-leader can be started");
        let stdout = child.stdout.take();
        let stdin = feed(child.stdin.take(), bytes);
        let screen = keyboard.try_clone().expect("a descriptor is free");
        Self {
            process: Process::of(label.clone(), child),
            keyboard,
            program_side: Some(program_side),
            screen: Transcript::of(format!("the terminal of {label}"), screen),
            seen: 0,
            stdout: stdout.map(|pipe| Transcript::of(format!("standard output of {label}"), pipe)),
            stdin,
        }
    }

    /// Waits until the terminal shows `text` after the text expected before.
    pub fn expect(&mut self, text: &str) {
        self.seen = self.screen.wait_for_after(self.seen, text);
    }

    /// Types these bytes.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.keyboard.write_all(bytes.as_ref()).expect("the terminal takes keys");
    }

    /// Types a line and presses Enter.
    pub fn send_line(&mut self, line: &str) {
        self.send(format!("{line}\r"));
    }

    /// Ends the program's standard input, if that is a pipe left open.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Changes the size; the program receives SIGWINCH.
    pub fn resize(&self, columns: u16, rows: u16) {
        set_size(&self.keyboard, columns, rows);
    }

    /// Stops output to the terminal, as Ctrl-S does: writers block.
    pub fn stop_output(&self) {
        self.flow(Action::OOff);
    }

    /// Resumes output, as Ctrl-Q does.
    pub fn resume_output(&self) {
        self.flow(Action::OOn);
    }

    fn flow(&self, action: Action) {
        let program_side = self.program_side.as_ref().expect("it is held until the end");
        tcflow(program_side, action).expect("it is a terminal");
    }

    /// The terminal's modes: raw or not, echoing or not.
    #[must_use]
    pub fn modes(&self) -> Termios {
        tcgetattr(&self.keyboard).expect("a terminal has modes")
    }

    /// Waits until the terminal's modes satisfy `such`, because a program changes them without a
    /// message.
    pub fn wait_for_modes(&self, such: impl Fn(&Termios) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !such(&self.modes()) {
            assert!(Instant::now() < deadline, "{}", self.screen().escape_debug());
            thread::yield_now();
        }
    }

    /// Every byte that the terminal has received, with invalid UTF-8 replaced.
    #[must_use]
    pub fn screen(&self) -> String {
        self.screen.text()
    }

    /// The program's process ID.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends the program a signal.
    pub fn signal(&mut self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Hangs up, as when a terminal window is closed.
    pub fn hang_up(&mut self) {
        self.process.signal(Signal::HUP);
    }

    /// Waits until the program ends, and keeps the terminal for inspection.
    pub fn wait(&mut self) -> ExitStatus {
        self.process.wait()
    }

    /// Waits until the program ends.
    #[must_use]
    pub fn finish(mut self) -> TerminalOutcome {
        self.close_stdin();
        let status = self.process.wait();
        let stdout = self.stdout.take().map(|pipe| pipe.wait_for_end()).unwrap_or_default();
        // When the last descriptor of this side is closed, reading the other side ends after the
        // last byte.
        self.program_side = None;
        let screen = self.screen.wait_for_end();
        TerminalOutcome { status, screen: String::from_utf8_lossy(&screen).into_owned(), stdout }
    }
}

impl TerminalOutcome {
    /// The exit code; fails the test if a signal ended the program.
    #[must_use]
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| panic!("ended by a signal: {self:#?}"))
    }
}

/// Both sides of a new terminal, and the name of the program's side.
fn open_pair() -> (File, OwnedFd, String) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
        .expect("a pseudo-terminal is free");
    grantpt(&ours).and_then(|()| unlockpt(&ours)).expect("it is ours");
    let name = ptsname(&ours, Vec::new()).expect("it has a name");
    let name = name.into_string().expect("the name is ASCII");
    let theirs = open(&name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())
        .expect("it was unlocked");
    let ours = File::from(ours);
    set_size(&ours, 80, 24);
    (ours, theirs, name)
}

fn set_size(terminal: &File, columns: u16, rows: u16) {
    let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(terminal, size).expect("a terminal has a size");
}
