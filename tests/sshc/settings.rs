//! Settings of the configuration, observed in logins.

use std::fs;

use harness::account::Account;
use harness::agent::Agent;
use harness::sshd::Sshd;

use super::{Site, key_pair, public_line};

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
fn an_alias_is_what_host_keys_are_filed_and_judged_under() {
    let site = Site::new();
    let (target, record) = (site.sshd.target(), site.home.path(".ssh/known_hosts"));
    fs::remove_file(&record).expect("it is there");
    let alias = "HostKeyAlias=Cluster.Example";
    let aliased = |options: &[&str]| {
        site.sshc(options.iter().copied()).args(["-o", alias, &target, "echo in"]).run()
    };
    let unknown = aliased(&["--batch"]).failure(255);
    assert!(unknown.contains("cluster.example"), "{unknown}");
    assert_eq!(aliased(&["--accept-new", "--batch"]).stdout(), "in\n");
    let filed = format!("cluster.example {}\n", site.sshd.host_key("ed25519"));
    assert_eq!(fs::read_to_string(&record).expect("it is written"), filed);
    assert_eq!(aliased(&["--batch"]).quiet_success(), "in\n");
    // Under its address or another name the server is unknown.
    let strict = ["-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-F", "none"];
    let ssh = |options: &[&str]| {
        let port = site.sshd.port().to_string();
        let ssh = site.home.peer("ssh").args(strict).args(["-i", "id_ed25519", "-p", &port]);
        let known = format!("UserKnownHostsFile={}", record.display());
        let ssh = ssh.args(["-o", &known]).args(options.iter().copied());
        ssh.args([&format!("{}@127.0.0.1", site.sshd.user()), "echo in"]).run()
    };
    assert_eq!(ssh(&["-o", alias]).stdout(), "in\n");
    assert_eq!(ssh(&[]).code(), 255);
    assert!(site.sshc(["--batch", &target, "true"]).run().failure(255).contains("not on record"));
    // The right key under the address does not help if the alias has another one.
    let other = public_line(&key_pair(&site.home, "ecdsa"));
    let lines = format!("cluster.example {other}{}", site.sshd.known_hosts_line("ed25519"));
    fs::write(&record, lines).expect("it is ours");
    let changed = aliased(&["--batch"]).failure(255);
    assert!(changed.contains("known_hosts:1"), "{changed}");
    assert_ne!(ssh(&["-o", alias]).code(), 0);
    assert_eq!(site.sshc(["--batch", &target, "echo in"]).run().quiet_success(), "in\n");
}

#[test]
fn passwords_are_asked_for_as_often_as_configured() {
    let account = Account::new("sshcprompts", "geheim");
    let options = Sshd::setup().option("PasswordAuthentication yes").option("MaxAuthTries 10");
    let site = Site::with(options);
    let target = format!("{}@{}", account.name(), site.sshd.address());
    let file = site.home.write("config", "Host *\n  NumberOfPasswordPrompts 5\n");
    for (prompts, once) in [(5, None), (1, Some("NumberOfPasswordPrompts=1"))] {
        let sshc = site.home.tool("sshc").arg("-F").arg(&file);
        let sshc = sshc.args(once.iter().flat_map(|once| ["-o", once]));
        let mut terminal = sshc.args([&target, "true"]).on_terminal();
        let refusal = "Failed password for sshcprompts";
        let before = site.sshd.log().bytes().len();
        for _ in 0..prompts {
            terminal.expect("'s password: ");
            terminal.send_line("guess");
        }
        let left = terminal.finish();
        assert_eq!(left.code(), 255, "{}", left.screen);
        assert_eq!(left.screen.matches("'s password: ").count(), prompts, "{}", left.screen);
        let said = (0..prompts).fold(before, |end, _| site.sshd.log().wait_for_after(end, refusal));
        assert_eq!(
            site.sshd.log().text().get(said..).map(|rest| rest.contains(refusal)),
            Some(false)
        );
    }
}

#[test]
fn verbose_output_shows_the_key_s_picture() {
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
fn options_without_effect_are_noted_with_v() {
    let site = Site::new();
    let text = "IgnoreUnknown Strange\nStrange yes\nVisualHostKey yes\n";
    let quiet = configured(&site, text, &[]).arg("echo in").run();
    assert_eq!(quiet.quiet_success(), "in\n");
    let ran = configured(&site, text, &["-v"]).arg("echo in").run();
    assert_eq!((ran.code(), ran.stdout()), (0, "in\n"));
    for note in
        ["config:2: Strange has no effect here", "config:3: VisualHostKey has no effect here"]
    {
        assert!(ran.stderr().contains(note), "{note} in {}", ran.stderr());
    }
}

#[test]
fn as_much_is_logged_as_the_level_says_unless_an_option_says_another() {
    let home = harness::home::Home::new();
    let banner = home.write("banner", "Authorized users only\n");
    let site = Site::with(Sshd::setup().option(format!("Banner {}", banner.display())));
    let shown = |level: &str, options: &[&str]| {
        let sshc = configured(&site, &format!("LogLevel {level}\n"), options).arg("echo in");
        sshc.on_terminal().finish().screen
    };
    for (level, option, has_banner, is_told) in [
        ("QUIET", None, false, false),
        ("ERROR", None, true, false),
        ("VERBOSE", None, true, false),
        ("DEBUG", None, true, true),
        ("QUIET", Some("-v"), true, true),
        ("DEBUG", Some("-q"), false, false),
    ] {
        let screen = shown(level, option.as_slice());
        assert_eq!(screen.contains("Authorized users"), has_banner, "{level} {option:?}: {screen}");
        assert_eq!(screen.contains(" connecting to "), is_told, "{level} {option:?}: {screen}");
    }
    // Messages of the libraries appear only at the third level.
    let [once, three] = ["DEBUG", "DEBUG3"].map(|level| shown(level, &[]).lines().count());
    assert!(three > once, "{three} lines are more than {once}");
}

#[test]
fn variables_are_set_over_there_when_both_sides_agree() {
    let mut site = Site::with(Sshd::setup().option("AcceptEnv KEPT_* SENT_* UNSENT_* \"EXACTLY\""));
    for (name, value) in [
        ("SENT_ONE", "na\u{ef}ve  \u{2713}"),
        ("SENT_TWO", "2"),
        ("UNSENT_THREE", "3"),
        ("FOREIGN", "4"),
    ] {
        site.home.set(name, value);
    }
    let text = "SendEnv SENT_* UNSENT_* FOREIGN\nSendEnv -UNSENT_*\n\
                SetEnv KEPT_A=\"two words\" KEPT_B= EXACTLY=1 REFUSED=5\n";
    let ran = configured(&site, text, &[])
        .arg("env | grep -E '^(SENT|UNS|KEPT|EXA|REF|FOR)' | sort")
        .run();
    let expected =
        "EXACTLY=1\nKEPT_A=two words\nKEPT_B=\nSENT_ONE=na\u{ef}ve  \u{2713}\nSENT_TWO=2\n";
    assert_eq!(ran.quiet_success(), expected);
}
