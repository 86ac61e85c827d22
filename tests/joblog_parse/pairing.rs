//! Which user belongs to which host and port, and which lines around an announcement are not part
//! of it.

use joblog_parse::choose::Choice;

use super::announced;

/// Compares announcements with expectations, and reports all differences.
fn check<'a>(cases: impl IntoIterator<Item = (&'a str, &'a str)>) {
    let wrong = cases.into_iter().filter_map(|(log, expected)| {
        let found = announced(log, Choice::Latest);
        (found != expected).then(|| format!("{log:?}: {found:?} instead of {expected:?}"))
    });
    let wrong = wrong.collect::<Vec<_>>();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Lines that name a machine other than the cluster.
const OTHERS: [&str; 23] = [
    "ssh: connect to host 198.51.100.9 port 22: Connection refused",
    "Connection to 198.51.100.9 closed.",
    "No route to host 198.51.100.9",
    "curl: (7) Failed to connect to 198.51.100.9 port 443: Connection refused",
    "Connecting to 198.51.100.9:80... connected.",
    "Server:\t\t198.51.100.9",
    "Address: 198.51.100.9",
    "systemd-resolved: Using DNS server 198.51.100.9",
    "DNS server: 8.8.8.8",
    "Name server 8.8.8.8",
    "rsync: failed to connect to 198.51.100.9: Connection timed out (110)",
    "mpirun: host 198.51.100.9 slots 4",
    "FlexNet Licensing error: -15,570  host 198.51.100.9",
    "lmgrd: server 198.51.100.9 down",
    "Copying results to server 198.51.100.9",
    "Uploading results to host 198.51.100.9",
    "Reporting usage to server 198.51.100.9",
    "Compute node public IP: 198.51.100.9",
    "Reverse DNS of 198.51.100.9: host.example.org",
    "Load balancer IP address: 198.51.100.9",
    "Blocked IP: 198.51.100.9",
    "Remote host: 198.51.100.9",
    "host 198.51.100.9 is unreachable",
];

#[test]
fn a_user_who_has_a_host_is_not_that_of_another_machine() {
    for announcement in [
        "You can connect as uprod_qpWia to the master node at 203.0.113.5.",
        "User name: uprod_qpWia\nPublic IP address of the master node: 203.0.113.5",
        "Public IP address of the master node: 203.0.113.5\nUser name: uprod_qpWia",
        "user=uprod_qpWia\nhost=203.0.113.5",
    ] {
        for other in OTHERS {
            for between in ["\n", "\n\n", "\nstep 1\nstep 2\n\n"] {
                let log = format!("{announcement}{between}{other}\n");
                check([(log.as_str(), "uprod_qpWia@203.0.113.5")]);
            }
        }
    }
}

#[test]
fn a_user_without_a_host_is_not_that_of_another_service() {
    check([
        ("User: bob\nDNS server: 8.8.8.8\nNTP: 203.0.113.9\nGateway: 203.0.113.1\n", ""),
        ("User: bob\nName server 8.8.8.8\n", ""),
        ("User: bob\nLoad balancer IP address: 198.51.100.9\n", ""),
        ("User: bob\nBlocked IP: 198.51.100.9\n", ""),
        ("User: bob\nhost 198.51.100.9 is unreachable\n", ""),
        ("User: bob\nConnection to 198.51.100.9 closed.\n", ""),
        ("User: bob\nssh: connect to host 198.51.100.9 port 22: Connection refused\n", ""),
        ("User: bob\nNo route to host 198.51.100.9\n", ""),
        ("User: bob\nlmgrd: server 198.51.100.9 down\n", ""),
        ("User: bob\nCopying results to server 198.51.100.9\n", ""),
        ("User: bob\nReverse DNS of 198.51.100.9\n", ""),
    ]);
}

#[test]
fn announcements_over_several_lines_are_still_found() {
    check([
        ("Username: ada\nConnection to the master node: 203.0.113.7\n", "ada@203.0.113.7"),
        ("User: ada\nRemote host: 203.0.113.7\n", "ada@203.0.113.7"),
        ("Server:\t\t8.8.8.8\nUsername: ada\nPublic IP: 203.0.113.7\n", "ada@203.0.113.7"),
        ("User: ada\nHost: 198.51.100.9\nHost: 203.0.113.7\n", "ada@203.0.113.7"),
        ("User: ada\nHost: 198.51.100.9\nPublic IP: 203.0.113.7\n", "ada@203.0.113.7"),
        ("User: ada\nMaster node: 198.51.100.9\n\nMaster node: 203.0.113.7\n", "ada@203.0.113.7"),
        ("User: ada\nCompute node public IP: 203.0.113.7\n", "ada@203.0.113.7"),
        ("User: ada\nSimulation IP: 203.0.113.7\n", "ada@203.0.113.7"),
        ("User: ada\nGot IP 203.0.113.7\n", "ada@203.0.113.7"),
        ("User: ada\nConnect with PuTTY to host 203.0.113.7\n", "ada@203.0.113.7"),
        ("Log in as ada to 203.0.113.7. If the connection is refused, wait.\n", "ada@203.0.113.7"),
        ("Public IP: 203.0.113.7 (wait when it is refused)\nUser: ada\n", "ada@203.0.113.7"),
    ]);
    let two = "Host: 203.0.113.7\nUser: ada\n\nHost: 203.0.113.8\n\nUser: bob\n";
    assert_eq!(announced(two, Choice::All), "ada@203.0.113.7 bob@203.0.113.8");
}

#[test]
fn a_port_is_that_of_the_address_before_it() {
    let pair = "user=bob\nhost=203.0.113.5\n";
    let sentence = "You can connect as bob to the master node at 203.0.113.5.\n";
    for other in [
        "Connection reset by 198.51.100.9 port 4711",
        "paraview: Accepting connections on 10.0.0.4 port 11111",
        "step 1\nstep 2\nstep 3\nstep 4\nstep 5\nport: 8888",
    ] {
        check([
            (format!("{pair}{other}\n").as_str(), "bob@203.0.113.5"),
            (format!("{sentence}{other}\n").as_str(), "bob@203.0.113.5"),
        ]);
    }
    check([
        ("user=bob\nhost=203.0.113.5\nport=2222\n", "bob@203.0.113.5:2222"),
        ("port=2222\nuser=bob\nhost=203.0.113.5\n", "bob@203.0.113.5:2222"),
        ("user=bob\n\nIP: 203.0.113.5, port 2222\n", "bob@203.0.113.5:2222"),
        ("port: 8888\n1\n2\n3\n4\n5\nuser=bob\nhost=203.0.113.5\n", "bob@203.0.113.5"),
        (
            "HostName 203.0.113.5\nUser bob\nCompression no\n# x\nPort 2222\n",
            "bob@203.0.113.5:2222",
        ),
        ("Connecting to 203.0.113.5 [203.0.113.5] port 2222.\nUser: bob\n", "bob@203.0.113.5:2222"),
        (
            "{\"user\":\"bob\",\n1\n2\n3\n4\n5\n\"port\":2222,\"host\":\"203.0.113.5\"}\n",
            "bob@203.0.113.5:2222",
        ),
    ]);
}

#[test]
fn halves_of_different_clusters_are_not_joined() {
    check([
        (
            "Cluster: A\nUser: alice\nCluster: B\nUser: bob\nCluster: A\nHost: 203.0.113.1\n",
            "alice@203.0.113.1",
        ),
        ("cluster=A user=alice\ncluster=B host=203.0.113.2\n", ""),
        ("cluster=red user=alice\ncluster=blue host=203.0.113.2\n", ""),
        ("cluster=red user=alice\ncluster=red host=203.0.113.2\n", "alice@203.0.113.2"),
        ("{\"A\":{\"user\":\"alice\"},\"B\":{\"host\":\"203.0.113.2\"}}\n", ""),
        ("{\"git\":{\"user\":\"alice\"},\"monitor\":{\"ip\":\"203.0.113.2\"}}\n", ""),
        ("{\"login\":{\"user\":\"alice\"},\n\"license\":{\"host\":\"203.0.113.2\"}}\n", ""),
        (
            "{\"login\":{\"user\":\"alice\"},\"master\":{\"ip\":\"203.0.113.2\"}}\n",
            "alice@203.0.113.2",
        ),
        (
            "{\"osProfile\":{\"user\":\"alice\"},\"networkProfile\":{\"publicIp\":\"203.0.113.2\"}}\n",
            "alice@203.0.113.2",
        ),
        (
            "{\"node1\":{\"state\":\"up\"},\"node2\":{\"ip\":\"203.0.113.2\"},\"user\":\"alice\"}\n",
            "alice@203.0.113.2",
        ),
        ("[cluster-a]\nuser=alice\n[cluster-b]\nhost=203.0.113.2\n", ""),
        ("[credentials]\nuser=alice\n[server]\nhost=203.0.113.2\n", "alice@203.0.113.2"),
        ("Host a\n  User alice\nHost b\n  HostName 203.0.113.2\n", ""),
        ("User alice\nHost 203.0.113.2\n", "alice@203.0.113.2"),
        ("a:\n  user: alice\nb:\n  host: 203.0.113.2\n", ""),
        ("a:\n  user: alice\n  host: 203.0.113.2\n", "alice@203.0.113.2"),
        ("step1:\nUser: alice\nstep2:\nPublic IP: 203.0.113.2\n", "alice@203.0.113.2"),
        ("Cluster: up\nUser: alice\nCluster: ready\nHost: 203.0.113.2\n", "alice@203.0.113.2"),
    ]);
    let siblings =
        "{\"A\":{\"user\":\"alice\",\"host\":\"203.0.113.1\"},\"B\":{\"host\":\"203.0.113.2\"}}\n";
    assert_eq!(announced(siblings, Choice::All), "alice@203.0.113.1");
}

#[test]
fn an_invalid_port_refuses_the_host() {
    check([
        ("User: bob\nHost: 203.0.113.5\nPort: 99999\n", ""),
        ("User: bob\nHost: 203.0.113.5\nPort: 0\n", ""),
        ("Host: bob@203.0.113.5  Port: 99999\n", ""),
        ("user,host,port\nbob,203.0.113.5,99999\n", ""),
        ("{\"user\":\"bob\",\"host\":\"203.0.113.5\",\"port\":\"99999\"}\n", ""),
        ("{\"user\":\"bob\",\"host\":\"203.0.113.5\",\"port\":0}\n", ""),
        ("User: bob\nHost: 203.0.113.5\nPort: open\n", "bob@203.0.113.5"),
    ]);
}

#[test]
fn names_of_clusters_and_variables_are_part_of_labels() {
    check([
        ("Cluster B user: bob\nCluster B host: 203.0.113.2\n", "bob@203.0.113.2"),
        ("Cluster A user: bob\nCluster B host: 203.0.113.2\n", ""),
        (
            "Job 17: user name uprod_abcde\nJob 17: master node public IP 203.0.113.5\n",
            "uprod_abcde@203.0.113.5",
        ),
        ("Job 17: user name required\nJob 17: master node public IP 203.0.113.5\n", ""),
        ("$env:SSH_USER = \"bob\"\n$env:SSH_HOST = \"203.0.113.5\"\n", "bob@203.0.113.5"),
    ]);
}

#[test]
fn two_hosts_too_close_to_tell_are_refused() {
    check([
        ("Username: ada, nodes: 203.0.113.7, 203.0.113.8\n", ""),
        ("Username: ada, node: 203.0.113.7\n", "ada@203.0.113.7"),
    ]);
}

#[test]
fn a_machine_that_is_gone_is_not_the_latest_login() {
    check([
        ("ssh ada@203.0.113.7\nmachine 203.0.113.7 has been destroyed\n", ""),
        (
            "ssh ada@203.0.113.7\nssh ada@203.0.113.8\nnode 203.0.113.8 was preempted\n",
            "ada@203.0.113.7",
        ),
        ("ssh ada@203.0.113.7\nnode 203.0.113.7 will be deleted in 24 hours\n", "ada@203.0.113.7"),
        (
            "{\"user\":\"ada\",\"host\":\"203.0.113.7\"}\n\
             ssh: connect to host 203.0.113.7 port 22: Connection refused\n",
            "",
        ),
        (
            "{\"user\":\"ada\",\"host\":\"203.0.113.7\"}\n\
             Destroy complete! Resources: 3 destroyed.\n",
            "",
        ),
    ]);
}

#[test]
fn links_of_other_programs_are_logins_and_a_zero_in_a_name_refuses_it() {
    check([
        (
            "jetbrains-gateway://connect#host=203.0.113.7&port=2222&user=ada\n",
            "ada@203.0.113.7:2222",
        ),
        ("Username: ad\0a\nPublic IP: 203.0.113.7\n", ""),
    ]);
}

/// The login that a line offers, and one in the next line that is not offered.
#[test]
fn a_port_belongs_to_the_login_before_it_or_to_none() {
    check([(
        "Please log in to:\nada@203.0.113.7\nbob@203.0.113.8\nPort: 2222\n",
        "ada@203.0.113.7",
    )]);
}

/// Docker ends each line of a log with a line feed of its own.
#[test]
fn a_command_goes_on_in_the_next_line_of_docker() {
    check([(
        "{\"log\":\"log in with: ssh -p 2222 \\\\\\n\",\"stream\":\"stdout\"}\n\
         {\"log\":\"  ada@203.0.113.7\\n\",\"stream\":\"stdout\"}\n",
        "ada@203.0.113.7:2222",
    )]);
}
