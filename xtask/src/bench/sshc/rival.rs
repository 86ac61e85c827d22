//! The three clients, each with the same settings in its own syntax.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::place::Place;
use super::server::write;
use crate::step::{self, Failure};
use crate::workspace;

/// One of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    Sshc,
    Ssh,
    Plink,
}

impl Client {
    pub(super) const ALL: [Self; 3] = [Self::Sshc, Self::Ssh, Self::Plink];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sshc => "sshc",
            Self::Ssh => "ssh",
            Self::Plink => "plink",
        }
    }
}

/// Where the clients' keys and files are.
pub(super) struct Rivals {
    pub(super) folder: PathBuf,
    sshc: PathBuf,
    fingerprint: String,
}

impl Rivals {
    /// Makes a key for the user and one for the server, and builds `sshc` like a release.
    pub(super) fn prepare() -> Result<Self, Failure> {
        let sshc = workspace::release("sshc")?;
        let folder = workspace::target().join("bench").join("sshc");
        let failed = |error| Failure::new(format!("cannot empty `{}`: {error}", folder.display()));
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(failed)?;
        }
        fs::create_dir_all(&folder).map_err(failed)?;
        for key in ["id", "host_key"] {
            step::run(
                Command::new("ssh-keygen")
                    .args(["-q", "-t", "ed25519", "-N", "", "-f"])
                    .arg(folder.join(key)),
            )?;
        }
        step::run(
            Command::new("puttygen")
                .arg(folder.join("id"))
                .args(["-O", "private", "--new-passphrase", "/dev/null", "-o"])
                .arg(folder.join("id.ppk")),
        )?;
        let host_key = step::output(Command::new("cat").arg(folder.join("host_key.pub")))?;
        write(&folder.join("known_hosts"), &format!("* {host_key}"))?;
        let shown =
            step::output(Command::new("ssh-keygen").arg("-lf").arg(folder.join("host_key.pub")))?;
        let fingerprint = shown.split(' ').nth(1).unwrap_or_default().to_owned();
        Ok(Self { folder, sshc, fingerprint })
    }

    /// A client with all options, but without a command for the server at `place`.
    pub(super) fn client(&self, client: Client, place: Place) -> Command {
        let port = place.port.to_string();
        match client {
            Client::Sshc => {
                let mut sshc = place.command(&self.sshc);
                sshc.args(["-F", "none", "--agent", "none", "--batch", "--key"]).arg(self.id());
                sshc.arg("--known-hosts").arg(self.folder.join("known_hosts")).args(["-p", &port]);
                sshc
            }
            Client::Ssh => {
                let mut ssh = place.command("ssh");
                ssh.args(["-F", "none", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i"]);
                ssh.arg(self.id()).args(["-o", "IdentityAgent=none", "-o"]);
                ssh.arg(file_option("UserKnownHostsFile", &self.folder.join("known_hosts")));
                ssh.args(["-o", "GlobalKnownHostsFile=none", "-p", &port]);
                ssh
            }
            Client::Plink => {
                let mut plink = place.command("plink");
                plink.args(["-ssh", "-batch", "-noagent", "-hostkey", &self.fingerprint, "-i"]);
                plink.arg(self.folder.join("id.ppk")).args(["-P", &port]);
                plink
            }
        }
    }

    /// The client running `command` there.
    pub(super) fn order(&self, client: Client, place: Place, command: &str) -> Command {
        let mut it = self.client(client, place);
        it.args([&place.login(), command]);
        it
    }

    /// The versions of all programs, for the report.
    pub(super) fn versions(&self) -> Result<Vec<String>, Failure> {
        let first_line = |command: &mut Command| -> Result<String, Failure> {
            let output = command.output();
            let output = output
                .map_err(|error| Failure::new(format!("cannot ask for a version: {error}")))?;
            // ssh prints it on standard error.
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            Ok(said.lines().next().unwrap_or_default().to_owned())
        };
        Ok(vec![
            first_line(Command::new(&self.sshc).arg("--version"))?,
            first_line(Command::new("ssh").arg("-V"))?,
            first_line(Command::new("plink").arg("-V"))?,
        ])
    }

    fn id(&self) -> PathBuf {
        self.folder.join("id")
    }
}

fn file_option(name: &str, path: &Path) -> String {
    format!("{name}={}", path.display())
}
