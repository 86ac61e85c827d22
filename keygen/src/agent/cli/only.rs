//! `keyagent add --only`: limits keys to hosts, identified by their keys in `known_hosts`.

use std::env;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::error::Failure;
use crate::agent::known_hosts::Destination;
use crate::agent::restriction::Restriction;
use crate::date;
use crate::text::read_capped;

/// How long sshc trusts the key of a target that is not used, unless it is configured otherwise.
const TARGET_LIFETIME: Duration = Duration::from_secs(14 * 86_400);

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
    /// be missing.
    fn known_hosts(&self) -> Result<String, Failure> {
        let mut files = Vec::new();
        for path in &self.known_hosts {
            files.push(read_capped(path).map_err(|error| error.in_file("read", path))?);
        }
        if files.is_empty() {
            files.extend(usual().iter().filter_map(|path| read_capped(path).ok()));
        }
        let oldest = date::of(SystemTime::now() - TARGET_LIFETIME);
        let lines = files.iter().flat_map(|bytes| {
            let text = contract::text::decode(bytes);
            let lines = contract::text::lines(&text).map(|(_, line)| line);
            lines.map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect::<Vec<_>>()
        });
        Ok(lines.filter(|line| !is_over(line, &oldest)).collect())
    }
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
