//! Tests the harness itself, with programs that are not ours: tests can be trusted only as far as
//! the harness.

use std::io::Read as _;
use std::net::TcpStream;
use std::time::Duration;

use harness::account::Account;
use harness::agent::Agent;
use harness::cluster::Cluster;
use harness::display::Display;
use harness::dropbear::Dropbear;
use harness::home::Home;
use harness::hostile::Hostile;
use harness::invocation::Invocation;
use harness::sshd::Sshd;
use rustix::termios::LocalModes;

/// Makes a key pair `id_ed25519` in the home with `ssh-keygen`; returns the public line.
fn key_pair(home: &Home) -> String {
    let made = home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", "id_ed25519"]);
    assert_eq!(made.run().code(), 0);
    home.read_text("id_ed25519.pub")
}

/// OpenSSH's own client, which trusts this `known_hosts` file and uses the key of the home.
fn ssh(home: &Home, known_hosts: &str, port: u16) -> Invocation {
    home.write("known_hosts", known_hosts);
    home.peer("ssh")
        .args(["-F", "none", "-i", "id_ed25519", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes"])
        .args(["-o", "UserKnownHostsFile=known_hosts", "-o", "StrictHostKeyChecking=yes"])
        .args(["-p".to_owned(), port.to_string()])
}

#[test]
fn sshd_lets_the_authorized_key_in_and_goes_on_after_a_restart() {
    let home = Home::new();
    let mut sshd = Sshd::start(&key_pair(&home));
    for key_type in ["ed25519", "ecdsa", "rsa"] {
        let known = sshd.known_hosts_line(key_type);
        let destination = format!("{}@127.0.0.1", sshd.user());
        let ran = ssh(&home, &known, sshd.port()).args([&destination, "echo $((6 * 7)); exit 3"]);
        let ran = ran.run();
        assert_eq!((ran.code(), ran.stdout()), (3, "42\n"), "{}", ran.stderr());
        sshd.restart();
    }
}

#[test]
fn dropbear_lets_the_accounts_key_in() {
    let home = Home::new();
    let account = Account::new("uprod_ground", "secret");
    account.authorize(&key_pair(&home));
    let dropbear = Dropbear::start();
    let ran = ssh(&home, &dropbear.known_hosts_line(), dropbear.port())
        .args([&format!("{}@127.0.0.1", account.name()), "whoami"])
        .run();
    assert_eq!((ran.code(), ran.stdout()), (0, "uprod_ground\n"), "{}", ran.stderr());
}

#[test]
fn the_cluster_serves_openssh() {
    let home = Home::new();
    let cluster = Cluster::start("uprod_qpWia", &key_pair(&home)).expect("it starts");
    let ssh = || ssh(&home, &cluster.known_hosts_line(), cluster.address().port());
    let run = |command| ssh().args(["uprod_qpWia@127.0.0.1", command]).stdin("a\nb\n").run();
    assert_eq!(run("whoami").stdout(), "uprod_qpWia\n");
    let ran = run("wc -l; echo talk >&2; exit 4");
    assert_eq!((ran.code(), ran.stdout()), (4, "2\n"));
    assert!(ran.stderr().ends_with("talk\n"), "{}", ran.stderr());
    assert_eq!(ssh().args(["root@127.0.0.1", "whoami"]).run().code(), 255);
}

#[test]
fn agents_hold_keys() {
    let home = Home::new();
    let line = key_pair(&home);
    let body = line.split(' ').nth(1).expect("a key has a body");
    let agent = Agent::openssh(&home);
    agent.add(&home, &home.path("id_ed25519"));
    let convert = home.peer("puttygen").args(["id_ed25519", "-O", "private", "-o", "id.ppk"]);
    assert_eq!(convert.run().code(), 0);
    let pageant = Agent::pageant(&home, &[&home.path("id.ppk")]);
    for agent in [agent, pageant] {
        let listed = home.peer("ssh-add").env("SSH_AUTH_SOCK", agent.socket()).arg("-L").run();
        assert!(listed.stdout().contains(body), "{listed:?}");
    }
}

#[test]
fn a_display_has_a_clipboard() {
    let mut home = Home::new();
    let display = Display::start(&home);
    home.set("DISPLAY", display.name());
    // xclip goes to the background once it owns the selection, and ends with the display.
    let copied = home.shell("xclip -selection clipboard >/dev/null 2>&1").stdin("text").run();
    assert_eq!(copied.code(), 0);
    let pasted = home.peer("xclip").args(["-selection", "clipboard", "-o"]).run();
    assert_eq!(pasted.stdout(), "text");
}

#[test]
fn a_terminal_is_typed_on_resized_and_left() {
    let home = Home::new();
    let mut terminal = home.shell("stty size; read line; stty size; echo got $line").on_terminal();
    terminal.expect("24 80");
    terminal.resize(132, 43);
    terminal.send_line("hello");
    terminal.expect("43 132");
    terminal.expect("got hello");
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn the_terminal_is_there_beside_a_pipe() {
    let home = Home::new();
    let script = "cat; stty -echo </dev/tty; printf 'secret? ' >/dev/tty; read answer </dev/tty; \
                  echo \"$answer\"";
    let mut terminal = home.shell(script).stdin("piped\n").on_terminal_with_stdout_piped();
    terminal.expect("secret? ");
    assert!(!terminal.modes().local_modes.contains(LocalModes::ECHO));
    terminal.send_line("typed");
    let left = terminal.finish();
    assert_eq!(String::from_utf8_lossy(&left.stdout), "piped\ntyped\n");
    assert_eq!(left.screen, "secret? ");
}

#[test]
fn without_a_terminal_there_is_none() {
    let ran = Home::new().shell("exec 2>/dev/null; : </dev/tty && echo a terminal").run();
    assert_eq!(ran.stdout(), "");
}

#[test]
fn hostile_servers_are_as_they_say() {
    let read = |server: &Hostile, most: u64| {
        let stream = TcpStream::connect(server.address()).expect("it listens");
        let mut bytes = Vec::new();
        stream.take(most).read_to_end(&mut bytes).expect("it closes in good order");
        bytes
    };
    assert_eq!(read(&Hostile::closing(), 100), b"");
    assert_eq!(read(&Hostile::saying_and_closing("no"), 100), b"no");
    let dripping = Hostile::dripping("ab", Duration::from_millis(1));
    assert_eq!(read(&dripping, 5), b"ababa");
    assert_eq!(dripping.connections(), 1);
    let silent = Hostile::silent();
    let stream = TcpStream::connect(silent.address()).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_millis(50))).expect("not zero");
    assert!((&stream).read(&mut [0]).is_err());
}

#[test]
fn the_newest_sshd_lets_the_authorized_key_in_and_turns_away_repeated_failures() {
    let home = Home::new();
    let key = key_pair(&home);
    let sshd = Sshd::setup().newest().authorize(key).start();
    let known = sshd.known_hosts_line("ed25519");
    let run = |user: &str| {
        ssh(&home, &known, sshd.port())
            .args([&format!("{user}@127.0.0.1"), "cat /etc/debian_version"])
            .run()
    };
    let ran = run("root");
    assert_eq!(ran.code(), 0, "{}", ran.stderr());
    assert!(ran.stdout().ends_with("/sid\n"), "{}", ran.stdout());
    // Every failed login costs 5 s of penalty, and from 15 s on the server refuses connections.
    for _ in 0..5 {
        assert_eq!(run("stranger").code(), 255);
    }
    sshd.log().wait_for("drop connection #0 from ");
    let ran = home.in_newest("/usr/bin/puttygen").arg("--version").run();
    assert!(ran.stdout().starts_with("puttygen: Release 0."), "{}", ran.stdout());
}
