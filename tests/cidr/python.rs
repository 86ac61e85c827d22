//! The same questions, asked of Python's `ipaddress`.

use harness::home::Home;

/// Makes random rules and writes the result of every operation on them to a file each.
const ORACLE: &str = r#"
import ipaddress, random, sys
seed, family = int(sys.argv[1]), int(sys.argv[2])
random.seed(seed)
bits = {4: 32, 6: 128}[family]
address = {4: ipaddress.IPv4Address, 6: ipaddress.IPv6Address}[family]
network = {4: ipaddress.IPv4Network, 6: ipaddress.IPv6Network}[family]
base = {4: 0x0a000000, 6: 0x20010db8 << 96}[family]
spread = random.choice([8, 12, 20, bits - 9])

def some(count):
    networks = []
    for _ in range(count):
        prefix = random.randint(bits - spread, bits)
        first = base + random.getrandbits(spread) >> (bits - prefix) << (bits - prefix)
        networks.append(network((first, prefix)))
    return networks

def runs(networks):
    return [(int(n[0]), int(n[-1])) for n in ipaddress.collapse_addresses(networks)]

def summary(ranges):
    return [n for first, last in ranges for n in ipaddress.summarize_address_range(address(first), address(last))]

def outside(ranges):
    start, gaps = 0, []
    for first, last in ranges:
        if start < first:
            gaps.append((start, first - 1))
        start = last + 1
    return gaps + ([(start, 2 ** bits - 1)] if start < 2 ** bits else [])

def both(ours, theirs):
    return [(max(a, c), min(b, d)) for a, b in ours for c, d in theirs if max(a, c) <= min(b, d)]

def write(name, networks):
    with open(name, "w") as file:
        file.writelines(f"{n}\n" for n in networks)

ours, theirs = some(random.randint(1, 150)), some(random.randint(1, 150))
a, b = runs(ours), runs(theirs)
write("a", ours)
write("b", theirs)
write("merge", ipaddress.collapse_addresses(ours))
write("subtract", ipaddress.collapse_addresses(summary(both(a, outside(b)))))
write("intersect", ipaddress.collapse_addresses(summary(both(a, b))))
wanted = [address(base + random.getrandbits(spread)) for _ in range(200)]
write("wanted", wanted)
write("contains", [w for w in wanted if any(w in n for n in ours)])
write("show", [f"{n} {n[0]} {n[-1]} {n.num_addresses}" for n in ours])
"#;

#[test]
fn every_operation_on_random_rules() {
    let home = Home::new();
    let oracle = home.write("oracle.py", ORACLE);
    for seed in 0..30 {
        for family in ["4", "6"] {
            let python = home.peer("python3").arg(&oracle).args([&seed.to_string(), family]);
            assert_eq!(python.run().quiet_success(), "");
            let ask = |arguments: &[&str]| {
                let finished = home.tool("cidr").args(arguments.to_vec()).run();
                assert_eq!(finished.stderr(), "", "seed {seed}, IPv{family}");
                finished.stdout().to_owned()
            };
            for (arguments, answer) in [
                (&["merge", "@a"][..], "merge"),
                (&["subtract", "@a", "--minus", "@b", "--allow-empty"], "subtract"),
                (&["intersect", "@a", "--with", "@b", "--allow-empty"], "intersect"),
                (&["contains", "@a", "--address", "@wanted"], "contains"),
            ] {
                assert!(
                    ask(arguments) == home.read_text(answer),
                    "{answer}, seed {seed}, IPv{family}"
                );
            }
            let shown: String = ask(&["show", "@a"])
                .lines()
                .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ") + "\n")
                .collect();
            assert!(shown == home.read_text("show"), "show, seed {seed}, IPv{family}");
        }
    }
}

/// For each line of standard input prints what Python reads it as, or `refused`.
const READER: &str = r#"
import ipaddress, sys
for line in sys.stdin:
    try:
        print(ipaddress.ip_network(line.strip()))
    except ValueError:
        print("refused")
"#;

#[test]
fn the_same_texts_are_networks() {
    let texts = [
        "10.0.0.0/8",
        "10.0.0.1/8",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "010.0.0.1",
        "10.1",
        "10.0.0.256",
        "10.0.0.0/255.0.0.0",
        "10.0.0.0/255.0.255.0",
        "0.0.0.0/0",
        "10.0.0.1/0",
        "1.2.3.4",
        "::",
        "::/0",
        "::1/0",
        "2001:db8::/32",
        "2001:DB8::/32",
        "2001:db8::1/32",
        "1::2::3",
        ":1::",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "1:2:3:4:5:6:7:8::",
        "::1.2.3.4",
        "64:ff9b::192.0.2.33",
        "::1.2.3",
        "12345::",
        "::/129",
        "::g",
        "2001:db8::/ffff::",
        "10.0.0.0/8/8",
        "10.0.0.0.0",
        "\u{661}.0.0.1",
        "1.2.3.4/32 ",
        "10.0.0.0 /8",
    ];
    let home = Home::new();
    let python = home.peer("python3").args(["-c", READER]).stdin(texts.join("\n")).run();
    for (text, expected) in texts.iter().zip(python.quiet_success().lines()) {
        let ours = home.tool("cidr").args(["merge", text.trim()]).run();
        let ours = if ours.code() == 0 { ours.stdout().trim() } else { "refused" };
        assert_eq!(ours, expected, "{text}");
    }
}
