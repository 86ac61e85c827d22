//! How long each side waits for the other: readers that pause, dead connections, computers that
//! slept.

use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};

use harness::hostile::Hostile;
use harness::sshd::{Sshd, free_port};
use rustix::process::Signal;

use super::LOST_HINT;
use super::bulk::quoted;
use super::reconnect::{fetch, relayed};
use super::tunnels::{open, open_by, port};
use super::{Site, noise};

/// A server that gives up clients that do not answer for two seconds.
fn impatient() -> Site {
    Site::with(Sshd::setup().option("ClientAliveInterval 1").option("ClientAliveCountMax 2"))
}

/// Returns when the server has given up a client that connected later than all others.
fn outlast(site: &Site) {
    let before = site.sshd.log().bytes().len();
    let mut sleeper = site.run("echo up; cat").stdin_open().start();
    sleeper.stdout.wait_for("up\n");
    sleeper.signal(Signal::STOP);
    let _end = site.sshd.log().wait_for_after(before, "Timeout, client not responding");
}

#[test]
fn a_reader_that_pauses_does_not_make_us_look_dead() {
    let site = impatient();
    // More than the connection itself can hold.
    let sent = noise(3, 40 << 20);
    let bulk = site.home.write("bulk", &sent);
    let (mut reader, writer) = std::io::pipe().expect("descriptors are left");
    let reading = site.run(&format!("cat {}", bulk.display())).stdout_to(writer).start();
    let mut heard = vec![0; 1000];
    reader.read_exact(&mut heard).expect("it begins");
    // Long enough that the server has nothing left to write: it must not depend on writing to us.
    for _ in 0..4 {
        outlast(&site);
    }
    reader.read_to_end(&mut heard).expect("it is a pipe");
    let ran = reading.finish();
    assert_eq!((ran.code(), ran.stderr()), (0, ""));
    assert!(heard == sent, "{} bytes", heard.len());
}

#[test]
fn a_dead_connection_is_noticed_even_while_only_sending() {
    let site = Site::new();
    let target = site.sshd.target();
    // In a network namespace of its own, with small send buffers, as on a slow connection.
    let script = format!(
        "set -e; : > sshd.log; ip link set lo up; echo 4096 16384 65536 > /proc/sys/net/ipv4/tcp_wmem
         {} -D -e -f {} 2> sshd.log & sshd=$!; trap 'kill $sshd' EXIT
         until grep -q listening sshd.log; do :; done
         sshc -F none --key id_ed25519 --keepalive 300ms {target} 'cat > /dev/null' < /dev/zero & sshc=$!
         until awk '/lo:/ {{ exit $2 < 10000000 }}' /proc/net/dev; do :; done
         ip link set lo down; wait $sshc || echo status $?",
        harness::programs::installed("sshd").display(),
        site.sshd.config_file().display(),
    );
    let ran = site.home.shell(&format!("unshare --net sh -c {}", quoted(&script))).run();
    let lost =
        format!("the connection to {} was lost: the server stopped answering", site.sshd.address());
    let hint = LOST_HINT;
    let said = format!("sshc: {lost}\nsshc: hint: {hint}\n");
    assert_eq!((ran.stdout(), ran.stderr()), ("status 255\n", said.as_str()));
}

#[test]
fn tunnels_survive_a_sleep_longer_than_the_servers_timeout() {
    let site = impatient();
    let service = Hostile::saying_and_closing("at your service");
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let (mut stays, forwards) = open(&site, &["--reconnect", "-L", &forward]);
    let (mut ends, _) = open(&site, &["-L", &forward]);
    let port = port(&forwards[0]);
    stays.signal(Signal::STOP);
    ends.signal(Signal::STOP);
    for _ in 0..2 {
        outlast(&site);
    }
    // The caller waits until we run again, and then for the connection.
    let caller = std::thread::spawn(move || fetch(port));
    stays.signal(Signal::CONT);
    ends.signal(Signal::CONT);
    assert_eq!(caller.join().expect("it is served"), "at your service");
    assert_eq!(fetch(port), "at your service");
    let ran = ends.finish();
    assert_eq!(ran.code(), 255);
    let lost = format!("sshc: the connection to {} was lost: ", site.sshd.address());
    assert!(ran.stderr().starts_with(&lost), "{}", ran.stderr());
    stays.signal(Signal::TERM);
    let ran = stays.finish();
    assert_eq!((ran.code(), ran.stderr()), (143, ""));
}

#[test]
fn after_a_sleep_the_server_is_asked_before_it_is_given_up() {
    let site = Site::new();
    let target = site.sshd.target();
    let options = ["--keepalive", "200ms", &target, "echo up; cat"];
    let mut sleeper = site.sshc(options).stdin_open().start();
    sleeper.stdout.wait_for("up\n");
    sleeper.signal(Signal::STOP);
    // Another one with the same timeouts loses its connection, three times over.
    for _ in 0..3 {
        let (relay, target) = relayed(&site);
        let other = site.sshc(["--keepalive", "200ms", &target, "echo up; cat"]);
        let other = other.stdin_open().start();
        other.stdout.wait_for("up\n");
        relay.fall_silent();
        other.stderr.wait_for("the server stopped answering\n");
    }
    sleeper.signal(Signal::CONT);
    sleeper.send("still here\n");
    sleeper.stdout.wait_for("still here\n");
    let ran = sleeper.finish();
    assert_eq!((ran.code(), ran.stderr()), (0, ""));
}

#[test]
fn a_port_that_the_lost_connection_still_holds_is_requested_until_it_is_free() {
    let site = Site::new();
    let service = Hostile::saying_and_closing("at your service");
    let (relay, destination) = relayed(&site);
    let wanted = free_port();
    let goal = format!("127.0.0.1:{}", service.port());
    let forward = format!("{wanted}:{goal}");
    let (mut running, _) = open_by(&site, &destination, &["-v", "--reconnect", "-R", &forward]);
    assert_eq!(fetch(wanted), "at your service");
    relay.hang_up();
    // Takes the port before the connection returns, like a server that has not noticed the loss
    // yet.
    let both = [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()];
    let holders = harness::awaited("the port is free", || {
        match both.map(|address| TcpListener::bind((address, wanted))) {
            [Ok(four), Ok(six)] => Some([four, six]),
            _ => None,
        }
    });
    running.stderr.wait_for("the server refused to listen there; asking again");
    drop(holders);
    running.stderr.wait_for(&format!("forwarding the server's localhost:{wanted} to {goal} again"));
    assert_eq!(fetch(wanted), "at your service");
    running.signal(Signal::TERM);
    assert_eq!(running.finish().code(), 143);
}

#[test]
fn a_connection_that_returns_from_another_address_serves_waiting_clients() {
    let site = Site::new();
    let (config, pin) = (site.sshd.config_file(), site.sshd.fingerprint("ed25519"));
    let user = site.sshd.user();
    let script = format!(
        "set -e; : > sshd.log; : > said; : > forwards; ip link set lo up
         for last in 1 2 3; do ip addr add 10.9.0.$last/32 dev lo; done
         ip route replace local 10.9.0.1 dev lo table local src 10.9.0.2
         sed 's/^ListenAddress .*/ListenAddress 10.9.0.1:22/' {} > moved_config
         {} -D -e -f $PWD/moved_config 2> sshd.log & sshd=$!; trap 'kill $sshd $sshc' EXIT
         until grep -q listening sshd.log; do :; done
         sshc -F none --key id_ed25519 --host-key {pin} --keepalive 300ms -v -N --reconnect \\
             --print-forwards -L auto:10.9.0.1:22 {user}@10.9.0.1 > forwards 2> said & sshc=$!
         until grep -q port forwards; do :; done
         nft 'add table inet line; add chain inet line dead {{ type filter hook input priority 0; }}
              add rule inet line dead ip daddr 10.9.0.0/24 drop'
         until grep -q 'stopped answering' said; do :; done
         python3 -c 'import json, socket
caller = socket.create_connection((\"127.0.0.1\", json.load(open(\"forwards\"))[\"port\"]))
print(\"waiting\", flush=True); print(caller.recv(7).decode())' > heard & caller=$!
         until grep -qs waiting heard; do :; done
         ip addr del 10.9.0.2/32 dev lo; ip route replace local 10.9.0.1 dev lo table local src 10.9.0.3
         nft delete table inet line; wait $caller; cat heard
         grep -o 'Connection from 10.9.0.[0-9]*' sshd.log | sort -u",
        config.display(),
        harness::programs::installed("sshd").display(),
    );
    let ran = site.home.shell(&format!("unshare --net sh -c {}", quoted(&script))).run();
    let expected = "waiting\nSSH-2.0\nConnection from 10.9.0.2\nConnection from 10.9.0.3\n";
    assert_eq!((ran.stdout(), ran.stderr()), (expected, ""));
}
