//! Networks as text: plain lists here, what each platform wants in the modules below.

use std::io::{self, Write};

use crate::address::{self, Address};
use crate::network::{AnyNetwork, Network};
use crate::range::Range;
use crate::rules::entry::Entry;

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
}

/// Prints networks, which come in ascending order, IPv4 first.
///
/// # Errors
///
/// When `out` cannot be written.
pub fn write(
    format: Format,
    networks: impl Iterator<Item = AnyNetwork>,
    out: impl Write,
) -> io::Result<()> {
    let mut printer = Printer::new(out);
    match format {
        Format::Lines => printer.lines(networks, AnyNetwork::write_to)?,
        Format::Comma => printer.comma_list(networks)?,
        Format::Json => printer.lines(networks, json_row)?,
        Format::Ranges => printer.lines(joined(networks), write_range)?,
    }
    printer.finish()
}

/// Prints a table of networks: first and last address, and how many there are.
///
/// # Errors
///
/// When `out` cannot be written.
pub fn write_table(
    networks: impl Iterator<Item = AnyNetwork> + Clone,
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

fn columns(network: AnyNetwork) -> [String; 4] {
    fn of<A: Address>(network: Network<A>) -> [String; 4] {
        let (first, last) = (network.first(), network.last());
        let count = network.range().count().to_string();
        [network.to_string(), address::text(first), address::text(last), count]
    }
    match network {
        AnyNetwork::V4(network) => of(network),
        AnyNetwork::V6(network) => of(network),
    }
}

/// Addresses are counted in a string: most JSON readers would round 2^64.
fn json_row(network: AnyNetwork, text: &mut Vec<u8>) {
    let family = network.family().name();
    let [network, first, last, addresses] = columns(network);
    // No character of these needs escaping, and a Vec takes every write.
    let _ = write!(
        text,
        r#"{{"network":"{network}","family":"{family}","first":"{first}","last":"{last}","addresses":"{addresses}"}}"#
    );
}

/// Networks that touch, joined to ranges.
fn joined(networks: impl Iterator<Item = AnyNetwork>) -> impl Iterator<Item = Entry> {
    let mut ranges = networks.map(AnyNetwork::range).peekable();
    std::iter::from_fn(move || {
        let mut range = ranges.next()?;
        while ranges.next_if(|next| range.absorb(*next)).is_some() {}
        Some(range)
    })
}

fn write_range(range: Entry, text: &mut Vec<u8>) {
    fn of<A: Address>(range: Range<A>, text: &mut Vec<u8>) {
        range.first().write_to(text);
        text.push(b'-');
        range.last().write_to(text);
    }
    match range {
        Entry::V4(range) => of(range, text),
        Entry::V6(range) => of(range, text),
    }
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

    fn comma_list(&mut self, networks: impl Iterator<Item = AnyNetwork>) -> io::Result<()> {
        let mut between = false;
        for network in networks {
            if between {
                self.text.push(b',');
            }
            between = true;
            network.write_to(&mut self.text);
            self.flush_when_full()?;
        }
        if between {
            self.text.push(b'\n');
        }
        Ok(())
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
