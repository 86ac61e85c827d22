//! One connection for many programs: a holder in the background keeps it, and its guests use it as
//! if it were their own.
//!
//! The holder is this program again. It inherits the socket for its guests, logs in, asks at the
//! terminal of the program that started it, and then leaves that terminal. Its decisions are in
//! `docs/decisions/0029-sharing-a-connection.md`.

mod channel_relay;
mod consent;
mod control;
mod holder;
mod sessions;
mod streams;

use std::ffi::OsString;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::task::yield_now;

use crate::Error;
use crate::client::Shared;
use crate::client::link::Guest;
use crate::client::link::control_socket::{
    self, Claim, Holder, HolderStream, HolderTimeout, NoHolder, Pauses, Stream,
};
use crate::client::link::frame::{Frame, MAGIC, VERSION};
use crate::client::link::guest::{self, FIRST_CHANNEL};
use crate::client::link::incoming::FrameReader;
use crate::client::link::outgoing::Outgoing;
use crate::connect;
use crate::forward::LiveConnection;
use crate::plan::{Plan, Sharing, Work};

pub(crate) use control::control;
pub(crate) use holder::{EarlySocket, InProcessHolder, serve};

/// How many holders in a row may hang up on us at once before we give up.
const MOST_HANG_UPS: u32 = 3;

/// Why we connect for ourselves.
const HUNG_UP: &str = "its holder hung up";
const TAKEN: &str = "there is one already";
const NO_START: &str = "its holder does not start";

/// The result of looking for a shared connection.
pub(crate) enum Attached {
    /// We use this shared connection.
    To(LiveConnection),
    /// We connect for ourselves; `-v` has reported why.
    Alone,
    /// The holder that we started could not log in, and has reported why. Its status is ours.
    Failed(u8),
}

/// Finds the plan's shared connection, or starts one.
///
/// # Errors
/// When we have started one, and could not connect.
pub(crate) async fn attach(plan: &Plan) -> Result<Attached, Error> {
    let Some(sharing) = &plan.share else { return Ok(Attached::Alone) };
    Ok(match meet(plan, sharing).await? {
        Search::Welcome(met) => join(plan, sharing, met).await,
        Search::Failed(status) => Attached::Failed(status),
        Search::Alone(why) => alone(&why),
    })
}

/// Uses the connection of this holder, unless it has no room for us.
async fn join(plan: &Plan, sharing: &Sharing, met: Welcome) -> Attached {
    log::info!("using the connection that process {} holds", met.process);
    let shared = Arc::new(Shared::default());
    let guest = Guest::new(met.stream, met.arrivals, Arc::clone(&shared), sharing.agent.clone());
    if let Work::Run(_) = plan.work {
        let opened = guest.first_session();
        tokio::pin!(opened);
        let confirmed = HolderTimeout::USUAL.wait(guest.confirmed());
        let opened = tokio::select! {
            biased;
            opened = &mut opened => opened,
            None = confirmed => return alone("its holder does not answer"),
        };
        if let Err(cause) = opened {
            return alone(&guest::refusal(&shared, cause));
        }
    }
    Attached::To(LiveConnection::shared(guest, shared, met.is_windows))
}

fn alone(why: &str) -> Attached {
    log::info!("not using a shared connection: {why}");
    Attached::Alone
}

/// The result of looking for a holder.
enum Search {
    Welcome(Welcome),
    Alone(String),
    Failed(u8),
}

/// A holder that lets us use its connection.
struct Welcome {
    stream: Arc<Stream>,
    arrivals: FrameReader,
    process: u32,
    is_windows: bool,
}

async fn meet(plan: &Plan, sharing: &Sharing) -> Result<Search, Error> {
    let mut pauses = Pauses::growing();
    let mut hang_ups = 0;
    loop {
        match control_socket::connect(&sharing.path).await {
            Ok(_) if !sharing.joins => return Ok(Search::Alone(TAKEN.to_owned())),
            Ok(reached) => {
                match handshake(
                    reached,
                    &sharing.route_digest,
                    wanted(plan, sharing),
                    DuringLogin::Wait,
                )
                .await
                {
                    HolderAnswer::Welcome(welcome) => return Ok(Search::Welcome(welcome)),
                    // It was about to end, and we had asked for no program yet.
                    HolderAnswer::HungUp if hang_ups < MOST_HANG_UPS => hang_ups += 1,
                    HolderAnswer::HungUp => return Ok(Search::Alone(HUNG_UP.to_owned())),
                    HolderAnswer::Unusable(why) => return Ok(Search::Alone(why)),
                }
            }
            Err(NoHolder::HungUp) if hang_ups < MOST_HANG_UPS => hang_ups += 1,
            Err(NoHolder::HungUp) => return Ok(Search::Alone(HUNG_UP.to_owned())),
            Err(NoHolder::Nobody) if !sharing.starts => {
                return Ok(Search::Alone("there is none".to_owned()));
            }
            Err(NoHolder::Nobody) => match Claim::take(&sharing.path, sharing.makes_folder) {
                Ok(Some(claim)) => {
                    if let Err(NoHolder::Nobody) = control_socket::connect(&sharing.path).await {
                        return start(claim, plan, sharing).await;
                    }
                    // Another program has claimed the name since we looked.
                }
                Ok(None) if pauses.pause().await => {}
                Ok(None) => return Ok(Search::Alone(NO_START.to_owned())),
                Err(cause) => return Ok(Search::Alone(contract::report::cause(&cause))),
            },
            Err(NoHolder::Failed(cause)) => {
                return Ok(Search::Alone(contract::report::cause(&cause)));
            }
        }
    }
}

/// Starts a holder, and waits until it is logged in. Meanwhile we connect to the first server for
/// it, which it then need not wait for.
async fn start(claim: Claim, plan: &Plan, sharing: &Sharing) -> Result<Search, Error> {
    let option = OsString::from(format!("--share-holder={}", std::process::id()));
    let arguments: Vec<_> = [option].into_iter().chain(sharing.arguments.clone()).collect();
    let connected = connect_first(plan);
    tokio::pin!(connected);
    // The server can start its own process while we start ours.
    let outcome = tokio::select! {
        biased;
        outcome = &mut connected => Some(outcome),
        () = yield_now() => None,
    };
    let mut holder = match claim.start_holder(&arguments) {
        Ok(holder) => holder,
        Err(cause) => return Ok(Search::Alone(contract::report::cause(&cause))),
    };
    let connected = async {
        match outcome {
            Some(outcome) => outcome,
            None => connected.await,
        }
    };
    let reached = match reach(&mut holder, sharing).await {
        Ok(reached) => reached,
        Err(Some(why)) => return Ok(Search::Alone(why)),
        Err(None) => return Ok(ended(holder).await),
    };
    let answer =
        handshake(reached, &sharing.route_digest, wanted(plan, sharing), DuringLogin::Wait);
    tokio::pin!(answer);
    let answer = tokio::select! {
        biased;
        answer = &mut answer => answer,
        connected = connected => match connected {
            Ok(connection) => {
                holder.hand_over(connection);
                answer.await
            }
            Err(cause) => return failed(holder, cause).await,
        },
    };
    Ok(match answer {
        HolderAnswer::Welcome(welcome) => Search::Welcome(welcome),
        HolderAnswer::HungUp => ended(holder).await,
        HolderAnswer::Unusable(why) => Search::Alone(why),
    })
}

/// Connects to the first server of the route, if that needs no question and no other program.
async fn connect_first(plan: &Plan) -> Result<Option<(TcpStream, SocketAddr)>, Error> {
    let hop = plan.route.first().filter(|hop| hop.user.is_some() && hop.proxy.is_none());
    let Some(hop) = hop.filter(|_| control_socket::TAKES_CONNECTIONS && plan.wait.is_none()) else {
        return Ok(None);
    };
    let place = hop.place();
    let time_limit = hop.transport.timeout;
    connect::open_socket(&hop.host, hop.port, &hop.dial, &place, time_limit).await.map(Some)
}

/// The stream to a holder that we have just started. Without a reason in the error, it has ended.
async fn reach(holder: &mut Holder, sharing: &Sharing) -> Result<HolderStream, Option<String>> {
    let mut pauses = Pauses::short();
    loop {
        match control_socket::connect(&sharing.path).await {
            Ok(reached) => return Ok(reached),
            Err(NoHolder::Failed(cause)) => return Err(Some(contract::report::cause(&cause))),
            Err(NoHolder::Nobody) if !holder.has_ended() => {
                if !pauses.pause().await {
                    return Err(Some(NO_START.to_owned()));
                }
            }
            Err(NoHolder::Nobody | NoHolder::HungUp) => return Err(None),
        }
    }
}

/// After we could not connect: the result, unless the holder has failed before that and reported
/// why.
async fn failed(holder: Holder, cause: Error) -> Result<Search, Error> {
    match holder.status().await {
        Some(0) => Err(cause),
        status => Ok(Search::Failed(status.unwrap_or(u8::MAX))),
    }
}

/// If it could not log in, it has reported the cause on our standard error.
async fn ended(holder: Holder) -> Search {
    match holder.status().await {
        // It was logged in, but was ended before it could serve us.
        Some(0) => Search::Alone(HUNG_UP.to_owned()),
        status => Search::Failed(status.unwrap_or(u8::MAX)),
    }
}

/// A holder's answer to our handshake.
enum HolderAnswer {
    Welcome(Welcome),
    /// It is gone.
    HungUp,
    /// We cannot use it, for this reason.
    Unusable(String),
}

/// What a program that runs another on the server wants from the start.
fn wanted<'a>(plan: &Plan, sharing: &'a Sharing) -> Option<Frame<'a>> {
    let session = Frame::OpenSession { channel: FIRST_CHANNEL, agent: &sharing.agent };
    matches!(plan.work, Work::Run(_)).then_some(session)
}

/// What to do while a holder logs in, perhaps with questions to its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DuringLogin {
    Wait,
    GiveUp,
}

/// Introduces us to a holder and names the route. The first request goes with the handshake:
/// the holder handles it as soon as it has let us in.
async fn handshake(
    HolderStream { stream, mut time_limit }: HolderStream,
    route_digest: &[u8],
    wanted: Option<Frame<'_>>,
    during_login: DuringLogin,
) -> HolderAnswer {
    let stream = Arc::new(stream);
    let outgoing = Outgoing::new(Arc::clone(&stream));
    outgoing.put(&Frame::Hello { magic: MAGIC, version: VERSION, route_digest });
    if let Some(wanted) = wanted {
        outgoing.put(&wanted);
    }
    let mut arrivals = FrameReader::new(Arc::clone(&stream));
    let listen = async {
        let mut is_logging_in = false;
        loop {
            match time_limit.wait(arrivals.next()).await {
                Some(Ok(Some(Frame::LoggingIn {}))) => {
                    // One that is logged in sends a single sign before its answer.
                    if is_logging_in && during_login == DuringLogin::GiveUp {
                        return Err(Some("it is still logging in".to_owned()));
                    }
                    is_logging_in = true;
                    time_limit = HolderTimeout::WAITING;
                }
                Some(Ok(Some(Frame::Welcome { version: VERSION, process, is_windows }))) => {
                    return Ok((process, is_windows));
                }
                Some(Ok(Some(Frame::Refused { why }))) => {
                    let why = String::from_utf8_lossy(why).into_owned();
                    return Err(Some(contract::shown(&why)));
                }
                // What we have said and it has not read resets the stream.
                Some(Ok(None)) => return Err(None),
                Some(Err(cause)) if cause.kind() != ErrorKind::InvalidData => return Err(None),
                Some(Ok(Some(_)) | Err(_)) => {
                    return Err(Some("another program listens there".to_owned()));
                }
                None => return Err(Some("its holder does not answer".to_owned())),
            }
        }
    };
    let pump = async {
        outgoing.pump().await;
        std::future::pending().await
    };
    let outcome = tokio::select! {
        outcome = listen => outcome,
        outcome = pump => outcome,
    };
    match outcome {
        Ok((process, is_windows)) => {
            HolderAnswer::Welcome(Welcome { stream, arrivals, process, is_windows })
        }
        Err(None) => HolderAnswer::HungUp,
        Err(Some(why)) => HolderAnswer::Unusable(why),
    }
}
