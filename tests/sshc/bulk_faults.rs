//! Faults during a bulk transfer of every kind: never a success, never wrong bytes, never without a
//! reason.
//!
//! `SSHC_BULK_FAULTS=500 cargo test -p tests --test all sshc::bulk_faults` is the slow run.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use harness::DEADLINE;
use harness::hostile::Hostile;
use harness::invocation::{Invocation, Running};
use harness::sshd::{Sshd, free_port};
use rustix::process::Signal;

use super::faults::says_why;
use super::proxy::{head, proxy, say};
use super::relay::{Fault, Relay};
use super::tunnels::{by_socks, connect, open_by, port};
use super::{Site, noise, public_line};

const BYTES: usize = 3 << 20;

/// Every login is over after this many bytes; within so many bytes of the end, it may have been
/// announced.
const MARGIN: usize = 64 << 10;

/// Notices a silent connection quickly.
const KEEPALIVE: [&str; 2] = ["--keepalive", "500ms"];

const FAULTS: [Fault; 6] =
    [Fault::Cut, Fault::Reset, Fault::Silence, Fault::Gap, Fault::Noise, Fault::Pause];

/// How the bytes are transferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transfer {
    Command,
    ThroughAHost,
    ThroughAProxy,
    Streams,
    Local,
    Remote,
    Dynamic,
}

const WAYS: [Transfer; 7] = [
    Transfer::Command,
    Transfer::ThroughAHost,
    Transfer::ThroughAProxy,
    Transfer::Streams,
    Transfer::Local,
    Transfer::Remote,
    Transfer::Dynamic,
];

/// A server, a gateway to it, and the bytes to send.
struct Servers {
    site: Site,
    gate: Sshd,
    sent: Vec<u8>,
}

impl Servers {
    fn new() -> Self {
        let site = Site::new();
        let line = public_line(&site.home.path("id_ed25519"));
        let gate = Sshd::setup().authorize(line).host_key_type("ed25519").start();
        // Relays have ports of their own.
        let known =
            [&site.sshd, &gate].map(|sshd| format!("[127.0.0.1]:* {}\n", sshd.host_key("ed25519")));
        site.home.write(".ssh/known_hosts", known.concat());
        let sent = noise(1, BYTES);
        site.home.write("bulk", &sent);
        Self { site, gate, sent }
    }

    /// Causes one fault at one place, and judges the outcome.
    fn disturb(&self, way: Transfer, up: bool, fault: Fault, place: usize) {
        let at = format!("{way:?} {} {fault:?} at {place}", if up { "up" } else { "down" });
        let (most_up, most_down) = if up { (place, usize::MAX) } else { (usize::MAX, place) };
        let faulty_relay = |to| Relay::failing(to, fault, most_up, most_down);
        let server = self.site.sshd.address();
        let user = self.site.sshd.user();
        let begin = Instant::now();
        match way {
            Transfer::Command => {
                let relay = faulty_relay(server);
                let target = format!("{user}@{}", relay.address());
                self.by_command(self.sshc(&[]).arg(target), up, fault, &at);
            }
            Transfer::ThroughAHost => {
                let relay = faulty_relay(self.gate.address());
                let jump = format!("{user}@{}", relay.address());
                let sshc = self.sshc(&["-J", &jump]).arg(self.site.sshd.target());
                self.by_command(sshc, up, fault, &at);
            }
            Transfer::ThroughAProxy => {
                let (proxy, _) = proxy(server, |client| {
                    let _ = head(client);
                    say(client, b"HTTP/1.1 200 OK\r\n\r\n");
                    true
                });
                let relay = faulty_relay(proxy.address());
                let url = format!("http://{}", relay.address());
                let sshc = self.sshc(&["--proxy", &url]).arg(self.site.sshd.target());
                self.by_command(sshc, up, fault, &at);
            }
            Transfer::Streams => {
                let (service, heard) = self.service(up);
                let relay = faulty_relay(server);
                let goal = format!("127.0.0.1:{}", service.port());
                let target = format!("{user}@{}", relay.address());
                let sshc = self.sshc(&["-W", &goal, &target]);
                let sshc = if up { sshc.stdin(self.sent.clone()) } else { sshc };
                let ran = sshc.run();
                relay.hang_up();
                let arrived = if up {
                    heard.recv_timeout(DEADLINE).expect(&at).0
                } else {
                    ran.stdout.clone()
                };
                self.judge(fault, &arrived, ran.code(), ran.stderr(), &at);
            }
            Transfer::Local | Transfer::Remote | Transfer::Dynamic => {
                self.by_tunnel(&faulty_relay(server), way, up, fault, &at);
            }
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "{at}: {:?}", begin.elapsed());
    }

    fn sshc(&self, options: &[&str]) -> Invocation {
        self.site.sshc(KEEPALIVE).args(options.iter().copied())
    }

    fn by_command(&self, sshc: Invocation, up: bool, fault: Fault, at: &str) {
        // In the home: a remote shell that starts late would create the file again, and only the
        // home is cleaned up.
        let home = self.site.home.folder();
        let kept = tempfile::NamedTempFile::new_in(home).expect("a file can be made");
        let ran = if up {
            sshc.arg(format!("cat > {}", kept.path().display())).stdin(self.sent.clone()).run()
        } else {
            sshc.arg(format!("cat {}", self.site.home.path("bulk").display())).run()
        };
        let arrived = if up {
            // As much as the server has written by now.
            std::fs::read(kept.path()).expect("it was made")
        } else {
            ran.stdout.clone()
        };
        self.judge(fault, &arrived, ran.code(), ran.stderr(), at);
    }

    fn judge(&self, fault: Fault, arrived: &[u8], code: i32, said: &str, at: &str) {
        if fault == Fault::Pause {
            assert_eq!((code, said), (0, ""), "{at}");
            assert!(arrived == self.sent, "{at}: {} bytes", arrived.len());
        } else {
            assert_eq!(code, 255, "{at}: {said}");
            says_why(said, at);
            assert!(arrived.len() < BYTES && self.sent.starts_with(arrived), "{at}");
        }
    }

    /// Sends all bytes, or (`up`) reports what it received, and whether the stream ended orderly.
    fn service(&self, up: bool) -> (Hostile, mpsc::Receiver<(Vec<u8>, bool)>) {
        let (sender, heard) = mpsc::channel();
        let (sender, sent) = (Mutex::new(sender), Arc::new(self.sent.clone()));
        let service = Hostile::with(move |mut stream| {
            if up {
                let all = read_all(&stream);
                // The test may have failed meanwhile.
                let _ = sender.lock().expect("no thread panicked").send(all);
            } else {
                let _ = stream.write_all(&sent);
            }
        });
        (service, heard)
    }

    fn by_tunnel(&self, relay: &Relay, way: Transfer, up: bool, fault: Fault, at: &str) {
        // With `-R` the callers are on the far side, so the directions are reversed.
        let to_service = up != (way == Transfer::Remote);
        let (service, heard) = self.service(to_service);
        let goal = format!("127.0.0.1:{}", service.port());
        let (forward, far) = (format!("auto:{goal}"), free_port());
        let remote = format!("127.0.0.1:{far}:{goal}");
        let option = match way {
            Transfer::Remote => ["-R", &remote],
            Transfer::Dynamic => ["-D", "auto"],
            _ => ["-L", &forward],
        };
        let target = format!("{}@{}", self.site.sshd.user(), relay.address());
        let options = [&KEEPALIVE[..], &option].concat();
        let (running, forwards) = open_by(&self.site, &target, &options);
        let [output] = forwards.as_slice() else { panic!("{at}: {forwards:?}") };
        let stream = match way {
            Transfer::Remote => connect(far),
            Transfer::Dynamic => by_socks(port(output), service.port()),
            _ => connect(port(output)),
        };
        let sender = self.sent.clone();
        let other = stream.try_clone().expect("a descriptor is left");
        let sending = to_service.then(|| {
            // The write fails, or the server discards the bytes.
            thread::spawn(move || {
                (&other).write_all(&sender).and_then(|()| other.shutdown(Shutdown::Write))
            })
        });
        // Once we have given up a silent connection, end it for the server too.
        if fault != Fault::Pause {
            let _said = running.stderr.wait_for_end();
            relay.hang_up();
        }
        let (arrived, orderly) =
            if to_service { heard.recv_timeout(DEADLINE).expect(at) } else { read_all(&stream) };
        // How connections end on the far side is up to the server.
        let is_ours = !up;
        assert!(
            !is_ours || orderly == (fault == Fault::Pause),
            "{at}: the end looks orderly: {orderly}"
        );
        if let Some(sending) = sending {
            let _ = sending.join().expect("no panic");
        }
        self.judge_tunnel(running, fault, &arrived, at);
    }

    fn judge_tunnel(&self, mut running: Running, fault: Fault, arrived: &[u8], at: &str) {
        if fault == Fault::Pause {
            assert!(arrived == self.sent, "{at}: {} bytes", arrived.len());
            running.signal(Signal::TERM);
            let ran = running.finish();
            assert_eq!((ran.code(), ran.stderr()), (143, ""), "{at}");
        } else {
            let ran = running.finish();
            self.judge(fault, arrived, ran.code(), ran.stderr(), at);
        }
    }
}

/// Everything until the end, and whether that was orderly.
fn read_all(mut stream: &TcpStream) -> (Vec<u8>, bool) {
    let mut all = Vec::new();
    let outcome: io::Result<usize> = stream.read_to_end(&mut all);
    (all, outcome.is_ok())
}

/// The minimum number of faults, and the seed of their places.
fn wanted() -> (usize, u64) {
    let clock = SystemTime::UNIX_EPOCH.elapsed().expect("it is later than 1970");
    let seed = u64::try_from(clock.as_micros()).unwrap_or_default();
    let Ok(text) = std::env::var("SSHC_BULK_FAULTS") else { return (1, seed) };
    let number = |text: &str| text.parse::<u64>().expect("SSHC_BULK_FAULTS is `500` or `500:SEED`");
    let (count, seed) = match text.split_once(':') {
        Some((count, seed)) => (number(count), number(seed)),
        None => (number(&text), seed),
    };
    (usize::try_from(count).expect("a small number"), seed)
}

#[test]
fn bulk_that_is_disturbed_is_never_a_success_and_never_wrong() {
    let servers = Servers::new();
    let (count, seed) = wanted();
    let each: Vec<_> = WAYS
        .into_iter()
        .flat_map(|way| [(way, true), (way, false)])
        .flat_map(|(way, up)| FAULTS.map(|fault| (way, up, fault)))
        .collect();
    let rounds = count.div_ceil(each.len());
    let places = noise(seed, 8 * rounds * each.len());
    let places = places.chunks(8).map(|word| {
        let word = word.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        MARGIN + usize::try_from(word % (BYTES - 2 * MARGIN) as u64).expect("it is small")
    });
    let all: Vec<_> = each.iter().cycle().zip(places).collect();
    let undisturbed = thread::scope(|scope| {
        let shares = [0, 1, 2, 3].map(|share| {
            let (servers, mine) = (&servers, all.iter().skip(share).step_by(4));
            scope.spawn(move || {
                for ((way, up, fault), place) in mine {
                    servers.disturb(*way, *up, *fault, *place);
                }
            })
        });
        shares.map(|share| share.join().is_ok())
    });
    assert_eq!(undisturbed, [true; 4], "again with SSHC_BULK_FAULTS={count}:{seed}");
}
