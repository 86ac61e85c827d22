//! The exact command lines of programs that Debian and PyPI don't have, that are too large for the
//! tests, or that need what no test has.

use super::Lab;
use crate::sshc::tunnels::connect;
use harness::sshd::free_port;

/// Intel MPI, MPICH and others.
#[test]
fn hydra_starts_its_proxies() {
    let lab = Lab::new();
    let hydra = lab.ssh().args(["-x", "-q", "lb", "echo", "\"hydra_pmi_proxy\"", "--id", "0"]);
    assert_eq!(lab.through_sshc(hydra.stdin("").run()), "hydra_pmi_proxy --id 0\n");
}

#[test]
fn vs_code_sends_its_script_and_gets_a_proxy() {
    let lab = Lab::new();
    let version = lab.ssh().arg("-V").run();
    assert!(version.code() == 0 && version.stderr().contains("OpenSSH"), "{}", version.stderr());
    let port = free_port();
    let call = lab.ssh().args(["-v", "-T", "-D", &port.to_string()]);
    let call = call.args(["-o", "ConnectTimeout=15", "-F", &lab.path(".ssh/config"), "lb", "sh"]);
    let mut running = call.stdin_open().start();
    running.send("echo listeningOn==; uname -s\n");
    running.stdout.wait_for("listeningOn==\nLinux\n");
    drop(connect(port));
    running.send("exit 3\n");
    running.close_stdin();
    assert_eq!(running.finish().code(), 3);
    lab.assert_sshc_came();
}

#[test]
fn vagrant_and_gcloud_log_in() {
    let lab = Lab::new();
    let (user, key) = (lab.0.sshd.user(), lab.path("id_ed25519"));
    let port = lab.0.sshd.port().to_string();
    let there = format!("{user}@127.0.0.1");
    let vagrant = lab.ssh().args([&there, "-p", &port]).args([
        "-o",
        "LogLevel=FATAL",
        "-o",
        "Compression=yes",
        "-o",
        "DSAAuthentication=yes",
        "-o",
        "IdentitiesOnly=yes",
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        "UserKnownHostsFile=/dev/null",
        "-o",
        "ForwardX11=no",
        "-i",
        &key,
        "-t",
        "bash -l -c 'echo in'",
    ]);
    let ran = vagrant.run();
    assert_eq!(ran.stderr(), "");
    assert_eq!(lab.through_sshc(ran), "in\n");
    let known = lab.path("google_compute_known_hosts");
    let host_key = lab.0.sshd.host_key("ed25519");
    lab.0.home.write("google_compute_known_hosts", format!("compute.7 {host_key}\n"));
    let gcloud = |words: &[&str]| {
        let file = format!("UserKnownHostsFile={known}");
        let options = ["CheckHostIP=no", "HashKnownHosts=no", "HostKeyAlias=compute.7"];
        let options =
            options.into_iter().chain(["IdentitiesOnly=yes", "StrictHostKeyChecking=yes"]);
        let options = options.chain([file.as_str()]).flat_map(|option| ["-o", option]);
        let options: Vec<_> = options.collect();
        let ssh = lab.ssh().args(words.iter().copied()).args(["-i", &key]);
        lab.through_sshc(ssh.args(options).args([&there, "-p", &port, "--", "echo", "in"]).run())
    };
    assert_eq!(gcloud(&["-T"]), "in\n");
    // `gcloud compute start-iap-tunnel` is a proxy command.
    let proxy = format!("ProxyCommand busybox nc 127.0.0.1 {port}");
    let proxied = lab.ssh().args(["-T", "-i", &key, "-o", &proxy, "-o", "ProxyUseFdpass=no"]);
    let proxied = proxied.args(["-o", "HostKeyAlias=compute.7", "-o"]);
    let proxied = proxied.arg(format!("UserKnownHostsFile={known}"));
    let ran = proxied.args([&format!("{user}@compute.7"), "--", "echo in"]).run();
    assert_eq!(lab.through_sshc(ran), "in\n");
}
