//! `embedded-cluster USER AUTHORIZED_KEYS_LINE`: a cluster for `cargo xtask demo`, which runs until
//! standard input ends.
//!
//! Prints its address and the fingerprint of its host key: `127.0.0.1:40123 SHA256:…`.

use std::env;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use harness::cluster::Cluster;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If this fails, the exit status still reports the failure.
            let _ = writeln!(io::stderr(), "embedded-cluster: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [user, line] = &arguments[..] else {
        return Err(io::Error::other("usage: embedded-cluster USER AUTHORIZED_KEYS_LINE"));
    };
    let cluster = Cluster::start(user, line)?;
    writeln!(io::stdout(), "{} {}", cluster.address(), cluster.fingerprint())?;
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
