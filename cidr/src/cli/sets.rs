//! The commands that compute with sets.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use ipnet::IpNet;

use super::args::{
    Contains, Diff, Emptiness, Everywhere, Intersect, Limit, Merge, Output, Show, Split, Subtract,
};
use super::{Notices, print};
use crate::Error;
use crate::address::Address;
use crate::range::{Count, IPV4_MAPPED, IpRange, Range};
use crate::render::labels::Labels;
use crate::render::{self, Format};
use crate::rules::{self, Input};
use crate::set::lookup::Lookup;
use crate::set::widen::{BothFamilies, Widened};
use crate::set::{Ranges, Set};

pub(super) fn everywhere(args: &Everywhere, notices: Notices) -> Result<ExitCode, Error> {
    let set = Set::everything(&args.families.chosen());
    print(set.networks(), &args.output, Emptiness::default())?;
    notices.say("this lets everybody in; some platforms refuse it");
    Ok(ExitCode::SUCCESS)
}

pub(super) fn merge(args: &Merge, quiet: bool) -> Result<ExitCode, Error> {
    let inputs = or_stdin(&args.inputs);
    read_once(&[&inputs])?;
    let set = rules::read_set(&inputs, args.reading.leniency())?;
    print_within(set, &args.limit, &args.output, args.emptiness, quiet)
}

pub(super) fn subtract(args: &Subtract, quiet: bool) -> Result<ExitCode, Error> {
    let inputs = or_stdin(&args.inputs);
    read_once(&[&inputs, &args.minus])?;
    let (set, minus) = rules::read_two_sets(&inputs, &args.minus, args.reading.leniency())?;
    print_within(set.subtract(&minus), &args.limit, &args.output, args.emptiness, quiet)
}

pub(super) fn intersect(args: &Intersect, quiet: bool) -> Result<ExitCode, Error> {
    let inputs = or_stdin(&args.inputs);
    read_once(&[&inputs, &args.with])?;
    let leniency = args.reading.leniency();
    let mut withs = rules::rejoin_netmasks(&args.with).into_iter();
    let first: Vec<Input> = withs.next().into_iter().collect();
    let (set, with) = rules::read_two_sets(&inputs, &first, leniency)?;
    let mut set = set.intersect(&with);
    for with in withs {
        set = set.intersect(&rules::read_set(&[with], leniency)?);
    }
    print_within(set, &args.limit, &args.output, args.emptiness, quiet)
}

/// Prints a set, widened first where it is to fit a rule field.
fn print_within(
    set: Set,
    limit: &Limit,
    output: &Output,
    emptiness: Emptiness,
    quiet: bool,
) -> Result<ExitCode, Error> {
    let widened = match limit.max_prefixes() {
        Some(limit) => set.widen(limit).map_err(|BothFamilies| Error::LimitOfBoth)?,
        None => Widened { set, added: 0 },
    };
    let Widened { set, added } = widened;
    if let Some(network) = set.mapped_network() {
        return Err(Error::Mapped { network: network.to_string() });
    }
    print(set.networks(), output, emptiness)?;
    if added > 0 && !quiet {
        // Whoever lets more in than was asked for is told so, terminal or not.
        Notices::ALWAYS
            .say(&format!("widened to fit: lets in {added} more addresses than the rules given"));
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn diff(args: &Diff) -> Result<ExitCode, Error> {
    let lists = [args.old.clone(), args.new.clone()];
    read_once(&[&lists])?;
    let [old, new] = lists;
    let (old, new) = rules::read_two_sets(&[old], &[new], args.reading.leniency())?;
    let (closes, opens) = (old.subtract(&new), new.subtract(&old));
    let stdout = std::io::stdout().lock();
    render::write_changes(closes.networks(), opens.networks(), args.json, stdout)
        .map_err(Error::Output)?;
    let changed = !(closes.is_empty() && opens.is_empty());
    Ok(ExitCode::from(u8::from(changed && args.exit_code)))
}

pub(super) fn split(args: &Split) -> Result<ExitCode, Error> {
    let inputs = or_stdin(&args.inputs);
    read_once(&[&inputs])?;
    let set = rules::read_set(&inputs, args.reading.leniency())?;
    let prefix = args.prefix;
    match (set.v4.is_empty(), set.v6.is_empty()) {
        (false, false) => return Err(Error::PrefixOfBoth),
        (_, true) => {
            check_split(&set.v4, prefix)?;
            print(set.v4.split(prefix).map(IpNet::V4), &args.output, args.emptiness)?;
        }
        (true, false) => {
            check_split(&set.v6, prefix)?;
            let piece = set.v6.split(prefix).find(|piece| IPV4_MAPPED.covers(Range::of(*piece)));
            if let Some(network) = piece {
                return Err(Error::Mapped { network: network.to_string() });
            }
            print(set.v6.split(prefix).map(IpNet::V6), &args.output, args.emptiness)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The most networks that are worth printing.
const MOST_NETWORKS: u128 = 1 << 24;

fn check_split<A: Address>(ranges: &Ranges<A>, prefix: u8) -> Result<(), Error> {
    if prefix > A::FAMILY.bits() {
        return Err(Error::Prefix { prefix, family: A::FAMILY });
    }
    match ranges.count_of_prefix(prefix) {
        Ok(Some(0..=MOST_NETWORKS)) => Ok(()),
        Ok(count) => Err(Error::TooManyNetworks { prefix, count: Count::of(count) }),
        Err(network) => Err(Error::Indivisible { prefix, network: network.to_string() }),
    }
}

pub(super) fn contains(args: &Contains) -> Result<ExitCode, Error> {
    read_once(&[&args.rules, &args.address])?;
    let leniency = args.reading.leniency();
    let set = rules::read_set(&args.rules, leniency)?;
    let lookup = Lookup::of(&set);
    let mut answer = Looked::default();
    for input in rules::rejoin_netmasks(&args.address) {
        let look = |piece: &mut rules::pieces::Piece<'_>| {
            let mut looked = Looked::default();
            while let Some(entry) = piece.next_entry()? {
                looked.up(entry, lookup.enclosing(entry), args.json);
            }
            Ok(looked)
        };
        rules::read(&input, leniency, look, |looked| answer.append(&looked))?;
    }
    if answer.asked == 0 {
        return Err(Error::NoAddress);
    }
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(answer.text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(Error::Output)?;
    Ok(ExitCode::from(u8::from(answer.inside < answer.asked)))
}

/// What was found of the addresses looked up so far.
#[derive(Default)]
struct Looked {
    asked: usize,
    inside: usize,
    text: String,
}

impl Looked {
    fn up(&mut self, entry: IpRange, found: Option<IpRange>, json: bool) {
        self.asked += 1;
        self.inside += usize::from(found.is_some());
        // A String takes every write.
        let _ = match found {
            Some(found) if json => {
                writeln!(self.text, r#"{{"address":"{entry}","inside":true,"range":"{found}"}}"#)
            }
            None if json => {
                writeln!(self.text, r#"{{"address":"{entry}","inside":false,"range":null}}"#)
            }
            Some(_) => writeln!(self.text, "{entry}"),
            None => Ok(()),
        };
    }

    fn append(&mut self, other: &Self) {
        self.asked += other.asked;
        self.inside += other.inside;
        self.text.push_str(&other.text);
    }
}

pub(super) fn show(args: &Show) -> Result<ExitCode, Error> {
    let inputs = or_stdin(&args.inputs);
    read_once(&[&inputs])?;
    let entries = rules::read_entries(&inputs, args.reading.leniency())?;
    if entries.is_empty() {
        return Err(Error::NothingToShow);
    }
    let networks = entries.iter().flat_map(|entry| entry.networks());
    let stdout = std::io::stdout().lock();
    let written = if args.json {
        render::write(Format::Json, &Labels::default(), networks, stdout)
    } else {
        render::write_table(networks, stdout)
    };
    written.map_err(Error::Output)?;
    Ok(ExitCode::SUCCESS)
}

fn or_stdin(inputs: &[Input]) -> Vec<Input> {
    if inputs.is_empty() { vec![Input::Stdin] } else { inputs.to_vec() }
}

/// Refuses to take two lists from the one standard input.
pub(super) fn read_once(lists: &[&[Input]]) -> Result<(), Error> {
    let readers = lists.iter().copied().flatten().filter(|input| **input == Input::Stdin);
    if readers.count() > 1 { Err(Error::StdinTwice) } else { Ok(()) }
}
