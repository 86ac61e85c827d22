//! Options that several commands have, and what they mean together.

use clap::{Args, ValueEnum as _};

use crate::Error;
use crate::address::Family;
use crate::ports::Ports;
use crate::render::Format;
use crate::render::labels::{Description, Labels, Name};
use crate::rules::{self, Leniency, NamedPorts, Rules};

use super::values::whole;

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
    /// With the ports that are asked for.
    pub(super) fn of(&self, ports: Option<&Ports>) -> rules::Reading {
        let leniency = Leniency { truncate: self.truncate };
        rules::Reading { leniency, ports: ports.cloned(), nothing: true }
    }

    /// Of a command that prints no rules.
    pub(super) fn asking(&self, port: &AskedPort) -> rules::Reading {
        self.of(port.port.as_ref())
    }
}

/// For commands that print no rules.
#[derive(Debug, Args)]
pub(super) struct AskedPort {
    /// From rules that name ports, read only the sources for these (22, 22,2222 or 8000-8010)
    #[arg(long, value_name = "PORT")]
    port: Option<Ports>,
}

/// For commands that print answers, not rules.
#[derive(Debug, Args)]
pub(super) struct Table {
    /// Output format of the answer
    #[arg(short = 'o', long = "output", value_name = "FORMAT", value_enum, default_value_t)]
    format: TableFormat,
    /// The same as -o json: one object per line
    ///
    /// contains: address, inside, range. diff: change (closes or opens), network, family, first,
    /// last, addresses. show: the same without change.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum TableFormat {
    /// One answer per line
    #[default]
    Lines,
    /// One JSON object per line
    Json,
}

impl Table {
    pub(super) fn json(&self) -> bool {
        self.json || self.format == TableFormat::Json
    }
}

#[derive(Debug, Args)]
pub(super) struct Limit {
    /// Widen the result to at most N networks with the fewest added addresses, and report how many
    #[arg(long, value_name = "N", value_parser = |text: &str| whole::<u16>(text, 1, 10_000))]
    max_prefixes: Option<u16>,
}

impl Limit {
    pub(super) fn max_prefixes(&self) -> Option<usize> {
        self.max_prefixes.map(usize::from)
    }
}

#[derive(Debug, Args)]
pub(super) struct Output {
    /// Output format of the rules
    #[arg(short = 'o', long = "output", value_name = "FORMAT", value_enum)]
    format: Option<Format>,
    /// The same as -o json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// TCP ports of the rule: 22, 22,2222 or 8000-8010 [default: those of the rules read, or 22]
    ///
    /// From rules that name ports, cidr reads only the sources for these ports.
    #[arg(long, value_name = "PORT", hide_short_help = true)]
    port: Option<Ports>,
    /// Name of the rule (azure, gcp, nftables) [default: ssh-access]
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    name: Option<Name>,
    /// Description of the rule (aws, azure, gcp, terraform, nftables)
    #[arg(long, value_name = "TEXT", hide_short_help = true)]
    description: Option<Description>,
}

/// For commands whose result may be nothing.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct AllowEmpty {
    /// Accept an empty result: print nothing and exit 0 (lines, comma, json, ranges)
    #[arg(long)]
    pub(super) allow_empty: bool,
}

impl Output {
    pub(super) fn format(&self) -> Format {
        self.asked_format().unwrap_or_default()
    }

    /// The format that was named, if any.
    pub(super) fn asked_format(&self) -> Option<Format> {
        if self.json { Some(Format::Json) } else { self.format }
    }

    pub(super) fn port(&self) -> Option<&Ports> {
        self.port.as_ref()
    }

    /// Refuses a name or a description that the format has no place for.
    pub(super) fn check(&self) -> Result<(), Error> {
        let places = self.format().places();
        let named = (self.name.is_some() && !places.name).then_some("--name");
        let described =
            (self.description.is_some() && !places.description).then_some("--description");
        named.or(described).map_or(Ok(()), |option| Err(self.no_place(option)))?;
        let (name, description) = (self.name.clone(), self.description.clone());
        self.printable(Labels { port: self.port.clone(), name, description }).map(drop)
    }

    fn printable(&self, labels: Labels) -> Result<Labels, Error> {
        let refused = self.format().refused(&labels);
        let format = || self.format_name();
        refused.map_or(Ok(labels), |cause| Err(Error::NotPrintable { format: format(), cause }))
    }

    /// What the rule says besides its networks, whose rules are these.
    pub(super) fn labels(&self, read: Option<&Rules>) -> Result<Labels, Error> {
        let has_place = self.format().places().port;
        let (name, description) = (self.name.clone(), self.description.clone());
        let port = match (&self.port, read.map_or(NamedPorts::Nothing, Rules::named)) {
            (Some(_), _) if !has_place && !read.is_some_and(Rules::know_ports) => {
                return Err(self.no_place("--port"));
            }
            (Some(port), _) => Some(port.clone()),
            (None, NamedPorts::Different) if has_place => return Err(Error::PortsDiffer),
            (None, NamedPorts::Same(port)) => Some(port),
            (None, _) => None,
        };
        self.printable(Labels { port, name, description })
    }

    fn no_place(&self, option: &'static str) -> Error {
        Error::NoPlace { option, format: self.format_name() }
    }

    fn format_name(&self) -> String {
        let format = self.format().to_possible_value();
        format.map_or_else(String::new, |it| it.get_name().to_owned())
    }
}
