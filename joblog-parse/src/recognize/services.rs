//! Services that a line announces to its reader: notebooks, dashboards, desktops, and the tunnels
//! to them.
//!
//! As with logins, evidence decides. For: a phrase about listening, the name of a known program, a
//! token, a host inside the cluster. Against: words that tie the address to something else (a
//! proxy, a mirror, a database, a worker) or to a request of the job. [`crate::choose`] decides
//! which services belong to a target.

mod address;
mod display;
mod evidence;
mod recent;
mod tunnel;
mod words;

use address::Address;
use evidence::Verdict;
use recent::Recent;
use words::Known;

use super::finding::{AnnouncedService, Finding};
use super::line;
use crate::service::{Name, Port, Scheme, Service, Site, WebPath};

/// The most services that one line may announce.
const MOST_IN_A_LINE: usize = 16;
/// The longest line that is searched for a port or a place without a scheme.
const SPOKEN_BYTES: usize = 400;

/// What a line says about services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Announcement {
    /// A service is announced; the number is the near port of a tunnel.
    Announced(Service, Option<u16>),
    /// A service has ended.
    Gone(Site, Port),
}

impl Announcement {
    /// The finding for this line.
    pub(super) fn finding(self, line: u64, job: Option<String>, era: u32) -> Finding {
        match self {
            Self::Gone(site, port) => Finding::ServiceGone(site, port),
            Self::Announced(service, near_port) => {
                let found = AnnouncedService { service, line, job, era, near_port };
                Finding::Service(Box::new(found))
            }
        }
    }
}

/// Reads lines, and remembers what the last ones were about.
#[derive(Debug, Default, Clone)]
pub(super) struct Services {
    recent: Recent,
}

impl Services {
    /// Reads a line.
    pub(super) fn read(&mut self, number: u64, text: &str) -> Vec<Announcement> {
        let said = if line::is_trace(text) { Vec::new() } else { self.said(number, text) };
        self.recent.add(number, text);
        said
    }

    fn said(&self, number: u64, text: &str) -> Vec<Announcement> {
        let mut said = self.tunnels(number, text);
        let has_urls = memchr::memmem::find(text.as_bytes(), b"://").is_some();
        if has_urls {
            self.addresses(number, text, address::next_url, &mut said);
        }
        if said.is_empty() && !has_urls && text.len() <= SPOKEN_BYTES && names_port(text) {
            said.extend(self.display(number, text));
            if said.is_empty() {
                self.addresses(number, text, address::next_place, &mut said);
            }
            if said.is_empty() {
                said.extend(spoken_port(text));
            }
        }
        said
    }

    fn addresses(
        &self,
        number: u64,
        text: &str,
        next: impl Fn(&str, usize) -> Option<Result<Address, usize>>,
        said: &mut Vec<Announcement>,
    ) {
        let mut from = 0;
        while said.len() < MOST_IN_A_LINE
            && let Some(found) = next(text, from)
        {
            let found = match found {
                Ok(found) => found,
                Err(end) => {
                    from = end;
                    continue;
                }
            };
            from = found.span.end;
            match evidence::judge(text, &found, &self.recent, number) {
                Some(Verdict::Announced(known)) => said.extend(service(found, known)),
                Some(Verdict::Gone) => said.push(Announcement::Gone(found.site, found.port)),
                None => {}
            }
        }
    }

    fn tunnels(&self, number: u64, text: &str) -> Vec<Announcement> {
        if !tunnel::may_hold(text) {
            return Vec::new();
        }
        let tunnels = tunnel::all(text);
        if tunnels.is_empty() || evidence::is_example(text, &self.recent, number) {
            return Vec::new();
        }
        let known = evidence::subject(text, &self.recent, number);
        let tunnels = tunnels.into_iter().take(MOST_IN_A_LINE).filter_map(|tunnel| {
            let known = words::usual_at(tunnel.port.get()).or(known);
            let service = named(known, None, "tunnel", tunnel.site, tunnel.port)?;
            Some(Announcement::Announced(service, Some(tunnel.near)))
        });
        tunnels.collect()
    }

    fn display(&self, number: u64, text: &str) -> Option<Announcement> {
        let (site, port) = display::last(text)?;
        if evidence::is_example(text, &self.recent, number) {
            return None;
        }
        let service = named(words::known("vnc"), Some(Scheme::Vnc), "vnc", site, port)?;
        Some(Announcement::Announced(service, None))
    }
}

/// Whether a line without a scheme may name a port: it has a colon and a digit, or the word.
fn names_port(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b':', bytes).any(|at| bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
        || memchr::memmem::find(bytes, b"ort ").is_some()
}

/// A program's port in words, on the host named beside it or else on the login host.
fn spoken_port(text: &str) -> Option<Announcement> {
    let (at, number) =
        ["port ", "port: ", "port=", "Port ", "Port: "].iter().find_map(|label| {
            let at = text.find(label)?;
            let is_option = text.get(..at).is_some_and(|before| before.ends_with('-'));
            (!is_option).then(|| (at, text.get(at + label.len()..).unwrap_or_default()))
        })?;
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let (number, behind) = number.split_at_checked(digits)?;
    let port = number.parse::<Port>().ok()?;
    let known = evidence::judge_port(text, at, port.get())?;
    let site = beside(text.get(..at)?, behind).unwrap_or_else(Site::loopback);
    let service = named(Some(known), None, "web", site, port)?;
    Some(Announcement::Announced(service, None))
}

/// The host in `on node07 port 8888` or `port 8888 of node07`: an address, or a name with a digit.
fn beside(before: &str, behind: &str) -> Option<Site> {
    let host = |word: Option<&str>| {
        let word = word?.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_host = word.bytes().any(|it| it.is_ascii_digit())
            && word.bytes().any(|it| !it.is_ascii_digit());
        word.parse::<Site>().ok().filter(|_| is_host)
    };
    let mut words = behind.split_whitespace();
    let is_led_to = words.next().is_some_and(|word| ["of", "on", "at"].contains(&word));
    let after = is_led_to.then(|| host(words.next())).flatten();
    after.or_else(|| {
        let mut words = before
            .split_whitespace()
            .rev()
            .skip_while(|word| ["on", "at", "and", "using"].contains(word));
        host(words.next())
    })
}

fn service(found: Address, known: Option<Known>) -> Option<Announcement> {
    let Address { scheme, site, port, query, .. } = found;
    let mut service = named(known, scheme, "web", site, port)?;
    if let Some(query) = query {
        service.path = query.path;
        service.token = query.token;
    }
    Some(Announcement::Announced(service, None))
}

/// A service of a known program, or else one named after its protocol.
fn named(
    known: Option<Known>,
    scheme: Option<Scheme>,
    unknown: &str,
    site: Site,
    port: Port,
) -> Option<Service> {
    let name = known.map_or(unknown, |known| known.name).parse::<Name>().ok()?;
    let scheme = scheme.or_else(|| known.filter(|known| known.is_web).map(|_| Scheme::Http));
    Some(Service { name, scheme, site, port, path: WebPath::root(), token: None })
}

#[cfg(test)]
mod tests;
