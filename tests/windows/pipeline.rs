//! The main use: from the log to the cluster, through a pipe between two Windows programs.

use harness::home::Home;
use harness::invocation::Finished;
use harness::sshd::Sshd;

use crate::wine;

/// A log as `>` in PowerShell 5.1 writes it.
fn utf_16(text: &str) -> Vec<u8> {
    let text = text.replace('\n', "\r\n");
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A server that accepts the key `id.ppk`, which `keygen.exe` makes, and a log that announces it.
fn cluster(home: &Home) -> Sshd {
    let made = wine::tool(home, "keygen")
        .args(["-o", "id.ppk", "-C", "ada@node7", "--passphrase-file"])
        .arg(home.write("passphrase", "correct horse\r\n"))
        .run();
    assert_eq!(made.code(), 0, "{}", made.stderr());
    let copied = wine::tool(home, "pubkey-copy").args(["--print", "id.ppk"]).run();
    let sshd = Sshd::start(copied.quiet_success().trim_end());
    let port = sshd.port();
    let log = format!(
        "[2026-11-22T12:05:46Z]: Launching ./run\nLogin: ssh -p {port} {}@127.0.0.1\n",
        sshd.user()
    );
    home.write("log.txt", utf_16(&log));
    sshd
}

/// Logs in to the target in the log, if the server shows the host key with this fingerprint, and
/// runs the command.
fn log_in(home: &Home, fingerprint: &str, command: &str) -> Finished {
    let line = "wine \"$PROGRAMS/joblog-parse.exe\" --allow-private log.txt | \
                wine \"$PROGRAMS/sshc.exe\" --key id.ppk --passphrase-file passphrase \
                --host-key \"$FINGERPRINT\" - \"$COMMAND\"";
    wine::shell(home, line).env("FINGERPRINT", fingerprint).env("COMMAND", command).run()
}

#[test]
fn a_log_in_utf_16_is_read() {
    let home = Home::new();
    let log = "Job started\nYou can connect to your cluster: ssh uprod_qpWia@203.0.113.7\n";
    home.write("log.txt", utf_16(log));
    let found = wine::tool(&home, "joblog-parse").arg("log.txt").run().quiet_success();
    assert_eq!(found, "uprod_qpWia@203.0.113.7\n");
    let found = wine::tool(&home, "joblog-parse").stdin(utf_16(log)).run().quiet_success();
    assert_eq!(found, "uprod_qpWia@203.0.113.7\n");
}

#[test]
fn from_the_log_to_the_cluster() {
    let home = Home::new();
    let sshd = cluster(&home);
    let ran = log_in(&home, &sshd.fingerprint("ed25519"), "whoami; exit 3");
    assert_eq!((ran.stdout(), ran.stderr(), ran.code()), (&*format!("{}\n", sshd.user()), "", 3));
}

#[test]
fn patterns_are_for_the_server_s_shell() {
    let home = Home::new();
    let sshd = cluster(&home);
    let ran = wine::tool(&home, "sshc")
        .args(["-F", "none", "--key", "id.ppk", "--passphrase-file", "passphrase"])
        .args(["--host-key", &sshd.fingerprint("ed25519"), &sshd.target()])
        .args(["cd /; echo", "log.t*"])
        .run();
    assert_eq!(ran.quiet_success(), "log.t*\n");
}

#[test]
fn a_server_with_another_host_key_is_refused() {
    let home = Home::new();
    let sshd = cluster(&home);
    let expected = format!("SHA256:{}", "A".repeat(43));
    let refused = log_in(&home, &expected, "whoami").failure(255);
    assert!(refused.contains(&sshd.fingerprint("ed25519")), "{refused}");
}
