//! `--diagnose`: finds out which key a server would accept, without logging in.

use russh::MethodKind;

use super::outcome::Outcome;
use super::publickey::PublickeyAuth;
use super::{Login, LoginState};
use crate::Error;
use crate::connect::Connection;
use crate::reason::Reason;

/// Asks which of the keys the server would accept, without logging in; describes the first one.
///
/// # Errors
/// As for [`log_in`](super::log_in).
pub(crate) async fn ask(connection: &mut Connection, login: Login<'_>) -> Result<String, Error> {
    let login = Login { only_asks: true, ..login };
    let mut login = LoginState::new(connection, login);
    match login.run().await {
        Ok(()) => Ok(login.attempts.last().to_owned()),
        // Other accepted methods would require asking the user.
        Err(Error::Login {
            code: Reason::NothingToOffer | Reason::KeyNotWelcome, reason, ..
        }) if !login.wants(MethodKind::PublicKey) => Err(Error::Ask(reason)),
        Err(Error::Protocol(cause)) => Err(login.broken_off(cause).await),
        Err(cause) => Err(cause),
    }
}

impl LoginState<'_> {
    /// Finds out the accepted methods by offering a key that no server knows and that cannot sign:
    /// the usual way, the method `none`, might log us in.
    pub(super) async fn ask_with_unknown_key(&mut self) -> Result<Outcome, Error> {
        let mut publickey = PublickeyAuth {
            connection: self.connection,
            user: self.login.user,
            asker: self.login.asker,
            accepted: self.login.accepted,
            add_to_agent: None,
            certificates: &[],
            host_binding: self.login.host_binding,
            bound_to: None,
            only_asks: true,
            is_signed: false,
        };
        let outcome = publickey.offer_unknown_key().await;
        // A server that accepts any key has not said what else it accepts.
        outcome.or_else(
            |cause| if publickey.is_signed { Ok(Outcome::unchanged()) } else { Err(cause) },
        )
    }
}
