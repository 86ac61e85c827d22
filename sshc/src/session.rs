//! One shell, command or subsystem on the server, from its request to its exit status.

mod control;
pub mod escape;
mod exit;
mod keyboard;
mod local;
pub mod log;
mod logged_output;

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::pending;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::Error;
use crate::channel::{Event, Inbox};
use crate::client::link::ChannelWriter;
use crate::forward::{LiveConnection, Tunnels};
use crate::notices::tell;
use crate::reason::Reason;
use crate::stdio::Output;
use crate::terminal::{self, Resizes, Size};

use control::Control;
use exit::{status, too_soon};
use keyboard::Keyboard;
use local::Local;
use logged_output::open_log;

pub(crate) use keyboard::upload;
pub(crate) use logged_output::LoggedOutput;

/// How many bytes of output may wait in memory for a slow reader before the server has to wait.
const MEMORY_BYTES: usize = 1 << 20;

/// How long to wait for the server's reason after it closed the session without an exit status.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// The user's login shell.
    Shell,
    /// A command for the user's shell.
    Command(Vec<u8>),
    /// A subsystem such as `sftp` (RFC 4254 §6.5).
    Subsystem(String),
}

/// Where the remote program's input comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputFrom {
    /// Our standard input, from its current position.
    Standard,
    /// The keyboard, even if standard input is something else.
    Keyboard,
    /// Nothing: the program reads the end at once (`-n`).
    Nothing,
}

/// A program to run, and how.
#[expect(clippy::struct_excessive_bools, reason = "each is an answer of its own")]
#[derive(Clone, Debug)]
pub(crate) struct SessionRequest {
    pub(crate) program: Program,
    /// The program to run instead on Windows.
    pub(crate) on_windows: Option<Program>,
    /// Whether the program gets a terminal.
    pub(crate) terminal: bool,
    /// Whether the program must have a terminal (`-t`): a shell goes on if the server gives none.
    pub(crate) terminal_demanded: bool,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) input: InputFrom,
    /// Whether to forward the agent (`-A`).
    pub(crate) agent: bool,
    /// The character that begins an escape at the keyboard; `None` for no escapes.
    pub(crate) escape: Option<u8>,
    /// Whether the escapes include the command line (`EnableEscapeCommandline`).
    pub(crate) command_line: bool,
    /// Whether they also run commands on this computer (`PermitLocalCommand`).
    pub(crate) local_commands: bool,
    /// The file that logs what can be read on the screen.
    pub(crate) log: Option<PathBuf>,
    /// Whether notices are off.
    pub(crate) quiet: bool,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// The status to exit with.
    pub(crate) status: u8,
    /// Why it ended as soon as it began, if it did.
    pub(crate) reason: Option<Reason>,
}

impl From<u8> for Ended {
    fn from(status: u8) -> Self {
        Self { status, reason: None }
    }
}

/// Runs the program to its end, and returns how it ended; `None` if the user left with `~.`.
///
/// # Errors
/// When the server refuses the program, the connection is lost, or a local stream fails.
pub(crate) async fn run(
    live: &LiveConnection,
    order: &SessionRequest,
    tunnels: &mut Tunnels,
    place: &str,
) -> Result<Option<Ended>, Error> {
    let begun = Instant::now();
    let writer = live.handle.open_session().await.map_err(|cause| unopened(live, place, cause))?;
    let inbox = live.shared.inbox(writer.id());
    let log = open_log(order.log.as_deref())?;
    let stdout = Output::stdout().map_err(Error::Output)?;
    let stdout = LoggedOutput::new(stdout, log.clone());
    // The output of a command is data, in which we look for nothing.
    let stdout = if order.program == Program::Shell { stdout.remembering() } else { stdout };
    let stdout = Arc::new(stdout.on_terminal(io::stdout().is_terminal()));
    let stderr = Output::stderr().map_err(stream("standard error"))?;
    let stderr = LoggedOutput::new(stderr, log).remembering();
    let stderr = Arc::new(stderr.on_terminal(io::stderr().is_terminal()));
    inbox.out.open(stdout.clone(), MEMORY_BYTES);
    inbox.err.open(stderr.clone(), MEMORY_BYTES);

    let mut local = Local::prepare(order)?;
    let on_windows = order.on_windows.as_ref().filter(|_| live.is_windows);
    let program = on_windows.unwrap_or(&order.program);
    // Escapes are for us to find, and a terminal is for us to read.
    let input = local.input.as_ref().filter(|_| local.escapes.is_none());
    let is_read_elsewhere = writer.hand_over(input, stdout.plain());
    if is_read_elsewhere {
        // What arrives there must not wake us.
        local.input = None;
    }
    let expected = request(&writer, order, program, &local).await?;
    let running = Running { order, writer, inbox: Arc::clone(&inbox), expected, is_read_elsewhere };
    let outcome = running
        .until_closed(&mut local, Control { live, tunnels, may_run: order.local_commands })
        .await;
    let is_untouched = !is_read_elsewhere && !local.has_sent.get();
    drop(local);
    let flushed = stdout.flush().await.map_err(Error::Output);
    let _ = stderr.flush().await;
    let left = outcome?;
    flushed?;
    stdout.log_failure()?;
    match left {
        EndedBy::Server => {
            if inbox.exit().is_none() {
                // The server's reason for closing the channel may follow.
                let _ = timeout(CLOSE_TIMEOUT, live.shared.wait_for_end()).await;
            }
            let status = status(&inbox, &live.shared, place)?;
            let said = stdout.beginning() + &stderr.beginning();
            let reason = too_soon(order, status, begun.elapsed(), is_untouched, &said);
            Ok(Some(Ended { status, reason }))
        }
        EndedBy::User => Ok(None),
    }
}

/// A request that the server has not answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PendingReply {
    Terminal,
    Agent,
    Program,
}

/// Sends all requests at once: the program starts while the answers are still on their way.
async fn request(
    writer: &ChannelWriter,
    order: &SessionRequest,
    program: &Program,
    local: &Local,
) -> Result<VecDeque<PendingReply>, Error> {
    let mut expected = VecDeque::new();
    if order.agent {
        writer.agent_forward().await?;
        expected.push_back(PendingReply::Agent);
    }
    if order.terminal {
        let modes = local.terminal.as_ref().and_then(|terminal| terminal.modes().ok());
        let name = terminal::term_name();
        let modes = modes.unwrap_or_default();
        writer.request_pty(&name, local.size, &modes).await?;
        expected.push_back(PendingReply::Terminal);
    }
    for (name, value) in &order.environment {
        writer.set_env(name, value).await?;
    }
    match program {
        Program::Shell => writer.request_shell().await?,
        Program::Command(command) => writer.exec(command).await?,
        Program::Subsystem(name) => writer.request_subsystem(name).await?,
    }
    expected.push_back(PendingReply::Program);
    Ok(expected)
}

/// A program that was requested.
struct Running<'a> {
    order: &'a SessionRequest,
    writer: ChannelWriter,
    inbox: Arc<Inbox>,
    expected: VecDeque<PendingReply>,
    /// The holder of a shared connection reads the input.
    is_read_elsewhere: bool,
}

/// Which side ended the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EndedBy {
    Server,
    /// `~.`
    User,
}

impl Running<'_> {
    /// Carries input, output, errors and sizes until the server closes the channel.
    async fn until_closed(
        mut self,
        local: &mut Local,
        control: Control<'_>,
    ) -> Result<EndedBy, Error> {
        let inbox = Arc::clone(&self.inbox);
        let Local { input, terminal, resizes, escapes, raw, has_sent, .. } = local;
        let (inputs, received) = mpsc::unbounded_channel();
        let (disconnect, disconnected) = oneshot::channel();
        let is_raw = Cell::new(raw.is_some());
        let keyboard = escapes.clone().map(|escapes| Keyboard {
            escapes,
            inputs,
            disconnect: Some(disconnect),
            raw: &is_raw,
        });
        let left = async {
            match (&terminal, &escapes) {
                (Some(terminal), Some(escapes)) => {
                    control.obey(received, disconnected, terminal, escapes).await;
                }
                _ => pending().await,
            }
        };
        let upload = upload(input.as_mut(), &self.writer, keyboard, has_sent);
        let (out, err) = (inbox.out.pump(), inbox.err.pump());
        tokio::pin!(upload, out, err, left);
        let (mut uploaded, mut out_ended, mut err_ended) = (self.is_read_elsewhere, false, false);
        let mut open = true;
        while open || !out_ended || !err_ended {
            tokio::select! {
                event = inbox.next(), if open => match event {
                    Event::Reply(granted) => {
                        if !granted && self.expected.front() == Some(&PendingReply::Terminal) {
                            // The keyboard is in line mode again: it echoes, sends whole lines, and
                            // Ctrl-D ends it.
                            *raw = None;
                            is_raw.set(false);
                        }
                        answered(&mut self.expected, granted, self.order)?;
                    }
                    Event::Closed => open = false,
                    Event::Unread(error) => {
                        return Err(stream("standard input")(io::Error::from_raw_os_error(error)));
                    }
                },
                outcome = &mut out, if !out_ended => {
                    out_ended = true;
                    outcome.map_err(Error::Output)?;
                }
                // If standard error is closed, its output is lost.
                _ = &mut err, if !err_ended => err_ended = true,
                outcome = &mut upload, if open && !uploaded => {
                    uploaded = true;
                    outcome?;
                }
                () = &mut left, if open => return Ok(EndedBy::User),
                size = resized(resizes), if open => {
                    self.writer.window_change(size).await?;
                }
            }
        }
        Ok(EndedBy::Server)
    }
}

async fn resized(resizes: &mut Option<Resizes>) -> Size {
    match resizes {
        Some(resizes) => resizes.next().await,
        None => pending().await,
    }
}

/// Takes the answer to the oldest request. Without an agent, or a terminal that was not demanded,
/// the program still runs, as with ssh.
fn answered(
    expected: &mut VecDeque<PendingReply>,
    granted: bool,
    order: &SessionRequest,
) -> Result<(), Error> {
    let refused = match expected.pop_front() {
        Some(asked) if !granted => asked,
        _ => return Ok(()),
    };
    match refused {
        PendingReply::Program => Err(Error::Refused("to start the program".into())),
        PendingReply::Terminal if order.terminal_demanded => {
            Err(Error::Refused("a terminal".into()))
        }
        PendingReply::Terminal => {
            tell(order.quiet, "sshc: the server refused a terminal; going on without one");
            Ok(())
        }
        PendingReply::Agent => {
            ::log::warn!("the server refused the agent; going on without it");
            Ok(())
        }
    }
}

/// Why there is no channel: the server refused it, or the connection is gone.
fn unopened(live: &LiveConnection, place: &str, cause: russh::Error) -> Error {
    let reason = match (live.shared.end(), cause) {
        (Some(end), _) => end.words(),
        (None, cause @ russh::Error::ChannelOpenFailure(_)) => {
            return Error::Refused(format!("a session: {}", live.shared.explain(cause)));
        }
        (None, cause) => Error::from(cause).plain(),
    };
    Error::Lost { place: place.to_owned(), reason }
}

fn stream(what: &'static str) -> impl Fn(io::Error) -> Error {
    move |source| Error::Stream { what, source }
}
