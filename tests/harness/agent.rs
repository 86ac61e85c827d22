//! Agents that hold keys: OpenSSH's `ssh-agent`, and PuTTY's `pageant`.

use std::path::{Path, PathBuf};

use crate::home::Home;
use crate::invocation::Running;
use crate::terminal::Terminal;

/// A running agent; dropping it ends it.
#[derive(Debug)]
pub struct Agent {
    socket: PathBuf,
    _process: Process,
}

/// How the agent runs.
#[derive(Debug)]
enum Process {
    OpenSsh { _running: Running },
    Pageant { _terminal: Terminal },
}

impl Agent {
    /// OpenSSH's agent, without keys, on a socket in `home`.
    #[must_use]
    pub fn openssh(home: &Home) -> Self {
        let socket = home.path(".run").join("agent");
        let process = home.peer("ssh-agent").arg("-D").arg("-a").arg(&socket).start();
        process.stdout.wait_for("SSH_AUTH_SOCK=");
        Self { socket, _process: Process::OpenSsh { _running: process } }
    }

    /// PuTTY's agent for Unix, holding these PPK files, which must have no passphrase.
    #[must_use]
    pub fn pageant(home: &Home, keys: &[&Path]) -> Self {
        let socket = home.path(".run").join("pageant");
        // Only on a terminal does it say at once that it is ready.
        let mut terminal = home
            .peer("pageant")
            .args(["--debug", "--symlink"])
            .arg(&socket)
            .args(keys.iter().map(|key| key.as_os_str()))
            .on_terminal();
        terminal.expect("SSH_AUTH_SOCK=");
        Self { socket, _process: Process::Pageant { _terminal: terminal } }
    }

    /// What `SSH_AUTH_SOCK` is set to.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Gives it a private key in OpenSSH's format, without a passphrase and readable by its owner
    /// only.
    pub fn add(&self, home: &Home, key: &Path) {
        let added =
            home.peer("ssh-add").env("SSH_AUTH_SOCK", &self.socket).arg("-q").arg(key).run();
        assert_eq!(added.code(), 0, "{}", added.stderr());
    }
}
