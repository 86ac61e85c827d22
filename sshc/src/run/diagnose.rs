//! `--diagnose`: takes each step to a cluster except the login itself, and reports it.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};

use contract::{escape, shown};
use russh::{Disconnect, MethodKind};
use tokio::time::timeout;

use super::connector::{candidates, complete, options};
use crate::Error;
use crate::advice::{NetworkFacts, RuleMatch};
use crate::ask::Asker;
use crate::auth::{self, Keyring, Login};
use crate::client::{HostKeyCheck, ProgressEvent, ProgressObserver};
use crate::connect::{self, ConnectOptions, Connection, DialOptions, Proxy, Transport};
use crate::diagnose::address::{is_private, is_translated};
use crate::diagnose::{Diagnosis, Verdict};
use crate::fingerprint::Fingerprint;
use crate::host_key_policy::{LearnedHostKey, Policy, UnknownHosts, Verifier};
use crate::lock::lock;
use crate::plan::{Hop, Plan};
use crate::reason::Reason;
use steps::StepLog;

mod explain;
mod steps;

/// How many characters of a server's banner are shown.
const BANNER: usize = 200;

/// Finds out whether a login would work, and why not. It does not log in, changes nothing, and asks
/// no question.
///
/// # Errors
/// When the report cannot be written.
pub(crate) async fn diagnose(
    plan: &Plan,
    diagnosis: &Diagnosis,
    asker: Asker,
) -> Result<Verdict, Error> {
    let steps = Arc::new(Mutex::new(StepLog::new(diagnosis.json)));
    let found = Diagnose { plan, diagnosis, asker: Arc::new(asker), steps: Arc::clone(&steps) };
    let verdict = found.verdict().await;
    let mut steps = lock(&steps);
    steps.end(&verdict)?;
    Ok(verdict)
}

struct Diagnose<'a> {
    plan: &'a Plan,
    diagnosis: &'a Diagnosis,
    asker: Arc<Asker>,
    steps: Arc<Mutex<StepLog>>,
}

/// A failure, and what is known about the address.
struct Failed {
    cause: Error,
    known: NetworkFacts,
}

impl From<Error> for Failed {
    fn from(cause: Error) -> Self {
        Self { cause, known: NetworkFacts::default() }
    }
}

impl Diagnose<'_> {
    async fn verdict(&self) -> Verdict {
        let Some(hop) = self.plan.route.first() else {
            return Verdict::fails(Reason::Usage, "there is no destination", None);
        };
        let user = hop.user.clone().unwrap_or_else(|| hop.local_user.clone());
        self.say("target", self.target(hop, &user));
        match self.walk_to(hop, &user).await {
            Ok(_) if self.plan.route.len() > 1 => Verdict::ends_at(&hop.place()),
            Ok(key) => Verdict::works(&shown(&user), &key, lock(&self.steps).steps()),
            Err(failed) => self.explain(hop, failed).await,
        }
    }

    /// The whole route, as the user would write it.
    fn target(&self, hop: &Hop, user: &str) -> String {
        let goal = self.plan.route.last().unwrap_or(hop);
        let goal_user = goal.user.as_deref().unwrap_or(user);
        let mut target = format!("{}@{}", shown(goal_user), goal.place());
        if self.plan.route.len() > 1 {
            let hops = self.plan.route.iter().rev().skip(1).rev().map(Hop::place);
            target = format!("{target}, by way of {}", hops.collect::<Vec<_>>().join(", "));
        }
        match &hop.proxy {
            Some(Proxy::Command(line)) => target + &format!(", through `{}`", shown(line)),
            Some(proxy) => target + &format!(", through {}", shown(proxy.to_string())),
            None => target,
        }
    }

    /// Takes all steps up to the key that the server would accept.
    async fn walk_to(&self, hop: &Hop, user: &str) -> Result<String, Failed> {
        let mut policy = Policy { may_note_use: false, ..hop.policy.clone() };
        if policy.unknown_hosts == UnknownHosts::AcceptNew {
            policy.unknown_hosts = UnknownHosts::AcceptOnce;
        }
        let met = Arc::<LearnedHostKey>::default();
        let (host, port) = (&hop.host, hop.port);
        let verifier = Verifier::new(&policy, user, host, port, &self.asker, &met)?;
        let options = self.options(hop);
        let (transport, known) = self.open(hop, &options).await?;
        let mut host_keys = verifier.reached(transport.address, &options.transport.algorithms)?;
        host_keys.check = self.reported_check(host_keys.check, met, !policy.pins.is_empty());
        let connected = connect::handshake(transport, &options, host_keys).await;
        let mut connection = connected.map_err(|cause| Failed { cause, known })?;
        let asked = self.ask(&mut connection, hop, user).await;
        let _ = connection.handle.disconnect(Disconnect::ByApplication, "", "en").await;
        let _ = timeout(super::CLOSE_TIMEOUT, connection.shared.wait_for_end()).await;
        Ok(asked?)
    }

    fn options(&self, hop: &Hop) -> ConnectOptions {
        let mut options = options(self.plan, hop, None);
        options.transport.timeout = self.diagnosis.time_limit;
        options.dial_timeout = self.diagnosis.time_limit;
        options.version_timeout = self.diagnosis.time_limit;
        let steps = Arc::clone(&self.steps);
        options.observer = ProgressObserver::new(move |event| match event {
            ProgressEvent::Version(version) => {
                lock(&steps).step("server", escape::excerpt(&version, BANNER));
            }
            ProgressEvent::Algorithms(names) => lock(&steps).step("encryption", shown(names)),
        });
        options
    }

    /// The stream to the first server, directly or through a proxy.
    async fn open(
        &self,
        hop: &Hop,
        options: &ConnectOptions,
    ) -> Result<(Transport, NetworkFacts), Failed> {
        let (host, port, dial) = (&hop.host, hop.port, &hop.dial);
        let mut proxy = hop.proxy.clone();
        if proxy.is_some() {
            complete(proxy.as_mut(), &self.asker)?;
            let opened = connect::open_transport(host, port, dial, proxy.as_ref(), options).await?;
            self.say("connection", "the proxy has connected".to_owned());
            return Ok((opened, NetworkFacts::default()));
        }
        let addresses = connect::resolve(host, port, dial, options).await?;
        if host.parse::<IpAddr>().is_err() {
            let shown: Vec<_> = addresses.iter().map(|it| it.ip().to_string()).collect();
            self.say("name", format!("{} is {}", shown_host(host), shown.join(", ")));
        }
        let known = self.known(&addresses, dial, port);
        self.say_rule(&known.listed);
        match connect::open_to(addresses, dial, options).await {
            Ok(transport) => {
                let address = transport.address.map(|it| it.to_string()).unwrap_or_default();
                self.say("connection", format!("{address} answers"));
                Ok((transport, known))
            }
            Err(cause) => Err(Failed { cause, known }),
        }
    }

    /// What this computer alone knows about the address: no question is asked, and nothing is sent.
    fn known(&self, addresses: &[SocketAddr], dial: &DialOptions, port: u16) -> NetworkFacts {
        let rule = self.diagnosis.rule.as_ref();
        let is_about = |it: &&SocketAddr| rule.is_none_or(|rule| rule.is_about_family_of(it.ip()));
        let address = addresses.iter().find(is_about).or(addresses.first());
        let from = address.and_then(|address| dial.source_for(address.ip()));
        let mine = from.or_else(|| address.and_then(|address| own_address(*address)));
        let listed = match (rule, mine, address) {
            (Some(rule), Some(mine), _) if rule.lets_in(mine) => RuleMatch::Inside,
            (Some(rule), Some(mine), Some(address)) => {
                let rule = rule.to_string();
                if is_translated(mine) && !is_private(address.ip()) && !address.ip().is_loopback() {
                    RuleMatch::Hidden { mine, rule }
                } else {
                    RuleMatch::Outside { mine, rule }
                }
            }
            _ => RuleMatch::NotAsked,
        };
        let address = address.map(SocketAddr::ip);
        NetworkFacts { address, mine, port, listed, has_route: mine.is_some(), asked: Vec::new() }
    }

    fn say_rule(&self, listed: &RuleMatch) {
        let seen = match listed {
            RuleMatch::NotAsked => return,
            RuleMatch::Inside => "the access rule lets this computer in".to_owned(),
            RuleMatch::Outside { mine, rule } => format!("{mine} is not in {rule}"),
            RuleMatch::Hidden { mine, .. } => format!("NAT hides this computer's address {mine}"),
        };
        self.say("rule", seen);
    }

    /// The check of the host key; it also reports its outcome.
    fn reported_check(
        &self,
        check: HostKeyCheck,
        met: Arc<LearnedHostKey>,
        is_named: bool,
    ) -> HostKeyCheck {
        let steps = Arc::clone(&self.steps);
        Box::new(move |key| {
            let outcome = check(key);
            let shown = key.public_key();
            let name = format!("{} {}", shown.algorithm(), Fingerprint::of(&shown));
            let seen = match &outcome {
                Err(cause) => cause.plain(),
                Ok(()) if is_named => format!("{name} is the one that you named"),
                Ok(()) if met.is_trusted() => format!("{name} is on record"),
                Ok(()) => format!("{name} is new; accepted for now, and not recorded"),
            };
            lock(&steps).outcome("host key", seen, outcome.as_ref().err().map(Error::reason));
            outcome
        })
    }

    /// Asks the server which key it would accept.
    async fn ask(
        &self,
        connection: &mut Connection,
        hop: &Hop,
        user: &str,
    ) -> Result<String, Error> {
        let steps = Arc::clone(&self.steps);
        connection.shared.show_banners(Box::new(move |banner| {
            lock(&steps).step("banner", escape::excerpt(banner.trim(), BANNER));
        }));
        let certificates = hop.credentials.certificates.iter().map(|path| auth::certificate(path));
        let certificates: Vec<_> = certificates.collect::<Result<_, _>>()?;
        let (mut keys, unusable) = candidates(&hop.credentials)?;
        let login = Login {
            user,
            named: &mut keys,
            unusable: &unusable,
            certificates: &certificates,
            keyring: Keyring::new(hop.credentials.agent.clone()),
            identities_only: hop.credentials.identities_only,
            add_to_agent: None,
            methods: vec![MethodKind::PublicKey],
            password_prompts: 0,
            devices: None,
            accepted: &hop.credentials.accepted,
            host_binding: hop.credentials.host_binding,
            key_retry: None,
            only_asks: true,
            keys_first: false,
            proof_required: false,
            quiet: true,
            asker: &self.asker,
        };
        let key = auth::ask(connection, login).await?;
        self.say("key", format!("{key} is welcome"));
        Ok(key)
    }

    fn say(&self, name: &'static str, seen: String) {
        lock(&self.steps).step(name, seen);
    }
}

/// Our own address on the route to `to`, as this computer knows it. Connecting a datagram socket
/// looks up the route and sends nothing.
fn own_address(to: SocketAddr) -> Option<IpAddr> {
    let any: SocketAddr = if to.is_ipv4() { ([0; 4], 0).into() } else { ([0_u16; 8], 0).into() };
    let looked_up = || -> io::Result<IpAddr> {
        let socket = UdpSocket::bind(any)?;
        socket.connect(to)?;
        Ok(socket.local_addr()?.ip())
    };
    looked_up().ok()
}

fn shown_host(host: &str) -> String {
    shown(host)
}
