//! What can be typed after `cidr`, as types.

use std::num::NonZero;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum as _};

use crate::address::Family;
use crate::my_address::Source;
use crate::render::Format;
use crate::render::labels::{Description, Labels, Name};
use crate::rules::{Input, Leniency};

/// Access rules (CIDR ranges) that are exactly right, or no rule.
#[derive(Debug, Parser)]
#[command(name = "cidr", bin_name = "cidr", version, arg_required_else_help = true, after_long_help = INPUT_HELP)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,

    /// Colour on the terminal
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        hide_short_help = true
    )]
    pub(super) color: clap::ColorChoice,

    /// No notices, even on a terminal
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
}

const INPUT_HELP: &str = "\
What IN, RULE, OLD and NEW may be:
  203.0.113.7  203.0.113.0/24  203.0.113.0/255.255.255.0  '203.0.113.0 255.255.255.0'
  203.0.113.1-203.0.113.6  '203.0.113.*'  2001:db8::/32
  @FILE        a file of these, separated by commas, blanks or lines; # begins a comment
  -            the same from standard input, which is also read when no IN is given
An IPv4-mapped IPv6 address (::ffff:203.0.113.7) is the IPv4 address in it, everywhere.
Anything that is not exactly understood is refused with its file, line and column, and nothing is printed.

Examples:
  cidr me                                      the rule for this machine
  cidr me --check @rules.txt                   am I let in? if not, what to add
  cidr merge @office.txt 203.0.113.7 -o comma  one rule field from several lists
  cidr subtract 10.0.0.0/8 --minus 10.1.0.0/16
  cidr contains @rules.txt --address 203.0.113.7

Exit status: 0 done; 1 could not, or the answer is no; 2 wrong usage.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The rule that lets everybody in
    Everywhere(Everywhere),
    /// The rule for this machine, as two independent sources see it
    Me(Me),
    /// The fewest networks for all addresses of the input
    Merge(Merge),
    /// The addresses of the input that are in none of the others
    Subtract(Subtract),
    /// The addresses of the input that are also in all of the others
    Intersect(Intersect),
    /// What a change of rules would open and what it would close
    Diff(Diff),
    /// The networks of one size that the input consists of
    Split(Split),
    /// Whether addresses are inside rules: exit 0 if all are, 1 if not
    Contains(Contains),
    /// Network, first and last address, and size
    Show(Show),
}

impl Command {
    /// The options for printing rules, where the command prints rules.
    pub(super) fn output(&self) -> Option<&Output> {
        match self {
            Self::Everywhere(args) => Some(&args.output),
            Self::Me(args) => Some(&args.output),
            Self::Merge(args) => Some(&args.output),
            Self::Subtract(args) => Some(&args.output),
            Self::Intersect(args) => Some(&args.output),
            Self::Split(args) => Some(&args.output),
            Self::Diff(_) | Self::Contains(_) | Self::Show(_) => None,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Everywhere {
    #[command(flatten)]
    pub(super) families: Families,
    #[command(flatten)]
    pub(super) output: Output,
}

const URL_HELP: &str = "\
Ask this web server, whose whole answer is the address (repeatable; replaces the defaults)

Default: https://icanhazip.com/ (Cloudflare); for IPv4 also https://checkip.amazonaws.com/ (Amazon), for IPv6 also \
https://api6.ipify.org/ (ipify). All sources are asked at once, past any proxy. Two on different hosts must agree, and \
none may contradict. http:// is accepted for servers on this machine only.";

const STUN_HELP: &str = "\
Ask this STUN server (repeatable; replaces the defaults)

Default: stun:stun.l.google.com:19302 (Google), which is written without `stun:` here. The port is 3478 if not given.";

#[derive(Debug, Args)]
pub(super) struct Me {
    #[command(flatten)]
    pub(super) families: Families,

    /// Widen the rule to a network of N bits around the address
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=128))]
    pub(super) prefix: Option<u8>,

    /// Ask this web server, whose whole answer is the address (repeatable; replaces the defaults)
    #[arg(long, value_name = "URL", value_parser = Source::url, long_help = URL_HELP)]
    pub(super) url: Vec<Source>,

    /// Ask this STUN server (repeatable; replaces the defaults)
    #[arg(long, value_name = "HOST:PORT", value_parser = Source::stun, long_help = STUN_HELP)]
    pub(super) stun: Vec<Source>,

    /// Ask nobody: this is my address
    #[arg(long, value_name = "IP", conflicts_with_all = ["url", "stun", "ipv4", "ipv6"])]
    pub(super) address: Option<std::net::IpAddr>,

    /// How long a source may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub(super) timeout: Duration,

    /// Say whether these rules let me in: exit 0 if so; if not, print what to add and exit 1
    #[arg(long, value_name = "RULE", num_args = 1..)]
    pub(super) check: Vec<Input>,

    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Merge {
    /// Addresses, networks, ranges, @FILE or - (default: standard input)
    #[arg(value_name = "IN")]
    pub(super) inputs: Vec<Input>,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) limit: Limit,
    #[command(flatten)]
    pub(super) emptiness: Emptiness,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Subtract {
    /// Addresses, networks, ranges, @FILE or - (default: standard input)
    #[arg(value_name = "IN")]
    pub(super) inputs: Vec<Input>,
    /// What to take away (repeatable)
    #[arg(long, value_name = "IN", required = true)]
    pub(super) minus: Vec<Input>,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) limit: Limit,
    #[command(flatten)]
    pub(super) emptiness: Emptiness,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Intersect {
    /// Addresses, networks, ranges, @FILE or - (default: standard input)
    #[arg(value_name = "IN")]
    pub(super) inputs: Vec<Input>,
    /// What the result must also be in (repeatable: in every one)
    #[arg(long, value_name = "IN", required = true)]
    pub(super) with: Vec<Input>,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) limit: Limit,
    #[command(flatten)]
    pub(super) emptiness: Emptiness,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The rules as they are: addresses, networks, ranges, @FILE or -
    pub(super) old: Input,
    /// The rules as they are to be
    pub(super) new: Input,
    /// Exit 1 if anything changes
    #[arg(long)]
    pub(super) exit_code: bool,
    /// Print an object for each network: change (closes or opens), network, family, first, last, addresses
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct Split {
    /// Addresses, networks, ranges, @FILE or - (default: standard input), of one family
    #[arg(value_name = "IN")]
    pub(super) inputs: Vec<Input>,
    /// The prefix length that all networks are to have
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=128))]
    pub(super) prefix: u8,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) emptiness: Emptiness,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Contains {
    /// The rules: addresses, networks, ranges, @FILE or -
    #[arg(value_name = "RULE", required = true)]
    pub(super) rules: Vec<Input>,
    /// What to look for: an address, network or range, @FILE or - (repeatable); those inside are printed
    #[arg(long, value_name = "IP", required = true)]
    pub(super) address: Vec<Input>,
    /// Print an object for each address: address, inside, and the range that holds it
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Addresses, networks, ranges, @FILE or - (default: standard input)
    #[arg(value_name = "IN")]
    pub(super) inputs: Vec<Input>,
    /// Print an object for each network: network, family, first, last, addresses
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct Families {
    /// IPv4 (the default; with -6, both)
    #[arg(short = '4')]
    ipv4: bool,
    /// IPv6
    #[arg(short = '6')]
    ipv6: bool,
}

impl Families {
    pub(super) fn chosen(&self) -> Vec<Family> {
        let ipv4 = (self.ipv4 || !self.ipv6).then_some(Family::Ipv4);
        ipv4.into_iter().chain(self.ipv6.then_some(Family::Ipv6)).collect()
    }
}

#[derive(Debug, Args)]
pub(super) struct Reading {
    /// Clear host bits (10.0.0.1/8 is 10.0.0.0/8) instead of refusing them
    #[arg(long)]
    truncate: bool,
}

impl Reading {
    pub(super) fn leniency(&self) -> Leniency {
        Leniency { truncate: self.truncate }
    }
}

#[derive(Debug, Args)]
pub(super) struct Limit {
    /// Widen the result to at most N networks, adding the fewest addresses, and say how many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    max_prefixes: Option<u16>,
}

impl Limit {
    pub(super) fn max_prefixes(&self) -> Option<usize> {
        self.max_prefixes.map(usize::from)
    }
}

#[derive(Debug, Args)]
pub(super) struct Output {
    /// How to print the rules
    #[arg(short = 'o', long = "output", value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// The same as -o json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// The TCP port that the rule is about (aws, azure, gcp, terraform, nftables) [default: 22]
    #[arg(long, value_name = "PORT", hide_short_help = true)]
    port: Option<NonZero<u16>>,
    /// What the rule is called (azure, gcp, nftables) [default: ssh-access]
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    name: Option<Name>,
    /// What the rule is for (aws, azure, gcp, terraform, nftables)
    #[arg(long, value_name = "TEXT", hide_short_help = true)]
    description: Option<Description>,
}

/// For commands whose result may be nothing.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct Emptiness {
    /// Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)
    #[arg(long)]
    pub(super) allow_empty: bool,
}

impl Output {
    pub(super) fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }

    /// A label that the format has no place for, and the format's name.
    pub(super) fn misplaced_label(&self) -> Option<(&'static str, String)> {
        let format = self.format();
        let name =
            format.to_possible_value().map_or_else(String::new, |it| it.get_name().to_owned());
        format.misplaced(&self.labels()).map(|option| (option, name))
    }

    pub(super) fn labels(&self) -> Labels {
        let (name, description) = (self.name.clone(), self.description.clone());
        Labels { port: self.port, name, description }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    match Duration::try_from_secs_f64(number) {
        Ok(duration) if !duration.is_zero() && duration.as_secs() <= 3_600 => Ok(duration),
        _ => Err("not between 0 and 3600 seconds".to_owned()),
    }
}
