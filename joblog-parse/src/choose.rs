//! From candidates to targets: decides which of them the log means.
//!
//! A later cluster wins over an earlier one, a reachable one over an unreachable one, a stronger
//! tier over a weaker one; only then does the position in the log decide. `services` keeps what is
//! announced besides the login.

mod near_miss;
mod services;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::num::NonZeroU16;

use crate::defaults::{LISTED_BYTES, MOST_EXPLAINED, MOST_HOST_KEYS, MOST_STANDING, MOST_TARGETS};
use crate::escaped::Escaped;
use crate::recognize::{
    AnnouncedKey, AnnouncedService, Candidate, Class, Finding, KeyKind, Refusal, Tier,
};
use crate::target::{Host, HostKey, Jump, Reach, Target};
use near_miss::NearMisses;
use services::Services;

pub use near_miss::NearMiss;

/// Which targets of a log to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// The last one.
    #[default]
    Latest,
    /// The first one.
    First,
    /// Every one, without repeats.
    All,
}

/// A candidate in one of the sources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The index of the source among those given.
    pub source: usize,
    /// What was found there.
    pub candidate: Candidate,
}

/// A target, and where it was sighted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The target, with the key announced for its host.
    pub target: Target,
    /// The candidate it is made from.
    pub sighting: Sighting,
    /// The services that the log announces, as the login host sees them.
    pub services: Vec<AnnouncedService>,
}

/// What the sources announce, in memory that grows with the wanted targets and not with the log.
#[derive(Debug)]
pub struct Sightings {
    choice: Choice,
    allow_private: bool,
    /// Whether logins that are only mentioned count too.
    is_loose: bool,
    targets: Vec<Chosen>,
    /// The indexes in `targets` for a user and host, for [`Choice::All`].
    by_login: HashMap<(String, String), Vec<usize>>,
    /// Announced keys by source, host and port.
    keys: HashMap<(usize, String, Option<NonZeroU16>), (KeyKind, HostKey)>,
    /// A key whose line names no host; it belongs to the next target.
    next_key: Option<AnnouncedKey>,
    last_host: Option<(usize, Host)>,
    services: Services,
    explained: Option<Vec<Sighting>>,
    near_misses: NearMisses,
    /// Two logins that the log does not let us choose between.
    alike: Option<(Escaped, Escaped)>,
    /// The memory taken by targets and explained candidates.
    target_bytes: usize,
    explained_bytes: usize,
    /// Whether there were more targets than are listed.
    is_over: bool,
}

impl Sightings {
    /// Starts empty. With `explains`, candidates are kept, even refused ones.
    #[must_use]
    pub fn new(choice: Choice, allow_private: bool, explains: bool) -> Self {
        Self {
            choice,
            allow_private,
            is_loose: false,
            targets: Vec::new(),
            by_login: HashMap::new(),
            keys: HashMap::new(),
            next_key: None,
            last_host: None,
            services: Services::default(),
            explained: explains.then(Vec::new),
            near_misses: NearMisses::default(),
            alike: None,
            target_bytes: 0,
            explained_bytes: 0,
            is_over: false,
        }
    }

    /// Also takes logins that the log only mentions: events, examples, actions of the job.
    #[must_use]
    pub fn loosely(mut self, is_loose: bool) -> Self {
        self.is_loose = is_loose;
        self
    }

    /// Adds a finding of a source.
    pub fn add(&mut self, source: usize, finding: Finding) {
        match finding {
            Finding::HostKey(mut key) => {
                let last = self.last_host.as_ref().filter(|(last, _)| *last == source);
                key.host = key.host.or_else(|| last.map(|(_, host)| host.clone()));
                match key.host.clone() {
                    Some(host) => self.add_key(source, &host, *key),
                    None => self.next_key = Some(*key),
                }
            }
            Finding::Candidate(candidate) => self.add_candidate(source, *candidate),
            Finding::Gone(host) => {
                self.forget_gone(source, |gone| host.as_ref().is_none_or(|it| it.is_same_as(gone)));
            }
            Finding::GoneNamed(name) => {
                self.forget_told_of(source, &name);
                self.forget_gone(source, |gone| {
                    let host = gone.to_string();
                    let first = host.split('.').next().filter(|_| !gone.is_address());
                    first.is_some_and(|first| first.eq_ignore_ascii_case(&name))
                });
            }
            Finding::Service(service) => self.services.add(source, *service, self.choice),
            Finding::ServiceGone(site, port) => self.services.forget_ended(source, &site, port),
        }
    }

    /// The log of a source was rewritten: forgets what the previous one said. Listed targets have
    /// been printed already.
    pub(crate) fn forget(&mut self, source: usize) {
        if self.choice != Choice::All {
            self.targets.retain(|chosen| chosen.sighting.source != source);
        }
        self.keys.retain(|(of, ..), _| *of != source);
        self.services.forget(source);
        self.last_host.take_if(|(of, _)| *of == source);
        self.next_key = None;
        if let Some(explained) = &mut self.explained {
            explained.retain(|sighting| sighting.source != source);
            self.explained_bytes = explained.iter().map(|one| bytes(&one.candidate)).sum();
        }
    }

    /// Whether there were more than [`MOST_TARGETS`].
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// Notes that a source is not empty.
    pub(crate) fn add_text(&mut self) {
        self.near_misses.add_text();
    }

    /// What the sources have instead of a login.
    #[must_use]
    pub fn near_miss(&self) -> Option<NearMiss> {
        self.near_misses.best()
    }

    /// Two logins that the log does not let us choose between, if this is why none is returned.
    #[must_use]
    pub fn alike(&self) -> Option<&(Escaped, Escaped)> {
        self.alike.as_ref()
    }

    /// All candidates in order, if they were kept.
    #[must_use]
    pub fn explained(&self) -> Vec<&Sighting> {
        let mut all = self.explained.iter().flatten().collect::<Vec<_>>();
        all.sort_by_key(|sighting| (sighting.source, sighting.candidate.line));
        all
    }

    /// Removes and returns the wanted targets, in order.
    #[must_use]
    pub fn take_chosen(&mut self) -> Vec<Chosen> {
        let mut targets = std::mem::take(&mut self.targets);
        self.alike = if self.choice == Choice::Latest { alike(&targets) } else { None };
        if self.alike.is_some() {
            return Vec::new();
        }
        if self.choice == Choice::Latest {
            targets = targets.into_iter().max_by_key(latest).into_iter().collect();
        }
        let mut chosen: Vec<_> = targets.into_iter().map(|chosen| self.completed(chosen)).collect();
        chosen.sort_by_key(|chosen| (chosen.sighting.source, chosen.sighting.candidate.line));
        chosen
    }

    /// The targets from this index on, in the order in which they were found.
    pub(crate) fn chosen_since(&self, told: usize) -> Vec<Chosen> {
        let new = self.targets.iter().skip(told).cloned();
        new.map(|chosen| self.completed(chosen)).collect()
    }

    /// Whether a target belongs to the source's current cluster.
    pub(crate) fn has_current(&self, source: usize, era: u32) -> bool {
        self.targets
            .iter()
            .any(|chosen| chosen.sighting.source == source && chosen.sighting.candidate.era == era)
    }

    /// The services of the last cluster with any, for a log without a login.
    #[must_use]
    pub fn latest_services(&self) -> Vec<AnnouncedService> {
        self.services.latest()
    }

    /// Whether a service belongs to the source's current cluster.
    pub(crate) fn has_current_service(&self, source: usize, era: u32) -> bool {
        !self.services.of(source, era, None).is_empty()
    }

    fn completed(&self, mut chosen: Chosen) -> Chosen {
        let Chosen { target, sighting, services } = &mut chosen;
        let mut place = (sighting.source, name(&target.host), target.port);
        let of_port = self.keys.get(&place);
        place.2 = None;
        let key = of_port.or_else(|| self.keys.get(&place)).map(|(_, key)| key);
        target.host_key = target.host_key.take().or(key.cloned());
        let Candidate { era, job, .. } = &sighting.candidate;
        *services = self.services.of(sighting.source, *era, job.as_ref());
        for one in services {
            one.service = one.service.clone().seen_from(&target.host);
        }
        chosen
    }

    /// Keeps one key for each host: of the kind that the host will show, and of those the last one.
    fn add_key(&mut self, source: usize, host: &Host, new: AnnouncedKey) {
        let place = (source, name(host), new.port);
        let known = self.keys.get(&place);
        if known.map_or(self.keys.len() < MOST_HOST_KEYS, |(kind, _)| new.kind <= *kind) {
            self.keys.insert(place, (new.kind, new.key));
        }
    }

    fn add_candidate(&mut self, source: usize, mut candidate: Candidate) {
        if let Ok(target) = &candidate.outcome
            && !self.allow_private
            && !is_reachable(target)
        {
            let host = Escaped::new(&target.host.to_string());
            candidate.outcome = Err(Refusal::Private(host));
        }
        if let Ok(target) = &candidate.outcome
            && !self.is_loose
            && candidate.evidence.class() == Class::Mentioned
        {
            candidate.outcome = Err(Refusal::Mentioned(target.to_string().as_str().into()));
        }
        self.near_misses.add(&candidate);
        let sighting = Sighting { source, candidate };
        if let Some(explained) = &mut self.explained
            && explained.len() < MOST_EXPLAINED
            && self.explained_bytes < LISTED_BYTES
        {
            self.explained_bytes += bytes(&sighting.candidate);
            explained.push(sighting.clone());
        }
        if let Ok(target) = sighting.candidate.outcome.clone() {
            if let Some(key) = self.next_key.take() {
                self.add_key(source, &target.host, key);
            }
            self.last_host = Some((source, target.host.clone()));
            self.add_target(Chosen { target, sighting, services: Vec::new() });
        }
    }

    fn add_target(&mut self, new: Chosen) {
        match (self.choice, self.targets.first_mut()) {
            (Choice::All, _) => self.add_once(new),
            (Choice::Latest, _) => self.add_standing(new),
            (Choice::First, Some(best)) if first(&new) < first(best) => *best = new,
            (Choice::First, Some(_)) => {}
            (Choice::First, None) => self.targets.push(new),
        }
    }

    /// Keeps the best target of each of the last hosts, because the best of all may turn out to be
    /// gone.
    fn add_standing(&mut self, new: Chosen) {
        let is_same = |known: &&mut Chosen| known.target.host.is_same_as(&new.target.host);
        if let Some(known) = self.targets.iter_mut().find(is_same) {
            if latest(&new) >= latest(known) {
                *known = new;
            }
            return;
        }
        self.targets.push(new);
        if self.targets.len() > MOST_STANDING
            && let Some(least) =
                (0..self.targets.len()).min_by_key(|at| self.targets.get(*at).map(latest))
        {
            self.targets.remove(least);
        }
    }

    /// A machine, or all of them, are gone: the latest login must be one that still exists.
    fn forget_gone(&mut self, source: usize, is_gone: impl Fn(&Host) -> bool) {
        if self.choice == Choice::Latest {
            self.services.forget_gone(source, &is_gone);
            self.targets
                .retain(|chosen| chosen.sighting.source != source || !is_gone(&chosen.target.host));
        }
    }

    /// A named thing is gone: forgets what one line announced together with this name.
    fn forget_told_of(&mut self, source: usize, name: &str) {
        let is_word = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == '.';
        if self.choice == Choice::Latest && !name.is_empty() {
            self.targets.retain(|chosen| {
                let text = chosen.sighting.candidate.text.as_str();
                let is_told = text.split(|c| !is_word(c)).any(|it| it.eq_ignore_ascii_case(name));
                chosen.sighting.source != source || !is_told
            });
        }
    }

    /// Adds a target, unless it is known: same user, same host, and no different port. Of the two,
    /// the stronger one stays.
    fn add_once(&mut self, new: Chosen) {
        let login = (new.target.user.to_string(), name(&new.target.host));
        let places = self.by_login.entry(login).or_default();
        for place in places.iter() {
            let Some(known) = self.targets.get_mut(*place) else { continue };
            let (ours, theirs) = (known.target.port, new.target.port);
            if ours == theirs || ours.is_none() || theirs.is_none() {
                if rank(&new) > rank(known) {
                    known.target = new.target;
                    known.sighting.candidate.tier = new.sighting.candidate.tier;
                }
                return;
            }
        }
        if self.targets.len() >= MOST_TARGETS || self.target_bytes >= LISTED_BYTES {
            self.is_over = true;
            return;
        }
        self.target_bytes += bytes(&new.sighting.candidate);
        places.push(self.targets.len());
        self.targets.push(new);
    }
}

/// The records of a list are at most this many lines apart.
const LIST_LINES: u64 = 6;

/// The latest login and another near it, if both are records of a list and no word says which is
/// the reader's.
fn alike(targets: &[Chosen]) -> Option<(Escaped, Escaped)> {
    let best = targets.iter().max_by_key(|chosen| latest(chosen))?;
    let is_record = |chosen: &Chosen| {
        let candidate = &chosen.sighting.candidate;
        !candidate.evidence.is_offered() && matches!(candidate.tier, Tier::Fields | Tier::Prose)
    };
    let place = |chosen: &Chosen| (chosen.sighting.source, chosen.sighting.candidate.era);
    let line = |chosen: &Chosen| chosen.sighting.candidate.line;
    let other = targets.iter().find(|other| {
        is_record(other)
            && place(other) == place(best)
            && rank(other) == rank(best)
            && other.target.user != best.target.user
            && !other.target.host.is_same_as(&best.target.host)
            && line(other).abs_diff(line(best)) <= LIST_LINES
    })?;
    let shown = |chosen: &Chosen| Escaped::new(&chosen.target.to_string());
    is_record(best).then(|| (shown(other), shown(best)))
}

/// Roughly how much memory a candidate takes: its texts, and those of its jump hosts.
fn bytes(candidate: &Candidate) -> usize {
    let Ok(target) = &candidate.outcome else { return candidate.text.as_str().len() };
    let jumps = target.jump.iter().map(|jump| jump.to_string().len() + size_of::<Jump>());
    let path = target.identity_file.as_ref().map_or(0, |path| path.as_str().len());
    candidate.text.as_str().len() + target.to_string().len() + path + jumps.sum::<usize>()
}

/// Whether the target is reachable from outside: by a public address, or through a jump host.
fn is_reachable(target: &Target) -> bool {
    target.host.reach() == Reach::Public || !target.jump.is_empty()
}

/// The host's name for comparisons, which ignore case.
fn name(host: &Host) -> String {
    host.to_string().to_ascii_lowercase()
}

fn rank(chosen: &Chosen) -> (Class, bool, bool) {
    let candidate = &chosen.sighting.candidate;
    (candidate.evidence.class(), !candidate.is_read_only, is_reachable(&chosen.target))
}

fn latest(chosen: &Chosen) -> impl Ord + use<> {
    let candidate = &chosen.sighting.candidate;
    let place = (candidate.line, Reverse(candidate.tier));
    (chosen.sighting.source, candidate.era, rank(chosen), place)
}

fn first(chosen: &Chosen) -> impl Ord + use<> {
    let candidate = &chosen.sighting.candidate;
    (chosen.sighting.source, candidate.era, Reverse(rank(chosen)), candidate.line, candidate.tier)
}
