//! Lists of the machines of a job, in lines of one form: none of them is the one to log in to.

use super::evidence::{Class, Evidence};
use super::finding::{Candidate, Tier};
use super::line;
use crate::target::Host;

/// With this many machines, lines of one form are a list.
const MACHINES: usize = 3;
/// The most machines of a list remembered.
const MOST_MACHINES: usize = 16;

/// The last lines of one form that name a user and a host.
#[derive(Debug, Clone, Default)]
pub(super) struct MachineList {
    shape: String,
    user: String,
    hosts: Vec<Host>,
}

impl MachineList {
    /// Adds a login. If it makes the last lines a list, returns the machines of the list.
    pub(super) fn add(&mut self, candidate: &Candidate) -> Option<Vec<Host>> {
        let Ok(target) = &candidate.outcome else { return None };
        let says_so = Evidence::CONNECT
            | Evidence::MAIN
            | Evidence::PUBLIC
            | Evidence::LOGIN
            | Evidence::COMMAND
            | Evidence::PASSAGE
            | Evidence::PATTERN;
        if !matches!(candidate.tier, Tier::Prose | Tier::Fields)
            || candidate.evidence.class() == Class::Mentioned
            || candidate.evidence.has(says_so)
        {
            return None;
        }
        let shape = line::shape(candidate.text.as_str());
        if shape != self.shape || target.user.as_str() != self.user {
            *self = Self { shape, user: target.user.to_string(), hosts: Vec::new() };
        }
        if self.hosts.len() < MOST_MACHINES
            && !self.hosts.iter().any(|host| host.is_same_as(&target.host))
        {
            self.hosts.push(target.host.clone());
        }
        (self.hosts.len() >= MACHINES).then(|| self.hosts.clone())
    }
}
