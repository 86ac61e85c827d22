//! `ProxyCommand`: a program whose standard streams are the connection.

use std::io::{self, IsTerminal as _};
use std::pin::{Pin, pin};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use contract::shown;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Sleep, sleep};

use super::backlog::Backlog;
use crate::background;
use crate::lock::lock;
use crate::shell::replaced_shell;
use crate::stdio::Output;

/// How long a command that has closed its side may take to exit, so that its status can be
/// reported.
const CLOSING: Duration = Duration::from_secs(1);

/// How much of a command's complaints is passed on at once.
const BLOCK_BYTES: usize = 4096;

/// How many blocks wait for a reader of our standard error that has stopped; more are lost.
const BLOCKS: usize = 16;

/// The running command; it is killed when the connection is dropped.
pub(super) struct Running {
    child: Child,
    input: Backlog<ChildStdin>,
    output: ChildStdout,
    fate: CommandStatus,
    /// Passes its complaints on.
    complaints: Option<JoinHandle<()>>,
    closing: Option<Pin<Box<Sleep>>>,
}

/// The state of a command.
#[derive(Clone, Debug)]
pub(crate) struct CommandStatus {
    /// The command for messages, escaped.
    command: String,
    status: Arc<Mutex<Option<ExitStatus>>>,
}

impl CommandStatus {
    /// The command and how it ended, if it has ended.
    pub(crate) fn ended(&self) -> Option<(&str, String)> {
        (*lock(&self.status)).map(|status| (self.command.as_str(), words(status)))
    }
}

fn words(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with status {code}"),
        None => format!("was ended by {}", status.to_string().replace(": ", " ")),
    }
}

/// Starts the command in the user's shell, as ssh does.
pub(super) fn start(line: &str) -> io::Result<Running> {
    let mut command = replaced_shell(line);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    if background::leaves_programs_behind() && !io::stderr().is_terminal() {
        command.stderr(Stdio::piped());
    }
    let mut child = command.spawn()?;
    let complaints = child.stderr.take().map(|complaints| tokio::spawn(pass_on(complaints)));
    let missing = || io::Error::other("the command has no standard streams");
    let input = Backlog::new(child.stdin.take().ok_or_else(missing)?);
    let output = child.stdout.take().ok_or_else(missing)?;
    let fate = CommandStatus { command: shown(line), status: Arc::default() };
    Ok(Running { child, input, output, fate, complaints, closing: None })
}

/// Writes what the command complains of to our standard error until we leave that. If the command
/// had it itself, a program that reads it to its end would wait for the command. A reader that has
/// stopped keeps neither the command waiting nor us.
async fn pass_on(mut complaints: ChildStderr) {
    let (queue, mut queued) = mpsc::channel::<Vec<u8>>(BLOCKS);
    let read = async move {
        let mut block = vec![0; BLOCK_BYTES];
        while let Ok(count @ 1..) = complaints.read(&mut block).await {
            let _ = queue.try_send(block.get(..count).unwrap_or_default().to_vec());
        }
    };
    let write = async {
        while let Some(block) = queued.recv().await {
            // Opened for each block, so that a standard error that we have left is not kept open.
            if let Ok(output) = Output::stderr() {
                let _ = output.write_all(&block).await;
                let _ = output.flush().await;
            }
        }
    };
    tokio::join!(read, write);
}

impl Running {
    pub(super) fn fate(&self) -> CommandStatus {
        self.fate.clone()
    }

    /// Waits a short while for the end of a command that has closed its side.
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Poll::Ready(status) = pin!(self.child.wait()).poll(context) {
            *lock(&self.fate.status) = status.ok();
            // Its last words come before ours.
            if self.complaints.as_mut().is_none_or(|task| Pin::new(task).poll(context).is_ready()) {
                self.complaints = None;
                return Poll::Ready(());
            }
        }
        self.closing.get_or_insert_with(|| Box::pin(sleep(CLOSING))).as_mut().poll(context)
    }

    fn poll_failure<T>(
        &mut self,
        context: &mut Context<'_>,
        outcome: io::Result<T>,
    ) -> Poll<io::Result<T>> {
        if outcome.is_err() {
            ready!(self.poll_end(context));
        }
        Poll::Ready(outcome)
    }
}

impl AsyncRead for Running {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let outcome = ready!(Pin::new(&mut self.output).poll_read(context, into));
        if outcome.is_ok() && into.filled().len() == before && into.remaining() > 0 {
            ready!(self.poll_end(context));
        }
        Poll::Ready(outcome)
    }
}

impl AsyncWrite for Running {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = ready!(Pin::new(&mut self.input).poll_write(context, bytes));
        self.poll_failure(context, outcome)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = ready!(Pin::new(&mut self.input).poll_flush(context));
        self.poll_failure(context, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_shutdown(context)
    }
}
