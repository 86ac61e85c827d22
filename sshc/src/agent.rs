//! The agents that hold the user's keys: OpenSSH's, PuTTY's Pageant, and whatever speaks their
//! protocol.
//!
//! The protocol (draft-ietf-sshm-ssh-agent) is spoken by our own code: keys that cannot be read do
//! not hide the others, comments are kept, every answer has a deadline and a size. Which key is
//! offered to a server, and when, is decided in the login, not here.

mod choice;
mod connection;
mod error;
mod identity;
mod message;
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
pub use relay::{Pass, relay};

/// What an agent may take to answer anything that needs no person.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What a signature may take, for which a person may be asked to confirm or to touch a key: sshd's
/// default `LoginGraceTime`, behind which it is too late.
const SIGN_WITHIN: Duration = Duration::from_secs(120);

/// All agents that answer, as one.
///
/// On Unix at most one; on Windows OpenSSH's agent and Pageant may both run.
#[derive(Debug)]
pub struct Agents {
    agents: Vec<Connection>,
}

/// What the agents hold.
#[derive(Debug, Default)]
pub struct Listing {
    /// The keys and certificates that can be used, in the agents' order, each once.
    pub identities: Vec<Identity>,
    /// Those that we cannot read, and why.
    pub unreadable: Vec<Unreadable>,
}

impl Agents {
    /// Connects to the agents chosen. With [`Choice::Auto`], those that do not answer are left out,
    /// even all of them.
    ///
    /// # Errors
    /// When an agent asked for by name cannot be reached.
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

    /// Tells the agents which server this connection authenticates to (`session-bind@openssh.com`),
    /// which those with destination-constrained keys want to know before they show or use them.
    /// Agents that do not know the request lose nothing.
    ///
    /// # Errors
    /// When the only agent breaks the protocol or its deadline.
    pub async fn bind(
        &mut self,
        session: &AgentSessionBinding,
        forwarding: bool,
    ) -> Result<(), AgentError> {
        let only = self.agents.len() == 1;
        for agent in &mut self.agents {
            match agent.bind(session, forwarding).await {
                Ok(true) => {}
                Ok(false) => log::debug!("the agent at {} does not bind sessions", agent.name()),
                Err(error) if only => return Err(error),
                Err(error) => log::debug!("left out: {error}"),
            }
        }
        Ok(())
    }

    /// Everything that the agents hold. One that fails is left out, unless it is the only one.
    ///
    /// # Errors
    /// When the only agent breaks the protocol or its deadline.
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
    /// `hash` is for RSA: without one it would be SHA-1.
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

    /// What russh calls for a signature while it logs in with `identity`, or with a certificate for
    /// it.
    pub fn signer<'a>(&'a mut self, identity: &'a Identity) -> Signer<'a> {
        Signer { agents: self, identity }
    }

    /// Gives the first agent a key to hold.
    ///
    /// # Errors
    /// [`AgentError::NoAgent`] without one, [`AgentError::Refused`] when it does not take the key
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

/// Signs logins with one identity of an agent.
#[derive(Debug)]
pub struct Signer<'a> {
    agents: &'a mut Agents,
    identity: &'a Identity,
}

impl russh::Signer for Signer<'_> {
    type Error = AgentError;

    /// Signs with the identity it was made for, whose blob is passed on exactly as the agent listed
    /// it.
    async fn auth_sign(
        &mut self,
        _key: &AgentIdentity,
        hash: Option<HashAlg>,
        mut to_sign: Vec<u8>,
    ) -> Result<Vec<u8>, AgentError> {
        let signature = self.agents.sign(self.identity, hash, &to_sign).await?;
        // russh wants back what was signed, with the signature behind it as an SSH string.
        message::put_string(&mut to_sign, &signature);
        Ok(to_sign)
    }
}

#[cfg(test)]
mod tests;
