//! Joins the halves of announcements, a user here and a host there, but never those of different
//! clusters.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::num::NonZeroU16;

use super::evidence::Evidence;
use super::label::Naming;
use super::{Refusal, Tier};
use crate::escaped::Escaped;
use crate::target::{Host, HostKey, IdentityFile, Jump, Target, TargetError, User};

/// The most halves kept open. A log with more only looks like one.
const MOST_OPEN: usize = 256;
/// The values of a paragraph are at most this many lines apart; a port further away belongs to
/// something else.
const SAME_BLOCK_LINES: u64 = 4;
/// The most hosts without a user that a line offers.
const NEAR_HOSTS: usize = 8;
/// A user named after its host is named within this many lines.
const HOST_FIRST_LINES: u64 = 20;
/// An offer applies to a record this many lines before it: `^ use these values`.
pub(super) const LINES_BEFORE_OFFER: u64 = 6;

/// The job, cluster and machine that a log names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ids {
    pub(super) job: Option<String>,
    pub(super) cluster: Option<String>,
    pub(super) machine: Option<String>,
    /// The text in brackets at the start of the line, such as `[1234]`. Lines of the same process
    /// belong together; lines of different processes may.
    pub(super) tag: Option<String>,
}

impl Ids {
    fn pairs<'a>(&'a self, other: &'a Self) -> [(&'a Option<String>, &'a Option<String>); 3] {
        [(&self.job, &other.job), (&self.cluster, &other.cluster), (&self.machine, &other.machine)]
    }

    /// Whether nothing says that they differ.
    fn is_compatible(&self, other: &Self) -> bool {
        self.pairs(other).iter().all(|(a, b)| a.is_none() || b.is_none() || a == b)
    }

    /// Whether something says that they are the same.
    fn is_linked(&self, other: &Self) -> bool {
        let tags = (&self.tag, &other.tag);
        self.pairs(other).iter().chain([&tags]).any(|(a, b)| a.is_some() && a == b)
    }

    /// Adds what only the other one knows.
    pub(super) fn complete(&mut self, other: &Self) {
        let Self { job, cluster, machine, tag } = self;
        for (ours, theirs) in [
            (job, &other.job),
            (cluster, &other.cluster),
            (machine, &other.machine),
            (tag, &other.tag),
        ] {
            if ours.is_none() {
                ours.clone_from(theirs);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A value and its line.
#[derive(Debug, Clone)]
pub(super) struct Half<T> {
    pub(super) value: T,
    pub(super) line: u64,
    pub(super) text: Escaped,
    pub(super) tier: Tier,
    /// The evidence for and against it.
    pub(super) evidence: Evidence,
}

impl<T> Half<T> {
    /// Records that a line offers it, if it stands just before that line.
    fn offer(&mut self, line: u64) {
        if self.line + LINES_BEFORE_OFFER >= line {
            self.evidence.add(Evidence::OFFERED);
        }
    }
}

/// A user, or why it was refused: a refused name blocks the names before it.
pub(super) type UserHalf = Half<Result<User, Refusal>>;
/// A host and its details.
pub(super) type HostHalf = Half<Place>;

/// A host, the port written after it, and how it is named.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) host: Host,
    pub(super) port: Option<NonZeroU16>,
    pub(super) name: Naming,
}

impl Place {
    pub(super) fn new(host: Host, port: Option<NonZeroU16>, name: Naming) -> Self {
        Self { host, port, name }
    }
}

/// Values that belong together: of one JSON object, section or paragraph.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    pub(super) ids: Ids,
    pub(super) user: Option<UserHalf>,
    pub(super) host: Option<HostHalf>,
    pub(super) private_host: Option<HostHalf>,
    /// `Err` for an invalid port: it makes the target invalid, as an invalid user does.
    pub(super) port: Option<Result<NonZeroU16, TargetError>>,
    pub(super) jump: Vec<Jump>,
    pub(super) identity_file: Option<IdentityFile>,
    pub(super) host_key: Option<HostKey>,
    /// Whether it is an object: a pair in it is independent of everything around it.
    pub(super) is_object: bool,
    /// The line of the last value that is not a half.
    pub(super) last_line: u64,
    /// Whether it says that its machine is gone: `status: deleted`.
    pub(super) is_gone: bool,
}

/// A user and a host that belong together, or a host without a user.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) line: u64,
    /// The line of its first half.
    pub(super) first: u64,
    /// The lines of the user and the host.
    pub(super) halves: (u64, u64),
    /// Whether its halves come from different places.
    pub(super) is_apart: bool,
    /// Whether its host is named like another one of its user.
    pub(super) is_like: bool,
    pub(super) text: Escaped,
    pub(super) tier: Tier,
    pub(super) job: Option<String>,
    pub(super) evidence: Evidence,
    pub(super) outcome: Result<Target, Refusal>,
}

/// A user to whom further hosts may belong.
#[derive(Debug, Clone)]
struct NamedUser {
    ids: Ids,
    user: UserHalf,
    /// The naming of its host, if it has one, and how firmly they are tied.
    pair: Option<(Naming, PairOrder)>,
}

/// How firmly a user is tied to its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PairOrder {
    /// One line names both.
    Line,
    /// The host came in a later line.
    Lines,
    /// The host came in an earlier line.
    HostFirst,
}

impl NamedUser {
    /// Whether the user may have a further host: a new address must be announced like the first
    /// one, or more clearly. Any other host in a log belongs to something else.
    fn may_have(&self, name: &Naming) -> bool {
        self.pair.as_ref().is_none_or(|(had, hold)| match hold {
            PairOrder::Line => name.is_like(had),
            PairOrder::Lines => name.is_like(had) || name.is_announcement,
            PairOrder::HostFirst => name.is_announcement && !had.is_announcement,
        })
    }
}

/// The halves that are still open.
#[derive(Debug, Default, Clone)]
pub(super) struct Open {
    users: VecDeque<NamedUser>,
    hosts: VecDeque<(Ids, Block)>,
}

impl Block {
    /// Whether there is nothing to join.
    pub(super) fn is_empty(&self) -> bool {
        self.user.is_none() && self.host.is_none() && self.private_host.is_none()
    }

    /// Whether it has both halves.
    pub(super) fn is_complete(&self) -> bool {
        self.user.is_some() && self.main_host().is_some()
    }

    /// Whether the line is too far from the values of this paragraph to belong to it.
    pub(super) fn is_far(&self, line: u64) -> bool {
        self.last() + SAME_BLOCK_LINES < line
    }

    /// The line of its last value.
    fn last(&self) -> u64 {
        let halves = [&self.host, &self.private_host].into_iter().flatten().map(|host| host.line);
        let last = halves.chain(self.user.as_ref().map(|user| user.line)).max();
        last.unwrap_or_default().max(self.last_line)
    }

    /// Whether its host is nearer to this line than to another one before it.
    pub(super) fn is_nearer(&self, line: u64, other: u64) -> bool {
        self.main_host().is_some_and(|host| {
            host.line > other && line.saturating_sub(host.line) < host.line - other
        })
    }

    /// Records that a line offers the halves just before it.
    pub(super) fn offer(&mut self, line: u64) {
        for host in [&mut self.host, &mut self.private_host].into_iter().flatten() {
            host.offer(line);
        }
        if let Some(user) = &mut self.user {
            user.offer(line);
        }
    }

    /// Whether the line follows the last of its values.
    pub(super) fn is_beside(&self, line: u64) -> bool {
        self.last() + 1 >= line
    }

    /// Records the line of a value that is not a half.
    pub(super) fn reach(&mut self, line: u64) {
        self.last_line = self.last_line.max(line);
    }

    /// Whether the IDs say that it is about something else.
    pub(super) fn is_of_another(&self, ids: &Ids) -> bool {
        let is_of_another_tag =
            self.ids.tag.is_some() && ids.tag.is_some() && self.ids.tag != ids.tag;
        is_of_another_tag || !self.ids.is_compatible(ids)
    }

    fn main_host(&self) -> Option<&HostHalf> {
        self.host.as_ref().or(self.private_host.as_ref())
    }

    /// The target of the block and the user.
    fn joined(&self, ids: &Ids, user: &UserHalf, host: &HostHalf) -> Joined {
        let Place { host: name, port, .. } = &host.value;
        let port = port.map(Ok).or_else(|| self.port.clone()).transpose();
        let is_of_service =
            matches!(&port, Ok(Some(port)) if super::service_ports::is_service_port(port.get()));
        let outcome = user.value.clone().and_then(|user| {
            Ok(Target {
                jump: self.jump.clone(),
                identity_file: self.identity_file.clone(),
                host_key: self.host_key.clone(),
                ..Target::new(user, name.clone(), port?)
            })
        });
        let mut ids = ids.clone();
        ids.complete(&self.ids);
        let is_apart = self.user.is_none() || self.main_host().is_none();
        let mut evidence = both(user, host);
        if self.is_gone {
            evidence.add(Evidence::FAILURE);
        }
        if is_of_service && is_apart {
            evidence.add(Evidence::SERVICE_PORT);
        }
        // A block of ssh_config is made for logging in.
        if ids.machine.is_some() && host.value.name.is_setting() {
            evidence.add(Evidence::BARE);
        }
        let later = if user.line > host.line { &user.text } else { &host.text };
        Joined {
            line: user.line.max(host.line),
            first: user.line.min(host.line),
            halves: (user.line, host.line),
            is_apart,
            is_like: false,
            text: later.clone(),
            tier: user.tier.max(host.tier),
            job: ids.job,
            evidence,
            outcome,
        }
    }
}

impl Open {
    /// Joins the halves of a block that has ended; unmatched ones stay open.
    pub(super) fn close(&mut self, block: Block) -> Option<Joined> {
        match (&block.user, block.main_host()) {
            (Some(user), Some(host)) => {
                let joined = block.joined(&block.ids, user, host);
                let hold = match user.line.cmp(&host.line) {
                    Ordering::Less => PairOrder::Lines,
                    Ordering::Equal => PairOrder::Line,
                    Ordering::Greater => PairOrder::HostFirst,
                };
                let pair = Some((host.value.name.clone(), hold));
                if !block.is_object {
                    self.keep_user(NamedUser { ids: block.ids.clone(), user: user.clone(), pair });
                }
                Some(joined)
            }
            (Some(user), None) => self.user_alone(&block.ids, user.clone()),
            (None, Some(host)) => {
                let name = &host.value.name;
                let joined = self.user_for(&block.ids, name).map(|named| {
                    let hold = named.pair.as_ref().map_or(PairOrder::Lines, |(_, hold)| *hold);
                    let is_like = named.pair.as_ref().is_some_and(|(had, _)| name.is_like(had));
                    named.pair = Some((name.clone(), hold));
                    Joined { is_like, ..block.joined(&named.ids, &named.user, host) }
                });
                if joined.is_none() {
                    keep_last(&mut self.hosts, (block.ids.clone(), block));
                }
                joined
            }
            (None, None) => None,
        }
    }

    /// Forgets all open halves, because the cluster is gone; returns the hosts that never found a
    /// user.
    pub(super) fn forget(&mut self) -> Vec<Joined> {
        self.users.clear();
        self.hosts.drain(..).filter_map(|(ids, block)| without_user(&ids, &block)).collect()
    }

    /// Records that a line offers the halves just before it.
    pub(super) fn offer(&mut self, line: u64) {
        let is_near = |half: u64| half + LINES_BEFORE_OFFER >= line;
        for named in self.users.iter_mut().rev().take_while(|named| is_near(named.user.line)) {
            named.user.offer(line);
        }
        for (_, block) in self.hosts.iter_mut().rev().take(NEAR_HOSTS) {
            block.offer(line);
        }
    }

    /// The user of the same job, cluster or machine, or else the nearest one compatible with these
    /// IDs, unless that user already has a host that rules this one out.
    fn user_for(&mut self, ids: &Ids, name: &Naming) -> Option<&mut NamedUser> {
        let is_fitting = |named: &NamedUser| ids.is_compatible(&named.ids);
        let is_linked = |named: &NamedUser| is_fitting(named) && ids.is_linked(&named.ids);
        let linked = self.users.iter().rposition(is_linked);
        let place = linked.or_else(|| self.users.iter().rposition(is_fitting))?;
        self.users.get_mut(place).filter(|named| named.may_have(name))
    }

    /// Handles a user without a host: it belongs to the host just before it, or to the next ones.
    fn user_alone(&mut self, ids: &Ids, user: UserHalf) -> Option<Joined> {
        let is_near = |block: &Block| {
            block.main_host().is_some_and(|host| host.line + HOST_FIRST_LINES >= user.line)
        };
        let fits = |(other, block): &(Ids, Block)| {
            ids.is_linked(other) || (ids.is_compatible(other) && is_near(block))
        };
        let place = self.hosts.iter().rposition(fits);
        let Some((_, block)) = place.and_then(|place| self.hosts.remove(place)) else {
            self.keep_user(NamedUser { ids: ids.clone(), user, pair: None });
            return None;
        };
        block.main_host().map(|host| block.joined(ids, &user, host))
    }

    fn keep_user(&mut self, named: NamedUser) {
        self.users.retain(|other| other.ids != named.ids);
        keep_last(&mut self.users, named);
    }
}

/// The combined evidence for a user and a host; on one line they share what it says as a whole.
fn both(user: &UserHalf, host: &HostHalf) -> Evidence {
    let mut evidence = user.evidence | host.evidence;
    // What offers the one does not offer the other far from it.
    let is_offered = user.evidence.is_offered() && host.evidence.is_offered();
    if user.line.abs_diff(host.line) > SAME_BLOCK_LINES && !is_offered {
        evidence = evidence.without(Evidence::OFFERED | Evidence::READY);
    }
    if user.line.abs_diff(host.line) > HOST_FIRST_LINES {
        evidence.add(Evidence::FAR);
    }
    evidence
}

fn without_user(ids: &Ids, block: &Block) -> Option<Joined> {
    let host = block.main_host()?;
    Some(Joined {
        line: host.line,
        first: host.line,
        halves: (host.line, host.line),
        is_apart: false,
        is_like: false,
        text: host.text.clone(),
        tier: host.tier,
        job: ids.job.clone(),
        evidence: host.evidence,
        outcome: Err(Refusal::NoUser(host.value.host.to_string().as_str().into())),
    })
}

fn keep_last<T>(kept: &mut VecDeque<T>, new: T) {
    if kept.len() >= MOST_OPEN {
        kept.pop_front();
    }
    kept.push_back(new);
}
