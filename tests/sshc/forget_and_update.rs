//! Changes to `known_hosts`: forgetting hosts, and learning keys that a known server announces.

use super::{Site, key_pair, public_line, server};

#[test]
fn a_host_is_forgotten_and_the_old_file_stays() {
    let site = Site::new();
    let place = format!("127.0.0.1:{}", site.sshd.port());
    let line = site.home.read_text(".ssh/known_hosts");
    let others =
        "node8 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti\n";
    site.home.write(".ssh/known_hosts", format!("{others}{line}"));
    let gone = site.sshc(["--forget", &place]).run().quiet_success();
    let file = site.home.path(".ssh/known_hosts");
    let fingerprint = site.sshd.fingerprint("ed25519");
    assert_eq!(gone, format!("{}:2: ssh-ed25519 {fingerprint}\n", file.display()));
    assert_eq!(site.home.read_text(".ssh/known_hosts"), others);
    assert_eq!(site.home.read_text(".ssh/known_hosts.old"), format!("{others}{line}"));

    let complaint = site.sshc(["--forget", &place]).run().failure(255);
    let expected = format!(
        "sshc: cannot forget [127.0.0.1]:{}: nothing is on record for it\n",
        site.sshd.port()
    );
    assert_eq!(complaint, expected);
}

#[test]
fn a_host_is_forgotten_by_its_alias_as_it_is_met() {
    let site = Site::new();
    site.home.write(".ssh/known_hosts", format!("cluster {}\n", site.sshd.host_key("ed25519")));
    let target = site.sshd.target();
    let by_alias = ["-o", "HostKeyAlias=cluster"];
    assert_eq!(site.sshc(by_alias).args([&target, "true"]).run().code(), 0);
    let place = format!("127.0.0.1:{}", site.sshd.port());
    let _ = site.sshc(by_alias).args(["--forget", &place]).run().quiet_success();
    assert_eq!(site.home.read_text(".ssh/known_hosts"), "");
}

#[test]
fn a_target_is_forgotten_by_its_own_name() {
    let site = Site::new();
    let target = site.sshd.target();
    site.home.write(".ssh/known_hosts", "");
    let met = site.sshc(["--accept-new", "--host-key-scope", "target", &target, "true"]).run();
    assert_eq!(met.code(), 0);
    let record = site.home.read_text(".ssh/known_targets");
    assert!(record.starts_with(&target), "{record}");
    let options = ["--host-key-scope", "target", "--forget", &target];
    assert_eq!(site.sshc(options).run().code(), 0);
    assert_eq!(site.home.read_text(".ssh/known_targets"), "");
}

#[test]
fn further_keys_of_a_known_server_are_recorded_once_it_proves_them() {
    let setup = server().host_key_type("ecdsa");
    let site = Site::with(setup);
    let target = site.sshd.target();
    let before = site.home.read_text(".ssh/known_hosts");
    let mut running = site.sshc(["-v", &target, "cat"]).stdin_open().start();
    running.stderr.wait_for(": 1 added, 0 removed");
    running.close_stdin();
    assert_eq!(running.finish().code(), 0);
    let after = site.home.read_text(".ssh/known_hosts");
    let added = after.strip_prefix(&before).expect("what was there stays");
    assert_eq!(added.trim_end(), site.sshd.known_hosts_line("ecdsa").trim_end());

    let again = site.sshc(["-v", &target, "true"]).run();
    assert!(!again.stderr().contains("on record"), "{}", again.stderr());
    assert_eq!(site.home.read_text(".ssh/known_hosts"), after);
}

#[test]
fn keys_of_types_that_are_not_wanted_count_as_if_the_server_had_none() {
    let site = Site::with(server().host_key_type("ecdsa").host_key_type("rsa"));
    let all = ["ed25519", "ecdsa"].map(|kind| site.sshd.known_hosts_line(kind)).concat();
    let file = site.home.write(".ssh/known_hosts", &all);
    let wanted = ["-o", "HostKeyAlgorithms=ssh-ed25519,rsa-sha2-512"];
    let sshc = site.sshc(["-v"]).args(wanted).args([&site.sshd.target(), "cat"]);
    let mut running = sshc.stdin_open().start();
    running.stderr.wait_for(": 1 added, 1 removed");
    running.close_stdin();
    assert_eq!(running.finish().code(), 0);
    let ours = site.home.read_text(".ssh/known_hosts");
    assert_eq!(ours.lines().count(), 2, "{ours}");

    // ssh leaves the same two.
    site.home.write(".ssh/known_hosts", &all);
    let ssh = site.home.peer("ssh").args(["-F", "none", "-i", "id_ed25519"]).args(wanted);
    let ssh = ssh.args(["-o", "BatchMode=yes", "-o", "UpdateHostKeys=yes"]);
    let ssh = ssh.args(["-o", &format!("UserKnownHostsFile={}", file.display())]);
    let ssh = ssh.args(["-p", &site.sshd.port().to_string()]);
    let ran = ssh.args([&format!("{}@127.0.0.1", site.sshd.user()), "true"]).run();
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    let sorted = |text: &str| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        lines
    };
    assert_eq!(sorted(&ours), sorted(&site.home.read_text(".ssh/known_hosts")));
}

#[test]
fn a_server_that_was_pinned_leaves_no_record() {
    let setup = server().host_key_type("ecdsa");
    let site = Site::with(setup);
    site.home.write(".ssh/known_hosts", "");
    let target = site.sshd.target();
    let pin = site.sshd.fingerprint("ed25519");
    let options = ["-o", "HostKeyAlgorithms=ssh-ed25519", "--host-key", &pin, &target, "true"];
    assert_eq!(site.sshc(options).run().code(), 0);
    assert_eq!(site.home.read_text(".ssh/known_hosts"), "");
}

/// A site whose server has one key, and a record that also holds a key which the server has
/// retired.
fn with_retired_key() -> (Site, String, String) {
    let site = Site::new();
    key_pair(&site.home, "ecdsa");
    let kept = site.home.read_text(".ssh/known_hosts");
    let name = kept.split(' ').next().expect("the name comes first");
    let retired = format!("{name} {}", public_line(&site.home.path("id_ecdsa")));
    (site, kept, retired)
}

#[test]
fn a_key_that_the_server_gave_up_is_taken_off_the_record() {
    let (site, kept, retired) = with_retired_key();
    let others =
        "node8 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti\n";
    let before = format!("# mine\n{retired}{kept}{others}");
    site.home.write(".ssh/known_hosts", &before);
    let target = site.sshd.target();
    let mut running = site.sshc(["-v", &target, "cat"]).stdin_open().start();
    running.stderr.wait_for(": 0 added, 1 removed");
    running.close_stdin();
    assert_eq!(running.finish().code(), 0);
    assert_eq!(site.home.read_text(".ssh/known_hosts"), format!("# mine\n{kept}{others}"));
    assert_eq!(site.home.read_text(".ssh/known_hosts.old"), before);
}

#[test]
fn the_record_stays_as_openssh_leaves_it() {
    let (site, kept, retired) = with_retired_key();
    let key = |line: &str| line.split_once(' ').expect("a name and a key").1.to_owned();
    let authority = format!("@cert-authority * {}", key(&retired));
    let pattern = format!("* {}", key(&kept));
    let elsewhere = format!("node8 {}", key(&retired));
    let pin = site.sshd.fingerprint("ed25519");
    for (record, options) in [
        (format!("{kept}{retired}"), &["--host-key", &pin][..]),
        (format!("{kept}{retired}"), &["-o", "UpdateHostKeys=no"]),
        (format!("{kept}{retired}{authority}"), &[]),
        (format!("{pattern}{retired}"), &[]),
        (format!("{kept}{retired}{elsewhere}"), &[]),
    ] {
        let file = site.home.write(".ssh/known_hosts", &record);
        // A round trip after the announcement.
        let target = site.sshd.target();
        let ran = site.sshc(options.iter().copied()).args([target.as_str(), "sleep 0.1"]).run();
        assert_eq!(ran.code(), 0, "{}", ran.stderr());
        assert_eq!(site.home.read_text(".ssh/known_hosts"), record, "{options:?}");
        let ssh =
            site.home.peer("ssh").args(["-F", "none", "-i", "id_ed25519", "-o", "BatchMode=yes"]);
        let ssh = ssh.args(["-o", &format!("UserKnownHostsFile={}", file.display())]);
        let update = if options.is_empty() { "UpdateHostKeys=yes" } else { "UpdateHostKeys=no" };
        let ssh = ssh.args(["-o", update, "-p", &site.sshd.port().to_string()]);
        let ran = ssh.args([&format!("{}@127.0.0.1", site.sshd.user()), "true"]).run();
        assert_eq!(ran.code(), 0, "{}", ran.stderr());
        assert_eq!(site.home.read_text(".ssh/known_hosts"), record, "ssh: {options:?}");
    }
}
