//! The full text of every refusal, kept in `tests/golden/refusals` with placeholders for what
//! changes from run to run.

use std::fs;
use std::io::{self, Write as _};
use std::net::Shutdown;
use std::path::PathBuf;

use harness::account::Account;
use harness::agent::Agent;
use harness::golden;
use harness::home::Home;
use harness::hostile::Hostile;
use harness::sshd::{Setup, Sshd, free_port};

use super::{Site, key_pair, public_line};

/// Compares the text with the file of this name.
fn check(site: &Site, name: &str, said: &str) {
    golden::check(&format!("tests/golden/refusals/{name}.txt"), &lasting(site, said));
}

/// Replaces folder, user, port and fingerprints in the text, each fingerprint by its own letter.
fn lasting(site: &Site, said: &str) -> String {
    let mut text = said
        .replace("\r\n", "\n")
        .replace(&site.home.folder().display().to_string(), "HOME")
        .replace(&format!(":{}", site.sshd.port()), ":PORT")
        .replace(&format!("`{}`", site.sshd.user()), "`USER`")
        .replace(&format!("{}@", site.sshd.user()), "USER@");
    for letter in 'A'..='Z' {
        let fingerprints = text.split("SHA256:").skip(1).filter_map(|rest| rest.get(..43));
        let Some(fingerprint) = fingerprints.filter(|it| it.is_ascii()).map(str::to_owned).next()
        else {
            break;
        };
        text = text.replace(&format!("SHA256:{fingerprint}"), &format!("SHA256-{letter}"));
    }
    text.replace("SHA256-", "SHA256:")
}

/// The error message of `sshc` to the site with these options.
fn refusal(site: &Site, options: &[&str]) -> String {
    let target = site.sshd.target();
    site.sshc(options.iter().copied()).args([target.as_str(), "true"]).run().failure(255)
}

/// The same, without any key.
fn without_key(site: &Site, options: &[&str]) -> String {
    let sshc = site.home.tool("sshc").args(["-F", "none", "--batch"]).args(options.iter().copied());
    sshc.args([site.sshd.target().as_str(), "true"]).run().failure(255)
}

/// Writes `known_hosts`: `NAME` is the server's name, `KEY` its key and `OTHER` another key.
fn on_record(site: &Site, lines: &str) {
    let other = public_line(&site.home.path("other"));
    let name = format!("[127.0.0.1]:{}", site.sshd.port());
    let lines = lines.replace("NAME", &name).replace("KEY", &site.sshd.host_key("ed25519"));
    site.home.write(".ssh/known_hosts", lines.replace("OTHER", other.trim()));
}

/// A site, and another key of this type.
fn with_other(key_type: &str) -> Site {
    let site = Site::new();
    let made = site.home.peer("ssh-keygen").args(["-q", "-t", key_type, "-N", "", "-f", "other"]);
    assert_eq!(made.run().code(), 0);
    site
}

#[test]
fn host_keys_refused_in_golden_words() {
    let site = with_other("ed25519");
    for (name, lines, options) in [
        ("host-key-unknown", "", &["--batch"][..]),
        ("host-key-changed", "# mine\nNAME OTHER\n", &["--accept-new"]),
        ("host-key-revoked", "NAME KEY\n@revoked * KEY\n", &["--accept-new"]),
        (
            "host-key-not-pinned",
            "NAME KEY\n",
            &["--host-key", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
        ),
        ("host-key-strict", "", &["-o", "StrictHostKeyChecking=yes"]),
    ] {
        on_record(&site, lines);
        check(&site, name, &refusal(&site, options));
    }
    on_record(&site, &format!("{} OTHER\n", site.sshd.target()));
    let by_target = ["--accept-new", "--host-key-scope", "target"];
    check(&site, "host-key-changed-target", &refusal(&site, &by_target));
    let other_type = with_other("ecdsa");
    on_record(&other_type, "NAME OTHER\n");
    check(&other_type, "host-key-changed-type", &refusal(&other_type, &["--accept-new"]));
}

#[test]
fn answers_at_the_question_end_in_golden_words() {
    let site = with_other("ed25519");
    on_record(&site, "");
    let wrong = format!("SHA256:{}", "A".repeat(43));
    for (name, answer) in [("answer-no", "no"), ("answer-other-fingerprint", wrong.as_str())] {
        let mut terminal = site.run("true").on_terminal();
        terminal.expect("Trust this host key? (yes/once/no/fingerprint) ");
        terminal.send_line(answer);
        let left = terminal.finish();
        assert_eq!(left.code(), 255, "{}", left.screen);
        let last = left.screen.lines().last().expect("it says why").to_owned() + "\n";
        check(&site, name, &last);
    }
}

#[test]
fn records_that_cannot_be_used_are_refused_in_golden_words() {
    let site = with_other("ed25519");
    fs::create_dir(site.home.path("folder")).expect("the name is free");
    let folder = site.home.path("folder").display().to_string();
    let said = refusal(&site, &["--accept-new", "--known-hosts", &folder]);
    check(&site, "known-hosts-unreadable", &said);
    // Not even root can create a file there.
    let said = refusal(&site, &["--accept-new", "--known-hosts", "/proc/known_hosts"]);
    check(&site, "known-hosts-unwritable", &said);
}

#[test]
fn weak_host_keys_are_refused_in_golden_words() {
    let home = Home::new();
    let made = home.peer("ssh-keygen").args(["-q", "-t", "rsa", "-b", "1024", "-N", ""]);
    assert_eq!(made.args(["-f", "weak"]).run().code(), 0);
    let weak = home.path("weak");
    let site = Site::with(
        Sshd::setup()
            .option(format!("HostKey {}", weak.display()))
            .option("HostKeyAlgorithms rsa-sha2-512"),
    );
    on_weak_record(&site, &weak);
    check(&site, "host-key-weak", &refusal(&site, &["--accept-new"]));
    let weak_allowed = ["-o", "RequiredRSASize=1024", &site.sshd.target(), "echo in"];
    assert_eq!(site.sshc(weak_allowed).run().quiet_success(), "in\n");
}

fn on_weak_record(site: &Site, weak: &std::path::Path) {
    let line = format!("[127.0.0.1]:{} {}", site.sshd.port(), public_line(weak));
    site.home.write(".ssh/known_hosts", line);
}

/// A site whose server has a certificate by `authority`, made with these options of `ssh-keygen`.
fn certified(options: &[&str]) -> (Site, Home) {
    let home = Home::new();
    let (host, authority): (PathBuf, _) = (key_pair(&home, "ed25519"), key_pair(&home, "ecdsa"));
    let sign = home.peer("ssh-keygen").args(["-q", "-s"]).arg(&authority).args(["-I", "host"]);
    let sign = sign.args(options.iter().copied()).arg(host.with_extension("pub"));
    assert_eq!(sign.run().code(), 0);
    let certificate = home.path("id_ed25519-cert.pub");
    let site = Site::with(
        Sshd::setup()
            .option(format!("HostKey {}", host.display()))
            .option(format!("HostCertificate {}", certificate.display())),
    );
    let line = format!("@cert-authority [127.0.0.1]:* {}", public_line(&authority));
    site.home.write(".ssh/known_hosts", line);
    (site, home)
}

#[test]
fn certificates_are_refused_in_golden_words() {
    for (name, options) in [
        ("certificate-expired", &["-h", "-n", "127.0.0.1", "-V", "20200101:20200102"][..]),
        ("certificate-not-yet", &["-h", "-n", "127.0.0.1", "-V", "20900101:20900102"]),
        ("certificate-other-host", &["-h", "-n", "node8.example"]),
        ("certificate-option", &["-h", "-n", "127.0.0.1", "-O", "critical:strict@example.com"]),
    ] {
        let (site, _files) = certified(options);
        check(&site, name, &refusal(&site, &["--accept-new"]));
    }
    // If the authority is unknown, the certificate is treated like any other key.
    let (site, _files) = certified(&["-h", "-n", "127.0.0.1"]);
    let stranger = public_line(&site.home.path("id_ed25519"));
    site.home.write(".ssh/known_hosts", format!("@cert-authority * {stranger}"));
    check(&site, "certificate-unknown-authority", &refusal(&site, &["--batch"]));
}

#[test]
fn logins_are_refused_in_golden_words() {
    let site = Site::new();
    check(&site, "login-nothing-to-offer", &without_key(&site, &["--agent", "none"]));
    key_pair(&site.home, "ecdsa");
    check(&site, "login-key-refused", &without_key(&site, &["--key", "id_ecdsa"]));
    let public = without_key(&site, &["--key", "id_ecdsa.pub", "--agent", "none"]);
    check(&site, "login-public-half-only", &public);
    let nowhere = without_key(&site, &["--agent", "/nowhere/agent"]);
    check(&site, "login-agent-not-there", &nowhere);
    let lock = ["-q", "-p", "-P", "", "-N", "open sesame", "-f", "id_ed25519"];
    assert_eq!(site.home.peer("ssh-keygen").args(lock).run().code(), 0);
    check(&site, "login-passphrase-batch", &refusal(&site, &["--batch"]));
    check(&site, "login-passphrase-nobody", &refusal(&site, &[]));
    site.home.write("words", "wrong\n");
    let wrong = refusal(&site, &["--passphrase-file", "words"]);
    check(&site, "login-passphrase-wrong", &wrong);
    site.home.write("prose", "Dear diary\n");
    check(&site, "login-key-is-none", &without_key(&site, &["--key", "prose"]));
}

#[test]
fn exhausted_servers_are_quoted_in_golden_words() {
    let mut site = Site::with(Sshd::setup().option("MaxAuthTries 2"));
    let agent = Agent::openssh(&site.home);
    for key_type in ["ecdsa", "rsa"] {
        agent.add(&site.home, &key_pair(&site.home, key_type));
    }
    site.home.set("SSH_AUTH_SOCK", agent.socket());
    check(&site, "login-too-many-failures", &without_key(&site, &[]));
}

fn with_passwords(option: &str) -> Setup {
    Sshd::setup().option("PasswordAuthentication yes").option(option)
}

#[test]
fn passwords_are_refused_in_golden_words() {
    let account = Account::new("sshcgolden", "geheim");
    let said = |site: &Site, options: &[&str]| {
        let target = format!("{}@{}", account.name(), site.sshd.address());
        site.home.write("wrong", "guess\n");
        site.sshc(options.iter().copied()).args([target.as_str(), "true"]).run().failure(255)
    };
    let site = Site::with(with_passwords("PubkeyAuthentication no"));
    let wrong = ["--batch", "--password-file", "wrong"];
    check(&site, "login-password-wrong", &said(&site, &wrong));
    check(&site, "login-password-batch", &said(&site, &["--batch"]));
    check(&site, "login-password-nobody", &said(&site, &[]));
    let site = Site::with(with_passwords("AuthenticationMethods publickey,password"));
    check(&site, "login-half-way", &said(&site, &["--batch"]));
}

/// A server that sends this text and then reads until the client leaves, because the connection
/// would be reset otherwise.
fn leaving(said: &'static [u8]) -> Hostile {
    Hostile::with(move |mut stream| {
        // The client may have left already.
        let _ = stream.write_all(said);
        let _ = stream.shutdown(Shutdown::Write);
        let _ = io::copy(&mut stream, &mut io::sink());
    })
}

#[test]
fn servers_that_cannot_be_talked_to_are_refused_in_golden_words() {
    let old = Site::with(
        Sshd::setup()
            .option("Ciphers aes128-cbc")
            .option("KexAlgorithms diffie-hellman-group1-sha1"),
    );
    check(&old, "no-common-algorithm", &refusal(&old, &[]));
    let old = Site::with(Sshd::setup().option("HostKeyAlgorithms ssh-rsa").host_key_type("rsa"));
    check(&old, "no-common-host-key", &refusal(&old, &[]));
    let site = Site::new();
    let said = |port: u16| {
        let target = format!("ada@127.0.0.1:{port}");
        let ran = site.sshc(["--connect-timeout", "1s", &target, "true"]).run();
        ran.failure(255).replace(&format!(":{port}"), ":PORT")
    };
    check(&site, "connection-refused", &said(free_port()));
    for (name, server) in [
        ("not-ssh", leaving(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
        ("not-ssh-tls", leaving(b"\x15\x03\x01\x00\x02\x02\x46")),
        ("not-ssh-talking", Hostile::saying(*b"220 mail.example ESMTP \x1b[2J\r\n")),
        ("not-ssh-endless", Hostile::saying(vec![b'x'; 1 << 20])),
        ("ssh-1", Hostile::saying(*b"SSH-1.5-old\r\n")),
        ("turned-away", leaving(b"Exceeded MaxStartups\r\n")),
        ("closed-at-once", leaving(b"")),
        ("silent", Hostile::silent()),
    ] {
        check(&site, name, &said(server.port()));
    }
}
