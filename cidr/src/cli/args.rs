//! What can be typed after `cidr`, as types.

use std::net::IpAddr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use super::options::{AllowEmpty, AskedPort, Families, Limit, Output, Reading, Table};
use super::values::{one_address, pause, seconds, whole};
use crate::defaults;
use crate::my_address::{Proxy, Source};
use crate::rules::{self, Input};

/// Makes access rules (CIDR ranges): exactly the right one, or none.
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

    /// Print no notices, even on a terminal
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
}

const INPUT_HELP: &str = "\
IN, RULE, OLD and NEW can be:
  203.0.113.7  203.0.113.0/24  203.0.113.0/255.255.255.0  '203.0.113.0 255.255.255.0'
  203.0.113.1-203.0.113.6  '203.0.113.*'  2001:db8::/32
  '@FILE'      a file of these, separated by commas, blanks or newlines; # starts a comment
  -            the same on standard input, which is the default for IN
A file or standard input can also be the output of a platform: JSON of aws ec2 describe-security-groups, az \
network nsg rule list, gcloud compute firewall-rules list or terraform show; Terraform configuration; nft \
list ruleset; iptables-save; ipset save; ufw show added; firewalld rich rules; authorized_keys lines with \
from=; and every -o format of cidr itself. cidr reads the sources that it lets in, with --port only those \
for that port.
An IPv4-mapped IPv6 address (::ffff:203.0.113.7) counts as the IPv4 address in it.
If cidr does not fully understand its input, it names the file, line and column, and prints no rule.

Examples:
  cidr me                                        the rule for this machine
  cidr me --check '@rules.txt'                   do the rules let me in? if not, what to add
  aws ec2 describe-security-groups | cidr me --check - --port 22
  cidr merge '@office.txt' 203.0.113.7 -o comma  one rule field from several lists
  cidr subtract 10.0.0.0/8 --minus 10.1.0.0/16
  cidr contains '@rules.txt' --address 203.0.113.7

Recipes, with 203.0.113.7 for the rule:
  AWS         cidr merge 203.0.113.7 -o aws-cli          prints the command, for $GROUP_ID
  Azure       cidr merge 203.0.113.7 -o az-cli           prints them, for $RESOURCE_GROUP, $NSG_NAME
  Google      cidr merge 203.0.113.7 -o comma            as --source-ranges of a firewall rule
  Terraform   cidr merge 203.0.113.7 -o terraform        resources, for var.security_group_id
  Windows     cidr merge 203.0.113.7 -o powershell       prints New-NetFirewallRule
  nftables    cidr merge 203.0.113.7 -o nftables         for nft -f -
  ufw, firewalld, ipset, sshd                            -o with that name
  Kubernetes  cidr merge 203.0.113.7 -o json-array       for loadBalancerSourceRanges
  nginx       cidr merge 203.0.113.7 -o lines            each line between `allow` and `;`
  HAProxy     cidr merge 203.0.113.7 -o lines            as the file of acl office src -f FILE
More of them: docs/cidr-recipes.md

Exit status: 0 success; 1 failure; 2 wrong usage.
Of questions (contains, me --check, diff --exit-code): 0 yes; 1 no; 2 unknown.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The rule that lets everyone in
    Everywhere(Everywhere),
    /// The rule for this machine, confirmed by two independent sources
    Me(Me),
    /// The fewest networks that cover exactly the input
    Merge(Merge),
    /// The addresses of the input that are not in the --minus lists
    Subtract(Subtract),
    /// The addresses of the input that are also in every --with list
    Intersect(Intersect),
    /// What a change of rules opens and what it closes
    Diff(Diff),
    /// The input as networks of one prefix length
    Split(Split),
    /// Whether rules contain addresses: exit 0 if they contain all, 1 if not, 2 if that is unknown
    Contains(Contains),
    /// Network, first and last address, and size
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
