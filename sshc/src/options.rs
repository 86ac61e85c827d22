//! The options, as clap reads them.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Parser};
use joblog_parse::Service;

use crate::Error;
use crate::agent;
use crate::config::Forward;
use crate::connect::Proxy;
use crate::defaults::WAIT;
use crate::destination::Destination;
use crate::fingerprint::Fingerprint;
use crate::forward::spec::{self, HostPort};
use crate::host_key_policy::Scope;
use crate::known_hosts::Lifetime;
use crate::wait::WaitFor;

mod after_help;
mod diagnosis;
mod parse;
mod pasted;
mod path;
mod plink;
pub(crate) mod query;
mod sharing;
mod short_options;
mod values;

use after_help::after_help;
pub(crate) use diagnosis::Diagnosis;
pub(crate) use parse::First;
pub(crate) use pasted::target_in;
pub use plink::{SHORT_OPTIONS as PLINK_SHORT_OPTIONS, WORDS as PLINK_WORDS, Word};
pub(crate) use sharing::{Request, Sharing};
use short_options::ShortOptions;
pub use short_options::{SHORT_OPTIONS, ShortOption};
use values::{ProxyUrl, command, duration, jump_host, port};

/// How many tries `--reconnect` without a number means: as good as no limit.
const FOR_EVER: &str = "4294967295";

/// Connects to a cluster: a shell, a command, or tunnels.
#[derive(Debug, Parser)]
#[command(name = "sshc", bin_name = "sshc", version, max_term_width = 100, args_override_self = true, disable_version_flag = true, after_long_help = after_help())]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own on the command line"
)]
pub(crate) struct Options {
    /// user@host[:port] or host; - or nothing: the first line of standard input
    ///
    /// The word after -- is the destination, even if it starts with a hyphen. It can also be
    /// ssh://user@host:port, or putty:NAME for a saved PuTTY session (Windows).
    #[arg(value_name = "DESTINATION")]
    pub(crate) destination: Option<String>,

    /// The command to run, and its arguments [default: a shell]
    #[arg(value_name = "COMMAND", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) command: Vec<OsString>,

    /// A private key of any format (repeatable)
    ///
    /// sshc offers it before the agent's keys. A public key file selects the private key in the
    /// agent.
    #[arg(short = 'i', long = "key", value_name = "FILE", value_parser = path::parser(), help_heading = "Authentication")]
    pub(crate) keys: Vec<PathBuf>,

    /// The user to log in as
    #[arg(short = 'l', long = "user", value_name = "NAME", action = ArgAction::Append, help_heading = "Authentication")]
    users: Vec<String>,

    /// auto, openssh, pageant, none, or a socket or pipe [default: auto]
    #[arg(long, value_name = "AGENT", help_heading = "Authentication")]
    pub(crate) agent: Option<agent::Choice>,

    /// Forward the agent to the server
    #[arg(short = 'A', overrides_with = "no_forward_agent", help_heading = "Authentication")]
    pub(crate) forward_agent: bool,

    /// Offer only the keys that are named
    #[arg(hide_short_help = true, long, help_heading = "Authentication")]
    pub(crate) identities_only: bool,

    /// Read the key's passphrase from the first line of FILE (- for standard input)
    #[arg(long, value_name = "FILE", value_parser = path::parser(), help_heading = "Authentication")]
    pub(crate) passphrase_file: Option<PathBuf>,

    /// Read the destination's password from the first line of FILE
    #[arg(hide_short_help = true, long, value_name = "FILE", value_parser = path::parser(), help_heading = "Authentication")]
    pub(crate) password_file: Option<PathBuf>,

    /// Ask for a password even if the target came from a job log
    ///
    /// Clusters use keys, and their accounts have no password that you know. Without this option,
    /// or `PasswordAuthentication` and the like in the configuration, sshc asks only for a second
    /// factor after a key.
    #[arg(hide_short_help = true, long, conflicts_with = "batch", help_heading = "Authentication")]
    pub(crate) password: bool,

    /// Refuse a server that requires no authentication
    ///
    /// Such a server may later ask for a passphrase, in what looks like a shell.
    #[arg(hide_short_help = true, long, help_heading = "Authentication")]
    pub(crate) no_trivial_auth: bool,

    /// Never ask; fail where an answer is needed
    #[arg(long, help_heading = "Authentication")]
    pub(crate) batch: bool,

    /// Accept only a host key with this fingerprint (repeatable)
    ///
    /// sshc then ignores known_hosts. The option is only for the destination: jump hosts (-J) need
    /// an entry in known_hosts.
    #[arg(long = "host-key", value_name = "SHA256:…", help_heading = "Host keys")]
    pub(crate) host_keys: Vec<Fingerprint>,

    /// Remember the key of a new host without asking
    #[arg(long, conflicts_with = "host_keys", help_heading = "Host keys")]
    pub(crate) accept_new: bool,

    /// A known_hosts file instead of the one in ~/.ssh (repeatable; the first is written to)
    #[arg(hide_short_help = true, long, value_name = "FILE", value_parser = path::parser(), conflicts_with = "host_key_ttl", help_heading = "Host keys")]
    pub(crate) known_hosts: Vec<PathBuf>,

    /// The name that host keys are filed under [default: target for a piped target]
    ///
    /// `host` is what OpenSSH does; `target` is user@host:port, for clusters that come and go on
    /// re-used addresses.
    #[arg(long, value_name = "SCOPE", value_enum, help_heading = "Host keys")]
    pub(crate) host_key_scope: Option<Scope>,

    /// How long to remember the host key of an unused target [default: 14d]
    ///
    /// Days or weeks such as 2w, or `none`. Keys filed under user@host:port are in
    /// `~/.ssh/known_targets`, so that known_hosts does not fill up. In a configuration the option
    /// is `HostKeyTTL`, for which ssh needs `IgnoreUnknown`.
    #[arg(hide_short_help = true, long, value_name = "TIME", help_heading = "Host keys")]
    pub(crate) host_key_ttl: Option<Lifetime>,

    /// Remove the destination from known_hosts and known_targets
    ///
    /// The old file is kept beside it as `.old`.
    #[arg(long, conflicts_with = "command", help_heading = "Host keys")]
    pub(crate) forget: bool,

    /// Print the line for a job script that announces the cluster's host key
    ///
    /// The line is for a POSIX shell, and prints `SSHC-HOSTKEY SHA256:…` into the job log.
    /// `joblog-parse --json` passes it on; sshc then accepts only this key, without asking.
    #[arg(hide_short_help = true, long, exclusive = true, help_heading = "Host keys")]
    pub(crate) print_host_key_line: bool,

    /// Forward a port here: [bind:]port:host:hostport (port auto: a free one)
    #[arg(short = 'L', value_name = "FORWARD", value_parser = spec::local, help_heading = "Forwarding")]
    pub(crate) local: Vec<Forward>,

    /// A tunnel to each service that the job log announces: notebooks, dashboards, desktops
    ///
    /// The first line of standard input must come from joblog-parse --json, even if a destination
    /// is given. Each service gets the same port on 127.0.0.1, or a free one if that is taken; sshc
    /// prints its local address. Without a command the tunnels stay open until Ctrl-C, as with -N;
    /// -t opens a shell.
    #[arg(long, conflicts_with_all = ["stdio_forward", "background", "forget"], help_heading = "Forwarding")]
    pub(crate) announced: bool,

    /// With --announced: open the announced web pages in the browser
    ///
    /// The addresses include the tokens if joblog-parse had --secrets. The browser is the one in
    /// BROWSER, or the default of the desktop or of Windows.
    #[arg(long, requires = "announced", help_heading = "Forwarding")]
    pub(crate) open: bool,

    /// With --announced: print the addresses with their tokens
    #[arg(hide_short_help = true, long, requires = "announced", help_heading = "Forwarding")]
    pub(crate) secrets: bool,

    /// Forward a port of the server: [bind:]port[:host:hostport]
    #[arg(hide_short_help = true, short = 'R', value_name = "FORWARD", value_parser = spec::remote, help_heading = "Forwarding")]
    pub(crate) remote: Vec<Forward>,

    /// Run a SOCKS proxy here: [bind:]port
    #[arg(short = 'D', value_name = "FORWARD", value_parser = spec::dynamic, help_heading = "Forwarding")]
    pub(crate) dynamic: Vec<Forward>,

    /// Connect standard input and output to a port as the server sees it
    #[arg(hide_short_help = true, short = 'W', value_name = "HOST:PORT", conflicts_with_all = ["command", "no_command"], help_heading = "Forwarding")]
    pub(crate) stdio_forward: Option<HostPort>,

    /// Run no command, only tunnels
    #[arg(short = 'N', conflicts_with = "command", help_heading = "Forwarding")]
    pub(crate) no_command: bool,

    /// With -N or --announced: reconnect when the connection is lost, N times in a row or until it
    /// works
    #[arg(hide_short_help = true, long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = FOR_EVER, value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "command", help_heading = "Forwarding")]
    pub(crate) reconnect: Option<u32>,

    /// Print each forward as a line of JSON once it listens
    #[arg(hide_short_help = true, long, help_heading = "Forwarding")]
    pub(crate) print_forwards: bool,

    /// The port of the server [default: 22]
    #[arg(short = 'p', long = "port", value_name = "PORT", action = ArgAction::Append, value_parser = port, help_heading = "Connection")]
    ports: Vec<u16>,

    /// Jump hosts to go through: [user@]host[:port],…
    #[arg(
        short = 'J',
        long = "jump",
        value_name = "HOSTS",
        value_delimiter = ',',
        value_parser = jump_host,
        help_heading = "Connection"
    )]
    jump: Vec<Result<Destination, String>>,

    /// A proxy: socks5://[user@]host:port or http://[user@]host:port
    #[arg(hide_short_help = true, long, value_name = "URL", value_parser = ProxyUrl, conflicts_with = "proxy_command", help_heading = "Connection")]
    pub(crate) proxy: Option<Proxy>,

    /// A command that provides the connection on its standard streams (%h, %p, %r are host, port,
    /// user)
    #[arg(hide_short_help = true, long, value_name = "COMMAND", value_parser = command, conflicts_with = "jump", help_heading = "Connection")]
    pub(crate) proxy_command: Option<String>,

    /// Connect from this address
    #[arg(
        hide_short_help = true,
        short = 'b',
        long,
        value_name = "ADDRESS",
        help_heading = "Connection"
    )]
    pub(crate) bind_address: Option<String>,

    /// Only IPv4
    ///
    /// This also applies to the sockets of -L and -D.
    #[arg(hide_short_help = true, short = '4', overrides_with = "v6", help_heading = "Connection")]
    pub(crate) v4: bool,

    /// Only IPv6
    ///
    /// This also applies to the sockets of -L and -D.
    #[arg(hide_short_help = true, short = '6', help_heading = "Connection")]
    pub(crate) v6: bool,

    /// How long the server may take to answer [default: 30s]
    #[arg(hide_short_help = true, long, value_name = "TIME", value_parser = duration, help_heading = "Connection")]
    pub(crate) connect_timeout: Option<Duration>,

    /// Wait until the cluster accepts a login, at most TIME [default: 5m]
    ///
    /// A cluster that is booting refuses connections, does not answer, closes the connection or
    /// does not know the key yet. sshc retries after one second, later after up to 15, and never so
    /// often that the server blocks it. It offers keys again only if --key names them or there is
    /// just one. A changed host key, a wrong passphrase, or an unknown host with --batch ends the
    /// wait at once.
    #[arg(long, value_name = "TIME", num_args = 0..=1, require_equals = true, default_missing_value = WAIT, value_parser = duration, help_heading = "Connection")]
    pub(crate) wait: Option<Duration>,

    #[command(flatten)]
    pub(crate) diagnosis: Diagnosis,

    /// What --wait waits for [default: login]
    #[arg(
        hide_short_help = true,
        long,
        value_name = "WHAT",
        value_enum,
        requires = "wait",
        help_heading = "Connection"
    )]
    pub(crate) wait_for: Option<WaitFor>,

    /// Send a keepalive to a silent server this often; three without an answer end the session, 0
    /// sends none [default: 15s]
    #[arg(hide_short_help = true, long, value_name = "TIME", value_parser = duration, help_heading = "Connection")]
    pub(crate) keepalive: Option<Duration>,

    /// A configuration file instead of ~/.ssh/config and the global one, or none
    #[arg(
        hide_short_help = true,
        short = 'F',
        long,
        value_name = "FILE",
        help_heading = "Connection"
    )]
    pub(crate) config: Option<String>,

    /// An option of ssh_config (repeatable)
    ///
    /// Unless `ExitOnForwardFailure` is set, a tunnel of the command line that cannot be opened
    /// ends the call; one of the configuration is only reported, except with -N.
    #[arg(short = 'o', value_name = "NAME=VALUE", help_heading = "Connection")]
    pub(crate) option: Vec<String>,

    /// Let `Match exec` of the configuration run programs, as `PermitMatchExec yes` above it does
    #[arg(hide_short_help = true, long, help_heading = "Connection")]
    pub(crate) config_exec: bool,

    /// Print the configuration for the destination, and exit
    #[arg(hide_short_help = true, short = 'G', help_heading = "Output")]
    pub(crate) show_config: bool,

    /// Compress
    #[arg(hide_short_help = true, short = 'C', help_heading = "Connection")]
    pub(crate) compress: bool,

    /// Allocate a terminal for the command (-tt even without one here)
    #[arg(short = 't', action = ArgAction::Count, overrides_with = "no_terminal", help_heading = "Session")]
    pub(crate) terminal: u8,

    /// Allocate no terminal for the shell
    #[arg(
        hide_short_help = true,
        short = 'T',
        overrides_with = "terminal",
        help_heading = "Session"
    )]
    pub(crate) no_terminal: bool,

    /// The command is a subsystem such as sftp
    #[arg(hide_short_help = true, short = 's', help_heading = "Session")]
    pub(crate) subsystem: bool,

    /// Standard input is empty
    #[arg(hide_short_help = true, short = 'n', help_heading = "Session")]
    pub(crate) no_input: bool,

    /// Append the readable output of the session to FILE
    #[arg(hide_short_help = true, long, value_name = "FILE", value_parser = path::parser(), help_heading = "Session")]
    pub(crate) log: Option<PathBuf>,

    /// Append events to FILE, one line of JSON each
    ///
    /// Each event has `time_ms` (since 1970, UTC), `elapsed_ms` (since the start), `level` and
    /// `message`. A failed attempt of --wait also has `attempt` (its number) and `reason` (one of
    /// the codes below); a failed connection of a tunnel has `count` (its number) and the reason
    /// `forward-refused`. The last line has `status`, the exit status, and a `reason` if sshc
    /// itself failed.
    #[arg(hide_short_help = true, long, value_name = "FILE", value_parser = path::parser(), help_heading = "Output")]
    pub(crate) log_json: Option<PathBuf>,

    /// Print no notices
    #[arg(short = 'q', long = "quiet", action = ArgAction::Count, overrides_with = "verbose", help_heading = "Output")]
    quietness: u8,

    /// Print what happens; twice for more
    #[arg(short = 'v', long, action = ArgAction::Count, overrides_with = "quietness", help_heading = "Output")]
    pub(crate) verbose: u8,

    /// When to use colour
    #[arg(
        hide_short_help = true,
        long,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Output"
    )]
    pub(crate) color: clap::ColorChoice,

    /// Print the version
    #[arg(long, action = ArgAction::Version)]
    version: Option<bool>,

    #[command(flatten)]
    pub(crate) letters: ShortOptions,

    #[command(flatten)]
    pub(crate) sharing: Sharing,

    /// The user, from the place on the command line that names one first.
    #[arg(skip)]
    pub(crate) user: First<String>,
    /// The port, likewise.
    #[arg(skip)]
    pub(crate) port: First<u16>,
    /// The services for `--announced`.
    #[arg(skip)]
    pub(crate) services: Vec<Service>,
    /// Whether the destination directly follows `--`, where earlier versions took a command.
    #[arg(skip)]
    pub(crate) is_after_dashes: bool,
}

impl Options {
    /// The hosts of `-J`, or of the target's own line. As with ssh, an invalid one is not wrong
    /// usage (2) but a failure (255): a program that drives ssh takes any other status for that of
    /// its own command.
    ///
    /// # Errors
    /// With the host that is invalid.
    pub(crate) fn jumps(&self) -> Result<Vec<Destination>, Error> {
        self.jump.iter().cloned().collect::<Result<_, _>>().map_err(Error::Destination)
    }

    /// Whether the options say which hosts to go through, or that there are none.
    pub(crate) fn decides_jumps(&self) -> bool {
        !self.jump.is_empty()
    }

    /// Whether they say `-J none`, which connects directly even if jump hosts are configured.
    pub(crate) fn is_direct(&self) -> bool {
        let is_none =
            |it: &Destination| it.user.is_none() && it.port.is_none() && it.host == "none";
        matches!(&self.jump[..], [Ok(only)] if is_none(only))
    }

    /// Goes through these hosts, unless the options say which.
    pub(crate) fn jump_by_default(&mut self, hosts: impl IntoIterator<Item = Destination>) {
        if self.jump.is_empty() {
            self.jump.extend(hosts.into_iter().map(Ok));
        }
    }

    /// Whether the destination comes from standard input.
    pub(crate) fn is_from_standard_input(&self) -> bool {
        self.destination.as_deref().is_none_or(|text| text == "-")
    }

    /// Whether to forward the agent: by the last of `-A` and `-a`, else by the configuration.
    pub(crate) fn forwards_agent(&self, configured: bool) -> bool {
        self.forward_agent || configured && !self.letters.no_forward_agent
    }

    /// Whether notices are off.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quietness > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        <Options as clap::CommandFactory>::command().debug_assert();
    }
}
