//! What the configuration says, as it is seen in logins.

use std::fs;

use harness::account::Account;
use harness::agent::Agent;
use harness::sshd::Sshd;

use super::Site;

/// `sshc` with this configuration.
fn configured(site: &Site, text: &str, options: &[&str]) -> harness::invocation::Invocation {
    let file = site.home.write("config", text);
    let sshc = site.home.tool("sshc").arg("-F").arg(file).args(["--key", "id_ed25519", "--batch"]);
    sshc.args(options.iter().copied()).arg(site.sshd.target())
}

#[test]
fn the_global_file_of_known_hosts_counts() {
    let site = Site::new();
    let global = site.home.path("global");
    fs::rename(site.home.path(".ssh/known_hosts"), &global).expect("it is there");
    let option = format!("GlobalKnownHostsFile={}", global.display());
    let target = site.sshd.target();
    let unknown = site.sshc(["--batch", &target, "echo in"]).run().failure(255);
    assert!(unknown.contains(" is not on record: "), "{unknown}");
    let ran = site.sshc(["--batch", "-o", &option, &target, "echo in"]).run();
    assert_eq!(ran.quiet_success(), "in\n");
}

#[test]
fn the_agent_is_that_of_the_configuration() {
    let mut site = Site::new();
    let agent = Agent::openssh(&site.home);
    agent.add(&site.home, &site.home.path("id_ed25519"));
    fs::remove_file(site.home.path("id_ed25519")).expect("it is there");
    let with = |site: &Site, agent: &str| {
        let sshc = site.home.tool("sshc").args(["-F", "none", "--batch", "-o"]);
        sshc.args([&format!("IdentityAgent={agent}"), &site.sshd.target(), "echo in"]).run()
    };
    let socket = agent.socket().display().to_string();
    assert_eq!(with(&site, &socket).quiet_success(), "in\n");
    site.home.set("SSH_AUTH_SOCK", agent.socket());
    assert_eq!(with(&site, "SSH_AUTH_SOCK").quiet_success(), "in\n");
    let said = with(&site, "none").failure(255);
    assert!(said.contains("there is no key or password to offer"), "{said}");
}

#[test]
fn methods_are_tried_in_the_order_wished_for() {
    let account = Account::new("sshcorder", "geheim");
    let site = Site::with(Sshd::setup().option("PasswordAuthentication yes"));
    let target = format!("{}@{}", account.name(), site.sshd.address());
    let wish = "PreferredAuthentications=password,publickey";
    let mut terminal = site.sshc(["-o", wish, &target, "echo in"]).on_terminal();
    terminal.expect("'s password: ");
    terminal.send_line("geheim");
    let left = terminal.finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    assert!(left.screen.ends_with("in\r\n"), "{}", left.screen);
    let ran = site.sshc(["--batch", &target, "echo in"]).run();
    assert_eq!(ran.quiet_success(), "in\n");
}

#[test]
fn whoever_wants_to_know_more_sees_the_picture_of_the_key() {
    let site = Site::new();
    fs::remove_file(site.home.path(".ssh/known_hosts")).expect("it is there");
    let target = site.sshd.target();
    let mut terminal = site.sshc(["-v", &target, "echo in"]).on_terminal();
    terminal.expect("+--[ED25519 256]--+\r\n|");
    terminal.expect("|\r\n+----[SHA256]-----+\r\n");
    terminal.send_line("no");
    assert_eq!(terminal.finish().code(), 255);
}

#[test]
fn programs_are_run_for_the_configuration_only_when_allowed() {
    let site = Site::new();
    let text = "Match exec \"touch ran\"\n  Compression yes\n";
    let said = configured(&site, text, &["-G"]).run().failure(255);
    assert!(said.contains("--config-exec"), "{said}");
    assert!(!site.home.path("ran").exists());
    let shown = configured(&site, text, &["-G", "--config-exec"]).run().quiet_success();
    assert!(shown.lines().any(|line| line == "compression yes"), "{shown}");
    assert!(site.home.path("ran").exists());
}

#[test]
fn what_has_no_effect_is_noted_for_whoever_wants_to_know() {
    let site = Site::new();
    let text = "Strange yes\nControlMaster auto\n";
    let quiet = configured(&site, text, &[]).arg("echo in").run();
    assert_eq!(quiet.quiet_success(), "in\n");
    let ran = configured(&site, text, &["-v"]).arg("echo in").run();
    assert_eq!((ran.code(), ran.stdout()), (0, "in\n"));
    for note in [
        "config:1: Strange is unknown and has no effect",
        "config:2: ControlMaster has no effect here",
    ] {
        assert!(ran.stderr().contains(note), "{note} in {}", ran.stderr());
    }
}
