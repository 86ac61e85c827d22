//! The route to the server: through jump hosts, commands and proxies.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use harness::hostile::Hostile;
use harness::sshd::Sshd;

use super::{Site, noise, public_line};

/// A site and a second server that accepts the same key; both are on record.
pub(super) fn with_gate() -> (Site, Sshd) {
    let site = Site::new();
    let gate = one_more(&site);
    (site, gate)
}

/// Another server that accepts the site's key, put on record.
pub(super) fn one_more(site: &Site) -> Sshd {
    let line = public_line(&site.home.path("id_ed25519"));
    let sshd = Sshd::setup().authorize(line).host_key_type("ed25519").start();
    let known = site.home.read_text(".ssh/known_hosts") + &sshd.known_hosts_line("ed25519");
    site.home.write(".ssh/known_hosts", known);
    sshd
}

#[test]
fn jump_hosts_are_logged_in_to_one_after_another() {
    let (site, first) = with_gate();
    let second = one_more(&site);
    let jumps = format!("{},{}", first.target(), second.target());
    let ran = site.sshc(["-J", &jumps, &site.sshd.target(), "cat; exit 3"]).stdin("through").run();
    assert_eq!((ran.code(), ran.stdout(), ran.stderr()), (3, "through", ""));
    for sshd in [&first, &second, &site.sshd] {
        sshd.log().wait_for("Accepted publickey");
    }
}

#[test]
fn a_jump_host_is_checked_like_the_destination() {
    let (site, gate) = with_gate();
    site.home.write(".ssh/known_hosts", site.sshd.known_hosts_line("ed25519"));
    let target = site.sshd.target();
    let said = site.sshc(["-J", &gate.target(), "--batch", &target, "true"]).run().failure(255);
    let start = format!("sshc: the host key of [127.0.0.1]:{} is not on record: ", gate.port());
    assert!(said.starts_with(&start), "{said}");
    // A pin is for the destination; jump hosts need a record.
    let pin = site.sshd.fingerprint("ed25519");
    let options = ["-J", &gate.target(), "--batch", "--host-key", &pin, &target, "true"];
    assert!(site.sshc(options).run().failure(255).starts_with(&start));
    site.home.write(".ssh/known_hosts", gate.known_hosts_line("ed25519"));
    assert_eq!(site.sshc(options).run().quiet_success(), "");
}

#[test]
fn a_destination_that_the_last_host_cannot_reach_is_said() {
    let (site, gate) = with_gate();
    let port = harness::sshd::free_port();
    let target = format!("ada@127.0.0.1:{port}");
    let said = site.sshc(["-J", &gate.target(), &target, "true"]).run().failure(255);
    assert_eq!(
        said,
        format!(
            "sshc: cannot connect to 127.0.0.1:{port} through the proxy: {} could not connect to it: \
             connect failed: \"Connection refused\"\n",
            gate.address()
        )
    );
}

#[test]
fn a_log_names_the_jump_host() {
    let (site, gate) = with_gate();
    let (user, port) = (site.sshd.user(), site.sshd.port());
    let log = format!("connect with: ssh -J {} -p {port} {user}@127.0.0.1\n", gate.target());
    site.home.write("log.txt", log);
    for form in ["--allow-private --json", "--json"] {
        let line = format!("joblog-parse {form} log.txt | sshc --key id_ed25519 - 'echo in'");
        assert_eq!(site.home.shell(&line).run().quiet_success(), "in\n", "{form}");
    }
    gate.log().wait_for("Accepted publickey");
}

#[test]
fn a_command_may_be_the_connection() {
    let (site, gate) = with_gate();
    let target = site.sshd.target();
    // Our own `-W`, with the host and the port filled in.
    let command = format!("sshc --key id_ed25519 -W %h:%p {}", gate.target());
    let ran = site.sshc(["--proxy-command", &command, &target, "cat"]).stdin("through").run();
    assert_eq!(ran.quiet_success(), "through");
    gate.log().wait_for("Accepted publickey");
}

/// Copies bytes in both directions, and blocks while a side does not take them.
const RELAY: &str = "\
import os, select, socket, sys
server = socket.create_connection((sys.argv[1], int(sys.argv[2])))
while True:
    for source in select.select([0, server], [], [])[0]:
        if source == 0:
            piece = os.read(0, 65536)
            server.sendall(piece)
        else:
            piece = server.recv(65536)
            while piece and (rest := piece[os.write(1, piece):]):
                piece = rest
        if not piece:
            sys.exit()
";

#[test]
fn a_command_with_one_thread_carries_much_both_ways() {
    let (site, gate) = with_gate();
    let target = site.sshd.target();
    let relay = site.home.write("relay.py", RELAY);
    let sent = noise(1, 20_000_000);
    let path = site.home.write("sent", &sent);
    for command in [
        format!("python3 {} %h %p", relay.display()),
        format!("sshc --key id_ed25519 -W %h:%p {}", gate.target()),
    ] {
        let ran = site
            .sshc(["--proxy-command", &command, &target, "cat"])
            .stdin_from(File::open(&path).expect("it was written"))
            .stdout_to(File::create(site.home.path("heard")).expect("the home is ours"))
            .run();
        assert_eq!((ran.code(), ran.stderr()), (0, ""), "{command}");
        assert!(site.home.read("heard") == sent, "{command}");
    }
}

#[test]
fn a_command_that_ends_is_named_with_how_it_ended() {
    let site = Site::new();
    let target = site.sshd.target();
    let (place, port) = (site.sshd.address(), site.sshd.port());
    for (command, before, said) in [
        ("false", "", "`false` ended with status 1"),
        ("true", "", "`true` ended with status 0"),
        ("sh -c 'read version; exit 3'", "", "`sh -c 'read version; exit 3'` ended with status 3"),
        (
            "sh -c 'echo %r >&2; exit 4'",
            "USER\n",
            "`sh -c 'echo USER >&2; exit 4'` ended with status 4",
        ),
        (
            "sh -c ': \x07; kill $$'",
            "",
            r"`sh -c ': \u{7}; kill $$'` was ended by signal 15 (SIGTERM)",
        ),
        (
            "sh -c 'echo SSH-2.0-x; read version; exit 5'",
            "",
            "`sh -c 'echo SSH-2.0-x; read version; exit 5'` ended with status 5",
        ),
    ] {
        let ran = site.sshc(["--proxy-command", command, &target, "true"]).run().failure(255);
        let expected =
            format!("{before}sshc: cannot connect to {place}: the proxy command {said}\n");
        assert_eq!(ran, expected.replace("USER", &site.sshd.user()), "{command}");
    }
    let said = site.sshc(["--proxy-command", "/no/such %p", &target, "true"]).run().failure(255);
    let end = format!("the proxy command `/no/such {port}` ended with status 127\n");
    assert!(said.ends_with(&end) && !said.contains("hint"), "{said}");
}

#[test]
fn a_command_that_says_nothing_is_not_left_behind() {
    let site = Site::new();
    let options = ["--connect-timeout", "1s", "--proxy-command", "sleep 1000"];
    // It inherits our standard error, so this returns only when both have ended.
    let said = site.sshc(options).args([&site.sshd.target(), "true"]).run().failure(255);
    assert!(said.contains(": it said nothing within 1s\n"), "{said}");
}

#[test]
fn an_empty_command_is_wrong_usage_and_none_is_none() {
    let site = Site::new();
    let target = site.sshd.target();
    for command in ["", " \t"] {
        let said = site.sshc(["--proxy-command", command, &target, "true"]).run().failure(2);
        assert!(said.contains("the command is empty; `none` stands for no command"), "{said}");
    }
    let none = site.sshc(["-o", "ProxyCommand=none", &target, "echo in"]);
    assert_eq!(none.run().quiet_success(), "in\n");
    let none = site.sshc(["--proxy-command", "none", &target, "echo in"]);
    assert_eq!(none.run().quiet_success(), "in\n");
}

/// A proxy that reads a request, answers it with `admit`, and then relays to this server.
pub(super) fn proxy(
    to: SocketAddr,
    admit: impl Fn(&TcpStream) -> bool + Send + Sync + 'static,
) -> (Hostile, Arc<AtomicUsize>) {
    let admitted = Arc::<AtomicUsize>::default();
    let count = Arc::clone(&admitted);
    let server = Hostile::with(move |client| {
        if !admit(&client) {
            return;
        }
        count.fetch_add(1, Ordering::SeqCst);
        let server = TcpStream::connect(to).expect("the server listens");
        thread::scope(|scope| {
            scope.spawn(|| pass(&client, &server));
            pass(&server, &client);
        });
    });
    (server, admitted)
}

pub(super) fn pass(mut from: &TcpStream, mut to: &TcpStream) {
    // Either side may break off; the other one sees the end.
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}

fn exactly<const N: usize>(mut stream: &TcpStream) -> [u8; N] {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).expect("the client goes on");
    bytes
}

pub(super) fn say(mut stream: &TcpStream, bytes: &[u8]) {
    stream.write_all(bytes).expect("the client listens");
}

/// SOCKS 5 with the password `ada:geheim`, to the server on this port.
pub(super) fn socks5(client: &TcpStream, port: u16) -> bool {
    assert_eq!(exactly(client), [5, 2, 0, 2]);
    say(client, &[5, 2]);
    if exactly(client) != *b"\x01\x03ada\x06geheim" {
        say(client, &[1, 1]);
        return false;
    }
    say(client, &[1, 0]);
    assert_eq!(exactly(client), [5, 1, 0, 1, 127, 0, 0, 1]);
    assert_eq!(exactly(client), port.to_be_bytes());
    say(client, &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    true
}

/// The lines of an HTTP request up to the empty one.
pub(super) fn head(client: &TcpStream) -> Vec<String> {
    let lines = BufReader::with_capacity(1, client).lines();
    lines
        .map(|line| line.expect("the client goes on"))
        .take_while(|line| !line.is_empty())
        .collect()
}

/// An askpass program that gives this answer.
pub(super) fn askpass(site: &mut Site, answer: &str) {
    let program =
        site.home.write("askpass", format!("#!/bin/sh\necho \"$1\" >> questions\necho {answer}\n"));
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).expect("it is ours");
    site.home.set("SSH_ASKPASS", program);
    site.home.set("SSH_ASKPASS_REQUIRE", "force");
}

#[test]
fn a_socks_proxy_connects_with_a_password() {
    let mut site = Site::new();
    let port = site.sshd.port();
    let (server, admitted) = proxy(site.sshd.address(), move |client| socks5(client, port));
    let (url, target) = (format!("socks5://ada@{}", server.address()), site.sshd.target());
    askpass(&mut site, "geheim");
    let ran = site.sshc(["--proxy", &url, &target, "cat"]).stdin("through").run();
    assert_eq!(ran.quiet_success(), "through");
    assert_eq!(admitted.load(Ordering::SeqCst), 1);
    assert_eq!(site.home.read_text("questions"), "Password of ada for the proxy: \n");
    askpass(&mut site, "falsch");
    let said = site.sshc(["--proxy", &url, &target, "true"]).run().failure(255);
    assert_eq!(
        said,
        format!(
            "sshc: cannot connect to {} through the proxy: the proxy refused the password\n",
            site.sshd.address()
        )
    );
}

#[test]
fn an_http_proxy_connects_with_a_password() {
    let mut site = Site::new();
    let place = site.sshd.address();
    let (server, admitted) = proxy(place, move |client| {
        let head = head(client);
        assert_eq!(head[..2], [format!("CONNECT {place} HTTP/1.1"), format!("Host: {place}")]);
        // ada:geheim
        let welcome = head[2..] == ["Proxy-Authorization: Basic YWRhOmdlaGVpbQ=="];
        say(
            client,
            if welcome { b"HTTP/1.1 200 OK\r\nVia: x\r\n\r\n" } else { b"HTTP/1.1 407 No\r\n\r\n" },
        );
        welcome
    });
    let target = site.sshd.target();
    askpass(&mut site, "geheim");
    let url = format!("http://ada@{}", server.address());
    let ran = site.sshc(["--proxy", &url, &target, "cat"]).stdin("through").run();
    assert_eq!(ran.quiet_success(), "through");
    assert_eq!(admitted.load(Ordering::SeqCst), 1);
    let url = format!("http://{}", server.address());
    let said = site.sshc(["--proxy", &url, &target, "true"]).run().failure(255);
    assert_eq!(
        said,
        format!(
            "sshc: cannot connect to {place} through the proxy: the proxy wants a login\nsshc: \
             hint: name the user in the URL, as in --proxy http://user@host:port; sshc asks for \
             the password\n"
        )
    );
    askpass(&mut site, "falsch");
    let url = format!("http://ada@{}", server.address());
    let said = site.sshc(["--proxy", &url, &target, "true"]).run().failure(255);
    assert_eq!(
        said,
        format!(
            "sshc: cannot connect to {place} through the proxy: the proxy refused the password\n"
        )
    );
}

#[test]
fn a_password_in_a_proxy_s_url_is_refused_and_not_repeated() {
    let site = Site::new();
    for url in ["http://ada:geheim@127.0.0.1:1", "ada:geheim@127.0.0.1:1"] {
        for options in [vec!["--proxy".to_owned(), url.to_owned()], vec![format!("--proxy={url}")]]
        {
            let sshc = site.sshc(options.iter().map(String::as_str));
            let said = sshc.args([&site.sshd.target(), "true"]).run().failure(2);
            assert!(said.starts_with("sshc: invalid value for '--proxy <URL>': "), "{said}");
            assert!(said.contains("ada:***@127.0.0.1:1") && !said.contains("geheim"), "{said}");
        }
    }
}

#[test]
fn an_answer_that_is_not_a_proxy_s_is_reported() {
    let site = Site::new();
    let target = site.sshd.target();
    let through = |url: &str| {
        site.sshc(["--connect-timeout", "1s", "--proxy", url, &target, "true"]).run().failure(255)
    };
    let start = format!("sshc: cannot connect to {} through the proxy: ", site.sshd.address());
    let web = Hostile::saying_and_closing(*b"HTTP/1.1 503 \x1b[2J\r\n\r\n");
    for url in [format!("http://{}", web.address()), format!("socks5://{}", web.address())] {
        let said = through(&url);
        assert!(said.starts_with(&start) && !said.contains('\u{1b}'), "{said}");
    }
    let closed = format!("{}:{}", Ipv4Addr::LOCALHOST, harness::sshd::free_port());
    let said = through(&format!("socks5://{closed}"));
    assert!(said.starts_with(&format!("{start}{closed}: Connection refused")), "{said}");
    let silent = Hostile::silent();
    let endless = Hostile::dripping(*b"HTTP/1.1 200 OK\r\nx: y", Duration::from_millis(10));
    for (scheme, server) in [("socks5", &silent), ("http", &silent), ("http", &endless)] {
        let address = server.address();
        assert_eq!(
            through(&format!("{scheme}://{address}")),
            format!(
                "sshc: cannot connect to {}: no answer from the proxy {address} within 1s\nsshc: \
                 hint: the program there may not be a proxy, or may be overloaded: check its \
                 address, or allow more time with --connect-timeout\n",
                site.sshd.address()
            )
        );
    }
    assert!(!site.sshd.log().text().contains("Connection from"));
}
