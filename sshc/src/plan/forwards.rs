//! The tunnels of the options and of the configuration.

use crate::Error;
use crate::cli::options::Options;
use crate::config::{self, Config, Endpoint, Tokens};
use crate::forward::spec::Listen;
use crate::forward::{Direction, Forward, Goal};

pub(super) fn forwards(
    options: &Options,
    config: &Config,
    tokens: &Tokens,
) -> Result<Vec<Forward>, Error> {
    let sources = [
        (Direction::Local, &options.local, &config.local_forward),
        (Direction::Remote, &options.remote, &config.remote_forward),
        (Direction::Local, &options.dynamic, &config.dynamic_forward),
    ];
    let open = *config.gateway_ports;
    let mut forwards = Vec::new();
    for (direction, given, configured) in sources {
        for forward in given.iter().chain(configured) {
            forwards.push(one(direction, forward, open, tokens)?);
        }
    }
    Ok(forwards)
}

fn one(
    direction: Direction,
    forward: &config::Forward,
    open: bool,
    tokens: &Tokens,
) -> Result<Forward, Error> {
    let path = |template| {
        tokens.path(template).map(|path| path.display().to_string()).map_err(Error::Config)
    };
    let listen = match &forward.listen {
        // `GatewayPorts` is about our side; the server has its own.
        Endpoint::Tcp { host: None, port } if open && direction == Direction::Local => {
            Listen::Tcp { bind: Some("*".into()), port: *port }
        }
        Endpoint::Tcp { host, port } => Listen::Tcp { bind: host.clone(), port: *port },
        Endpoint::Unix(template) => Listen::Unix(path(template)?),
    };
    let goal = match &forward.connect {
        None => Goal::Socks,
        Some(Endpoint::Tcp { host, port }) => {
            Goal::Tcp { host: host.clone().unwrap_or_else(|| "localhost".into()), port: *port }
        }
        Some(Endpoint::Unix(template)) => Goal::Unix(path(template)?),
    };
    if goal == Goal::Socks && matches!(listen, Listen::Unix(_)) {
        return Err(Error::Usage("a SOCKS forward listens on a port, not on a socket".into()));
    }
    Ok(Forward { direction, listen, goal })
}
