//! Which address of a host `sshc` connects to, and from which of ours.

use std::time::Duration;

use super::Site;
use super::bulk::quoted;

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
        format!(
            "sshc: cannot connect to {place}: 10.99.99.99 is not an address of this computer\n\
             sshc: hint: leave out -4, -6 and --bind-address, or name an address of the wanted family\n"
        )
    );
}

#[test]
fn no_other_interface_is_left_by_than_the_named_one() {
    let site = Site::new();
    let (target, place) = (site.sshd.target(), site.sshd.address());
    let command = "echo ${SSH_CONNECTION%% *}";
    let ran = site.sshc(["-o", "BindInterface=lo", &target, command]).run();
    assert_eq!(ran.quiet_success(), "127.0.0.1\n");
    let said = site.sshc(["-o", "BindInterface=tun\u{e9}99", &target, "true"]).run().failure(255);
    let why = "cannot use the interface `tun\u{e9}99`: No such device";
    let hint = "check this computer's network and its VPN: there is no route to that address";
    assert_eq!(said, format!("sshc: cannot connect to {place}: {why}\nsshc: hint: {hint}\n"));
    // Nothing listens at the address, which the loopback interface reports; the other interface
    // leads nowhere.
    let script = format!(
        "set -e; ip link set lo up; ip link add named type veth; ip link set named up; ip link set veth0 up
         for interface in lo named; do
             sshc -F none --batch --connect-timeout 500ms -o BindInterface=$interface {target} true 2>&1 || :
         done | grep 'cannot connect'"
    );
    let ran = site.home.shell(&format!("unshare --net sh -c {}", quoted(&script))).run();
    let cannot = format!("sshc: cannot connect to {place}: ");
    let late = "no answer from that address within 500ms";
    assert_eq!(ran.stdout(), format!("{cannot}Connection refused\n{cannot}{late}\n"));
}

#[test]
fn a_server_that_is_not_there_yet_is_tried_again() {
    let mut site = Site::new();
    let target = site.sshd.target();
    site.sshd.stop();
    let sshc = |site: &Site, tries: &str| {
        let tries = format!("ConnectionAttempts={tries}");
        site.sshc(["-v", "-o", &tries, &target, "echo in"]).start()
    };
    for (tries, pauses) in [("1", 0), ("2", 1)] {
        let said = sshc(&site, tries).finish().failure(255);
        assert_eq!(said.matches("; trying again").count(), pauses, "{said}");
        assert!(said.contains("\nsshc: cannot connect to "), "{said}");
    }
    let running = sshc(&site, "600");
    running.stderr.wait_for("; trying again\n");
    site.sshd.restart();
    let left = running.finish();
    assert_eq!((left.code(), left.stdout()), (0, "in\n"), "{}", left.stderr());
}

/// Time allowed for a dead address: RFC 8305's pause before the next attempt, times four for a busy
/// machine. Waiting for the address would take at least ten seconds.
const TIME_LIMIT: Duration = Duration::from_secs(2);

#[test]
fn a_dead_address_of_a_name_costs_a_moment() {
    let site = Site::new();
    let (config, pin) = (site.sshd.config_file(), site.sshd.fingerprint("ed25519"));
    let (user, host) = (site.sshd.user(), "two-addresses.test");
    site.home.write("hosts", format!("fd00::7 {host}\n10.9.0.7 {host}\n"));
    // In a network namespace of its own, where IPv6 is preferred and every packet to that address
    // is lost.
    let script = format!(
        "set -e; : > sshd.log; ip link set lo up; mount --bind hosts /etc/hosts
         ip addr add 10.9.0.7/32 dev lo; ip -6 addr add fd00::7/128 dev lo nodad
         ip -6 addr add fd00::8/128 dev lo nodad
         sed '/^AddressFamily/d
              s/^ListenAddress .*/ListenAddress 10.9.0.7:22\\nListenAddress [fd00::7]:22/' {} > moved_config
         {} -D -e -f $PWD/moved_config 2> sshd.log & sshd=$!; trap 'kill $sshd' EXIT
         until [ $(grep -c listening sshd.log) = 2 ]; do :; done
         sshc() {{ timeout $time_limit sshc -F none --key id_ed25519 --host-key {pin} \\
             {user}@{host} 'set -- $SSH_CONNECTION; echo $3'; }}
         time_limit=60; sshc
         nft 'add table inet line; add chain inet line dead {{ type filter hook input priority 0; }}
              add rule inet line dead ip6 daddr fd00::7 counter drop'
         time_limit={}; sshc
         nft list table inet line | grep -c 'packets 0 ' || true",
        config.display(),
        harness::programs::installed("sshd").display(),
        TIME_LIMIT.as_secs(),
    );
    let ran = site.home.shell(&format!("unshare --net --mount sh -c {}", quoted(&script))).run();
    assert_eq!((ran.stdout(), ran.stderr()), ("fd00::7\n10.9.0.7\n0\n", ""));
}
