//! `diff`, `split` and `--max-prefixes`.

use harness::home::Home;
use harness::invocation::Finished;

fn cidr(arguments: &[&str]) -> Finished {
    Home::new().tool("cidr").args(arguments.to_vec()).run()
}

#[test]
fn diff_says_what_closes_and_what_opens() {
    let home = Home::new();
    let old = home.write("old.txt", "10.0.0.0/8\n2001:db8::/32\n");
    let new = home.write("new.txt", "10.0.0.0/9\n192.0.2.1\n2001:db8::/32\n");
    let (old, new) = (format!("@{}", old.display()), format!("@{}", new.display()));
    let run = |more: &[&str]| home.tool("cidr").args([&["diff", &old, &new], more].concat()).run();
    assert_eq!(run(&[]).quiet_success(), "closes 10.128.0.0/9\nopens 192.0.2.1/32\n");
    assert_eq!(run(&["--exit-code"]).code(), 1);
    assert_eq!(
        run(&["--json"]).quiet_success().lines().last(),
        Some(concat!(
            r#"{"change":"opens","network":"192.0.2.1/32","family":"ipv4","#,
            r#""first":"192.0.2.1","last":"192.0.2.1","addresses":"1"}"#
        ))
    );
    assert_eq!(
        cidr(&["diff", "10.0.0.0/31", "10.0.0.0-10.0.0.1", "--exit-code"]).quiet_success(),
        ""
    );
}

#[test]
fn split_gives_equal_networks() {
    assert_eq!(
        cidr(&["split", "10.0.0.0/23", "10.0.4.0/24", "--prefix", "24"]).quiet_success(),
        "10.0.0.0/24\n10.0.1.0/24\n10.0.4.0/24\n"
    );
    assert_eq!(
        cidr(&["split", "2001:db8::/47", "--prefix", "48", "-o", "comma"]).quiet_success(),
        "2001:db8::/48,2001:db8:1::/48\n"
    );
    for (arguments, code, expected) in [
        (
            &["split", "10.0.0.0/25", "--prefix", "24"][..],
            1,
            "cidr: cannot split into /24 networks: 10.0.0.0/25 is smaller than that\n",
        ),
        (
            &["split", "10.0.0.0/8", "--prefix", "33"],
            2,
            "cidr: cannot make /33 networks of IPv4 addresses: their longest prefix is /32\n",
        ),
        (
            &["split", "::/0", "--prefix", "64"],
            1,
            "cidr: cannot split into /64 networks: there would be 18446744073709551616 of them\n\
             cidr: hint: at most 16777216 are printed\n",
        ),
        (
            &["split", "10.0.0.0/8", "::/0", "--prefix", "24"],
            2,
            "cidr: cannot make IPv4 and IPv6 networks of one prefix length\ncidr: hint: run it \
             once for each family\n",
        ),
    ] {
        assert_eq!(cidr(arguments).failure(code), expected, "{arguments:?}");
    }
}

#[test]
fn widening_is_minimal_and_reported() {
    let rules = ["merge", "10.0.0.0/24", "10.0.2.0/24", "192.0.2.1"];
    let widened = cidr(&[&rules[..], &["--max-prefixes", "2"]].concat());
    assert_eq!(
        (widened.code(), widened.stdout(), widened.stderr()),
        (
            0,
            "10.0.0.0/22\n192.0.2.1/32\n",
            "cidr: widened to fit: lets in 512 more addresses than the given rules\n"
        )
    );
    let quiet = cidr(&[&rules[..], &["--max-prefixes", "2", "--quiet"]].concat());
    assert_eq!(quiet.quiet_success(), "10.0.0.0/22\n192.0.2.1/32\n");
    let fits = cidr(&[&rules[..], &["--max-prefixes", "3"]].concat());
    assert_eq!(fits.quiet_success(), "10.0.0.0/24\n10.0.2.0/24\n192.0.2.1/32\n");
    let both = cidr(&["merge", "10.0.0.0/8", "::/0", "--max-prefixes", "1"]).failure(1);
    assert!(both.starts_with("cidr: cannot widen IPv4 and IPv6 together: "), "{both}");
    let half = ["intersect", "10.0.0.0/8", "::/0", "--with", "0.0.0.0/0", "--max-prefixes", "1"];
    assert_eq!(cidr(&half).quiet_success(), "10.0.0.0/8\n");
}

#[test]
fn no_ipv6_network_is_printed_that_would_be_read_as_ipv4() {
    for arguments in [
        &["subtract", "::/0", "--minus", "::-::fffe:ffff:ffff"][..],
        &["split", "::fffe:0:0/95", "--prefix", "96"],
    ] {
        assert_eq!(
            cidr(arguments).failure(1),
            "cidr: cannot print ::ffff:0.0.0.0/96: other programs would read it as an IPv4 network\n"
        );
    }
    assert_eq!(cidr(&["merge", "::/64"]).quiet_success(), "::/64\n");
}
