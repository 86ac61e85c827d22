//! Listings that leave something open, and texts that are not listings: refused with a hint, and
//! only where it matters.

use harness::home::Home;
use harness::invocation::Finished;

fn run(text: &str, arguments: &[&str]) -> Finished {
    Home::new().tool("cidr").args(arguments.to_vec()).stdin(text).run()
}

/// Whether 203.0.113.7 is let in to a port: the exit status, and the first line of output.
fn check(text: &str, port: &str) -> (i32, String) {
    let finished = run(text, &["me", "--address", "203.0.113.7", "--check", "-", "--port", port]);
    let said = format!("{}{}", finished.stdout(), finished.stderr());
    (finished.code(), said.lines().next().unwrap_or_default().to_owned())
}

#[test]
fn an_unknown_matters_for_its_own_port_alone() {
    let aws = r#"{"SecurityGroups": [{"IpPermissions": [
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "203.0.113.0/24"}]},
        {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": "pl-1"}]}]}]}"#;
    let azure = r#"[
        {"access": "Allow", "destinationPortRange": "65200-65535", "direction": "Inbound", "priority": 100, "protocol": "*", "sourceAddressPrefix": "GatewayManager"},
        {"access": "Allow", "destinationPortRange": "22", "direction": "Inbound", "priority": 110, "protocol": "Tcp", "sourceAddressPrefix": "203.0.113.0/24"}]"#;
    let block = |port: u16, source: &str| {
        format!(
            "ingress {{\n from_port = {port}\n to_port = {port}\n protocol = \"tcp\"\n cidr_blocks = {source}\n}}\n"
        )
    };
    let hcl = block(22, "[\"203.0.113.0/24\"]") + &block(443, "var.office");
    let nft = "table inet t {\n chain c {\n type filter hook input priority 0;\n tcp dport 443 limit rate 3/minute accept\n ip saddr 203.0.113.0/24 tcp dport 22 accept\n }\n}\n";
    for (text, place, port, refused) in [
        (
            aws,
            "SecurityGroups[0].IpPermissions[0]",
            "443",
            ": SecurityGroups[0].IpPermissions[1]: lets in a prefix list, whose addresses are not \
             in the input",
        ),
        (
            azure,
            "[1]",
            "65300",
            ": [0]: names the service tag `GatewayManager`, whose addresses are not in the input",
        ),
        (
            &hcl,
            "ingress",
            "443",
            ": ingress.cidr_blocks: is the expression `var.office`, whose value is not in the \
             input",
        ),
        (nft, "5", "443", ":4: has the condition `limit`, which cidr cannot evaluate"),
    ] {
        let place = if text == nft { ":5".to_owned() } else { format!(": {place}") };
        let inside =
            format!("203.0.113.7 is inside: 203.0.113.0/24 (standard input{place}) lets it in");
        assert_eq!(check(text, "22"), (0, inside));
        assert_eq!(check(text, port), (2, format!("cidr: cannot read standard input{refused}")));
        // Without a port every rule counts, even one whose port is unknown.
        assert_eq!(run(text, &["merge"]).code(), 1, "{text}");
    }
}

#[test]
fn tables_for_one_family_each_are_read_together() {
    let table = |family: &str, rule: &str| {
        format!(
            "table {family} filter {{\n chain INPUT {{\n type filter hook input priority filter; policy drop;\n {rule} tcp dport 22 accept\n }}\n}}\n"
        )
    };
    let both = table("ip", "ip saddr 203.0.113.0/24") + &table("ip6", "ip6 saddr 2001:db8::/32");
    let merged = run(&both, &["merge", "--port", "22", "-o", "comma"]).quiet_success();
    assert_eq!(merged, "203.0.113.0/24,2001:db8::/32\n");
    let twice = both + &table("inet", "ip saddr 198.51.100.0/24");
    assert_eq!(
        run(&twice, &["merge", "--port", "22"]).failure(1),
        "cidr: cannot read standard input:13: is a second table with rules for incoming packets, \
         and both apply\ncidr: hint: `nft list table FAMILY NAME` prints one\n"
    );
}

/// `aws … | cidr me --check -` gives no answer if `aws` failed.
#[test]
fn nothing_from_a_pipe_is_not_a_no() {
    let expected = "cidr: cannot tell: standard input is empty\n\
                    cidr: hint: the command that prints the rules may have failed\n";
    for nothing in ["", "\n", "# only a comment\r\n"] {
        let check = ["me", "--address", "203.0.113.7", "--check", "-"];
        assert_eq!(run(nothing, &check).failure(2), expected, "{nothing:?}");
        let contains = ["contains", "-", "--address", "203.0.113.7"];
        assert_eq!(run(nothing, &contains).failure(2), expected, "{nothing:?}");
    }
    // Groups without rules are an answer: no address is let in.
    for group in
        ["[]", r#"{"SecurityGroups": []}"#, r#"{"SecurityGroups": [{"IpPermissions": []}]}"#]
    {
        let (code, said) = check(group, "22");
        assert_eq!(code, 1, "{said}");
        assert_eq!(said, "203.0.113.7 is outside: there is no IPv4 rule; add 203.0.113.7/32");
    }
}

#[test]
fn listings_for_people_are_refused_with_those_for_programs() {
    const JSON: &str = "print it as JSON: gcloud --format=json, aws or az --output json";
    for (text, hint) in [
        (
            "Chain INPUT (policy DROP)\ntarget     prot opt source               destination\n",
            "pass what `sudo iptables-save` prints",
        ),
        (
            "Status: active\n\nTo                         Action      From\n",
            "pass what `sudo ufw show added` prints",
        ),
        (
            "Name: office\nType: hash:net\nMembers:\n203.0.113.0/24\n",
            "pass what `ipset save` prints",
        ),
        (
            "NAME                    NETWORK  DIRECTION  PRIORITY\ndefault-allow-ssh       default  INGRESS    65534\n",
            JSON,
        ),
        ("----------------------------\n|  DescribeSecurityGroups  |\n", JSON),
        ("SECURITYGROUPS\tlogin nodes\tsg-1\n", JSON),
        ("allowed:\n- IPProtocol: tcp\n  ports:\n  - '22'\n", JSON),
        ("- access: Allow\n  direction: Inbound\n", JSON),
    ] {
        let refused = run(text, &["merge"]).failure(1);
        let expected = format!(
            "cidr: cannot read standard input: is output for people, not for programs\ncidr: \
             hint: {hint}\n"
        );
        assert_eq!(refused, expected, "{text}");
    }
    assert_eq!(
        run(r#"{"nftables": [{"metainfo": {"json_schema_version": 1}}]}"#, &["merge"]).failure(1),
        "cidr: cannot read standard input: is not a rule that cidr knows\ncidr: hint: pass what \
         `nft list ruleset` prints without -j\n"
    );
}
