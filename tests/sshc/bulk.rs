//! Every path that bytes take, in both directions, checked by SHA-256; also over a network that
//! loses packets and with re-keying.
//!
//! `SSHC_BULK_MB=1000 cargo test -p tests --test all sshc::bulk` is the slow run.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use harness::hostile::Hostile;
use harness::sshd::{Sshd, free_port};

use super::proxy::{head, proxy, say, with_gate};
use super::tunnels::{by_socks, connect, open, port};
use super::{Site, noise};

/// The length of a digest and its line end.
const DIGEST: usize = 65;

/// A file of 16 MB, or of `SSHC_BULK_MB` megabytes, and its digest.
fn bulk(site: &Site) -> (PathBuf, String) {
    let megabytes: usize = std::env::var("SSHC_BULK_MB")
        .map_or(16, |count| count.parse().expect("SSHC_BULK_MB is a number"));
    let path = site.home.path("bulk");
    let mut file = File::create(&path).expect("the home is ours");
    for seed in 0..megabytes {
        file.write_all(&noise(seed as u64, 1_000_000)).expect("there is room");
    }
    let digest = digest(File::open(&path).expect("it was written"));
    (path, digest)
}

/// The digest as `sha256sum` prints it, with the line end.
fn digest(bytes: impl Into<Stdio>) -> String {
    let summed = Command::new("sha256sum").stdin(bytes).output().expect("it is installed");
    let line = String::from_utf8(summed.stdout).expect("hexadecimal digits");
    format!("{}\n", line.split(' ').next().expect("a digest"))
}

/// Sends back the digest of everything it receives, and then the file.
fn swapping(path: &Path) -> Hostile {
    let path = path.to_owned();
    Hostile::with(move |mut stream| {
        let heard = digest(OwnedFd::from(stream.try_clone().expect("a descriptor is left")));
        let mut file = File::open(&path).expect("it was written");
        // The test may have failed meanwhile.
        let _ = stream.write_all(heard.as_bytes()).and_then(|()| io::copy(&mut file, &mut stream));
    })
}

/// Sends the file through a tunnel to [`swapping`], and checks what both sides received.
fn swap(stream: TcpStream, path: &Path, expected: &str) {
    // A gigabyte takes longer than the timeout for answers.
    stream.set_read_timeout(None).expect("it is a socket");
    let mut sender = stream.try_clone().expect("a descriptor is left");
    let mut file = File::open(path).expect("it was written");
    let sent = thread::spawn(move || {
        io::copy(&mut file, &mut sender).and_then(|_| sender.shutdown(Shutdown::Write))
    });
    let mut heard = [0; DIGEST];
    (&stream).read_exact(&mut heard).expect("the service answers");
    sent.join().expect("no panic").expect("the tunnel takes it");
    assert_eq!(heard, expected.as_bytes(), "on the way up");
    assert_eq!(digest(OwnedFd::from(stream)), expected, "on the way down");
}

/// Swaps the file with a remote command, through its standard streams.
fn swap_by_command(site: &Site, options: &[&str], path: &Path, expected: &str) {
    let target = site.sshd.target();
    let reading = format!("cat {}", path.display());
    for (command, stdin) in [("sha256sum", path), (&*reading, Path::new("/dev/null"))] {
        let running = site.sshc(options.iter().copied()).args([&target, command]);
        let out = site.home.path("out");
        let ran = running
            .stdin_from(File::open(stdin).expect("it is there"))
            .stdout_to(File::create(&out).expect("the home is ours"))
            .run();
        assert_eq!(ran.code(), 0, "{command}: {}", ran.stderr());
        let said = match command {
            "sha256sum" => site.home.read_text("out").replace("  -", ""),
            _ => digest(File::open(&out).expect("it was written")),
        };
        assert_eq!(said, expected, "{command}");
    }
}

#[test]
fn a_command_s_streams_are_whole() {
    let site = Site::new();
    let (path, expected) = bulk(&site);
    swap_by_command(&site, &[], &path, &expected);
}

#[test]
fn streams_through_jump_hosts_and_proxies_are_whole() {
    let (site, gate) = with_gate();
    let (path, expected) = bulk(&site);
    let command = format!("sshc --key id_ed25519 -W %h:%p {}", gate.target());
    let (server, _) = proxy(site.sshd.address(), |client| {
        let _ = head(client);
        say(client, b"HTTP/1.1 200 OK\r\n\r\n");
        true
    });
    let proxy = format!("http://{}", server.address());
    for way in [["-J", &gate.target()], ["--proxy-command", &command], ["--proxy", &proxy]] {
        swap_by_command(&site, &way, &path, &expected);
    }
}

#[test]
fn local_remote_and_dynamic_forwards_are_whole() {
    let site = Site::new();
    let (path, expected) = bulk(&site);
    let service = swapping(&path);
    let (goal, far) = (format!("127.0.0.1:{}", service.port()), free_port());
    let (local, remote) = (format!("auto:{goal}"), format!("127.0.0.1:{far}:{goal}"));
    let (_running, forwards) = open(&site, &["-L", &local, "-R", &remote, "-D", "auto"]);
    swap(connect(port(&forwards[0])), &path, &expected);
    swap(connect(far), &path, &expected);
    let dynamic = forwards.iter().find(|it| it["direction"] == "dynamic").expect("it listens");
    swap(by_socks(port(dynamic), service.port()), &path, &expected);
}

/// A Unix socket for the service, from which every connection is passed on to a port.
fn by_socket(socket: &Path, port: u16) {
    let listener = UnixListener::bind(socket).expect("the name is free");
    thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            let far = connect(port);
            far.set_read_timeout(None).expect("it is a socket");
            thread::scope(|scope| {
                // Either side may have left if the test has failed.
                scope.spawn(|| {
                    let _ = io::copy(&mut &near, &mut &far);
                    let _ = far.shutdown(Shutdown::Write);
                });
                let _ = io::copy(&mut &far, &mut &near);
                let _ = near.shutdown(Shutdown::Write);
            });
        }
    });
}

#[test]
fn unix_sockets_are_whole() {
    let site = Site::new();
    let (path, expected) = bulk(&site);
    let service = swapping(&path);
    let [here, there, far] = ["here", "there", "far"].map(|name| site.home.path(name));
    by_socket(&there, service.port());
    let [local, remote] =
        [&here, &far].map(|from| format!("{}:{}", from.display(), there.display()));
    let (_running, _forwards) = open(&site, &["-L", &local, "-R", &remote]);
    for socket in [here, far] {
        let stream = OwnedFd::from(UnixStream::connect(&socket).expect("it listens"));
        // The calls are the same for every stream socket.
        swap(TcpStream::from(stream), &path, &expected);
    }
}

#[test]
fn standard_streams_that_are_a_connection_are_whole() {
    let site = Site::new();
    let (path, expected) = bulk(&site);
    let service = swapping(&path);
    let goal = format!("127.0.0.1:{}", service.port());
    let out = site.home.path("out");
    let ran = site
        .sshc(["-W", &goal, &site.sshd.target()])
        .stdin_from(File::open(&path).expect("it was written"))
        .stdout_to(File::create(&out).expect("the home is ours"))
        .run();
    assert_eq!((ran.code(), ran.stderr()), (0, ""));
    let mut out = File::open(&out).expect("it was written");
    let mut heard = [0; DIGEST];
    out.read_exact(&mut heard).expect("the service answered");
    assert_eq!(heard, expected.as_bytes(), "on the way up");
    assert_eq!(digest(out), expected, "on the way down");
}

#[test]
fn rekeying_during_a_transfer_changes_nothing() {
    let site = Site::with(Sshd::setup().option("LogLevel DEBUG1"));
    let (path, expected) = bulk(&site);
    for limit in ["RekeyLimit=1M", "RekeyLimit=default 1s"] {
        swap_by_command(&site, &["-o", limit], &path, &expected);
    }
    let exchanges = |site: &Site| site.sshd.log().text().matches("rekeying").count();
    assert!(exchanges(&site) > 10, "{}", exchanges(&site));
    let service = swapping(&path);
    let goal = format!("auto:127.0.0.1:{}", service.port());
    let before = exchanges(&site);
    let (_running, forwards) = open(&site, &["-o", "RekeyLimit=1M", "-L", &goal]);
    let tunnel = port(&forwards[0]);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| swap(connect(tunnel), &path, &expected));
        }
    });
    assert!(exchanges(&site) > before + 10, "{}", exchanges(&site));
}

#[test]
fn a_network_that_loses_packets_changes_nothing() {
    let site = Site::new();
    let (path, expected) = bulk(&site);
    let (bulk, target) = (path.display(), site.sshd.target());
    let login = format!("sshc -F none --key id_ed25519 {target}");
    // In a network namespace of its own, where every twentieth packet is lost; the same server is
    // started again there.
    let script = format!(
        "set -e; : > sshd.log; ip link set lo up
         nft 'add table inet line; add chain inet line lossy {{ type filter hook input priority 0; }}
              add rule inet line lossy numgen random mod 20 0 counter drop'
         {} -D -e -f {} 2> sshd.log & trap 'kill $!' EXIT
         until grep -q listening sshd.log; do :; done
         {login} sha256sum < {bulk}; {login} 'cat {bulk}' | sha256sum
         nft list table inet line | grep -c 'packets 0 ' || true",
        harness::programs::installed("sshd").display(),
        site.sshd.config_file().display(),
    );
    let ran = site.home.shell(&format!("unshare --net sh -c {}", quoted(&script))).run();
    let digest = expected.trim();
    assert_eq!(ran.quiet_success(), format!("{digest}  -\n{digest}  -\n0\n"));
}

pub(super) fn quoted(script: &str) -> String {
    format!("'{}'", script.replace('\'', r"'\''"))
}
