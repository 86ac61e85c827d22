//! A connection to one agent, with one request at a time.

use std::io;
use std::time::Duration;

use russh::keys::agent::AgentSessionBinding;
use russh::keys::ssh_key::{HashAlg, PrivateKey};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::message::{self, Constraints, Entry, MESSAGE_LIMIT};
use super::transport::Stream;
use super::{ANSWER_WITHIN, AgentError, SIGN_WITHIN};

#[derive(Debug)]
pub(super) struct Connection {
    name: String,
    stream: Stream,
    /// Set once an answer was missed: the next answer may belong to an earlier request.
    broken: bool,
}

impl Connection {
    pub(super) fn new(name: String, stream: Stream) -> Self {
        Self { name, stream, broken: false }
    }

    /// Its address, for messages.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether the agent has recorded the session.
    pub(super) async fn bind(
        &mut self,
        session: &AgentSessionBinding,
        forwarding: bool,
    ) -> Result<bool, AgentError> {
        let answer = self.ask(&message::session_bind(session, forwarding), ANSWER_WITHIN).await?;
        Ok(answer.first() == Some(&message::SUCCESS))
    }

    pub(super) async fn list(&mut self) -> Result<Vec<Entry>, AgentError> {
        let answer = self.ask(&[message::REQUEST_IDENTITIES], ANSWER_WITHIN).await?;
        if answer.first() == Some(&message::FAILURE) {
            return Err(self.refused("to list its keys"));
        }
        message::read_entries(&answer).ok_or_else(|| self.protocol("a malformed list of keys"))
    }

    pub(super) async fn sign(
        &mut self,
        blob: &[u8],
        hash: Option<HashAlg>,
        data: &[u8],
    ) -> Result<Vec<u8>, AgentError> {
        let wanted = message::rsa_algorithm(blob, hash);
        // The flags are only for RSA; some agents refuse them with other keys.
        let hash = hash.filter(|_| wanted.is_some());
        let answer = self.ask(&message::sign_request(blob, data, hash), SIGN_WITHIN).await?;
        if answer.first() == Some(&message::FAILURE) {
            return Err(self.refused("to sign"));
        }
        let Some(signature) = message::read_signature(&answer) else {
            return Err(self.protocol("a malformed signature"));
        };
        match (message::algorithm(signature), wanted) {
            (Some(signed), Some(wanted)) if signed != wanted => Err(AgentError::OtherAlgorithm {
                agent: self.name.clone(),
                signed: signed.to_owned(),
                wanted,
            }),
            _ => Ok(signature.to_vec()),
        }
    }

    pub(super) async fn add(
        &mut self,
        key: &PrivateKey,
        comment: &str,
        constraints: Constraints,
    ) -> Result<(), AgentError> {
        let request = message::add_identity(key, comment, constraints)?;
        let answer = self.ask(&request, ANSWER_WITHIN).await?;
        if answer.first() == Some(&message::SUCCESS) {
            Ok(())
        } else {
            Err(self.refused("the key"))
        }
    }

    /// Sends any request and returns the answer, which is never empty.
    pub(super) async fn ask(
        &mut self,
        request: &[u8],
        within: Duration,
    ) -> Result<Vec<u8>, AgentError> {
        if self.broken {
            return Err(self.hung_up(io::ErrorKind::NotConnected.into()));
        }
        // A dropped or failed exchange leaves the stream in the middle of a message.
        self.broken = true;
        let answer = match timeout(within, self.exchange(request)).await {
            Ok(answer) => answer?,
            Err(_) => {
                return Err(AgentError::Silent {
                    agent: self.name.clone(),
                    seconds: within.as_secs(),
                });
            }
        };
        self.broken = false;
        Ok(answer)
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Vec<u8>, AgentError> {
        if request.len() > MESSAGE_LIMIT {
            return Err(self.refused("a request of more than 256 KiB"));
        }
        let mut frame = Zeroizing::new(Vec::with_capacity(request.len() + size_of::<u32>()));
        message::put_string(&mut frame, request);
        let sent = async {
            self.stream.write_all(&frame).await?;
            self.stream.flush().await?;
            self.stream.read_u32().await
        };
        let length = sent.await.map_err(|source| self.hung_up(source))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        match length {
            0 => return Err(self.protocol("an empty message")),
            1..=MESSAGE_LIMIT => {}
            _ => return Err(self.protocol("more than 256 KiB")),
        }
        let mut answer = vec![0; length];
        match self.stream.read_exact(&mut answer).await {
            Ok(_) => Ok(answer),
            Err(source) => Err(self.hung_up(source)),
        }
    }

    fn hung_up(&self, source: io::Error) -> AgentError {
        AgentError::HungUp { agent: self.name.clone(), source }
    }

    fn protocol(&self, what: &'static str) -> AgentError {
        AgentError::Protocol { agent: self.name.clone(), what }
    }

    fn refused(&self, request: &'static str) -> AgentError {
        AgentError::Refused { agent: self.name.clone(), request }
    }
}
