//! Tunnels: which side listens, which connects, what is transferred, and when they end.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use harness::DEADLINE;
use harness::hostile::Hostile;
use harness::invocation::Running;
use harness::sshd::free_port;
use rustix::process::Signal;
use serde_json::Value;

use super::Site;

/// A service that returns everything with its case changed, so that it cannot be our own echo.
pub(super) fn shouting() -> Hostile {
    Hostile::with(|mut stream| {
        let mut block = [0; 4096];
        while let Ok(read @ 1..) = stream.read(&mut block) {
            let shouted = block.get(..read).unwrap_or_default().to_ascii_uppercase();
            // The client may have left.
            let _ = stream.write_all(&shouted);
        }
    })
}

/// Starts tunnels without a command and returns their `--print-forwards` objects once they listen.
pub(super) fn open(site: &Site, options: &[&str]) -> (Running, Vec<Value>) {
    open_by(site, &site.sshd.target(), options)
}

/// The same through another route, or to another server.
pub(super) fn open_by(site: &Site, target: &str, options: &[&str]) -> (Running, Vec<Value>) {
    let count = options.iter().filter(|option| ["-L", "-R", "-D"].contains(option)).count();
    let sshc = site.sshc(["-N", "--print-forwards"]).args(options.iter().copied()).arg(target);
    let running = sshc.start();
    let mut end = 0;
    for _ in 0..count {
        end = running.stdout.wait_for_after(end, "\n");
    }
    let lines = running.stdout.text();
    let forwards = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (running, forwards)
}

pub(super) fn port(forward: &Value) -> u16 {
    let port = forward["port"].as_u64().and_then(|port| port.try_into().ok());
    port.expect("a port")
}

pub(super) fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the tunnel listens");
    stream.set_read_timeout(Some(DEADLINE)).expect("it is a socket");
    stream
}

/// Sends something and EOF; returns what comes back until the other side ends.
pub(super) fn converse(stream: &TcpStream, said: &[u8]) -> Vec<u8> {
    let (mut writer, mut reader) = (stream, stream);
    writer.write_all(said).expect("the peer listens");
    stream.shutdown(Shutdown::Write).expect("it is connected");
    let mut heard = Vec::new();
    reader.read_to_end(&mut heard).expect("the peer answers");
    heard
}

pub(super) fn converse_unix(path: &Path, said: &[u8]) -> Vec<u8> {
    let mut stream = UnixStream::connect(path).expect("the tunnel listens");
    stream.set_read_timeout(Some(DEADLINE)).expect("it is a socket");
    stream.write_all(said).expect("the peer listens");
    stream.shutdown(Shutdown::Write).expect("it is connected");
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).expect("the peer answers");
    heard
}

/// A shouting service on a Unix socket, until the process ends.
fn shouting_unix(path: &Path) {
    let listener = UnixListener::bind(path).expect("the name is free");
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut said = Vec::new();
            let _ = stream.read_to_end(&mut said);
            let _ = stream.write_all(&said.to_ascii_uppercase());
        }
    });
}

#[test]
fn a_local_port_is_forwarded_to_one_of_the_server() {
    let site = Site::new();
    let service = shouting();
    let goal = format!("127.0.0.1:{}", service.port());
    let (mut running, forwards) = open(&site, &["-L", &format!("auto:{goal}")]);
    let port = port(&forwards[0]);
    assert_eq!(
        forwards,
        [serde_json::json!({
            "direction": "local", "bind": "localhost", "port": port, "to": goal
        })]
    );
    for said in ["one", "two"] {
        assert_eq!(converse(&connect(port), said.as_bytes()), said.to_uppercase().as_bytes());
    }
    assert!(TcpStream::connect(("::1", port)).is_ok(), "loopback of both families");
    running.signal(Signal::INT);
    let ended = running.finish();
    assert_eq!((ended.code(), ended.stderr()), (130, ""));
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
}

#[test]
fn tunnels_end_with_the_signal_that_they_are_sent() {
    let site = Site::new();
    for (signal, status) in
        [(Signal::INT, 130), (Signal::QUIT, 131), (Signal::TERM, 143), (Signal::HUP, 129)]
    {
        let (mut running, _) = open(&site, &["-D", "auto"]);
        running.signal(signal);
        let ended = running.finish();
        assert_eq!((ended.code(), ended.stderr()), (status, ""), "{signal:?}");
    }
}

#[test]
fn a_fixed_port_is_that_port_and_one_in_use_is_said() {
    let site = Site::new();
    let service = shouting();
    let (wanted, goal) = (free_port(), format!("127.0.0.1:{}", service.port()));
    let forward = format!("{wanted}:{goal}");
    let (_running, forwards) = open(&site, &["-L", &forward]);
    assert_eq!(port(&forwards[0]), wanted);
    assert_eq!(converse(&connect(wanted), b"fixed"), b"FIXED");
    let said = site.sshc(["-N", "-L", &forward, &site.sshd.target()]).run().failure(255);
    assert_eq!(
        said,
        format!(
            "sshc: cannot forward localhost:{wanted} to {goal}: the port is in use\n\
             sshc: hint: let sshc choose a free one: -L auto:{goal} --print-forwards\n"
        )
    );
}

#[test]
fn several_tunnels_stand_beside_a_command() {
    let site = Site::new();
    let service = shouting();
    let forward = format!("auto:localhost:{}", service.port());
    let target = site.sshd.target();
    let options = ["--print-forwards", "-L", &forward, "-L", &forward, &target, "cat; exit 3"];
    let mut running = site.sshc(options).stdin_open().start();
    let end = running.stdout.wait_for_after(0, "\n");
    let end = running.stdout.wait_for_after(end, "\n");
    for line in running.stdout.text()[..end].lines() {
        let forward: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(converse(&connect(port(&forward)), b"both"), b"BOTH");
    }
    running.send("for cat\n");
    running.stdout.wait_for("for cat\n");
    assert_eq!(running.finish().code(), 3);
}

#[test]
fn unix_sockets_are_forwarded_both_ways() {
    let site = Site::new();
    let service = shouting();
    let (here, there) = (site.home.path("here"), site.home.path("there"));
    shouting_unix(&there);
    let (here_name, there_name) = (here.display().to_string(), there.display().to_string());
    let options = [
        "-L",
        &format!("auto:{there_name}"),
        "-L",
        &format!("{here_name}:{there_name}"),
        "-L",
        &format!("{here_name}-tcp:127.0.0.1:{}", service.port()),
    ];
    let (mut running, forwards) = open(&site, &options);
    assert_eq!(converse(&connect(port(&forwards[0])), b"to a socket"), b"TO A SOCKET");
    assert_eq!(forwards[1]["bind"], here_name);
    assert_eq!(forwards[1]["port"], Value::Null);
    assert_eq!(converse_unix(&here, b"socket to socket"), b"SOCKET TO SOCKET");
    assert_eq!(converse_unix(&site.home.path("here-tcp"), b"to a port"), b"TO A PORT");
    running.signal(Signal::TERM);
    assert_eq!(running.finish().code(), 143);
    assert!(!here.exists(), "the socket is removed");
}

#[test]
fn a_port_of_the_server_is_forwarded_here() {
    let site = Site::new();
    let service = shouting();
    let goal = format!("127.0.0.1:{}", service.port());
    let wanted = free_port();
    let socket = site.home.path("far").display().to_string();
    let options = [
        "-R",
        &format!("0:{goal}"),
        "-R",
        &format!("{wanted}:{goal}"),
        "-R",
        &format!("{socket}:{goal}"),
    ];
    let (mut running, forwards) = open(&site, &options);
    assert_eq!(forwards[0]["direction"], "remote");
    assert!(port(&forwards[0]) > 1023);
    assert_eq!(port(&forwards[1]), wanted);
    for forward in &forwards[..2] {
        assert_eq!(converse(&connect(port(forward)), b"back here"), b"BACK HERE");
    }
    assert_eq!(converse_unix(Path::new(&socket), b"far socket"), b"FAR SOCKET");
    let said = site.sshc(["-N", "-R", &format!("{wanted}:{goal}"), &site.sshd.target()]).run();
    assert_eq!(
        said.failure(255),
        format!(
            "sshc: cannot forward the server's localhost:{wanted} to {goal}: the server refused to listen there\n\
             sshc: hint: the port may be in use on the server, or forwarding forbidden there\n"
        )
    );
    running.signal(Signal::TERM);
    assert_eq!(running.finish().code(), 143);
}

/// Speaks to a SOCKS proxy: sends each part, and checks the beginning and the length of its answer.
fn socks(port: u16, parts: &[(&[u8], &[u8], usize)]) -> TcpStream {
    let mut stream = connect(port);
    for (said, expected, length) in parts {
        stream.write_all(said).expect("the proxy listens");
        let mut answer = vec![0; *length];
        stream.read_exact(&mut answer).expect("the proxy answers");
        assert!(answer.starts_with(expected), "{answer:?}");
    }
    stream
}

/// A connection to this port through a SOCKS 5 proxy.
pub(super) fn by_socks(proxy: u16, goal: u16) -> TcpStream {
    let request = [&[5, 1, 0, 1, 127, 0, 0, 1][..], &goal.to_be_bytes()].concat();
    socks(proxy, &[(&[5, 1, 0], &[5, 0], 2), (&request, &[5, 0], 10)])
}

#[test]
fn a_proxy_speaks_every_socks() {
    let site = Site::new();
    let service = shouting();
    let to = service.port().to_be_bytes();
    let (_running, forwards) = open(&site, &["-D", "auto"]);
    assert_eq!(forwards[0]["direction"], "dynamic");
    let proxy = port(&forwards[0]);
    let v4 = [&[4, 1][..], &to, &[127, 0, 0, 1], b"me\0"].concat();
    let v4a = [&[4, 1][..], &to, &[0, 0, 0, 1], b"me\0localhost\0"].concat();
    let v5 = [&[5, 1, 0, 1, 127, 0, 0, 1][..], &to].concat();
    let name = [&[5, 1, 0, 3, 9][..], b"localhost", &to].concat();
    let (hello, welcome): (&[u8], &[u8]) = (&[5, 1, 0], &[5, 0]);
    for parts in [
        &[(v4.as_slice(), &[0, 0x5a][..], 8)][..],
        &[(v4a.as_slice(), &[0, 0x5a][..], 8)],
        &[(hello, welcome, 2), (v5.as_slice(), &[5, 0][..], 10)],
        &[(hello, welcome, 2), (name.as_slice(), &[5, 0][..], 10)],
    ] {
        assert_eq!(converse(&socks(proxy, parts), b"by socks"), b"BY SOCKS");
    }
    // No host can have such a name, and OpenSSH's server would end the connection over it.
    let nameless = [&[5, 1, 0, 3, 4][..], b"a\0\nb", &to].concat();
    let mut refused = Vec::new();
    let mut stream = socks(proxy, &[(hello, welcome, 2)]);
    stream.write_all(&nameless).expect("the proxy listens");
    stream.read_to_end(&mut refused).expect("the proxy answers");
    assert!(refused.len() == 10 && refused[0] == 5 && refused[1] != 0, "{refused:?}");
    // Nothing listens there; the proxy reports that.
    let closed = [&[5, 1, 0, 1, 127, 0, 0, 1][..], &free_port().to_be_bytes()].concat();
    let mut answer = Vec::new();
    let mut stream = socks(proxy, &[(hello, welcome, 2)]);
    stream.write_all(&closed).expect("the proxy listens");
    stream.read_to_end(&mut answer).expect("the proxy answers");
    assert!(answer.len() >= 2 && answer[0] == 5 && answer[1] != 0, "{answer:?}");
}

#[test]
fn standard_input_and_output_are_a_connection() {
    let site = Site::new();
    let service = shouting();
    let (target, goal) = (site.sshd.target(), format!("127.0.0.1:{}", service.port()));
    let ran = site.sshc(["-W", &goal, &target]).stdin("hello").run();
    assert_eq!(ran.quiet_success(), "HELLO");
    let closed = format!("127.0.0.1:{}", free_port());
    let said = site.sshc(["-W", &closed, &target]).run().failure(255);
    assert_eq!(
        said,
        format!(
            "sshc: cannot forward standard input to {closed}: connect failed: \"Connection refused\"\n"
        )
    );
}

#[test]
fn each_direction_ends_by_itself() {
    let site = Site::new();
    // Sends first, ends its side, and then counts what it receives.
    let (sender, counted) = std::sync::mpsc::channel();
    let sender = std::sync::Mutex::new(sender);
    let service = Hostile::with(move |mut stream| {
        stream.write_all(b"all I have").expect("the peer listens");
        stream.shutdown(Shutdown::Write).expect("it is connected");
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).expect("the end arrives");
        sender.lock().expect("no thread panicked").send(heard.len()).expect("the test waits");
    });
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let (_running, forwards) = open(&site, &["-L", &forward]);
    let mut stream = connect(port(&forwards[0]));
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).expect("the end arrives");
    assert_eq!(heard, b"all I have");
    // Our side is still open.
    stream.write_all(&vec![b'x'; 300_000]).expect("the peer listens");
    stream.shutdown(Shutdown::Write).expect("it is connected");
    assert_eq!(counted.recv_timeout(DEADLINE), Ok(300_000));
}

#[test]
fn a_refused_connection_does_not_end_the_tunnel() {
    let site = Site::new();
    let goal = free_port();
    let (_running, forwards) = open(&site, &["-L", &format!("auto:127.0.0.1:{goal}")]);
    let port = port(&forwards[0]);
    let mut heard = Vec::new();
    let ended = connect(port).read_to_end(&mut heard);
    assert!(
        matches!(&ended, Ok(0)) || ended.is_err_and(|it| it.kind() == ErrorKind::ConnectionReset)
    );
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, goal)).expect("the port is still free");
    let _stream = connect(port);
    assert!(listener.accept().is_ok());
}

#[test]
fn the_state_of_tunnels_is_shown_on_a_terminal_only() {
    let site = Site::new();
    let target = site.sshd.target();
    let service = Hostile::saying("welcome");
    let mut terminal = site.sshc(["-N", "-D", "auto", &target]).on_terminal();
    // In 80 columns.
    let state = "1 forward, 0 of 0 open, 0 B sent, 0 B received";
    terminal.expect(" here is a SOCKS proxy\r\n");
    terminal.expect(&format!("\r\u{1b}[K{} 0:00:00, {state}", site.sshd.address()));
    terminal.resize(132, 24);
    terminal.expect(&format!("\r\u{1b}[Kconnected to {} 0:00:0", site.sshd.address()));
    terminal.expect(", 1 forward, 0 of 0 connections open, 0 B sent, 0 B received");
    let screen = terminal.screen();
    let proxy = screen.split(' ').nth(2).and_then(|port| port.parse().ok()).expect("a port");
    // Connections that are being opened count.
    let _client = by_socks(proxy, service.port());
    terminal.expect(", 1 forward, 1 of 1 connections open, 0 B sent, 7 B received");
    terminal.send("\u{3}");
    let left = terminal.finish();
    assert!(
        left.code() == 130 && left.screen.ends_with("\r\u{1b}[K"),
        "{}",
        left.screen.escape_debug()
    );
}

#[test]
fn a_terminal_that_is_stopped_stops_no_tunnel_and_no_end() {
    const DRAWN_EVERY: Duration = Duration::from_secs(1);
    let (site, service) = (Site::new(), shouting());
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let target = site.sshd.target();
    let options = ["-N", "--print-forwards", "-L", &forward, &target];
    let mut terminal = site.sshc(options).on_terminal_with_stdout_piped();
    let stdout = terminal.stdout.as_ref().expect("it is a pipe");
    stdout.wait_for("\n");
    let output = serde_json::from_str(stdout.text().trim_end()).expect("JSON");
    let said = vec![b'x'; 1 << 20];
    let shouted = said.to_ascii_uppercase();
    terminal.expect("0 B received");

    terminal.stop_output();
    let stopped = Instant::now();
    // At least one line would have been drawn meanwhile.
    while stopped.elapsed() < 2 * DRAWN_EVERY {
        assert!(converse(&connect(port(&output)), &said) == shouted);
    }
    assert!(!terminal.screen().contains("MB"));
    terminal.resume_output();
    terminal.expect(" MB sent, ");

    terminal.stop_output();
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.finish().code(), 143);
}

#[test]
fn the_state_of_tunnels_stays_in_one_line_of_any_terminal() {
    let site = Site::new();
    let sshc = site.sshc_line(&format!("-N -D auto {}", site.sshd.target()));
    let narrow = format!("stty cols 20; exec {sshc}");
    let mut terminal = site.home.shell(&narrow).on_terminal();
    let place = site.sshd.address().to_string();
    terminal.expect(&format!("\r\u{1b}[K{}\r\u{1b}[K", format!("{place} 0:00:00").split_at(17).0));
    terminal.resize(10, 24);
    terminal.expect(&format!("\r\u{1b}[K{}\r\u{1b}[K", place.split_at(7).0));
}
