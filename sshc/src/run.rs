//! Carries out a plan: connects, and then does the work.

use std::io::{self, IsTerminal as _, Write as _};
use std::pin::Pin;
use std::time::Duration;

use contract::shown;
use tokio::time::timeout;

use crate::Error;
use crate::advice;
use crate::agent;
use crate::announced::{self, Opened};
use crate::ask::Asker;
use crate::background;
use crate::browser;
use crate::forward::{self, ConnectionSlot, Forward, LiveConnection, Tunnels};
use crate::local_command::{self, Streams};
use crate::logging;
use crate::notices;
use crate::plan::{Hop, Plan, Wanted, Work};
use crate::session::{self, Ended, SessionRequest};
use crate::share::{self, Attached, InProcessHolder};
use crate::shutdown;

mod connector;
mod diagnose;
mod holder;
mod host_keys;
mod reconnect;
mod status_line;
mod stdio_forward;
mod wait;

use connector::Connector;
pub(crate) use diagnose::diagnose;
pub(crate) use holder::hold;

/// How long to wait for the server to close after our goodbye.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(200);

/// Carries out the plan and returns the exit status.
///
/// # Errors
/// The first failure.
pub(crate) async fn run(plan: &Plan, asker: Asker) -> Result<Ended, Error> {
    // A tunnel that comes back keeps its own connection, for others to share.
    let (holder, attached) = if plan.reconnect.is_some() {
        (InProcessHolder::claim(plan).await, Attached::Alone)
    } else {
        (None, share::attach(plan).await?)
    };
    match attached {
        Attached::To(live) => work(plan, None, None, live).await,
        Attached::Failed(status) => {
            logging::leave_the_end();
            Ok(status.into())
        }
        Attached::Alone => {
            let mut connector = Connector::new(plan, asker)?;
            let live = match plan.wait {
                Some(wait) => wait::go(&mut connector, wait, plan.quiet).await?,
                None => connector.go().await?,
            };
            work(plan, Some(connector), holder, live).await
        }
    }
}

/// The order; as with ssh, a server gets no agent if none runs.
async fn with_agent(order: &SessionRequest, agent: Option<&agent::Choice>) -> SessionRequest {
    let is_there = match agent {
        Some(choice) if order.agent => agent::is_there(choice).await,
        _ => false,
    };
    if order.agent && !is_there {
        log::info!("no agent runs, so none is forwarded");
    }
    SessionRequest { agent: is_there, ..order.clone() }
}

/// Does the work over this connection. Without a connector, it belongs to another process.
async fn work(
    plan: &Plan,
    mut connector: Option<Connector<'_>>,
    mut holder: Option<InProcessHolder<'_>>,
    live: LiveConnection,
) -> Result<Ended, Error> {
    let place = plan.route.last().map(Hop::place).unwrap_or_default();
    // Runs until it is done or the program ends; in the latter case the next run does it.
    if let Some(record) = connector.as_ref().and_then(Connector::record_to_update) {
        tokio::spawn(host_keys::update(live.clone(), record));
    }
    let live = open_to_guests(holder.as_mut(), live).await?;
    let slot = ConnectionSlot::new(plan.quiet || plan.background);
    slot.set(Some(live.clone()));
    let family = plan.route.last().map(|hop| hop.dial.family).unwrap_or_default();
    let mut tunnels = Tunnels::new(
        slot.clone(),
        family,
        plan.replace_sockets,
        // On a shared connection, the holder asks the agent.
        plan.agent.clone().filter(|_| !live.handle.is_shared()),
        plan.permit_remote_open.clone(),
    );
    tunnels.resume().await?;
    let mut chosen = Vec::new();
    for Wanted { forward, must_work } in &plan.forwards {
        match tunnels.open(forward).await {
            Err(cause) if *must_work => return Err(cause),
            Err(cause) if plan.quiet => log::error!("{}", cause.plain()),
            Err(cause) => notices::error(&cause),
            Ok(listening) if forward.listen.port() == Some(0) => chosen.push(listening),
            Ok(_) => {}
        }
    }
    let opened = announced::open(&mut tunnels, &plan.announced, family).await?;
    if tunnels.listening().next().is_some() {
        live.handle.stay();
    }
    // Once for a connection, as with ssh: not for one that another process has made.
    if let (Some(command), true) = (&plan.local_command, connector.is_some()) {
        local_command::run(command, Streams::Ours).await;
    }
    if plan.background {
        background::leave_terminal()?;
    }
    // Started before the forwards are printed: their reader may ask us to end at once.
    let ending: Pin<Box<dyn Future<Output = u8>>> = match plan.work {
        Work::Tunnels => Box::pin(shutdown::requested()),
        Work::Run(_) | Work::Connect(_) => Box::pin(std::future::pending()),
    };
    tell_ports(plan, &chosen);
    if plan.print_forwards {
        print_forwards(plan, tunnels.listening(), &opened)?;
    } else {
        tell_addresses(plan, &opened)?;
    }
    if plan.announced.opens_browser {
        open_browser(plan, &opened).await;
    }
    let outcome = match &plan.work {
        Work::Run(order) => match session::run(
            &live,
            &with_agent(order, plan.agent.as_ref()).await,
            &mut tunnels,
            &place,
        )
        .await
        {
            Ok(Some(ended)) => {
                tell_too_soon(plan, ended);
                outlast(plan, &live, &tunnels, &place, ended).await
            }
            Ok(None) => Ok(Ended { status: u8::MAX, reason: None }),
            Err(cause) => Err(cause),
        },
        Work::Connect(goal) => stdio_forward::run(&live, goal, &place).await.map(Ended::from),
        Work::Tunnels => {
            let reconnect = connector
                .as_mut()
                .map(|connector| reconnect::Reconnection { connector, holder: holder.as_mut() });
            let held =
                reconnect::hold_tunnels(plan, reconnect, &slot, &mut tunnels, &place, ending).await;
            held.map(Ended::from)
        }
    };
    drop(tunnels);
    if let Some(live) = slot.current() {
        disconnect(&live).await;
    }
    if let Some(holder) = holder {
        holder.end().await;
    }
    outcome
}

/// Shares this connection, if it is to be; returns our own way to it.
async fn open_to_guests(
    holder: Option<&mut InProcessHolder<'_>>,
    live: LiveConnection,
) -> Result<LiveConnection, Error> {
    match holder {
        Some(holder) => holder.open(live).await,
        None => Ok(live),
    }
}

/// After the program has ended, waits for the connections through tunnels to end, as ssh does.
async fn outlast(
    plan: &Plan,
    live: &LiveConnection,
    tunnels: &Tunnels,
    place: &str,
    ended: Ended,
) -> Result<Ended, Error> {
    let open = tunnels.traffic().open;
    if open == 0 {
        return Ok(ended);
    }
    // Started before the notice: its reader may ask us to end at once.
    let asked = shutdown::requested();
    let connections = if open == 1 { "connection" } else { "connections" };
    notice(
        plan,
        &format!("sshc: waiting for {open} {connections} through tunnels; Ctrl-C ends them"),
    );
    tokio::select! {
        biased;
        // This ends the tunnels' connections, too, and must be reported.
        end = live.shared.wait_for_end() => {
            Err(Error::Lost { place: place.to_owned(), reason: end.words() })
        }
        () = tunnels.idle() => Ok(ended),
        status = asked => Ok(status.into()),
    }
}

/// Gives a hint if the session ended as soon as it began.
fn tell_too_soon(plan: &Plan, ended: Ended) {
    if let Some(hint) = ended.reason.and_then(advice::login) {
        notice(plan, &format!("sshc: hint: {hint}"));
    }
}

/// Says goodbye, so that the server's log does not report a lost connection.
async fn disconnect(live: &LiveConnection) {
    // A shared connection stays open for other programs.
    if live.shared.end().is_none() && !live.handle.is_shared() {
        live.handle.disconnect().await;
        let _ = timeout(CLOSE_TIMEOUT, live.shared.wait_for_end()).await;
    }
}

fn print_forwards<'a>(
    plan: &Plan,
    listening: impl Iterator<Item = &'a Forward>,
    opened: &[Opened],
) -> Result<(), Error> {
    let lines = listening.map(|forward| match opened.iter().find(|one| one.is(forward)) {
        Some(service) => service.as_json(plan.announced.shows_secrets),
        None => forward::as_json(forward),
    });
    write(&lines.collect::<String>())
}

/// Prints the services' addresses: on standard output, unless that belongs to a command.
fn tell_addresses(plan: &Plan, opened: &[Opened]) -> Result<(), Error> {
    let shows_secrets = plan.announced.shows_secrets;
    let lines = opened.iter().map(|one| one.line(shows_secrets)).collect::<String>();
    if opened.is_empty() {
        return Ok(());
    }
    if opened.iter().any(Opened::lacks_token) {
        notice(plan, "sshc: a token in the log was withheld: joblog-parse --secrets passes it on");
    } else if opened.iter().any(Opened::has_token)
        && !shows_secrets
        && !plan.announced.opens_browser
    {
        notice(plan, "sshc: --secrets prints the addresses with their tokens, --open uses them");
    }
    match plan.work {
        Work::Tunnels => write(&lines),
        Work::Run(_) | Work::Connect(_) if plan.quiet => Ok(()),
        Work::Run(_) | Work::Connect(_) => {
            notices::say(&lines);
            Ok(())
        }
    }
}

fn write(text: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(Error::Output)
}

/// Opens the web pages. If no browser starts, the tunnels stay.
async fn open_browser(plan: &Plan, opened: &[Opened]) {
    const FAILED: &str =
        "sshc: the browser could not be opened: open the printed address yourself\n";
    let quiet = plan.quiet;
    let say = move || {
        log::info!("the browser could not be opened");
        if !quiet {
            notices::say(FAILED);
        }
    };
    for page in opened.iter().filter_map(Opened::page) {
        if browser::open(page, say).await.is_err() {
            say();
        }
    }
}

/// Reports the ports that the system has chosen. Scripts get this too, unless they read it from
/// another output: they have no other way to know.
fn tell_ports(plan: &Plan, chosen: &[Forward]) {
    if plan.quiet || (plan.print_forwards && !io::stderr().is_terminal()) {
        return;
    }
    for forward in chosen {
        notices::say(&format!("sshc: {}\n", shown(forward::lead(forward))));
    }
}

/// Shows a notice on a terminal; scripts get none.
fn notice(plan: &Plan, text: &str) {
    notices::tell(plan.quiet, text);
}
