//! Carrying out a plan: hop by hop to the server, logged in, and then the work.

use std::collections::VecDeque;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use russh::Disconnect;
use tokio::time::timeout;

use crate::Error;
use crate::ask::{self, Asker};
use crate::auth::{self, Candidate, Keyring, Login};
use crate::connect::{self, Connection, Line, Manner, Proxy};
use crate::escape;
use crate::forward::spec::host_and_port;
use crate::forward::{self, Link};
use crate::plan::{Identity, Plan, Stop, Work};
use crate::session;
use crate::stop;
use crate::verify::Verifier;

mod status;
mod stdio_forward;

/// How long a server may take to note that we are leaving.
const FAREWELL: Duration = Duration::from_millis(200);

/// Does what was planned and gives the status to exit with.
///
/// # Errors
/// The first thing that could not be done.
pub(crate) async fn run(plan: &Plan, asker: Asker) -> Result<u8, Error> {
    let asker = Arc::new(asker);
    // The connections to the jump hosts carry the last one: they are kept for as long as it.
    let mut passed: Vec<Connection> = Vec::new();
    for stop in &plan.route {
        let connection = reach(plan, stop, passed.last(), &asker).await?;
        passed.push(connection);
    }
    let Some(connection) = passed.pop() else {
        return Err(Error::NoDestination("the route is empty"));
    };
    work(plan, connection).await
}

/// Connects to one stop, through the one before it if there is one, and logs in.
async fn reach(
    plan: &Plan,
    stop: &Stop,
    through: Option<&Connection>,
    asker: &Arc<Asker>,
) -> Result<Connection, Error> {
    let place = host_and_port(&stop.host, stop.port);
    let user = match &stop.user {
        Some(user) => user.clone(),
        None => asker.shown("login as: ", "user@host or --user")?,
    };
    let candidates = candidates(&stop.identity)?;
    let verifier = Verifier::new(&stop.policy, &user, &stop.host, stop.port, asker)?;
    for warning in verifier.warnings() {
        notice(plan, &format!("ignored a malformed line: {warning}"));
    }
    let manner = Manner {
        place: escape::line(&place).into_owned(),
        timeout: stop.timeout,
        wishes: stop.wishes.clone(),
        recorded: verifier.recorded(),
        authorities: verifier.has_authority(),
        keepalive: stop.keepalive,
        keepalive_max: stop.keepalive_max,
        rekey: stop.rekey,
    };
    let line = match through {
        None => {
            let proxy = proxy(stop, asker)?;
            connect::line(&stop.host, stop.port, stop.path, proxy.as_ref(), &manner).await?
        }
        Some(before) => line_through(before, stop, &manner).await?,
    };
    let check = verifier.into_check(line.address);
    let mut connection = connect::handshake(line, &manner, check).await?;
    let login = Login {
        user: &user,
        candidates,
        keyring: Keyring::new(stop.identity.agent.clone()),
        identities_only: stop.identity.identities_only,
        methods: stop.identity.methods.clone(),
        password_prompts: stop.identity.password_prompts,
        allow_sha1: stop.identity.allow_sha1,
        asker,
    };
    let outcome = auth::log_in(&mut connection, login).await;
    for banner in connection.shared.take_banners() {
        notice(plan, escape::lines(banner.trim_end()).as_str());
    }
    outcome.map(|()| connection)
}

/// The proxy for a stop, with its password asked for if it needs one.
fn proxy(stop: &Stop, asker: &Asker) -> Result<Option<Proxy>, Error> {
    let Some(mut proxy) = stop.proxy.clone() else { return Ok(None) };
    if let Some(server) = proxy.server_mut()
        && let Some(user) = server.user()
    {
        let question = format!("Password of {} for the proxy: ", escape::line(user));
        let password = asker.hidden(&question, "SSH_ASKPASS")?;
        server.set_password(ask::text(&password));
    }
    Ok(Some(proxy))
}

/// A stream to the next stop as the one before it sees it.
async fn line_through(before: &Connection, stop: &Stop, manner: &Manner) -> Result<Line, Error> {
    let opened =
        before.handle.channel_open_direct_tcpip(&stop.host, u32::from(stop.port), "127.0.0.1", 0);
    let failed = |reason: String| Error::Proxy { place: manner.place.clone(), reason };
    let channel = match timeout(manner.timeout, opened).await {
        Ok(Ok(channel)) => channel,
        Ok(Err(russh::Error::ChannelOpenFailure(_))) => {
            return Err(failed(format!("{} could not connect to it", before.place)));
        }
        Ok(Err(cause)) => return Err(failed(Error::from(cause).plain())),
        Err(_) => return Err(failed(format!("{} did not answer", before.place))),
    };
    // This channel is read as a stream: nobody empties its inbox.
    before.shared.forget(channel.id());
    Ok(Line { stream: Box::new(channel.into_stream()), address: None })
}

fn candidates(identity: &Identity) -> Result<VecDeque<Candidate>, Error> {
    let read = |path: &PathBuf| match Candidate::read(path) {
        Err(_) if identity.keys_may_be_missing => None,
        outcome => Some(outcome),
    };
    identity.keys.iter().filter_map(read).collect()
}

async fn work(plan: &Plan, connection: Connection) -> Result<u8, Error> {
    let Connection { handle, shared, place } = connection;
    let handle = Arc::new(handle);
    let complain = |cause: &Error| notice(plan, &cause.plain());
    let running =
        forward::start(&handle, &shared, &plan.forwards, plan.forwards_must_work, complain).await?;
    if plan.print_forwards {
        print_forwards(&running)?;
    }
    let link = Link::new(Arc::clone(&handle), Arc::clone(&shared), Arc::clone(&running.tally));
    let outcome = match &plan.work {
        Work::Run(order) => session::run(&link, order, &place).await,
        Work::Connect(goal) => stdio_forward::run(&link, goal).await,
        Work::Tunnels => tokio::select! {
            end = shared.wait_for_end() => {
                Err(Error::Lost { place: place.clone(), reason: end.reason })
            }
            status = stop::asked() => Ok(status),
            () = status::show(&place, running.listening.len(), &running.tally, plan.quiet) => Ok(0),
        },
    };
    drop(running);
    if shared.end().is_none() {
        let _ = handle.disconnect(Disconnect::ByApplication, "", "en").await;
        let _ = timeout(FAREWELL, shared.wait_for_end()).await;
    }
    outcome
}

fn print_forwards(running: &forward::Running) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    for listening in &running.listening {
        writeln!(stdout, "{}", forward::as_json(listening)).map_err(Error::Output)?;
    }
    stdout.flush().map_err(Error::Output)
}

/// Tells the person at the terminal; a script is not told.
fn notice(plan: &Plan, text: &str) {
    let mut stderr = io::stderr();
    if !plan.quiet && stderr.is_terminal() {
        let _ = writeln!(stderr, "{text}");
    }
}
