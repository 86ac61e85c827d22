//! A client that waits for each answer, up to a deadline.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::control::{self, Status};
use super::error::AgentError;
use super::message::{self, Entry, MESSAGE_LIMIT};
use super::session_bind;
use super::transport::{self, Stream};

/// The deadline for answers that are only used in passing.
const AT_ONCE: Duration = Duration::from_secs(2);

/// A connection to an agent.
#[derive(Debug)]
pub struct Client {
    place: String,
    stream: Stream,
}

impl Client {
    /// Connects to the agent of this session: the one that `SSH_AUTH_SOCK` names, else the first
    /// that listens at a usual address (`keyagent`'s own; on Windows also OpenSSH's pipe and
    /// Pageant).
    ///
    /// # Errors
    /// [`AgentError::NotThere`] when there is none, [`AgentError::Foreign`] when another user
    /// listens.
    pub fn connect() -> Result<Self, AgentError> {
        Self::connect_to_usual(transport::TIME_LIMIT)
    }

    /// The same; ours, if the one that `SSH_AUTH_SOCK` names has gone.
    pub(super) fn connect_or_to_ours() -> Result<Self, AgentError> {
        let connected = Self::connect();
        if !matches!(connected, Err(AgentError::Unreachable { .. })) {
            return connected;
        }
        let ours = transport::default_socket().map(|path| path.to_string_lossy().into_owned());
        ours.and_then(|path| Self::connect_to(&path).ok()).map_or(connected, Ok)
    }

    /// The keys of that agent; `None` if it does not answer at once.
    pub(crate) fn listed_at_once() -> Option<Vec<Entry>> {
        Self::connect_to_usual(AT_ONCE).ok()?.list().ok()
    }

    fn connect_to_usual(time_limit: Duration) -> Result<Self, AgentError> {
        let mut failed = None;
        for place in transport::places() {
            match Self::connect_within(&place.path, time_limit) {
                Ok(client) => return Ok(client),
                Err(error) if place.is_named => return Err(error),
                Err(error @ AgentError::Foreign { .. }) => failed = failed.or(Some(error)),
                Err(_) => {}
            }
        }
        Err(failed.unwrap_or(AgentError::NotThere { why: transport::NOT_THERE }))
    }

    /// Connects to the agent at this address: a socket, a pipe or Pageant's window.
    ///
    /// # Errors
    /// [`AgentError::Unreachable`] when none listens, [`AgentError::Foreign`] when another user
    /// does.
    pub fn connect_to(place: &str) -> Result<Self, AgentError> {
        Self::connect_within(place, transport::TIME_LIMIT)
    }

    /// The same, for an agent that may take this long for an answer.
    pub(super) fn connect_within(place: &str, time_limit: Duration) -> Result<Self, AgentError> {
        let stream = transport::connect(place, time_limit)?;
        Ok(Self { place: place.to_owned(), stream })
    }

    /// The address it is connected to.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The keys that the agent holds, in its order.
    ///
    /// # Errors
    /// When the agent breaks the protocol, the deadline passes or the connection breaks.
    pub fn list(&mut self) -> Result<Vec<Entry>, AgentError> {
        let answer = self.ask(&[message::REQUEST_IDENTITIES])?;
        message::read_entries(&answer).ok_or(AgentError::Nonsense)
    }

    /// The same for an agent that may hang. If the stream has no deadline, the connection is left
    /// to its thread, which ends with the program.
    ///
    /// # Errors
    /// As for [`Client::list`]; [`AgentError::Silent`] when no answer came in time.
    pub fn list_within(self, time_limit: Duration) -> Result<Vec<Entry>, AgentError> {
        self.within(time_limit, Self::list)
    }

    /// The status, with the same deadline.
    pub(super) fn status_within(self, time_limit: Duration) -> Result<Option<Status>, AgentError> {
        self.within(time_limit, Self::status)
    }

    fn within<T: Send + 'static>(
        mut self,
        time_limit: Duration,
        ask: fn(&mut Self) -> Result<T, AgentError>,
    ) -> Result<T, AgentError> {
        let path = self.place.clone();
        let (said, heard) = mpsc::channel();
        thread::spawn(move || said.send(ask(&mut self)));
        heard.recv_timeout(time_limit).unwrap_or(Err(AgentError::Silent { path, time_limit }))
    }

    /// Whether the agent understands session bindings, without which it cannot honour restrictions
    /// to hosts. It gets one on a connection of its own, which can then serve nothing else.
    pub(super) fn binds_sessions(&self) -> Result<bool, AgentError> {
        let Some(bind) = session_bind::binding_to_no_host() else { return Ok(false) };
        Ok(Self::connect_to(&self.place)?.ask(&bind)? == [message::SUCCESS])
    }

    /// The status of our own agent; `None` if it is another agent.
    pub(super) fn status(&mut self) -> Result<Option<Status>, AgentError> {
        let answer = self.ask(&message::extension(control::STATUS, b""))?;
        Ok(control::read_status(&answer))
    }

    /// Sends a message and waits for its answer.
    ///
    /// # Errors
    /// When the connection breaks, or the answer is late or too long.
    pub fn ask(&mut self, message: &[u8]) -> Result<Vec<u8>, AgentError> {
        if message.len() > MESSAGE_LIMIT {
            return Err(AgentError::TooLong);
        }
        self.exchange(message)
            .map_err(|source| AgentError::Unreachable { path: self.place.clone(), source })
    }

    /// Waits until the agent has closed the connection, as it does when it ends.
    pub(super) fn wait_for_end(mut self) {
        let mut nothing = [0];
        while self.stream.read(&mut nothing).is_ok_and(|count| count > 0) {}
    }

    fn exchange(&mut self, message: &[u8]) -> io::Result<Vec<u8>> {
        let length = u32::try_from(message.len()).map_err(io::Error::other)?;
        self.stream.write_all(&length.to_be_bytes())?;
        self.stream.write_all(message)?;
        let mut length = [0; 4];
        self.stream.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length == 0 || length > MESSAGE_LIMIT {
            return Err(io::Error::new(
                ErrorKind::InvalidData,
                "its answer has an impossible length",
            ));
        }
        let mut answer = vec![0; length];
        self.stream.read_exact(&mut answer)?;
        Ok(answer)
    }
}
