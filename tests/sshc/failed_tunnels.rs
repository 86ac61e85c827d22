//! Messages about tunnels: a remote port on which nothing listens, addresses for a browser, and how
//! a connection ended.

use std::io::Read as _;
use std::net::{Ipv4Addr, TcpStream};

use harness::screen::Screen;
use harness::sshd::{Sshd, free_port};

use super::Site;

/// Connects to a local port, and waits until the tunnel gives up.
fn call(port: u16) {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the tunnel listens");
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard);
    assert!(heard.is_empty());
}

#[test]
fn a_port_nothing_listens_on_is_reported_once_and_counted() {
    let site = Site::new();
    let (here, there) = (free_port(), free_port());
    let line = format!(
        "sshc -F none --key id_ed25519 -N --log-json log -L {here}:localhost:{there} {}",
        site.sshd.target()
    );
    let screen = Screen::start(&site.home, (132, 24), &line);
    screen.wait_for("0 of 0 connections open");
    for _ in 0..3 {
        call(here);
    }
    let shown = screen.wait_for(", 3 failed, ");
    let expected =
        format!("sshc: localhost:{there} on the cluster: refused; is the program running there?\n");
    assert_eq!(shown.matches(&expected).count(), 1, "{shown}");
    assert_eq!(shown.lines().count(), 2, "{shown}");
    let log = site.home.read_text("log");
    let failures: Vec<&str> =
        log.lines().filter(|line| line.contains("\"forward-refused\"")).collect();
    assert_eq!(failures.len(), 3, "{log}");
    assert!(
        failures[2].contains("\"count\":3") && failures[2].contains("Connection refused"),
        "{log}"
    );
    screen.press("C-c");
    let left = screen.wait_for_end();
    assert_eq!(left, expected);
}

#[test]
fn a_forbidden_tunnel_is_reported_in_the_servers_words() {
    let site = Site::with(Sshd::setup().option("AllowTcpForwarding no"));
    let here = free_port();
    let forward = format!("{here}:localhost:8888");
    let mut terminal = site.sshc(["-N", "-L", &forward, &site.sshd.target()]).on_terminal();
    // A port that looks like a web server is shown as an address for a browser.
    terminal.expect(&format!(", http://localhost:{here}, "));
    call(here);
    terminal.expect(
        "sshc: localhost:8888 on the cluster: the server does not allow this tunnel \
         (AllowTcpForwarding): \"open failed\"\r\n",
    );
    terminal.send("\u{3}");
    assert_eq!(terminal.finish().code(), 130);
}

#[test]
fn scripts_and_quiet_runs_get_no_notice() {
    let site = Site::new();
    let (here, there) = (free_port(), free_port());
    let forward = format!("{here}:localhost:{there}");
    let target = site.sshd.target();
    let mut running = site.sshc(["-N", "--print-forwards", "-L", &forward, &target]).start();
    running.stdout.wait_for("\n");
    call(here);
    running.signal(rustix::process::Signal::TERM);
    let ran = running.finish();
    assert_eq!((ran.code(), ran.stderr()), (143, ""));
}

#[test]
fn interrupted_on_a_narrow_screen_it_leaves_no_broken_line() {
    let site = Site::new();
    for columns in [20, 41, 80] {
        let line =
            format!("sshc -F none --key id_ed25519 -N -D auto {}; printf end", site.sshd.target());
        let screen = Screen::start(&site.home, (columns, 10), &line);
        screen.wait_for(&site.sshd.address().to_string()[..9]);
        screen.press("C-c");
        let left = screen.wait_for_end();
        let last = left.lines().last().expect("it is not empty").to_owned();
        assert_eq!(last, "end", "{columns}:\n{left}");
        assert!(!left.contains("^C"), "{columns}:\n{left}");
        assert!(!left.contains("sent"), "{columns}:\n{left}");
    }
}

#[test]
fn a_lost_connection_begins_a_line_of_its_own() {
    let site = Site::new();
    let line = format!(
        "sshc -F none --key id_ed25519 -t {} 'printf \"half a line\"; read go; kill -KILL $PPID; sleep 60'",
        site.sshd.target()
    );
    let screen = Screen::start(&site.home, (100, 24), &line);
    screen.wait_for("half a line");
    screen.press("C-j");
    let shown = screen.wait_for("was lost");
    let lost = format!(
        "half a line\nsshc: the connection to {} was lost: the server closed the connection\nsshc: hint: ",
        site.sshd.address()
    );
    assert!(shown.starts_with(&lost), "{shown}");
}
