//! Agents: OpenSSH's `ssh-agent`, PuTTY's `pageant`, and our own.

use std::path::{Path, PathBuf};

use crate::home::Home;
use crate::invocation::{Invocation, Running};
use crate::terminal::Terminal;

/// A running agent, which ends when this is dropped.
#[derive(Debug)]
pub struct Agent {
    socket: PathBuf,
    process: Process,
}

/// How the agent runs.
#[derive(Debug)]
enum Process {
    OpenSsh { running: Running },
    Pageant { terminal: Terminal },
}

impl Agent {
    /// OpenSSH's agent, without keys, on a socket in `home`.
    #[must_use]
    pub fn openssh(home: &Home) -> Self {
        Self::openssh_by(home, home.peer("ssh-agent"))
    }

    /// The same, of another version.
    #[must_use]
    pub fn openssh_by(home: &Home, program: Invocation) -> Self {
        let socket = home.path(".run").join("agent");
        let process = program.arg("-D").arg("-a").arg(&socket).start();
        process.stdout.wait_for("SSH_AUTH_SOCK=");
        Self { socket, process: Process::OpenSsh { running: process } }
    }

    /// PuTTY's agent for Unix, holding these PPK files, which must have no passphrase.
    #[must_use]
    pub fn pageant(home: &Home, keys: &[&Path]) -> Self {
        let socket = home.path(".run").join("pageant");
        // pageant reports at once that it is ready only if it is on a terminal.
        let mut terminal = home
            .peer("pageant")
            .args(["--debug", "--symlink"])
            .arg(&socket)
            .args(keys.iter().map(|key| key.as_os_str()))
            .on_terminal();
        terminal.expect("SSH_AUTH_SOCK=");
        Self { socket, process: Process::Pageant { terminal } }
    }

    /// Our own agent, without keys, with these options of `keyagent start`.
    #[must_use]
    pub fn keyagent(home: &Home, options: &[&str]) -> Self {
        Self::keyagent_with(home, options, &[])
    }

    /// The same, with these environment variables.
    #[must_use]
    pub fn keyagent_with(home: &Home, options: &[&str], variables: &[(&str, &str)]) -> Self {
        let socket = home.path(".run/keyagent/agent.sock");
        let start = home.tool("keyagent").args(["start", "--foreground"]).args(options.to_vec());
        let start = variables.iter().fold(start, |start, (name, value)| start.env(*name, *value));
        let process = start.start();
        process.stdout.wait_for("SSH_AUTH_SOCK=");
        Self { socket, process: Process::OpenSsh { running: process } }
    }

    /// Its process ID, if it is not on a terminal.
    #[must_use]
    pub fn id(&self) -> u32 {
        match &self.process {
            Process::OpenSsh { running } => running.id(),
            Process::Pageant { terminal } => terminal.id(),
        }
    }

    /// The value for `SSH_AUTH_SOCK`.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Adds a private key in OpenSSH's format, without a passphrase and readable by its owner only.
    pub fn add(&self, home: &Home, key: &Path) {
        let added =
            home.peer("ssh-add").env("SSH_AUTH_SOCK", &self.socket).arg("-q").arg(key).run();
        assert_eq!(added.code(), 0, "{}", added.stderr());
    }
}
