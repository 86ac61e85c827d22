//! What can be typed after `cidr`, as types.

use std::net::IpAddr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use super::examples;
use super::options::{AllowEmpty, AskedPort, Families, Limit, Output, Reading, Table};
use super::values::{one_address, pause, seconds, whole};
use crate::defaults;
use crate::my_address::{Proxy, Source};
use crate::rules::{self, Input};

/// Makes access rules (CIDR ranges): exactly the right one, or none.
#[derive(Debug, Parser)]
#[command(name = "cidr", bin_name = "cidr", version, arg_required_else_help = true, after_long_help = examples::ALL)]
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

    /// Print no notices, even on a terminal
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The rule that lets everyone in
    #[command(after_long_help = examples::EVERYWHERE)]
    Everywhere(Everywhere),
    /// The rule for this machine, confirmed by two independent sources
    #[command(after_long_help = examples::ME)]
    Me(Me),
    /// The fewest networks that cover exactly the input
    #[command(after_long_help = examples::MERGE)]
    Merge(Merge),
    /// The addresses of the input that are not in the --minus lists
    #[command(after_long_help = examples::SUBTRACT)]
    Subtract(Subtract),
    /// The addresses of the input that are also in every --with list
    #[command(after_long_help = examples::INTERSECT)]
    Intersect(Intersect),
    /// What a change of rules opens and what it closes
    #[command(after_long_help = examples::DIFF)]
    Diff(Diff),
    /// The input as networks of one prefix length
    #[command(after_long_help = examples::SPLIT)]
    Split(Split),
    /// Whether rules contain addresses: exit 0 if they contain all, 1 if not, 2 if that is unknown
    #[command(after_long_help = examples::CONTAINS)]
    Contains(Contains),
    /// Network, first and last address, and size
    #[command(after_long_help = examples::SHOW)]
    Show(Show),
}

impl Command {
    /// Whether its exit status is an answer: 0 yes, 1 no.
    pub(super) fn is_a_question(&self) -> bool {
        match self {
            Self::Contains(_) => true,
            Self::Me(args) => !args.check.is_empty(),
            Self::Diff(args) => args.exit_code,
            _ => false,
        }
    }

    /// The options for printing rules, where the command prints rules.
    pub(super) fn output(&self) -> Option<&Output> {
        match self {
            Self::Everywhere(args) => Some(&args.output),
            Self::Me(args) => Some(&args.output),
            Self::Merge(args) => Some(&args.options.output),
            Self::Subtract(args) => Some(&args.options.output),
            Self::Intersect(args) => Some(&args.options.output),
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
Ask this web server, which must answer with just the address (repeatable; replaces the defaults)

Default: https://icanhazip.com/ (Cloudflare), https://ident.me/ (ident.me) and https://ifconfig.co/ip (ifconfig.co); \
for IPv4 also https://checkip.amazonaws.com/ (Amazon), https://api.ipify.org/ (ipify) and https://ipinfo.io/ip (ipinfo), \
for IPv6 also https://api6.ipify.org/ (ipify). cidr asks all sources at once, without a proxy. Two sources of different operators must agree, and no source \
may disagree. http:// is accepted only for servers on this machine.";

const STUN_HELP: &str = "\
Ask this STUN server (repeatable; replaces the defaults)

Default: stun:stun.l.google.com:19302 (Google), stun:stun.cloudflare.com:3478 (Cloudflare), \
stun:stun.nextcloud.com:3478 (Nextcloud) and stun:stun.sipgate.net:3478 (sipgate), for IPv4 also \
stun:global.stun.twilio.com:3478 (Twilio); write yours without `stun:`. The port is 3478 if not given.";

const CHECK_HELP: &str = "\
Check whether these rules let me in: exit 0 if they do, 1 if not, 2 if that is unknown

Prints my address and the rule that lets it in, or the nearest rule and the one to add. With -o FORMAT it prints only the rule to add, in that format; -o json prints one object per address: address, inside, rule, place, distance, port, \
add. Rules that differ by port are checked for --port, or 22.";

#[derive(Debug, Args)]
pub(super) struct Me {
    #[command(flatten)]
    pub(super) families: Families,

    /// Widen the rule to the /N network around the address
    #[arg(long, value_name = "N", value_parser = |text: &str| whole::<u8>(text, 1, 128))]
    pub(super) prefix: Option<u8>,

    /// Ask this web server, which must answer with just the address (repeatable; replaces the
    /// defaults)
    #[arg(long, value_name = "URL", value_parser = Source::url, long_help = URL_HELP)]
    pub(super) url: Vec<Source>,

    /// Ask this STUN server (repeatable; replaces the defaults)
    #[arg(long, value_name = "HOST:PORT", value_parser = Source::stun, long_help = STUN_HELP)]
    pub(super) stun: Vec<Source>,

    /// Ask the web servers through this proxy: a URL, or `env` for the proxy named in the
    /// environment
    #[arg(long, value_name = "URL", value_parser = Proxy::named, conflicts_with_all = ["stun", "address"])]
    pub(super) proxy: Option<Proxy>,

    /// Print the rule now and whenever my address changes; ask this often (30s, 5m, 1h)
    #[arg(long, value_name = "DURATION", value_parser = pause, conflicts_with_all = ["check", "address"])]
    pub(super) watch: Option<Duration>,

    /// Ask no server; this is my address
    #[arg(long, value_name = "IP", value_parser = one_address, conflicts_with_all = ["url", "stun", "ipv4", "ipv6"])]
    pub(super) address: Option<IpAddr>,

    /// Time limit for each source, in seconds
    #[arg(long, value_name = "SECONDS", default_value = defaults::TIMEOUT_SECONDS, value_parser = seconds)]
    pub(super) timeout: Duration,

    /// Check whether these rules let me in: exit 0 if they do, 1 if not, 2 if that is unknown
    #[arg(long, value_name = "RULE", num_args = 1.., long_help = CHECK_HELP)]
    pub(super) check: Vec<Input>,

    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) output: Output,
}

/// The options of commands whose result is a set.
#[derive(Debug, Args)]
pub(super) struct SetOptions {
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) limit: Limit,
    #[command(flatten)]
    pub(super) allow_empty: AllowEmpty,
    #[command(flatten)]
    pub(super) output: Output,
}

impl SetOptions {
    pub(super) fn reading(&self) -> rules::Reading {
        self.reading.of(self.output.port())
    }
}

#[derive(Debug, Args)]
pub(super) struct Merge {
    /// Addresses, networks, ranges, '@FILE' or - (default: standard input)
    #[arg(value_name = "IN")]
    pub(super) inputs: Vec<Input>,
    #[command(flatten)]
    pub(super) options: SetOptions,
}

#[derive(Debug, Args)]
pub(super) struct Subtract {
    /// Addresses, networks, ranges, '@FILE' or - (default: standard input)
    #[arg(value_name = "IN")]
    pub(super) inputs: Vec<Input>,
    /// What to take away (repeatable)
    #[arg(long, value_name = "IN", required = true)]
    pub(super) minus: Vec<Input>,
    #[command(flatten)]
    pub(super) options: SetOptions,
}

#[derive(Debug, Args)]
pub(super) struct Intersect {
    /// Addresses, networks, ranges, '@FILE' or - (default: standard input)
    #[arg(value_name = "IN")]
    pub(super) inputs: Vec<Input>,
    /// What the result must also be in (repeatable: in every one)
    #[arg(long, value_name = "IN", required = true)]
    pub(super) with: Vec<Input>,
    #[command(flatten)]
    pub(super) options: SetOptions,
}

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The present rules: addresses, networks, ranges, '@FILE' or -
    pub(super) old: Input,
    /// The new rules
    pub(super) new: Input,
    /// Exit 1 if anything changes, 2 if that is unknown
    #[arg(long)]
    pub(super) exit_code: bool,
    #[command(flatten)]
    pub(super) port: AskedPort,
    #[command(flatten)]
    pub(super) table: Table,
    #[command(flatten)]
    pub(super) reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct Split {
    /// Addresses, networks, ranges, '@FILE' or - (default: standard input), of one family
    #[arg(value_name = "IN")]
    pub(super) inputs: Vec<Input>,
    /// Prefix length of the networks
    #[arg(long, value_name = "N", value_parser = |text: &str| whole::<u8>(text, 0, 128))]
    pub(super) prefix: u8,
    #[command(flatten)]
    pub(super) reading: Reading,
    #[command(flatten)]
    pub(super) allow_empty: AllowEmpty,
    #[command(flatten)]
    pub(super) output: Output,
}

#[derive(Debug, Args)]
pub(super) struct Contains {
    /// The rules: addresses, networks, ranges, '@FILE' or -
    #[arg(value_name = "RULE", required = true)]
    pub(super) rules: Vec<Input>,
    /// The addresses to look for: an address, network or range, '@FILE' or - (repeatable); prints
    /// those inside
    #[arg(long, value_name = "IP", required = true)]
    pub(super) address: Vec<Input>,
    #[command(flatten)]
    pub(super) port: AskedPort,
    #[command(flatten)]
    pub(super) table: Table,
    #[command(flatten)]
    pub(super) reading: Reading,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Addresses, networks, ranges, '@FILE' or - (default: standard input)
    #[arg(value_name = "IN")]
    pub(super) inputs: Vec<Input>,
    #[command(flatten)]
    pub(super) port: AskedPort,
    #[command(flatten)]
    pub(super) table: Table,
    #[command(flatten)]
    pub(super) reading: Reading,
}
