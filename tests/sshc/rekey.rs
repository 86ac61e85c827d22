//! New keys in the middle of a transfer.

use harness::home::Home;

use super::{Site, server};

/// Several MB that do not compress or repeat.
pub(super) fn several_megabytes(home: &Home, megabytes: u32) -> String {
    let line = format!("head -c {megabytes}000000 /dev/urandom > bulk; sha256sum < bulk");
    home.shell(&line).run().quiet_success()
}

#[test]
fn openssh_exchanges_keys_every_100_kib_while_both_sides_send() {
    let site = Site::with(server().option("RekeyLimit 100K"));
    let sum = several_megabytes(&site.home, 8);
    let target = site.sshd.target();
    let sshc = format!("sshc -F none --key id_ed25519 {target}");
    for (line, expected) in [
        (format!("{sshc} cat < bulk | sha256sum"), sum.as_str()),
        (format!("{sshc} sha256sum < bulk"), &sum),
        (format!("{sshc} 'cat {}' | sha256sum", site.home.path("bulk").display()), &sum),
    ] {
        assert_eq!(site.home.shell(&line).run().quiet_success(), expected, "{line}");
    }
}

/// The lines of `-v` about a key exchange.
fn exchanges(said: &str) -> Vec<&str> {
    let is_about = |line: &&str| line.contains(" kex: ") || line.contains("MSG_NEWKEYS sent");
    said.lines().filter(is_about).map(str::trim_end).collect()
}

#[test]
fn each_key_exchange_is_reported_in_the_words_of_ssh() {
    let site = Site::new();
    let options = ["-v", "-o", "KexAlgorithms=curve25519-sha256", "-o", "RekeyLimit=16K"];
    let destination = [&format!("{}@127.0.0.1", site.sshd.user()), "head -c 50000 /dev/urandom"];
    let port = site.sshd.port().to_string();
    for more in [
        &["-c", "aes128-ctr", "-m", "hmac-sha2-256"][..],
        &["-c", "aes256-gcm@openssh.com", "-C"],
        &["-c", "chacha20-poly1305@openssh.com"],
    ] {
        let given = [&options[..], more, &["-p", &port]].concat();
        let record = format!("UserKnownHostsFile={}", site.home.path(".ssh/known_hosts").display());
        let ssh = site.home.peer("ssh").args(["-F", "none", "-i", "id_ed25519", "-o", &record]);
        let theirs = ssh.args(given.clone()).args(destination).run();
        let as_ssh = site.home.shell(&format!(
            "ln -sf \"$(command -v sshc)\" ssh; ./ssh -F none --key id_ed25519 {} {} '{}'",
            given.join(" "),
            destination[0],
            destination[1],
        ));
        let (as_ssh, own) = (as_ssh.run(), site.sshc(given).args(destination).run());
        for ran in [&theirs, &as_ssh, &own] {
            assert_eq!(ran.code(), 0, "{}", ran.stderr());
        }
        let [theirs, ours, own] = [&theirs, &as_ssh, &own].map(|ran| exchanges(ran.stderr()));
        assert_eq!(ours.get(..5), theirs.get(..5), "{more:?}");
        let count = ours.iter().filter(|line| **line == "debug1: SSH2_MSG_NEWKEYS sent").count();
        assert!(count > 1, "the rekeying is logged, too: {ours:?}");
        // By our own name they begin with the time.
        let plain = |line: &str| line.split_once("kex: ").map(|(_, rest)| rest.to_owned());
        assert_eq!(own.iter().map(|it| plain(it)).next(), ours.iter().map(|it| plain(it)).next());
        assert!(own.iter().all(|line| line.starts_with("sshc: ")), "{own:?}");
    }
}
