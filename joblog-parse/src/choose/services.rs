//! Decides which services there are: combines what several lines say about one service, in bounded
//! memory.

use super::Choice;
use crate::recognize::AnnouncedService;
use crate::service::{MOST_SERVICES, Port, Service, Site, Token};
use crate::target::{Host, Reach};

/// The most services kept, over all clusters.
const MOST_KEPT: usize = 16 * MOST_SERVICES;
/// If a program prints several addresses of its own, they are within this many lines.
const SAME_LINES: u64 = 4;

/// The services of the sources so far.
#[derive(Debug, Default)]
pub(super) struct Services {
    all: Vec<(usize, AnnouncedService)>,
}

impl Services {
    /// Adds a service of a source, or more information about a known one.
    pub(super) fn add(&mut self, source: usize, new: AnnouncedService, choice: Choice) {
        let known = self.all.iter_mut().rev().filter(|(of, known)| {
            *of == source
                && known.era == new.era
                && are_of_one_job(known.job.as_ref(), new.job.as_ref())
        });
        for (_, known) in known {
            if is_same(known, &new) {
                return merge(known, new);
            }
        }
        self.make_room(source, new.era, choice);
        if self.all.len() < MOST_KEPT {
            self.all.push((source, new));
        }
    }

    /// Makes room for a service: drops the oldest of this cluster if that is full or, for
    /// [`Choice::Latest`], the oldest of all.
    fn make_room(&mut self, source: usize, era: u32, choice: Choice) {
        let is_of_this = |(of, one): &(usize, AnnouncedService)| *of == source && one.era == era;
        if self.all.iter().filter(|one| is_of_this(one)).count() >= MOST_SERVICES
            && let Some(oldest) = self.all.iter().position(is_of_this)
        {
            self.all.remove(oldest);
        } else if self.all.len() >= MOST_KEPT && choice == Choice::Latest {
            self.all.remove(0);
        }
    }

    /// A service has ended.
    pub(super) fn forget_ended(&mut self, source: usize, site: &Site, port: Port) {
        self.all.retain(|(of, one)| {
            let is_it = one.service.port == port && one.service.site.is_same_as(site);
            *of != source || !is_it
        });
    }

    /// Machines are gone.
    pub(super) fn forget_gone(&mut self, source: usize, is_gone: impl Fn(&Host) -> bool) {
        self.all.retain(|(of, one)| *of != source || !is_gone(one.service.site.host()));
    }

    /// The source was rewritten.
    pub(super) fn forget(&mut self, source: usize) {
        self.all.retain(|(of, _)| *of != source);
    }

    /// The services of a job in one era of a source.
    pub(super) fn of(
        &self,
        source: usize,
        era: u32,
        job: Option<&String>,
    ) -> Vec<AnnouncedService> {
        let is_of = |(of, one): &&(usize, AnnouncedService)| {
            *of == source && one.era == era && are_of_one_job(one.job.as_ref(), job)
        };
        self.all.iter().filter(is_of).map(|(_, one)| one.clone()).collect()
    }

    /// The services of the last cluster with any.
    pub(super) fn latest(&self) -> Vec<AnnouncedService> {
        let last = self.all.iter().map(|(source, one)| (*source, one.era)).max();
        last.map_or_else(Vec::new, |(source, era)| self.of(source, era, None))
    }
}

/// Whether nothing says that they belong to two different jobs.
fn are_of_one_job(one: Option<&String>, other: Option<&String>) -> bool {
    one.is_none() || other.is_none() || one == other
}

/// Whether two announcements are of one service: at one place, at the two ends of a tunnel, or at
/// several addresses that one program prints together.
fn is_same(known: &AnnouncedService, new: &AnnouncedService) -> bool {
    let (ours, theirs) = (&known.service, &new.service);
    if ours.is_at_same_place(theirs) {
        return true;
    }
    let is_near_end = |tunnel: &AnnouncedService, other: &Service| {
        let port = other.port.get();
        other.site.is_loopback()
            && tunnel
                .near_port
                .is_some_and(|near| near == port || tunnel.service.port.get() == port)
    };
    if is_near_end(known, theirs) || is_near_end(new, ours) {
        return true;
    }
    let is_alias =
        |service: &Service| service.site.is_loopback() || is_public_address(&service.site);
    let has_same_token = ours.token.is_some()
        && ours.token.as_ref().is_some_and(Token::is_known)
        && ours.token == theirs.token;
    let is_near = known.line.abs_diff(new.line) <= SAME_LINES;
    ours.port == theirs.port
        && (has_same_token || (is_near && (is_alias(ours) || is_alias(theirs))))
}

fn is_public_address(site: &Site) -> bool {
    site.host().is_address() && site.host().reach() == Reach::Public
}

/// Adds new information to a known service. Keeps the place that works from the login host: that of
/// a tunnel command before a machine of the cluster, then loopback, then a public address.
fn merge(known: &mut AnnouncedService, new: AnnouncedService) {
    let rank = |one: &AnnouncedService| {
        if one.near_port.is_some() {
            3
        } else if one.service.site.is_loopback() {
            1
        } else {
            i32::from(!is_public_address(&one.service.site)) * 2
        }
    };
    if rank(&new) > rank(known) {
        known.service.site = new.service.site.clone();
        known.service.port = new.service.port;
    }
    known.near_port = new.near_port.or(known.near_port);
    let has_plain_name = ["web", "tunnel"].contains(&known.service.name.as_str());
    if has_plain_name || known.near_port.is_some() && !is_plain(&new) {
        known.service.name = new.service.name.clone();
    }
    known.service.scheme = known.service.scheme.filter(|_| is_plain(&new)).or(new.service.scheme);
    if !new.service.path.is_root() || new.service.token.is_some() {
        known.service.path = new.service.path;
    }
    let is_known = new.service.token.as_ref().is_some_and(Token::is_known);
    if is_known || known.service.token.is_none() {
        known.service.token = new.service.token.or(known.service.token.take());
    }
    known.line = new.line;
}

fn is_plain(one: &AnnouncedService) -> bool {
    ["web", "tunnel"].contains(&one.service.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(line: u64, name: &str, url: &str, near_port: Option<u16>) -> AnnouncedService {
        let json = format!(r#"{{"services":[{{"name":"{name}",{url}}}]}}"#);
        let service = Service::all_in_json_line(&json).unwrap().remove(0);
        AnnouncedService { service, line, job: None, era: 0, near_port }
    }

    fn at(host: &str, port: u16) -> String {
        format!(r#""scheme":"http","host":"{host}","port":{port}"#)
    }

    fn kept(all: Vec<AnnouncedService>) -> Vec<String> {
        let mut services = Services::default();
        for one in all {
            services.add(0, one, Choice::Latest);
        }
        services.of(0, 0, None).iter().map(|one| one.service.to_string()).collect()
    }

    #[test]
    fn one_service_under_several_addresses_is_one() {
        let one = |line, host, port| announced(line, "jupyter", &at(host, port), None);
        for (all, expected) in [
            (
                vec![one(1, "node07", 8888), one(2, "127.0.0.1", 8888)],
                &["jupyter on node07:8888"][..],
            ),
            (vec![one(1, "127.0.0.1", 8888), one(2, "node07", 8888)], &["jupyter on node07:8888"]),
            (
                vec![one(1, "localhost", 8888), one(90, "127.0.0.1", 8888)],
                &["jupyter on localhost:8888"],
            ),
            (
                vec![
                    one(1, "localhost", 8501),
                    one(2, "10.0.0.5", 8501),
                    one(3, "203.0.113.5", 8501),
                ],
                &["jupyter on 10.0.0.5:8501"],
            ),
            (
                vec![one(1, "node07", 8888), one(90, "127.0.0.1", 8888)],
                &["jupyter on node07:8888", "jupyter on 127.0.0.1:8888"],
            ),
            (
                vec![one(1, "node07", 8888), one(2, "node08", 8888)],
                &["jupyter on node07:8888", "jupyter on node08:8888"],
            ),
        ] {
            assert_eq!(kept(all), expected);
        }
    }

    #[test]
    fn both_ends_of_a_tunnel_are_one_service() {
        let tunnel = || announced(1, "tunnel", &at("node07", 8888), Some(9999));
        let near = |port| announced(50, "jupyter", &at("localhost", port), None);
        for all in
            [vec![tunnel(), near(9999)], vec![near(9999), tunnel()], vec![tunnel(), near(8888)]]
        {
            assert_eq!(kept(all), ["jupyter on node07:8888"]);
        }
    }

    #[test]
    fn memory_has_an_end_and_the_last_ones_stay() {
        let all = (0..5000).map(|number| {
            announced(u64::from(number) * 9, "web", &at("node07", 2000 + number), None)
        });
        let kept = kept(all.collect());
        assert_eq!(kept.len(), MOST_SERVICES);
        assert_eq!(kept.last().unwrap(), "web on node07:6999");
    }
}
