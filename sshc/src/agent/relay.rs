//! Agent forwarding (`-A`): answers requests that arrive over a channel of the SSH connection.
//!
//! The remote host's root can use such a channel, so only requests that further logins need are
//! passed on.

use std::io;

use russh::keys::agent::AgentSessionBinding;
use tokio::io::{
    AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf, split,
};

use super::connection::Connection;
use super::message::{
    self, EXTENSION, FAILURE, Fields, MESSAGE_LIMIT, REQUEST_IDENTITIES, SESSION_BIND,
    SIGN_REQUEST, SUCCESS,
};
use super::{ANSWER_WITHIN, Agents, Choice, SIGN_WITHIN};

/// How many bytes the remote side may send ahead while the agent works. The channel must be drained
/// meanwhile, or the whole connection would block; an honest client sends nothing.
const AHEAD_LIMIT: usize = 2 * MESSAGE_LIMIT;

/// What the remote host may ask of the agents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RelayPolicy {
    /// Listing keys, signing, and binding to a session.
    #[default]
    ListAndSign,
    /// Everything, including adding, removing and locking keys.
    Everything,
}

/// Serves one forwarded channel until its remote side closes it. First tells the agents the
/// `session`, so that they can withhold keys that are not for this route.
///
/// Answers a request that is not allowed, or in which an agent fails, with a refusal, as an agent
/// would.
///
/// # Errors
/// When the channel breaks, or its client does not speak the agent protocol.
pub async fn relay<S>(
    channel: S,
    choice: &Choice,
    session: Option<&AgentSessionBinding>,
    pass: RelayPolicy,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite,
{
    let (reader, mut writer) = split(channel);
    let mut requests = Requests { reader, ahead: Vec::new(), ended: false };
    let mut agents = requests.while_waiting(connect(choice, session)).await?;
    while let Some(request) = requests.next().await? {
        let answer = requests.while_waiting(agents.answer(&request, pass)).await?;
        respond(&mut writer, &answer).await?;
    }
    writer.shutdown().await
}

async fn connect(choice: &Choice, session: Option<&AgentSessionBinding>) -> Agents {
    let mut agents = match Agents::connect(choice).await {
        Ok(agents) => agents,
        Err(error) => {
            log::debug!("nothing to forward: {error}");
            Agents { agents: Vec::new() }
        }
    };
    if let Some(session) = session
        && let Err(error) = agents.bind(session, true).await
    {
        log::debug!("{error}");
    }
    agents
}

async fn respond<S: AsyncWrite>(writer: &mut WriteHalf<S>, answer: &[u8]) -> io::Result<()> {
    let mut frame = Vec::with_capacity(answer.len() + size_of::<u32>());
    message::put_string(&mut frame, answer);
    writer.write_all(&frame).await?;
    writer.flush().await
}

/// The remote side's requests.
struct Requests<S> {
    reader: ReadHalf<S>,
    /// Bytes that have arrived before they were needed.
    ahead: Vec<u8>,
    ended: bool,
}

impl<S: AsyncRead> Requests<S> {
    /// The next request; `None` if the remote side has closed after the last one.
    async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if Fields(&self.ahead).uint32().is_some_and(|length| !is_length(length)) {
                return Err(not_a_client());
            }
            let mut fields = Fields(&self.ahead);
            if let Some(request) = fields.string() {
                let (request, rest) = (request.to_vec(), fields.0.to_vec());
                self.ahead = rest;
                return Ok(Some(request));
            }
            if self.ended {
                return if self.ahead.is_empty() {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
            self.read().await?;
        }
    }

    async fn read(&mut self) -> io::Result<()> {
        self.ended = self.reader.read_buf(&mut self.ahead).await? == 0;
        Ok(())
    }

    /// Waits for `work`, draining the channel meanwhile.
    async fn while_waiting<T>(&mut self, work: impl Future<Output = T>) -> io::Result<T> {
        let mut work = std::pin::pin!(work);
        loop {
            if self.ended {
                return Ok(work.await);
            }
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                read = self.read() => read?,
            }
            if self.ahead.len() > AHEAD_LIMIT {
                return Err(not_a_client());
            }
        }
    }
}

fn not_a_client() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not an agent's client")
}

fn is_length(length: u32) -> bool {
    usize::try_from(length).is_ok_and(|length| (1..=MESSAGE_LIMIT).contains(&length))
}

/// The parts of a request on which its answer depends.
#[derive(Debug, PartialEq, Eq)]
enum Request<'a> {
    List,
    Sign { blob: &'a [u8] },
    Bind,
    Other,
}

impl<'a> Request<'a> {
    fn read(message: &'a [u8]) -> Self {
        let mut fields = Fields(message);
        match (fields.byte(), fields.string()) {
            (Some(REQUEST_IDENTITIES), _) => Self::List,
            (Some(SIGN_REQUEST), Some(blob)) => Self::Sign { blob },
            (Some(EXTENSION), Some(SESSION_BIND)) => Self::Bind,
            _ => Self::Other,
        }
    }
}

impl Agents {
    /// The answer to a request from a channel.
    async fn answer(&mut self, request: &[u8], pass: RelayPolicy) -> Vec<u8> {
        let answer = match Request::read(request) {
            Request::List => self.list_all().await,
            Request::Sign { blob } => self.sign_by_holder(blob, request).await,
            Request::Bind => self.tell_all(request).await,
            Request::Other if pass == RelayPolicy::Everything => self.ask_first(request).await,
            Request::Other => None,
        };
        answer.unwrap_or_else(|| vec![FAILURE])
    }

    /// All keys of all agents, even those that only the remote side can read.
    async fn list_all(&mut self) -> Option<Vec<u8>> {
        let mut entries: Vec<message::Entry> = Vec::new();
        for agent in &mut self.agents {
            for entry in agent.list().await.unwrap_or_default() {
                if entries.iter().all(|known| known.blob != entry.blob) {
                    entries.push(entry);
                }
            }
        }
        Some(message::entries_answer(&entries))
    }

    /// The signature by the agent that holds the key. With several agents, lists their keys first:
    /// a request for another agent's key could make an agent ask its user.
    async fn sign_by_holder(&mut self, blob: &[u8], request: &[u8]) -> Option<Vec<u8>> {
        if let [only] = self.agents.as_mut_slice() {
            return only.ask(request, SIGN_WITHIN).await.ok();
        }
        for agent in &mut self.agents {
            let held = agent.list().await.unwrap_or_default();
            if held.iter().any(|entry| entry.blob == blob) {
                return agent.ask(request, SIGN_WITHIN).await.ok();
            }
        }
        None
    }

    async fn tell_all(&mut self, request: &[u8]) -> Option<Vec<u8>> {
        let mut noted = false;
        for agent in &mut self.agents {
            let answer = agent.ask(request, ANSWER_WITHIN).await;
            noted |= answer.is_ok_and(|answer| answer.first() == Some(&SUCCESS));
        }
        noted.then(|| vec![SUCCESS])
    }

    async fn ask_first(&mut self, request: &[u8]) -> Option<Vec<u8>> {
        let first: &mut Connection = self.agents.first_mut()?;
        first.ask(request, SIGN_WITHIN).await.ok()
    }
}

#[cfg(test)]
mod tests;
