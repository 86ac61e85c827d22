//! The commands that compute with sets.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use contract::Answer;
use ipnet::IpNet;

use super::args::{
    Contains, Diff, Everywhere, Intersect, Merge, SetOptions, Show, Split, Subtract,
};
use super::{Allowed, Notices, print};
use crate::Error;
use crate::address::Address;
use crate::defaults;
use crate::range::{Count, IPV4_MAPPED, IpRange, Range};
use crate::render::labels::Labels;
use crate::render::{self, Format};
use crate::rules::{self, Input};
use crate::set::lookup::Lookup;
use crate::set::widen::{BothFamilies, Widened};
use crate::set::{Ranges, Set};

pub(super) fn everywhere(args: &Everywhere, notices: Notices) -> Result<ExitCode, Error> {
    let set = Set::everything(&args.families.chosen());
    let labels = args.output.labels(None)?;
    print(set.networks(), args.output.format(), &labels, Allowed::default())?;
    notices.say("this lets everyone in; some platforms refuse it");
    Ok(ExitCode::SUCCESS)
}

pub(super) fn merge(args: &Merge, quiet: bool) -> Result<ExitCode, Error> {
    let inputs = or_stdin(&args.inputs);
    read_once(&[&inputs])?;
    let rules = rules::read_rules(&inputs, &args.options.reading())?;
    let labels = args.options.output.labels(Some(&rules))?;
    print_within(rules.set(), &args.options, &labels, quiet)
}

pub(super) fn subtract(args: &Subtract, quiet: bool) -> Result<ExitCode, Error> {
    let inputs = or_stdin(&args.inputs);
    read_once(&[&inputs, &args.minus])?;
    let reading = args.options.reading();
    let (rules, minus) = rules::read_both(&inputs, &args.minus, &reading)?;
    let labels = args.options.output.labels(Some(&rules))?;
    let set = rules.set().subtract(&minus.set());
    print_within(set, &args.options, &labels, quiet)
}

pub(super) fn intersect(args: &Intersect, quiet: bool) -> Result<ExitCode, Error> {
    let inputs = or_stdin(&args.inputs);
    read_once(&[&inputs, &args.with])?;
    let reading = args.options.reading();
    let mut withs = rules::rejoin_netmasks(&args.with).into_iter();
    let first: Vec<Input> = withs.next().into_iter().collect();
    let (rules, with) = rules::read_both(&inputs, &first, &reading)?;
    let labels = args.options.output.labels(Some(&rules))?;
    let mut set = rules.set().intersect(&with.set());
    for with in withs {
        set = set.intersect(&rules::read_set(&[with], &reading)?);
    }
    print_within(set, &args.options, &labels, quiet)
}

/// Prints a set, first widened if `--max-prefixes` asks for it.
fn print_within(
    set: Set,
    options: &SetOptions,
    labels: &Labels,
    quiet: bool,
) -> Result<ExitCode, Error> {
    let limit = options.limit.max_prefixes();
    let widened = match limit {
        Some(limit) => set.widen(limit).map_err(|BothFamilies| Error::LimitOfBoth)?,
        None => Widened { set, added: 0 },
    };
    let Widened { set, added } = widened;
    if let Some(network) = set.mapped_network() {
        return Err(Error::Mapped { network: network.to_string() });
    }
    let allowed = Allowed { empty: options.allow_empty.allow_empty, any_number: limit.is_some() };
    print(set.networks(), options.output.format(), labels, allowed)?;
    if added > 0 && !quiet {
        // The result lets in more than was asked for, so scripts get this notice too.
        Notices::ALWAYS
            .say(&format!("widened to fit: lets in {added} more addresses than the given rules"));
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn diff(args: &Diff) -> Result<ExitCode, Error> {
    let lists = [args.old.clone(), args.new.clone()];
    read_once(&[&lists])?;
    let [old, new] = lists;
    let reading = args.reading.asking(&args.port);
    let (old, new) = rules::read_both(&[old], &[new], &reading)?;
    if reading.ports.is_some() && !(old.know_ports() || new.know_ports()) {
        return Err(Error::NoPorts);
    }
    let (old, new) = (old.for_a_question()?, new.for_a_question()?);
    let (closes, opens) = (old.subtract(&new), new.subtract(&old));
    let stdout = std::io::stdout().lock();
    render::write_changes(closes.networks(), opens.networks(), args.table.json(), stdout)
        .map_err(Error::Output)?;
    let changed = !(closes.is_empty() && opens.is_empty());
    Ok(Answer::of(!(changed && args.exit_code)).into())
}

pub(super) fn split(args: &Split) -> Result<ExitCode, Error> {
    let inputs = or_stdin(&args.inputs);
    read_once(&[&inputs])?;
    let rules = rules::read_rules(&inputs, &args.reading.of(args.output.port()))?;
    let (format, labels) = (args.output.format(), args.output.labels(Some(&rules))?);
    let set = rules.set();
    let allowed = Allowed { empty: args.allow_empty.allow_empty, any_number: false };
    let prefix = args.prefix;
    match (set.v4.is_empty(), set.v6.is_empty()) {
        (false, false) => return Err(Error::PrefixOfBoth),
        (_, true) => {
            check_split(&set.v4, prefix)?;
            print(set.v4.split(prefix).map(IpNet::V4), format, &labels, allowed)?;
        }
        (true, false) => {
            check_split(&set.v6, prefix)?;
            let piece = set.v6.split(prefix).find(|piece| IPV4_MAPPED.covers(Range::of(*piece)));
            if let Some(network) = piece {
                return Err(Error::Mapped { network: network.to_string() });
            }
            print(set.v6.split(prefix).map(IpNet::V6), format, &labels, allowed)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn check_split<A: Address>(ranges: &Ranges<A>, prefix: u8) -> Result<(), Error> {
    if prefix > A::FAMILY.bits() {
        return Err(Error::Prefix { prefix, family: A::FAMILY });
    }
    match ranges.count_of_prefix(prefix) {
        Ok(Some(0..=defaults::MOST_NETWORKS)) => Ok(()),
        Ok(count) => Err(Error::TooManyNetworks { prefix, count: Count::of(count) }),
        Err(network) => Err(Error::Indivisible { prefix, network: network.to_string() }),
    }
}

pub(super) fn contains(args: &Contains) -> Result<ExitCode, Error> {
    read_once(&[&args.rules, &args.address])?;
    let reading = args.reading.asking(&args.port);
    let asked = rules::Reading { nothing: false, ..reading.clone() };
    let rules = rules::read_rules(&args.rules, &asked)?;
    if reading.ports.is_some() && !rules.know_ports() {
        return Err(Error::NoPorts);
    }
    let set = rules.for_a_question()?;
    let lookup = Lookup::of(&set);
    let mut answer = LookupResults::default();
    for input in rules::rejoin_netmasks(&args.address) {
        let look = |piece: &mut rules::parallel::Piece<'_>| {
            let mut looked = LookupResults::default();
            while let Some(entry) = piece.next_entry()? {
                looked.record(entry, lookup.enclosing(entry), args.table.json());
            }
            Ok(looked)
        };
        rules::read(&input, &reading, look, |looked| answer.append(&looked))?;
    }
    if answer.asked == 0 {
        return Err(Error::NoAddress);
    }
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(answer.text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(Error::Output)?;
    Ok(Answer::of(answer.inside == answer.asked).into())
}

/// Results of the look-ups so far.
#[derive(Default)]
struct LookupResults {
    asked: usize,
    inside: usize,
    text: String,
}

impl LookupResults {
    fn record(&mut self, entry: IpRange, found: Option<IpRange>, json: bool) {
        self.asked += 1;
        self.inside += usize::from(found.is_some());
        // Writing to a `String` cannot fail.
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
    let entries = rules::read_entries(&inputs, &args.reading.asking(&args.port))?;
    if entries.is_empty() {
        return Err(Error::NothingToShow);
    }
    let networks = entries.iter().flat_map(|entry| entry.networks());
    let stdout = std::io::stdout().lock();
    let written = if args.table.json() {
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

/// Refuses to read two lists from standard input.
pub(super) fn read_once(lists: &[&[Input]]) -> Result<(), Error> {
    let readers = lists.iter().copied().flatten().filter(|input| **input == Input::Stdin);
    if readers.count() > 1 { Err(Error::StdinTwice) } else { Ok(()) }
}
