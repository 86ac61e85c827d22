//! The agents' keys, listed once and only when they are needed.

use russh::keys::ssh_key::PublicKey;

use super::KeyFile;
use crate::Error;
use crate::agent::{Agents, Choice, Constraints, Identity};
use crate::connect::Connection;

/// The agents, connected or not yet.
pub(crate) struct Keyring {
    choice: Choice,
    asked: Option<LoadedAgents>,
}

struct LoadedAgents {
    agents: Agents,
    identities: Vec<Identity>,
}

impl Keyring {
    /// The agents of `choice`; does not connect yet.
    pub(crate) fn new(choice: Choice) -> Self {
        Self { choice, asked: None }
    }

    /// All keys in the agents, in their order.
    ///
    /// # Errors
    /// When an agent that was asked for by name cannot be used. Any other agent is left out if it
    /// fails.
    pub(super) async fn identities(
        &mut self,
        connection: &Connection,
    ) -> Result<&[Identity], Error> {
        if self.asked.is_none() {
            let asked = match self.ask(connection).await {
                Err(cause) if self.choice == Choice::Auto => {
                    log::info!("the agent is not used: {}", cause.plain());
                    LoadedAgents { agents: none().await?, identities: Vec::new() }
                }
                outcome => outcome?,
            };
            self.asked = Some(asked);
        }
        Ok(self.asked.as_ref().map(|asked| asked.identities.as_slice()).unwrap_or_default())
    }

    async fn ask(&self, connection: &Connection) -> Result<LoadedAgents, Error> {
        let mut agents = Agents::connect(&self.choice).await.map_err(Error::Agent)?;
        if let (Some(session), false) =
            (connection.handle.agent_session_binding(), agents.is_empty())
        {
            agents.bind(session, false).await.map_err(Error::Agent)?;
        }
        let identities = agents.identities().await.map_err(Error::Agent)?.identities;
        Ok(LoadedAgents { agents, identities })
    }

    /// The public keys in the agents; empty if no agent can be asked.
    pub(crate) async fn keys(&self) -> Vec<PublicKey> {
        let Ok(mut agents) = Agents::connect(&self.choice).await else { return Vec::new() };
        let listing = agents.identities().await.unwrap_or_default();
        listing.identities.iter().map(Identity::public_key).collect()
    }

    /// The identity of this key, if an agent holds it.
    ///
    /// # Errors
    /// As for [`Keyring::identities`].
    pub(super) async fn holding(
        &mut self,
        connection: &Connection,
        key: &PublicKey,
    ) -> Result<Option<Identity>, Error> {
        let mut identities = self.identities(connection).await?.iter();
        Ok(identities.find(|held| held.public_key().key_data() == key.key_data()).cloned())
    }

    /// Adds an unlocked key to an agent. This is a convenience, so an agent's refusal is ignored.
    pub(super) async fn keep(
        &mut self,
        connection: &Connection,
        key: &KeyFile,
        constraints: Constraints,
    ) {
        let Some((private, comment)) = key.unlocked() else { return };
        if self.identities(connection).await.is_err() {
            return;
        }
        if let Some(agents) = self.agents()
            && let Err(cause) = agents.add(private, &comment, constraints).await
        {
            log::info!("the key was not added to an agent: {cause}");
        }
    }

    /// The agents, once they have been asked.
    pub(super) fn agents(&mut self) -> Option<&mut Agents> {
        self.asked.as_mut().map(|asked| &mut asked.agents)
    }
}

async fn none() -> Result<Agents, Error> {
    Agents::connect(&Choice::None).await.map_err(Error::Agent)
}
