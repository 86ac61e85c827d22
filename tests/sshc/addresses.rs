//! Which of a host's addresses is connected to, and from which of ours.

use std::time::Duration;

use super::Site;
use super::paths::quoted;

#[test]
fn the_server_sees_the_address_that_we_are_to_come_from() {
    let site = Site::new();
    let target = site.sshd.target();
    let command = "echo ${SSH_CONNECTION%% *}";
    for (options, from) in [
        (&["-o", "BindAddress=127.0.0.2"][..], "127.0.0.2\n"),
        (&["-b", "127.0.0.3"], "127.0.0.3\n"),
        (&[], "127.0.0.1\n"),
    ] {
        let ran = site.sshc(options.iter().copied()).args([&target, command]).run();
        assert_eq!(ran.quiet_success(), from, "{options:?}");
    }
}

#[test]
fn an_address_that_is_not_ours_is_named() {
    let site = Site::new();
    let said = site.sshc(["-b", "10.99.99.99", &site.sshd.target(), "true"]).run().failure(255);
    let place = site.sshd.address();
    assert_eq!(
        said,
        format!("sshc: cannot connect to {place}: 10.99.99.99 is no address of this computer\n")
    );
}

/// What a dead address may cost: RFC 8305's pause before the next is tried, four times over for a busy machine. One that
/// is waited for costs ten seconds at least.
const PATIENCE: Duration = Duration::from_secs(2);

#[test]
fn a_dead_address_of_a_name_costs_a_moment() {
    let site = Site::new();
    let (config, pin) = (site.sshd.config_file(), site.sshd.fingerprint("ed25519"));
    let (user, host) = (site.sshd.user(), "two-addresses.test");
    site.home.write("hosts", format!("fd00::7 {host}\n10.9.0.7 {host}\n"));
    // In a network of its own: IPv6 is preferred there, and every packet to that address is lost.
    let script = format!(
        "set -e; : > sshd.log; ip link set lo up; mount --bind hosts /etc/hosts
         ip addr add 10.9.0.7/32 dev lo; ip -6 addr add fd00::7/128 dev lo nodad
         ip -6 addr add fd00::8/128 dev lo nodad
         sed '/^AddressFamily/d
              s/^ListenAddress .*/ListenAddress 10.9.0.7:22\\nListenAddress [fd00::7]:22/' {} > moved_config
         {} -D -e -f $PWD/moved_config 2> sshd.log & sshd=$!; trap 'kill $sshd' EXIT
         until [ $(grep -c listening sshd.log) = 2 ]; do :; done
         sshc() {{ timeout $patience sshc -F none --key id_ed25519 --host-key {pin} \\
             {user}@{host} 'set -- $SSH_CONNECTION; echo $3'; }}
         patience=60; sshc
         nft 'add table inet line; add chain inet line dead {{ type filter hook input priority 0; }}
              add rule inet line dead ip6 daddr fd00::7 counter drop'
         patience={}; sshc
         nft list table inet line | grep -c 'packets 0 ' || true",
        config.display(),
        harness::home::installed("sshd").display(),
        PATIENCE.as_secs(),
    );
    let ran = site.home.shell(&format!("unshare --net --mount sh -c {}", quoted(&script))).run();
    assert_eq!((ran.stdout(), ran.stderr()), ("fd00::7\n10.9.0.7\n0\n", ""));
}
