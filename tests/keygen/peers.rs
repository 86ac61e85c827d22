//! The programs that own the formats: puttygen, ssh-keygen and openssl make keys and judge ours.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a peer and returns its standard output. A peer that is missing or fails makes the test
/// fail.
pub(super) fn run<S: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = S>,
) -> String {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).env_remove("SSH_ASKPASS").env_remove("DISPLAY");
    let output = command.output().unwrap_or_else(|error| panic!("{program}: {error}"));
    let (stdout, stderr) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{stdout}{stderr}");
    stdout.into_owned()
}

/// Makes a PPK with puttygen, from its options, a passphrase (empty for none) and a comment.
pub(super) fn puttygen(path: &Path, options: &str, passphrase: &str, comment: &str) {
    let secret = path.with_extension("secret");
    std::fs::write(&secret, passphrase).expect("the passphrase is written");
    let mut arguments = vec!["-q", "--random-device", "/dev/urandom", "-C", comment];
    arguments.extend(options.split_whitespace());
    let fixed = ["--new-passphrase".as_ref(), secret.as_os_str(), "-o".as_ref(), path.as_os_str()];
    run("puttygen", arguments.into_iter().map(OsStr::new).chain(fixed));
}
