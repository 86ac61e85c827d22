//! One of a hundred connections stops reading while its sender goes on.
//!
//! `SSHC_STALLED_SECONDS=60 cargo test -p tests --test all sshc::stalled` is the slow run.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use harness::agent::Agent;
use harness::hostile::Hostile;
use harness::invocation::Running;
use harness::process::memory_kib;
use harness::{DEADLINE, until};
use rustix::net::sockopt::set_socket_linger;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::reconnect::fetch;
use super::tunnels::{by_socks, connect, converse, open, port, shouting};
use super::{Site, noise};

/// What each of the other connections receives.
const SHORT: usize = 512 << 10;

/// One part of what the stalled connection is sent.
const PART: usize = 8 << 20;

/// The number of parts, and the pause between them: a second if a slow run was asked for.
fn parts() -> (u64, Duration) {
    match std::env::var("SSHC_STALLED_SECONDS") {
        Ok(seconds) => (seconds.parse().expect("a number"), Duration::from_secs(1)),
        Err(_) => (6, Duration::ZERO),
    }
}

/// Sends noise: the first byte that it receives is the seed; 0 asks for all parts.
fn service(sent: &Arc<AtomicBool>) -> Hostile {
    let sent = Arc::clone(sent);
    Hostile::with(move |mut stream| {
        let mut seed = [0];
        if stream.read_exact(&mut seed).is_err() {
            return;
        }
        if seed != [0] {
            // The test may have failed meanwhile, here and below.
            let _ = stream.write_all(&noise(seed[0].into(), SHORT));
            return;
        }
        let (parts, pause) = parts();
        for part in 0..parts {
            let _ = stream.write_all(&noise(1000 + part, PART));
            thread::park_timeout(pause);
        }
        sent.store(true, Ordering::SeqCst);
    })
}

/// Resident memory in KiB.
fn resident(running: &Running) -> u64 {
    memory_kib(running.id(), "VmRSS").expect("it runs")
}

/// Uses the other 99 connections at once.
fn others(port: u16) {
    let others = (1..=99_u8).map(|seed| {
        thread::spawn(move || {
            let mut stream = connect(port);
            stream.write_all(&[seed]).expect("the tunnel listens");
            let mut heard = Vec::new();
            stream.read_to_end(&mut heard).expect("it arrives");
            assert!(heard == noise(seed.into(), SHORT), "connection {seed} is not what was sent");
        })
    });
    for other in others.collect::<Vec<_>>() {
        other.join().expect("the connection is whole");
    }
}

#[test]
fn a_stalled_connection_holds_up_no_other_and_loses_nothing() {
    let site = Site::new();
    let sent = Arc::<AtomicBool>::default();
    let service = service(&sent);
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let target = site.sshd.target();
    let session = site.sshc(["--print-forwards", "-L", &forward, &target, "cat"]);
    let mut session = session.stdin_open().start();
    let mut end = session.stdout.wait_for_after(0, "\n");
    let said: Value = serde_json::from_str(&session.stdout.text()).expect("JSON");
    let port = port(&said);
    let mut stalled = connect(port);
    stalled.write_all(&[0]).expect("the tunnel listens");
    let mut start = [0; 8];
    stalled.read_exact(&mut start).expect("it begins");
    // From here on it reads nothing, while the others come and go.
    let (parts_sent, pause) = parts();
    let deadline = Instant::now() + DEADLINE + pause * u32::try_from(parts_sent).expect("few");
    while !sent.load(Ordering::SeqCst) {
        assert!(Instant::now() < deadline, "its sender is held up");
        others(port);
        session.send("and the shell\n");
        end = session.stdout.wait_for_after(end, "and the shell\n");
        assert!(resident(&session) < 64 << 10, "{} KiB", resident(&session));
    }
    let mut heard = Sha256::new_with_prefix(start);
    let mut block = vec![0; 1 << 20];
    while let read @ 1.. = stalled.read(&mut block).expect("it arrives") {
        heard.update(&block[..read]);
    }
    let mut expected = Sha256::new();
    (0..parts().0).for_each(|part| expected.update(noise(1000 + part, PART)));
    assert_eq!(heard.finalize(), expected.finalize(), "the stalled one lost bytes");
    drop(stalled);
    assert_eq!(session.finish().code(), 0);
}

#[test]
fn a_stalled_remote_socks_connection_holds_up_no_other() {
    const BYTES: usize = 32 << 20;
    let site = Site::new();
    let (wake, asleep) = mpsc::channel::<()>();
    let (sender, receiver) = mpsc::channel();
    let asleep = Mutex::new(asleep);
    let sleeper = Hostile::with(move |mut stream| {
        // The test may have failed meanwhile, here and below.
        let _ = asleep.lock().map(|asleep| asleep.recv());
        let mut heard = Vec::new();
        let _ = stream.read_to_end(&mut heard);
        let _ = sender.send(heard);
    });
    let awake = shouting();
    let forward = format!("auto:127.0.0.1:{}", awake.port());
    let options = ["--print-forwards", "-L", &forward, "-R", "0"];
    let session = site.sshc(options).args([&site.sshd.target(), "cat; exit 3"]);
    let mut session = session.stdin_open().start();
    let end = session.stdout.wait_for_after(0, "\n");
    let _ = session.stdout.wait_for_after(end, "\n");
    let lines = session.stdout.text();
    let ports = lines.lines().map(|line| port(&serde_json::from_str(line).expect("JSON")));
    let [other, proxy] = ports.collect::<Vec<_>>()[..] else { panic!("{lines}") };
    let mut sender = by_socks(proxy, sleeper.port());
    let sending = thread::spawn(move || {
        sender.write_all(&noise(1, BYTES)).expect("the peer reads it");
        sender.shutdown(Shutdown::Write).expect("it is connected");
        sender
    });
    until("all is sent", || {
        assert_eq!(converse(&connect(other), b"go on"), b"GO ON");
        sending.is_finished()
    });
    let mut sender = sending.join().expect("all was sent");
    // The end of the session does not cut it short either.
    session.close_stdin();
    wake.send(()).expect("the sleeper waits");
    let heard = receiver.recv_timeout(DEADLINE).expect("it arrives");
    assert!(heard == noise(1, BYTES), "{} bytes", heard.len());
    assert_eq!(sender.read(&mut [0]).expect("it ends"), 0);
    assert_eq!(session.finish().code(), 3);
}

/// Waits until the program has an unlinked file in this folder.
fn wait_for_file_in(folder: &Path, running: &Running) {
    let files = format!("/proc/{}/fd", running.id());
    until(&format!("something waits in {}", folder.display()), || {
        fs::read_dir(&files)
            .expect("it runs")
            .flatten()
            .any(|file| fs::read_link(file.path()).is_ok_and(|it| it.parent() == Some(folder)))
    });
}

#[test]
fn what_waits_is_where_the_user_wants_it_or_large_files_belong() {
    let site = Site::new();
    let service = service(&Arc::default());
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let target = site.sshd.target();
    let sshc = || site.sshc(["-N", "--print-forwards", "-L", &forward, &target]);
    for (sshc, folder) in
        [(sshc(), site.home.path(".tmp")), (sshc().env_remove("TMPDIR"), PathBuf::from("/var/tmp"))]
    {
        let running = sshc.start();
        running.stdout.wait_for("\n");
        let said: Value = serde_json::from_str(&running.stdout.text()).expect("JSON");
        let mut stalled = connect(port(&said));
        stalled.write_all(&[0]).expect("the tunnel listens");
        wait_for_file_in(&folder, &running);
    }
}

/// Checks that `sshc` does not grow with connections that come and go.
fn leaves_nothing_behind(running: &Running, come_and_go: impl Fn()) {
    (0..300).for_each(|_| come_and_go());
    let before = resident(running);
    (0..2000).for_each(|_| come_and_go());
    let grown = resident(running).saturating_sub(before);
    assert!(grown < 4 << 10, "{grown} KiB");
}

#[test]
fn connections_that_are_over_leave_nothing_behind() {
    let site = Site::new();
    let service = Hostile::saying_and_closing("thank you");
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let (running, forwards) = open(&site, &["-L", &forward]);
    let port = port(&forwards[0]);
    leaves_nothing_behind(&running, || assert_eq!(fetch(port), "thank you"));
}

#[test]
fn aborted_connections_leave_nothing_behind() {
    let site = Site::new();
    let service = Hostile::saying("welcome");
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let (running, forwards) = open(&site, &["-L", &forward]);
    let port = port(&forwards[0]);
    leaves_nothing_behind(&running, || {
        let mut stream = connect(port);
        stream.read_exact(&mut [0; 7]).expect("the tunnel listens");
        // Closing with a linger time of zero sends a reset.
        set_socket_linger(&stream, Some(Duration::ZERO)).expect("it is a socket");
    });
}

#[test]
fn requests_to_a_forwarded_agent_leave_nothing_behind() {
    const LIST: [u8; 5] = [0, 0, 0, 1, 11];
    let mut site = Site::new();
    let agent = Agent::openssh(&site.home);
    site.home.set("SSH_AUTH_SOCK", agent.socket());
    let target = site.sshd.target();
    let session = site.sshc(["-A", &target, "echo $SSH_AUTH_SOCK; cat"]).stdin_open().start();
    session.stdout.wait_for("\n");
    let socket = session.stdout.text();
    leaves_nothing_behind(&session, || {
        let mut stream = UnixStream::connect(socket.trim()).expect("it is forwarded");
        stream.write_all(&LIST).expect("the peer listens");
        stream.read_exact(&mut [0; 9]).expect("an answer: no keys");
        stream.shutdown(Shutdown::Write).expect("it is connected");
        assert_eq!(stream.read(&mut [0]).expect("it ends"), 0);
    });
}
