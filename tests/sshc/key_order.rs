//! Which keys are offered, in which order, and what happens to unusable ones.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use harness::agent::Agent;
use harness::home::Home;

use super::scripted_agent::{self, Held};
use super::{COUNTS_PROBES, Site, fingerprint, key_pair, openssh_agent, public_line, server};

/// A site whose private key is only in an agent; its public half is in a file.
fn in_agent_only() -> (Site, Agent) {
    let mut site = Site::new();
    let agent = openssh_agent(&site.home);
    agent.add(&site.home, &site.home.path("id_ed25519"));
    site.home.set("SSH_AUTH_SOCK", agent.socket());
    fs::remove_file(site.home.path("id_ed25519")).expect("it was there");
    (site, agent)
}

#[test]
fn a_public_key_stands_for_the_private_one_in_an_agent() {
    let (site, _agent) = in_agent_only();
    let target = site.sshd.target();
    let with = |options: &[&str]| {
        let sshc = site.home.tool("sshc").args(["-F", "none", "--batch"]);
        sshc.args(options.iter().copied()).args([target.as_str(), "echo in"]).run()
    };
    for name in ["id_ed25519.pub", "id_ed25519"] {
        assert_eq!(with(&["--key", name, "--identities-only"]).quiet_success(), "in\n", "{name}");
    }
    let said = with(&["--key", "id_ed25519.pub", "--agent", "none"]).failure(255);
    let expected = format!(
        "sshc: cannot log in as `{}` to {}: publickey {} (id_ed25519.pub) was not used: no agent holds its private \
         half; the server takes publickey\n\
         sshc: hint: name the file of the private key with --key FILE, or add it to an agent that signs with it\n",
        site.sshd.user(),
        site.sshd.address(),
        fingerprint(&site.home, "id_ed25519.pub")
    );
    assert_eq!(said, expected);
}

#[test]
fn the_named_key_comes_before_those_of_an_agent() {
    let mut site = Site::with(server().option("MaxAuthTries 3"));
    let agent = openssh_agent(&site.home);
    let strangers: Vec<PathBuf> = (0..5)
        .map(|number| {
            let name = format!("stranger-{number}");
            let made = site.home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", ""]);
            assert_eq!(made.args(["-C", &name, "-f", &name]).run().code(), 0);
            site.home.path(name)
        })
        .collect();
    for key in &strangers {
        agent.add(&site.home, key);
    }
    site.home.set("SSH_AUTH_SOCK", agent.socket());
    assert_eq!(site.run("echo in").run().quiet_success(), "in\n");
    // Without it the server gives up before the agent's keys are through.
    let target = site.sshd.target();
    let sshc = site.home.tool("sshc").args(["-F", "none", "--batch", &target, "true"]);
    let refused: Vec<String> = (0..3)
        .map(|number| {
            let name = format!("stranger-{number}");
            format!("publickey {} (agent: {name})", fingerprint(&site.home, &name))
        })
        .collect();
    let expected = format!(
        "sshc: cannot log in as `{}` to {}: the server refused {}; it takes publickey; it hung up: \"Too many \
         authentication failures\"\n\
         sshc: hint: name the right key with --key and pass --identities-only\n",
        site.sshd.user(),
        site.sshd.address(),
        refused.join(", ")
    );
    let said = sshc.run().failure(255);
    if COUNTS_PROBES {
        assert_eq!(said, expected);
    } else {
        assert!(said.contains("(agent: stranger-4); it takes publickey\n"), "{said}");
    }
}

#[test]
fn a_key_on_a_token_logs_in_after_unusable_keys() {
    let site = Site::new();
    let token = Held::on_token(7);
    site.sshd.authorize(&token.line());
    let stranger: Vec<u8> = [2; 51].to_vec();
    let accepted = key_pair(&site.home, "ecdsa");
    site.sshd.authorize(public_line(&accepted).trim());
    let accepted: russh::keys::ssh_key::PublicKey =
        public_line(&accepted).parse().expect("ssh-keygen wrote it");
    let held = vec![
        Held::useless(Vec::new(), "nothing"),
        Held::useless(stranger, "bytes"),
        Held::strange(&[b"ssh-future@example.com", b"key"], "of tomorrow"),
        Held::strange(&[b"ssh-ed25519", b"too short"], "cut off"),
        // The server accepts this key, but the agent does not sign.
        Held::useless(accepted.to_bytes().expect("a key has a blob"), "declined"),
        token,
    ];
    let socket = scripted_agent::agent(&site.home, held).display().to_string();
    let target = site.sshd.target();
    let sshc = || site.home.tool("sshc").args(["-F", "none", "--batch", "--agent", &socket]);
    assert_eq!(sshc().args([target.as_str(), "echo in"]).run().quiet_success(), "in\n");
    let ran = sshc().args(["-v", &target, "true"]).run();
    assert_eq!(ran.code(), 0);
    site.sshd.log().wait_for("Accepted publickey for");
    site.sshd.log().wait_for("ED25519-SK SHA256:");
}

#[test]
fn an_agent_that_does_not_sign_is_named_and_a_locked_file_is_asked_for_instead() {
    let site = Site::new();
    let public: russh::keys::ssh_key::PublicKey =
        public_line(&site.home.path("id_ed25519")).parse().expect("ssh-keygen wrote it");
    let blob = public.to_bytes().expect("a key has a blob");
    let socket = scripted_agent::agent(&site.home, vec![Held::useless(blob, "mine")]);
    let socket = socket.display().to_string();
    let target = site.sshd.target();
    let sshc = || site.home.tool("sshc").args(["-F", "none", "--batch", "--agent", &socket]);
    let said = sshc().args([target.as_str(), "true"]).run().failure(255);
    let why = format!(
        "(agent: mine) was not used: cannot use the agent: the agent at `{socket}` refused to sign; \
         the server takes publickey\n"
    );
    assert!(said.contains(&why), "{said}");
    let lock = ["-q", "-p", "-P", "", "-N", "open sesame", "-f", "id_ed25519"];
    assert_eq!(site.home.peer("ssh-keygen").args(lock).run().code(), 0);
    site.home.write("words", "open sesame\n");
    let options = ["--key", "id_ed25519", "--passphrase-file", "words", &target, "echo in"];
    assert_eq!(sshc().args(options).run().quiet_success(), "in\n");
}

#[test]
fn an_agent_that_never_answers_is_passed_over_in_time() {
    let mut site = Site::new();
    let socket = scripted_agent::silent(&site.home);
    site.home.set("SSH_AUTH_SOCK", &socket);
    // The named key needs no agent.
    let begin = Instant::now();
    assert_eq!(site.run("echo in").run().quiet_success(), "in\n");
    assert!(begin.elapsed() < Duration::from_secs(8), "{:?}", begin.elapsed());
    let begin = Instant::now();
    let sshc = site.home.tool("sshc").args(["-F", "none", "--batch", &site.sshd.target(), "true"]);
    let said = sshc.run().failure(255);
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    assert!(
        said.contains("there is no key or password to offer; the server takes publickey\n"),
        "{said}"
    );
}

#[test]
fn a_certificate_in_a_file_of_its_own_logs_in() {
    let home = Home::new();
    let authority = key_pair(&home, "ecdsa");
    key_pair(&home, "ed25519");
    let sshd = server()
        .option(format!("TrustedUserCAKeys {}", authority.with_extension("pub").display()))
        .host_key_type("ed25519")
        .start();
    home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
    let sign = home.peer("ssh-keygen").args(["-q", "-s", "id_ecdsa", "-I", "test", "-n"]);
    assert_eq!(sign.args([sshd.user().as_str(), "id_ed25519.pub"]).run().code(), 0);
    fs::rename(home.path("id_ed25519-cert.pub"), home.path("pass")).expect("the name is free");
    let agent = openssh_agent(&home);
    agent.add(&home, &home.path("id_ed25519"));
    let socket = agent.socket().display().to_string();
    let certificate = format!("CertificateFile={}", home.path("pass").display());
    let with = |options: &[&str]| {
        let tool = home.tool("sshc").args(["-F", "none", "--batch", "-o", &certificate]);
        tool.args(options.iter().copied()).args([sshd.target().as_str(), "echo in"]).run()
    };
    assert_eq!(with(&["--key", "id_ed25519"]).quiet_success(), "in\n");
    assert_eq!(with(&["--agent", &socket]).quiet_success(), "in\n");
    home.write("pass", public_line(&home.path("id_ed25519")));
    let said = with(&["--key", "id_ed25519"]).failure(2);
    assert!(said.contains("pass` holds a key, not a certificate\n"), "{said}");
}
