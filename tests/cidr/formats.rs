//! What is printed for platforms, held against the programs that read it where they can be had.

use harness::home::Home;
use harness::sshd::Sshd;
use serde_json::Value;

const RULES: [&str; 3] = ["203.0.113.7", "198.51.100.0/24", "2001:db8::/32"];
const LABELS: [&str; 4] = ["--port", "2222", "--description", "Ada (home)"];

fn print(format: &str, more: &[&str]) -> String {
    let arguments = [&["merge", "-o", format], &RULES[..], more].concat();
    Home::new().tool("cidr").args(arguments).run().quiet_success()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

#[test]
fn aws_takes_both_families_in_one_permission() {
    assert_eq!(
        json(&print("aws", &LABELS)),
        serde_json::json!([{
            "IpProtocol": "tcp",
            "FromPort": 2222,
            "ToPort": 2222,
            "IpRanges": [
                { "CidrIp": "198.51.100.0/24", "Description": "Ada (home)" },
                { "CidrIp": "203.0.113.7/32", "Description": "Ada (home)" },
            ],
            "Ipv6Ranges": [{ "CidrIpv6": "2001:db8::/32", "Description": "Ada (home)" }],
        }])
    );
}

#[test]
fn azure_and_gcp_take_a_rule_for_each_family() {
    let named = [&LABELS[..], &["--name", "lab"]].concat();
    let azure = json(&print("azure", &named));
    let rules: Vec<_> = azure.as_array().expect("a list").iter().collect();
    assert_eq!(
        rules.iter().map(|rule| &rule["name"]).collect::<Vec<_>>(),
        ["lab-ipv4", "lab-ipv6"]
    );
    assert_eq!(rules[1]["properties"]["sourceAddressPrefixes"], json(r#"["2001:db8::/32"]"#));
    let gcp = print("gcp", &named);
    let rules: Vec<Value> = gcp.lines().map(json).collect();
    assert_eq!(rules[0]["sourceRanges"], json(r#"["198.51.100.0/24","203.0.113.7/32"]"#));
    assert_eq!(rules[1]["sourceRanges"], json(r#"["2001:db8::/32"]"#));
    assert_eq!(rules[1]["allowed"], json(r#"[{"IPProtocol":"tcp","ports":["2222"]}]"#));
}

#[test]
fn terraform_takes_a_block() {
    assert_eq!(
        print("terraform", &LABELS),
        r#"ingress {
  description      = "Ada (home)"
  from_port        = 2222
  to_port          = 2222
  protocol         = "tcp"
  cidr_blocks      = ["198.51.100.0/24", "203.0.113.7/32"]
  ipv6_cidr_blocks = ["2001:db8::/32"]
}
"#
    );
}

#[test]
fn nft_loads_the_table_and_loads_it_again() {
    let home = Home::new();
    for rules in [&["merge", "203.0.113.7", "2001:db8::/32"][..], &["everywhere", "-4", "-6"]] {
        let labels = ["-o", "nftables", "--name", "lab-2", "--description", "Ada (home), ${x}"];
        let table = home.tool("cidr").args([rules, &labels].concat()).run().quiet_success();
        let file = home.write("rules.nft", table);
        // In a network of its own: nothing of this machine's is touched.
        let twice = home
            .peer("unshare")
            .args(["--map-root-user", "--net", "sh", "-c"])
            .arg(format!("nft -f {0} && nft -f {0} && nft list table inet lab-2", file.display()));
        let listed = twice.run().quiet_success();
        assert_eq!(listed.matches("elements = {").count(), 2, "{listed}");
        assert!(
            listed.contains(
                "tcp dport 22 ip saddr @allowed_ipv4 accept comment \"Ada (home), ${x}\""
            )
        );
        assert!(listed.contains("tcp dport 22 drop"));
    }
}

#[test]
fn sshd_keeps_to_the_from_option() {
    let home = Home::new();
    let key = home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", "id"]);
    assert_eq!(key.run().code(), 0);
    let public = home.read_text("id.pub");
    for (rules, code) in
        [("203.0.113.7,127.0.0.0/30,2001:db8::/32", 0), ("203.0.113.7,127.0.0.2-127.0.0.9", 255)]
    {
        let option = home.tool("cidr").args(["merge", "-o", "authorized-keys", rules]).run();
        let option = option.quiet_success();
        let sshd = Sshd::start(&format!("{} {public}", option.trim_end()));
        home.write("known_hosts", sshd.known_hosts_line("ed25519"));
        let port = sshd.port().to_string();
        let destination = format!("{}@127.0.0.1", sshd.user());
        let ssh = home
            .peer("ssh")
            .args(["-F", "none", "-i", "id", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes"])
            .args(["-o", "UserKnownHostsFile=known_hosts", "-p", &port, &destination, "true"]);
        assert_eq!(ssh.run().code(), code, "{option}");
    }
}

#[test]
fn the_exact_text_of_the_from_option() {
    let home = Home::new();
    let printed =
        home.tool("cidr").args(["merge", "-o", "authorized-keys", "203.0.113.7", "2001:db8::/32"]);
    assert_eq!(printed.run().quiet_success(), "from=\"203.0.113.7/32,2001:db8::/32\"\n");
}

#[test]
fn no_platform_is_given_an_empty_rule() {
    let home = Home::new();
    for format in ["aws", "azure", "gcp", "terraform", "nftables", "authorized-keys"] {
        let run = |more: &[&str]| {
            let nothing = ["subtract", "10.0.0.1", "--minus", "10.0.0.0/8", "-o", format];
            home.tool("cidr").args([&nothing, more].concat()).run()
        };
        assert!(
            run(&[])
                .failure(1)
                .starts_with("cidr: cannot print an access rule: the result is empty\n")
        );
        assert_eq!(
            run(&["--allow-empty"]).failure(1),
            "cidr: cannot print an access rule for nobody: the result is empty\n"
        );
    }
}

#[test]
fn labels_have_their_formats() {
    let home = Home::new();
    for (format, option, value) in [
        ("lines", "--port", "22"),
        ("json", "--description", "x"),
        ("authorized-keys", "--name", "x"),
        ("terraform", "--name", "x"),
        ("aws", "--name", "x"),
    ] {
        let stderr =
            home.tool("cidr").args(["everywhere", "-o", format, option, value]).run().failure(2);
        let expected =
            format!("cidr: cannot print {option} in this format: {format} has no place for it\n");
        assert_eq!(stderr, expected);
    }
    for (option, value) in [("--name", "a\";b"), ("--description", "a\"b"), ("--port", "0")] {
        let arguments = ["everywhere", "-o", "nftables", option, value];
        assert!(home.tool("cidr").args(arguments).run().failure(2).contains(option));
    }
}
