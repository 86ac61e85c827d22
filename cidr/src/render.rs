//! Networks as text: plain lists here, each platform's form in the modules below.

mod cloud;
mod commands;
mod firewalls;
pub mod format;
mod keywords;
pub mod labels;
mod lists;
mod openssh;
mod terraform;

use std::io::{self, Write};
use std::net::IpAddr;

use ipnet::IpNet;

use crate::address::{Address as _, Family};
use crate::range::IpRange;
pub use format::{Format, NotPrintable};
use labels::Labels;
use lists::Lists;

/// How much text is gathered before each write, in bytes. At this size a million lines take some
/// hundred writes.
const BUFFER: usize = 64 * 1024;

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

/// Prints the effect of a change of rules, one network per line: first what closes, then what
/// opens.
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
            // None of these characters needs escaping, and writing to a `Vec` cannot fail.
            let _ = write!(text, r#"{{"change":"{change}",{}}}"#, json_members(network));
        } else {
            let _ = write!(text, "{change} {network}");
        }
    })?;
    printer.finish()
}

/// Prints a table of networks: first and last address, and the number of addresses.
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
        // Writing to a `Vec` cannot fail.
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
    // Writing to a `Vec` cannot fail.
    let _ = write!(text, "{{{}}}", json_members(network));
}

/// The members of a network's object. None of these characters needs escaping. The number of
/// addresses is a string, because most JSON readers would round 2^64.
fn json_members(network: IpNet) -> String {
    let family = Family::of(network.addr()).name();
    let [network, first, last, addresses] = columns(network);
    format!(
        r#""network":"{network}","family":"{family}","first":"{first}","last":"{last}","addresses":"{addresses}""#
    )
}

/// Joins adjacent networks to ranges.
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

/// Like `Display`. IPv4 addresses, of which there may be millions, go straight into the buffer.
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
        // Writing to a `Vec` cannot fail.
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

/// Text that has not been written out yet.
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
        // RFC 5952 section 4: no leading zeros; the longest run of zeros is shortened, the first of
        // equal runs, never a single group; lower case.
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
