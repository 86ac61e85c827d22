//! Tunnels that come back after a lost connection, and what is kept for that: `--reconnect` never
//! asks twice and trusts no other server.

use std::fs;
use std::io::Read as _;
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use harness::DEADLINE;
use harness::hostile::Hostile;
use harness::sshd::Sshd;
use rustix::process::Signal;

use super::Site;
use super::proxy::{askpass, pass, proxy, socks5};
use super::relay::Relay;
use super::tunnels::{open_by, port};

const SERVICE: &str = "at your service";

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

/// New connections see other host keys from now on.
fn change_host_keys(site: &mut Site) {
    let other = Sshd::setup().start();
    for key_type in ["ed25519", "ecdsa", "rsa"] {
        let (from, to) = (other.host_key_file(key_type), site.sshd.host_key_file(key_type));
        fs::copy(from, to).expect("both are ours");
    }
    site.sshd.restart();
}

#[test]
fn a_host_key_accepted_once_is_accepted_again_and_no_other() {
    let mut site = Site::new();
    let service = Hostile::saying_and_closing(SERVICE);
    let (relay, destination) = relayed(&site);
    let forward = format!("auto:127.0.0.1:{}", service.port());
    for (options, answer) in [
        (&["--known-hosts", "none-yet"][..], Some("once")),
        (&["--known-hosts", "/dev/null", "--accept-new"], None),
    ] {
        let options = [options, &["-N", "--reconnect", "-L", &forward, &destination]].concat();
        let mut terminal = site.sshc(options).on_terminal();
        if let Some(answer) = answer {
            terminal.expect("(yes/once/no/fingerprint) ");
            terminal.send_line(answer);
        }
        terminal.expect("sshc: port ");
        terminal.expect(" here leads to ");
        let screen = terminal.screen();
        let (_, said) = screen.rsplit_once("sshc: port ").expect("it was seen");
        let port = said.split(' ').next().and_then(|port| port.parse().ok()).expect("a port");
        assert_eq!(fetch(port), SERVICE);
        relay.hang_up();
        assert_eq!(fetch(port), SERVICE);
        change_host_keys(&mut site);
        relay.hang_up();
        let left = terminal.finish();
        assert_eq!(left.code(), 255, "{}", left.screen);
        let refused = "has changed since it was accepted: ";
        assert!(left.screen.contains(refused), "{}", left.screen);
    }
    assert!(!site.home.path("none-yet").exists());
}

#[test]
fn the_password_of_a_proxy_is_asked_for_once() {
    let mut site = Site::new();
    let service = Hostile::saying_and_closing(SERVICE);
    let (relay, destination) = relayed(&site);
    let wanted = relay.address().port();
    let (server, _) = proxy(relay.address(), move |client| socks5(client, wanted));
    askpass(&mut site, "geheim");
    let url = format!("socks5://ada@{}", server.address());
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let (_running, forwards) =
        open_by(&site, &destination, &["--proxy", &url, "--reconnect", "-L", &forward]);
    let port = port(&forwards[0]);
    assert_eq!(fetch(port), SERVICE);
    relay.hang_up();
    assert_eq!(fetch(port), SERVICE);
    assert_eq!(site.home.read_text("questions"), "Password of ada for the proxy: \n");
}

#[test]
fn a_connection_that_breaks_during_the_login_is_made_again() {
    let site = Site::new();
    let service = Hostile::saying_and_closing(SERVICE);
    let (relay, _) = relayed(&site);
    let refused = format!("{}@{}", site.sshd.user(), relay.address());
    let wrong = format!("SHA256:{}", "A".repeat(43));
    let _ = site.sshc(["--host-key", &wrong, &refused, "true"]).run().failure(255);
    // Everything up to the host key, and a little of what comes after it.
    let until_login = relay.carried().1 + 40;
    let (to, count) = (relay.address(), AtomicUsize::new(0));
    let breaking = Hostile::with(move |client| {
        let most = if count.fetch_add(1, Ordering::SeqCst) == 1 { until_login } else { usize::MAX };
        let server = TcpStream::connect(to).expect("the relay listens");
        thread::scope(|scope| {
            scope.spawn(|| pass(&client, &server));
            // Either side may break off.
            let _ = std::io::copy(&mut (&server).take(most as u64), &mut &client);
            let _ = client.shutdown(Shutdown::Both);
        });
    });
    let destination = format!("{}@{}", site.sshd.user(), breaking.address());
    let (pin, forward) =
        (site.sshd.fingerprint("ed25519"), format!("auto:127.0.0.1:{}", service.port()));
    let options = ["-v", "--host-key", &pin, "--reconnect", "-L", &forward];
    let (running, forwards) = open_by(&site, &destination, &options);
    relay.hang_up();
    assert_eq!(fetch(port(&forwards[0])), SERVICE);
    let said = running.stderr.text();
    assert!(said.contains(" try 1: cannot log in as "), "{said}");
}

#[test]
fn a_command_that_fails_while_the_network_is_down_is_started_again() {
    let site = Site::new();
    let service = Hostile::saying_and_closing(SERVICE);
    let (relay, gate) = relayed(&site);
    let both = site.home.read_text(".ssh/known_hosts") + &site.sshd.known_hosts_line("ed25519");
    site.home.write(".ssh/known_hosts", both);
    // The second attempt fails.
    let way = format!(
        "echo try >> tries; test $(wc -l < tries) != 2 && \
         exec sshc -F none --key id_ed25519 -W $1 {gate}"
    );
    let command = format!("sh {} %h:%p", site.home.write("way", way).display());
    let forward = format!("auto:127.0.0.1:{}", service.port());
    let options = ["--proxy-command", &command, "--reconnect", "-L", &forward];
    let (_running, forwards) = open_by(&site, &site.sshd.target(), &options);
    let port = port(&forwards[0]);
    relay.hang_up();
    assert_eq!(fetch(port), SERVICE);
    assert_eq!(site.home.read_text("tries"), "try\ntry\ntry\n");
}
