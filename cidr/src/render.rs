//! Networks as text: plain lists here, what each platform wants in the modules below.

mod cloud;
mod commands;
mod firewalls;
mod keywords;
pub mod labels;
mod lists;
mod openssh;
mod terraform;

use std::io::{self, Write};
use std::net::IpAddr;

use ipnet::IpNet;

use crate::address::{Address as _, Family};
use crate::defaults;
use crate::range::IpRange;
use labels::Labels;
use lists::Lists;

/// How much text is gathered before it is written, in bytes: a million lines are some hundred writes.
const BUFFER: usize = 64 * 1024;

/// How rules are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One network a line
    #[default]
    Lines,
    /// One line, networks separated by commas
    Comma,
    /// One object a line: network, family, first, last, addresses
    Json,
    /// The fewest first-last ranges, one a line
    Ranges,
    /// For aws ec2 authorize-security-group-ingress --ip-permissions
    Aws,
    /// The securityRules of a network security group
    Azure,
    /// Firewall resources, one a line
    Gcp,
    /// Terraform: `aws_vpc_security_group_ingress_rule` resources
    #[value(help = "Terraform: aws_vpc_security_group_ingress_rule resources")]
    Terraform,
    /// A file for nft -f
    Nftables,
    /// The from= option of a line of `authorized_keys`
    #[value(help = "The from= option of a line of authorized_keys")]
    AuthorizedKeys,
    /// One JSON array of networks
    JsonArray,
    /// New-NetFirewallRule, for Windows' firewall
    Powershell,
    /// An aws ec2 command
    AwsCli,
    /// az network nsg rule create, a command for each family
    AzCli,
    /// ufw allow, a command for each network
    Ufw,
    /// Rich rules of firewalld, a command for each network
    Firewalld,
    /// Sets for ipset restore
    Ipset,
    /// A Match Address block of `sshd_config`
    #[value(help = "A Match Address block of sshd_config")]
    Sshd,
}

impl Format {
    /// Whether a platform enforces what is printed, so that nothing may be printed for nobody.
    #[must_use]
    pub fn is_a_rule(self) -> bool {
        !matches!(self, Self::Lines | Self::Comma | Self::Json | Self::JsonArray | Self::Ranges)
    }

    /// The most networks of one family that the platform takes by default for each run of ports, and
    /// what has that limit.
    #[must_use]
    pub fn quota(self) -> Option<(usize, &'static str)> {
        match self {
            Self::Aws | Self::AwsCli | Self::Terraform => {
                Some((defaults::AWS_QUOTA, "a security group of AWS"))
            }
            Self::Azure | Self::AzCli => Some((defaults::AZURE_QUOTA, "a security group of Azure")),
            Self::Gcp => Some((defaults::GCP_QUOTA, "a firewall rule of Google Cloud")),
            _ => None,
        }
    }

    /// Why these labels cannot be printed in this format, although it has a place for them.
    #[must_use]
    pub fn refused(self, labels: &Labels) -> Option<NotPrintable> {
        let (name, description) = (labels.name(), labels.description().unwrap_or_default());
        match self {
            Self::Nftables if keywords::is_nftables(name) => Some(NotPrintable::Keyword),
            Self::Ipset if name.len() > LONGEST_SET => Some(NotPrintable::LongName),
            Self::AwsCli if description.contains([',', '=', '[', ']', '{', '}']) => {
                Some(NotPrintable::Shorthand)
            }
            Self::Ufw if ufw_ports(labels) > UFW_PORTS => Some(NotPrintable::ManyPorts),
            _ => None,
        }
    }

    /// What this format has a place for.
    #[must_use]
    pub fn places(self) -> Places {
        let (port, name, description) = match self {
            Self::Azure
            | Self::AzCli
            | Self::Gcp
            | Self::Nftables
            | Self::Powershell
            | Self::Terraform => (true, true, true),
            Self::Aws | Self::AwsCli | Self::Ufw => (true, false, true),
            Self::Firewalld => (true, false, false),
            Self::Ipset => (false, true, false),
            _ => (false, false, false),
        };
        Places { port, name, description }
    }
}

/// The longest name of a set: `ipset` takes 31 characters, of which `-ipv4-new` are ours.
const LONGEST_SET: usize = 31 - "-ipv4-new".len();

/// The most ports that a rule of `ufw` takes; a range counts as two.
const UFW_PORTS: usize = 15;

fn ufw_ports(labels: &Labels) -> usize {
    labels.ports().iter().map(|(first, last)| if first == last { 1 } else { 2 }).sum()
}

/// Why a label cannot be printed in a format that has a place for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPrintable {
    /// A word of nftables' language.
    #[error("nftables takes that name for a word of its language")]
    Keyword,
    /// More than a set of `ipset` may have.
    #[error("the name of an ipset is 22 characters at most")]
    LongName,
    /// What the shorthand syntax of `aws` gives a meaning.
    #[error("the shorthand of aws has no place for ,=[]{{}} in a description")]
    Shorthand,
    /// More than a rule of `ufw` takes.
    #[error("a rule of ufw has at most 15 ports, of which a range counts as two")]
    ManyPorts,
}

impl NotPrintable {
    /// What helps.
    #[must_use]
    pub fn hint(self) -> Option<&'static str> {
        match self {
            Self::Keyword => Some("put a hyphen into the name, such as ssh-access"),
            Self::Shorthand => Some("-o aws prints JSON, which takes them"),
            Self::LongName | Self::ManyPorts => None,
        }
    }
}

/// Which labels a format has a place for.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// The ports.
    pub port: bool,
    /// The name.
    pub name: bool,
    /// The description.
    pub description: bool,
}

/// Prints networks, which come in ascending order, IPv4 first.
///
/// # Errors
///
/// When `out` cannot be written.
pub fn write(
    format: Format,
    labels: &Labels,
    networks: impl Iterator<Item = IpNet>,
    out: impl Write,
) -> io::Result<()> {
    let mut printer = Printer::new(out);
    match format {
        Format::Lines => printer.lines(networks, write_network)?,
        Format::Comma => printer.comma_list(networks)?,
        Format::Json => printer.lines(networks, json_row)?,
        Format::Ranges => printer.lines(joined(networks), write_range)?,
        Format::Aws => printer.text(&cloud::aws(&networks.collect(), labels)),
        Format::Azure => printer.text(&cloud::azure(&networks.collect(), labels)),
        Format::Gcp => printer.text(&cloud::gcp(&networks.collect(), labels)),
        Format::JsonArray => printer.text(&cloud::array(&networks.collect())),
        Format::Terraform => printer.text(&terraform::ingress_rules(&networks.collect(), labels)),
        Format::Nftables => printer.text(&firewalls::nftables(&networks.collect(), labels)),
        Format::Ufw => printer.text(&firewalls::ufw(&networks.collect(), labels)),
        Format::Firewalld => printer.text(&firewalls::firewalld(&networks.collect(), labels)),
        Format::Ipset => {
            printer.text(&firewalls::ipset(&networks.collect::<Lists>().halved(), labels));
        }
        Format::Powershell => {
            printer.text(&commands::powershell(&networks.collect::<Lists>().halved(), labels));
        }
        Format::AwsCli => printer.text(&commands::aws_cli(&networks.collect(), labels)),
        Format::AzCli => printer.text(&commands::az_cli(&networks.collect(), labels)),
        Format::AuthorizedKeys => printer.text(&openssh::authorized_keys(&networks.collect())),
        Format::Sshd => printer.text(&openssh::sshd(&networks.collect())),
    }
    printer.finish()
}

/// Prints what a change of rules does, a network a line: what it closes, then what it opens.
///
/// # Errors
///
/// When `out` cannot be written.
pub fn write_changes(
    closes: impl Iterator<Item = IpNet>,
    opens: impl Iterator<Item = IpNet>,
    json: bool,
    out: impl Write,
) -> io::Result<()> {
    let changes =
        closes.map(|network| ("closes", network)).chain(opens.map(|network| ("opens", network)));
    let mut printer = Printer::new(out);
    printer.lines(changes, |(change, network), text| {
        if json {
            // No character of these needs escaping, and a Vec takes every write.
            let _ = write!(text, r#"{{"change":"{change}",{}}}"#, json_members(network));
        } else {
            let _ = write!(text, "{change} {network}");
        }
    })?;
    printer.finish()
}

/// Prints a table of networks: first and last address, and how many there are.
///
/// # Errors
///
/// When `out` cannot be written.
pub fn write_table(
    networks: impl Iterator<Item = IpNet> + Clone,
    out: impl Write,
) -> io::Result<()> {
    let mut widths = [0; 3];
    for columns in networks.clone().map(columns) {
        for (width, column) in widths.iter_mut().zip(&columns) {
            *width = column.len().max(*width);
        }
    }
    let [network_width, first_width, last_width] = widths;
    let mut printer = Printer::new(out);
    printer.lines(networks, |network, text| {
        let [network, first, last, addresses] = columns(network);
        // A Vec takes every write.
        let _ = write!(
            text,
            "{network:network_width$}  {first:first_width$}  {last:last_width$}  {addresses}"
        );
    })?;
    printer.finish()
}

fn columns(network: IpNet) -> [String; 4] {
    let count = IpRange::from(network).count().to_string();
    let (first, last) = (network.network(), network.broadcast());
    [network.to_string(), first.to_string(), last.to_string(), count]
}

fn json_row(network: IpNet, text: &mut Vec<u8>) {
    // A Vec takes every write.
    let _ = write!(text, "{{{}}}", json_members(network));
}

/// The members of a network's object. No character of these needs escaping; addresses are counted in a string, because most
/// JSON readers would round 2^64.
fn json_members(network: IpNet) -> String {
    let family = Family::of(network.addr()).name();
    let [network, first, last, addresses] = columns(network);
    format!(
        r#""network":"{network}","family":"{family}","first":"{first}","last":"{last}","addresses":"{addresses}""#
    )
}

/// Networks that touch, joined to ranges.
fn joined(networks: impl Iterator<Item = IpNet>) -> impl Iterator<Item = IpRange> {
    let mut ranges = networks.map(IpRange::from).peekable();
    std::iter::from_fn(move || {
        let mut range = ranges.next()?;
        while ranges.next_if(|next| range.absorb(*next)).is_some() {}
        Some(range)
    })
}

fn write_range(range: IpRange, text: &mut Vec<u8>) {
    let (first, last) = match range {
        IpRange::V4(range) => (range.first().ip(), range.last().ip()),
        IpRange::V6(range) => (range.first().ip(), range.last().ip()),
    };
    write_address(first, text);
    text.push(b'-');
    write_address(last, text);
}

fn write_network(network: IpNet, text: &mut Vec<u8>) {
    write_address(network.addr(), text);
    text.push(b'/');
    write_decimal(network.prefix_len(), text);
}

/// As the standard library does; IPv4, of which there may be millions, straight into the buffer.
fn write_address(address: IpAddr, text: &mut Vec<u8>) {
    match address {
        IpAddr::V4(address) => {
            let [first, rest @ ..] = address.octets();
            write_decimal(first, text);
            for octet in rest {
                text.push(b'.');
                write_decimal(octet, text);
            }
        }
        // A Vec takes every write.
        IpAddr::V6(address) => drop(write!(text, "{address}")),
    }
}

/// Appends a number from 0 to 255 in decimal.
fn write_decimal(number: u8, text: &mut Vec<u8>) {
    if number >= 100 {
        text.push(b'0' + number / 100);
    }
    if number >= 10 {
        text.push(b'0' + number / 10 % 10);
    }
    text.push(b'0' + number % 10);
}

/// Text on its way out.
struct Printer<W> {
    out: W,
    text: Vec<u8>,
}

impl<W: Write> Printer<W> {
    fn new(out: W) -> Self {
        Self { out, text: Vec::with_capacity(BUFFER + 512) }
    }

    fn lines<T>(
        &mut self,
        items: impl Iterator<Item = T>,
        write: impl Fn(T, &mut Vec<u8>),
    ) -> io::Result<()> {
        for item in items {
            write(item, &mut self.text);
            self.text.push(b'\n');
            self.flush_when_full()?;
        }
        Ok(())
    }

    fn comma_list(&mut self, networks: impl Iterator<Item = IpNet>) -> io::Result<()> {
        let mut between = false;
        for network in networks {
            if between {
                self.text.push(b',');
            }
            between = true;
            write_network(network, &mut self.text);
            self.flush_when_full()?;
        }
        if between {
            self.text.push(b'\n');
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    fn flush_when_full(&mut self) -> io::Result<()> {
        if self.text.len() >= BUFFER { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(network: &str) -> String {
        let mut text = Vec::new();
        write_network(network.parse().unwrap(), &mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn ipv4_is_written_as_dotted_decimal() {
        for octet in 0..=255_u8 {
            let network = format!("{octet}.0.{octet}.{}/{}", 255 - octet, octet % 33);
            assert_eq!(text(&network), network);
        }
    }

    #[test]
    fn ipv6_is_written_as_rfc_5952_says() {
        // Section 4: no leading zeros, the longest run shortened, the first of equals, never a single
        // group, lower case.
        for (written, expected) in [
            ("0:0:0:0:0:0:0:0/0", "::/0"),
            ("2001:0DB8:0:0:0:0:0:1/128", "2001:db8::1/128"),
            ("2001:db8:0:1:1:1:1:1/128", "2001:db8:0:1:1:1:1:1/128"),
            ("2001:0:0:1:0:0:0:1/128", "2001:0:0:1::1/128"),
            ("2001:db8:0:0:1:0:0:1/128", "2001:db8::1:0:0:1/128"),
            ("2001:db8::ab:cdef/128", "2001:db8::ab:cdef/128"),
        ] {
            assert_eq!(text(written), expected);
        }
    }
}
