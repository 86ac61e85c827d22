//! Servers and connections that fail: always 255, always a reason, always in time.

use std::io::{self, Write as _};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use harness::account::Account;
use harness::dropbear::Dropbear;
use harness::hostile::Hostile;
use harness::invocation::Invocation;
use harness::sshd::free_port;
use rustix::process::Signal;

use super::LOST_HINT;
use super::relay::{Fault, Relay};
use super::{Site, public_line};

/// `sshc … true` to `ada` at this port, with a timeout of a second.
fn to_port(site: &Site, port: u16) -> Invocation {
    site.sshc(["--connect-timeout", "1s", &format!("ada@127.0.0.1:{port}"), "true"])
}

#[test]
fn a_server_that_is_not_there_is_said() {
    let site = Site::new();
    let port = free_port();
    assert_eq!(
        to_port(&site, port).run().failure(255),
        format!(
            "sshc: cannot connect to 127.0.0.1:{port}: Connection refused\nsshc: hint: a cluster \
             that is still booting refuses connections: --wait waits until it accepts a login; \
             otherwise check the port\n"
        )
    );
    let said = site.sshc(["ada@nowhere.invalid", "true"]).run().failure(255);
    assert!(said.starts_with("sshc: cannot connect to nowhere.invalid:22: "), "{said}");
}

#[test]
fn a_server_that_never_answers_is_given_up_in_time() {
    let site = Site::new();
    let servers = [
        ("silent", Hostile::silent()),
        ("dripping its version", Hostile::dripping(*b"SSH-2.0-x", Duration::from_millis(20))),
        ("dripping lines", Hostile::dripping(*b"wait\r\n", Duration::from_millis(20))),
        ("silent after its version", Hostile::saying(*b"SSH-2.0-quiet\r\n")),
    ];
    for (what, server) in &servers {
        let begin = Instant::now();
        let said = to_port(&site, server.port()).run().failure(255);
        assert!(begin.elapsed() < Duration::from_secs(5), "{what}: {:?}", begin.elapsed());
        let start = format!("sshc: cannot connect to 127.0.0.1:{}: ", server.port());
        let other = format!("sshc: cannot start a session with 127.0.0.1:{}: ", server.port());
        assert!(said.starts_with(&start) || said.starts_with(&other), "{what}: {said}");
    }
}

#[test]
fn the_deadline_is_named() {
    let site = Site::new();
    let server = Hostile::saying(*b"SSH-2.0-quiet\r\n");
    for (option, shown) in [("1s", "1s"), ("300ms", "300ms")] {
        let target = format!("ada@{}", server.address());
        let said = site.sshc(["--connect-timeout", option, &target, "true"]).run().failure(255);
        assert_eq!(
            said,
            format!(
                "sshc: cannot connect to {}: the server did not finish the key exchange within \
                 {shown}\nsshc: hint: the server answers, but large packets may get lost on the \
                 way, as with a VPN whose MTU is too large: connect without the VPN, or lower the \
                 MTU (Linux: `ip link set dev IFACE mtu 1300`); an overloaded server needs more \
                 time (--connect-timeout)\n",
                server.address()
            )
        );
    }
}

#[test]
fn a_server_that_does_not_speak_ssh_is_said() {
    let site = Site::new();
    let mut wrong_length = b"SSH-2.0-odd\r\n".to_vec();
    wrong_length.extend([0xff; 64]);
    for (what, bytes) in [
        ("HTTP", b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".to_vec()),
        ("SMTP", b"220 mail.example ESMTP\r\n".to_vec()),
        ("SSH 1", b"SSH-1.5-old\r\n".to_vec()),
        ("a length that cannot be", wrong_length),
        ("binary", vec![0xff; 4096]),
        ("escapes", b"\x1b[2J\x1b]0;owned\x07\r\n".to_vec()),
        ("nothing", Vec::new()),
    ] {
        let server = Hostile::saying_and_closing(bytes);
        let said = to_port(&site, server.port()).run().failure(255);
        let start = format!("sshc: cannot start a session with 127.0.0.1:{}: ", server.port());
        assert!(said.starts_with(&start), "{what}: {said}");
        assert!(said.len() > start.len() + 5 && !said.contains('\u{1b}'), "{what}: {said}");
        assert!(
            said.lines().skip(1).all(|line| line.starts_with("sshc: hint: ")),
            "{what}: {said}"
        );
    }
}

#[test]
fn lines_before_the_version_are_tolerated() {
    let site = Site::new();
    let sshd = site.sshd.address();
    let talker = Hostile::with(move |mut client| {
        let server = TcpStream::connect(sshd).expect("sshd listens");
        // RFC 4253 §4.2; OpenSSH accepts as many lines.
        let _ = client.write_all("Authorized users only.\r\n".repeat(1000).as_bytes());
        thread::scope(|scope| {
            scope.spawn(|| {
                let _ = io::copy(&mut &client, &mut &server);
                let _ = server.shutdown(Shutdown::Write);
            });
            let _ = io::copy(&mut &server, &mut &client);
            let _ = client.shutdown(Shutdown::Both);
        });
    });
    let target = format!("{}@{}", site.sshd.user(), talker.address());
    let pin = site.sshd.fingerprint("ed25519");
    let ran = site.sshc(["--batch", "--host-key", &pin, &target, "echo in"]).run();
    assert_eq!(ran.quiet_success(), "in\n");
}

#[test]
fn a_server_that_says_more_than_any_banner_is_given_up() {
    let site = Site::new();
    let server = Hostile::saying(vec![b'x'; 1 << 20]);
    let begin = Instant::now();
    let said = to_port(&site, server.port()).run().failure(255);
    assert!(said.starts_with("sshc: cannot "), "{said}");
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
}

/// `sshc … exit 7` through a relay, whose address stands in for the server's.
fn through(site: &Site, relay: &Relay, options: &[&str]) -> Invocation {
    let target = format!("{}@{}", site.sshd.user(), relay.address());
    let pin = site.sshd.fingerprint("ed25519");
    let time_limit = if options.is_empty() { &["--connect-timeout", "5s"][..] } else { options };
    site.sshc(time_limit.iter().copied()).args(["--host-key", &pin, &target, "exit 7"])
}

/// Where to disturb a login: at 31 places of each direction, or with `SSHC_EVERY_BYTE` after each
/// byte; `2/8` is the second eighth of those.
fn places(most: usize) -> Vec<usize> {
    // After these bytes the status may have arrived already.
    let most = most - 260;
    let Ok(part) = std::env::var("SSHC_EVERY_BYTE") else {
        return (0..=30).map(|at| 1 + at * most / 30).collect();
    };
    let number = |text: &str| text.parse::<usize>().expect("SSHC_EVERY_BYTE is `1` or `2/8`");
    let (part, of) = part.split_once('/').map_or((1, 1), |(it, of)| (number(it), number(of)));
    (part..most).step_by(of).collect()
}

/// Disturbs a login everywhere, and expects a reason, 255 and an end each time.
fn disturbed(fault: Fault, options: &[&str], limit: Duration, places: fn(usize) -> Vec<usize>) {
    let site = Site::new();
    let whole = Relay::faithful(site.sshd.address());
    assert_eq!(through(&site, &whole, &[]).run().code(), 7);
    let (up, down) = whole.carried();
    let on_the_way_down = places(down).into_iter().map(|at| (usize::MAX, at));
    let on_the_way_up = places(up).into_iter().map(|at| (at, usize::MAX));
    let all: Vec<_> = on_the_way_down.chain(on_the_way_up).collect();
    // A run with silence mostly waits, so more of them run at once.
    let at_once = if fault == Fault::Silence { 32 } else { 4 };
    thread::scope(|scope| {
        for share in 0..at_once {
            let (site, mine) = (&site, all.iter().copied().skip(share).step_by(at_once));
            scope.spawn(move || {
                for (most_up, most_down) in mine {
                    let relay = Relay::failing(site.sshd.address(), fault, most_up, most_down);
                    let begin = Instant::now();
                    let ran = through(site, &relay, options).run();
                    let at =
                        format!("{fault:?} at {most_up} of {up} up, {most_down} of {down} down");
                    assert!(begin.elapsed() < limit, "{at}: {:?}", begin.elapsed());
                    says_why(&ran.failure(255), &at);
                }
            });
        }
    });
}

/// A failure of ours has a reason, and nothing more than hints.
pub(super) fn says_why(said: &str, at: &str) {
    assert!(said.starts_with("sshc: ") && said.len() > 30, "{at}: {said}");
    assert!(said.lines().skip(1).all(|line| line.starts_with("sshc: hint: ")), "{at}: {said}");
}

#[test]
fn a_connection_that_is_cut_anywhere_ends_in_time_with_a_reason() {
    disturbed(Fault::Cut, &[], Duration::from_secs(10), places);
}

#[test]
fn a_connection_that_is_reset_anywhere_ends_in_time_with_a_reason() {
    disturbed(Fault::Reset, &[], Duration::from_secs(10), places);
}

#[test]
fn a_connection_that_falls_silent_anywhere_ends_in_time_with_a_reason() {
    let options = ["--connect-timeout", "500ms", "--keepalive", "200ms"];
    // Each takes as long as a server may.
    let few = |most| match std::env::var_os("SSHC_EVERY_BYTE") {
        Some(_) => places(most),
        None => places(most).into_iter().step_by(7).collect(),
    };
    disturbed(Fault::Silence, &options, Duration::from_secs(30), few);
}

#[test]
fn a_dead_peer_is_noticed_by_its_silence() {
    let site = Site::new();
    let relay = Relay::faithful(site.sshd.address());
    let target = format!("{}@{}", site.sshd.user(), relay.address());
    let pin = site.sshd.fingerprint("ed25519");
    let options = ["--keepalive", "1s", "--host-key", &pin, &target, "echo up; cat"];
    let running = site.sshc(options).stdin_open().start();
    running.stdout.wait_for("up\n");
    let begin = Instant::now();
    relay.fall_silent();
    // Standard input stays open.
    let _all = running.stderr.wait_for_end();
    assert!(begin.elapsed() < Duration::from_secs(8), "{:?}", begin.elapsed());
    let ran = running.finish();
    assert_eq!(
        (ran.code(), ran.stderr()),
        (
            255,
            format!(
                "sshc: the connection to {} was lost: the server stopped answering\nsshc: hint: {}\n",
                relay.address(),
                LOST_HINT
            )
            .as_str()
        )
    );
}

#[test]
fn a_server_that_is_stopped_is_noticed_and_a_quiet_one_is_kept() {
    let site = Site::new();
    let target = site.sshd.target();
    let options = ["--keepalive", "500ms", &target, "echo $PPID; cat"];
    let mut running = site.sshc(options).stdin_open().start();
    running.stdout.wait_for("\n");
    // Silent for longer than three unanswered keepalives would take.
    let options = ["--keepalive", "500ms", &target, "sleep 3; echo still here"];
    assert_eq!(site.sshc(options).run().quiet_success(), "still here\n");
    let server: i32 = running.stdout.text().trim().parse().expect("a process id");
    let server = rustix::process::Pid::from_raw(server).expect("not zero");
    rustix::process::kill_process(server, Signal::STOP).expect("we are root");
    running.stderr.wait_for("the server stopped answering\n");
    rustix::process::kill_process(server, Signal::KILL).expect("we are root");
    running.close_stdin();
    assert_eq!(running.finish().code(), 255);
}

#[test]
fn a_server_without_an_algorithm_of_ours_is_said() {
    let site = Site::with(
        harness::sshd::Sshd::setup()
            .option("Ciphers aes128-cbc")
            .option("KexAlgorithms diffie-hellman-group1-sha1"),
    );
    let said = site.run("true").run().failure(255);
    let start = format!(
        "sshc: cannot start a session with {}: no common key exchange: we offer ",
        site.sshd.address()
    );
    assert!(said.starts_with(&start), "{said}");
    assert!(said.contains("the server has diffie-hellman-group1-sha1"), "{said}");
}

#[test]
fn dropbear_is_a_server_like_any_other() {
    let site = Site::new();
    let account = Account::new("sshcdropbear", "unused");
    account.authorize(&public_line(&site.home.path("id_ed25519")));
    let dropbear = Dropbear::start();
    site.home.write(".ssh/known_hosts", dropbear.known_hosts_line());
    let target = dropbear.target(&account);
    let ran = site.sshc([&target, "cat; echo complaint >&2; exit 3"]).stdin("in").run();
    assert_eq!((ran.code(), ran.stdout(), ran.stderr()), (3, "in", "complaint\n"));
    let ran = site.sshc(["-", "cat"]).stdin(format!("{target}\nrest")).run();
    assert_eq!(ran.quiet_success(), "rest");
    let killed = site.sshc([&target, "kill -TERM $$"]).run();
    assert_eq!(killed.code(), 143);
    let service = Hostile::saying_and_closing("at your service");
    let goal = format!("127.0.0.1:{}", service.port());
    assert_eq!(site.sshc(["-W", &goal, &target]).run().quiet_success(), "at your service");
    let mut terminal = site.sshc([target.as_str()]).on_terminal();
    terminal.send_line("PS1=; echo rea''dy; stty size; exit 4");
    terminal.expect("ready\r\n");
    terminal.expect("24 80\r\n");
    assert_eq!(terminal.finish().code(), 4);
    let bulk = format!("head -c 20000000 /dev/zero | sshc --key id_ed25519 {target} sha256sum");
    let expected = site.home.shell("head -c 20000000 /dev/zero | sha256sum").run().quiet_success();
    assert_eq!(site.home.shell(&bulk).run().quiet_success(), expected);
}
