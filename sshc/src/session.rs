//! One shell, command or subsystem on the server, from its request to its exit status.

mod control;
pub mod escape;
mod exit;
mod keyboard;
mod local;
pub mod log;
mod standard;

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::pending;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use russh::ChannelWriteHalf;
use russh::client::Msg;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::Error;
use crate::channel::{Event, Inbox};
use crate::forward::{LiveConnection, Tunnels};
use crate::notices::tell;
use crate::reason::Reason;
use crate::stdio::Output;
use crate::terminal::{self, Resizes, Size};

use control::Control;
use exit::{status, too_soon};
use keyboard::Keyboard;
use local::Local;
use standard::journal;

pub(crate) use keyboard::upload;
pub(crate) use standard::Standard;

/// Bytes of output that may wait in memory for a slow reader before the server has to wait.
const MEMORY_BYTES: usize = 1 << 20;

/// How long a server may take to say why it has closed the session without an exit status.
const FAREWELL: Duration = Duration::from_millis(500);

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// The user's login shell.
    Shell,
    /// A command for that shell.
    Command(Vec<u8>),
    /// A subsystem such as `sftp` (RFC 4254 §6.5).
    Subsystem(String),
}

/// Where the remote program's input comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputFrom {
    /// Our standard input, from where it stands.
    Standard,
    /// The keyboard, although standard input is something else.
    Keyboard,
    /// Nowhere: it reads the end at once (`-n`).
    Nothing,
}

/// A program to run, and how.
#[expect(clippy::struct_excessive_bools, reason = "each is an answer of its own")]
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) program: Program,
    /// What is run in its place on Windows.
    pub(crate) on_windows: Option<Program>,
    /// Whether the program gets a terminal.
    pub(crate) terminal: bool,
    /// Whether it must have one (`-t`): a shell goes on without where the server gives none.
    pub(crate) terminal_demanded: bool,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) input: InputFrom,
    /// Whether the agent is offered to the program (`-A`).
    pub(crate) agent: bool,
    /// The byte that begins an escape at the keyboard; `None` for no escapes.
    pub(crate) escape: Option<u8>,
    /// Whether one of them is the command line (`EnableEscapeCommandline`).
    pub(crate) command_line: bool,
    /// Where what can be read on the screen is kept.
    pub(crate) log: Option<PathBuf>,
    /// Whether the person at the terminal is spared notices.
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

/// Runs the program to its end, and says how it ended; `None` when the user left it by `~.`.
///
/// # Errors
/// The server refused the program, the connection was lost, or a stream of ours failed.
pub(crate) async fn run(
    live: &LiveConnection,
    order: &Order,
    tunnels: &mut Tunnels,
    place: &str,
) -> Result<Option<Ended>, Error> {
    let begun = Instant::now();
    let channel =
        live.handle.channel_open_session().await.map_err(|cause| unopened(live, place, cause))?;
    let inbox = live.shared.inbox(channel.id());
    // With its read half dropped russh keeps no copy of what arrives: the inbox has it.
    let (unused, writer) = channel.split();
    drop(unused);
    let journal = journal(order.log.as_deref())?;
    let stdout = Output::stdout().map_err(Error::Output)?;
    let stdout = Standard::new(stdout, journal.clone());
    // Of a command it is data, which is not ours to read.
    let stdout = if order.program == Program::Shell { stdout.remembering() } else { stdout };
    let stdout = Arc::new(stdout.on_terminal(io::stdout().is_terminal()));
    let stderr = Output::stderr().map_err(stream("standard error"))?;
    let stderr = Standard::new(stderr, journal).remembering();
    let stderr = Arc::new(stderr.on_terminal(io::stderr().is_terminal()));
    inbox.out.open(stdout.clone(), MEMORY_BYTES);
    inbox.err.open(stderr.clone(), MEMORY_BYTES);

    let mut local = Local::prepare(order)?;
    let on_windows = order.on_windows.as_ref().filter(|_| live.is_windows);
    let program = on_windows.unwrap_or(&order.program);
    let expected = request(&writer, order, program, &local).await?;
    let running = Running { order, writer, inbox: Arc::clone(&inbox), expected };
    let outcome = running.until_closed(&mut local, Control { live, tunnels }).await;
    drop(local);
    let flushed = stdout.flush().await.map_err(Error::Output);
    let _ = stderr.flush().await;
    let left = outcome?;
    flushed?;
    stdout.journal_failure()?;
    match left {
        EndedBy::Server => {
            if inbox.exit().is_none() {
                // Why it has closed the channel may follow.
                let _ = timeout(FAREWELL, live.shared.wait_for_end()).await;
            }
            let status = status(&inbox, &live.shared, place)?;
            let said = stdout.beginning() + &stderr.beginning();
            let reason = too_soon(order, status, begun.elapsed(), &said);
            Ok(Some(Ended { status, reason }))
        }
        EndedBy::User => Ok(None),
    }
}

/// What the server was asked for and has not answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Terminal,
    Agent,
    Program,
}

/// Sends all requests at once: the answers come while the program already starts.
async fn request(
    writer: &ChannelWriteHalf<Msg>,
    order: &Order,
    program: &Program,
    local: &Local,
) -> Result<VecDeque<Asked>, Error> {
    let mut expected = VecDeque::new();
    if order.agent {
        writer.agent_forward(true).await?;
        expected.push_back(Asked::Agent);
    }
    if order.terminal {
        let modes = local.terminal.as_ref().and_then(|terminal| terminal.modes().ok());
        let Size { columns, rows, pixel_width, pixel_height } = local.size;
        let name = terminal::term_name();
        let modes = modes.unwrap_or_default();
        writer.request_pty(true, &name, columns, rows, pixel_width, pixel_height, &modes).await?;
        expected.push_back(Asked::Terminal);
    }
    for (name, value) in &order.environment {
        writer.set_env(false, name, value).await?;
    }
    match program {
        Program::Shell => writer.request_shell(true).await?,
        Program::Command(command) => writer.exec(true, command.as_slice()).await?,
        Program::Subsystem(name) => writer.request_subsystem(true, name).await?,
    }
    expected.push_back(Asked::Program);
    Ok(expected)
}

/// A program that was asked for.
struct Running<'a> {
    order: &'a Order,
    writer: ChannelWriteHalf<Msg>,
    inbox: Arc<Inbox>,
    expected: VecDeque<Asked>,
}

/// Who ended the session.
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
        let Local { input, terminal, resizes, escapes, raw, .. } = local;
        let (said, heard) = mpsc::unbounded_channel();
        let (leave, farewell) = oneshot::channel();
        let is_raw = Cell::new(raw.is_some());
        let keyboard = escapes.clone().map(|escapes| Keyboard {
            escapes,
            said,
            leave: Some(leave),
            raw: &is_raw,
        });
        let left = async {
            match (&terminal, &escapes) {
                (Some(terminal), Some(escapes)) => {
                    control.obey(heard, farewell, terminal, escapes).await;
                }
                _ => pending().await,
            }
        };
        let upload = upload(input.as_mut(), &self.writer, keyboard);
        let (out, err) = (inbox.out.pump(), inbox.err.pump());
        tokio::pin!(upload, out, err, left);
        let (mut uploaded, mut out_ended, mut err_ended) = (false, false, false);
        let mut open = true;
        while open || !out_ended || !err_ended {
            tokio::select! {
                event = inbox.next(), if open => match event {
                    Event::Reply(granted) => {
                        if !granted && self.expected.front() == Some(&Asked::Terminal) {
                            // The keyboard is ours again: it shows what is typed, sends whole
                            // lines, and can end.
                            *raw = None;
                            is_raw.set(false);
                        }
                        answered(&mut self.expected, granted, self.order)?;
                    }
                    Event::Closed => open = false,
                },
                outcome = &mut out, if !out_ended => {
                    out_ended = true;
                    outcome.map_err(Error::Output)?;
                }
                // Standard error may be closed; what it would have shown is lost with it.
                _ = &mut err, if !err_ended => err_ended = true,
                outcome = &mut upload, if open && !uploaded => {
                    uploaded = true;
                    outcome?;
                }
                () = &mut left, if open => return Ok(EndedBy::User),
                size = resized(resizes), if open => {
                    let Size { columns, rows, pixel_width, pixel_height } = size;
                    self.writer.window_change(columns, rows, pixel_width, pixel_height).await?;
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

/// Takes the answer to the oldest request. Without an agent, or a terminal that nobody demanded,
/// the program is worth having all the same, as with ssh.
fn answered(expected: &mut VecDeque<Asked>, granted: bool, order: &Order) -> Result<(), Error> {
    let refused = match expected.pop_front() {
        Some(asked) if !granted => asked,
        _ => return Ok(()),
    };
    match refused {
        Asked::Program => Err(Error::Refused("to start the program".into())),
        Asked::Terminal if order.terminal_demanded => Err(Error::Refused("a terminal".into())),
        Asked::Terminal => {
            tell(order.quiet, "sshc: the server refused a terminal; going on without one");
            Ok(())
        }
        Asked::Agent => {
            ::log::warn!("the server refused the agent; going on without it");
            Ok(())
        }
    }
}

/// Why there is no channel: the server said no, or the connection is gone.
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
