//! What to do after the login.

use std::ffi::OsStr;

use super::verbosity::is_quiet;
use super::{DestinationSource, Environment};
use crate::Error;
use crate::config::{self, Config, ForwardAgent, RequestTty, SessionType, Tokens};
use crate::forward::spec::HostPort;
use crate::options::Options;
use crate::pattern::match_one;
use crate::session::{InputFrom, Program, SessionRequest};

/// What to do.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// Run a program, and pass on its status.
    Run(SessionRequest),
    /// Connect standard input and output to a port that the server reaches (`-W`).
    Connect(HostPort),
    /// Tunnels only (`-N`).
    Tunnels,
}

impl Work {
    /// Whether a shell is opened for a user at the keyboard.
    pub(super) fn is_shell_at_keyboard(&self) -> bool {
        match self {
            Self::Run(order) => {
                order.program == Program::Shell && order.input == InputFrom::Keyboard
            }
            Self::Connect(_) | Self::Tunnels => false,
        }
    }
}

pub(super) fn work(
    options: &Options,
    config: &Config,
    tokens: &Tokens,
    origin: DestinationSource,
    around: &Environment,
) -> Result<Work, Error> {
    if let Some(place) = &options.stdio_forward {
        return Ok(Work::Connect(place.clone()));
    }
    let is_only_announced =
        options.announced && options.command.is_empty() && options.terminal == 0;
    if options.no_command || is_only_announced || *config.session_type == SessionType::None {
        return Ok(Work::Tunnels);
    }
    let program = program(options, config, tokens)?;
    let forks = *config.fork_after_authentication && !super::is_short(options);
    let goes_to_background = options.letters.background || forks;
    if goes_to_background && program == Program::Shell {
        let option = if options.letters.background { "-f" } else { "ForkAfterAuthentication" };
        return Err(Error::Usage(format!(
            "{option} goes to the background with a command, or with -N"
        )));
    }
    // If the destination comes from standard input, the keyboard is on the terminal, if there is
    // one.
    let keyboard = match origin {
        DestinationSource::Arguments => around.stdin_is_terminal,
        DestinationSource::StandardInput => around.has_terminal,
    };
    let wanted = wanted_terminal(options, config);
    let terminal = match wanted {
        RequestTty::No => false,
        RequestTty::Auto => program == Program::Shell && keyboard,
        RequestTty::Yes => keyboard,
        RequestTty::Force => true,
    };
    let input = match (
        options.no_input || goes_to_background || *config.stdin_null,
        terminal && keyboard,
    ) {
        (true, _) => InputFrom::Nothing,
        (false, true) => InputFrom::Keyboard,
        (false, false) => InputFrom::Standard,
    };
    let on_windows = options.letters.windows_command.as_ref();
    Ok(Work::Run(SessionRequest {
        program,
        on_windows: on_windows.map(|command| Program::Command(command.as_bytes().to_vec())),
        terminal,
        terminal_demanded: matches!(wanted, RequestTty::Yes | RequestTty::Force),
        environment: environment(config, tokens, around)?,
        input,
        agent: options.forwards_agent(*config.forward_agent != ForwardAgent::No),
        escape: *config.escape_char,
        command_line: *config.enable_escape_commandline,
        local_commands: *config.permit_local_command,
        log: options.log.clone(),
        quiet: is_quiet(options, config),
    }))
}

fn program(options: &Options, config: &Config, tokens: &Tokens) -> Result<Program, Error> {
    // The server's shell takes any bytes, such as file names in old encodings.
    let mut command = options.command.join(OsStr::new(" ")).into_encoded_bytes();
    if let Some(template) = config.remote_command.as_ref().filter(|text| !text.is_none()) {
        if !command.is_empty() {
            return Err(Error::Config(config::Error::TwoCommands));
        }
        command = tokens.command(template).map_err(Error::Config)?.into_bytes();
    }
    let subsystem = options.subsystem || *config.session_type == SessionType::Subsystem;
    match (command.is_empty(), subsystem) {
        (true, true) => Err(Error::Usage("the name of the subsystem is missing".into())),
        (true, false) => Ok(Program::Shell),
        (false, true) => String::from_utf8(command)
            .map(Program::Subsystem)
            .map_err(|_| Error::Usage("the name of the subsystem is not UTF-8".into())),
        (false, false) => Ok(Program::Command(command)),
    }
}

fn wanted_terminal(options: &Options, config: &Config) -> RequestTty {
    match (options.no_terminal, options.terminal) {
        (true, _) => RequestTty::No,
        (false, 0) => *config.request_tty,
        (false, 1) => RequestTty::Yes,
        (false, _) => RequestTty::Force,
    }
}

/// The variables of `SendEnv`, whose names may be patterns, and then those of `SetEnv`.
fn environment(
    config: &Config,
    tokens: &Tokens,
    around: &Environment,
) -> Result<Vec<(String, String)>, Error> {
    let mut pairs: Vec<(String, String)> = around
        .context
        .environment
        .iter()
        .filter(|(name, _)| config.send_env.iter().any(|sent| match_one(name, sent, false)))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (name, value) in &*config.set_env {
        pairs.push((name.clone(), tokens.text(value).map_err(Error::Config)?));
    }
    Ok(pairs)
}
