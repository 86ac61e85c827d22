//! Host keys that are unknown, changed, of an earlier machine, revoked or expired.

use harness::home::Home;
use harness::network::Lab;
use harness::sshd::Sshd;

use super::{Site, contents, diagnose, key_pair, ordinary_run_agrees, public_line};

#[test]
fn first_contact_is_no_attack_and_leaves_no_trace() {
    let site = Site::new();
    let target = site.sshd.target();
    let pin = site.sshd.fingerprint("ed25519");
    site.home.write("empty", "");
    let options = ["--known-hosts", "empty", target.as_str()];
    let found = diagnose(site.sshc(options));
    found.must_be(1, "host-key-unknown", "first contact: ", &format!("pass --host-key {pin}"));
    ordinary_run_agrees(&site.home, site.sshc(options), &found);
    let before = contents(&site.home);
    for accepted in [&["--host-key", pin.as_str()][..], &["--accept-new"]] {
        let found = diagnose(site.sshc(options).args(accepted.iter().copied()));
        assert_eq!(found.code, 0, "{found:#?}");
    }
    assert_eq!(contents(&site.home), before);
    let other = "SHA256:".to_owned() + &"A".repeat(43);
    let found = diagnose(site.sshc(["--host-key", &other, &target]));
    found.must_be(1, "host-key-changed", "possibly an attack: ", "ask the server's administrator");
}

#[test]
fn keys_that_are_swapped_on_one_address_are_an_attack_or_an_earlier_machine() {
    let (home, lab) = (Home::new(), Lab::new());
    let key = key_pair(&home, "ed25519");
    let start = || {
        let sshd = Sshd::setup().authorize(public_line(&key)).host_key_type("ed25519");
        sshd.inside(&lab.far, Lab::CLUSTER).start()
    };
    let first = start();
    let line = first.known_hosts_line("ed25519");
    drop(first);
    let second = start();
    let sshc = |scope: &str| {
        let sshc = home.tool("sshc").inside(&lab.near).args(["-F", "none", "--key", "id_ed25519"]);
        sshc.args(["--host-key-scope", scope, "root@203.0.113.7"])
    };
    home.write(".ssh/known_hosts", &line);
    let found = diagnose(sshc("host"));
    found.must_be(1, "host-key-changed", "possibly an attack: ", "sshc --forget 203.0.113.7");
    ordinary_run_agrees(&home, sshc("host"), &found);
    // The record of the host, and that of another target on it.
    for record in [line.clone(), line.replace("203.0.113.7 ", "eve@203.0.113.7:22 ")] {
        home.write(".ssh/known_hosts", &record);
        let found = diagnose(sshc("target"));
        let verdict = "known_hosts:1 has the key of an earlier machine at this address";
        found.must_be(1, "host-key-reused", verdict, "clusters come and go on re-used addresses");
        ordinary_run_agrees(&home, sshc("target"), &found);
    }
    let own = line.replace("203.0.113.7 ", "root@203.0.113.7:22 ");
    home.write(".ssh/known_hosts", own);
    let found = diagnose(sshc("target"));
    found.must_be(1, "host-key-changed", "possibly an attack: ", "--forget root@203.0.113.7:22");
    home.write(".ssh/known_hosts", second.known_hosts_line("ed25519"));
    assert_eq!(diagnose(sshc("target")).code, 0);
}

#[test]
fn a_revoked_key_and_an_expired_certificate_are_told_apart() {
    let site = Site::new();
    let target = site.sshd.target();
    let line = site.sshd.known_hosts_line("ed25519");
    site.home.write("revoked", format!("@revoked {line}"));
    let options = ["--known-hosts", "revoked", target.as_str()];
    let found = diagnose(site.sshc(options));
    found.must_be(1, "host-key-revoked", "a revoked host key: ", "administrator");
    ordinary_run_agrees(&site.home, site.sshc(options), &found);

    let home = &site.home;
    let made = home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", "authority"]);
    assert_eq!(made.run().code(), 0);
    std::fs::copy(site.sshd.host_key_file("ed25519"), home.path("host")).expect("it is ours");
    home.write("host.pub", site.sshd.host_key("ed25519") + "\n");
    let signed = home.peer("ssh-keygen").args(["-q", "-s", "authority", "-h", "-I", "node7"]);
    let signed = signed.args(["-n", "127.0.0.1", "-V", "20200101:20200102", "host.pub"]);
    assert_eq!(signed.run().code(), 0);
    let certificate = format!("HostCertificate {}", home.path("host-cert.pub").display());
    let key = format!("HostKey {}", home.path("host").display());
    let sshd = Sshd::setup().option(key).option(certificate).host_key_type("rsa").start();
    let authority = home.read_text("authority.pub");
    home.write("known", format!("@cert-authority * {authority}"));
    let target = sshd.target();
    let options = ["--known-hosts", "known", target.as_str()];
    let found = diagnose(site.sshc(options));
    found.must_be(1, "host-certificate", "it has expired", "a new host certificate");
    ordinary_run_agrees(home, site.sshc(options), &found);
}
