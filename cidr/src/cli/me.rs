//! `cidr me`: the rule for this machine, and whether others let it in.

use std::io::Write as _;
use std::net::IpAddr;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use contract::{Answer as Reply, Failure as _};
use ipnet::IpNet;

use super::args::Me;
use super::{Allowed, print, set_commands};
use crate::Error;
use crate::address::Family;
use crate::check::{self, Nearest};
use crate::my_address::{self, Source, Verdict, proxy, source};
use crate::render::Format;
use crate::render::labels::Labels;
use crate::rules::Reading;

pub(super) fn me(args: &Me) -> Result<ExitCode, Error> {
    set_commands::read_once(&[&args.check])?;
    let families = args.address.map_or_else(|| args.families.chosen(), |it| vec![Family::of(it)]);
    check_prefix(args.prefix, &families)?;
    if !args.check.is_empty() {
        return answer(args, &families);
    }
    let labels = args.output.labels(None)?;
    if let Some(pause) = args.watch {
        return watch(args, &families, &labels, pause);
    }
    let rules = rules_for(&my_addresses(args, &families)?, args.prefix);
    print(rules.into_iter(), args.output.format(), &labels, Allowed::default())?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the rule, and prints it again whenever it changes. Repeated failures are reported once.
fn watch(
    args: &Me,
    families: &[Family],
    labels: &Labels,
    pause: Duration,
) -> Result<ExitCode, Error> {
    let mut printed = Vec::new();
    let mut is_failing = false;
    loop {
        match my_addresses(args, families) {
            Err(error) if error.exit_code() == contract::exit::USAGE => return Err(error),
            Err(error) => {
                if !is_failing {
                    contract::report::write("cidr", &error);
                }
                is_failing = true;
            }
            Ok(addresses) => {
                is_failing = false;
                let rules = rules_for(&addresses, args.prefix);
                if rules != printed {
                    print(rules.iter().copied(), args.output.format(), labels, Allowed::default())?;
                    printed = rules;
                }
            }
        }
        thread::sleep(pause);
    }
}

/// Says for each of our addresses whether the rules let it in.
fn answer(args: &Me, families: &[Family]) -> Result<ExitCode, Error> {
    let reading = Reading { nothing: false, ..args.reading.of(args.output.port()) };
    // Before asking any server, because the rules may be unreadable.
    let rules = check::Rules::read(&args.check, &reading)?;
    let addresses = my_addresses(args, families)?;
    let answer = |address| Answer {
        address,
        nearest: rules.nearest(address),
        prefix: args.prefix,
        port: rules.port(),
    };
    let answers: Vec<Answer> = addresses.into_iter().map(answer).collect();
    let missing = answers.iter().filter(|answer| !answer.is_inside());
    let missing: Vec<IpAddr> = missing.map(|answer| answer.address).collect();
    match args.output.asked_format() {
        None => write(&answers.iter().map(Answer::to_line).collect::<Vec<_>>())?,
        Some(Format::Json) => write(&answers.iter().map(Answer::to_json).collect::<Vec<_>>())?,
        Some(_) if missing.is_empty() => {}
        Some(format) => {
            let labels = args.output.labels(None)?;
            let rules = rules_for(&missing, args.prefix).into_iter();
            print(rules, format, &labels, Allowed::default())?;
        }
    }
    Ok(Reply::of(missing.is_empty()).into())
}

/// What the rules say about one address.
struct Answer {
    address: IpAddr,
    nearest: Option<Nearest>,
    prefix: Option<u8>,
    port: Option<u16>,
}

impl Answer {
    fn is_inside(&self) -> bool {
        self.nearest.as_ref().is_some_and(|nearest| nearest.distance == 0)
    }

    /// The rule that would let the address in.
    fn rule(&self) -> String {
        rule_for(self.address, self.prefix).map_or_else(String::new, |rule| rule.to_string())
    }

    fn to_line(&self) -> String {
        let (address, family) = (self.address, Family::of(self.address));
        let port = self.port.map_or_else(String::new, |port| format!(" for port {port}"));
        match &self.nearest {
            Some(Nearest { rule, place, distance: 0 }) => {
                format!("{address} is inside{port}: {rule} ({place}) lets it in\n")
            }
            Some(Nearest { rule, place, distance }) => {
                let addresses = if *distance == 1 { "address" } else { "addresses" };
                format!(
                    "{address} is outside{port}: the nearest rule is {rule} ({place}), {distance} {addresses} away; add {}\n",
                    self.rule()
                )
            }
            None => {
                format!(
                    "{address} is outside{port}: there is no {family} rule; add {}\n",
                    self.rule()
                )
            }
        }
    }

    fn to_json(&self) -> String {
        let nearest = self.nearest.as_ref();
        let object = serde_json::json!({
            "address": self.address.to_string(),
            "inside": self.is_inside(),
            "rule": nearest.map(|it| it.rule.to_string()),
            "place": nearest.map(|it| &it.place),
            "distance": nearest.map(|it| it.distance.to_string()),
            "port": self.port,
            "add": (!self.is_inside()).then(|| self.rule()),
        });
        format!("{object}\n")
    }
}

fn write(lines: &[String]) -> Result<(), Error> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(lines.concat().as_bytes()).and_then(|()| stdout.flush()).map_err(Error::Output)
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

/// Our public addresses. There are several of one family if they share the network of the requested
/// prefix.
fn my_addresses(args: &Me, families: &[Family]) -> Result<Vec<IpAddr>, Error> {
    match args.address {
        Some(address) => {
            let family = Family::of(address.to_canonical());
            Ok(vec![my_address::usable(address, family).map_err(Error::Address)?])
        }
        None => {
            let found: Result<Vec<_>, _> = families.iter().map(|it| ask(args, *it)).collect();
            Ok(found?.concat())
        }
    }
}

fn ask(args: &Me, family: Family) -> Result<Vec<IpAddr>, Error> {
    let mut sources: Vec<Source> = args.url.iter().chain(&args.stun).cloned().collect();
    if sources.is_empty() {
        sources = Source::defaults(family);
        // STUN is UDP, which bypasses every proxy.
        sources.retain(|source| args.proxy.is_none() || source.is_web());
    }
    if !source::are_independent(&sources) {
        return Err(Error::OneOperator(family));
    }
    let answers = my_address::ask_all(&sources, family, args.timeout, args.proxy.as_ref());
    let unused = || if args.proxy.is_some() { None } else { proxy::in_the_environment() };
    match my_address::judge(&answers, args.prefix.unwrap_or(family.bits())) {
        Verdict::Agreed(addresses) => Ok(addresses),
        Verdict::Disagreed => Err(Error::Disagreed { family, answers, proxy: unused() }),
        Verdict::Unconfirmed => Err(Error::Unconfirmed { family, answers, proxy: unused() }),
    }
}

/// The rules that let these addresses in, without duplicates.
fn rules_for(addresses: &[IpAddr], prefix: Option<u8>) -> Vec<IpNet> {
    let mut rules: Vec<IpNet> =
        addresses.iter().filter_map(|address| rule_for(*address, prefix)).collect();
    rules.dedup();
    rules
}

fn rule_for(address: IpAddr, prefix: Option<u8>) -> Option<IpNet> {
    let prefix = prefix.unwrap_or(Family::of(address).bits());
    IpNet::new(address, prefix).ok().map(|network| network.trunc())
}
