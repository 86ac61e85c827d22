//! A tunnel with `--reconnect` as the process that holds a shared connection.

use harness::hostile::Hostile;
use harness::invocation::Running;
use harness::sshd::free_port;
use rustix::process::Signal;

use super::Site;
use super::reconnect::{fetch, relayed};
use super::sharing::{logins, sockets, until};
use super::tunnels::{connect, converse, open_by, port, shouting};

const SERVICE: &str = "at your service";

/// A tunnel to the service whose connection is shared, and its port.
fn tunnel(site: &Site, target: &str, service: &Hostile, more: &[&str]) -> (Running, u16) {
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let options = [&["-v", "--share", "--reconnect", "-L", &forward], more].concat();
    let (running, forwards) = open_by(site, target, &options);
    (running, port(forwards.first().expect("a forward")))
}

/// The output of a command that shares the connection.
fn echo(site: &Site, target: &str) -> String {
    site.sshc(["--share", target, "echo in"]).run().quiet_success()
}

#[test]
fn a_reconnecting_tunnel_shares_each_connection() {
    let site = Site::new();
    let service = Hostile::saying_and_closing(SERVICE);
    let (relay, target) = relayed(&site);
    let (running, port) = tunnel(&site, &target, &service, &[]);
    for lost in 0..3 {
        assert_eq!(fetch(port), SERVICE);
        assert_eq!(echo(&site, &target), "in\n");
        assert_eq!(logins(&site.sshd), lost + 1);
        let program = site.sshc(["--share", &target, "echo started; cat"]).stdin_open().start();
        program.stdout.wait_for("started\n");
        relay.hang_up();
        // What ran there is over, and is not run again.
        let ended = program.finish();
        assert_eq!((ended.code(), ended.stdout()), (255, "started\n"));
        // The caller waits for the connection, after which it is shared again.
        assert_eq!(fetch(port), SERVICE);
    }
    assert_eq!(echo(&site, &target), "in\n");
    assert_eq!(logins(&site.sshd), 4);
    let exit = site.sshc(["--share", "-O", "exit", &target]).run();
    assert_eq!(exit.quiet_success(), "");
    assert_eq!(running.finish().code(), 0);
    assert!(sockets(&site).is_empty());
}

#[test]
fn while_it_has_no_connection_others_make_their_own() {
    let mut site = Site::new();
    let service = Hostile::saying_and_closing(SERVICE);
    let target = site.sshd.target();
    let (mut running, _) = tunnel(&site, &target, &service, &[]);
    let server = site.sshc(["--share", &target, "echo $PPID"]).run().quiet_success();
    let server = server.trim_end().parse().ok().and_then(rustix::process::Pid::from_raw);
    site.sshd.stop();
    rustix::process::kill_process(server.expect("a number"), Signal::KILL).expect("it is ours");
    running.stderr.wait_for("try 1: cannot connect to ");
    let alone = site.sshc(["-v", "--share", &target, "echo in"]).run().failure(255);
    let why = "not using a shared connection: its connection was lost, and is being made again\n";
    assert!(alone.contains(why), "{alone}");
    assert!(alone.contains("cannot connect to 127.0.0.1:"), "{alone}");
    running.signal(Signal::TERM);
    assert_eq!(running.finish().code(), 143);
    assert!(sockets(&site).is_empty());
}

#[test]
fn its_remote_forwards_and_those_of_guests_do_not_mix() {
    let site = Site::new();
    let (service, other) = (Hostile::saying_and_closing(SERVICE), shouting());
    let (far, others) = (free_port(), free_port());
    let target = site.sshd.target();
    let own = format!("127.0.0.1:{far}:127.0.0.1:{}", service.port());
    let (mut running, _) = tunnel(&site, &target, &service, &["-R", &own]);
    let theirs = format!("127.0.0.1:{others}:127.0.0.1:{}", other.port());
    let (mut guest, _) = open_by(&site, &target, &["--share", "-R", &theirs]);
    assert_eq!(fetch(far), SERVICE);
    assert_eq!(converse(&connect(others), b"word"), b"WORD");
    assert_eq!(logins(&site.sshd), 1);
    guest.signal(Signal::TERM);
    assert_eq!(guest.finish().code(), 143);
    until("the port is free", || std::net::TcpListener::bind(("127.0.0.1", others)).is_ok());
    assert_eq!(fetch(far), SERVICE);
    running.signal(Signal::TERM);
    assert_eq!(running.finish().code(), 143);
    // The server got a goodbye.
    site.sshd.log().wait_for("Received disconnect from 127.0.0.1");
    assert!(sockets(&site).is_empty());
}

#[test]
fn after_stop_the_tunnel_stays_up() {
    let site = Site::new();
    let service = Hostile::saying_and_closing(SERVICE);
    let (relay, target) = relayed(&site);
    let (mut running, port) = tunnel(&site, &target, &service, &[]);
    let stop = site.sshc(["--share", "-O", "stop", &target]).run();
    assert_eq!(stop.quiet_success(), "");
    until("the socket goes", || sockets(&site).is_empty());
    assert_eq!(fetch(port), SERVICE);
    relay.hang_up();
    assert_eq!(fetch(port), SERVICE);
    assert!(sockets(&site).is_empty());
    running.signal(Signal::TERM);
    assert_eq!(running.finish().code(), 143);
}

#[test]
fn where_another_process_holds_one_it_keeps_its_own() {
    let site = Site::new();
    let service = Hostile::saying_and_closing(SERVICE);
    let target = site.sshd.target();
    assert_eq!(echo(&site, &target), "in\n");
    let (mut running, port) = tunnel(&site, &target, &service, &[]);
    assert_eq!(fetch(port), SERVICE);
    assert!(running.stderr.text().contains("not sharing this connection: there is one already\n"));
    assert_eq!(logins(&site.sshd), 2);
    running.signal(Signal::TERM);
    assert_eq!(running.finish().code(), 143);
    assert_eq!(site.sshc(["--share", "-O", "exit", &target]).run().quiet_success(), "");
}
