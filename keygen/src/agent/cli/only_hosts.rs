//! `keyagent add --only`: limits keys to hosts, identified by their keys in `known_hosts`.

use std::env;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::error::Failure;
use crate::agent::known_hosts::Destination;
use crate::agent::restrict_destination::Restriction;
use crate::date;
use crate::error::Error;

/// How long sshc trusts the key of a target that is not used, unless it is configured otherwise.
const TARGET_LIFETIME: Duration = Duration::from_secs(14 * 86_400);

/// The most bytes read of one known_hosts file, as by sshc.
const MOST_BYTES: u64 = 64 << 20;

#[derive(Clone, Debug, clap::Args)]
pub(super) struct OnlyArgs {
    /// Use the keys only for logins to this host: host, user@host, user@host:2222 (repeatable)
    ///
    /// The agent identifies the host by its keys in known_hosts. It signs no login elsewhere, and
    /// none from a machine that the agent is forwarded to. The program that logs in must support
    /// this (OpenSSH 8.9 and later, and sshc).
    #[arg(long, value_name = "HOST", value_parser = Destination::parse)]
    only: Vec<Destination>,

    /// The known_hosts file with its keys, instead of OpenSSH's own files and sshc's known_targets
    #[arg(long, value_name = "FILE", requires = "only")]
    known_hosts: Vec<PathBuf>,
}

impl OnlyArgs {
    /// The restrictions for the agent; empty if the keys are for every host.
    pub(super) fn restrictions(&self) -> Result<Vec<Restriction>, Failure> {
        if self.only.is_empty() {
            return Ok(Vec::new());
        }
        let known_hosts = self.known_hosts()?;
        let restriction = |host: &Destination| {
            let unknown = || Failure::NoHostKey {
                host: host.name(),
                wants_user: host.wants_user(&known_hosts),
            };
            host.restriction(&known_hosts).ok_or_else(unknown)
        };
        self.only.iter().map(restriction).collect()
    }

    /// The text of all files, without targets that were unused for too long. The usual files may
    /// be missing; one that cannot be read could have revoked a key.
    fn known_hosts(&self) -> Result<String, Failure> {
        let usual = usual();
        let is_usual = self.known_hosts.is_empty();
        let oldest = date::of(SystemTime::now() - TARGET_LIFETIME);
        let mut known = String::new();
        for path in if is_usual { &usual } else { &self.known_hosts } {
            let bytes = match read(path) {
                Err(Error::Io(error)) if is_usual && error.kind() == ErrorKind::NotFound => {
                    continue;
                }
                read => read.map_err(|error| error.in_file("read", path))?,
            };
            let has_days = is_usual && path.ends_with("known_targets");
            for (_, line) in contract::encoding::lines(&contract::encoding::decode(&bytes)) {
                let line = String::from_utf8_lossy(line);
                if !(has_days && is_over(&line, &oldest)) {
                    known.push_str(&line);
                    known.push('\n');
                }
            }
        }
        Ok(known)
    }
}

/// A whole known_hosts file, which may be larger than any key file.
fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Error::Io(io::Error::new(ErrorKind::FileTooLarge, "more than 64 MiB")));
    }
    Ok(bytes)
}

/// Whether sshc ignores this line, because its target was last used before this day.
fn is_over(line: &str, oldest: &str) -> bool {
    let mut used = line.split_whitespace().filter_map(|word| word.strip_prefix("used="));
    // Dates in this form have the order of their texts.
    used.next_back().is_some_and(|day| day < oldest)
}

/// OpenSSH's files, of the user and the system, and sshc's.
fn usual() -> Vec<PathBuf> {
    const NAMES: [&str; 3] = ["known_hosts", "known_hosts2", "known_targets"];
    let of_user = env::home_dir().map(|home| home.join(".ssh"));
    let of_system = if cfg!(windows) {
        env::var_os("ProgramData").map(|folder| Path::new(&folder).join("ssh"))
    } else {
        Some(PathBuf::from("/etc/ssh"))
    };
    let user = of_user.into_iter().flat_map(|at| NAMES.map(|it| at.join(it)));
    let system = of_system.into_iter().map(|at| at.join("ssh_known_hosts"));
    user.chain(system).collect()
}
