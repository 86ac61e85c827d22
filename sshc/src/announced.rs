//! `--announced`: a tunnel to each service that a log announces besides the login.
//!
//! A log is hostile: we listen only on loopback, [`Service`] has checked what a service may be, and
//! no message contains a token except the one that was asked for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use contract::json;
use joblog_parse::Service;
use serde_json::json;

use crate::Error;
use crate::connect::Family;
use crate::forward::{Direction, Forward, Goal, Tunnels, spec::Listen};

/// The request of `--announced`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Announced {
    /// The services, each to have a tunnel.
    pub(crate) services: Vec<Service>,
    /// Whether to open their web pages in a browser.
    pub(crate) opens_browser: bool,
    /// Whether to print tokens.
    pub(crate) shows_secrets: bool,
}

/// A service with its tunnel.
#[derive(Debug)]
pub(crate) struct Opened {
    service: Service,
    forward: Forward,
    near: SocketAddr,
}

/// The services in the line with the destination.
///
/// # Errors
/// When it is not JSON of `joblog-parse`, or announces no service.
pub(crate) fn in_line(line: &str) -> Result<Vec<Service>, Error> {
    if !line.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        return Err(Error::NothingAnnounced("the line on standard input is not JSON"));
    }
    let services = Service::all_in_json_line(line).map_err(Error::Services)?;
    if services.is_empty() {
        return Err(Error::NothingAnnounced("the log announces no service besides the login"));
    }
    Ok(services)
}

/// Sets up the tunnels.
///
/// # Errors
/// When one cannot be set up.
pub(crate) async fn open(
    tunnels: &mut Tunnels,
    announced: &Announced,
    family: Family,
) -> Result<Vec<Opened>, Error> {
    let mut opened = Vec::new();
    for service in &announced.services {
        let wanted = forward(service, service.port.get(), family);
        let forward = match tunnels.open(&wanted).await {
            Ok(forward) => forward,
            // The port is taken or reserved by the system, so use any other.
            Err(_) => tunnels.open(&forward(service, 0, family)).await?,
        };
        let port = forward.listen.port().unwrap_or_default();
        let near = SocketAddr::new(loopback(family), port);
        log::info!("{service} is at {near} here");
        opened.push(Opened { service: service.clone(), forward, near });
    }
    Ok(opened)
}

fn forward(service: &Service, port: u16, family: Family) -> Forward {
    let (host, far) = (service.site.host().to_string(), service.port.get());
    let listen = Listen::Tcp { bind: Some(loopback(family).to_string()), port };
    Forward { direction: Direction::Local, listen, goal: Goal::Tcp { host, port: far } }
}

/// A single address, so that no other program can have the same port in the other family.
fn loopback(family: Family) -> IpAddr {
    match family {
        Family::V6 => Ipv6Addr::LOCALHOST.into(),
        Family::Any | Family::V4 => Ipv4Addr::LOCALHOST.into(),
    }
}

impl Opened {
    /// The local address: that of a web page, or of a port.
    pub(crate) fn address(&self, with_token: bool) -> String {
        let Self { service, near, .. } = self;
        let plain = || match service.scheme {
            Some(scheme) => format!("{}://{near}", scheme.name()),
            None => near.to_string(),
        };
        service.url(*near, with_token).unwrap_or_else(plain)
    }

    /// The address of a web page with its token, for a browser.
    pub(crate) fn page(&self) -> Option<String> {
        self.service.url(self.near, true)
    }

    /// A line for people and scripts; the address comes first.
    pub(crate) fn line(&self, with_token: bool) -> String {
        format!("{}  {}\n", self.address(with_token), self.service)
    }

    /// The line for `--print-forwards`.
    pub(crate) fn as_json(&self, with_token: bool) -> String {
        json::line(&json!({
            "direction": "local",
            "bind": self.near.ip().to_string(),
            "port": self.near.port(),
            "to": self.forward.goal.to_string(),
            "name": self.service.name.as_str(),
            "url": self.address(with_token),
        }))
    }

    /// Whether this is the forward to the service.
    pub(crate) fn is(&self, forward: &Forward) -> bool {
        self.forward == *forward
    }

    /// Whether the page needs a token that the log has but did not pass to us.
    pub(crate) fn lacks_token(&self) -> bool {
        self.service.token.as_ref().is_some_and(|token| !token.is_known())
    }

    /// Whether there is a token to be shown.
    pub(crate) fn has_token(&self) -> bool {
        self.service.token.as_ref().is_some_and(joblog_parse::service::Token::is_known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"user":"ada","host":"203.0.113.7","services":[{"name":"jupyter","scheme":"http","host":"node07","port":8888,"path":"/lab","token_parameter":"token","token":"s3cret"},{"name":"vnc","scheme":"vnc","host":"::1","port":5901}]}"#;

    fn opened(port: u16) -> Vec<Opened> {
        let one = |service: Service| {
            let forward = forward(&service, port, Family::Any);
            Opened { service, forward, near: SocketAddr::new(loopback(Family::Any), port) }
        };
        in_line(LINE).unwrap().into_iter().map(one).collect()
    }

    #[test]
    fn addresses_are_on_loopback_and_have_the_token_only_where_it_is_asked_for() {
        let opened = opened(40123);
        assert_eq!(opened[0].line(false), "http://127.0.0.1:40123/lab  jupyter on node07:8888\n");
        assert_eq!(opened[0].address(true), "http://127.0.0.1:40123/lab?token=s3cret");
        assert_eq!(opened[1].line(true), "vnc://127.0.0.1:40123  vnc on [::1]:5901\n");
        assert_eq!(opened[1].page(), None);
        assert_eq!(
            opened[0].as_json(false),
            "{\"bind\":\"127.0.0.1\",\"direction\":\"local\",\"name\":\"jupyter\",\"port\":40123,\"to\":\"node07:8888\",\
             \"url\":\"http://127.0.0.1:40123/lab\"}\n"
        );
    }

    #[test]
    fn only_json_announces_services() {
        for (line, cause) in [
            ("ada@node7", "the line on standard input is not JSON"),
            (r#"{"user":"ada","host":"node7"}"#, "the log announces no service besides the login"),
        ] {
            assert!(matches!(in_line(line), Err(Error::NothingAnnounced(why)) if why == cause));
        }
        for (from, to) in
            [("8888", "22"), ("node07", "169.254.169.254"), ("/lab", "//evil.example/")]
        {
            assert!(matches!(in_line(&LINE.replace(from, to)), Err(Error::Services(_))), "{to}");
        }
    }
}
