//! How long tunnels last: beside a program, with transfers in them, and when one of them fails.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;

use harness::hostile::Hostile;
use harness::sshd::Sshd;
use harness::until;
use rustix::process::{Pid, Resource, Rlimit, Signal, prlimit};

use super::Site;
use super::reconnect::relayed;
use super::tunnels::{connect, converse, converse_unix, open, port, shouting};

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
