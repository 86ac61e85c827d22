//! The agents that hold the user's keys: OpenSSH's, PuTTY's Pageant, and others with the same
//! protocol.
//!
//! Our own code speaks the protocol (draft-ietf-sshm-ssh-agent): unreadable keys do not hide the
//! others, comments are kept, and every answer has a deadline and a size limit. The login decides
//! which key is offered to a server, and when.

mod choice;
mod connection;
mod error;
mod identity;
pub(crate) mod message;
mod relay;
mod transport;

use std::time::Duration;

use russh::keys::agent::{AgentIdentity, AgentSessionBinding};
use russh::keys::ssh_key::{HashAlg, PrivateKey};

use connection::Connection;

pub use choice::Choice;
pub use error::AgentError;
pub use identity::{Identity, PublicHalf, Unreadable};
pub use message::Constraints;
pub use relay::{RelayPolicy, relay};

/// How long an agent may take for an answer that needs no person.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// How long a signature may take, because a person may have to confirm it or touch a key: sshd's
/// default `LoginGraceTime`, after which it is too late.
const SIGN_WITHIN: Duration = Duration::from_secs(120);

/// All agents that answer, as one.
///
/// On Unix there is at most one; on Windows, OpenSSH's agent and Pageant may both run.
#[derive(Debug)]
pub struct Agents {
    agents: Vec<Connection>,
}

/// Whether a chosen agent runs.
pub(crate) async fn is_there(choice: &Choice) -> bool {
    Agents::connect(choice).await.is_ok_and(|found| !found.is_empty())
}

/// The keys in the agents.
#[derive(Debug, Default)]
pub struct Listing {
    /// The usable keys and certificates, in the agents' order, without repeats.
    pub identities: Vec<Identity>,
    /// The keys that we cannot read, and why.
    pub unreadable: Vec<Unreadable>,
}

impl Agents {
    /// Connects to the chosen agents. With [`Choice::Auto`], leaves out agents that do not answer,
    /// even all of them.
    ///
    /// # Errors
    /// When an agent that was asked for by name cannot be reached.
    pub async fn connect(choice: &Choice) -> Result<Self, AgentError> {
        let streams = transport::connect(choice).await?;
        let agents = streams.into_iter().map(|(name, stream)| Connection::new(name, stream));
        Ok(Self { agents: agents.collect() })
    }

    /// Whether there is no agent at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.agents.is_empty()
    }

    /// Tells the agents which server this connection authenticates to (`session-bind@openssh.com`).
    /// Agents with destination-constrained keys need that before they list or use them; other
    /// agents ignore it.
    ///
    /// # Errors
    /// When the only agent breaks the protocol or misses its deadline.
    pub async fn bind(
        &mut self,
        session: &AgentSessionBinding,
        forwarding: bool,
    ) -> Result<(), AgentError> {
        let only = self.agents.len() == 1;
        for agent in &mut self.agents {
            match agent.bind(session, forwarding).await {
                Ok(true) => {}
                Ok(false) => {
                    log::debug!("the agent at {} does not support session binding", agent.name());
                }
                Err(error) if only => return Err(error),
                Err(error) => log::debug!("left out: {error}"),
            }
        }
        Ok(())
    }

    /// All keys in the agents. Leaves out an agent that fails, unless it is the only one.
    ///
    /// # Errors
    /// When the only agent breaks the protocol or misses its deadline.
    pub async fn identities(&mut self) -> Result<Listing, AgentError> {
        let only = self.agents.len() == 1;
        let mut listing = Listing::default();
        for (index, agent) in self.agents.iter_mut().enumerate() {
            match agent.list().await {
                Ok(entries) => entries.into_iter().for_each(|entry| listing.add(index, entry)),
                Err(error) if only => return Err(error),
                Err(error) => log::debug!("left out: {error}"),
            }
        }
        Ok(listing)
    }

    /// The signature of `identity` over `data`, as an SSH signature blob.
    ///
    /// `hash` is for RSA; without it the signature would use SHA-1.
    ///
    /// # Errors
    /// [`AgentError::Refused`] when the agent or its user declines, [`AgentError::OtherAlgorithm`]
    /// when it signs with a weaker algorithm than asked for.
    pub async fn sign(
        &mut self,
        identity: &Identity,
        hash: Option<HashAlg>,
        data: &[u8],
    ) -> Result<Vec<u8>, AgentError> {
        let Some(agent) = self.agents.get_mut(identity.agent) else {
            return Err(AgentError::NoAgent);
        };
        agent.sign(&identity.blob, hash, data).await
    }

    /// The signer that russh calls while it logs in with `identity`, or with a certificate for it.
    pub fn signer<'a>(&'a mut self, identity: &'a Identity) -> Signer<'a> {
        Signer { agents: self, identity }
    }

    /// Adds a key to the first agent.
    ///
    /// # Errors
    /// [`AgentError::NoAgent`] when there is none, [`AgentError::Refused`] when it refuses the key
    /// or a constraint.
    pub async fn add(
        &mut self,
        key: &PrivateKey,
        comment: &str,
        constraints: Constraints,
    ) -> Result<(), AgentError> {
        let agent = self.agents.first_mut().ok_or(AgentError::NoAgent)?;
        agent.add(key, comment, constraints).await
    }
}

impl Listing {
    fn add(&mut self, agent: usize, entry: message::Entry) {
        if self.identities.iter().any(|known| known.blob == entry.blob) {
            return;
        }
        match Identity::read(agent, entry) {
            Ok(identity) => self.identities.push(identity),
            Err(unreadable) => {
                log::debug!("{unreadable}");
                self.unreadable.push(unreadable);
            }
        }
    }
}

/// Signs logins with one identity in an agent.
#[derive(Debug)]
pub struct Signer<'a> {
    agents: &'a mut Agents,
    identity: &'a Identity,
}

impl russh::Signer for Signer<'_> {
    type Error = AgentError;

    /// Signs with its identity, whose blob is passed on exactly as the agent listed it.
    async fn auth_sign(
        &mut self,
        _key: &AgentIdentity,
        hash: Option<HashAlg>,
        mut to_sign: Vec<u8>,
    ) -> Result<Vec<u8>, AgentError> {
        let signature = self.agents.sign(self.identity, hash, &to_sign).await?;
        // russh expects the signed data, followed by the signature as an SSH string.
        message::put_string(&mut to_sign, &signature);
        Ok(to_sign)
    }
}

#[cfg(test)]
mod tests;
