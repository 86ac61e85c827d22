//! The server's identity: the question on first contact, the record, and refusals.

use std::path::PathBuf;

use harness::home::Home;
use harness::invocation::Invocation;
use harness::terminal::Terminal;

use super::proxy::askpass;
use super::{Site, key_pair, public_line, server};

/// A site whose server has no record yet.
fn unmet() -> Site {
    let site = Site::new();
    std::fs::remove_file(site.home.path(".ssh/known_hosts")).expect("it was written");
    site
}

pub(super) fn record(site: &Site) -> PathBuf {
    site.home.path(".ssh/known_hosts")
}

/// `[127.0.0.1]:port`
pub(super) fn name(site: &Site) -> String {
    format!("[127.0.0.1]:{}", site.sshd.port())
}

/// `echo in` on the server, with these options.
pub(super) fn echo(site: &Site, options: &[&str]) -> Invocation {
    site.sshc(options.iter().copied()).args([site.sshd.target().as_str(), "echo in"])
}

/// A terminal that shows the question.
fn asked(site: &Site) -> Terminal {
    let mut terminal = echo(site, &[]).on_terminal();
    terminal.expect("Trust this host key? (yes/once/no/fingerprint) ");
    terminal
}

#[test]
fn the_question_says_all_that_is_known_and_yes_remembers() {
    let site = unmet();
    let mut terminal = asked(&site);
    assert_eq!(
        terminal.screen(),
        format!(
            "The server's host key is not on record. You have no guarantee that the server\n\
             is the computer you think it is.\n\n\
             \x20 host         {}\n\
             \x20 address      {}\n\
             \x20 key type     ssh-ed25519 (256 bits)\n\
             \x20 fingerprint  {}\n\
             \x20 filed as     {} in {}\n\n\
             If you trust this host, answer `yes` to remember the key and connect, or paste\n\
             the fingerprint you were given, which does the same if it is the right one.\n\
             Answer `once` to connect without remembering the key, `no` to give up.\n\n\
             Trust this host key? (yes/once/no/fingerprint) ",
            name(&site),
            site.sshd.address(),
            site.sshd.fingerprint("ed25519"),
            name(&site),
            site.home.path(".ssh/known_hosts").display()
        )
        .replace('\n', "\r\n")
    );
    terminal.send_line("yes");
    let left = terminal.finish();
    assert!(left.code() == 0 && left.screen.ends_with("yes\r\nin\r\n"), "{}", left.screen);
    assert_eq!(site.home.read_text(".ssh/known_hosts"), site.sshd.known_hosts_line("ed25519"));
    assert_eq!(echo(&site, &["--batch"]).run().quiet_success(), "in\n");
}

#[test]
fn the_answer_once_is_not_recorded_and_no_does_not_connect() {
    let site = unmet();
    let mut terminal = asked(&site);
    terminal.send_line("once");
    assert_eq!(terminal.finish().code(), 0);
    assert!(!record(&site).exists());
    let mut terminal = asked(&site);
    terminal.send_line("no");
    let left = terminal.finish();
    assert_eq!(left.code(), 255);
    assert!(
        left.screen.ends_with("no\r\nsshc: the host key was not accepted\r\n"),
        "{}",
        left.screen
    );
    assert!(!record(&site).exists());
    let mut terminal = asked(&site);
    terminal.send("\x04");
    let left = terminal.finish();
    assert_eq!(left.code(), 255);
    assert!(left.screen.contains("fingerprint) \r\nsshc: the host key of "), "{}", left.screen);
}

#[test]
fn a_pasted_fingerprint_answers_and_anything_else_is_asked_again() {
    let site = unmet();
    let right = site.sshd.fingerprint("ed25519");
    let wrong = format!("SHA256:{}", "A".repeat(43));
    let mut terminal = asked(&site);
    terminal.send_line(&wrong);
    let left = terminal.finish();
    assert_eq!(left.code(), 255);
    let said = "\r\nsshc: the host key is not the one whose fingerprint was given\r\n";
    assert!(left.screen.ends_with(said), "{}", left.screen);
    let mut terminal = asked(&site);
    for answer in ["y", "", "SHA256:short", "\u{1b}[A"] {
        terminal.send_line(answer);
        terminal.expect("Please answer yes, once or no, or paste the fingerprint: ");
    }
    terminal.send_line(&right);
    assert_eq!(terminal.finish().code(), 0);
    assert_eq!(site.home.read_text(".ssh/known_hosts"), site.sshd.known_hosts_line("ed25519"));
}

#[test]
fn the_question_is_asked_on_the_terminal_while_standard_input_is_a_pipe() {
    let site = unmet();
    let input = format!("{}\nfor the command", site.sshd.target());
    let sshc = site.sshc(["--host-key-scope", "host", "-", "cat"]).stdin(input);
    let mut terminal = sshc.on_terminal_with_stdout_piped();
    terminal.expect("Trust this host key? (yes/once/no/fingerprint) ");
    terminal.send_line("yes");
    let left = terminal.finish();
    assert_eq!((left.code(), left.stdout.as_slice()), (0, &b"for the command"[..]));
}

#[test]
fn without_a_terminal_the_option_that_answers_is_named() {
    let site = unmet();
    let (name, shown) = (name(&site), site.sshd.fingerprint("ed25519"));
    let refusal = format!(
        "sshc: the host key of {name} is not on record: ssh-ed25519 {shown}\n\
         sshc: hint: if that is the fingerprint you were given, pass --host-key {shown}\n"
    );
    assert_eq!(echo(&site, &["--batch"]).run().failure(255), refusal);
    assert_eq!(echo(&site, &[]).run().failure(255), refusal);
    let left = echo(&site, &["--batch"]).on_terminal().finish();
    assert_eq!((left.code(), left.screen), (255, refusal.replace('\n', "\r\n")));
    assert_eq!(echo(&site, &["--batch", "--host-key", &shown]).run().quiet_success(), "in\n");
    assert!(!record(&site).exists());
}

#[test]
fn accept_new_remembers_without_asking() {
    let site = unmet();
    assert_eq!(echo(&site, &["--accept-new"]).run().quiet_success(), "in\n");
    assert_eq!(site.home.read_text(".ssh/known_hosts"), site.sshd.known_hosts_line("ed25519"));
    assert_eq!(echo(&site, &["--accept-new"]).run().quiet_success(), "in\n");
    assert_eq!(site.home.read_text(".ssh/known_hosts"), site.sshd.known_hosts_line("ed25519"));
}

#[test]
fn what_we_record_ssh_accepts() {
    for hash in ["no", "yes"] {
        assert_recorded_for_ssh(hash);
    }
}

fn assert_recorded_for_ssh(hash: &str) {
    let site = unmet();
    let hashing = format!("HashKnownHosts={hash}");
    let options = ["--accept-new", "-o", &hashing];
    assert_eq!(echo(&site, &options).run().quiet_success(), "in\n");
    assert_eq!(site.home.read_text(".ssh/known_hosts").starts_with("|1|"), hash == "yes");
    let file = record(&site).display().to_string();
    let found = site.home.peer("ssh-keygen").args(["-F", &name(&site), "-f", &file]).run();
    assert_eq!(found.code(), 0, "{}", found.stderr());
    let ssh = site.home.peer("ssh").args(["-F", "none", "-i", "id_ed25519", "-o", "BatchMode=yes"]);
    let ssh =
        ssh.args(["-o", &format!("UserKnownHostsFile={file}"), "-o", "StrictHostKeyChecking=yes"]);
    let ssh =
        ssh.args(["-p", &site.sshd.port().to_string(), &format!("{}@127.0.0.1", site.sshd.user())]);
    assert_eq!(ssh.arg("echo in").run().quiet_success(), "in\n");
}

#[test]
fn what_ssh_records_we_accept() {
    for hash in ["no", "yes"] {
        let site = unmet();
        let file = site.home.path("theirs").display().to_string();
        let ssh =
            site.home.peer("ssh").args(["-F", "none", "-i", "id_ed25519", "-o", "BatchMode=yes"]);
        let ssh = ssh.args([
            "-o",
            &format!("UserKnownHostsFile={file}"),
            "-o",
            "StrictHostKeyChecking=accept-new",
        ]);
        let ssh = ssh.args(["-o", &format!("HashKnownHosts={hash}"), "-q"]);
        let ssh = ssh.args([
            "-p",
            &site.sshd.port().to_string(),
            &format!("{}@127.0.0.1", site.sshd.user()),
        ]);
        assert_eq!(ssh.arg("echo in").run().quiet_success(), "in\n");
        assert_eq!(site.home.read_text("theirs").starts_with("|1|"), hash == "yes");
        let ran = echo(&site, &["--batch", "--known-hosts", &file]).run();
        assert_eq!(ran.quiet_success(), "in\n", "{hash}");
    }
}

#[test]
fn a_pinned_key_is_the_only_one_accepted() {
    let site = Site::new();
    let (name, shown) = (name(&site), site.sshd.fingerprint("ed25519"));
    let wrong = format!("SHA256:{}", "A".repeat(43));
    // The files know the key, but are not used.
    assert_eq!(
        echo(&site, &["--host-key", &wrong]).run().failure(255),
        format!(
            "sshc: the host key of {name} is not one of those given with --host-key: the server \
             shows ssh-ed25519 {shown}\nsshc: hint: someone may be intercepting the connection; \
             ask the server's administrator which key is right\n"
        )
    );
    let both = echo(&site, &["--host-key", &wrong, "--host-key", &shown]).run();
    assert_eq!(both.quiet_success(), "in\n");
    assert_eq!(echo(&site, &["--host-key", "SHA256:short"]).run().code(), 2);
}

#[test]
fn a_changed_key_is_refused_naming_file_and_line() {
    let site = unmet();
    let other = key_pair(&site.home, "ecdsa");
    let (name, shown) = (name(&site), site.sshd.fingerprint("ed25519"));
    let line = format!("{name} {}", public_line(&other));
    let file = site.home.write(".ssh/known_hosts", format!("# mine\n\n{line}"));
    let keygen = site.home.peer("ssh-keygen").arg("-lf").arg(&other).run().quiet_success();
    let recorded = keygen.split(' ').nth(1).expect("the fingerprint is the second word");
    let said = echo(&site, &["--accept-new"]).run().failure(255);
    assert_eq!(
        said,
        format!(
            "sshc: the host key of {name} has changed: the server shows ssh-ed25519 {shown}, {}:3 \
             has ecdsa-sha2-nistp256 {recorded}\nsshc: hint: someone may be intercepting the \
             connection; if this address was given to another machine, run sshc --forget \
             '{name}', and pass --host-key-scope target to keep the keys of clusters on re-used \
             addresses apart\n",
            file.display()
        )
    );
    let left = echo(&site, &[]).on_terminal().finish();
    assert_eq!((left.code(), left.screen), (255, said.replace('\n', "\r\n")));
    assert_eq!(site.home.read_text(".ssh/known_hosts"), format!("# mine\n\n{line}"));
    assert!(!site.sshd.log().text().contains("Accepted"));
}

#[test]
fn each_target_has_a_record_of_its_own_when_a_log_names_it() {
    let site = unmet();
    let target = site.sshd.target();
    let from_log = |options: &[&str]| {
        site.sshc(options.iter().copied()).args(["-", "echo in"]).stdin(format!("{target}\n")).run()
    };
    let other = key_pair(&site.home, "ecdsa");
    // Another machine had the address before.
    let before = format!("{} {}", name(&site), public_line(&other));
    site.home.write(".ssh/known_hosts", &before);
    assert_eq!(from_log(&["--accept-new"]).quiet_success(), "in\n");
    let ours = format!("{target} {} used=", site.sshd.host_key("ed25519"));
    assert!(site.home.read_text(".ssh/known_targets").starts_with(&ours));
    assert_eq!(site.home.read_text(".ssh/known_hosts"), before);
    assert_eq!(from_log(&["--batch"]).quiet_success(), "in\n");
    let said = from_log(&["--batch", "--host-key-scope", "host"]).failure(255);
    assert!(said.contains("has changed: "), "{said}");
    let ran = echo(&site, &["--batch", "--host-key-scope", "target"]).run();
    assert_eq!(ran.quiet_success(), "in\n");
    // Now the target's own key has changed.
    let changed = format!("{target} {}", public_line(&other));
    site.home.write(".ssh/known_targets", changed);
    let said = from_log(&["--accept-new"]).failure(255);
    assert!(said.starts_with(&format!("sshc: the host key of {target} has changed: ")), "{said}");
}

#[test]
fn a_revoked_key_is_refused_although_it_is_on_record() {
    let site = Site::new();
    let line = site.sshd.known_hosts_line("ed25519");
    let file = site
        .home
        .write(".ssh/known_hosts", format!("{line}@revoked * {}\n", site.sshd.host_key("ed25519")));
    let said = echo(&site, &["--accept-new"]).run().failure(255);
    let expected = format!(
        "sshc: the host key of {} is revoked by {}:2: ssh-ed25519 {}\n",
        name(&site),
        file.display(),
        site.sshd.fingerprint("ed25519")
    );
    assert!(said.starts_with(&expected), "{said}");
}

#[test]
fn a_record_that_cannot_be_read_is_not_an_empty_one() {
    let site = unmet();
    let folder = site.home.path("folder");
    std::fs::create_dir(&folder).expect("the name is free");
    let shown = folder.display().to_string();
    let said = echo(&site, &["--accept-new", "--known-hosts", &shown]).run().failure(255);
    assert!(
        said.starts_with(&format!("sshc: cannot read the known hosts in `{shown}`: ")),
        "{said}"
    );
    assert!(said.ends_with(
        "sshc: hint: make the file readable, or name other files with --known-hosts FILE\n"
    ));
    assert!(!site.sshd.log().text().contains("Connection from"));
}

#[test]
fn several_files_are_read_and_the_first_is_written() {
    let site = unmet();
    site.home.write("second", site.sshd.known_hosts_line("ed25519"));
    let options = ["--batch", "--known-hosts", "first", "--known-hosts", "second"];
    assert_eq!(echo(&site, &options).run().quiet_success(), "in\n");
    assert!(!site.home.path("first").exists());
    let options = ["--accept-new", "--known-hosts", "first", "--known-hosts", "third"];
    assert_eq!(echo(&site, &options).run().quiet_success(), "in\n");
    assert_eq!(site.home.read_text("first"), site.sshd.known_hosts_line("ed25519"));
}

#[test]
fn what_stands_for_no_file_has_nothing_and_keeps_nothing() {
    let site = unmet();
    for nothing in ["none", "NONE", "/dev/null"] {
        for _ in 0..2 {
            let unknown = echo(&site, &["--batch", "--known-hosts", nothing]).run().failure(255);
            assert!(unknown.contains(" is not on record: "), "{nothing}: {unknown}");
            let accepted = echo(&site, &["--accept-new", "--known-hosts", nothing]).run();
            assert_eq!(accepted.quiet_success(), "in\n", "{nothing}");
        }
        assert!(!site.home.path(nothing).is_file());
    }
}

#[test]
fn the_recorded_type_is_asked_for_first() {
    let home = Home::new();
    let key = key_pair(&home, "ed25519");
    let sshd = server().authorize(public_line(&key)).start();
    let site = Site::of(home, sshd);
    for key_type in ["rsa", "ecdsa", "ed25519"] {
        site.home.write(".ssh/known_hosts", site.sshd.known_hosts_line(key_type));
        assert_eq!(echo(&site, &["--batch"]).run().quiet_success(), "in\n", "{key_type}");
    }
}

/// A site whose server has a certificate for these names, or none, and the folder of its files.
pub(super) fn certified(names: &str, options: &[&str]) -> (Site, Home) {
    let home = Home::new();
    let (authority, host) = (key_pair(&home, "rsa"), key_pair(&home, "ecdsa"));
    let sign = home.peer("ssh-keygen").args(["-q", "-h", "-I", "host"]);
    let sign = if names.is_empty() { sign } else { sign.args(["-n", names]) };
    let sign = sign
        .arg("-s")
        .arg(&authority)
        .args(options.iter().copied())
        .arg(host.with_extension("pub"));
    assert_eq!(sign.run().code(), 0);
    let certificate = home.path("id_ecdsa-cert.pub");
    let site = Site::with(
        server()
            .option(format!("HostKey {}", host.display()))
            .option(format!("HostCertificate {}", certificate.display())),
    );
    let line = format!("@cert-authority [127.0.0.1]:* {}", public_line(&authority));
    site.home.write(".ssh/known_hosts", line);
    (site, home)
}

#[test]
fn a_certificate_of_an_authority_on_record_is_accepted() {
    let (site, _files) = certified("127.0.0.1", &[]);
    assert_eq!(echo(&site, &["--batch"]).run().quiet_success(), "in\n");
}

#[test]
fn a_certificate_for_another_host_or_none_or_of_the_past_is_refused() {
    for (names, options) in
        [("node8.example", &[][..]), ("", &[]), ("127.0.0.1", &["-V", "20200101:20200102"])]
    {
        let (site, _files) = certified(names, options);
        let said = echo(&site, &["--accept-new"]).run().failure(255);
        let start = format!(
            "sshc: the certificate of {}, by the authority in {}:1, cannot be accepted: ",
            name(&site),
            record(&site).display()
        );
        assert!(said.starts_with(&start), "{said}");
    }
}

#[test]
fn a_program_that_never_answers_the_question_is_not_asked_for_ever() {
    let mut site = unmet();
    askpass(&mut site, "geheim");
    let said = site.sshc([&site.sshd.target(), "true"]).run().failure(255);
    assert_eq!(said, "sshc: the question about the host key was not answered\n");
}
