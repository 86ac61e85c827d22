//! Hosts that the log has said are not the reader's: they belong to another service, or could not
//! be reached. What the log says about a host applies to its other lines, too.

use std::collections::VecDeque;

use super::evidence::Evidence;
use crate::target::Host;

/// The most hosts remembered.
const MOST_HOSTS: usize = 64;

/// These hosts, with the evidence against each.
#[derive(Debug, Clone, Default)]
pub(super) struct Disowned {
    hosts: VecDeque<(Host, Evidence)>,
}

impl Disowned {
    /// Records what a line says about a host.
    pub(super) fn add(&mut self, host: &Host, evidence: Evidence) {
        if let Some((_, known)) = self.hosts.iter_mut().find(|(known, _)| known.is_same_as(host)) {
            return known.add(evidence);
        }
        if self.hosts.len() >= MOST_HOSTS {
            self.hosts.pop_front();
        }
        self.hosts.push_back((host.clone(), evidence));
    }

    /// Forgets what failed, because the next cluster may have the same addresses.
    pub(super) fn end_era(&mut self) {
        self.hosts.retain_mut(|(_, evidence)| {
            *evidence = evidence.without(Evidence::FAILURE);
            *evidence != Evidence::default()
        });
    }

    /// The evidence against a login there. The log may offer a host after it could not be reached.
    pub(super) fn evidence(&self, host: &Host, of_login: Evidence) -> Evidence {
        let Some((_, evidence)) = self.hosts.iter().find(|(known, _)| known.is_same_as(host))
        else {
            return Evidence::default();
        };
        let reasons = Evidence::COMMAND | Evidence::LOGIN | Evidence::CONNECT | Evidence::READY;
        if of_login.has(Evidence::OFFERED) && of_login.has(reasons) {
            evidence.without(Evidence::FAILURE)
        } else {
            *evidence
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_about_a_host_applies_to_its_other_lines() {
        let host = |text: &str| text.parse::<Host>().unwrap();
        let mut disowned = Disowned::default();
        disowned.add(&host("store.example.org"), Evidence::FOREIGN);
        disowned.add(&host("203.0.113.7"), Evidence::FAILURE);
        let none = Evidence::default();
        let mut next = disowned.clone();
        next.end_era();
        assert_eq!(next.evidence(&host("203.0.113.7"), none), none);
        assert_eq!(next.evidence(&host("store.example.org"), none), Evidence::FOREIGN);
        for (name, of_login, against) in [
            ("STORE.example.org", none, Evidence::FOREIGN),
            ("store.example.org", Evidence::OFFERED, Evidence::FOREIGN),
            ("203.0.113.7", none, Evidence::FAILURE),
            ("203.0.113.7", Evidence::OFFERED, Evidence::FAILURE),
            ("203.0.113.7", Evidence::OFFERED | Evidence::COMMAND, none),
            ("203.0.113.8", none, none),
        ] {
            assert_eq!(disowned.evidence(&host(name), of_login), against, "{name}");
        }
    }
}
