//! The output of platforms, read back.

use harness::home::Home;
use harness::invocation::Finished;

const RULES: &str = "198.51.100.0/24,203.0.113.7/32,2001:db8::/32\n";

fn read(text: &str, arguments: &[&str]) -> Finished {
    Home::new().tool("cidr").args(arguments.to_vec()).stdin(text).run()
}

fn merged(text: &str, more: &[&str]) -> String {
    read(text, &[&["merge", "-o", "comma"], more].concat()).quiet_success()
}

#[test]
fn the_ports_of_the_rules_read_are_those_of_the_rules_printed() {
    let home = Home::new();
    let formats = [
        "aws",
        "azure",
        "gcp",
        "terraform",
        "nftables",
        "aws-cli",
        "az-cli",
        "powershell",
        "ufw",
        "firewalld",
    ];
    for from in formats {
        let print = ["merge", "203.0.113.7", "-o", from, "--port", "2222,8000-8010"];
        let printed = home.tool("cidr").args(print).run().quiet_success();
        for to in formats {
            let again = read(&printed, &["merge", "-o", to]).quiet_success();
            let direct = ["merge", "203.0.113.7", "-o", to, "--port", "2222,8000-8010"];
            assert_eq!(
                again,
                home.tool("cidr").args(direct).run().quiet_success(),
                "{from} to {to}"
            );
        }
        assert_eq!(merged(&printed, &["--port", "2222"]), "203.0.113.7/32\n");
        assert_eq!(merged(&printed, &["--port", "22", "--allow-empty"]), "");
    }
}

/// `aws ec2 describe-security-groups`
const GROUPS: &str = r#"{
    "SecurityGroups": [
        {
            "Description": "login nodes", "GroupName": "login", "OwnerId": "123456789012",
            "GroupId": "sg-0a1b2c3d4e5f60718", "VpcId": "vpc-1a2b3c4d",
            "IpPermissions": [
                {"FromPort": 22, "IpProtocol": "tcp", "ToPort": 22, "PrefixListIds": [], "UserIdGroupPairs": [],
                 "IpRanges": [{"CidrIp": "203.0.113.0/24", "Description": "office"}, {"CidrIp": "198.51.100.7/32"}],
                 "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]},
                {"FromPort": 443, "IpProtocol": "tcp", "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                 "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []},
                {"FromPort": 8, "IpProtocol": "icmp", "ToPort": -1, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
                {"IpProtocol": "-1", "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [],
                 "UserIdGroupPairs": [{"GroupId": "sg-0a1b2c3d4e5f60718", "UserId": "123456789012"}]}
            ],
            "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        }
    ]
}"#;

#[test]
fn aws_security_groups() {
    let ssh = "198.51.100.7/32,203.0.113.0/24,2001:db8::/32\n";
    assert_eq!(merged(GROUPS, &["--port", "22"]), ssh);
    assert_eq!(merged(GROUPS, &["--port", "443"]), "0.0.0.0/0\n");
    let check = |address: &str, more: &[&str]| {
        let me = ["me", "--address", address, "--check", "-"];
        let finished = read(GROUPS, &[&me, more].concat());
        (finished.code(), finished.stdout().to_owned())
    };
    assert_eq!(
        check("203.0.113.7", &[]),
        (
            0,
            "203.0.113.7 is inside for port 22: 203.0.113.0/24 (standard input: SecurityGroups[0].IpPermissions[0]) lets it in\n"
                .to_owned()
        )
    );
    let outside = check("203.0.114.3", &["--port", "22"]);
    assert_eq!(
        outside,
        (
            1,
            "203.0.114.3 is outside: the nearest rule is 203.0.113.0/24 (standard input: SecurityGroups[0].IpPermissions[0]), 4 addresses away; add 203.0.114.3/32\n"
                .to_owned()
        )
    );
    assert_eq!(check("203.0.114.3", &["--port", "443"]).0, 0);
    // A rule for one port must not become a rule for another.
    assert_eq!(
        read(GROUPS, &["merge", "-o", "azure"]).failure(2),
        "cidr: cannot tell which port is meant: the rules have different sources for each \
         port\ncidr: hint: name one with --port\n"
    );
    let rules = r#"{"SecurityGroupRules": [
        {"SecurityGroupRuleId": "sgr-1", "IsEgress": false, "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv4": "203.0.113.7/32"},
        {"SecurityGroupRuleId": "sgr-2", "IsEgress": true, "IpProtocol": "-1", "FromPort": -1, "ToPort": -1, "CidrIpv4": "0.0.0.0/0"}]}"#;
    assert_eq!(merged(rules, &[]), "203.0.113.7/32\n");
    // `--query 'SecurityGroups[].IpPermissions[].IpRanges[].CidrIp'`
    assert_eq!(
        merged(r#"[["203.0.113.7/32"], ["10.0.0.0/8"]]"#, &[]),
        "10.0.0.0/8,203.0.113.7/32\n"
    );
}

#[test]
fn azure_rules_in_the_order_of_their_priority() {
    // `az network nsg rule list`
    let rules = r#"[
        {"access": "Allow", "destinationAddressPrefix": "*", "destinationAddressPrefixes": [], "destinationPortRange": "22",
         "destinationPortRanges": [], "direction": "Inbound", "etag": "W/x", "name": "office", "priority": 300,
         "protocol": "Tcp", "provisioningState": "Succeeded", "sourceAddressPrefix": null,
         "sourceAddressPrefixes": ["203.0.113.0/24", "198.51.100.0/24"], "sourcePortRange": "*"},
        {"access": "Deny", "destinationPortRange": "*", "direction": "Inbound", "name": "never", "priority": 200,
         "protocol": "*", "sourceAddressPrefix": "203.0.113.128/25", "sourceAddressPrefixes": []},
        {"access": "Allow", "destinationPortRange": "*", "direction": "Inbound", "name": "AllowVnetInBound", "priority": 65000,
         "protocol": "*", "sourceAddressPrefix": "VirtualNetwork"},
        {"access": "Deny", "destinationPortRange": "*", "direction": "Inbound", "name": "DenyAllInBound", "priority": 65500,
         "protocol": "*", "sourceAddressPrefix": "*"},
        {"access": "Allow", "destinationPortRange": "*", "direction": "Outbound", "name": "out", "priority": 100,
         "protocol": "*", "sourceAddressPrefix": "*"}
    ]"#;
    assert_eq!(merged(rules, &[]), "198.51.100.0/24,203.0.113.0/25\n");
    let tagged = rules.replace("VirtualNetwork", "Storage");
    let refused = read(&tagged, &["merge"]).failure(1);
    assert_eq!(
        refused,
        "cidr: cannot read standard input: [2]: names the service tag `Storage`, whose addresses \
         are not in the input\n"
    );
    let group =
        format!(r#"{{"name": "nsg", "securityRules": {rules}, "defaultSecurityRules": []}}"#);
    assert_eq!(merged(&group, &[]), "198.51.100.0/24,203.0.113.0/25\n");
}

#[test]
fn google_rules_in_the_order_of_their_priority() {
    // `gcloud compute firewall-rules list --format=json`
    let rules = r#"[
        {"allowed": [{"IPProtocol": "tcp", "ports": ["22", "8000-8010"]}, {"IPProtocol": "icmp"}], "creationTimestamp": "2026-11-01T00:00:00.000-07:00",
         "direction": "INGRESS", "disabled": false, "kind": "compute#firewall", "logConfig": {"enable": false},
         "name": "ssh", "network": "https://www.googleapis.com/compute/v1/projects/p/global/networks/default",
         "priority": 1000, "sourceRanges": ["203.0.113.0/24"]},
        {"denied": [{"IPProtocol": "all"}], "direction": "INGRESS", "name": "no", "priority": 1000,
         "network": "https://www.googleapis.com/compute/v1/projects/p/global/networks/default", "sourceRanges": ["203.0.113.7"]},
        {"allowed": [{"IPProtocol": "tcp", "ports": ["22"]}], "direction": "INGRESS", "disabled": true, "name": "off", "sourceRanges": ["0.0.0.0/0"]},
        {"allowed": [{"IPProtocol": "all"}], "direction": "EGRESS", "name": "out", "destinationRanges": ["0.0.0.0/0"]},
        {"allowed": [{"IPProtocol": "tcp"}], "direction": "INGRESS", "name": "inner", "sourceTags": ["node"]}
    ]"#;
    let left = "203.0.113.0/30,203.0.113.4/31,203.0.113.6/32,203.0.113.8/29,203.0.113.16/28,203.0.113.32/27,\
                203.0.113.64/26,203.0.113.128/25\n";
    assert_eq!(merged(rules, &[]), left);
    // A rule without a source applies to all addresses.
    let all = r#"{"allowed": [{"IPProtocol": "tcp"}], "direction": "INGRESS", "name": "all"}"#;
    assert_eq!(merged(all, &[]), "0.0.0.0/0\n");
}

#[test]
fn terraform_plans_and_states() {
    let values = r#"{"type": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["203.0.113.7/32"]}"#;
    let group = r#"{"name": "x", "ingress": [{"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["198.51.100.0/24"], "ipv6_cidr_blocks": [], "security_groups": []}], "egress": [{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}]}"#;
    let resources = format!(
        r#"[{{"address": "aws_security_group_rule.a", "mode": "managed", "type": "aws_security_group_rule", "values": {values}}},
            {{"address": "aws_instance.b", "mode": "managed", "type": "aws_instance", "values": {{"ami": "x"}}}}]"#
    );
    let plan = format!(
        r#"{{"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {{"root_module": {{"resources": {resources},
            "child_modules": [{{"resources": [{{"mode": "managed", "type": "aws_security_group", "values": {group}}}]}}]}}}}, "resource_changes": []}}"#
    );
    assert_eq!(merged(&plan, &[]), "198.51.100.0/24,203.0.113.7/32\n");
    let state = format!(
        r#"{{"version": 4, "terraform_version": "1.9.0", "resources": [{{"mode": "managed", "type": "aws_security_group", "name": "x", "instances": [{{"attributes": {group}}}]}}]}}"#
    );
    assert_eq!(merged(&state, &[]), "198.51.100.0/24\n");
}

#[test]
fn what_nft_and_iptables_list() {
    let home = Home::new();
    let rules = home.write("rules", "198.51.100.0/24 203.0.113.7 2001:db8::/32");
    let print = ["merge", &format!("@{}", rules.display()), "-o", "nftables"];
    let table = home.write("rules.nft", home.tool("cidr").args(print).run().quiet_success());
    let listed = |line: String| {
        let alone = home.peer("unshare").args(["--map-root-user", "--net", "sh", "-c"]).arg(line);
        let listed = alone.run();
        assert_eq!(listed.code(), 0, "{}", listed.stderr());
        listed.stdout().to_owned()
    };
    let nft = listed(format!("nft -f {} && nft list ruleset", table.display()));
    assert_eq!(merged(&nft, &["--port", "22"]), RULES);
    let save = listed(
        "iptables -A INPUT -i lo -j ACCEPT && iptables -N office && \
         iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT && \
         iptables -A INPUT -p tcp -m multiport --dports 22,2222 -j office && \
         iptables -A office -s 203.0.113.7 -m comment --comment 'a -j DROP' -j ACCEPT && \
         iptables -P INPUT DROP && iptables-save && \
         ip6tables -A INPUT -s 2001:db8::/32 -p tcp --dport 22 -j ACCEPT && ip6tables-save"
            .to_owned(),
    );
    assert_eq!(merged(&save, &["--port", "22"]), "203.0.113.7/32,2001:db8::/32\n");
    assert_eq!(merged(&save, &["--port", "2222"]), "203.0.113.7/32\n");
}

#[test]
fn keys_with_and_without_from() {
    let line =
        "from=\"203.0.113.0/24,!203.0.113.128/25\" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA ada\n";
    assert_eq!(merged(line, &[]), "203.0.113.0/25\n");
    let open = format!("{line}ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA bob\n");
    assert_eq!(
        read(&open, &["merge"]).failure(1),
        "cidr: cannot read standard input:2: is a key without from=, which is accepted from \
         everywhere\ncidr: hint: read the lines with from= alone\n"
    );
}

#[test]
fn partly_understood_input_is_refused() {
    for (text, expected) in [
        ("{\"a\": 1}", ": is not a rule that cidr knows"),
        (
            "[{\"CidrIp\": \"10.0.0.1/8\"}]",
            ": [0].CidrIp: `10.0.0.1/8` has host bits set: the network is 10.0.0.0/8",
        ),
        (
            "[{\"IpProtocol\": \"tcp\", \"FromPort\": 22, \"ToPort\": 22, \"IpRanges\": [{\"Cidr\": \"10.0.0.0/8\"}]}]",
            ": [0].IpRanges[0].CidrIp: is missing",
        ),
        (
            "[{\"IpProtocol\": \"tcp\", \"FromPort\": 22, \"ToPort\": 22, \"PrefixListIds\": [{\"PrefixListId\": \"pl-1\"}]}]",
            ": [0]: lets in a prefix list, whose addresses are not in the input",
        ),
        ("[\"10.0.0.0/8\", 7]", ": [1]: is not a rule"),
        ("[\"10.0.0.0/8\"", ":1: truncated JSON, at column 13"),
        (
            "{\"change\":\"opens\",\"network\":\"10.0.0.0/8\",\"family\":\"ipv4\"}",
            ": is a change of rules, not a rule",
        ),
        (
            "table inet x {\n chain input {\n type filter hook input priority 0;\n tcp dport 22 limit rate 3/minute accept\n }\n}\n",
            ":4: has the condition `limit`, which cidr cannot evaluate",
        ),
        (
            "resource \"aws_security_group\" \"x\" {\n ingress {\n protocol = \"tcp\"\n from_port = 22\n to_port = 22\n cidr_blocks = var.office\n }\n}\n",
            ": aws_security_group.x.ingress[0].cidr_blocks: is the expression `var.office`, whose \
             value is not in the input",
        ),
    ] {
        let stderr = read(text, &["merge"]).failure(1);
        let first = stderr.lines().next().expect("a line");
        assert_eq!(first, format!("cidr: cannot read standard input{expected}"), "{text}");
    }
}

#[test]
fn a_port_is_asked_for_where_rules_name_ports() {
    for arguments in
        [["merge", "-o", "lines", "--port", "22"], ["merge", "-o", "comma", "--port", "22"]]
    {
        let refused = read("10.0.0.0/8", &arguments).failure(2);
        assert!(refused.starts_with("cidr: cannot print --port in this format: "), "{refused}");
    }
    let check = ["me", "--address", "203.0.113.7", "--check", "-", "--port", "22"];
    assert_eq!(
        read("10.0.0.0/8", &check).failure(2),
        "cidr: cannot select a port: these rules name none\ncidr: hint: leave out --port: a list \
         applies to every port\n"
    );
}
