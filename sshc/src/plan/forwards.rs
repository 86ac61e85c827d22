//! The tunnels from the options and the configuration.

use crate::Error;
use crate::config::{self, Config, Template, Tokens};
use crate::forward::spec::{self, Listen};
use crate::forward::{Direction, Forward, Goal};
use crate::options::Options;

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
