//! How long each side waits for the other: readers that pause, lines that are dead, computers that slept.

use std::io::Read as _;

use harness::sshd::Sshd;
use rustix::process::Signal;

use super::paths::quoted;
use super::{Site, noise};

/// A server that gives up clients who do not answer for two seconds.
fn impatient() -> Site {
    Site::with(Sshd::setup().option("ClientAliveInterval 1").option("ClientAliveCountMax 2"))
}

/// Comes back when the server has given up somebody who was there later than all before.
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
    // More than the line itself holds.
    let sent = noise(3, 40 << 20);
    let bulk = site.home.write("bulk", &sent);
    let (mut reader, writer) = std::io::pipe().expect("descriptors are left");
    let reading = site.run(&format!("cat {}", bulk.display())).stdout_to(writer).start();
    let mut heard = vec![0; 1000];
    reader.read_exact(&mut heard).expect("it begins");
    for _ in 0..2 {
        outlast(&site);
    }
    reader.read_to_end(&mut heard).expect("it is a pipe");
    let ran = reading.finish();
    assert_eq!((ran.code(), ran.stderr()), (0, ""));
    assert!(heard == sent, "{} bytes", heard.len());
}

#[test]
fn a_dead_line_is_noticed_by_one_who_only_sends() {
    let site = Site::new();
    let target = site.sshd.target();
    // In a network of its own, with little room for what is not acknowledged, as on a slow line.
    let script = format!(
        "set -e; : > sshd.log; ip link set lo up; echo 4096 16384 65536 > /proc/sys/net/ipv4/tcp_wmem
         {} -D -e -f {} 2> sshd.log & sshd=$!; trap 'kill $sshd' EXIT
         until grep -q listening sshd.log; do :; done
         sshc -F none --key id_ed25519 --keepalive 300ms {target} 'cat > /dev/null' < /dev/zero & sshc=$!
         until awk '/lo:/ {{ exit $2 < 10000000 }}' /proc/net/dev; do :; done
         ip link set lo down; wait $sshc || echo status $?",
        harness::home::installed("sshd").display(),
        site.sshd.config_file().display(),
    );
    let ran = site.home.shell(&format!("unshare --net sh -c {}", quoted(&script))).run();
    let lost =
        format!("the connection to {} was lost: the server stopped answering", site.sshd.address());
    assert_eq!((ran.stdout(), ran.stderr()), ("status 255\n", format!("sshc: {lost}\n").as_str()));
}
