//! One program about to be run: its arguments, environment and streams.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{ChildStdin, Command, ExitStatus, Output, Stdio};
use std::thread;

use assert_cmd::assert::{Assert, OutputAssertExt as _};
use rustix::process::Signal;

use crate::network::Namespace;
use crate::process::Process;
use crate::programs::built;
use crate::transcript::Transcript;

/// A program with its arguments and environment.
#[derive(Debug)]
pub struct Invocation {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: BTreeMap<OsString, OsString>,
    folder: PathBuf,
    input: Input,
    output: Option<Stdio>,
}

/// What standard input is connected to.
#[derive(Debug)]
pub(crate) enum Input {
    /// Nothing at all, or the terminal if there is one.
    Default,
    /// A pipe that holds these bytes and then ends.
    Bytes(Vec<u8>),
    /// A pipe that stays open until [`Running::close_stdin`].
    Open,
    /// A given stream.
    From(Stdio),
}

/// How a program ended.
#[derive(Debug)]
pub struct Finished {
    /// The exit status.
    pub status: ExitStatus,
    /// What it wrote to standard output.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error.
    pub stderr: Vec<u8>,
}

impl Finished {
    /// The exit code; fails the test if a signal ended the program.
    #[must_use]
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| panic!("ended by a signal: {self:#?}"))
    }

    /// Standard output, which must be UTF-8.
    #[must_use]
    pub fn stdout(&self) -> &str {
        str::from_utf8(&self.stdout).expect("standard output is UTF-8")
    }

    /// Standard error, which must be UTF-8.
    #[must_use]
    pub fn stderr(&self) -> &str {
        str::from_utf8(&self.stderr).expect("standard error is UTF-8")
    }

    /// The standard output of a program that must have succeeded without a message.
    #[must_use]
    pub fn quiet_success(self) -> String {
        self.assert().success().stderr("");
        String::from_utf8(self.stdout).expect("standard output is UTF-8")
    }

    /// The standard error of a program that must have failed with this status and without output.
    #[must_use]
    pub fn failure(self, code: i32) -> String {
        self.assert().code(code).stdout("");
        String::from_utf8(self.stderr).expect("standard error is UTF-8")
    }

    /// What it did, as assertions that show all of it when they fail.
    fn assert(&self) -> Assert {
        let (stdout, stderr) = (self.stdout.clone(), self.stderr.clone());
        Output { status: self.status, stdout, stderr }.assert()
    }
}

impl Invocation {
    pub(crate) fn new(
        program: PathBuf,
        environment: BTreeMap<OsString, OsString>,
        folder: PathBuf,
    ) -> Self {
        Self {
            program,
            arguments: Vec::new(),
            environment,
            folder,
            input: Input::Default,
            output: None,
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Runs it in this network namespace.
    #[must_use]
    pub fn inside(mut self, network: &Namespace) -> Self {
        let mut words = network.words();
        words.push(self.program.into_os_string());
        words.append(&mut self.arguments);
        self.program = words.remove(0).into();
        self.arguments = words;
        self
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Removes a variable from the environment.
    #[must_use]
    pub fn env_remove(mut self, name: &str) -> Self {
        self.environment.remove(&OsString::from(name));
        self
    }

    /// Runs it in this folder instead of the home.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// Makes standard input a pipe that holds these bytes and then ends.
    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Input::Bytes(bytes.into());
        self
    }

    /// Makes standard input a pipe that stays open; see [`Running::send`].
    #[must_use]
    pub fn stdin_open(mut self) -> Self {
        self.input = Input::Open;
        self
    }

    /// Connects standard input to a file or to another program's output.
    #[must_use]
    pub fn stdin_from(mut self, stdin: impl Into<Stdio>) -> Self {
        self.input = Input::From(stdin.into());
        self
    }

    /// Sends standard output there, instead of collecting it.
    #[must_use]
    pub fn stdout_to(mut self, stdout: impl Into<Stdio>) -> Self {
        self.output = Some(stdout.into());
        self
    }

    /// Runs it to its end, without any terminal.
    #[must_use]
    pub fn run(self) -> Finished {
        self.start().finish()
    }

    /// Starts it, without any terminal.
    #[must_use]
    pub fn start(mut self) -> Running {
        let label = self.label();
        let mut command = self.command("-");
        let output = self.output.take().unwrap_or_else(Stdio::piped);
        command.stdout(output).stderr(Stdio::piped());
        let bytes = self.connect_input(&mut command, Stdio::null());
        let mut child = command.spawn().expect("session-leader can be started");
        let stdin = feed(child.stdin.take(), bytes);
        let stderr = child.stderr.take().expect("it is a pipe");
        let stdout = format!("standard output of {label}");
        Running {
            stdin,
            stdout: match child.stdout.take() {
                Some(pipe) => Transcript::of(stdout, pipe),
                None => Transcript::of(stdout, io::empty()),
            },
            stderr: Transcript::of(format!("standard error of {label}"), stderr),
            process: Process::of(label, child),
        }
    }

    pub(crate) fn label(&self) -> String {
        let name = self.program.file_name().unwrap_or_default();
        let mut label = format!("`{}", name.display());
        for argument in &self.arguments {
            label.extend([" ", &argument.display().to_string()]);
        }
        label + "`"
    }

    /// The command, in a session of its own with this controlling terminal (`-` for none).
    pub(crate) fn command(&self, terminal: &str) -> Command {
        let mut command = Command::new(built("session-leader"));
        command.arg(terminal).arg(&self.program).args(&self.arguments);
        command.env_clear().envs(&self.environment).current_dir(&self.folder);
        command
    }

    /// Connects standard input, and returns the bytes to write into it once the program runs.
    pub(crate) fn connect_input(
        &mut self,
        command: &mut Command,
        default: Stdio,
    ) -> Option<Vec<u8>> {
        match std::mem::replace(&mut self.input, Input::Default) {
            Input::Default => command.stdin(default),
            Input::From(stdin) => command.stdin(stdin),
            Input::Open => command.stdin(Stdio::piped()),
            Input::Bytes(bytes) => {
                command.stdin(Stdio::piped());
                return Some(bytes);
            }
        };
        None
    }
}

/// Writes `bytes` and closes the pipe, on a thread of its own because the program may write before
/// it reads. Without bytes it returns the pipe open.
pub(crate) fn feed(stdin: Option<ChildStdin>, bytes: Option<Vec<u8>>) -> Option<ChildStdin> {
    let Some(bytes) = bytes else {
        return stdin;
    };
    let mut pipe = stdin?;
    thread::spawn(move || {
        // A program may end without reading all its input.
        let _ = pipe.write_all(&bytes);
    });
    None
}

/// A program that runs without a terminal; dropping it kills it.
#[derive(Debug)]
pub struct Running {
    stdin: Option<ChildStdin>,
    /// What it has written to standard output so far.
    pub stdout: Transcript,
    /// What it has written to standard error so far.
    pub stderr: Transcript,
    process: Process,
}

impl Running {
    /// Writes to its standard input ([`Invocation::stdin_open`]).
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let stdin = self.stdin.as_mut().expect("standard input was left open");
        stdin.write_all(bytes.as_ref()).and_then(|()| stdin.flush()).expect("the program reads");
    }

    /// Ends its standard input.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Its process ID.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends it a signal.
    pub fn signal(&mut self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.process.has_ended()
    }

    /// Closes its standard input and waits until it ends.
    #[must_use]
    pub fn finish(mut self) -> Finished {
        self.close_stdin();
        let status = self.process.wait();
        let (stdout, stderr) = (self.stdout.wait_for_end(), self.stderr.wait_for_end());
        Finished { status, stdout, stderr }
    }
}
