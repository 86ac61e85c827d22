//! One channel of a guest, on the holder's side: passes the guest's requests to the server and the
//! server's data to the guest, until the server has closed the channel or the guest is gone.

use std::cell::OnceCell;
use std::future::pending;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use russh::Pty;
use tokio::sync::mpsc;

use super::sessions::{SessionInUse, Sessions};
use super::streams::{GuestInput, GuestOutput, Streams, system_error};
use crate::channel::{Event, Exit, Inbox};
use crate::client::End;
use crate::client::link::ChannelWriter;
use crate::client::link::frame::Frame;
use crate::client::link::guest::CREDIT_BYTES;
use crate::client::link::outgoing::{ChannelData, Outgoing};
use crate::forward::{LiveConnection, end_channel};
use crate::terminal::Size;

/// How many bytes of a channel may wait in memory for a guest that does not read.
const MEMORY_BYTES: usize = 256 * 1024;

/// The frame that reports a lost connection.
pub(super) fn lost(end: &End) -> Frame<'_> {
    Frame::Lost { why: end.reason.as_bytes(), is_disconnect: end.is_disconnect }
}

/// What a guest asks of its channel.
#[derive(Debug)]
pub(super) enum GuestRequest {
    Data(Vec<u8>),
    Eof,
    Close,
    AgentForward,
    PtyRequest { name: String, size: Size, modes: Vec<(Pty, u32)> },
    Env { name: String, value: String },
    Shell,
    Exec(Vec<u8>),
    Subsystem(String),
    WindowChange(Size),
    HandOver(Streams),
}

impl GuestRequest {
    /// The request in a frame about a channel; `None` if it has none.
    pub(super) fn read(frame: Frame<'_>) -> Option<(u32, Self)> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        Some(match frame {
            Frame::Data { channel, bytes } => (channel, Self::Data(bytes.to_vec())),
            Frame::Eof { channel } => (channel, Self::Eof),
            Frame::Close { channel } => (channel, Self::Close),
            Frame::AgentForward { channel } => (channel, Self::AgentForward),
            Frame::PtyRequest { channel, name, size, modes } => {
                let modes = modes.chunks_exact(5).filter_map(mode).collect();
                (channel, Self::PtyRequest { name: text(name)?, size, modes })
            }
            Frame::Env { channel, name, value } => {
                (channel, Self::Env { name: text(name)?, value: text(value)? })
            }
            Frame::Shell { channel } => (channel, Self::Shell),
            Frame::Exec { channel, command } => (channel, Self::Exec(command.to_vec())),
            Frame::Subsystem { channel, name } => (channel, Self::Subsystem(text(name)?)),
            Frame::WindowChange { channel, size } => (channel, Self::WindowChange(size)),
            _ => return None,
        })
    }

    /// Bytes that it holds of the guest's credit.
    fn bytes(&self) -> usize {
        if let Self::Data(bytes) = self { bytes.len() } else { 0 }
    }
}

fn mode(bytes: &[u8]) -> Option<(Pty, u32)> {
    let (code, value) = bytes.split_first()?;
    Some((Pty::from_u8(*code)?, u32::from_be_bytes(value.try_into().ok()?)))
}

/// Takes a guest's requests for a channel. Dropping it means that the guest is gone.
pub(super) struct RequestQueue {
    queue: mpsc::UnboundedSender<GuestRequest>,
    /// Requests that do not wait until the server has accepted earlier data.
    urgent: mpsc::UnboundedSender<GuestRequest>,
    /// How many of the guest's bytes wait here.
    waiting: Arc<AtomicUsize>,
}

impl RequestQueue {
    /// Adds a request; `false` if the guest sends more than it may.
    pub(super) fn add(&self, request: GuestRequest) -> bool {
        let bytes = request.bytes();
        let waiting = self.waiting.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let is_urgent = matches!(request, GuestRequest::WindowChange(_) | GuestRequest::Close);
        let queue = if is_urgent { &self.urgent } else { &self.queue };
        // If the channel has ended, no task takes them any more.
        let _ = queue.send(request);
        waiting <= CREDIT_BYTES
    }
}

/// A channel whose opening the server has confirmed.
pub(super) struct OpenChannel {
    pub(super) live: LiveConnection,
    pub(super) writer: Arc<ChannelWriter>,
    /// The session in use, if it is one.
    pub(super) session: Option<(SessionInUse, Arc<Sessions>)>,
    pub(super) outgoing: Arc<Outgoing>,
    /// Its number between guest and holder.
    pub(super) channel: u32,
    /// The guest's standard output, if it was handed over.
    pub(super) output: OnceCell<Arc<GuestOutput>>,
}

impl OpenChannel {
    /// Starts to carry it. It ends by itself, and when the requests are dropped.
    pub(super) fn begin(self, ended: impl FnOnce() + 'static) -> RequestQueue {
        let (queue, requests) = mpsc::unbounded_channel();
        let (urgent, urgent_requests) = mpsc::unbounded_channel();
        let waiting = Arc::default();
        let counted = Arc::clone(&waiting);
        tokio::task::spawn_local(async move {
            self.carry(requests, urgent_requests, &counted).await;
            drop(self);
            ended();
        });
        RequestQueue { queue, urgent, waiting }
    }

    async fn carry(
        &self,
        mut requests: mpsc::UnboundedReceiver<GuestRequest>,
        mut urgent: mpsc::UnboundedReceiver<GuestRequest>,
        waiting: &AtomicUsize,
    ) {
        let inbox = self.live.shared.inbox(self.writer.id());
        for (flow, is_stderr) in [(&inbox.out, false), (&inbox.err, true)] {
            let (outgoing, channel) = (Arc::clone(&self.outgoing), self.channel);
            let sink = ChannelData { outgoing, channel, is_stderr };
            flow.open(Arc::new(sink), MEMORY_BYTES);
        }
        let up = async {
            // When the channel is gone, the inbox reports its end.
            let _ = self.pass_on(&mut requests, waiting).await;
            pending::<()>().await;
        };
        let gone = async {
            while let Some(request) = urgent.recv().await {
                if matches!(request, GuestRequest::Close) {
                    return;
                }
                let _ = self.send_request(request).await;
            }
        };
        tokio::select! {
            () = self.deliver(&inbox) => self.live.shared.forget(self.writer.id()),
            () = up => {}
            () = gone => {
                end_channel(&self.live, &self.writer, &inbox).await;
                self.outgoing.put(&Frame::Close { channel: self.channel });
            }
        }
    }

    /// Passes the guest's requests and data to the server, until one of them is gone.
    async fn pass_on(
        &self,
        requests: &mut mpsc::UnboundedReceiver<GuestRequest>,
        waiting: &AtomicUsize,
    ) -> Result<(), russh::Error> {
        let mut input = GuestInput::default();
        // A session takes no data before it has a program.
        let mut takes_data = self.session.is_none();
        loop {
            let request = tokio::select! {
                biased;
                request = requests.recv() => request,
                read = input.read(), if takes_data => {
                    self.send(read).await?;
                    continue;
                }
            };
            let request = match request {
                None => return Ok(()),
                Some(GuestRequest::HandOver(streams)) => {
                    input = self.adopt(streams);
                    continue;
                }
                Some(request) => request,
            };
            let bytes = request.bytes();
            takes_data |= matches!(
                request,
                GuestRequest::Shell | GuestRequest::Exec(_) | GuestRequest::Subsystem(_)
            );
            self.send_request(request).await?;
            waiting.fetch_sub(bytes, Ordering::Relaxed);
            if let Some(bytes) = u32::try_from(bytes).ok().filter(|bytes| *bytes > 0) {
                self.outgoing.put(&Frame::WindowAdjust { channel: self.channel, bytes });
            }
        }
    }

    /// Carries the server's data, until the server has closed the channel and all data was taken.
    async fn deliver(&self, inbox: &Inbox) {
        let channel = self.channel;
        let data = async {
            let out = async {
                // The task that reads from the guest notices if it is gone.
                let _ = inbox.out.pump().await;
                if let Some(output) = self.output.get()
                    && let Some(error) = output.written().await
                {
                    self.failed(false, error);
                }
            };
            let _ = tokio::join!(out, inbox.err.pump());
            self.outgoing.put(&Frame::Eof { channel });
        };
        let events = async {
            while let Event::Reply(granted) = inbox.next().await {
                self.outgoing.put(&Frame::Reply { channel, granted });
                if let (true, Some((_, sessions))) = (granted, &self.session) {
                    sessions.worked();
                }
            }
        };
        tokio::join!(data, events);
        if let Some(end) = self.live.shared.end() {
            self.outgoing.put(&lost(&end));
        }
        match inbox.exit() {
            Some(Exit::Status(status)) => {
                self.outgoing.put(&Frame::ExitStatus { channel, status });
            }
            Some(Exit::Signal(name)) => {
                self.outgoing.put(&Frame::ExitSignal { channel, name: name.as_bytes() });
            }
            None => {}
        }
        if inbox.is_cut() {
            self.outgoing.put(&Frame::Truncated { channel });
        }
        self.outgoing.put(&Frame::Close { channel });
    }

    fn failed(&self, input: bool, error: i32) {
        let error = u32::try_from(error).unwrap_or_default();
        self.outgoing.put(&Frame::Failed { channel: self.channel, input, error });
    }

    /// Opens the streams that the guest has handed over; returns its input.
    fn adopt(&self, streams: Streams) -> GuestInput {
        let input = streams.input.map(GuestInput::open).transpose();
        let flow = self.live.shared.inbox(self.writer.id());
        // Data that was already sent to the guest must not be overtaken.
        let output = streams.output.filter(|_| flow.out.passed() == 0);
        let output = output.map(GuestOutput::open).transpose();
        let output = output.map(|output| output.map(Arc::new));
        if let Ok(Some(output)) = &output {
            let _ = self.output.set(Arc::clone(output));
            flow.out.open(output.clone(), MEMORY_BYTES);
        }
        for (is_input, failure) in [(true, input.as_ref().err()), (false, output.as_ref().err())] {
            if let Some(cause) = failure {
                self.failed(is_input, system_error(cause));
            }
        }
        input.ok().flatten().unwrap_or_default()
    }

    /// Sends what was read from a guest's input; returns an error if the channel is gone.
    async fn send(&self, read: io::Result<Vec<u8>>) -> Result<(), russh::Error> {
        match read {
            Ok(bytes) if bytes.is_empty() => self.writer.eof().await,
            Ok(bytes) => {
                self.writer.data_bytes(bytes).await?;
                // Lets the bytes be sent before there are more.
                tokio::task::yield_now().await;
                Ok(())
            }
            Err(cause) => {
                self.failed(true, system_error(&cause));
                Ok(())
            }
        }
    }

    async fn send_request(&self, request: GuestRequest) -> Result<(), russh::Error> {
        let writer = &self.writer;
        match request {
            GuestRequest::Data(bytes) => writer.data_bytes(bytes).await,
            GuestRequest::Eof => writer.eof().await,
            GuestRequest::Close => writer.close().await,
            GuestRequest::AgentForward => writer.agent_forward().await,
            GuestRequest::PtyRequest { name, size, modes } => {
                writer.request_pty(&name, size, &modes).await
            }
            GuestRequest::Env { name, value } => writer.set_env(&name, &value).await,
            GuestRequest::Shell => writer.request_shell().await,
            GuestRequest::Exec(command) => writer.exec(&command).await,
            GuestRequest::Subsystem(name) => writer.request_subsystem(&name).await,
            GuestRequest::WindowChange(size) => writer.window_change(size).await,
            GuestRequest::HandOver(_) => Ok(()),
        }
    }
}
