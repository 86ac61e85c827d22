//! What OpenSSH tests of its own shared connections (`regress/multiplex.sh`), asked of ours.
//!
//! Bulk, `sftp`, `scp`, forwards of ports, `-O stop` and `-O exit` have tests in the modules beside
//! this one.

use std::fs;

use harness::sshd::{Sshd, free_port};
use rustix::process::test_kill_process;

use super::Site;
use super::sharing::{holder, logins, until};
use super::tunnels::{connect, converse, converse_unix, shouting};

/// A site with a master at `here`, made as ssh's users make it.
fn site() -> Site {
    let site = Site::with(Sshd::setup().option("AcceptEnv _XXX_*"));
    let line = site.sshc_line(&format!("-M -S here -fN {} > output 2>&1", site.sshd.target()));
    assert_eq!(site.home.shell(&line).run().quiet_success(), "");
    site
}

/// `-O`, by someone who names nothing but the path and the host.
fn order(site: &Site, words: &[&str]) -> harness::invocation::Finished {
    let sshc = site.home.tool("sshc").args(["-F", "none", "-S", "here", "-O"]);
    sshc.args(words.iter().copied()).arg(site.sshd.target()).run()
}

fn ended(site: &Site) {
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(order(site, &["exit"]).quiet_success(), "");
    until("the socket goes", || !site.home.path("here").exists());
}

#[test]
fn variables_are_the_caller_s() {
    let site = site();
    let target = site.sshd.target();
    let say = "echo \"$_XXX_A $_XXX_B\"";
    for (options, expected) in [
        (&["-o", "SendEnv=_XXX_A"][..], "sent \n"),
        (&["-o", "SetEnv=_XXX_B=set"], " set\n"),
        (&["-o", "SendEnv=_XXX_*", "-o", "SetEnv=_XXX_B=set"], "sent set\n"),
        (&[], " \n"),
    ] {
        let sshc = site.sshc(["-S", "here"]).args(options.iter().copied());
        let ran = sshc.args([&target, say]).env("_XXX_A", "sent").run();
        assert_eq!(ran.quiet_success(), expected, "{options:?}");
    }
    ended(&site);
}

#[test]
fn a_status_is_kept_also_where_the_streams_end_early() {
    let site = site();
    let target = site.sshd.target();
    for status in [0, 1, 4, 5, 44] {
        for early in ["", "exec > /dev/null 2>&1; sleep 0.2; "] {
            let command = format!("exec sh -c '{early}exit {status}'");
            let ran = site.sshc(["-S", "here", "-n", &target, &command]).run();
            assert_eq!((ran.code(), ran.stdout(), ran.stderr()), (status, "", ""), "{early}");
        }
    }
    ended(&site);
}

#[test]
fn control_commands_need_only_the_path() {
    let site = site();
    let checked = order(&site, &["check"]);
    assert!(checked.quiet_success().starts_with("Master running (pid="));
    let (service, near) = (shouting(), free_port());
    let forward = format!("{near}:127.0.0.1:{}", service.port());
    assert_eq!(order(&site, &["forward", "-L", &forward]).quiet_success(), "");
    assert_eq!(converse(&connect(near), b"word"), b"WORD");
    assert_eq!(order(&site, &["cancel", "-L", &forward]).quiet_success(), "");
    until("it is gone", || std::net::TcpStream::connect(("127.0.0.1", near)).is_err());
    ended(&site);
    let none = order(&site, &["check"]).failure(255);
    assert!(none.ends_with("/here`: there is none\n"), "{none}");
}

#[test]
fn sockets_are_forwarded_and_cancelled_as_ports_are() {
    let site = site();
    let service = shouting();
    let path = |name: &str| site.home.path(name).display().to_string();
    let (near, far, on) = (path("near"), path("far"), path("on"));
    let goal = format!("127.0.0.1:{}", service.port());
    let (local, remote) = (format!("{near}:{goal}"), format!("{far}:{goal}"));
    // From a socket to a socket.
    let onward = format!("{on}:{far}");
    assert_eq!(order(&site, &["forward", "-L", &local, "-R", &remote]).quiet_success(), "");
    assert_eq!(order(&site, &["forward", "-L", &onward]).quiet_success(), "");
    for socket in [&near, &far, &on] {
        assert_eq!(converse_unix(socket.as_ref(), b"word"), b"WORD", "{socket}");
    }
    let all = ["cancel", "-L", &local, "-L", &onward, "-R", &remote];
    assert_eq!(order(&site, &all).quiet_success(), "");
    for socket in [&near, &far, &on] {
        let is_gone = || std::os::unix::net::UnixStream::connect(socket).is_err();
        until("nobody listens", is_gone);
    }
    ended(&site);
}

#[test]
fn a_program_goes_on_after_stop_and_its_master_ends_with_it() {
    let site = site();
    let words = ["-S", "here", &site.sshd.target(), "echo started; cat; exit 7"];
    let mut running = site.sshc(words).stdin_open().start();
    running.stdout.wait_for("started\n");
    let checked = order(&site, &["check"]).quiet_success();
    let pid = checked.trim_end_matches(")\n").rsplit('=').next();
    let pid = pid.and_then(|pid| pid.parse().ok()).and_then(rustix::process::Pid::from_raw);
    assert_eq!(order(&site, &["stop"]).quiet_success(), "");
    until("the socket goes", || !site.home.path("here").exists());
    running.send("more\n");
    let left = running.finish();
    assert_eq!((left.code(), left.stdout()), (7, "started\nmore\n"));
    until("the master ends", || test_kill_process(pid.expect("a number")).is_err());
    let said = fs::read_to_string(site.home.path("output")).expect("it was made");
    assert!(said.contains(" was lost: its holder was ended\n"), "{said}");
    assert_eq!(holder(&site), None);
}

#[test]
fn conninfo_describes_the_connection() {
    let site = Site::new();
    let target = site.sshd.target();
    let words = ["-C", "-o", "Ciphers=aes128-ctr", "-o", "KexAlgorithms=curve25519-sha256"];
    let run = |more: &[&str]| site.sshc(["--share"]).args(words).args(more.iter().copied()).run();
    assert_eq!(run(&[&target, "true"]).quiet_success(), "");
    let info = || run(&["-O", "conninfo", &target]).quiet_success();
    let first = info();
    let port = site.sshd.port();
    let lines: Vec<&str> = first.lines().collect();
    let [head, tcp, duration, kex, key, cipher, mac, compression, traffic] = lines[..] else {
        panic!("{first}")
    };
    let check = run(&["-O", "check", &target]).quiet_success();
    let pid = check.trim_start_matches("Master running (pid=").trim_end_matches(")\n");
    assert!(head.starts_with("Connection information for "), "{head}");
    assert!(head.ends_with(&format!(" pid {pid}")), "{head}");
    assert!(tcp.starts_with("  tcp 127.0.0.1:"), "{tcp}");
    assert!(tcp.ends_with(&format!(" -> 127.0.0.1:{port}")), "{tcp}");
    assert!(duration.starts_with("  duration ") && duration.ends_with('s'), "{duration}");
    assert_eq!(kex, "  kexalgorithm curve25519-sha256");
    assert_eq!(key, "  hostkeyalgorithm ssh-ed25519");
    assert_eq!(cipher, "  cipher aes128-ctr");
    assert!(mac.starts_with("  mac hmac-sha2-"), "{mac}");
    assert_eq!(compression, "  compression zlib@openssh.com");
    let bytes = |traffic: &str| -> Option<u64> {
        let (received, sent) = traffic.trim_start_matches("  traffic ").split_once(" in, ")?;
        let sent: u64 = sent.trim_end_matches(" bytes out").parse().ok()?;
        let received: u64 = received.trim_end_matches(" bytes").parse().ok()?;
        (sent > 1000).then_some(received)
    };
    let before = bytes(traffic);
    // Random bytes are not made fewer by compression.
    let read = run(&[&target, "head -c 100000 /dev/urandom"]);
    assert_eq!((read.code(), read.stdout.len()), (0, 100_000));
    let after = info();
    let after = bytes(after.lines().last().expect("it has lines"));
    assert!(before.zip(after).is_some_and(|(before, after)| after > before + 100_000), "{first}");
    assert_eq!(run(&["-O", "exit", &target]).quiet_success(), "");
}
