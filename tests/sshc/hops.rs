//! Jump hosts: whose configuration applies to them, and what they must not get from us.

use std::sync::atomic::Ordering;

use harness::account::Account;
use harness::home::Home;
use harness::invocation::Invocation;
use harness::sshd::Sshd;

use super::Site;
use super::proxy::{head, one_more, proxy, say, with_gate};

/// `sshc` with this configuration and no target yet.
fn configured(site: &Site, text: &str) -> Invocation {
    let file = site.home.write("config", text);
    site.home.tool("sshc").arg("-F").arg(file).args(["--key", "id_ed25519", "--batch"])
}

/// `Host` blocks for servers of these names on this computer.
fn blocks<'a>(named: impl IntoIterator<Item = (&'a str, &'a Sshd, &'a str)>) -> String {
    let block = |(name, sshd, more): (&str, &Sshd, &str)| {
        let (user, port) = (sshd.user(), sshd.port());
        format!("Host {name}\n  HostName 127.0.0.1\n  User {user}\n  Port {port}\n{more}\n")
    };
    named.into_iter().map(block).collect()
}

#[test]
fn a_jump_host_has_a_route_of_its_own() {
    let (site, outer) = with_gate();
    let inner = one_more(&site);
    let config = blocks([
        ("deep", &site.sshd, "  ProxyJump inner"),
        ("inner", &inner, "  ProxyJump outer"),
        ("outer", &outer, ""),
    ]);
    assert_eq!(configured(&site, &config).args(["deep", "echo in"]).run().quiet_success(), "in\n");
    outer.log().wait_for("Accepted publickey");
    // `-J` replaces the configured route, and the first jump host's own route still applies.
    let direct = configured(&site, &config).args(["-J", "none", "deep", "echo in"]).run();
    assert_eq!(direct.quiet_success(), "in\n");
    let before = outer.log().bytes().len();
    let ran = configured(&site, &config).args(["-J", "inner", "deep", "echo in"]).run();
    assert_eq!(ran.quiet_success(), "in\n");
    let _end = outer.log().wait_for_after(before, "Accepted publickey");
}

/// A program that drives ssh takes 2 for the status of its own command.
#[test]
fn a_jump_host_that_cannot_be_is_a_failure_and_no_wrong_usage() {
    let home = Home::new();
    for host in ["a;b", "a'b", "u`v@gate", "u(v)@gate", "gate,x$y", "gate:0"] {
        let jump = format!("ProxyJump={host}");
        for options in [["-J", host], ["-o", &jump]] {
            for more in [&["-G"][..], &[]] {
                let sshc = home.tool("sshc").args(["-F", "none"]).args(options).args(more.to_vec());
                let said = sshc.args(["node7", "true"]).run().failure(255);
                assert!(said.contains(host.rsplit(',').next().unwrap_or(host)), "{said}");
            }
        }
    }
    let logged = ["-F", "none", "--log-json", "log", "-J", "a;b", "node7"];
    let said = home.tool("sshc").args(logged).run().failure(255);
    assert!(said.starts_with("sshc: cannot use the destination: `a;b` is not a destination"));
    assert!(home.read_text("log").contains("`a;b` is not a destination"));
    // What stands in a file is its owner's.
    home.write("config", "ProxyJump u;v@a;b\n");
    let shown = home.tool("sshc").args(["-G", "-F", "config", "node7"]).run().quiet_success();
    assert!(shown.contains("\nproxyjump u;v@a;b\n"), "{shown}");
}

#[test]
fn a_command_connects_to_the_first_host() {
    let (site, gate) = with_gate();
    // Our own `-W`, with its full path.
    let relay = format!(
        "  ProxyCommand sh -c 'echo %h %p >> asked; sshc -F none --key id_ed25519 -W %h:%p {}'",
        gate.target()
    );
    let config = blocks([("deep", &site.sshd, "  ProxyJump gate"), ("gate", &gate, &relay)]);
    assert_eq!(configured(&site, &config).args(["deep", "echo in"]).run().quiet_success(), "in\n");
    assert_eq!(site.home.read_text("asked"), format!("127.0.0.1 {}\n", gate.port()));
    let both = configured(&site, "").args(["-J", "gate", "--proxy-command", "false", "deep"]).run();
    assert_eq!(both.code(), 2);
}

#[test]
fn a_proxy_connects_to_the_first_host() {
    let (site, gate) = with_gate();
    let (server, admitted) = proxy(gate.address(), |client| {
        let _ = head(client);
        say(client, b"HTTP/1.1 200 OK\r\n\r\n");
        true
    });
    let url = format!("http://{}", server.address());
    let options = ["--proxy", &url, "-J", &gate.target(), &site.sshd.target(), "echo in"];
    assert_eq!(site.sshc(options).run().quiet_success(), "in\n");
    assert_eq!(admitted.load(Ordering::SeqCst), 1);
}

#[test]
fn a_circle_of_jump_hosts_is_refused() {
    let site = Site::new();
    for config in ["Host *\n  ProxyJump gate\n", "Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n"] {
        let said = configured(&site, config).args(["a", "true"]).run().failure(255);
        assert!(said.contains("the ProxyJump lines lead in circles"), "{said}");
    }
}

#[test]
fn a_jump_host_does_not_pass_for_the_destination() {
    let (site, gate) = with_gate();
    let pins = [gate.fingerprint("ed25519"), site.sshd.fingerprint("ed25519")];
    site.home.write(".ssh/known_hosts", "");
    let sshc = site.sshc(["--batch", "-J", &gate.target()]);
    let sshc = sshc.args(pins.iter().flat_map(|pin| ["--host-key", pin]));
    let said = sshc.args([&site.sshd.target(), "true"]).run().failure(255);
    let start = format!("sshc: the host key of [127.0.0.1]:{} is not on record: ", gate.port());
    assert!(said.starts_with(&start), "{said}");
    // Advice that does not help here is not given.
    assert!(
        said.contains("into a file for --known-hosts") && !said.contains("--host-key "),
        "{said}"
    );
}

#[test]
fn the_password_is_for_the_destination_alone() {
    const PASSWORD: &str = "geheim";
    let account = Account::new("sshchopspw", PASSWORD);
    let site = Site::with(Sshd::setup().option("PasswordAuthentication yes"));
    let gate = Sshd::setup().option("PasswordAuthentication yes").host_key_type("ed25519").start();
    let lines = site.sshd.known_hosts_line("ed25519") + &gate.known_hosts_line("ed25519");
    site.home.write(".ssh/known_hosts", lines);
    site.home.write("password", format!("{PASSWORD}\n"));
    let at = |sshd: &Sshd| format!("{}@{}", account.name(), sshd.address());
    let options = ["--password-file", "password", "-J", &at(&gate), &at(&site.sshd), "true"];
    let said =
        site.home.tool("sshc").args(["-F", "none", "--batch"]).args(options).run().failure(255);
    assert!(
        said.contains(&format!("cannot log in as `sshchopspw` to {}: ", gate.address())),
        "{said}"
    );
    assert!(!said.contains("refused password"), "{said}");
    let direct = ["--password-file", "password", &at(&site.sshd), "echo in"];
    let ran = site.home.tool("sshc").args(["-F", "none", "--batch"]).args(direct).run();
    assert_eq!(ran.quiet_success(), "in\n");
}

#[test]
fn the_local_user_logs_in_to_jump_hosts_unless_another_is_named() {
    let (site, gate) = with_gate();
    let options = ["--batch", "-J", &gate.address().to_string(), &site.sshd.target(), "echo in"];
    assert_eq!(site.sshc(options).run().quiet_success(), "in\n");
    assert!(gate.log().text().contains(&format!("for {} from", gate.user())));
}
