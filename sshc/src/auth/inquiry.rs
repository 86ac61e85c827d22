//! `--diagnose`: which key a server would take, without a login.

use russh::MethodKind;

use super::candidate::Offering;
use super::outcome::Outcome;
use super::{Course, Login};
use crate::Error;
use crate::connect::Connection;
use crate::reason::Reason;

/// Asks which of the keys the server would take, without logging in; the first one is described.
///
/// # Errors
/// As for [`log_in`](super::log_in).
pub(crate) async fn ask(connection: &mut Connection, login: Login<'_>) -> Result<String, Error> {
    let mut course = Course::new(connection, Login { only_asks: true, ..login });
    match course.run().await {
        Ok(()) => Ok(course.attempts.last().to_owned()),
        // What it takes instead would have to be asked for.
        Err(Error::Login {
            code: Reason::NothingToOffer | Reason::KeyNotWelcome, reason, ..
        }) if !course.wants(MethodKind::PublicKey) => Err(Error::Ask(reason)),
        Err(Error::Protocol(cause)) => Err(course.broken_off(cause).await),
        Err(cause) => Err(cause),
    }
}

impl Course<'_> {
    /// Asks what the server takes by offering a key that no server knows and that signs nothing:
    /// the usual question, the method `none`, might log us in.
    pub(super) async fn ask_with_strange_key(&mut self) -> Result<Outcome, Error> {
        let mut offering = Offering {
            connection: self.connection,
            user: self.login.user,
            asker: self.login.asker,
            accepted_algorithms: self.login.accepted_algorithms,
            add_to_agent: None,
            certificates: &[],
            only_asks: true,
            is_signed: false,
        };
        let outcome = offering.offer_strange().await;
        // A server that would take any key has not said what else it takes.
        outcome
            .or_else(|cause| if offering.is_signed { Ok(Outcome::unchanged()) } else { Err(cause) })
    }
}
