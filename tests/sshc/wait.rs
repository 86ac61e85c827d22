//! `--wait`: clusters that are announced before they listen, and listen before they know the key.

use std::fs;
use std::time::{Duration, Instant};

use harness::home::Home;
use harness::hostile::Hostile;
use harness::invocation::Running;
use harness::sshd::{Sshd, free_port};

use super::{Site, key_pair, public_line};

mod boots;

/// A home with a key, and the newest server, which does not know the key yet.
fn without_key() -> (Home, Sshd) {
    let home = Home::new();
    key_pair(&home, "ed25519");
    let sshd = Sshd::setup().newest().host_key_type("ed25519").start();
    home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
    (home, sshd)
}

/// `sshc --wait` with the key, running `true`, which records its attempts in `log`.
fn waiting<'a>(home: &Home, target: &str, options: impl IntoIterator<Item = &'a str>) -> Running {
    let sshc = home.tool("sshc").args(["-F", "none", "--wait", "--log-json", "log"]).args(options);
    sshc.args([target, "true"]).start()
}

/// Returns when so many attempts have failed for this reason.
fn wait_for_failures(home: &Home, reason: &str, count: usize) {
    let wanted = format!("\"reason\":\"{reason}\"");
    let begin = Instant::now();
    loop {
        let log = fs::read_to_string(home.path("log")).unwrap_or_default();
        if log.matches(&wanted).count() >= count {
            return;
        }
        assert!(begin.elapsed() < harness::DEADLINE, "{log}");
        std::thread::yield_now();
    }
}

/// The reasons of the failed attempts, in order, without consecutive repeats.
fn reasons(home: &Home) -> Vec<String> {
    let log = home.read_text("log");
    let lines = log.lines().map(|line| serde_json::from_str(line).expect("a line of JSON"));
    let attempts = lines.filter(|line: &serde_json::Value| line.get("attempt").is_some());
    let mut reasons: Vec<String> = attempts.map(|line| reason(&line).expect("a code")).collect();
    reasons.dedup();
    reasons
}

/// The last line of the log.
fn end(home: &Home) -> (Option<u64>, Option<String>) {
    let log = home.read_text("log");
    let last = log.lines().last().expect("it is not empty");
    let last: serde_json::Value = serde_json::from_str(last).expect("a line of JSON");
    (last.get("status").and_then(serde_json::Value::as_u64), reason(&last))
}

fn reason(line: &serde_json::Value) -> Option<String> {
    line.get("reason").and_then(serde_json::Value::as_str).map(str::to_owned)
}

#[test]
fn a_port_that_opens_later_is_waited_for() {
    let mut site = Site::new();
    site.sshd.stop();
    let running = waiting(&site.home, &site.sshd.target(), ["--key", "id_ed25519"]);
    wait_for_failures(&site.home, "refused", 2);
    site.sshd.restart();
    assert_eq!(running.finish().quiet_success(), "");
    assert_eq!(reasons(&site.home), ["refused"]);
    assert_eq!(end(&site.home), (Some(0), None));
}

#[test]
fn a_key_that_arrives_later_is_offered_until_then_and_no_penalty_comes_of_it() {
    let (home, sshd) = without_key();
    let target = format!("root@{}", sshd.address());
    let running = waiting(&home, &target, ["--key", "id_ed25519"]);
    wait_for_failures(&home, "key-not-welcome", 4);
    sshd.authorize(&public_line(&home.path("id_ed25519")));
    let there = Instant::now();
    let ran = running.finish();
    let late = there.elapsed();
    assert_eq!(ran.quiet_success(), "");
    let log = sshd.log().text();
    assert!(!log.contains("activating") && !log.contains("drop connection"), "{log}");
    let (begin, plain) = (Instant::now(), waiting(&home, &target, ["--key", "id_ed25519"]));
    assert_eq!(plain.finish().code(), 0);
    assert!(late < Duration::from_secs(2) + 2 * begin.elapsed(), "{late:?}");
}

#[test]
fn a_certificate_is_offered_until_its_authority_is_known() {
    let (home, sshd) = without_key();
    let authority = key_pair(&home, "ecdsa");
    let sign = home.peer("ssh-keygen").args(["-q", "-I", "x", "-n", "root", "-s"]);
    assert_eq!(sign.arg(&authority).arg("id_ed25519.pub").run().code(), 0);
    let target = format!("root@{}", sshd.address());
    let running = waiting(&home, &target, ["--key", "id_ed25519"]);
    wait_for_failures(&home, "key-not-welcome", 2);
    sshd.authorize(&format!("cert-authority {}", public_line(&authority)));
    assert_eq!(running.finish().quiet_success(), "");
    let log = sshd.log().text();
    assert!(log.contains("Accepted publickey for root") && log.contains("ED25519-CERT"), "{log}");
    assert!(!log.contains("activating") && !log.contains("drop connection"), "{log}");
}

/// As with ssh, it is asked twice for each connection, and a connection needs a server.
#[test]
fn attempts_that_reach_no_server_start_no_known_hosts_command() {
    let mut site = Site::new();
    site.home.write("answer", site.home.read_text(".ssh/known_hosts"));
    let folder = site.home.folder().display().to_string();
    let script = format!("#!/bin/sh\necho $1 >> {folder}/asked\ncat {folder}/answer\n");
    let oracle = site.home.write("oracle", script);
    let runnable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&oracle, runnable).expect("it is ours");
    site.home.write("asked", "");
    site.sshd.stop();
    let command = format!("KnownHostsCommand={} %I", oracle.display());
    let options = ["--key", "id_ed25519", "-o", &command];
    let running = waiting(&site.home, &site.sshd.target(), options);
    wait_for_failures(&site.home, "refused", 2);
    assert_eq!(site.home.read_text("asked"), "");
    site.sshd.restart();
    assert_eq!(running.finish().quiet_success(), "");
    assert_eq!(site.home.read_text("asked"), "ORDER\nHOSTNAME\n");
    // With an order of the user's own there is nothing to ask for before.
    let chosen = ["--batch", "-o", &command, "-o", "HostKeyAlgorithms=ssh-ed25519"];
    let _ = site.sshc(chosen).args([&site.sshd.target(), "true"]).run().quiet_success();
    assert_eq!(site.home.read_text("asked"), "ORDER\nHOSTNAME\nHOSTNAME\n");
}

#[test]
fn one_key_in_sight_is_offered_again_and_one_of_several_is_not() {
    let (home, sshd) = without_key();
    let target = format!("root@{}", sshd.address());
    for name in ["id_ed25519", "id_ed25519.pub"] {
        fs::copy(home.path(name), home.path(format!(".ssh/{name}"))).expect("both are ours");
    }
    let running = waiting(&home, &target, []);
    wait_for_failures(&home, "key-not-welcome", 1);
    let other = key_pair(&home, "ecdsa");
    fs::copy(other, home.path(".ssh/id_ecdsa")).expect("both are ours");
    let ran = home.tool("sshc").args(["-F", "none", "--wait", "--batch", &target, "true"]).run();
    let refused = ran.failure(255);
    assert!(refused.contains("the server refused publickey SHA256:"), "{refused}");
    sshd.authorize(&public_line(&home.path("id_ed25519")));
    assert_eq!(running.finish().code(), 0);
}

#[test]
fn what_time_does_not_mend_ends_the_waiting_at_once() {
    let site = Site::new();
    let target = site.sshd.target();
    let locked = site.home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "secret"]);
    assert_eq!(locked.args(["-f", "locked"]).run().code(), 0);
    site.home.write("wrong", "guess\n");
    let other = Sshd::setup().host_key_type("ed25519").start();
    let changed = format!("[127.0.0.1]:{} {}\n", site.sshd.port(), other.host_key("ed25519"));
    site.home.write("changed", changed);
    site.home.write("empty", "");
    for (options, reason) in [
        (&["--key", "id_ed25519", "--known-hosts", "changed"][..], "host-key-changed"),
        (&["--key", "id_ed25519", "--known-hosts", "empty", "--batch"], "host-key-unknown"),
        (&["--key", "locked", "--passphrase-file", "wrong"], "key-unusable"),
        (&["--key", "locked", "--batch"], "unanswered"),
    ] {
        site.home.write("log", "");
        let ran = waiting(&site.home, &target, options.iter().copied()).finish();
        assert_eq!(ran.code(), 255, "{reason}: {}", ran.stderr());
        assert_eq!(end(&site.home), (Some(255), Some(reason.to_owned())));
        let attempts = site.home.read_text("log").matches("\"attempt\":").count();
        assert!(attempts <= 1, "{reason}: {attempts}");
    }
}

#[test]
fn at_the_deadline_the_last_reason_is_reported() {
    let site = Site::new();
    let port = free_port();
    let options = ["--key", "id_ed25519", "--wait=1500ms", "--log-json", "log"];
    let ran = site.home.tool("sshc").args(["-F", "none"]).args(options);
    let said = ran.args([format!("ada@127.0.0.1:{port}")]).run().failure(255);
    let (said, hint) = said.split_once('\n').expect("two lines");
    let expected = format!(
        "sshc: waited 1.5s for 127.0.0.1:{port} without success: cannot connect to 127.0.0.1:{port}: \
         Connection refused"
    );
    assert_eq!(said, expected);
    assert!(hint.starts_with("sshc: hint: "), "{hint}");
    assert_eq!(end(&site.home), (Some(255), Some("refused".to_owned())));
}

#[test]
fn a_nearer_goal_is_waited_for_alone() {
    let site = Site::new();
    let closing = Hostile::closing();
    let target = format!("ada@{}", closing.address());
    let options = ["--key", "id_ed25519", "--wait-for", "tcp"];
    let ran = waiting(&site.home, &target, options).finish();
    assert_eq!((ran.code(), closing.connections()), (255, 1), "{}", ran.stderr());
    site.home.write("log", "");
    let options = ["--key", "id_ed25519", "--wait-for", "banner"];
    let running = waiting(&site.home, &target, options);
    wait_for_failures(&site.home, "closed", 2);
    drop(running);
    // It waits for the banner, but not for the key.
    let sshd = Sshd::setup().host_key_type("ed25519").start();
    let pin = sshd.fingerprint("ed25519");
    let options = ["--key", "id_ed25519", "--wait-for", "banner", "--host-key", &pin];
    let ran = waiting(&site.home, &sshd.target(), options).finish();
    assert_eq!(ran.code(), 255);
    assert!(ran.stderr().starts_with("sshc: cannot log in as "), "{}", ran.stderr());
}

#[test]
fn through_a_jump_host_the_one_login_there_serves_all_attempts() {
    let mut site = Site::new();
    let key = public_line(&site.home.path("id_ed25519"));
    let gate = Sshd::setup().authorize(key).host_key_type("ed25519").start();
    let known = site.home.read_text(".ssh/known_hosts") + &gate.known_hosts_line("ed25519");
    site.home.write(".ssh/known_hosts", known);
    site.home.write(".ssh/config", "Host 127.0.0.1\n IdentityFile id_ed25519\n");
    site.sshd.stop();
    let sshc = site.home.tool("sshc").args(["--wait", "--log-json", "log", "-J", &gate.target()]);
    let running = sshc.args([&site.sshd.target(), "true"]).start();
    wait_for_failures(&site.home, "proxy-failed", 3);
    site.sshd.restart();
    assert_eq!(running.finish().quiet_success(), "");
    assert_eq!(gate.log().text().matches("Accepted publickey").count(), 1);
}

#[test]
fn a_terminal_shows_one_line_and_is_asked_once_before() {
    let mut site = Site::new();
    let locked = site.home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "secret"]);
    assert_eq!(locked.args(["-f", "locked"]).run().code(), 0);
    site.sshd.authorize(&public_line(&site.home.path("locked")));
    site.sshd.stop();
    let target = site.sshd.target();
    let options = ["--agent", "none", "--wait", "--key", "locked", &target, "echo in"];
    let mut terminal = site.home.tool("sshc").args(["-F", "none"]).args(options).on_terminal();
    terminal.expect("Passphrase for key ");
    terminal.send_line("secret");
    terminal.expect(&format!("waiting for {} 0:00:0", site.sshd.address()));
    terminal.expect("Connection refused");
    site.sshd.restart();
    terminal.expect("in\r\n");
    let left = terminal.finish();
    assert_eq!(left.code(), 0);
    assert_eq!(left.screen.matches("Passphrase").count(), 1);
}

#[test]
fn a_tunnel_that_is_lost_is_waited_for_again() {
    let mut site = Site::new();
    let target = site.sshd.target();
    let options = ["--wait", "--log-json", "log", "-N", "--reconnect", "--print-forwards", "-L"];
    let mut running = site.sshc(options).args(["auto:127.0.0.1:1", &target]).start();
    running.stdout.wait_for("}\n");
    let lines = site.home.read_text("log").lines().count();
    site.sshd.restart();
    // Open connections have processes of their own.
    let children = site.home.shell(&format!(
        "for pid in $(ss -tnpH sport = :{} | grep -o 'pid=[0-9]*' | cut -d= -f2 | sort -u); do kill $pid; done",
        site.sshd.port()
    ));
    site.sshd.stop();
    assert_eq!(children.run().code(), 0);
    wait_for_failures(&site.home, "refused", 1);
    site.sshd.restart();
    site.sshd.log().wait_for("Accepted publickey");
    assert!(site.home.read_text("log").lines().count() > lines);
    running.signal(rustix::process::Signal::TERM);
    assert_eq!(running.finish().code(), 143);
}

#[test]
fn through_a_proxy_it_is_waited_for_as_well() {
    let (mut site, gate) = super::proxy::with_gate();
    let mut proxy = site.sshc(["-N", "--print-forwards", "-D", "auto", &gate.target()]).start();
    proxy.stdout.wait_for("}\n");
    let forward: serde_json::Value =
        serde_json::from_str(proxy.stdout.text().lines().next().expect("a line")).expect("JSON");
    let url = format!("socks5://127.0.0.1:{}", forward["port"]);
    site.sshd.stop();
    let options = ["--key", "id_ed25519", "--proxy", &url];
    let running = waiting(&site.home, &site.sshd.target(), options);
    wait_for_failures(&site.home, "proxy-failed", 2);
    site.sshd.restart();
    assert_eq!(running.finish().quiet_success(), "");
    assert_eq!(reasons(&site.home), ["proxy-failed"]);
    proxy.signal(rustix::process::Signal::TERM);
    assert_eq!(proxy.finish().code(), 143);
}

#[test]
fn ctrl_c_ends_the_waiting_at_once_and_leaves_no_line() {
    use std::os::unix::process::ExitStatusExt as _;
    let home = Home::new();
    let options = ["-F", "none", "--batch", "--wait"];
    let sshc = home.tool("sshc").args(options).arg(format!("ada@127.0.0.1:{}", free_port()));
    let mut terminal = sshc.on_terminal();
    terminal.expect("Connection refused");
    let begin = Instant::now();
    terminal.send("\x03");
    let status = terminal.wait();
    assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
    assert!(status.signal() == Some(2) || status.code() == Some(130), "{status:?}");
}
