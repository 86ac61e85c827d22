//! The configuration: the options of `ssh_config(5)` that have a meaning in this program.
//!
//! Files and `-o` options become one [`Config`] of typed values. The code that uses a value decides
//! what to do with it.

mod algorithms;
mod canonical;
mod context;
mod error;
mod files;
mod forward;
mod jump;
mod option;
mod show;
mod support;
mod syntax;
mod template;
#[cfg(unix)]
mod unix;
mod value;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use unix as platform;
#[cfg(windows)]
use windows as platform;

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;
use std::time::Duration;

use contract::shown;

pub use algorithms::{AlgorithmKind, Algorithms, Change};
pub use canonical::{Canonicalize, Found, PermittedAlias};
pub use context::{Context, LookUp};
pub use error::{Error, Origin, SettingError};
pub use files::Files;
pub use forward::{Endpoint, Forward};
pub use jump::Jump;
pub use option::{ControlMaster, ControlPersist, Known};
pub(crate) use platform::host_name;
pub use support::{OPTIONS, Support};
pub use template::{Template, Tokens};
pub use value::{
    AddKeysToAgent, AddressFamily, LogLevel, PermittedGoal, PubkeyAuthentication, RekeyLimit,
    RequestTty, SessionType, StrictHostKeyChecking, YesNoAsk,
};

use crate::known_hosts::Lifetime;

/// A value for which the first statement counts; later ones do not change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    value: T,
    given: bool,
}

impl<T> Setting<T> {
    fn new(default: T) -> Self {
        Self { value: default, given: false }
    }

    /// Sets the value, unless it was set before.
    pub fn decide(&mut self, value: T) {
        if !self.given {
            *self = Self { value, given: true };
        }
    }

    /// Sets the value, even if it was set before.
    pub(crate) fn overrule(&mut self, value: T) {
        *self = Self { value, given: true };
    }

    /// Whether the value was set, and is not the default.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.given
    }
}

impl<T> Deref for Setting<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// What is wanted of the host (`Match sessiontype` and `command`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum RequestedSession {
    /// A shell.
    #[default]
    Shell,
    /// A command.
    Command(String),
    /// A subsystem.
    Subsystem(String),
    /// Only the connection.
    Nothing,
}

impl RequestedSession {
    /// The command or the subsystem's name; empty if there is none.
    fn command(&self) -> &str {
        match self {
            Self::Command(name) | Self::Subsystem(name) => name,
            Self::Shell | Self::Nothing => "",
        }
    }
}

/// The user's request.
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    /// The host as the user typed it.
    pub host: &'a str,
    /// The user to log in as, if given with the host or by `-l`.
    pub user: Option<&'a str>,
    /// The port, if given with the host or by `-p`.
    pub port: Option<u16>,
    /// The `NAME=VALUE` of each `-o`, in order.
    pub options: &'a [String],
    /// The files.
    pub files: Files,
    /// Whether a proxy or a jump host of the command line connects to the host.
    pub is_proxied: bool,
    /// What is wanted of the host.
    pub session: RequestedSession,
}

/// A line without effect here, reported with `-v`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where it stands.
    pub origin: Origin,
    /// Its keyword as written.
    pub keyword: String,
    /// Whether `ssh` knows it.
    pub known: Known,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, keyword, known } = self;
        let keyword = shown(keyword);
        match known {
            Known::Here | Known::Nowhere => write!(f, "{origin}: {keyword} differs from ssh"),
            Known::Elsewhere(why) => write!(f, "{origin}: {keyword} has no effect here: {why}"),
            Known::Without(what) => write!(f, "{origin}: {keyword} has no effect without {what}"),
        }
    }
}

/// The value of every option, named and spelled as in `ssh_config(5)`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the options of ssh_config(5), one by one")]
pub struct Config {
    // The destination.
    /// The host to connect to: an address or a name, in lower case.
    pub host_name: Setting<String>,
    pub user: Setting<String>,
    pub port: Setting<u16>,
    pub tag: Setting<Option<String>>,
    /// Why no connection is made; `None` allows it.
    pub refuse_connection: Setting<Option<String>>,

    // Its full name.
    pub canonicalize_hostname: Setting<Canonicalize>,
    pub canonical_domains: Setting<Vec<String>>,
    /// Whether a name that is in no domain is looked up as it is.
    pub canonicalize_fallback_local: Setting<bool>,
    /// A name with more dots is not short.
    pub canonicalize_max_dots: Setting<u32>,
    pub canonicalize_permitted_cnames: Setting<Vec<PermittedAlias>>,

    // Getting there.
    pub address_family: Setting<AddressFamily>,
    pub bind_address: Setting<Option<String>>,
    pub bind_interface: Setting<Option<String>>,
    /// For each attempt; `None` leaves it to the system.
    pub connect_timeout: Setting<Option<Duration>>,
    pub connection_attempts: Setting<u32>,
    /// In order from this computer; empty for `none`.
    pub proxy_jump: Setting<Vec<Jump>>,
    pub proxy_command: Setting<Option<Template>>,
    pub tcp_keep_alive: Setting<bool>,
    /// Zero for never.
    pub server_alive_interval: Setting<Duration>,
    pub server_alive_count_max: Setting<u32>,

    // Algorithms; `None` for the program's own.
    pub ciphers: Setting<Option<Algorithms>>,
    pub kex_algorithms: Setting<Option<Algorithms>>,
    pub macs: Setting<Option<Algorithms>>,
    pub host_key_algorithms: Setting<Option<Algorithms>>,
    pub pubkey_accepted_algorithms: Setting<Option<Algorithms>>,
    pub ca_signature_algorithms: Setting<Option<Algorithms>>,
    pub required_rsa_size: Setting<u32>,
    /// Whether to warn of a key exchange that is not post-quantum.
    pub warn_weak_crypto: Setting<bool>,
    pub compression: Setting<bool>,
    pub rekey_limit: Setting<RekeyLimit>,

    // The server's identity.
    pub user_known_hosts_file: Setting<Vec<Template>>,
    pub global_known_hosts_file: Setting<Vec<Template>>,
    /// Files of keys that no server may present.
    pub revoked_host_keys: Setting<Vec<Template>>,
    pub host_key_alias: Setting<Option<String>>,
    pub hash_known_hosts: Setting<bool>,
    pub strict_host_key_checking: Setting<StrictHostKeyChecking>,
    pub update_host_keys: Setting<YesNoAsk>,
    /// Whether the address of a host has a record of its own, which must not differ.
    pub check_host_ip: Setting<bool>,
    /// A program, without a shell, that knows further host keys; `None` for none.
    pub known_hosts_command: Setting<Option<Template>>,

    // The user's identity.
    /// All named files, in order; if there are none, the usual ones.
    pub identity_file: Vec<Template>,
    /// Whether these are the usual ones, because none is named.
    pub has_usual_identities: bool,
    pub certificate_file: Vec<Template>,
    pub identities_only: Setting<bool>,
    /// `None` for no agent; `SSH_AUTH_SOCK` and `$NAME` name a variable with the path.
    pub identity_agent: Setting<Option<Template>>,
    pub add_keys_to_agent: Setting<AddKeysToAgent>,
    pub preferred_authentications: Setting<Option<Vec<String>>>,
    pub pubkey_authentication: Setting<PubkeyAuthentication>,
    pub password_authentication: Setting<bool>,
    pub kbd_interactive_authentication: Setting<bool>,
    /// The devices that may ask; `None` leaves them to the server.
    pub kbd_interactive_devices: Setting<Option<String>>,
    pub number_of_password_prompts: Setting<u32>,
    pub batch_mode: Setting<bool>,

    // Forwards.
    pub local_forward: Vec<Forward>,
    pub remote_forward: Vec<Forward>,
    pub dynamic_forward: Vec<Forward>,
    pub gateway_ports: Setting<bool>,
    pub exit_on_forward_failure: Setting<bool>,
    pub clear_all_forwardings: Setting<bool>,
    pub stream_local_bind_unlink: Setting<bool>,
    /// The destinations that a remote SOCKS forward allows; `None` for all.
    pub permit_remote_open: Setting<Option<Vec<PermittedGoal>>>,
    /// `yes`, `no`, a path, or `$NAME`.
    pub forward_agent: Setting<ForwardAgent>,

    // The session.
    pub send_env: Vec<String>,
    /// Names and values of variables.
    pub set_env: Setting<Vec<(String, String)>>,
    pub request_tty: Setting<RequestTty>,
    pub remote_command: Setting<Option<Template>>,
    pub session_type: Setting<SessionType>,
    /// The character as a byte; `None` for none.
    pub escape_char: Setting<Option<u8>>,
    /// Whether `~C` opens a command line.
    pub enable_escape_commandline: Setting<bool>,
    pub stdin_null: Setting<bool>,
    pub fork_after_authentication: Setting<bool>,
    /// What is run on this computer after the login, if that is permitted; `None` for nothing.
    pub local_command: Setting<Option<Template>>,
    pub permit_local_command: Setting<bool>,
    pub log_level: Setting<LogLevel>,
    /// `ControlMaster`
    pub control_master: Setting<ControlMaster>,
    /// `ControlPath`
    pub control_path: Setting<Option<Template>>,
    /// `ControlPersist`
    pub control_persist: Setting<ControlPersist>,

    /// How long an unused target stays on record (`HostKeyTTL`, which ssh does not have).
    pub host_key_ttl: Setting<Lifetime>,

    /// Whether `Match exec` may run programs (`PermitMatchExec`, which ssh does not have).
    pub permit_match_exec: Setting<bool>,

    /// Patterns of names that may be unknown (`IgnoreUnknown`).
    pub ignore_unknown: Setting<String>,

    /// Options of ssh without effect here, and their values, for `-G`.
    pub without_effect: Vec<(String, String)>,

    /// The lines without effect here, in order.
    pub notes: Vec<Note>,

    /// Whether `host_name` has its final form, in which `%` has no special meaning.
    host_is_settled: bool,
}

/// Which agent the server may use (`ForwardAgent`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForwardAgent {
    /// None.
    No,
    /// The agent that is used for the login.
    Yes,
    /// The agent at a path, or at the path in a variable (`$NAME`).
    At(Template),
}

impl Config {
    /// Resolves the configuration for a request: its own options first, then the files in order.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or a line is invalid, with its place.
    pub fn resolve(request: &Request<'_>, context: &Context) -> Result<Self, Error> {
        let mut config = Self::new(context);
        if let Some(user) = request.user {
            config.user.decide(user.to_owned());
        }
        if let Some(port) = request.port {
            config.port.decide(port);
        }
        option::apply_command_line(&mut config, request.options)?;
        let wants_final = config.pass(request, context, false)?;
        let is_canonicalized = *config.canonicalize_hostname != Canonicalize::No;
        if wants_final || is_canonicalized {
            // Once the host is known, blocks may apply that did not match the name as typed.
            config.settle_host(request)?;
            if is_canonicalized {
                config.canonicalize(request, context)?;
            }
            config.host_name.given = true;
            config.pass(request, context, true)?;
        }
        config.finish(request, context)?;
        Ok(config)
    }

    /// The values of the tokens when connecting with this configuration.
    #[must_use]
    pub fn tokens(&self, context: &Context, request: &Request<'_>) -> Tokens {
        let host = self.current_host(request).unwrap_or_default();
        let jump = self.proxy_jump.last().map(|jump| jump.host.clone());
        Tokens {
            home: context.home.clone(),
            environment: context.environment.clone(),
            original_host: request.host.to_owned(),
            host_key_alias: self.host_key_alias.as_deref().unwrap_or(request.host).to_owned(),
            host,
            port: *self.port,
            user: self.user.to_string(),
            local_user: context.local_user.clone(),
            user_id: context.user_id.clone(),
            local_host: context.local_host.clone(),
            jump_host: jump.unwrap_or_default(),
        }
    }

    /// The paths of `templates`, without `none`.
    ///
    /// # Errors
    ///
    /// [`Error::Expand`] for an unknown token or an unset variable.
    pub fn paths(templates: &[Template], tokens: &Tokens) -> Result<Vec<PathBuf>, Error> {
        templates.iter().filter(|path| !path.is_none()).map(|path| tokens.path(path)).collect()
    }

    /// Reads the files once; returns whether they must be read again.
    fn pass(
        &mut self,
        request: &Request<'_>,
        context: &Context,
        is_final: bool,
    ) -> Result<bool, Error> {
        let mut pass = files::Pass { context, request, config: self, is_final, wants_final: false };
        pass.run()?;
        Ok(pass.wants_final)
    }

    fn finish(&mut self, request: &Request<'_>, context: &Context) -> Result<(), Error> {
        self.settle_host(request)?;
        if request.user.is_none() && self.user.given {
            self.user.value = self.tokens(context, request).user_name(&self.user)?;
        }
        if self.identity_file.is_empty() {
            self.has_usual_identities = true;
            self.identity_file = ["id_rsa", "id_ecdsa", "id_ed25519"]
                .map(|name| Template(format!("~/.ssh/{name}")))
                .to_vec();
        }
        if !self.global_known_hosts_file.given {
            let system = &context.system_directory;
            self.global_known_hosts_file.value = ["ssh_known_hosts", "ssh_known_hosts2"]
                .map(|name| Template(system.join(name).display().to_string()))
                .to_vec();
        }
        if self.user_known_hosts_file.given {
            // As with ssh, a file that the user chose is rewritten only on request.
            self.update_host_keys.decide(YesNoAsk::No);
        }
        if *self.clear_all_forwardings {
            self.local_forward.clear();
            self.remote_forward.clear();
            self.dynamic_forward.clear();
        }
        Ok(())
    }

    fn current_host(&self, request: &Request<'_>) -> Result<String, SettingError> {
        if self.host_is_settled {
            Ok(self.host_name.to_string())
        } else if self.host_name.given {
            template::host_name(&self.host_name, request.host)
        } else {
            Ok(request.host.to_owned())
        }
    }

    /// Gives the host its final form, without tokens.
    fn settle_host(&mut self, request: &Request<'_>) -> Result<(), Error> {
        let host = self
            .current_host(request)
            .map_err(|fault| Error::Expand { template: self.host_name.to_string(), fault })?;
        self.host_name.value = host.to_lowercase();
        self.host_is_settled = true;
        Ok(())
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
