//! Reads rules: from arguments, files and standard input to sets of addresses.
//!
//! [`entry`] parses one entry and [`number`] the numbers in it; [`entry::error`] says why one is
//! refused.
//! [`scan`] handles the text around entries (separators, comments, lines). [`parallel`] decodes
//! large inputs and shares them out among threads.
//!
//! `recognize` tells platforms' output from lists; that output becomes the rules of a `firewall`.

mod at_file;
mod authorized_keys;
mod chains;
mod commands;
pub mod entry;
pub mod firewall;
mod hcl;
pub mod input;
mod ipset;
mod iptables;
mod json;
mod nftables;
pub mod number;
mod open;
pub mod parallel;
mod recognize;
pub mod scan;
mod sshd;
mod utf16;
mod words;

use std::io::{self, Read};
use std::path::Path;
use std::thread;

use crate::Error;
use crate::defaults;
use crate::ports::Ports;
use crate::range::{IpRange, Range};
use crate::set::{Ranges, Set};
pub(crate) use firewall::Grant;
pub use input::{Input, rejoin_netmasks};
pub(crate) use open::{Opened, open};
use parallel::Piece;

/// What to accept beyond exact rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leniency {
    /// Clear host bits instead of refusing them.
    pub truncate: bool,
}

/// How rules are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What to accept beyond exact rules.
    pub leniency: Leniency,
    /// Of rules that name ports, read only what is let in to all of these.
    pub ports: Option<Ports>,
    /// Whether standard input may be empty. It is empty if the command that should print the rules
    /// has failed; then the answer to a question is not "no".
    pub nothing: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self { leniency: Leniency::default(), ports: None, nothing: true }
    }
}

/// What several inputs let in.
#[derive(Debug, Default)]
pub struct Rules {
    /// Sources from lists, which are let in to all ports.
    listed: Collected,
    grants: Vec<Grant>,
    know_ports: bool,
}

/// The ports that rules name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedPorts {
    /// No ports: the rules are lists.
    Nothing,
    /// These ports, each with the same sources.
    Same(Ports),
    /// Several ports, with different sources.
    Different,
}

impl Rules {
    /// The ports that the rules name.
    #[must_use]
    pub fn named(&self) -> NamedPorts {
        let Some((first, others)) = self.grants.split_first() else {
            return NamedPorts::Nothing;
        };
        let ports = Ports::of(self.grants.iter().map(|grant| grant.ports).collect());
        match ports {
            _ if others.iter().any(|other| other.sources != first.sources) => NamedPorts::Different,
            Some(ports) if self.know_ports && !ports.is_all() => NamedPorts::Same(ports),
            _ => NamedPorts::Nothing,
        }
    }

    /// Whether at least one input could name ports.
    #[must_use]
    pub fn know_ports(&self) -> bool {
        self.know_ports
    }

    /// The sources that are let in to any port.
    #[must_use]
    pub fn set(self) -> Set {
        let mut all = self.listed;
        self.grants.iter().for_each(|grant| all.extend(&grant.sources));
        all.into()
    }

    /// The sources that are let in to SSH's port if the rules differ from port to port, else to any
    /// port.
    ///
    /// # Errors
    ///
    /// When the rules differ and none is for SSH's port.
    pub fn for_a_question(mut self) -> Result<Set, Error> {
        if self.named() == NamedPorts::Different {
            self.grants.retain(|grant| (grant.ports.0..=grant.ports.1).contains(&defaults::PORT));
            if self.grants.is_empty() {
                return Err(Error::PortsDiffer);
            }
        }
        Ok(self.set())
    }
}

/// Everything that `inputs` let in.
///
/// # Errors
///
/// When an input cannot be read, or an entry is invalid. The error names the first.
pub fn read_rules(inputs: &[Input], reading: &Reading) -> Result<Rules, Error> {
    let mut all = Rules::default();
    for input in rejoin_netmasks(inputs) {
        match open(&input, reading)? {
            Opened::List(reader) => {
                let take = |part: Collected, _| all.listed.append(&part);
                read_list(reader, &input, reading, Collected::from_piece, take)?;
            }
            Opened::Grants { grants, know_ports } => {
                all.grants.extend(grants);
                all.know_ports |= know_ports;
            }
        }
    }
    Ok(all)
}

/// Like [`read_rules`], for callers to whom ports do not matter.
///
/// # Errors
///
/// Same as [`read_rules`].
pub fn read_set(inputs: &[Input], reading: &Reading) -> Result<Set, Error> {
    read_rules(inputs, reading).map(Rules::set)
}

/// Reads two sets of rules like [`read_rules`]; large ones are read and sorted in parallel.
///
/// # Errors
///
/// Same as [`read_rules`]; an error of the first set comes before one of the second.
pub fn read_both(
    first: &[Input],
    second: &[Input],
    reading: &Reading,
) -> Result<(Rules, Rules), Error> {
    // Standard input may never end, so an error in the other set is reported without waiting for
    // it.
    let is_file = |inputs: &[Input]| inputs.iter().all(|input| matches!(input, Input::File(_)));
    if !(is_file(first) && is_file(second)) {
        return Ok((read_rules(first, reading)?, read_rules(second, reading)?));
    }
    thread::scope(|scope| {
        let other = scope.spawn(|| read_rules(second, reading));
        let first = read_rules(first, reading);
        let second = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((first?, second?))
    })
}

/// All entries of `inputs`, in their order there.
///
/// # Errors
///
/// Same as [`read_rules`].
pub fn read_entries(inputs: &[Input], reading: &Reading) -> Result<Vec<IpRange>, Error> {
    let mut all = Vec::new();
    for input in rejoin_netmasks(inputs) {
        read(&input, reading, scan::entries, |part: Vec<IpRange>| all.extend(part))?;
    }
    Ok(all)
}

/// Reads one input piece by piece: `parse` runs on several threads, and `take` receives the results
/// in order. The output of a platform is passed on as the list of sources that it lets in.
///
/// # Errors
///
/// Same as [`read_rules`].
pub fn read<T: Send>(
    input: &Input,
    reading: &Reading,
    parse: impl Fn(&mut Piece<'_>) -> Result<T, scan::Refusal> + Sync,
    mut take: impl FnMut(T),
) -> Result<(), Error> {
    let reader: Box<dyn Read> = match open(input, reading)? {
        Opened::List(reader) => reader,
        Opened::Grants { grants, .. } => {
            let rules = Rules { grants, ..Rules::default() };
            let lines: Vec<String> =
                rules.set().ranges().map(|range| format!("{range}\n")).collect();
            Box::new(io::Cursor::new(lines.concat()))
        }
    };
    read_list(reader, input, reading, parse, |part, _| take(part))
}

/// Like [`read`], for a list that is already open; `take` also receives the number of lines before
/// each piece.
pub(crate) fn read_list<T: Send>(
    reader: impl Read,
    input: &Input,
    reading: &Reading,
    parse: impl Fn(&mut Piece<'_>) -> Result<T, scan::Refusal> + Sync,
    take: impl FnMut(T, u64),
) -> Result<(), Error> {
    let failed = |failure| match failure {
        parallel::Failure::Read(source) => Error::Read { input: input.clone(), source },
        parallel::Failure::Refused(refusal) => {
            Error::Refused { input: input.clone(), refusal: or_a_file(refusal, input) }
        }
    };
    parallel::read(reader, reading.leniency, parse, take).map_err(failed)
}

/// An argument that names an existing file was probably meant to be read.
fn or_a_file(refusal: scan::Refusal, input: &Input) -> scan::Refusal {
    match input {
        Input::Text(name) if Path::new(name).is_file() => {
            let fault = entry::error::EntryError::FileName(contract::shown(name));
            scan::Refusal { fault, ..refusal }
        }
        _ => refusal,
    }
}

/// The ranges of one piece, unordered.
#[derive(Debug, Default)]
struct Collected {
    v4: Vec<Range<u32>>,
    v6: Vec<Range<u128>>,
}

impl Collected {
    fn from_piece(piece: &mut Piece<'_>) -> Result<Self, scan::Refusal> {
        let mut collected = Self::default();
        while let Some(entry) = piece.next_entry()? {
            match entry {
                IpRange::V4(range) => collected.v4.push(range),
                IpRange::V6(range) => collected.v6.push(range),
            }
        }
        Ok(collected)
    }

    fn append(&mut self, other: &Self) {
        self.v4.extend_from_slice(&other.v4);
        self.v6.extend_from_slice(&other.v6);
    }

    fn extend(&mut self, set: &Set) {
        self.v4.extend(set.v4.iter());
        self.v6.extend(set.v6.iter());
    }
}

impl From<Collected> for Set {
    fn from(collected: Collected) -> Self {
        Self { v4: Ranges::from(collected.v4), v6: Ranges::from(collected.v6) }
    }
}
