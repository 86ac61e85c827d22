//! Output for platforms, checked with the programs that read it where these are available.

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
fn each_family_where_the_platform_wants_it() {
    let named = [&LABELS[..], &["--name", "lab"]].concat();
    let sources = |value: &Value| value.as_array().map_or(0, Vec::len);
    let aws = json(&print("aws", &LABELS));
    assert_eq!((sources(&aws[0]["IpRanges"]), sources(&aws[0]["Ipv6Ranges"])), (2, 1));
    let azure = json(&print("azure", &named));
    assert_eq!(
        (&azure[0]["name"], &azure[1]["name"]),
        (&json("\"lab-ipv4\""), &json("\"lab-ipv6\""))
    );
    assert_eq!(azure[1]["properties"]["sourceAddressPrefixes"], json(r#"["2001:db8::/32"]"#));
    let gcp: Vec<Value> = print("gcp", &named).lines().map(json).collect();
    assert_eq!(gcp[0]["sourceRanges"], json(r#"["198.51.100.0/24","203.0.113.7/32"]"#));
    assert_eq!(gcp[1]["allowed"], json(r#"[{"IPProtocol":"tcp","ports":["2222"]}]"#));
}

#[test]
fn the_exact_text_of_what_is_no_json() {
    let two = ["merge", "203.0.113.7", "2001:db8::/32", "--port", "22,8000-8010", "-o"];
    let labels = ["--description", "Ada (home)"];
    let print = |format: &str, more: &[&str]| {
        let arguments = [&two[..], &[format], more].concat();
        Home::new().tool("cidr").args(arguments).run().quiet_success()
    };
    assert_eq!(
        print("powershell", &labels),
        "New-NetFirewallRule -Name 'ssh-access' -DisplayName 'ssh-access' -Direction Inbound -Action Allow \
         -Protocol TCP -LocalPort '22','8000-8010' -RemoteAddress '203.0.113.7/32','2001:db8::/32' \
         -Description 'Ada (home)'\n"
    );
    assert_eq!(
        print("aws-cli", &labels),
        "aws ec2 authorize-security-group-ingress --group-id $GROUP_ID --ip-permissions \
         'IpProtocol=tcp,FromPort=22,ToPort=22,IpRanges=[{CidrIp=203.0.113.7/32,Description=Ada (home)}],\
         Ipv6Ranges=[{CidrIpv6=2001:db8::/32,Description=Ada (home)}]' \
         'IpProtocol=tcp,FromPort=8000,ToPort=8010,IpRanges=[{CidrIp=203.0.113.7/32,Description=Ada (home)}],\
         Ipv6Ranges=[{CidrIpv6=2001:db8::/32,Description=Ada (home)}]'\n"
    );
    assert_eq!(
        print("az-cli", &labels).lines().nth(1),
        Some(
            "az network nsg rule create --resource-group $RESOURCE_GROUP --nsg-name $NSG_NAME \
             --name ssh-access-ipv6 --priority 1001 --direction Inbound --access Allow --protocol Tcp \
             --source-address-prefixes 2001:db8::/32 --destination-port-ranges 22 8000-8010 \
             --description 'Ada (home)'"
        )
    );
    assert_eq!(
        print("ufw", &labels).lines().next(),
        Some(
            "ufw allow proto tcp from 203.0.113.7/32 to any port 22,8000:8010 comment 'Ada (home)'"
        )
    );
    let array = ["merge", "203.0.113.7", "2001:db8::/32", "-o", "json-array"];
    let array = Home::new().tool("cidr").args(array).run().quiet_success();
    assert_eq!(array, "[\"203.0.113.7/32\",\"2001:db8::/32\"]\n");
}

/// PowerShell 5.1 strips double quotes from the arguments that it passes on.
#[test]
fn commands_for_powershell_have_no_double_quote() {
    for format in ["powershell", "aws-cli", "az-cli"] {
        assert!(!print(format, &LABELS).contains('"'), "{format}");
    }
}

#[test]
fn nft_loads_the_table_and_loads_it_again() {
    let home = Home::new();
    for rules in [&["merge", "203.0.113.7", "2001:db8::/32"][..], &["everywhere", "-4", "-6"]] {
        let labels = ["-o", "nftables", "--name", "lab-2", "--description", "Ada (home), ${x}"];
        let table = home.tool("cidr").args([rules, &labels].concat()).run().quiet_success();
        let file = home.write("rules.nft", table);
        // In a network namespace of its own, so that the machine's own rules stay unchanged.
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
        assert!(listed.contains("iifname \"lo\" accept"));
        assert!(listed.contains("ct state established,related accept"));
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
    for format in [
        "aws",
        "azure",
        "gcp",
        "terraform",
        "nftables",
        "authorized-keys",
        "powershell",
        "aws-cli",
        "az-cli",
        "ufw",
        "firewalld",
        "ipset",
        "sshd",
    ] {
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
            "cidr: cannot print an access rule for no address: the result is empty\n"
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
        ("aws", "--name", "x"),
        ("ufw", "--name", "x"),
        ("sshd", "--port", "22"),
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

/// Every word of nft's library as the name of a table: we refuse what `nft` refuses.
#[test]
fn no_word_of_nftables_names_a_table() {
    let home = Home::new();
    let words = home.shell(
        "library=$(ldd $(command -v nft) | sed -n 's/.*libnftables.* => \\([^ ]*\\).*/\\1/p'); \
         tr -c 'a-z0-9-' '\\n' < $library | grep -E '^[a-z]([a-z0-9-]{0,14}[a-z0-9])?$' | sort -u",
    );
    let words = words.run().quiet_success();
    assert!(words.lines().any(|word| word == "quota"), "{words}");
    let judge = "while read -r word; do \
                 printf 'table inet %s\\ndelete table inet %s\\n' $word $word | nft -c -f - 2>&- || echo $word; \
                 done";
    let judge = home.peer("unshare").args(["--map-root-user", "--net", "sh", "-c", judge]);
    let refused = judge.stdin(words).run();
    let refused: Vec<&str> = refused.stdout().lines().collect();
    assert!(refused.len() > 100, "{refused:?}");
    for word in refused {
        let ours = home.tool("cidr").args(["everywhere", "-o", "nftables", "--name", word]).run();
        assert!(ours.failure(2).contains("is a keyword of nftables"), "{word}");
    }
}

#[test]
fn more_networks_than_a_platform_takes_are_refused_with_what_helps() {
    let home = Home::new();
    let rules: Vec<String> = (0..61).map(|number| format!("10.0.{number}.1")).collect();
    let run = |more: &[&str]| home.tool("cidr").arg("merge").args(&rules).args(more.to_vec()).run();
    for format in ["aws", "aws-cli", "terraform"] {
        assert_eq!(
            run(&["-o", format]).failure(1),
            "cidr: cannot print a rule of 61 networks: a security group of AWS takes at most 60\n\
             cidr: hint: `cidr merge --max-prefixes 60` widens the rule to fit; if your quota is higher, pass that number\n"
        );
    }
    assert!(run(&["-o", "aws", "--port", "22,80"]).failure(1).contains("takes at most 30"));
    let widened = run(&["-o", "aws", "--max-prefixes", "60", "--quiet"]).quiet_success();
    assert_eq!(json(&widened)[0]["IpRanges"].as_array().map(Vec::len), Some(60));
    let raised = run(&["-o", "aws", "--max-prefixes", "100"]).quiet_success();
    assert_eq!(json(&raised)[0]["IpRanges"].as_array().map(Vec::len), Some(61));
    assert_eq!(run(&["-o", "nftables"]).code(), 0);
}
