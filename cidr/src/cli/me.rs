//! `cidr me`: the rule for this machine, and whether others let it in.

use std::net::IpAddr;
use std::process::ExitCode;

use ipnet::IpNet;

use super::args::{Emptiness, Me};
use super::{Notices, print, sets};
use crate::Error;
use crate::address::Family;
use crate::my_address::{self, Source, Verdict, source};
use crate::rules;
use crate::set::Set;

pub(super) fn me(args: &Me, notices: Notices) -> Result<ExitCode, Error> {
    sets::read_once(&[&args.check])?;
    let families = args.address.map_or_else(|| args.families.chosen(), |it| vec![Family::of(it)]);
    check_prefix(args.prefix, &families)?;
    // Before anybody is asked: the rules may be unreadable.
    let rules = rules::read_set(&args.check, args.reading.leniency())?;
    let addresses = match args.address {
        Some(address) => vec![given(address)?],
        None => ask(args, &families)?,
    };
    let mine: Vec<IpNet> =
        addresses.into_iter().filter_map(|address| rule_for(address, args.prefix)).collect();
    if args.check.is_empty() {
        print(mine.into_iter(), &args.output, Emptiness::default())?;
        return Ok(ExitCode::SUCCESS);
    }
    let missing = mine.into_iter().collect::<Set>().subtract(&rules);
    if missing.is_empty() {
        notices.say("these rules let you in");
        return Ok(ExitCode::SUCCESS);
    }
    print(missing.networks(), &args.output, Emptiness::default())?;
    notices.say("these rules do not let you in; add what is printed");
    Ok(ExitCode::from(1))
}

fn check_prefix(prefix: Option<u8>, families: &[Family]) -> Result<(), Error> {
    match (prefix, families) {
        (Some(prefix), [family]) if prefix > family.bits() => {
            Err(Error::Prefix { prefix, family: *family })
        }
        (Some(_), [_, _, ..]) => Err(Error::PrefixOfBoth),
        _ => Ok(()),
    }
}

fn given(address: IpAddr) -> Result<IpAddr, Error> {
    my_address::usable(address, Family::of(address.to_canonical())).map_err(Error::Address)
}

fn ask(args: &Me, families: &[Family]) -> Result<Vec<IpAddr>, Error> {
    families.iter().map(|family| ask_for(args, *family)).collect()
}

fn ask_for(args: &Me, family: Family) -> Result<IpAddr, Error> {
    let mut sources: Vec<Source> = args.url.iter().chain(&args.stun).cloned().collect();
    if sources.is_empty() {
        sources = Source::defaults(family);
    }
    if !source::are_independent(&sources) {
        return Err(Error::OneOperator(family));
    }
    let answers = my_address::ask_all(&sources, family, args.timeout);
    match my_address::judge(&answers) {
        Verdict::Agreed(address) => Ok(address),
        Verdict::Disagreed => Err(Error::Disagreed { family, answers }),
        Verdict::Unconfirmed => Err(Error::Unconfirmed { family, answers }),
    }
}

fn rule_for(address: IpAddr, prefix: Option<u8>) -> Option<IpNet> {
    IpNet::new(address, prefix.unwrap_or(Family::of(address).bits())).ok().map(|it| it.trunc())
}
