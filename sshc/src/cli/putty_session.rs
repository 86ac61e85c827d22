//! `putty:NAME`: replaces a saved PuTTY session by the equivalent options.

use crate::Error;
use crate::connect::{Proxy, Server};
use crate::destination::Destination;
use crate::putty::{self, ProxyKind, Session};

use crate::options::Options;

/// The prefix for saved sessions.
const PREFIX: &str = "putty:";

/// Uses a saved session if the destination names one. Options on the command line win.
///
/// # Errors
/// When there is no such session, or it cannot be used.
pub(super) fn take_over(options: &mut Options, text: &str) -> Result<Option<Destination>, Error> {
    let Some(name) = text.strip_prefix(PREFIX) else { return Ok(None) };
    let session = putty::session(name).map_err(Error::Putty)?;
    Ok(Some(apply(options, session)))
}

fn apply(options: &mut Options, session: Session) -> Destination {
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
        options.proxy.is_some() || options.proxy_command.is_some() || options.decides_jumps();
    if let (Some(proxy), false) = (session.proxy, on_the_way) {
        let putty::Proxy { kind, host, port, user } = proxy;
        match kind {
            ProxyKind::Socks5 => options.proxy = Some(Proxy::Socks(Server::new(host, port, user))),
            ProxyKind::Http => options.proxy = Some(Proxy::Http(Server::new(host, port, user))),
            ProxyKind::Ssh => {
                let port = port.try_into().ok();
                options.jump_by_default([Destination { user, host, port }]);
            }
        }
    }
    destination
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn session() -> Session {
        Session {
            host: "node7".into(),
            port: 2222,
            user: Some("ada".into()),
            key_file: Some("id.ppk".into()),
            local_forwards: vec![crate::config::Forward::parse("8888:localhost:88").unwrap()],
            remote_forwards: Vec::new(),
            dynamic_forwards: Vec::new(),
            keepalive: Some(std::time::Duration::from_secs(7)),
            forwards_agent: true,
            compresses: true,
            proxy: Some(putty::Proxy {
                kind: ProxyKind::Ssh,
                host: "gate".into(),
                port: 22,
                user: None,
            }),
        }
    }

    fn options(words: &[&str]) -> Options {
        let words: Vec<OsString> = [&["sshc"], words].concat().iter().map(OsString::from).collect();
        Options::read(&words).unwrap()
    }

    #[test]
    fn a_saved_session_fills_in_what_was_not_said() {
        let mut options = options(&["putty:My Cluster"]);
        let destination = apply(&mut options, session());
        assert_eq!(destination, "ada@node7:2222".parse().unwrap());
        assert_eq!(options.keys, [std::path::PathBuf::from("id.ppk")]);
        assert_eq!(options.keepalive.map(|time| time.as_secs()), Some(7));
        assert_eq!(options.jumps().unwrap(), ["gate:22".parse().unwrap()]);
        assert_eq!(options.local.len(), 1);
        assert!(options.compress && options.forward_agent);
    }

    #[test]
    fn explicit_options_override_a_saved_session() {
        let mut options = options(&[
            "--key",
            "other",
            "--keepalive",
            "1s",
            "-J",
            "elsewhere",
            "putty:My Cluster",
        ]);
        apply(&mut options, session());
        assert_eq!(options.keys, [std::path::PathBuf::from("other")]);
        assert_eq!(options.keepalive.map(|time| time.as_secs()), Some(1));
        assert_eq!(options.jumps().unwrap(), ["elsewhere".parse().unwrap()]);
    }
}
