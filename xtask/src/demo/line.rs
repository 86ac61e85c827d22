//! A command line: printed after a prompt, and run without a shell, so that it is the same on
//! every system.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::step::{self, Failure, Outcome, cannot_start};
use crate::workspace;

/// The user who runs the lines: a home, and our programs on the `PATH`.
pub(super) struct Line {
    home: PathBuf,
    path: OsString,
}

/// A pipe whose programs run; dropping it ends them.
pub(super) struct Pipe {
    children: Vec<(Command, Child)>,
}

impl Line {
    pub(super) fn in_home(home: &Path) -> Self {
        let programs = workspace::target().join("debug");
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(programs).chain(env::split_paths(&inherited));
        // The folders came out of a PATH, or are cargo's own, so joining them cannot fail.
        let path = env::join_paths(folders).unwrap_or(inherited.clone());
        Self { home: home.to_owned(), path }
    }

    /// Prints and runs a line whose output goes to the terminal.
    pub(super) fn run(&self, stages: &[&[&str]]) -> Outcome {
        self.pipe(stages, Stdio::inherit)?.finish()
    }

    /// Prints and runs a line, prints its output, and returns that.
    pub(super) fn output(&self, stages: &[&[&str]]) -> Result<String, Failure> {
        let mut pipe = self.pipe(stages, Stdio::piped)?;
        let mut text = String::new();
        if let Some(mut stdout) = pipe.children.last_mut().and_then(|(_, it)| it.stdout.take()) {
            stdout.read_to_string(&mut text).map_err(|error| {
                Failure::new(format!("cannot read a program's output: {error}"))
            })?;
        }
        pipe.finish()?;
        step::say(text.trim_end())?;
        Ok(text)
    }

    /// Prints a line and leaves it running.
    pub(super) fn start(&self, stages: &[&[&str]]) -> Result<Pipe, Failure> {
        self.pipe(stages, Stdio::piped)
    }

    fn pipe(&self, stages: &[&[&str]], output: fn() -> Stdio) -> Result<Pipe, Failure> {
        let words: Vec<String> = stages.iter().map(|stage| stage.join(" ")).collect();
        step::say(&format!("$ {}", words.join(" | ")))?;
        let mut pipe = Pipe { children: Vec::new() };
        let mut stages = stages.iter().peekable();
        let mut input = Stdio::null();
        while let Some(stage) = stages.next() {
            let last = stages.peek().is_none();
            let mut command = self.command(stage);
            command.stdin(input).stdout(if last { output() } else { Stdio::piped() });
            let mut child = command.spawn().map_err(|error| cannot_start(&command, &error))?;
            input = match child.stdout.take() {
                Some(stdout) if !last => stdout.into(),
                kept => {
                    child.stdout = kept;
                    Stdio::null()
                }
            };
            pipe.children.push((command, child));
        }
        Ok(pipe)
    }

    fn command(&self, words: &[&str]) -> Command {
        let (name, arguments) = words.split_first().unwrap_or((&"", &[]));
        let program = workspace::target().join("debug").join(workspace::program(name));
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.home);
        // Keeps the demonstration away from the developer's keys and ssh configuration.
        command.env("HOME", &self.home).env("USERPROFILE", &self.home).env("PATH", &self.path);
        command.env_remove("SSH_AUTH_SOCK");
        command
    }
}

impl Pipe {
    /// The first line of the last program's output.
    pub(super) fn first_line(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        if let Some(stdout) = self.children.last_mut().and_then(|(_, it)| it.stdout.as_mut()) {
            BufReader::new(stdout).read_line(&mut line).map_err(|error| {
                Failure::new(format!("cannot read a program's output: {error}"))
            })?;
        }
        Ok(line)
    }

    fn finish(&mut self) -> Outcome {
        for (command, mut child) in self.children.drain(..) {
            let status = child.wait().map_err(|error| cannot_start(&command, &error))?;
            if !status.success() {
                let shown = step::shown(&command);
                return Err(Failure::new(format!("`{shown}` failed: {status}")));
            }
        }
        Ok(())
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        for (_, child) in &mut self.children {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
