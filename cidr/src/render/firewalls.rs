//! Rules for the firewalls of Linux.

use std::fmt::Write as _;

use super::labels::Labels;
use super::lists::Lists;
use crate::address::Family;

/// A file for `nft -f`: a table of its own, which replaces itself and lets only these addresses in
/// to the ports. Open sessions and the machine itself stay connected.
pub(super) fn nftables(lists: &Lists, labels: &Labels) -> String {
    let name = labels.name();
    let ports = match labels.port_texts("-").as_slice() {
        [port] => port.clone(),
        ports => format!("{{ {} }}", ports.join(", ")),
    };
    let comment =
        labels.description().map_or_else(String::new, |text| format!(" comment \"{text}\""));
    let mut text = format!("table inet {name}\ndelete table inet {name}\ntable inet {name} {{\n");
    let mut rules = String::new();
    for (family, list) in lists.by_family() {
        let (set, kind, source) = match family {
            Family::Ipv4 => ("allowed_ipv4", "ipv4_addr", "ip saddr"),
            Family::Ipv6 => ("allowed_ipv6", "ipv6_addr", "ip6 saddr"),
        };
        let elements = list.join(", ");
        // Writing to a `String` cannot fail.
        let _ = write!(
            text,
            "\tset {set} {{\n\t\ttype {kind}\n\t\tflags interval\n\t\telements = {{ {elements} }}\n\t}}\n"
        );
        let _ = writeln!(rules, "\t\ttcp dport {ports} {source} @{set} accept{comment}");
    }
    let _ = write!(
        text,
        "\tchain input {{\n\t\ttype filter hook input priority filter; policy accept;\n\t\tiifname \"lo\" accept\n\t\tct state established,related accept\n{rules}\t\ttcp dport {ports} drop\n\t}}\n}}\n"
    );
    text
}

/// A command of `ufw` for each network.
pub(super) fn ufw(lists: &Lists, labels: &Labels) -> String {
    let ports = labels.port_texts(":").join(",");
    let comment =
        labels.description().map_or_else(String::new, |text| format!(" comment '{text}'"));
    let line =
        |network| format!("ufw allow proto tcp from {network} to any port {ports}{comment}\n");
    lists.all().map(line).collect()
}

/// A rich rule of `firewalld` for each network and run of ports, then the reload that puts them
/// into effect.
pub(super) fn firewalld(lists: &Lists, labels: &Labels) -> String {
    let mut text = String::new();
    for (family, list) in lists.by_family() {
        let family = family.name();
        for network in list {
            for port in labels.port_texts("-") {
                // Writing to a `String` cannot fail.
                let _ = writeln!(
                    text,
                    r#"firewall-cmd --permanent --add-rich-rule='rule family="{family}" source address="{network}" port port="{port}" protocol="tcp" accept'"#
                );
            }
        }
    }
    text + "firewall-cmd --reload\n"
}

/// Input of `ipset restore`: for each family a new set is filled, then swapped with the one in use.
pub(super) fn ipset(lists: &Lists, labels: &Labels) -> String {
    let mut text = String::new();
    for (family, list) in lists.by_family() {
        let name = lists.name_for(family, labels);
        let kind = match family {
            Family::Ipv4 => "inet",
            Family::Ipv6 => "inet6",
        };
        // Writing to a `String` cannot fail.
        let _ = write!(
            text,
            "create {name} hash:net family {kind} -exist\ncreate {name}-new hash:net family {kind} -exist\nflush {name}-new\n"
        );
        for network in list {
            let _ = writeln!(text, "add {name}-new {network} -exist");
        }
        let _ = writeln!(text, "swap {name}-new {name}\ndestroy {name}-new");
    }
    text
}
