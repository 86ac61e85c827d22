//! One shell, command or subsystem on the server, from its request to its exit status.

pub mod escape;
pub mod log;

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use russh::ChannelWriteHalf;
use russh::client::Msg;

use crate::Error;
use crate::channel::{Event, Exit, Inbox, Outlet};
use crate::client::Shared;
use crate::forward::Link;
use crate::stdio::{Input, Output};
use crate::terminal::{self, RawMode, Resizes, Size, Terminal};

/// Bytes of output that may wait in memory for a slow reader before the server has to wait.
const MEMORY_BYTES: usize = 1 << 20;

/// What to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// The user's login shell.
    Shell,
    /// A command for that shell, as bytes.
    Command(String),
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
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) program: Program,
    /// Whether the program gets a terminal.
    pub(crate) terminal: bool,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) input: InputFrom,
    /// Whether the agent is offered to the program (`-A`).
    pub(crate) agent: bool,
}

/// Runs the program to its end and gives the status to exit with.
///
/// # Errors
/// The server refused the program, the connection was lost, or a stream of ours failed.
pub(crate) async fn run(link: &Link, order: &Order, place: &str) -> Result<u8, Error> {
    let channel =
        link.handle.channel_open_session().await.map_err(|cause| lost(link, place, cause))?;
    let id = channel.id();
    let inbox = link.shared.inbox(id);
    // With its read half dropped russh keeps no copy of what arrives: the inbox has it.
    let (unused, writer) = channel.split();
    drop(unused);
    let stdout = Arc::new(Standard(Output::stdout().map_err(Error::Output)?));
    let stderr = Arc::new(Standard(Output::stderr().map_err(stream("standard error"))?));
    inbox.out.open(stdout.clone(), MEMORY_BYTES);
    inbox.err.open(stderr.clone(), MEMORY_BYTES);

    let mut local = Local::prepare(order)?;
    let expected = request(&writer, order, &local).await?;
    let running = Running { writer, inbox: Arc::clone(&inbox), expected };
    let outcome = running.until_closed(&mut local).await;
    drop(local);
    let flushed = stdout.0.flush().await.map_err(Error::Output);
    let _ = stderr.0.flush().await;
    outcome.and(flushed)?;
    status(&inbox, &link.shared, place)
}

/// Our side's terminal and input.
struct Local {
    input: Option<Input>,
    terminal: Option<Terminal>,
    size: Size,
    resizes: Option<Resizes>,
    /// Held for what its drop does: the terminal gets its modes back.
    _raw: Option<RawMode>,
}

impl Local {
    fn prepare(order: &Order) -> Result<Self, Error> {
        let wanted = order.terminal || order.input == InputFrom::Keyboard;
        let terminal = wanted.then(|| Terminal::open().ok()).flatten();
        let the_terminal = stream("the terminal");
        let size = terminal.as_ref().and_then(|terminal| terminal.size().ok());
        let size = size.unwrap_or(Size::VT100);
        let (mut raw, mut resizes) = (None, None);
        if let (Some(terminal), true) = (&terminal, order.terminal) {
            resizes = Some(terminal.resizes(size).map_err(&the_terminal)?);
            if order.input == InputFrom::Keyboard {
                raw = Some(terminal.raw().map_err(&the_terminal)?);
            }
        }
        let input = match (order.input, &terminal) {
            (InputFrom::Nothing, _) => None,
            (InputFrom::Keyboard, Some(terminal)) => Some(terminal.input().map_err(&the_terminal)?),
            _ => Some(Input::stdin().map_err(stream("standard input"))?),
        };
        Ok(Self { input, terminal, size, resizes, _raw: raw })
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
    match &order.program {
        Program::Shell => writer.request_shell(true).await?,
        Program::Command(command) => writer.exec(true, command.as_bytes()).await?,
        Program::Subsystem(name) => writer.request_subsystem(true, name).await?,
    }
    expected.push_back(Asked::Program);
    Ok(expected)
}

/// A program that was asked for.
struct Running {
    writer: ChannelWriteHalf<Msg>,
    inbox: Arc<Inbox>,
    expected: VecDeque<Asked>,
}

impl Running {
    /// Carries input, output, errors and sizes until the server closes the channel.
    async fn until_closed(mut self, local: &mut Local) -> Result<(), Error> {
        let inbox = Arc::clone(&self.inbox);
        let upload = upload(local.input.as_mut(), &self.writer);
        let (out, err) = (inbox.out.pump(), inbox.err.pump());
        tokio::pin!(upload, out, err);
        let (mut uploaded, mut out_ended, mut err_ended) = (false, false, false);
        let mut open = true;
        while open || !out_ended || !err_ended {
            tokio::select! {
                event = inbox.next(), if open => match event {
                    Event::Reply(granted) => answered(&mut self.expected, granted)?,
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
                size = resized(&mut local.resizes), if open => {
                    let Size { columns, rows, pixel_width, pixel_height } = size;
                    self.writer.window_change(columns, rows, pixel_width, pixel_height).await?;
                }
            }
        }
        Ok(())
    }
}

async fn resized(resizes: &mut Option<Resizes>) -> Size {
    match resizes {
        Some(resizes) => resizes.next().await,
        None => std::future::pending().await,
    }
}

fn answered(expected: &mut VecDeque<Asked>, granted: bool) -> Result<(), Error> {
    match (expected.pop_front(), granted) {
        (Some(Asked::Program), false) => Err(Error::Refused("to start the program".into())),
        (Some(Asked::Terminal), false) => Err(Error::Refused("a terminal".into())),
        (Some(Asked::Agent), false) => Err(Error::Refused("the agent".into())),
        _ => Ok(()),
    }
}

pub(crate) async fn upload(
    input: Option<&mut Input>,
    writer: &ChannelWriteHalf<Msg>,
) -> Result<(), Error> {
    if let Some(input) = input {
        loop {
            let bytes = input.read().await.map_err(stream("standard input"))?;
            if bytes.is_empty() {
                break;
            }
            // The channel is gone: its end is told by the inbox.
            if writer.data_bytes(bytes).await.is_err() {
                return Ok(());
            }
        }
    }
    let _ = writer.eof().await;
    Ok(())
}

/// A standard stream as the end of a flow.
pub(crate) struct Standard(pub(crate) Output);

impl Outlet for Standard {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write_now(bytes)
    }

    fn writable(&self) -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + '_>> {
        Box::pin(self.0.ready())
    }
}

fn stream(what: &'static str) -> impl Fn(io::Error) -> Error {
    move |source| Error::Stream { what, source }
}

fn lost(link: &Link, place: &str, cause: russh::Error) -> Error {
    match link.shared.end() {
        Some(end) => Error::Lost { place: place.to_owned(), reason: end.reason },
        None => Error::from(cause),
    }
}

/// The remote program's status, or what became of it.
fn status(inbox: &Inbox, shared: &Shared, place: &str) -> Result<u8, Error> {
    match inbox.exit() {
        Some(exit) => Ok(exit_code(&exit)),
        None => Err(Error::Lost {
            place: place.to_owned(),
            reason: shared.end().map_or_else(
                || "the server closed the session without an exit status".to_owned(),
                |end| end.reason,
            ),
        }),
    }
}

/// A status above 255 cannot be passed on and must not become a success.
fn exit_code(exit: &Exit) -> u8 {
    match exit {
        Exit::Status(status) => u8::try_from(*status).unwrap_or(u8::MAX),
        Exit::Signal { name, .. } => signal_number(name).map_or(u8::MAX, |number| 128 + number),
    }
}

/// The numbers that all systems agree on for the names of RFC 4254 §6.10, and two more.
fn signal_number(name: &str) -> Option<u8> {
    let number = match name {
        "HUP" => 1,
        "INT" => 2,
        "QUIT" => 3,
        "ILL" => 4,
        "TRAP" => 5,
        "ABRT" => 6,
        "BUS" => 7,
        "FPE" => 8,
        "KILL" => 9,
        "USR1" => 10,
        "SEGV" => 11,
        "USR2" => 12,
        "PIPE" => 13,
        "ALRM" => 14,
        "TERM" => 15,
        "XCPU" => 24,
        "XFSZ" => 25,
        _ => return None,
    };
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_end_becomes_an_exit_status() {
        let signal = |name: &str| Exit::Signal {
            name: name.to_owned(),
            core_dumped: false,
            message: String::new(),
        };
        for (exit, code) in [
            (Exit::Status(0), 0),
            (Exit::Status(3), 3),
            (Exit::Status(255), 255),
            (Exit::Status(256), 255),
            (Exit::Status(u32::MAX), 255),
            (signal("TERM"), 143),
            (signal("KILL"), 137),
            (signal("PIPE"), 141),
            (signal("CUSTOM@example.com"), 255),
        ] {
            assert_eq!(exit_code(&exit), code, "{exit:?}");
        }
    }
}
