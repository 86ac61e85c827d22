//! The surroundings of a configuration: the machine, the user and their environment.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Found, canonical, platform};

/// Asks for a host name; `None` if it does not exist.
pub type LookUp = fn(&str) -> Option<Found>;

/// Everything outside itself to which a configuration can refer.
#[derive(Clone, Debug)]
pub struct Context {
    /// The user's directory, `~`.
    pub home: PathBuf,
    /// The user's name on this machine.
    pub local_user: String,
    /// The user's number on this machine, `%i`; empty on systems without such numbers.
    pub user_id: String,
    /// The name of this machine.
    pub local_host: String,
    /// The environment, for `${NAME}`.
    pub environment: BTreeMap<String, String>,
    /// The folder of the system-wide configuration: `/etc/ssh`.
    pub system_directory: PathBuf,
    /// Where names are looked up.
    pub look_up: LookUp,
    /// Whether `Match exec` may run programs (`--config-exec`).
    pub may_run_programs: bool,
}

impl Context {
    /// The context of this process.
    #[must_use]
    pub fn of_this_process() -> Self {
        let environment: BTreeMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let user = platform::user_name().or_else(|| {
            let names = ["USER", "LOGNAME", "USERNAME"];
            names.iter().find_map(|name| environment.get(*name).cloned())
        });
        Self {
            home: std::env::home_dir().unwrap_or_default(),
            local_user: user.unwrap_or_default(),
            user_id: platform::user_id(),
            local_host: platform::host_name(),
            system_directory: platform::system_directory(),
            environment,
            look_up: canonical::look_up,
            may_run_programs: false,
        }
    }

    /// The folder of the user's own configuration, keys and known hosts: `~/.ssh`.
    #[must_use]
    pub fn user_directory(&self) -> PathBuf {
        self.home.join(".ssh")
    }
}
