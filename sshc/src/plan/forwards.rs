//! The tunnels from the options and the configuration.

use crate::Error;
use crate::config::{self, Config, SessionType, Template, Tokens};
use crate::forward::spec::{self, Listen};
use crate::forward::{Direction, Forward, Goal};
use crate::options::Options;

/// A tunnel that is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) forward: Forward,
    /// Whether its failure ends everything.
    pub(crate) must_work: bool,
}

/// A tunnel of the command line must work, because the user has just asked for it. One of the
/// configuration need not: otherwise a second session would end because the first has the port.
pub(super) fn forwards(
    options: &Options,
    config: &Config,
    tokens: &Tokens,
) -> Result<Vec<Wanted>, Error> {
    let sources = [
        (Direction::Local, &options.local, &config.local_forward),
        (Direction::Remote, &options.remote, &config.remote_forward),
        (Direction::Local, &options.dynamic, &config.dynamic_forward),
    ];
    let open = *config.gateway_ports;
    let mut forwards = Vec::new();
    if clears(options, config) {
        return Ok(forwards);
    }
    let exits_on_failure = exits_on_failure(config);
    let nothing_else = has_nothing_else(options, config);
    for (direction, given, configured) in sources {
        let given = given.iter().map(|forward| (forward, exits_on_failure.unwrap_or(true)));
        let configured =
            configured.iter().map(|forward| (forward, exits_on_failure.unwrap_or(nothing_else)));
        for (forward, must_work) in given.chain(configured) {
            let forward = one(direction, forward, open, tokens)?;
            forwards.push(Wanted { forward, must_work });
        }
    }
    Ok(forwards)
}

/// `ExitOnForwardFailure`, if it is set.
fn exits_on_failure(config: &Config) -> Option<bool> {
    let setting = &config.exit_on_forward_failure;
    setting.is_given().then_some(**setting)
}

fn has_nothing_else(options: &Options, config: &Config) -> bool {
    options.no_command
        || options.stdio_forward.is_some()
        || *config.session_type == SessionType::None
}

/// Whether a tunnel that fails ends everything, for `-G`.
pub(super) fn must_work(options: &Options, config: &Config) -> bool {
    let is_given =
        [&options.local, &options.remote, &options.dynamic].iter().any(|given| !given.is_empty());
    exits_on_failure(config).unwrap_or(is_given || has_nothing_else(options, config))
}

/// Whether no tunnels are opened, even those on the command line. `-W` asks for that unless
/// something says otherwise.
pub(super) fn clears(options: &Options, config: &Config) -> bool {
    let clear = &config.clear_all_forwardings;
    if clear.is_given() { **clear } else { options.stdio_forward.is_some() }
}

fn one(
    direction: Direction,
    forward: &config::Forward,
    open: bool,
    tokens: &Tokens,
) -> Result<Forward, Error> {
    let path = |template: &str| {
        let template = Template::from(template.to_owned());
        tokens.path(&template).map(|path| path.display().to_string()).map_err(Error::Config)
    };
    let mut forward = spec::typed(direction, forward);
    match &mut forward.listen {
        // `GatewayPorts` is for our side only; the server has its own setting.
        Listen::Tcp { bind: bind @ None, .. } if open && direction == Direction::Local => {
            *bind = Some("*".into());
        }
        Listen::Unix(listen) => *listen = path(listen)?,
        Listen::Tcp { .. } => {}
    }
    if let Goal::Unix(goal) = &mut forward.goal {
        *goal = path(goal)?;
    }
    if forward.goal == Goal::Socks && matches!(forward.listen, Listen::Unix(_)) {
        return Err(Error::Usage("a SOCKS forward listens on a port, not on a socket".into()));
    }
    Ok(forward)
}
