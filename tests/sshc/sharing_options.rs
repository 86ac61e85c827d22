//! Options that a shared connection cannot honour: the program connects for itself, and says so.

use harness::agent::Agent;

use super::sharing::{control, logins, shared};
use super::{Site, key_pair, public_line};

/// Runs a command at a socket that all options find, and returns the number of logins it cost and
/// what `-v` said.
fn run(site: &Site, options: &[&str]) -> (usize, String) {
    let before = logins(&site.sshd);
    let sshc = site.home.tool("sshc").args(["-v", "-F", "none", "--share", "-S", "here"]);
    let ran = sshc.args(options.iter().copied()).args([&site.sshd.target(), "echo in"]).run();
    assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{options:?}: {}", ran.stderr());
    (logins(&site.sshd) - before, ran.stderr().to_owned())
}

const KEY: [&str; 2] = ["--key", "id_ed25519"];

#[test]
fn options_that_a_shared_connection_cannot_honour_get_their_own_connection_and_a_note() {
    let site = Site::new();
    let other = key_pair(&site.home, "ecdsa");
    site.sshd.authorize(&public_line(&other));
    let agent = Agent::openssh(&site.home);
    agent.add(&site.home, &site.home.path("id_ed25519"));
    let socket = agent.socket().display().to_string();
    let aliased = format!("cluster {}\n", site.sshd.host_key("ed25519"));
    let known = site.home.read_text(".ssh/known_hosts") + &aliased;
    site.home.write(".ssh/known_hosts", &known);
    site.home.write("others", known);
    let fingerprint = site.sshd.fingerprint("ed25519");
    assert_eq!(run(&site, &KEY).0, 1);
    for options in [
        // Another identity, or another agent to log in with.
        &["--key", "id_ecdsa"][..],
        &["--agent", &socket],
        &["--key", "id_ed25519", "--agent", &socket],
        &["--key", "id_ed25519", "--identities-only"],
        // Other rules about host keys.
        &["--key", "id_ed25519", "--known-hosts", "others"],
        &["--key", "id_ed25519", "--host-key", &fingerprint],
        &["--key", "id_ed25519", "--accept-new"],
        &["--key", "id_ed25519", "-o", "StrictHostKeyChecking=no"],
        &["--key", "id_ed25519", "-o", "HostKeyAlias=cluster"],
        &["--key", "id_ed25519", "-o", "RevokedHostKeys=/dev/null"],
        // Another way.
        &["--key", "id_ed25519", "-b", "127.0.0.2"],
        &["--key", "id_ed25519", "-o", "Ciphers=aes256-ctr"],
        &["--key", "id_ed25519", "-C"],
    ] {
        let (logins, said) = run(&site, options);
        assert_eq!(logins, 1, "{options:?}: {said}");
        let why = "not using a shared connection: it goes another way, as another user, or trusts \
                   other host keys\n";
        assert!(said.contains(why), "{options:?}: {said}");
    }
    // What concerns only this program, the holder need not know.
    for options in [
        &["--key", "id_ed25519", "--batch"][..],
        &["--key", "id_ed25519", "--connect-timeout", "5"],
        &["--key", "id_ed25519", "-o", "SetEnv=A=b"],
        &["--key", "id_ed25519", "-T"],
        &["--key", "id_ed25519", "-n"],
    ] {
        let (logins, said) = run(&site, options);
        assert_eq!(logins, 0, "{options:?}: {said}");
        assert!(said.contains("using the connection that process "), "{options:?}: {said}");
    }
    let exit = site.sshc(["-S", "here", "-O", "exit", &site.sshd.target()]).run();
    assert_eq!(exit.quiet_success(), "");
}

#[test]
fn without_a_path_each_of_them_has_a_holder_of_its_own() {
    let site = Site::new();
    let target = site.sshd.target();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let other = ["--share", "-C", target.as_str()];
    for expected in [2, 2] {
        let ran = site.sshc(other).arg("echo in").run();
        assert_eq!(ran.quiet_success(), "in\n");
        assert_eq!(logins(&site.sshd), expected);
    }
    assert_eq!(site.sshc(["-C", "-O", "exit", &target]).run().quiet_success(), "");
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    assert_eq!(logins(&site.sshd), 2);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

/// `-X` and `-Y` are refused, and `ForwardX11` has no effect, shared or not.
#[test]
fn a_display_is_forwarded_on_no_connection() {
    let site = Site::new();
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    for option in ["-X", "-Y", "-oForwardX11=yes"] {
        let alone = site.sshc([option, &site.sshd.target(), "echo in"]).run();
        let with = site.sshc(["--share", option, &site.sshd.target(), "echo in"]).run();
        assert_eq!(alone.code(), if option.starts_with("-o") { 0 } else { 2 }, "{option}");
        assert_eq!(
            (with.code(), with.stdout(), with.stderr()),
            (alone.code(), alone.stdout(), alone.stderr()),
            "{option}"
        );
    }
    // The holder's, and the one without sharing that was not refused.
    assert_eq!(logins(&site.sshd), 2);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn what_share_stands_for_is_shown() {
    let site = Site::new();
    let share = [&KEY[..], &["--share=7m"]].concat();
    let sshc = || site.home.tool("sshc").args(["-F", "none"]).args(share.iter().copied());
    let shown = sshc().args(["-G", &site.sshd.target()]).run().quiet_success();
    let value = |name: &str| {
        let mut lines = shown.lines().filter_map(|line| line.split_once(' '));
        lines.find(|(it, _)| *it == name).map(|(_, value)| value).expect("it is shown").to_owned()
    };
    assert_eq!([value("controlmaster"), value("controlpersist")], ["auto", "420"]);
    assert_eq!(sshc().args([&site.sshd.target(), "true"]).run().quiet_success(), "");
    // It is the path at which the connection is.
    let path = value("controlpath");
    let check = site.home.tool("sshc").args(["-F", "none", "-S", &path, "-O", "exit", "any"]);
    assert_eq!(check.run().quiet_success(), "");
    let shown = sshc().args(["-G", "-S", "here%%", &site.sshd.target()]).run().quiet_success();
    assert!(shown.lines().any(|it| it == "controlpath here%"), "{shown}");
}

/// As scripts do: the first call has all the options, the others only the path.
#[test]
fn a_call_that_says_only_the_destination_uses_the_connection_at_its_path() {
    let site = Site::new();
    let (user, port) = (site.sshd.user(), site.sshd.port().to_string());
    let first = format!(
        "sshc -F none -M -S here -fN --key id_ed25519 -p {port} -o StrictHostKeyChecking=yes \
         {user}@127.0.0.1 > said 2>&1"
    );
    assert_eq!(site.home.shell(&first).run().quiet_success(), "");
    let call = |words: &[&str]| {
        let sshc = site.home.tool("sshc").args(["-v", "-F", "none", "-S", "here", "--batch"]);
        sshc.args(words.iter().copied()).arg("echo in").run()
    };
    let there = format!("{user}@127.0.0.1");
    for words in
        [&["127.0.0.1"][..], &[&there], &["-p", &port, &there], &["-p", &port, "127.0.0.1"]]
    {
        let ran = call(words);
        assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{words:?}: {}", ran.stderr());
    }
    assert_eq!(logins(&site.sshd), 1);
    // Whatever else is said must be the same.
    for words in [
        &["-p", &port, "eve@127.0.0.1"][..],
        &["-p", &port, "localhost"],
        &["-p", "1", "127.0.0.1"],
        &["-p", &port, "-o", "StrictHostKeyChecking=yes", "127.0.0.1"],
        &["-p", &port, "-o", "IdentitiesOnly=yes", "127.0.0.1"],
    ] {
        let said = call(words).failure(255);
        assert!(said.contains("not using a shared connection: it goes another way"), "{said}");
    }
    let exit = site.home.tool("sshc").args(["-F", "none", "-S", "here", "-O", "exit", "any"]);
    assert_eq!(exit.run().quiet_success(), "");
}
