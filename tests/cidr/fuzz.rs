//! Damaged rules never cause a panic, and never a set that another reading of the same text
//! contradicts.

use cidr::rules::scan::{Piece, entries};
use cidr::rules::{Input, Leniency, Reading, read_set};
use harness::fuzz;

const SEEDS: [&str; 6] = [
    "203.0.113.7\n198.51.100.0/24 # office\n10.0.0.1-10.0.0.6,2001:db8::/32\r\n",
    "10.0.0.0 255.0.0.0\n10.0.*.*\n172.16.0.0/255.240.0.0\r192.0.2.1 - 192.0.2.9\n",
    "::ffff:203.0.113.7, ::1.2.3.4/128 64:ff9b::192.0.2.33\n1:2:3:4:5:6:7::\n",
    "0.0.0.0/0,::/0\n255.255.255.255\nffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n",
    "010.1.1.1 10.1 3232235777 0xC0A80101 10.0.0.0/33 /-1 /08 fe80::1%eth0\n",
    "\u{feff}10.0.0.1\n\u{661}.2.3.4 \u{fc}\n",
];

#[test]
fn fuzz_cidr_rules() {
    let seeds = SEEDS.map(str::as_bytes);
    fuzz::damaged(&seeds, |bytes| {
        for leniency in [Leniency { truncate: false }, Leniency { truncate: true }] {
            if let Ok(entries) = entries(&mut Piece::new(bytes, leniency)) {
                same_when_printed(&entries);
            }
        }
    });
}

/// Entries that were read stay the same when they are printed and read again.
fn same_when_printed(entries: &[cidr::range::IpRange]) {
    let text: Vec<String> = entries.iter().map(ToString::to_string).collect();
    let Ok(again) = read_set(&[Input::Text(text.join(","))], &Reading::default()) else {
        panic!("cannot read back {text:?}");
    };
    let networks = entries.iter().flat_map(|entry| entry.networks());
    assert_eq!(again, networks.collect(), "{text:?}");
}

#[test]
fn fuzz_cidr_encodings() {
    let home = harness::home::Home::new();
    let utf16 = |text: &str| -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    let texts: Vec<Vec<u8>> = SEEDS.iter().map(|seed| utf16(seed)).collect();
    let seeds: Vec<&[u8]> = texts.iter().map(Vec::as_slice).collect();
    fuzz::damaged(&seeds, |bytes| {
        let file = home.write("rules.txt", bytes);
        let _ = read_set(&[Input::File(file)], &Reading::default());
    });
}

/// One text of every form except lists.
const PLATFORMS: [&str; 6] = [
    r#"{"SecurityGroups":[{"IpPermissions":[{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":[{"CidrIp":"10.0.0.0/8"}]}]}]}"#,
    r#"[{"access":"Deny","direction":"Inbound","protocol":"*","priority":1,"destinationPortRange":"1-90","sourceAddressPrefix":"*"}]"#,
    "resource \"aws_security_group\" \"x\" {\n ingress {\n protocol = \"tcp\" # x\n from_port = 22\n to_port = 22\n cidr_blocks = toset([\"10.0.0.0/8\"])\n }\n}\n",
    "define a = { 10.0.0.1, 10.0.0.2 }\ntable inet x {\n set s {\n elements = { 10.0.0.0/8 }\n }\n chain c {\n type filter hook input priority 0;\n ip saddr @s tcp dport { 22, 80-90 } accept\n ip saddr $a jump c\n }\n}\n",
    "*filter\n:INPUT DROP [0:0]\n:a - [0:0]\n-A INPUT ! -s 10.0.0.0/8 -p tcp --dport 22:23 -j a\n-A a -m comment --comment \"x y\" -j ACCEPT\nCOMMIT\n",
    "no-pty,from=\"10.0.0.0/8,!10.0.0.1\" ssh-ed25519 AAAA x\n",
];

#[test]
fn fuzz_cidr_platforms() {
    fuzz::damaged(&PLATFORMS.map(str::as_bytes), |bytes| {
        if let Ok(text) = str::from_utf8(bytes) {
            let _ = read_set(&[Input::Text(text.to_owned())], &Reading::default());
        }
    });
}
