//! Tunnels that stay open all day: they come back, and accept commands from the keyboard.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::os::unix::net::UnixStream;

use harness::DEADLINE;
use harness::hostile::Hostile;
use harness::sshd::Sshd;
use harness::until;
use rustix::process::{Pid, Resource, Rlimit, Signal, prlimit};
use serde_json::{Value, json};

use super::Site;
use super::relay::Relay;
use super::shell::shell;
use super::tunnels::{connect, converse, converse_unix, open, open_by, port, shouting};

/// Records the server's key under the relay's name in `known_hosts`.
pub(super) fn know(site: &Site, relay: &Relay) {
    let key = site.sshd.host_key("ed25519");
    let line = format!("[127.0.0.1]:{} {key}\n", relay.address().port());
    site.home.write(".ssh/known_hosts", line);
}

/// A relay in front of the server, on record, and the target through it.
pub(super) fn relayed(site: &Site) -> (Relay, String) {
    let relay = Relay::faithful(site.sshd.address());
    know(site, &relay);
    let destination = format!("{}@{}", site.sshd.user(), relay.address());
    (relay, destination)
}

pub(super) fn fetch(port: u16) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("it listens");
    stream.set_read_timeout(Some(DEADLINE)).expect("it is a socket");
    let mut heard = String::new();
    stream.read_to_string(&mut heard).expect("the peer answers");
    heard
}

#[test]
fn a_tunnel_comes_back_on_the_same_port_and_its_callers_wait_for_it() {
    let site = Site::new();
    let service = Hostile::saying_and_closing("at your service");
    let (relay, destination) = relayed(&site);
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let options = ["-v", "--reconnect", "-L", &forward];
    let (mut running, forwards) = open_by(&site, &destination, &options);
    let port = port(&forwards[0]);
    assert_eq!(fetch(port), "at your service");

    relay.hang_up();
    assert_eq!(fetch(port), "at your service", "the caller waited for the line to return");
    running.stderr.wait_for("again");

    running.signal(Signal::INT);
    let finished = running.finish();
    assert_eq!(finished.code(), 130);
    assert_eq!(finished.stdout().lines().count(), 1, "the forward is reported once");
}

#[test]
fn what_goes_through_a_tunnel_outlives_the_program_beside_it() {
    let site = Site::with(Sshd::setup().option("LogLevel DEBUG1"));
    let target = site.sshd.target();
    // Sends the first bytes back at once, and again at the end.
    let service = Hostile::with(|mut client| {
        let mut heard = [0; 5];
        client.read_exact(&mut heard).expect("the peer speaks");
        client.write_all(&heard).expect("the peer listens");
        let mut rest = Vec::new();
        client.read_to_end(&mut rest).expect("it goes on");
        client.write_all(&rest).expect("the peer still listens");
    });
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let sshc = site.sshc(["--print-forwards", "-L", &forward, &target, "cat; exit 3"]).stdin_open();
    let mut running = sshc.start();
    running.stdout.wait_for("\n");
    let said = serde_json::from_str(running.stdout.text().trim_end()).expect("JSON");
    let mut stream = connect(port(&said));
    let mut heard = [0; 5];
    stream.write_all(b"begin").expect("it listens");
    stream.read_exact(&mut heard).expect("it answers");
    running.close_stdin();
    site.sshd.log().wait_for("session_exit_message: ");
    stream.write_all(b"end").expect("it still listens");
    stream.shutdown(Shutdown::Write).expect("it is there");
    let mut rest = String::new();
    stream.read_to_string(&mut rest).expect("it still answers");
    assert_eq!(rest, "end");
    assert_eq!(running.finish().code(), 3);
}

#[test]
fn transfers_through_a_tunnel_end_with_the_connection_or_when_the_user_says_so() {
    let site = Site::new();
    let (relay, target) = relayed(&site);
    let service = Hostile::silent();
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let left_with_one_open = |connections: usize| {
        // With the terminal in raw mode, it watches for signals itself.
        let options = ["-t", "--print-forwards", "-L", &forward];
        let sshc = site.sshc(options).args([&target, "read line; exit 3"]);
        let mut terminal = sshc.on_terminal_with_stdout_piped();
        let stdout = terminal.stdout.as_ref().expect("it is a pipe");
        stdout.wait_for("\n");
        let said = serde_json::from_str(stdout.text().trim_end()).expect("JSON");
        let stream = connect(port(&said));
        until("the service is reached", || service.connections() >= connections);
        terminal.send_line("");
        terminal.expect("sshc: waiting for 1 connection through tunnels; Ctrl-C ends them\r\n");
        (terminal, stream)
    };
    for (connections, key, status) in [(1, "\u{3}", 130), (2, "\u{1c}", 131)] {
        let (mut terminal, _stream) = left_with_one_open(connections);
        terminal.send(key);
        assert_eq!(terminal.finish().code(), status);
    }

    let (terminal, _stream) = left_with_one_open(3);
    relay.hang_up();
    let left = terminal.finish();
    let said = format!("sshc: the connection to {} was lost: ", relay.address());
    assert!(left.code() == 255 && left.screen.contains(&said), "{}", left.screen);
}

#[test]
fn a_tunnel_outlives_more_connections_than_it_may_have_files() {
    const TO_SPARE: u64 = 4;
    let site = Site::new();
    let (service, socket) = (shouting(), site.home.path("here"));
    let goal = format!("127.0.0.1:{}", service.port());
    let by_socket = format!("{}:{goal}", socket.display());
    let (mut running, forwards) = open(&site, &["-L", &by_socket, "-L", &format!("auto:{goal}")]);
    let port = port(&forwards[1]);
    let process = Pid::from_raw(running.id().try_into().expect("a number of a process"));
    let files = fs::read_dir(format!("/proc/{}/fd", running.id())).expect("it runs").count() as u64;
    let few = Rlimit { current: Some(files + TO_SPARE), maximum: Some(files + TO_SPARE) };
    prlimit(process, Resource::Nofile, few).expect("it is our child");
    for _ in 0..2 {
        let by_socket: Vec<_> = (0..2 * TO_SPARE)
            .map(|_| UnixStream::connect(&socket).expect("the tunnel listens"))
            .collect();
        let by_port: Vec<_> = (0..2 * TO_SPARE).map(|_| connect(port)).collect();
        drop((by_socket, by_port));
        assert_eq!(converse_unix(&socket, b"socket"), b"SOCKET");
        assert_eq!(converse(&connect(port), b"port"), b"PORT");
    }
    running.signal(Signal::TERM);
    assert_eq!(running.finish().code(), 143);
}

#[test]
fn a_reconnection_that_meets_another_host_key_fails_at_once() {
    let (site, other) = (Site::new(), Site::new());
    let (relay, destination) = relayed(&site);
    let (running, _) = open_by(&site, &destination, &["--reconnect", "-L", "auto:127.0.0.1:9"]);
    let key = other.sshd.host_key("ed25519");
    let record = format!("[127.0.0.1]:{} {key}\n", relay.address().port());
    site.home.write(".ssh/known_hosts", record);
    relay.hang_up();
    let finished = running.finish();
    assert_eq!(finished.code(), 255);
    assert!(finished.stderr().contains("has changed"), "{}", finished.stderr());
}

#[test]
fn without_reconnect_a_lost_connection_ends_the_tunnels() {
    let site = Site::new();
    let (relay, destination) = relayed(&site);
    let (running, _) = open_by(&site, &destination, &["-L", "auto:127.0.0.1:9"]);
    relay.hang_up();
    let finished = running.finish();
    assert_eq!(finished.code(), 255);
    let lost = format!("sshc: the connection to {} was lost: ", relay.address());
    assert!(finished.stderr().starts_with(&lost), "{}", finished.stderr());
    let never = site.sshc(["-N", "--reconnect=0", &destination]).run().failure(2);
    assert!(never.starts_with("sshc: invalid value '0' for '--reconnect"), "{never}");
}

#[test]
fn escapes_are_ours_and_everything_else_is_the_shell_s() {
    let site = Site::new();
    let mut terminal = shell(&site, &[]);
    terminal.send("~?");
    terminal.expect("  ~.    end the connection\r\n");
    terminal.send("\r~~echo not''ours ~?\r");
    terminal.expect("~echo");
    terminal.send_line("echo in a line ~. st''ays");
    terminal.expect("in a line ~. stays\r\n");
    terminal.send("~.");
    // The next prompt is on a line of its own.
    terminal.expect("~.\r\n");
    assert_eq!(terminal.finish().code(), 255);
}

#[test]
fn new_keys_are_asked_for_from_the_keyboard() {
    let site = Site::with(Sshd::setup().option("LogLevel DEBUG1"));
    let mut terminal = shell(&site, &[]);
    let before = site.sshd.log().bytes().len();
    terminal.send("~R");
    terminal.expect("~R\r\n");
    let _end = site.sshd.log().wait_for_after(before, "rekeying");
    terminal.send_line("echo still th''ere; exit 3");
    terminal.expect("still there\r\n");
    assert_eq!(terminal.finish().code(), 3);
}

#[test]
fn without_an_escape_character_everything_is_the_shell_s() {
    let site = Site::new();
    let mut terminal = shell(&site, &["-o", "EscapeChar=none"]);
    terminal.send_line("~.");
    terminal.expect("~.: ");
    terminal.send_line("exit 4");
    assert_eq!(terminal.finish().code(), 4);
}

#[test]
fn a_reconnection_whose_login_is_refused_fails_at_once() {
    let site = Site::new();
    let (relay, destination) = relayed(&site);
    let (running, _) = open_by(&site, &destination, &["--reconnect", "-L", "auto:127.0.0.1:9"]);
    fs::write(site.sshd.config_file().with_file_name("authorized_keys"), "").expect("ours");
    relay.hang_up();
    let finished = running.finish();
    assert_eq!(finished.code(), 255);
    assert!(finished.stderr().contains("publickey"), "{}", finished.stderr());
}

#[test]
fn if_a_key_was_enough_no_password_is_asked_for_later() {
    let site = Site::with(Sshd::setup().option("PasswordAuthentication yes"));
    let (relay, destination) = relayed(&site);
    let options = ["-N", "--reconnect", "--print-forwards", "-L", "auto:127.0.0.1:9", &destination];
    let mut terminal = site.sshc(options).on_terminal();
    terminal.expect("\"port\"");
    fs::write(site.sshd.config_file().with_file_name("authorized_keys"), "").expect("ours");
    relay.hang_up();
    let left = terminal.finish();
    assert_eq!(left.code(), 255, "{}", left.screen);
    assert!(!left.screen.contains("password: "), "{}", left.screen);
    assert!(left.screen.contains("the server refused publickey"), "{}", left.screen);
}

#[test]
fn a_forward_that_fails_ends_it_or_not_as_configured() {
    let site = Site::new();
    let taken = Hostile::silent();
    let forward = format!("{}:127.0.0.1:9", taken.port());
    let target = site.sshd.target();
    for (choice, code, stdout) in [("yes", 255, ""), ("no", 0, "ran\n")] {
        let choice = format!("ExitOnForwardFailure={choice}");
        let ran = site.sshc(["-o", &choice, "-L", &forward, &target, "echo ran"]).run();
        assert_eq!((ran.code(), ran.stdout()), (code, stdout), "{choice}: {}", ran.stderr());
        let failed = format!(
            "sshc: cannot forward localhost:{port} to 127.0.0.1:9: the port is in use\n\
             sshc: hint: let sshc choose a free one: -L auto:127.0.0.1:9 --print-forwards\n",
            port = taken.port()
        );
        assert_eq!(ran.stderr(), failed, "{choice}");
    }
    let quiet = ["-q", "-o", "ExitOnForwardFailure=no", "-L", &forward, &target, "echo ran"];
    assert_eq!(site.sshc(quiet).run().quiet_success(), "ran\n");
    let unset = ["-o", "ExitOnForwardFailure=no", "-N"];
    for (options, shown) in
        [(&[][..], "no"), (&["-D", "1080"], "yes"), (&["-N"], "yes"), (&unset, "no")]
    {
        let ran = site.sshc(["-G"]).args(options.iter().copied()).arg(&target).run();
        let expected = format!("exitonforwardfailure {shown}");
        assert!(ran.quiet_success().lines().any(|line| line == expected), "{expected}");
    }
}

/// Two sessions may have the same configuration.
#[test]
fn a_forward_of_the_configuration_that_fails_is_only_reported() {
    let site = Site::new();
    let taken = Hostile::silent();
    let target = site.sshd.target();
    let config = format!("LocalForward {} 127.0.0.1:9\n", taken.port());
    site.home.write("config", &config);
    let sshc = |options: &[&str]| {
        let sshc = site.home.tool("sshc").args(["-F", "config", "--key", "id_ed25519"]);
        sshc.args(options.iter().copied()).arg(&target)
    };
    let ran = sshc(&[]).arg("echo ran").run();
    assert_eq!((ran.code(), ran.stdout()), (0, "ran\n"), "{}", ran.stderr());
    assert!(ran.stderr().contains(": the port is in use\n"), "{}", ran.stderr());
    // With nothing else to do, it is what the call is for.
    assert_eq!(sshc(&["-N"]).run().code(), 255);
    site.home.write("config", config + "ExitOnForwardFailure yes\n");
    assert_eq!(sshc(&[]).arg("echo ran").run().code(), 255);
}

#[test]
fn no_forward_is_opened_where_all_are_cleared() {
    let site = Site::new();
    let taken = Hostile::silent();
    let forward = format!("{}:127.0.0.1:9", taken.port());
    let goal = format!("127.0.0.1:{}", site.sshd.port());
    let target = site.sshd.target();
    for options in [
        &["-o", "ClearAllForwardings=yes", "-L", &forward, &target, "echo SSH-2.0"][..],
        &["-L", &forward, "-W", &goal, &target],
    ] {
        let ran = site.sshc(options.iter().copied()).run();
        assert_eq!((ran.code(), ran.stderr()), (0, ""), "{options:?}");
        assert!(ran.stdout().starts_with("SSH-2.0"), "{options:?}: {}", ran.stdout());
        let shown = site.sshc(["-G"]).args(options.iter().copied()).run().quiet_success();
        assert!(shown.contains("\nclearallforwardings yes\n"), "{shown}");
        assert!(!shown.contains("\nlocalforward "), "{shown}");
    }
    let kept = ["-o", "ClearAllForwardings=no", "-L", &forward, "-W", &goal, &target];
    assert!(site.sshc(kept).run().failure(255).contains(": the port is in use"));
}

#[test]
fn only_gateway_ports_are_open_to_others() {
    let site = Site::new();
    for (choice, bind) in [("no", "localhost"), ("yes", "*")] {
        let choice = format!("GatewayPorts={choice}");
        let (_running, forwards) = open(&site, &["-o", &choice, "-L", "auto:127.0.0.1:9"]);
        assert_eq!(forwards[0]["bind"], bind, "{choice}");
    }
}

#[test]
fn the_escape_character_is_the_configuration_s() {
    let site = Site::new();
    let mut terminal = shell(&site, &["-o", "EscapeChar=%"]);
    terminal.send_line("~?");
    terminal.expect("~?: command not found");
    terminal.send("%.");
    assert_eq!(terminal.finish().code(), 255);
}

#[test]
fn a_forward_is_opened_listed_and_closed_from_the_keyboard() {
    let site = Site::new();
    let service = Hostile::with(|mut stream| {
        // Whatever the caller sends, the answer is the same.
        let _ = stream.write_all(b"thank you");
        let _ = stream.shutdown(Shutdown::Both);
    });
    let mut terminal = shell(&site, &[]);
    terminal.send("~C");
    terminal.expect("sshc> ");
    terminal.send(format!("-L auto:127.0.0.1:{}\r", service.port()));
    terminal.expect("forwarding localhost:");
    terminal.expect("\r\n");
    let screen = terminal.screen();
    let (_, said) = screen.rsplit_once("forwarding localhost:").expect("it was said");
    let port = said.split(' ').next().and_then(|port| port.parse().ok()).expect("a port");
    assert_eq!(fetch(port), "thank you");

    terminal.send("\r~#");
    terminal.expect(&format!("  localhost:{port} to 127.0.0.1:{}\r\n", service.port()));
    terminal.send("\r~C");
    terminal.expect("sshc> ");
    terminal.send(format!("-KL {port}\r"));
    terminal.expect(&format!("no longer forwarding {port}\r\n"));
    assert!(
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err(),
        "no program listens any more"
    );

    terminal.send("\r~C");
    terminal.expect("sshc> ");
    terminal.send("-X\r");
    terminal.expect("expected -L, -R, -D, -KL, -KR, -KD or -h, found `-X`\r\n");
    terminal.send_line("exit 0");
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn the_log_has_what_could_be_read_and_grows() {
    let site = Site::new();
    site.home.write("session.log", "an older session\n");
    let target = site.sshd.target();
    let command = "printf '\\033[1mbold\\033[0m\\n'; echo to err >&2";
    let finished = site.sshc(["--log", "session.log", &target, command]).run();
    assert_eq!(finished.stdout(), "\u{1b}[1mbold\u{1b}[0m\n", "the screen has it all");
    let log = site.home.read_text("session.log");
    let mut lines: Vec<&str> = log.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["an older session", "bold", "to err"]);
}

#[test]
fn scripts_read_what_happened_in_json() {
    let site = Site::new();
    let target = site.sshd.target();
    let results = |options: &[&str], code: i32| -> Vec<Value> {
        let ran = site.sshc(["--log-json", "happened.jsonl"]).args(options.iter().copied()).run();
        assert_eq!(ran.code(), code, "{}", ran.stderr());
        let log = site.home.read_text("happened.jsonl");
        assert!(log.is_ascii());
        let lines = log.lines().map(|line| serde_json::from_str(line).expect("a line of JSON"));
        let lines = lines.map(|mut line: Value| {
            let start = line["time_ms"].take().as_u64().zip(line["elapsed_ms"].take().as_u64());
            assert!(start.is_some_and(|(time, elapsed)| elapsed < 60_000 && time > elapsed));
            let fields = line.as_object_mut().expect("an object");
            fields.retain(|_, value| !value.is_null());
            line
        });
        lines.collect()
    };
    let info = |message: String| json!({ "level": "info", "message": message });
    let ended = |status: i32| json!({ "level": "info", "message": format!("exit status {status}"), "status": status });
    let first = results(&[&target, "exit 3"], 3);
    let (user, place) = (site.sshd.user(), site.sshd.address());
    assert_eq!(first.first(), Some(&info(format!("connecting to {place}"))));
    assert!(first.contains(&info(format!("logged in to {place} as {user}"))), "{first:?}");
    assert_eq!(first.last(), Some(&ended(3)));
    // The file grows, and a failure stands before the status.
    let second =
        results(&["--host-key", &format!("SHA256:{}", "A".repeat(43)), &target, "true"], 255);
    assert!(second.starts_with(&first) && second.len() > first.len() + 1);
    let [.., failure, status] = &second[..] else { panic!("{second:?}") };
    let message = failure["message"].as_str().expect("text");
    assert!(failure["level"] == "error" && message.contains("host key"), "{failure}");
    let mut refused = ended(255);
    refused["reason"] = json!("host-key-changed");
    assert_eq!(*status, refused);
}

#[test]
fn a_log_that_cannot_be_written_is_named() {
    let site = Site::new();
    let target = site.sshd.target();
    for option in ["--log", "--log-json"] {
        let nowhere = site.sshc([option, "no/where", &target, "echo ran"]).run().failure(255);
        assert_eq!(nowhere, "sshc: cannot write the log `no/where`: No such file or directory\n");
        let ran = site.sshc([option, "/dev/full", &target, "echo ran; exit 3"]).run();
        let expected = "sshc: cannot write the log `/dev/full`: No space left on device\n";
        // The user asked for the session's own log; the other log is only an addition.
        let code = if option == "--log" { 255 } else { 3 };
        assert_eq!((ran.stdout(), ran.stderr(), ran.code()), ("ran\n", expected, code));
    }
}
