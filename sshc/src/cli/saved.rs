//! `putty:NAME`: a saved session of PuTTY's stands for the options that it amounts to.

use crate::Error;
use crate::connect::{Proxy, Server};
use crate::destination::Destination;
use crate::putty::{self, ProxyKind, Session};

use super::options::Options;

/// What begins the name of a saved session.
const PREFIX: &str = "putty:";

/// Takes over a saved session, if the destination names one. What the user said on the command
/// line stays as it is.
///
/// # Errors
/// There is no such session, or it cannot be used.
pub(super) fn take_over(options: &mut Options, text: &str) -> Result<Option<Destination>, Error> {
    let Some(name) = text.strip_prefix(PREFIX) else { return Ok(None) };
    let session = putty::session(name).map_err(Error::Putty)?;
    apply(options, session).map(Some)
}

fn apply(options: &mut Options, session: Session) -> Result<Destination, Error> {
    let destination =
        Destination { user: session.user, host: session.host, port: session.port.try_into().ok() };
    if options.keys.is_empty() {
        options.keys.extend(session.key_file);
    }
    options.keepalive = options.keepalive.or(session.keepalive);
    options.compress |= session.compresses;
    options.forward_agent |= session.forwards_agent;
    options.local.extend(session.local_forwards);
    options.remote.extend(session.remote_forwards);
    options.dynamic.extend(session.dynamic_forwards);
    let on_the_way =
        options.proxy.is_some() || options.proxy_command.is_some() || !options.jump.is_empty();
    if let (Some(proxy), false) = (session.proxy, on_the_way) {
        let putty::Proxy { kind, host, port, user } = proxy;
        match kind {
            ProxyKind::Socks5 => options.proxy = Some(Proxy::Socks(Server::new(host, port, user))),
            ProxyKind::Http => options.proxy = Some(Proxy::Http(Server::new(host, port, user))),
            ProxyKind::Ssh => {
                options.jump.push(Destination { user, host, port: port.try_into().ok() });
            }
        }
    }
    Ok(destination)
}
