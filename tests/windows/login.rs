//! A key of one's own, and a command on a server with it.

use harness::home::Home;
use harness::invocation::Invocation;

use crate::wine;

/// Makes a key pair and gives the public line.
pub(crate) fn key_pair(home: &Home, name: &str) -> String {
    let made = home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "ada"]);
    assert_eq!(made.args(["-f", name]).run().code(), 0);
    home.read_text(format!("{name}.pub")).trim_end().to_owned()
}

/// `sshc.exe … echo in`, asking nobody.
pub(crate) fn echo(home: &Home, options: &[&str], destination: &str) -> Invocation {
    let sshc = wine::tool(home, "sshc").args(["-F", "none", "--batch"]);
    sshc.args(options.iter().copied()).args([destination, "echo in"])
}
