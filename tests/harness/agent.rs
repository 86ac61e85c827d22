//! Agents that hold keys: OpenSSH's `ssh-agent`, and PuTTY's `pageant`.

use std::path::{Path, PathBuf};

use crate::home::Home;
use crate::invocation::Running;
use crate::terminal::Terminal;

/// A running agent; dropping it ends it.
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
        let socket = home.path(".run").join("agent");
        let process = home.peer("ssh-agent").arg("-D").arg("-a").arg(&socket).start();
        process.stdout.wait_for("SSH_AUTH_SOCK=");
        Self { socket, process: Process::OpenSsh { running: process } }
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
        Self { socket, process: Process::Pageant { terminal } }
    }

    /// Our own agent, without keys, with these options of `keyagent start`.
    #[must_use]
    pub fn keyagent(home: &Home, options: &[&str]) -> Self {
        Self::keyagent_with(home, options, &[])
    }

    /// The same, with these variables.
    #[must_use]
    pub fn keyagent_with(home: &Home, options: &[&str], variables: &[(&str, &str)]) -> Self {
        let socket = home.path(".run/keyagent/agent.sock");
        let start = home.tool("keyagent").args(["start", "--foreground"]).args(options.to_vec());
        let start = variables.iter().fold(start, |start, (name, value)| start.env(*name, *value));
        let process = start.start();
        process.stdout.wait_for("SSH_AUTH_SOCK=");
        Self { socket, process: Process::OpenSsh { running: process } }
    }

    /// Its process id, where it is not on a terminal.
    #[must_use]
    pub fn id(&self) -> u32 {
        match &self.process {
            Process::OpenSsh { running } => running.id(),
            Process::Pageant { terminal } => terminal.id(),
        }
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
