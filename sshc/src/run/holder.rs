//! The holder of a shared connection: it logs in like any other run, and then serves guests.

use keygen::agent::heap;

use super::connector::Connector;
use super::{host_keys, wait};
use crate::Error;
use crate::ask::Asker;
use crate::local_command::{self, Streams};
use crate::logging;
use crate::plan::{Plan, Sharing};
use crate::session::Ended;
use crate::share::{self, EarlySocket};

/// Logs in for the process that started us, and serves guests until the end.
///
/// # Errors
/// When the login fails; the process that started us gets the reason, too.
pub(crate) async fn hold(
    plan: &Plan,
    sharing: &Sharing,
    starter: u32,
    asker: Asker,
) -> Result<Ended, Error> {
    heap::share();
    let (early, handover) = EarlySocket::open(&sharing.path)?;
    let mut connector = Connector::new(plan, asker)?;
    let login = async {
        // Without an answer, the process that started us could not connect, and reports it.
        let Ok(connection) = handover.connection().await else { return Ok(None) };
        connector.begin_with(connection);
        match plan.wait {
            Some(wait) => wait::go(&mut connector, wait, plan.quiet).await.map(Some),
            None => connector.go().await.map(Some),
        }
    };
    let live = tokio::select! {
        live = login => live?,
        () = early.all_left() => return Ok(u8::MAX.into()),
    };
    let Some(live) = live else {
        logging::leave_the_end();
        return Ok(0.into());
    };
    if let Some(record) = connector.record_to_update() {
        tokio::spawn(host_keys::update(live.clone(), record));
    }
    if let Some(command) = &plan.local_command {
        local_command::run(command, Streams::None).await;
    }
    share::serve(live, plan, sharing, early, starter).await.map(Ended::from)
}
