//! The route to the destination: the jump hosts, each with its own configuration.

use std::collections::VecDeque;

use contract::shown;

use super::{DestinationSource, Environment, Hop, NamedHost, hop, request};
use crate::Error;
use crate::config::{Config, Jump};
use crate::destination::Destination;
use crate::options::Options;

/// More hosts than any real route has; stops a configuration that leads in circles.
const MOST_HOPS: usize = 16;

/// The jump hosts in order, then the destination.
///
/// # Errors
/// When a host's configuration is unusable, or jump hosts lead in circles.
pub(super) fn route(
    options: &Options,
    goal: &NamedHost,
    config: &Config,
    around: &Environment,
) -> Result<Vec<Hop>, Error> {
    let mut way = VecDeque::from([ConfiguredHost { named: goal.clone(), config: config.clone() }]);
    push_front(&mut way, jumps(options, config)?, goal.origin, options, around)?;
    // The first host may have its own jump hosts, as with ssh, which starts another ssh for it.
    while way.len() > 1 && options.proxy.is_none() {
        let own = way.front().map(|first| configured(&first.config)).transpose()?;
        let Some(own) = own.filter(|own| !own.is_empty()) else { break };
        if way.len() + own.len() > MOST_HOPS {
            let first = own.first().map(|jump| shown(&jump.host));
            return Err(Error::Destination(format!(
                "the ProxyJump lines lead in circles, or over more than {MOST_HOPS} hosts, by way of `{}`",
                first.unwrap_or_default()
            )));
        }
        push_front(&mut way, own, goal.origin, options, around)?;
    }
    let mut is_first = true;
    let hops = way.iter().map(|ConfiguredHost { named, config }| {
        let is_first = std::mem::take(&mut is_first);
        hop::hop(options, named, is_first, config, around)
    });
    hops.collect()
}

/// Puts these hosts, in their order, in front of the route. Only the first one is reached from
/// here.
fn push_front(
    way: &mut VecDeque<ConfiguredHost>,
    jumps: Vec<Destination>,
    origin: DestinationSource,
    options: &Options,
    around: &Environment,
) -> Result<(), Error> {
    for (position, jump) in jumps.into_iter().enumerate().rev() {
        way.push_front(ConfiguredHost::to(jump, position > 0, origin, options, around)?);
    }
    Ok(())
}

/// A host and its configuration.
struct ConfiguredHost {
    named: NamedHost,
    config: Config,
}

impl ConfiguredHost {
    fn to(
        destination: Destination,
        is_proxied: bool,
        origin: DestinationSource,
        options: &Options,
        around: &Environment,
    ) -> Result<Self, Error> {
        let named =
            NamedHost { destination, is_goal: false, origin, may_be_asked: false, is_proxied };
        let config = Config::resolve(&request(options, &named), &around.context);
        Ok(Self { named, config: config.map_err(Error::Config)? })
    }
}

/// The jump hosts named for the destination.
fn jumps(options: &Options, config: &Config) -> Result<Vec<Destination>, Error> {
    if options.is_direct() {
        return Ok(Vec::new());
    }
    if options.decides_jumps() {
        return options.jumps();
    }
    if options.proxy.is_some() || options.proxy_command.is_some() {
        return Ok(Vec::new());
    }
    configured(config)
}

fn configured(config: &Config) -> Result<Vec<Destination>, Error> {
    let read = |jump: &Jump| jump.to_string().parse().map_err(Error::Destination);
    config.proxy_jump.iter().map(read).collect()
}
