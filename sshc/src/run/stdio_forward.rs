//! `-W`: connects standard input and output to a port that the server reaches.

use std::cell::Cell;
use std::io;
use std::sync::Arc;

use crate::Error;
use crate::channel::Event;
use crate::destination::host_and_port;
use crate::forward::LiveConnection;
use crate::forward::spec::HostPort;
use crate::session::LoggedOutput;
use crate::stdio::{Input, Output};

/// How many bytes may wait in memory for a slow reader before the server has to wait.
const MEMORY_BYTES: usize = 1 << 20;

/// Connects, and carries bytes until the remote side has ended.
pub(super) async fn run(live: &LiveConnection, goal: &HostPort, place: &str) -> Result<u8, Error> {
    let writer =
        live.handle.open_tcp(&goal.host, goal.port).await.map_err(|cause| Error::Forward {
            what: format!("standard input to {}", host_and_port(&goal.host, goal.port)),
            reason: live.shared.explain(cause),
            hint: None,
        })?;
    let inbox = live.shared.inbox(writer.id());
    let stdout = Arc::new(LoggedOutput::new(Output::stdout().map_err(Error::Output)?, None));
    inbox.out.open(stdout.clone(), MEMORY_BYTES);
    let unread = |source| Error::Stream { what: "standard input", source };
    let mut input = Some(Input::stdin().map_err(unread)?);
    let is_read_elsewhere = writer.hand_over(input.as_ref(), stdout.plain());
    if is_read_elsewhere {
        // What arrives there must not wake us.
        input = None;
    }

    let has_sent = Cell::new(false);
    let upload = crate::session::upload(input.as_mut(), &writer, None, &has_sent);
    let out = inbox.out.pump();
    let closed = async {
        loop {
            match inbox.next().await {
                Event::Closed => return Ok(()),
                Event::Unread(error) => return Err(unread(io::Error::from_raw_os_error(error))),
                Event::Reply(_) => {}
            }
        }
    };
    tokio::pin!(upload, out, closed);
    let (mut uploaded, mut open) = (is_read_elsewhere, true);
    let outcome = loop {
        tokio::select! {
            outcome = &mut out => break outcome,
            sent = &mut upload, if open && !uploaded => {
                uploaded = true;
                sent?;
            }
            outcome = &mut closed, if open => {
                open = false;
                outcome?;
            }
        }
    };
    let _ = writer.close().await;
    stdout.flush().await.and(outcome).map_err(Error::Output)?;
    match live.shared.end().filter(|_| inbox.is_cut()) {
        Some(end) => Err(Error::Lost { place: place.to_owned(), reason: end.words() }),
        None => Ok(0),
    }
}
