//! Hop by hop to the server, each with its own host key and login.

use std::sync::Arc;

use russh::MethodKind;
use tokio::time::timeout;

use super::tell;
use crate::Error;
use crate::ask::{self, Asker};
use crate::auth::{self, Candidate, Keyring, Login};
use crate::client::{Shared, ShowBanner};
use crate::connect::{self, Connection, Line, Manner, Proxy};
use crate::escape;
use crate::forward::Live;
use crate::forward::spec::host_and_port;
use crate::plan::{Identity, Plan, Stop};
use crate::verify::{Met, Verifier};

/// How often a user is asked for a name, as for a password.
const NAME_PROMPTS: u32 = 3;

/// Banners that are shown of one server.
const BANNERS_SHOWN: u32 = 16;

/// What is needed to go the way again without asking anybody anything twice.
pub(super) struct Traveller<'a> {
    plan: &'a Plan,
    asker: Arc<Asker>,
    /// On the way to the destination: the password that was given is not for those hosts.
    asker_on_the_way: Arc<Asker>,
    /// The stops on the way, and the destination behind them.
    stages: Vec<Stage<'a>>,
}

/// A stop, and what is ours to log in with there.
struct Stage<'a> {
    stop: &'a Stop,
    /// `None` until somebody was asked.
    user: Option<String>,
    /// The keys that were named; once unlocked they stay so.
    keys: Vec<Candidate>,
    /// Why others cannot be offered.
    unusable: Vec<String>,
    /// With its password, once that was asked for.
    proxy: Option<Proxy>,
    met: Met,
    /// Whether keys were enough the last time: when they no longer are, nobody is asked for a password at a moment that
    /// nobody expects it, and the login is refused.
    keys_sufficed: bool,
}

impl<'a> Traveller<'a> {
    /// Reads the keys of every stop.
    ///
    /// # Errors
    /// A key that was named cannot be read.
    pub(super) fn new(plan: &'a Plan, asker: Asker) -> Result<Self, Error> {
        let stage = |stop: &'a Stop| {
            let (keys, unusable) = candidates(&stop.identity)?;
            let (user, proxy) = (stop.user.clone(), stop.proxy.clone());
            let (met, keys_sufficed) = (Met::default(), false);
            Ok(Stage { stop, user, keys, unusable, proxy, met, keys_sufficed })
        };
        let stages = plan.route.iter().map(stage).collect::<Result<_, Error>>()?;
        let asker_on_the_way = Arc::new(Asker { password_file: None, ..asker.clone() });
        Ok(Self { plan, asker: Arc::new(asker), asker_on_the_way, stages })
    }

    /// Goes the way.
    ///
    /// # Errors
    /// The first stop that cannot be reached, and why.
    pub(super) async fn go(&mut self) -> Result<Live, Error> {
        let mut passed: Vec<Connection> = Vec::new();
        let count = self.stages.len();
        for stage in &mut self.stages {
            let is_goal = passed.len() + 1 == count;
            let asker = if is_goal { &self.asker } else { &self.asker_on_the_way };
            let connection = stage.reach(self.plan, passed.last(), asker, is_goal).await?;
            passed.push(connection);
        }
        let goal = passed.pop().ok_or(Error::NoDestination("the route is empty"))?;
        Ok(Live::new(goal, passed))
    }

    /// The destination and the user there, once known.
    pub(super) fn goal(&self) -> Option<(&Stop, &str)> {
        let goal = self.stages.last()?;
        Some((goal.stop, goal.user.as_deref()?))
    }

    /// The destination, as messages name it.
    pub(super) fn place(&self) -> String {
        self.stages.last().map(|goal| place(goal.stop)).unwrap_or_default()
    }
}

impl Stage<'_> {
    /// Connects to it, through the one before it if there is one, and logs in.
    async fn reach(
        &mut self,
        plan: &Plan,
        through: Option<&Connection>,
        asker: &Arc<Asker>,
        is_goal: bool,
    ) -> Result<Connection, Error> {
        let Self { stop, user, keys, unusable, proxy, met, keys_sufficed } = self;
        let user = match user {
            Some(user) => user,
            None => user.insert(name(stop, asker, is_goal)?),
        };
        let certificates = stop.identity.certificates.iter().map(|path| auth::certificate(path));
        let certificates: Vec<_> = certificates.collect::<Result<_, _>>()?;
        let verifier = Verifier::new(&stop.policy, user, &stop.host, stop.port, asker, met)?;
        for warning in verifier.warnings() {
            log::info!("ignored a malformed line: {warning}");
        }
        let manner = manner(plan, stop, &verifier);
        log::info!("connecting to {}", manner.place);
        let line = match through {
            None => {
                complete(proxy.as_mut(), asker)?;
                connect::line(&stop.host, stop.port, &stop.path, proxy.as_ref(), &manner).await?
            }
            Some(before) => line_through(before, stop, &manner).await?,
        };
        let check = verifier.into_check(line.address);
        let mut connection = connect::handshake(line, &manner, check).await?;
        if let Some(before) = through {
            tokio::spawn(end_with(Arc::clone(&before.shared), Arc::clone(&connection.shared)));
        }
        log::info!("the host key of {} is accepted", manner.place);
        let mut methods = stop.identity.methods.clone();
        if *keys_sufficed && asker.password_file.is_none() {
            methods.retain(|method| *method == MethodKind::PublicKey);
        }
        let login = Login {
            user,
            named: keys,
            unusable,
            certificates: &certificates,
            keyring: Keyring::new(stop.identity.agent.clone()),
            identities_only: stop.identity.identities_only,
            add_to_agent: stop.identity.add_to_agent,
            methods,
            password_prompts: stop.identity.password_prompts,
            allow_sha1: stop.identity.allow_sha1,
            asker,
        };
        connection.shared.show_banners(banners(plan.quiet));
        *keys_sufficed = auth::log_in(&mut connection, login).await?;
        log::info!("logged in to {} as {}", manner.place, escape::line(user));
        Ok(connection)
    }
}

/// The user's name at a stop, which nobody has said yet.
fn name(stop: &Stop, asker: &Asker, is_goal: bool) -> Result<String, Error> {
    let (question, option) = if is_goal {
        ("login as: ".to_owned(), "user@host or --user")
    } else {
        (format!("login to {} as: ", place(stop)), "user@host")
    };
    for _ in 0..NAME_PROMPTS {
        let name = asker.shown(&question, Some(option))?;
        if !name.trim().is_empty() {
            return Ok(name.trim().to_owned());
        }
    }
    Err(Error::Ask(format!("no user was named; {option} names one")))
}

/// A connection through another one is gone with it; by itself it would notice only at its next sign of life.
async fn end_with(before: Arc<Shared>, through: Arc<Shared>) {
    through.finish(before.wait_for_end().await);
}

/// Shows banners before anything is asked; a server that sends them without end is not listened to.
fn banners(quiet: bool) -> ShowBanner {
    let mut left = BANNERS_SHOWN;
    Box::new(move |banner| {
        if left > 0 {
            left -= 1;
            tell(quiet, &escape::lines(banner.trim_end()));
        }
    })
}

fn place(stop: &Stop) -> String {
    escape::line(&host_and_port(&stop.host, stop.port)).into_owned()
}

fn manner(plan: &Plan, stop: &Stop, verifier: &Verifier) -> Manner {
    Manner {
        place: place(stop),
        timeout: stop.timeout,
        wishes: stop.wishes.clone(),
        recorded: verifier.recorded(),
        authorities: verifier.has_authority(),
        keepalive: stop.keepalive,
        keepalive_max: stop.keepalive_max,
        rekey: stop.rekey,
        purpose: plan.purpose(),
    }
}

/// Asks for the password of a proxy that needs one.
fn complete(proxy: Option<&mut Proxy>, asker: &Asker) -> Result<(), Error> {
    if let Some(server) = proxy.and_then(Proxy::server_mut)
        && let Some(user) = server.wants_password_of()
    {
        let question = format!("Password of {} for the proxy: ", escape::line(user));
        let password = asker.hidden(&question, "SSH_ASKPASS")?;
        server.set_password(ask::text(&password)?);
    }
    Ok(())
}

/// A stream to the next stop as the one before it sees it.
async fn line_through(before: &Connection, stop: &Stop, manner: &Manner) -> Result<Line, Error> {
    let opened =
        before.handle.channel_open_direct_tcpip(&stop.host, u32::from(stop.port), "127.0.0.1", 0);
    let failed = |reason: String| Error::Proxy { place: manner.place.clone(), reason };
    let channel = match timeout(manner.timeout, opened).await {
        Ok(Ok(channel)) => channel,
        Ok(Err(cause @ russh::Error::ChannelOpenFailure(_))) => {
            let said = before.shared.explain(cause);
            return Err(failed(format!("{} could not connect to it: {said}", before.place)));
        }
        Ok(Err(cause)) => return Err(failed(Error::from(cause).plain())),
        Err(_) => return Err(failed(format!("{} did not answer", before.place))),
    };
    // This channel is read as a stream: nobody empties its inbox.
    before.shared.forget(channel.id());
    Ok(Line { stream: Box::new(channel.into_stream()), address: None, command: None })
}

/// The keys to offer, and why others cannot be: one that nobody named on the command line must not hide them.
fn candidates(identity: &Identity) -> Result<(Vec<Candidate>, Vec<String>), Error> {
    let (mut keys, mut unusable) = (Vec::new(), Vec::new());
    for path in &identity.keys {
        if !identity.keys_may_be_missing {
            keys.push(Candidate::read(path)?);
            continue;
        }
        match Candidate::read_if_there(path) {
            Ok(key) => keys.extend(key),
            Err(cause) => {
                log::info!("{}", cause.plain());
                unusable.push(cause.plain());
            }
        }
    }
    Ok((keys, unusable))
}
