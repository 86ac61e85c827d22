//! Reading rules: from arguments, files and standard input to sets of addresses.
//!
//! What one entry may look like is in [`entry`], its numbers in [`number`], what is refused in [`fault`]; the text around
//! entries (separators, comments, lines) is in [`scan`]; decoding and the sharing out of large inputs among threads in [`pieces`].

mod at_file;
pub mod entry;
pub mod fault;
pub mod number;
pub mod pieces;
pub mod scan;
mod utf16;

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::thread;

use crate::Error;
use crate::range::{IpRange, Range};
use crate::set::{Ranges, Set};
use pieces::Piece;

/// Where rules come from, as the arguments name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Rules written out in an argument.
    Text(String),
    /// `@FILE`
    File(PathBuf),
    /// `-`, or no argument at all.
    Stdin,
}

impl From<OsString> for Input {
    fn from(argument: OsString) -> Self {
        match at_file::named(&argument) {
            Some(path) => Self::File(path),
            None if argument == "-" => Self::Stdin,
            // What stands in for a byte that is no text is in no rule, and refused.
            None => Self::Text(argument.to_string_lossy().into_owned()),
        }
    }
}

impl Input {
    /// What could not be read, for messages.
    pub(crate) fn quoted(&self) -> String {
        match self {
            Self::File(_) => format!("`{self}`"),
            Self::Text(_) | Self::Stdin => self.to_string(),
        }
    }
}

/// Where an entry stands, for messages.
impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("argument"),
            Self::File(path) => write!(f, "{}", contract::shown(path)),
            Self::Stdin => f.write_str("standard input"),
        }
    }
}

/// What to accept beyond exact rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leniency {
    /// Clear host bits instead of refusing them.
    pub truncate: bool,
}

/// Puts an address and the netmask that a shell made two arguments of (`10.0.0.0 255.0.0.0`) together again.
#[must_use]
pub fn rejoin_netmasks(inputs: &[Input]) -> Vec<Input> {
    let mut joined: Vec<Input> = Vec::with_capacity(inputs.len());
    for input in inputs {
        match (joined.last_mut(), input) {
            (Some(Input::Text(before)), Input::Text(mask))
                if number::is_ipv4(before) && number::may_be_netmask(mask) =>
            {
                before.push(' ');
                before.push_str(mask);
            }
            _ => joined.push(input.clone()),
        }
    }
    joined
}

/// The union of everything that `inputs` name.
///
/// # Errors
///
/// When an input cannot be read, or an entry is not exactly understood: then the first one is named.
pub fn read_set(inputs: &[Input], leniency: Leniency) -> Result<Set, Error> {
    let mut all = Collected::default();
    for input in rejoin_netmasks(inputs) {
        read(&input, leniency, Collected::from_piece, |part| all.append(&part))?;
    }
    Ok(all.into())
}

/// Two sets, as [`read_set`] gives each; large ones are read and put in order side by side.
///
/// # Errors
///
/// As [`read_set`]: that of the first set before that of the second.
pub fn read_two_sets(
    first: &[Input],
    second: &[Input],
    leniency: Leniency,
) -> Result<(Set, Set), Error> {
    // Standard input may have no end: what is wrong with the other set is told without waiting for it.
    let is_file = |inputs: &[Input]| inputs.iter().all(|input| matches!(input, Input::File(_)));
    if !(is_file(first) && is_file(second)) {
        return Ok((read_set(first, leniency)?, read_set(second, leniency)?));
    }
    thread::scope(|scope| {
        let other = scope.spawn(|| read_set(second, leniency));
        let first = read_set(first, leniency);
        let second = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((first?, second?))
    })
}

/// Every entry that `inputs` name, in the order in which they stand there.
///
/// # Errors
///
/// As [`read_set`].
pub fn read_entries(inputs: &[Input], leniency: Leniency) -> Result<Vec<IpRange>, Error> {
    let mut all = Vec::new();
    for input in rejoin_netmasks(inputs) {
        read(&input, leniency, scan::entries, |part: Vec<IpRange>| all.extend(part))?;
    }
    Ok(all)
}

/// Reads one input piece by piece: `parse` runs on several threads, `take` gets what it made in order.
///
/// # Errors
///
/// As [`read_set`].
pub fn read<T: Send>(
    input: &Input,
    leniency: Leniency,
    parse: impl Fn(&mut Piece<'_>) -> Result<T, scan::Refusal> + Sync,
    take: impl FnMut(T),
) -> Result<(), Error> {
    let reader: Box<dyn Read> = match input {
        Input::Text(text) => Box::new(io::Cursor::new(text.as_bytes())),
        Input::File(path) => {
            Box::new(File::open(path).map_err(|source| Error::Open { path: path.clone(), source })?)
        }
        Input::Stdin => Box::new(io::stdin().lock()),
    };
    pieces::read(reader, leniency, parse, take).map_err(|failure| match failure {
        pieces::Failure::Read(source) => Error::Read { input: input.clone(), source },
        pieces::Failure::Refused(refusal) => {
            Error::Refused { input: input.clone(), refusal: or_a_file(refusal, input) }
        }
    })
}

/// An argument that is the name of a file was probably meant to be read.
fn or_a_file(refusal: scan::Refusal, input: &Input) -> scan::Refusal {
    match input {
        Input::Text(name) if Path::new(name).is_file() => {
            let fault = fault::Fault::FileName(contract::shown(name));
            scan::Refusal { fault, ..refusal }
        }
        _ => refusal,
    }
}

/// The ranges of one piece, unordered.
#[derive(Default)]
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
}

impl From<Collected> for Set {
    fn from(collected: Collected) -> Self {
        Self { v4: Ranges::from(collected.v4), v6: Ranges::from(collected.v6) }
    }
}
