//! Servers other than OpenSSH, and programs that watch: tinysshd, paramiko, ssh-mitm, ssh-audit.

use std::net::TcpStream;
use std::thread;
use std::time::Instant;

use harness::DEADLINE;
use harness::account::Account;
use harness::golden;
use harness::home::Home;
use harness::invocation::Running;
use harness::sshd::free_port;
use harness::tinysshd::Tinysshd;

use super::rekey::several_megabytes;
use super::{Site, key_pair, public_line};

const PARAMIKO: &str = include_str!("../fixtures/paramiko_server.py");

#[test]
fn tinysshd_is_a_server_like_any_other() {
    let site = Site::new();
    let account = Account::new("sshctiny", "unused");
    account.authorize(&public_line(&site.home.path("id_ed25519")));
    let server = Tinysshd::start();
    site.home.write(".ssh/known_hosts", server.known_hosts_line());
    let target = server.target(&account);
    let ran = site.sshc([&target, "cat; echo complaint >&2; exit 3"]).stdin("in").run();
    assert_eq!((ran.code(), ran.stdout(), ran.stderr()), (3, "in", "complaint\n"));
    let mut terminal = site.sshc([target.as_str()]).on_terminal();
    terminal.send_line("PS1=; echo rea''dy; stty size; exit 4");
    terminal.expect("ready\r\n");
    terminal.expect("24 80\r\n");
    assert_eq!(terminal.finish().code(), 4);
    let sum = several_megabytes(&site.home, 5);
    let line = format!("sshc -F none --key id_ed25519 {target} cat < bulk | sha256sum");
    assert_eq!(site.home.shell(&line).run().quiet_success(), sum);
    // It does not forward anything.
    let goal = format!("127.0.0.1:{}", site.sshd.port());
    let said = site.sshc(["-W", &goal, &target]).run().failure(255);
    assert!(said.starts_with("sshc: cannot forward "), "{said}");
    // So far the host key was on record.
    site.home.write(".ssh/known_hosts", "");
    let said = site.sshc(["--batch", &target, "true"]).run().failure(255);
    assert!(said.contains(" is not on record: ssh-ed25519 SHA256:"), "{said}");
}

/// The server, and a home with its line of `known_hosts` and a key.
fn paramiko() -> (Home, Running, u16) {
    let home = Home::new();
    key_pair(&home, "ed25519");
    let script = home.write("server.py", PARAMIKO);
    let server = home.python().arg(script).arg(home.path("id_ed25519")).start();
    server.stdout.wait_for("\n");
    let port = server.stdout.text().trim().parse().expect("it said its port");
    let line = format!("[127.0.0.1]:{port} {}", public_line(&home.path("id_ed25519")));
    home.write(".ssh/known_hosts", line);
    (home, server, port)
}

#[test]
fn paramiko_takes_a_key_and_then_asks_twice() {
    let (home, _server, port) = paramiko();
    let target = format!("ada@127.0.0.1:{port}");
    let sshc = || home.tool("sshc").args(["-F", "none", "--key", "id_ed25519"]);
    let mut terminal = sshc().args([target.as_str(), "hello"]).on_terminal();
    terminal.expect("| Second step\r\n| From your telephone\r\n| Token: ");
    terminal.send_line("123456");
    terminal.expect("| PIN: ");
    terminal.send_line("0000");
    let left = terminal.finish();
    assert_eq!(left.code(), 7, "{}", left.screen);
    assert!(left.screen.ends_with("| PIN: \r\nhello\r\n"), "{}", left.screen);
    let said = sshc().args(["--batch", &target, "hello"]).run().failure(255);
    let half =
        "(id_ed25519) was accepted but is not enough; the server takes keyboard-interactive\n";
    assert!(said.contains(half), "{said}");
}

#[test]
fn paramiko_exchanges_keys_every_100_kib_while_both_sides_send() {
    let (home, _server, port) = paramiko();
    let sum = several_megabytes(&home, 3);
    let line = format!(
        "(sshc -F none --key id_ed25519 bulk@127.0.0.1:{port} cat < bulk; echo $? >&2) | sha256sum"
    );
    let ran = home.shell(&line).run();
    assert_eq!((ran.stdout(), ran.stderr()), (sum.as_str(), "7\n"));
}

#[test]
fn a_man_in_the_middle_is_refused_before_learning_the_user() {
    let site = Site::new();
    let port = free_port();
    let server = site.sshd.port().to_string();
    let mitm = site.home.python().args(["-m", "sshmitm", "server", "--listen-address"]);
    let mitm = mitm.args(["127.0.0.1", "--listen-port", &port.to_string()]);
    let mitm = mitm.args(["--remote-host", "127.0.0.1", "--remote-port", &server]).start();
    let deadline = Instant::now() + DEADLINE;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "{}", mitm.stderr.text());
        thread::yield_now();
    }
    let target = format!("{}@127.0.0.1:{port}", site.sshd.user());
    let try_to = |options: &[&str]| {
        site.sshc(options.iter().copied()).args([target.as_str(), "true"]).run().failure(255)
    };
    assert!(try_to(&["--batch"]).contains(" is not on record: "));
    let pin = site.sshd.fingerprint("ed25519");
    assert!(try_to(&["--host-key", &pin]).contains(" is not one of those given with --host-key: "));
    let line = format!("[127.0.0.1]:{port} {}\n", site.sshd.host_key("ed25519"));
    site.home.write(".ssh/known_hosts", line);
    assert!(try_to(&["--accept-new"]).contains(" has changed: "));
    let said = mitm.stdout.text() + &mitm.stderr.text();
    assert!(said.contains("client version: ssh-2.0-sshc"), "he was there: {said}");
    assert!(!said.contains(&format!("\"username\": \"{}", site.sshd.user())), "{said}");
    assert!(!site.sshd.log().text().contains("Accepted"), "{}", site.sshd.log().text());
}

/// We know what ssh-audit reports about our client: its opinion of NIST's curves, of group 14 and
/// of everything that does not resist quantum computers yet.
#[test]
fn the_findings_of_ssh_audit_are_golden() {
    let home = Home::new();
    let port = free_port().to_string();
    let audit = home.python().args(["-m", "ssh_audit.ssh_audit", "-n", "-l", "warn", "-c"]);
    let audit = audit.args(["-t", "30", "-p", &port]).start();
    let deadline = Instant::now() + DEADLINE;
    let target = format!("ada@127.0.0.1:{port}");
    loop {
        let said = home.tool("sshc").args(["-F", "none", "--batch", &target, "true"]).run();
        if !said.failure(255).contains("Connection refused") {
            break;
        }
        assert!(Instant::now() < deadline, "{}", audit.stderr.text());
    }
    let output = String::from_utf8(audit.finish().stdout).expect("it writes text");
    let is_finding = |line: &&str| line.contains("[fail]") || line.contains("[warn]");
    let findings: String =
        output.lines().filter(is_finding).flat_map(|it| [it.trim_end(), "\n"]).collect();
    golden::check("tests/golden/ssh-audit.txt", &findings);
}
