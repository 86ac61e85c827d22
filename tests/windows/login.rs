//! Makes a key, and runs a command on a server with it.

use harness::home::Home;
use harness::invocation::Invocation;
use harness::sshd::Sshd;

use crate::wine;

/// Makes a key pair and returns the public line.
pub(crate) fn key_pair(home: &Home, name: &str) -> String {
    let made = home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "ada"]);
    assert_eq!(made.args(["-f", name]).run().code(), 0);
    home.read_text(format!("{name}.pub")).trim_end().to_owned()
}

/// `sshc.exe … echo in`, without questions.
pub(crate) fn echo(home: &Home, options: &[&str], destination: &str) -> Invocation {
    let sshc = wine::tool(home, "sshc").args(["-F", "none", "--batch"]);
    sshc.args(options.iter().copied()).args([destination, "echo in"])
}

#[test]
fn what_stands_for_no_file_has_no_host_keys_and_keeps_none() {
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    for nothing in ["NUL", "nul", "/dev/null", "none"] {
        for _ in 0..2 {
            let options = ["--key", "id", "--known-hosts", nothing, "--accept-new"];
            let unknown = echo(&home, &options[..4], &sshd.target()).run().failure(255);
            assert!(unknown.contains(" is not on record: "), "{nothing}: {unknown}");
            let ran = echo(&home, &options, &sshd.target()).run();
            assert_eq!(ran.quiet_success(), "in\n", "{nothing}");
        }
    }
    assert!(!home.path("NUL").exists() && !home.path("none").exists());
}
