//! What to do, decided before anything is connected: from the options to plain values.

use std::path::PathBuf;
use std::time::Duration;

use russh::MethodKind;

use crate::Error;
use crate::agent;
use crate::auth::PASSWORD_PROMPTS;
use crate::cli::options::Options;
use crate::connect::{Family, Path, Proxy, Wishes};
use crate::destination::Destination;
use crate::forward::Forward;
use crate::forward::spec::HostPort;
use crate::session::{InputFrom, Order, Program};
use crate::verify::{Policy, Scope, Strangers};

/// The file names that ssh tries when no key is named, in its order.
const DEFAULT_KEYS: [&str; 3] = ["id_rsa", "id_ecdsa", "id_ed25519"];

/// Unanswered signs of life after which the line is dead.
const KEEPALIVE_MAX: usize = 3;

/// Where a destination was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Among the arguments.
    Arguments,
    /// In the first line of standard input.
    StandardInput,
}

/// What this process has around it.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// The user's home directory, where one is known.
    pub(crate) home: Option<PathBuf>,
    /// Whether standard input is a terminal.
    pub(crate) stdin_is_terminal: bool,
    /// Whether there is a terminal at all.
    pub(crate) has_terminal: bool,
}

/// One server on the way, or the one at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    /// `None` asks.
    pub(crate) user: Option<String>,
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// What happens once we are logged in.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// A program and its status.
    Run(Order),
    /// Standard input and output are a connection of the server's (`-W`).
    Connect(HostPort),
    /// Tunnels only (`-N`).
    Tunnels,
}

/// Everything that was decided.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The jump hosts in order, then the destination.
    pub(crate) route: Vec<Stop>,
    pub(crate) path: Path,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) timeout: Duration,
    pub(crate) keepalive: Duration,
    pub(crate) keepalive_max: usize,
    pub(crate) wishes: Wishes,
    pub(crate) policy: Policy,
    pub(crate) keys: Vec<PathBuf>,
    /// Whether a missing key file is passed over, as the default ones are.
    pub(crate) keys_are_defaults: bool,
    pub(crate) agent: agent::Choice,
    pub(crate) identities_only: bool,
    pub(crate) methods: Vec<MethodKind>,
    pub(crate) password_prompts: u32,
    pub(crate) forwards: Vec<Forward>,
    pub(crate) print_forwards: bool,
    pub(crate) work: Work,
    pub(crate) quiet: bool,
}

/// Decides.
///
/// # Errors
/// The options contradict what is around them.
pub(crate) fn plan(
    options: &Options,
    destination: Destination,
    origin: Origin,
    around: &Surroundings,
) -> Result<Plan, Error> {
    if origin == Origin::StandardInput && is_stdin(options.passphrase_file.as_ref()) {
        return Err(Error::Usage(
            "the destination is on standard input, so --passphrase-file - cannot be".into(),
        ));
    }
    let (keys, keys_are_defaults) = keys(options, around);
    Ok(Plan {
        route: route(options, destination),
        path: Path { family: family(options), from: None },
        proxy: proxy(options),
        timeout: options.connect_timeout,
        keepalive: options.keepalive,
        keepalive_max: KEEPALIVE_MAX,
        wishes: Wishes { compression: options.compress, ..Wishes::default() },
        policy: policy(options, origin, around),
        keys,
        keys_are_defaults,
        agent: options.agent.clone(),
        identities_only: options.identities_only,
        methods: methods(options),
        password_prompts: PASSWORD_PROMPTS,
        forwards: [&options.local, &options.remote, &options.dynamic]
            .into_iter()
            .flatten()
            .cloned()
            .collect(),
        print_forwards: options.print_forwards,
        work: work(options, origin, around),
        quiet: options.quiet,
    })
}

fn is_stdin(file: Option<&PathBuf>) -> bool {
    file.is_some_and(|file| file.as_os_str() == "-")
}

fn route(options: &Options, destination: Destination) -> Vec<Stop> {
    let mut stops: Vec<Stop> = options.jump.iter().cloned().map(stop).collect();
    let mut last = stop(destination);
    if let Some(user) = &options.user {
        last.user = Some(user.clone());
    }
    if let Some(port) = options.port {
        last.port = port;
    }
    stops.push(last);
    stops
}

fn stop(destination: Destination) -> Stop {
    let Destination { user, host, port } = destination;
    Stop { user, host, port: port.map_or(22, Into::into) }
}

fn family(options: &Options) -> Family {
    match (options.v4, options.v6) {
        (true, _) => Family::V4,
        (_, true) => Family::V6,
        _ => Family::Any,
    }
}

fn proxy(options: &Options) -> Option<Proxy> {
    options.proxy_command.clone().map(Proxy::Command).or_else(|| options.proxy.clone())
}

fn policy(options: &Options, origin: Origin, around: &Surroundings) -> Policy {
    let by_default = match origin {
        Origin::Arguments => Scope::Host,
        Origin::StandardInput => Scope::Target,
    };
    let user_files = if options.known_hosts.is_empty() {
        let home = around.home.as_ref().map(|home| home.join(".ssh"));
        home.into_iter()
            .flat_map(|ssh| [ssh.join("known_hosts"), ssh.join("known_hosts2")])
            .collect()
    } else {
        options.known_hosts.clone()
    };
    Policy {
        scope: options.host_key_scope.unwrap_or(by_default),
        strangers: if options.accept_new { Strangers::AcceptNew } else { Strangers::Ask },
        pins: options.host_keys.clone(),
        user_files,
        global_files: Vec::new(),
        hash: false,
        alias: None,
        picture: options.verbose > 0,
    }
}

fn keys(options: &Options, around: &Surroundings) -> (Vec<PathBuf>, bool) {
    if !options.keys.is_empty() {
        return (options.keys.clone(), false);
    }
    let ssh = around.home.as_ref().map(|home| home.join(".ssh"));
    let keys = ssh.iter().flat_map(|ssh| DEFAULT_KEYS.map(|name| ssh.join(name))).collect();
    (keys, true)
}

/// In batch mode nobody types a password; one from a file is as good as typed.
fn methods(options: &Options) -> Vec<MethodKind> {
    let mut methods = vec![MethodKind::PublicKey];
    if !options.batch || options.password_file.is_some() {
        methods.extend([MethodKind::KeyboardInteractive, MethodKind::Password]);
    }
    methods
}

fn work(options: &Options, origin: Origin, around: &Surroundings) -> Work {
    if let Some(place) = &options.stdio_forward {
        return Work::Connect(place.clone());
    }
    if options.no_command {
        return Work::Tunnels;
    }
    let command = options.command.join(" ");
    let program = match (command.is_empty(), options.subsystem) {
        (true, _) => Program::Shell,
        (false, true) => Program::Subsystem(command),
        (false, false) => Program::Command(command),
    };
    // With the destination on standard input the keyboard is elsewhere, if there is one.
    let keyboard = match origin {
        Origin::Arguments => around.stdin_is_terminal,
        Origin::StandardInput => around.has_terminal,
    };
    let terminal = match options.terminal {
        0 => program == Program::Shell && keyboard && !options.no_terminal,
        1 => keyboard,
        _ => true,
    };
    let input = match (options.no_input, terminal && keyboard) {
        (true, _) => InputFrom::Nothing,
        (false, true) => InputFrom::Keyboard,
        (false, false) => InputFrom::Standard,
    };
    Work::Run(Order { program, terminal, environment: Vec::new(), input, agent: false })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn planned(arguments: &[&str], origin: Origin, stdin_is_terminal: bool) -> Plan {
        let words: Vec<OsString> =
            [&["sshc"], arguments].concat().iter().map(OsString::from).collect();
        let options = Options::read(&words).unwrap();
        let around = Surroundings {
            home: Some(PathBuf::from("/home/ada")),
            stdin_is_terminal,
            has_terminal: true,
        };
        let destination = "ada@node7".parse().unwrap();
        plan(&options, destination, origin, &around).unwrap()
    }

    fn order(plan: Plan) -> Order {
        match plan.work {
            Work::Run(order) => order,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_keyboard_is_where_the_person_is() {
        use InputFrom::{Keyboard, Nothing, Standard};
        use Origin::{Arguments, StandardInput};
        for (arguments, origin, stdin_is_terminal, terminal, input) in [
            (&["ada@node7"][..], Arguments, true, true, Keyboard),
            (&["ada@node7"], Arguments, false, false, Standard),
            (&["ada@node7", "cat"], Arguments, true, false, Standard),
            (&["-t", "ada@node7", "vim"], Arguments, true, true, Keyboard),
            (&["-t", "ada@node7", "vim"], Arguments, false, false, Standard),
            (&["-tt", "ada@node7", "vim"], Arguments, false, true, Standard),
            (&["-T", "ada@node7"], Arguments, true, false, Standard),
            (&["-n", "ada@node7", "cat"], Arguments, true, false, Nothing),
            (&[], StandardInput, false, true, Keyboard),
            (&["--", "cat"], StandardInput, false, false, Standard),
        ] {
            let order = order(planned(arguments, origin, stdin_is_terminal));
            assert_eq!((order.terminal, order.input), (terminal, input), "{arguments:?}");
        }
    }

    #[test]
    fn a_destination_from_a_log_is_filed_by_itself() {
        let scope = |arguments: &[&str], origin| planned(arguments, origin, false).policy.scope;
        assert_eq!(scope(&["ada@node7"], Origin::Arguments), Scope::Host);
        assert_eq!(scope(&[], Origin::StandardInput), Scope::Target);
        assert_eq!(scope(&["--host-key-scope", "host"], Origin::StandardInput), Scope::Host);
    }

    #[test]
    fn the_route_ends_at_the_destination() {
        let arguments = ["-J", "gate,bob@[2001:db8::1]:2222", "-l", "eve", "-p", "23", "ada@node7"];
        let route = planned(&arguments, Origin::Arguments, true).route;
        let shown: Vec<String> = route
            .iter()
            .map(|stop| format!("{:?} {} {}", stop.user.as_deref(), stop.host, stop.port))
            .collect();
        assert_eq!(
            shown,
            ["None gate 22", "Some(\"bob\") 2001:db8::1 2222", "Some(\"eve\") node7 23"]
        );
    }
}
