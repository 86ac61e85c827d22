//! `CanonicalizeHostname`, with names of `/etc/hosts`, by us and by `ssh`.

use harness::home::Home;
use harness::invocation::Finished;

use super::Site;

/// In `/etc/hosts`, unlike in the DNS, the dot that ends a full name is a part of it.
const HOSTS: &str = "127.0.0.1 localhost node8.b.test.\n127.0.0.1 node8.b.test\n\
                     127.0.0.1 real.c.test node7.b.test. x.y.b.test\n";

/// A program with these words, for which these are the names of hosts.
fn with_names(home: &Home, program: &str, words: &[&str]) -> Finished {
    let hosts = home.write("hosts", HOSTS);
    let script = "mount --bind \"$0\" /etc/hosts && exec \"$@\"";
    let inside = home.peer("unshare").args(["--mount", "sh", "-c", script]).arg(hosts);
    inside.arg(program).args(words.iter().copied()).run()
}

#[test]
fn a_short_name_becomes_what_it_becomes_for_ssh() {
    let home = Home::new();
    let sshc = harness::programs::under_test("sshc").display().to_string();
    let base = "CanonicalizeHostname yes\nCanonicalDomains a.test b.test\n";
    let blocks = "Match canonical host *.b.test\n  User eve\nHost real.c.test\n  User bob\n";
    for more in ["", "CanonicalizePermittedCNAMEs *.b.test:*.c.test\n"] {
        let config = home.write("config", format!("{more}{base}{blocks}")).display().to_string();
        // With rules for aliases, ssh gives up if a host has no address.
        let unknown = more.is_empty().then_some("node9");
        let known = ["node7", "node8", "node8.b.test.", "x.y.b.test", "127.0.0.1"];
        for host in known.into_iter().chain(unknown) {
            let words = ["-F", &config, "-G", host];
            let names = |program: &str| {
                let ran = with_names(&home, program, &words);
                assert_eq!(ran.code(), 0, "{}", ran.stderr());
                let lines = ran.stdout().lines();
                let said =
                    lines.filter(|it| it.starts_with("hostname ") || it.starts_with("user "));
                let mut said: Vec<_> = said.map(str::to_owned).collect();
                said.sort();
                said
            };
            let (ours, theirs) = (names(&sshc), names("ssh"));
            assert_eq!(ours, theirs, "{more}{host}");
        }
    }
    let strict = ["-F", "none", "-o", "CanonicalizeHostname=yes", "-o", "CanonicalDomains=b.test"];
    let strict = [&strict[..], &["-o", "CanonicalizeFallbackLocal=no", "node9", "true"]].concat();
    assert_eq!(with_names(&home, "ssh", &strict).code(), 255);
    assert_eq!(
        with_names(&home, &sshc, &strict).failure(255),
        "sshc: cannot use the configuration: cannot find `node9` in any of the CanonicalDomains\n\
         sshc: hint: -o CanonicalizeFallbackLocal=yes looks it up as it is written\n"
    );
}

#[test]
fn the_host_key_is_that_of_the_full_name() {
    let site = Site::new();
    let port = site.sshd.port().to_string();
    let key = site.sshd.host_key("ed25519");
    let sshc = harness::programs::under_test("sshc").display().to_string();
    let user = site.sshd.user();
    let base = ["-F", "none", "-i", "id_ed25519", "-o", "BatchMode=yes", "-p", &port, "-l", &user];
    let full =
        ["-o", "CanonicalizeHostname=yes", "-o", "CanonicalDomains=b.test", "node8", "echo in"];
    let words = [&base[..], &full].concat();
    for (name, is_known) in [("node8", false), ("node8.b.test", true)] {
        site.home.write(".ssh/known_hosts", format!("[{name}]:{port} {key}\n"));
        let ran = with_names(&site.home, &sshc, &words);
        assert_eq!(ran.code() == 0, is_known, "{name}: {}", ran.stderr());
        if !is_known {
            assert!(ran.stderr().contains("the host key of [node8.b.test]:"), "{}", ran.stderr());
        }
    }
}
