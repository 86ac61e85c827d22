//! Keys that are refused, or that are not enough.

use std::fs;

use harness::home::Home;
use harness::invocation::Invocation;
use harness::sshd::Sshd;
use serde_json::Value;
use tempfile::TempDir;

use super::super::fingerprint;
use super::{Site, diagnose, key_pair, ordinary_run_agrees, public_line};

/// The last reason of an ordinary run, and its message.
fn ordinary(home: &Home, sshc: Invocation) -> (String, String) {
    home.write("ordinary", "");
    let ran = sshc.args(["--batch", "--log-json", "ordinary"]).run();
    assert_eq!(ran.code(), 255, "{}", ran.stderr());
    let log = home.read_text("ordinary");
    let end: Value = serde_json::from_str(log.lines().last().expect("a line")).expect("JSON");
    let reason = end.get("reason").and_then(Value::as_str).unwrap_or_default();
    (reason.to_owned(), ran.stderr().to_owned())
}

#[test]
fn a_key_that_is_not_welcome_is_named_with_the_user_and_what_the_server_takes() {
    let site = Site::new();
    for name in ["ecdsa", "rsa"] {
        key_pair(&site.home, name);
    }
    let target = site.sshd.target();
    let sshc = || {
        let sshc = site.home.tool("sshc").args(["-F", "none", "--agent", "none"]);
        sshc.args(["--key", "id_ecdsa", "--key", "id_rsa", &target])
    };
    let found = diagnose(sshc());
    let hint = "was the key saved in the account before the job was submitted";
    found.must_be(
        1,
        "key-not-welcome",
        "wrong user or wrong key, the server does not say which",
        hint,
    );
    let verdict = found.text("verdict");
    let user = format!("as `{}`", site.sshd.user());
    for part in [&user, &fingerprint(&site.home, "id_ecdsa"), &fingerprint(&site.home, "id_rsa")] {
        assert!(verdict.contains(part.as_str()), "{part}: {verdict}");
    }
    assert!(verdict.ends_with("it takes publickey"), "{verdict}");
    ordinary_run_agrees(&site.home, sshc(), &found);
}

#[test]
fn a_key_that_comes_late_is_welcome_then() {
    let site = Site::new();
    let late = key_pair(&site.home, "ecdsa");
    let target = site.sshd.target();
    let sshc = || site.home.tool("sshc").args(["-F", "none", "--key", "id_ecdsa", &target]);
    assert_eq!(diagnose(sshc()).text("reason"), "key-not-welcome");
    site.sshd.authorize(&public_line(&late));
    assert_eq!(diagnose(sshc()).code, 0);
}

#[test]
fn nothing_to_offer_and_a_server_that_takes_passwords_only() {
    let site = Site::new();
    let target = site.sshd.target();
    let bare = || site.home.tool("sshc").args(["-F", "none", "--agent", "none", &target]);
    let found = diagnose(bare());
    found.must_be(1, "nothing-to-offer", "no key to log in with: ", "name a key with --key FILE");
    ordinary_run_agrees(&site.home, bare(), &found);

    let site = Site::with(
        Sshd::setup().option("PubkeyAuthentication no").option("PasswordAuthentication yes"),
    );
    let target = site.sshd.target();
    let found = diagnose(site.sshc([target.as_str()]));
    found.must_be(255, "unanswered", "takes password", "log in without --diagnose");
}

#[test]
fn a_second_factor_is_what_the_key_is_not_enough_for() {
    let site = Site::with(
        Sshd::setup()
            .option("AuthenticationMethods publickey,password")
            .option("PasswordAuthentication yes"),
    );
    let target = site.sshd.target();
    let (reason, said) = ordinary(&site.home, site.sshc([target.as_str()]));
    assert_eq!(reason, "second-factor", "{said}");
    assert!(said.contains("was accepted but is not enough"), "{said}");
    assert!(said.contains("sshc: hint: pass the password with --password-file"), "{said}");
}

#[test]
fn a_login_that_is_refused_after_the_signature_is_no_wrong_key() {
    let site = Site::new();
    let script = site.home.write("refused.py", include_str!("../../fixtures/signature_refused.py"));
    key_pair(&site.home, "ecdsa");
    let mut server = site.home.python().arg(script).arg(site.home.path("id_ecdsa")).start();
    server.stdout.wait_for("\n");
    let port = server.stdout.text().trim().to_owned();
    site.home
        .write("known", format!("[127.0.0.1]:{port} {}", public_line(&site.home.path("id_ecdsa"))));
    let target = format!("ada@127.0.0.1:{port}");
    let options = ["--known-hosts", "known", target.as_str()];
    let (reason, said) = ordinary(&site.home, site.sshc(options));
    assert_eq!(reason, "signature-refused", "{said}");
    assert!(said.contains("sshc: hint: the server knows the key and refuses the login"), "{said}");
    // Without a signature there is nothing to refuse.
    assert_eq!(diagnose(site.sshc(options)).code, 0);
    server.signal(rustix::process::Signal::TERM);
}

#[test]
fn an_agent_that_does_not_sign_is_the_first_to_look_at() {
    let site = Site::new();
    let mut home = Home::new();
    home.write(".ssh/known_hosts", site.home.read_text(".ssh/known_hosts"));
    fs::copy(site.home.path("id_ed25519.pub"), home.path("id_ed25519.pub")).expect("it is ours");
    let agent = harness::agent::Agent::openssh(&site.home);
    // `-c`: each signature needs confirmation, which no one can give here.
    let add = site.home.peer("ssh-add").args(["-q", "-c", "id_ed25519"]);
    assert_eq!(add.env("SSH_AUTH_SOCK", agent.socket()).run().code(), 0);
    home.set("SSH_AUTH_SOCK", agent.socket());
    let sshc = home.tool("sshc").args(["-F", "none", "--key", "id_ed25519.pub"]);
    let (reason, said) = ordinary(&home, sshc.arg(site.sshd.target()));
    assert_eq!(reason, "agent-refused", "{said}");
    assert!(
        said.contains("sshc: hint: unlock the key in its agent, confirm its use there"),
        "{said}"
    );
    // Asking whether a key is accepted needs no signature.
    let sshc = home.tool("sshc").args(["-F", "none", "--key", "id_ed25519.pub"]);
    assert_eq!(diagnose(sshc.arg(site.sshd.target())).code, 0);
}

/// The newest server with PAM, for a user of its own system other than root, and a `/run` that the
/// test can change.
struct Booting {
    home: Home,
    sshd: Sshd,
    run: TempDir,
}

impl Booting {
    fn new() -> Self {
        let home = Home::new();
        let key = key_pair(&home, "ed25519");
        let run = TempDir::with_prefix("run-").expect("a temporary folder can be made");
        fs::create_dir(run.path().join("sshd")).expect("it is empty");
        fs::write(
            run.path().join("nologin"),
            "System is booting up. Unprivileged users are not permitted to log in yet.\n",
        )
        .expect("it is ours");
        let sshd = Sshd::setup().newest().run_folder(run.path().to_owned()).option("UsePAM yes");
        let sshd = sshd.authorize(public_line(&key)).host_key_type("ed25519").start();
        home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
        Self { home, sshd, run }
    }

    fn sshc(&self) -> Invocation {
        let target = format!("nobody@{}", self.sshd.address());
        self.home.tool("sshc").args(["-F", "none", "--key", "id_ed25519", &target])
    }
}

#[test]
fn a_booting_system_refuses_logins_and_is_waited_for() {
    let booting = Booting::new();
    let (reason, said) = ordinary(&booting.home, booting.sshc());
    assert_eq!(reason, "logins-closed", "{said}");
    assert!(said.contains("sshc: hint: the server is booting or shutting down: --wait"), "{said}");
    let waiting = booting.sshc().args(["--wait", "-W", "127.0.0.1:1", "--log-json", "log"]).start();
    let log = booting.home.path("log");
    harness::until("it waits", || {
        fs::read_to_string(&log).is_ok_and(|log| log.contains("logins-closed"))
    });
    fs::remove_file(booting.run.path().join("nologin")).expect("it was there");
    let ran = waiting.finish();
    assert!(ran.stderr().contains("127.0.0.1:1"), "{}", ran.stderr());
    booting.sshd.log().wait_for("Accepted publickey for nobody");
}

#[test]
fn words_of_the_account_make_a_refusal_plain() {
    for (words, reason, hint) in [
        ("The account is locked due to 3 failed logins.", "account-locked", "unlock the account"),
        ("Your password has expired.", "password-expired", "set a new password"),
    ] {
        let home = Home::new();
        key_pair(&home, "ed25519");
        let banner = home.write("banner", words);
        let sshd = Sshd::setup().option(format!("Banner {}", banner.display()));
        let sshd = sshd.host_key_type("ed25519").start();
        home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
        let client =
            || home.tool("sshc").args(["-F", "none", "--key", "id_ed25519", &sshd.target()]);
        let found = diagnose(client());
        found.must_be(1, reason, "", hint);
        assert!(found.steps.contains(&("banner".to_owned(), None)), "{found:#?}");
        ordinary_run_agrees(&home, client(), &found);
    }
}
