//! Carries out the escapes that a user types during a session.

use std::future::pending;

use contract::shown;
use log::LevelFilter;
use tokio::sync::{mpsc, oneshot};

use super::escape::{Escape, Escapes, ForwardKind, LocalInput, REQUEST_HELP, RUN_HELP, Request};
use crate::forward::{Direction, LiveConnection, Tunnels, spec};
use crate::local_command;
use crate::logging;
use crate::terminal::{self, Terminal};

/// The prompt of the `~C` command line.
const PROMPT: &str = "sshc> ";

/// What escapes act on.
pub(super) struct Control<'a> {
    pub(super) live: &'a LiveConnection,
    pub(super) tunnels: &'a mut Tunnels,
    /// `PermitLocalCommand`
    pub(super) may_run: bool,
}

impl Control<'_> {
    /// Carries out the escapes one after another, until the user leaves. `~.` does not wait for
    /// earlier ones.
    pub(super) async fn obey(
        mut self,
        mut inputs: mpsc::UnboundedReceiver<LocalInput>,
        disconnected: oneshot::Receiver<()>,
        terminal: &Terminal,
        escapes: &Escapes,
    ) {
        let obeying = async {
            while let Some(input) = inputs.recv().await {
                self.obey_one(input, terminal, escapes).await;
            }
        };
        tokio::select! {
            Ok(()) = disconnected => return show(terminal, &escapes.echo(Escape::Disconnect)),
            () = obeying => {}
        }
        // The keyboard is gone, but the user has not left.
        pending::<()>().await;
    }

    async fn obey_one(&mut self, input: LocalInput, terminal: &Terminal, escapes: &Escapes) {
        match input {
            LocalInput::Escape(escape) => self.escape(escape, terminal, escapes).await,
            LocalInput::Echo(text) => show(terminal, &text),
            LocalInput::Line(line) => {
                show(terminal, "\r\n");
                show(terminal, &self.command_line(&line, terminal).await);
            }
        }
    }

    async fn escape(&mut self, escape: Escape, terminal: &Terminal, escapes: &Escapes) {
        let mut text = escapes.echo(escape);
        match escape {
            // The session obeys this one.
            Escape::Disconnect => {}
            Escape::Help => text.push_str(&escapes.help()),
            Escape::Forwards => text.push_str(&self.forwards()),
            Escape::Suspend => {
                show(terminal, &text);
                if let Err(cause) = terminal::suspend() {
                    show(terminal, &format!("sshc: cannot suspend: {cause}\r\n"));
                }
                return;
            }
            Escape::Rekey => {
                if self.live.handle.rekey_soon().await.is_err() {
                    text.push_str("sshc: the connection is gone\r\n");
                }
            }
            Escape::Louder => text.push_str(&level_notice(logging::louder())),
            Escape::Quieter => text.push_str(&level_notice(logging::quieter())),
            Escape::CommandLine => text = format!("\r\n{PROMPT}"),
        }
        show(terminal, &text);
    }

    fn forwards(&self) -> String {
        let traffic = self.tunnels.traffic();
        let mut text = String::new();
        for forward in self.tunnels.listening() {
            text.extend(["  ", &forward.to_string(), "\r\n"]);
        }
        if text.is_empty() {
            text.push_str("  no forwards\r\n");
        }
        text + &format!("  {} of {} connections open\r\n", traffic.open, traffic.total)
    }

    async fn command_line(&mut self, line: &str, terminal: &Terminal) -> String {
        let answer = match Request::read(line) {
            Ok(Request::Nothing) => return String::new(),
            Ok(Request::Help) if self.may_run => return REQUEST_HELP.to_owned() + RUN_HELP,
            Ok(Request::Help) => return REQUEST_HELP.to_owned(),
            Ok(Request::Run(_)) if !self.may_run => {
                "commands on this computer need PermitLocalCommand".to_owned()
            }
            Ok(Request::Run(command)) => match local_command::run_on(terminal, command).await {
                Ok(()) => return String::new(),
                Err(cause) => format!("sshc: cannot run it: {}", contract::report::cause(&cause)),
            },
            Ok(Request::Open(kind, text)) => self.open(kind, text).await,
            Ok(Request::Cancel(kind, place)) => self.cancel(kind, place).await,
            Err(cause) => cause.to_string(),
        };
        format!("{}\r\n", shown(&answer))
    }

    async fn open(&mut self, kind: ForwardKind, text: &str) -> String {
        let (direction, read) = match kind {
            ForwardKind::Local => (Direction::Local, spec::local(text)),
            ForwardKind::Remote => (Direction::Remote, spec::remote(text)),
            ForwardKind::Dynamic => (Direction::Local, spec::dynamic(text)),
        };
        let forward = match read {
            Ok(forward) => spec::typed(direction, &forward),
            Err(cause) => return cause.to_string(),
        };
        match self.tunnels.open(&forward).await {
            Ok(listening) => format!("forwarding {listening}"),
            Err(cause) => cause.plain(),
        }
    }

    async fn cancel(&mut self, kind: ForwardKind, place: &str) -> String {
        let (direction, socks) = match kind {
            ForwardKind::Local => (Direction::Local, false),
            ForwardKind::Remote => (Direction::Remote, false),
            ForwardKind::Dynamic => (Direction::Local, true),
        };
        if self.tunnels.close(direction, socks, place).await {
            format!("no longer forwarding {place}")
        } else {
            format!("no such forward: {place}")
        }
    }
}

/// The notice about a new level of detail.
fn level_notice(level: LevelFilter) -> String {
    format!("  log level {}\r\n", level.as_str().to_ascii_lowercase())
}

/// If the terminal is gone, no user can miss the text.
fn show(terminal: &Terminal, text: &str) {
    let _ = terminal.show(text);
}
