//! Checks that the output of every `-o FORMAT` is read back as the same rules.

use cidr::ports::Ports;
use cidr::range::{IpRange, Range};
use cidr::render::labels::Labels;
use cidr::render::{self, Format};
use cidr::rules::{Input, NamedPorts, Reading, read_rules};
use cidr::set::Set;
use clap::ValueEnum as _;
use proptest::prelude::*;

use harness::home::Home;

/// Networks of any size and of both families; half of them are single addresses.
fn rules() -> impl Strategy<Value = Set> {
    let ipv4 = (any::<u32>(), prop_oneof![Just(0), 0..=32_u32]).prop_map(|(address, host_bits)| {
        let host = u32::MAX.checked_shr(32 - host_bits).unwrap_or(0);
        IpRange::V4(Range::new(address & !host, address | host).expect("it ascends"))
    });
    let ipv6 =
        (any::<u128>(), prop_oneof![Just(0), 0..=128_u32]).prop_map(|(address, host_bits)| {
            let host = u128::MAX.checked_shr(128 - host_bits).unwrap_or(0);
            IpRange::V6(Range::new(address & !host, address | host).expect("it ascends"))
        });
    let networks = proptest::collection::vec(prop_oneof![ipv4, ipv6], 1..12);
    let set = networks.prop_map(|networks| networks.into_iter().collect::<Set>());
    set.prop_filter("is read as IPv4", |set| set.mapped_network().is_none())
}

fn labels() -> impl Strategy<Value = Labels> {
    let run =
        (1..=u16::MAX, 0..20_u16).prop_map(|(first, more)| (first, first.saturating_add(more)));
    let ports = proptest::collection::vec(run, 1..4).prop_map(Ports::of);
    let description = "[A-Za-z0-9(][A-Za-z0-9 ._/:()#,@=+&;{}!$*\\[\\]-]{0,40}";
    (ports, "[a-z][a-z0-9-]{0,18}[a-z0-9]", description).prop_map(|(port, name, description)| {
        Labels { port, name: name.parse().ok(), description: description.parse().ok() }
    })
}

/// The labels that a format has a place for.
fn within(format: Format, labels: &Labels) -> Labels {
    let places = format.places();
    let mut labels = labels.clone();
    labels.port = labels.port.filter(|_| places.port);
    labels.name = labels.name.filter(|_| places.name);
    labels.description = labels.description.filter(|_| places.description);
    // A format refuses labels that it cannot express, so they are never printed.
    if format.refused(&labels).is_some() { Labels::default() } else { labels }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_format_is_read_as_what_was_printed(set in rules(), labels in labels()) {
        for format in Format::value_variants() {
            let labels = within(*format, &labels);
            let mut printed = Vec::new();
            render::write(*format, &labels, set.networks(), &mut printed).expect("memory");
            let printed = String::from_utf8(printed).expect("it is text");
            let read = read_rules(&[Input::Text(printed.clone())], &Reading::default());
            let read = read.unwrap_or_else(|error| panic!("{error}: {printed}"));
            if format.places().port {
                let ports = labels.port.unwrap_or_else(|| "22".parse().expect("a port"));
                prop_assert_eq!(read.named(), NamedPorts::Same(ports), "{}", printed);
            }
            prop_assert_eq!(read.set(), set.clone(), "{}", printed);
        }
    }
}

/// In a pipe, as a user does it.
#[test]
fn the_program_reads_what_it_prints() {
    let home = Home::new();
    let rules = ["merge", "203.0.113.7", "198.51.100.0/24", "2001:db8::/32", "-o"];
    for format in Format::value_variants() {
        let format = format.to_possible_value().expect("none is hidden");
        let format = format.get_name();
        let printed = home.tool("cidr").args(rules).arg(format).run().quiet_success();
        let again = home.tool("cidr").args(["merge", "-o", "comma", "-"]).stdin(&*printed).run();
        let expected = "198.51.100.0/24,203.0.113.7/32,2001:db8::/32\n";
        assert_eq!(again.quiet_success(), expected, "{format}");
        let file = format!("@{}", home.write("printed", &printed).display());
        let contains = home.tool("cidr").args(["contains", &file, "--address", "203.0.113.7"]);
        assert_eq!(contains.run().quiet_success(), "203.0.113.7\n", "{format}");
        let both = home.tool("cidr").args(["diff", "--exit-code", &file, expected.trim()]);
        assert_eq!(both.run().quiet_success(), "", "{format}");
        // The same text in another encoding, as `>` of PowerShell 5.1 writes it.
        let utf16: Vec<u8> = printed.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let again = home.tool("cidr").args(["merge", "-o", "comma"]).stdin(utf16).run();
        assert_eq!(again.quiet_success(), expected, "{format}");
    }
}
