//! Which input is accepted, and which is refused with its place.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::os::unix::ffi::OsStrExt as _;

use harness::home::Home;
use harness::workspace;

#[test]
fn every_encoding_that_powershell_writes() {
    let home = Home::new();
    let text = "10.0.0.0/25\r\n10.0.0.128/25 # \u{fc}ber\r\n2001:db8::/32\r\n";
    let utf16 = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(order).collect()
    };
    let lone_returns = text.replace("\r\n", "\r");
    for bytes in [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
        lone_returns.into_bytes(),
    ] {
        let file = home.write("rules.txt", &bytes);
        let from_file = home.tool("cidr").args(["merge", &format!("@{}", file.display())]).run();
        assert_eq!(from_file.quiet_success(), "10.0.0.0/24\n2001:db8::/32\n");
        let from_stdin = home.tool("cidr").arg("merge").stdin(bytes).run();
        assert_eq!(from_stdin.quiet_success(), "10.0.0.0/24\n2001:db8::/32\n");
    }
}

#[test]
fn refusals_name_the_place_and_the_cause() {
    let home = Home::new();
    for (rules, expected) in [
        ("010.1.1.1", "1:1: `010.1.1.1` has a leading zero, which some programs read as octal"),
        ("10.0.0.1, 10.1", "1:11: `10.1` does not have four numbers from 0 to 255"),
        ("10.0.0.1\n3232235777", "2:1: `3232235777` is a bare number, not an address"),
        ("\r\n\r\n\t0xC0A80101", "3:2: `0xC0A80101` is a bare number, not an address"),
        ("10.0.0.0/33", "1:1: `10.0.0.0/33` has too long a prefix: the longest of IPv4 is /32"),
        ("::/129", "1:1: `::/129` has too long a prefix: the longest of IPv6 is /128"),
        ("10.0.0.0/-1", "1:1: `10.0.0.0/-1` has no prefix length or netmask after the slash"),
        ("10.0.0.0/08", "1:1: `10.0.0.0/08` has a leading zero, which some programs read as octal"),
        (
            "10.0.0.0/255.0.255.0",
            "1:1: `10.0.0.0/255.0.255.0` has a netmask whose bits are not contiguous",
        ),
        (
            "10.0.0.0 255.0.255.0",
            "1:1: `10.0.0.0 255.0.255.0` has a netmask whose bits are not contiguous",
        ),
        (
            "fe80::1%eth0",
            "1:1: `fe80::1%eth0` names a zone, which only means something on one machine",
        ),
        ("10.0.0.2-10.0.0.1", "1:1: `10.0.0.2-10.0.0.1` is a range that ends before it begins"),
        ("10.0.0.1-::1", "1:1: `10.0.0.1-::1` is a range across address families"),
        ("10.0.0.1/8", "1:1: `10.0.0.1/8` has host bits set: the network is 10.0.0.0/8"),
        ("10.0.0.1/0", "1:1: `10.0.0.1/0` would be every address"),
        ("\u{1b}[2Jx", "1:1: `\\u{1b}[2Jx` is not an IP address, network or range"),
    ] {
        let file = home.write("rules.txt", rules);
        let stderr = home
            .tool("cidr")
            .args(["merge", "192.0.2.1", &format!("@{}", file.display())])
            .run()
            .failure(1);
        let first = stderr.lines().next().expect("a line");
        assert_eq!(first, format!("cidr: cannot read {}:{expected}", file.display()));
    }
}

/// A user who follows the hint must not let in more than was written.
#[test]
fn a_doubtful_netmask_is_never_answered_with_a_wider_network() {
    let home = Home::new();
    let written = |network: &str| {
        format!("write {network} for the network, or a comma between two addresses")
    };
    let unnamed = "write a network as address/prefix, or a comma between two addresses".to_owned();
    for (rules, hint) in [
        ("128.0.0.0 192.0.0.0", written("128.0.0.0/2")),
        ("128.0.0.0 128.0.0.0", written("128.0.0.0/1")),
        ("0.0.0.0 224.0.0.0", written("0.0.0.0/3")),
        ("1.2.3.4 192.0.0.0", unnamed.clone()),
        ("1.2.3.4 0.0.0.0", unnamed.clone()),
        ("0.0.0.0 0.0.0.0", unnamed),
    ] {
        let expected = format!(
            "cidr: cannot read argument:1:1: `{rules}` could be a network and its netmask, or two addresses\n\
             cidr: hint: {hint}\n"
        );
        assert_eq!(home.tool("cidr").args(["merge", rules]).run().failure(1), expected);
        let two_arguments = home.tool("cidr").arg("merge").args(rules.split(' ')).run();
        assert_eq!(two_arguments.failure(1), expected);
        let parted = rules.replace(' ', ",");
        assert_eq!(home.tool("cidr").args(["merge", &parted]).run().code(), 0, "{parted}");
    }
}

#[test]
fn truncating_is_asked_for() {
    let home = Home::new();
    let run =
        |more: &[&str]| home.tool("cidr").args([&["merge", "10.9.8.7/8"], more].concat()).run();
    assert_eq!(
        run(&[]).failure(1),
        "cidr: cannot read argument:1:1: `10.9.8.7/8` has host bits set: the network is 10.0.0.0/8\n\
         cidr: hint: write 10.9.8.7 for that address alone, or 10.0.0.0/8 for the network (--truncate)\n"
    );
    assert_eq!(run(&["--truncate"]).quiet_success(), "10.0.0.0/8\n");
}

#[test]
fn one_bad_line_in_a_million() {
    let home = Home::new();
    let mut rules = String::new();
    for number in 0..1_000_000_u32 {
        let text = if number == 777_777 {
            "10.0.0".into()
        } else {
            Ipv4Addr::from(number * 3).to_string()
        };
        let _ = writeln!(rules, "{text}");
    }
    let stderr = home.tool("cidr").arg("merge").stdin(rules).run().failure(1);
    assert!(
        stderr.starts_with("cidr: cannot read standard input:777778:1: `10.0.0` does not"),
        "{stderr}"
    );
}

#[test]
fn a_million_good_lines() {
    let home = Home::new();
    let rules: String = (0..1_000_000_u32).rev().fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "{}", Ipv4Addr::from(number));
        text
    });
    let merged = home.tool("cidr").arg("merge").stdin(rules).run().quiet_success();
    assert_eq!(merged.lines().next(), Some("0.0.0.0/13"));
    assert_eq!(merged.lines().last(), Some("0.15.66.0/26"));
    assert_eq!(merged.lines().count(), 7);
}

#[test]
fn the_name_of_a_file_takes_an_at_sign() {
    let home = Home::new();
    home.write("rules.txt", "10.0.0.0/8\n");
    let merge = |rules: &str| home.tool("cidr").args(["merge", rules]).run();
    assert_eq!(
        merge("rules.txt").failure(1),
        "cidr: cannot read argument:1:1: `rules.txt` is a file name, not an IP address, network \
         or range\ncidr: hint: write '@rules.txt' to read it\n"
    );
    assert_eq!(merge("@rules.txt").quiet_success(), "10.0.0.0/8\n");
    let absent = merge("absent.txt").failure(1);
    assert!(absent.contains("`absent.txt` is a host name, not an address\n"), "{absent}");
}

#[test]
fn the_name_of_a_file_may_be_any_bytes() {
    let home = Home::new();
    let name = OsStr::from_bytes(b"no\xff");
    home.write(name, "10.0.0.0/8\n");
    let merge = |argument: &[u8]| {
        home.tool("cidr").arg("merge").arg(OsStr::from_bytes(argument).to_owned()).run()
    };
    assert_eq!(merge(b"@no\xff").quiet_success(), "10.0.0.0/8\n");
    assert_eq!(
        merge(b"@absent\xff").failure(1),
        "cidr: cannot read `absent\u{fffd}`: No such file or directory\n"
    );
    let rule = merge(b"10.0.0.\xff").failure(1);
    assert!(
        rule.starts_with("cidr: cannot read argument:1:1: `10.0.0.\u{fffd}` is not an"),
        "{rule}"
    );
}

#[test]
fn what_cannot_be_opened_is_named() {
    let home = Home::new();
    let missing = home.path("no\u{1b}such");
    let stderr =
        home.tool("cidr").args(["merge", &format!("@{}", missing.display())]).run().failure(1);
    assert!(stderr.starts_with("cidr: cannot read `"), "{stderr}");
    assert!(stderr.ends_with("no\\u{1b}such`: No such file or directory\n"), "{stderr}");
    let folder = format!("@{}", home.folder().display());
    assert!(home.tool("cidr").args(["merge", &folder]).run().failure(1).contains("cannot read "));
}

#[test]
fn hints_for_a_mistake_are_of_use() {
    let home = Home::new();
    for (rules, complaint, hint) in [
        ("203.0.113.7:22", "has a port, which an address rule cannot have", "write 203.0.113.7"),
        ("[2001:db8::1]", "is in brackets", "write 2001:db8::1"),
        ("'203.0.113.7'", "is in quotes", "write 203.0.113.7"),
        ("10.0.0.1\u{2013}10.0.0.9", "has a dash that is not a hyphen", "write 10.0.0.1-10.0.0.9"),
        ("10.0.0.1-9", "is a range whose end is not a complete address", "write 10.0.0.1-10.0.0.9"),
        (
            "10.0.0.0/0.0.0.255",
            "has a wildcard mask, which is an inverted netmask",
            "write 10.0.0.0/24",
        ),
        (
            "10.0.0.0 0.0.0.255",
            "has a wildcard mask, which is an inverted netmask",
            "write 10.0.0.0/24",
        ),
        (
            "10.0.0.1..10.0.0.9",
            "has dots in place of the hyphen of a range",
            "write 10.0.0.1-10.0.0.9",
        ),
    ] {
        let expected =
            format!("cidr: cannot read argument:1:1: `{rules}` {complaint}\ncidr: hint: {hint}\n");
        assert_eq!(home.tool("cidr").args(["merge", rules]).run().failure(1), expected);
        let followed = hint.trim_start_matches("write ");
        assert_eq!(home.tool("cidr").args(["merge", followed]).run().code(), 0, "{hint}");
    }
}

/// `cmd.exe` passes single quotes on, and splits a name at its blanks.
#[test]
fn single_quotes_around_a_file_have_a_hint() {
    let home = Home::new();
    for file in ["'@rules.txt'", "'@my"] {
        let expected = format!(
            "cidr: cannot read argument:1:1: `{file}` is in quotes\n\
             cidr: hint: use double quotes in cmd.exe, such as \"@rules.txt\"\n"
        );
        assert_eq!(home.tool("cidr").args(["merge", file]).run().failure(1), expected);
    }
}

/// PowerShell gives a bare `@` a meaning of its own.
#[test]
fn files_are_quoted_wherever_they_are_shown() {
    let home = Home::new();
    let help = |command: &str| {
        let arguments = if command.is_empty() { vec!["--help"] } else { vec![command, "--help"] };
        home.tool("cidr").args(arguments).run().quiet_success()
    };
    let mut texts: Vec<String> =
        ["README.md", "docs/cidr-recipes.md", "docs/coming-from.md"].map(workspace::read).to_vec();
    texts.extend(["", "me", "merge", "contains", "diff"].map(help));
    for text in texts {
        for (at, _) in text.match_indices('@') {
            let rest = text.get(at + 1..).expect("it is ASCII");
            let is_file = ["FILE", "office", "rules"].iter().any(|name| rest.starts_with(name));
            let before = text.get(..at).expect("it is ASCII");
            assert!(!is_file || before.ends_with('\''), "{rest:.40}");
        }
    }
}
