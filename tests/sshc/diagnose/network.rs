//! A laboratory of networks: addresses that do not answer, firewall rules that exclude us, missing
//! routes.

use harness::home::Home;
use harness::invocation::Invocation;
use harness::network::{Lab, Namespace};
use harness::sshd::Sshd;

use super::{diagnose, key_pair, public_line};

const RULE: &str = "192.0.2.0/24";

/// `sshc` on the laboratory's computer, with short timeouts.
fn sshc(home: &Home, network: &Namespace) -> Invocation {
    home.tool("sshc").inside(network).args(["-F", "none", "--connect-timeout", "2s"])
}

#[test]
fn a_private_address_needs_the_public_one() {
    let (home, lab) = (Home::new(), Lab::new());
    for target in ["ada@10.20.0.7", "ada@169.254.10.1", "ada@192.168.3.4"] {
        let found = diagnose(sshc(&home, &lab.near).arg(target));
        found.must_be(1, "private-address", "the wrong address: ", "the public address");
    }
    // From the same private network the address is right.
    let lab = Lab::behind_nat();
    let found = diagnose(sshc(&home, &lab.near).arg("ada@192.168.178.1"));
    found.must_be(1, "refused", "booting, or no SSH server", "--wait");
}

#[test]
fn a_name_is_to_blame_where_it_has_no_address() {
    let (home, network) = (Home::new(), Namespace::new());
    let found = diagnose(sshc(&home, &network).arg("ada@node7.invalid"));
    found.must_be(1, "name-not-found", "the name: ", "check the spelling");
    let found = diagnose(sshc(&home, &network).args(["-6", "ada@203.0.113.7"]));
    found.must_be(1, "no-address", "the name: ", "leave out -4, -6");
}

#[test]
fn an_access_rule_that_leaves_us_out_is_mended_by_the_command_that_is_printed() {
    let (home, lab) = (Home::new(), Lab::new());
    lab.filter("ip saddr != 192.0.2.0/24 tcp dport 22 drop");
    let found = diagnose(sshc(&home, &lab.near).args(["--rule", RULE, "ada@203.0.113.7"]));
    let hint = "add 198.51.100.9/32 to the access rule: `cidr merge 192.0.2.0/24 198.51.100.9/32`";
    found.must_be(1, "rule-excludes", "the access rule: 203.0.113.7 does not answer", hint);
    let command = found.text("hint").split('`').nth(1).expect("a command");
    let whole = home.shell(command).run().quiet_success();
    assert_eq!(whole, "192.0.2.0/24\n198.51.100.9/32\n");
    let check =
        home.shell(&format!("cidr me --address 198.51.100.9 --check {}", whole.replace('\n', " ")));
    assert_eq!(check.run().code(), 0);
}

#[test]
fn other_servers_that_answer_distinguish_a_gone_instance_from_a_filtered_port() {
    let (home, lab) = (Home::new(), Lab::new());
    lab.filter("ip daddr 203.0.113.7 tcp dport 22 drop; tcp dport 23 drop");
    for (target, options, reason, verdict, hint) in [
        ("ada@203.0.113.7", &[][..], "no-answer", "does not answer on port 22", "cidr me"),
        (
            "ada@203.0.113.7",
            &["--rule", "198.51.100.0/24"],
            "no-answer",
            "does not answer on port 22",
            "--control HOST:22",
        ),
        (
            "ada@203.0.113.7",
            &["--rule", "198.51.100.0/24", "--control", "203.0.113.99:22"],
            "instance-gone",
            "203.0.113.99 does on the same port 22",
            "that the job is still running",
        ),
        (
            "ada@203.0.113.7",
            &["--control", "203.0.113.7:443"],
            "port-filtered",
            "203.0.113.7 is up: its port 443 answers",
            "use another network",
        ),
        (
            "ada@203.0.113.7:23",
            &["--control", "203.0.113.99:23", "--control", "203.0.113.99:80"],
            "port-filtered",
            "on port 23, though other ports do",
            "use another network",
        ),
        (
            "ada@203.0.113.7",
            &["--control", "203.0.113.99:443"],
            "no-answer",
            "does not answer on port 22",
            "would tell more than 203.0.113.99:443",
        ),
    ] {
        let found = diagnose(sshc(&home, &lab.near).args(options.iter().copied()).arg(target));
        found.must_be(1, reason, verdict, hint);
    }
}

#[test]
fn behind_nat_the_command_that_tells_the_address_is_named() {
    let (home, lab) = (Home::new(), Lab::behind_nat());
    lab.filter("tcp dport 22 drop");
    let found = diagnose(sshc(&home, &lab.near).args(["--rule", RULE, "ada@203.0.113.7"]));
    found.must_be(1, "no-answer", "does not answer", "`cidr me --check 192.0.2.0/24`");
    assert!(found.text("hint").starts_with("NAT hides this computer's address"), "{found:#?}");
}

#[test]
fn a_network_that_is_down_is_this_computers_and_a_rejection_is_not() {
    let (home, lab) = (Home::new(), Lab::new());
    lab.filter("ip daddr 203.0.113.7 reject with icmp type admin-prohibited");
    let found = diagnose(sshc(&home, &lab.near).arg("ada@203.0.113.7"));
    found.must_be(
        1,
        "unreachable",
        "a router or a firewall reported it",
        "the instance may be gone",
    );
    lab.near.run("ip link set near0 down");
    let found = diagnose(sshc(&home, &lab.near).arg("ada@203.0.113.7"));
    found.must_be(
        1,
        "unreachable",
        "this computer's network: ",
        "there is no route to that address",
    );
}

#[test]
fn a_port_that_refuses_is_a_cluster_that_boots() {
    let (home, lab) = (Home::new(), Lab::new());
    let found = diagnose(sshc(&home, &lab.near).arg("ada@203.0.113.7"));
    found.must_be(1, "refused", "booting, or no SSH server", "--wait");
    lab.filter("tcp dport 22 reject with tcp reset");
    let found = diagnose(sshc(&home, &lab.near).arg("ada@203.0.113.7"));
    found.must_be(1, "refused", "booting, or no SSH server", "--wait");
}

#[test]
fn inside_the_rule_and_up_a_login_would_work() {
    let (home, lab) = (Home::new(), Lab::new());
    let key = key_pair(&home, "ed25519");
    let sshd = Sshd::setup().authorize(public_line(&key)).host_key_type("ed25519");
    let sshd = sshd.inside(&lab.far, Lab::CLUSTER).start();
    home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
    lab.filter("ip saddr != 198.51.100.0/24 drop");
    let client = sshc(&home, &lab.near).args(["--key", "id_ed25519", "--rule", "198.51.100.0/24"]);
    let found = diagnose(client.arg("root@203.0.113.7"));
    assert_eq!(found.code, 0, "{found:#?}");
}
