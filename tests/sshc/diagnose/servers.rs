//! What listens on the port: a server that is starting, something other than SSH, or one that turns
//! us away.

use harness::hostile::Hostile;
use harness::invocation::Running;
use harness::sshd::{Sshd, free_port};

use super::{Site, diagnose, ordinary_run_agrees};
use crate::sshc::key_pair;

/// Connects to a listener that sends this text, and checks the outcome.
#[track_caller]
fn row(site: &Site, address: &str, reason: &str, verdict: &str, hint: &str) {
    let target = format!("ada@{address}");
    let options = ["--connect-timeout", "2s", target.as_str()];
    let found = diagnose(site.sshc(options));
    found.must_be(1, reason, verdict, hint);
    ordinary_run_agrees(&site.home, site.sshc(options), &found);
}

#[test]
fn a_server_that_is_silent_or_closes_is_starting_up() {
    let site = Site::new();
    let silent = Hostile::silent();
    let verdict = "starting up, or no SSH server: ";
    row(&site, &silent.address().to_string(), "silent", verdict, "--connect-timeout");
    let closing = Hostile::saying_and_ending("");
    let verdict = "starting up, or too many connections: ";
    row(&site, &closing.address().to_string(), "closed", verdict, "try again in a moment");
    let leaving = Hostile::saying_and_ending("SSH-2.0-OpenSSH_10.6\r\n");
    row(&site, &leaving.address().to_string(), "closed", verdict, "try again in a moment");
}

#[test]
fn other_protocols_are_named() {
    let site = Site::new();
    for (said, verdict, hint) in [
        ("220 mail.example ESMTP\r\n", "first words were `220 mail.example", "check the port"),
        ("SSH-1.5-old\r\n", "its version is `SSH-1.5-old`", "a newer server"),
        ("\u{1b}]0;owned\u{7}\u{202e}x\r\n", r"`\u{1b}]0;owned\u{7}\u{202e}x`", "check the port"),
    ] {
        let other = Hostile::saying_and_ending(said);
        row(&site, &other.address().to_string(), "not-ssh", verdict, hint);
    }
}

/// Waits until the server accepts connections.
fn listening(port: u16) {
    let listens = || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
    harness::until(&format!("a server listens on {port}"), listens);
}

#[test]
fn a_web_server_or_the_page_of_a_network_is_not_ssh() {
    let site = Site::new();
    let port = free_port();
    let web = site.home.python().args(["-m", "http.server", "--bind", "127.0.0.1"]);
    let _web: Running = web.arg(port.to_string()).start();
    listening(port);
    let hint = "the login page of this network";
    row(&site, &format!("127.0.0.1:{port}"), "not-ssh", "not SSH: ", hint);
}

#[test]
fn tls_is_not_ssh() {
    let site = Site::new();
    let port = free_port();
    let made = site.home.peer("openssl").args(["req", "-x509", "-newkey", "rsa:2048", "-nodes"]);
    let made = made.args(["-subj", "/CN=node7", "-keyout", "tls.key", "-out", "tls.pem"]);
    assert_eq!(made.run().code(), 0);
    let tls = site.home.peer("openssl").args(["s_server", "-quiet", "-key", "tls.key"]);
    let tls = tls.args(["-cert", "tls.pem", "-accept", &format!("127.0.0.1:{port}")]);
    let _tls: Running = tls.stdin_open().start();
    listening(port);
    // Like many servers it closes without a message if the client does not begin with TLS; then we
    // try TLS.
    let target = format!("ada@127.0.0.1:{port}");
    let found = diagnose(site.sshc([target.as_str()]));
    found.must_be(1, "not-ssh", "not SSH: 127.0.0.1 speaks TLS", "check the port");
    // Others answer with an alert.
    let alert = Hostile::saying_and_ending(*b"\x15\x03\x01\x00\x02\x02\x46");
    let hint = "a web server or another service listens there";
    row(&site, &alert.address().to_string(), "not-ssh", "it speaks TLS, not SSH", hint);
}

#[test]
fn a_real_server_that_has_had_enough_of_us_says_so() {
    let site = Site::new();
    key_pair(&site.home, "ecdsa");
    let sshd = Sshd::setup().newest().host_key_type("ed25519").start();
    site.home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
    let target = format!("root@{}", sshd.address());
    let client = || site.home.tool("sshc").args(["-F", "none", "--key", "id_ecdsa", &target]);
    // Each refused key costs five seconds, and from fifteen on the address is dropped.
    let found = (0..6).map(|_| diagnose(client())).find(|it| it.text("reason") == "turned-away");
    let found = found.expect("six refused keys are too many");
    let verdict = "turned away: ";
    found.must_be(1, "turned-away", verdict, "for 15 s to 10 min");
    assert!(found.text("verdict").contains("`Not allowed at this time`"), "{found:#?}");
    ordinary_run_agrees(&site.home, client(), &found);
}

#[test]
fn a_server_with_too_many_callers_says_so() {
    let site = Site::new();
    let full = Hostile::saying_and_ending("Exceeded MaxStartups\r\n");
    let hint = "too many connections that are not logged in yet";
    row(&site, &full.address().to_string(), "turned-away", "`Exceeded MaxStartups`", hint);
}

#[test]
fn the_option_that_would_allow_what_the_server_has_is_named_and_works() {
    for (line, lists, option) in [
        (
            "KexAlgorithms diffie-hellman-group14-sha1",
            "no common key exchange",
            "-o KexAlgorithms=+diffie-hellman-group14-sha1",
        ),
        ("Ciphers aes256-cbc", "no common cipher", "-o Ciphers=+aes256-cbc"),
        ("MACs hmac-sha1\nCiphers aes128-ctr", "no common message", "-o MACs=+hmac-sha1"),
    ] {
        let site = Site::with(Sshd::setup().option(line));
        let target = site.sshd.target();
        let found = diagnose(site.sshc([target.as_str()]));
        found.must_be(1, "no-common-algorithm", lists, option);
        assert!(found.text("verdict").contains("the server has "), "{found:#?}");
        ordinary_run_agrees(&site.home, site.sshc([target.as_str()]), &found);
        let mut words = option.split(' ');
        let allowed = [words.next().expect("-o"), words.next().expect("its value"), &target];
        assert_eq!(diagnose(site.sshc(allowed)).code, 0, "{option}");
    }
}
