//! Clusters that boot at random: the port opens, the banner comes, the key arrives, and any of
//! these may start again.
//!
//! `SSHC_BOOTS=200` runs so many boots; `200:SEED` repeats a run.

use std::env;
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use harness::home::Home;
use harness::sshd::Sshd;

use super::{wait_for_failures, waiting, without_key};
use crate::sshc::{noise, public_line};

/// The number of boots in every test run.
const SAMPLE: u64 = 4;

/// One phase of a booting cluster before it accepts a login.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// The port is closed for so many attempts.
    Refuses(usize),
    /// Something listens and closes so many connections without a message.
    Closes(usize),
    /// Something listens and sends nothing to one connection until the client leaves.
    IsSilent,
    /// The server runs without the key for so many attempts, and then restarts.
    LacksTheKey(usize),
}

/// The phases of a boot, from random bytes.
fn phases(bytes: &[u8]) -> Vec<Phase> {
    let (count, rest) = bytes.split_first().expect("there are bytes");
    let (kinds, _) = rest.as_chunks::<2>();
    let phase = |[kind, count]: &[u8; 2]| match (kind % 4, usize::from(count % 3) + 1) {
        (0, attempts) => Phase::Refuses(attempts),
        (1, attempts) => Phase::Closes(attempts),
        (2, _) => Phase::IsSilent,
        (_, attempts) => Phase::LacksTheKey(attempts),
    };
    kinds.iter().take(usize::from(count % 4) + 1).map(phase).collect()
}

/// Acts out the phase in place of the server, which is stopped before and after.
fn pass(phase: Phase, home: &Home, sshd: &mut Sshd) {
    // The stopped server may still be releasing the port.
    let bound = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok();
    let listen = || harness::awaited("the port is free", || bound(sshd.port()));
    let failures = |code: &str| {
        let log = std::fs::read_to_string(home.path("log")).unwrap_or_default();
        log.matches(&format!("\"reason\":\"{code}\"")).count()
    };
    match phase {
        Phase::Refuses(count) => wait_for_failures(home, "refused", failures("refused") + count),
        Phase::Closes(count) => {
            let listener = listen();
            (0..count).for_each(|_| drop(listener.accept().expect("the peer waits")));
        }
        Phase::IsSilent => {
            let (mut stream, _) = listen().accept().expect("the peer waits");
            let mut heard = Vec::new();
            stream.read_to_end(&mut heard).expect("a client says what it is, and goes");
            assert!(heard.starts_with(b"SSH-2.0-"), "{heard:?}");
        }
        Phase::LacksTheKey(count) => {
            sshd.restart();
            wait_for_failures(home, "key-not-welcome", failures("key-not-welcome") + count);
            check_log(sshd);
            sshd.stop();
        }
    }
}

fn check_log(sshd: &Sshd) {
    let log = sshd.log().text();
    assert!(!log.contains("activating") && !log.contains("drop connection"), "{log}");
}

/// Runs one boot; returns how late the login was.
fn boot(phases: &[Phase], key_is_last: bool) -> Duration {
    let (home, mut sshd) = without_key();
    let target = format!("root@{}", sshd.address());
    sshd.stop();
    let running = waiting(&home, &target, ["--key", "id_ed25519"]);
    for phase in phases {
        pass(*phase, &home, &mut sshd);
    }
    let key = public_line(&home.path("id_ed25519"));
    let since = if key_is_last {
        sshd.restart();
        sshd.log().wait_for("Failed publickey");
        sshd.authorize(&key);
        Instant::now()
    } else {
        sshd.authorize(&key);
        sshd.restart();
        Instant::now()
    };
    let ran = running.finish();
    let late = since.elapsed();
    check_log(&sshd);
    assert_eq!(ran.quiet_success(), "", "{phases:?}");
    late
}

/// How long a login takes if nothing has to be waited for.
fn plain() -> Duration {
    let (home, sshd) = without_key();
    sshd.authorize(&public_line(&home.path("id_ed25519")));
    let begin = Instant::now();
    let running = waiting(&home, &format!("root@{}", sshd.address()), ["--key", "id_ed25519"]);
    assert_eq!(running.finish().code(), 0);
    begin.elapsed()
}

#[test]
fn random_boots_end_logged_in_in_time_and_without_a_penalty() {
    let wish = env::var("SSHC_BOOTS").unwrap_or_else(|_| SAMPLE.to_string());
    let (count, seed) = wish.split_once(':').unwrap_or((&wish, "20261129"));
    let (count, seed): (u64, u64) = (
        count.parse().expect("SSHC_BOOTS is a number"),
        seed.parse().expect("the seed is a number"),
    );
    for boot_number in 0..count {
        let bytes = noise(seed.wrapping_add(boot_number), 64);
        let (phases, key_is_last) = (phases(&bytes[16..]), bytes[0].is_multiple_of(2));
        let late = boot(&phases, key_is_last);
        let most = Duration::from_secs(2) + 2 * plain();
        assert!(late < most, "{late:?} after boot {boot_number} of {seed}: {phases:?}");
    }
}
