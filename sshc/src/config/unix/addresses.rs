//! The addresses of this machine's interfaces, from where each system keeps them.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::process::{Command, Stdio};

/// Linux lists the addresses of interfaces that are up in these files.
const IPV4: &str = "/proc/net/fib_trie";
const IPV6: &str = "/proc/net/if_inet6";

/// Other systems have a program for it.
const IFCONFIG: &str = "/sbin/ifconfig";

/// The addresses of all interfaces that are up.
pub(in super::super) fn local_addresses() -> Vec<IpAddr> {
    match fs::read_to_string(IPV4) {
        Ok(routes) => {
            let addresses = fs::read_to_string(IPV6).unwrap_or_default();
            of_routes(&routes).chain(of_inet6(&addresses)).collect()
        }
        Err(_) => {
            let output = Command::new(IFCONFIG).stdin(Stdio::null()).stderr(Stdio::null()).output();
            let output = output.map(|output| output.stdout).unwrap_or_default();
            of_ifconfig(&String::from_utf8_lossy(&output))
        }
    }
}

/// In the tree of routes, an address of ours stands above `/32 host LOCAL`.
fn of_routes(routes: &str) -> impl Iterator<Item = IpAddr> {
    let mut above: Option<Ipv4Addr> = None;
    routes.lines().filter_map(move |line| {
        let line = line.trim();
        if let Some(address) = line.strip_prefix("|-- ") {
            above = address.parse().ok();
            return None;
        }
        above.filter(|_| line == "/32 host LOCAL").map(IpAddr::from)
    })
}

/// Each line begins with an address, without colons.
fn of_inet6(addresses: &str) -> impl Iterator<Item = IpAddr> {
    let digits = addresses.lines().filter_map(|line| line.split_whitespace().next());
    let numbers = digits.filter_map(|digits| u128::from_str_radix(digits, 16).ok());
    numbers.map(|number| Ipv6Addr::from(number).into())
}

/// Blocks begin with a name and flags, such as `en0: flags=8863<UP,BROADCAST>`.
fn of_ifconfig(text: &str) -> Vec<IpAddr> {
    let mut is_up = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if !line.starts_with([' ', '\t']) {
            is_up = line.contains("<UP,") || line.contains("<UP>");
            continue;
        }
        let mut words = line.split_whitespace();
        let address = words.next().filter(|word| is_up && matches!(*word, "inet" | "inet6"));
        let address = address.and_then(|_| words.next()).and_then(|it| it.split('%').next());
        found.extend(address.and_then(|address| address.parse::<IpAddr>().ok()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(addresses: impl IntoIterator<Item = IpAddr>) -> Vec<String> {
        let mut texts: Vec<_> = addresses.into_iter().map(|it| it.to_string()).collect();
        texts.sort();
        texts.dedup();
        texts
    }

    #[test]
    fn linux_lists_its_addresses_among_its_routes() {
        let routes = "\
Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 192.0.2.0/24 2 0 2
        |-- 192.0.2.0
           /24 link UNICAST
        |-- 192.0.2.17
           /32 host LOCAL
        |-- 192.0.2.255
           /32 link BROADCAST
     +-- 127.0.0.0/8 2 0 2
        |-- 127.0.0.0
           /8 host LOCAL
           |-- 127.0.0.1
              /32 host LOCAL
";
        assert_eq!(texts(of_routes(routes)), ["127.0.0.1", "192.0.2.17"]);
        let addresses = "00000000000000000000000000000001 01 80 10 80       lo\n\
                         20010db8000000000000000000000007 02 40 00 80     eth0\n";
        assert_eq!(texts(of_inet6(addresses)), ["2001:db8::7", "::1"]);
    }

    #[test]
    fn ifconfig_lists_them_elsewhere() {
        let text = "\
lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384
\tinet 127.0.0.1 netmask 0xff000000
\tinet6 fe80::1%lo0 prefixlen 64 scopeid 0x1
en5: flags=8822<BROADCAST,SIMPLEX,MULTICAST> mtu 1500
\tinet 198.51.100.9 netmask 0xffffff00 broadcast 198.51.100.255
";
        assert_eq!(texts(of_ifconfig(text)), ["127.0.0.1", "fe80::1"]);
    }

    #[test]
    fn every_machine_has_a_loopback() {
        assert!(local_addresses().iter().any(IpAddr::is_loopback));
    }
}
