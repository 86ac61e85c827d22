//! Damaged rules in UTF-16 never cause a panic.

use cidr::rules::{Input, Reading, read_set};
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
