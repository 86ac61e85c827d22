//! `keyagent env`: how other programs find the agent, in each shell's syntax.

use std::env;
use std::path::Path;
use std::process::ExitCode;

use super::error::Failure;
use crate::agent::client::Client;
use crate::agent::transport::is_path;
use crate::cli::output;

const EXAMPLES: &str = "\
Examples:
  eval \"$(keyagent env)\"                                              sh, bash, zsh
  keyagent env --shell fish | source
  keyagent env --shell powershell | Out-String | Invoke-Expression
  for /f \"tokens=1*\" %a in ('keyagent env --shell cmd') do @set %b    cmd
  keyagent env --shell openssh-config >> ~/.ssh/config";

#[derive(Clone, Debug, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct EnvArgs {
    /// Shell to print them for, or OpenSSH's configuration [default: from SHELL]
    #[arg(long)]
    shell: Option<Shell>,
}

/// The shell that reads the variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Shell {
    /// sh, dash, bash, zsh, ksh
    Sh,
    /// fish
    Fish,
    /// Windows PowerShell and PowerShell
    #[value(name = "powershell")]
    Pwsh,
    /// cmd.exe
    Cmd,
    /// A line for ~/.ssh/config
    OpensshConfig,
}

impl Shell {
    /// The shell that probably runs us.
    pub(super) fn usual() -> Self {
        let shell = env::var("SHELL").unwrap_or_default();
        if shell.ends_with("fish") {
            Self::Fish
        } else if cfg!(windows) && shell.is_empty() {
            Self::Pwsh
        } else {
            Self::Sh
        }
    }
}

pub(super) fn run(args: &EnvArgs) -> Result<ExitCode, Failure> {
    let mut client = Client::connect_or_to_ours()?;
    if !is_path(client.place()) {
        return Err(Failure::NoPath { place: client.place().to_owned() });
    }
    let shell = args.shell.unwrap_or_else(Shell::usual);
    output::result(&found_by(shell, &mut client))?;
    Ok(ExitCode::SUCCESS)
}

/// The lines that lead this shell's programs to the agent, by an address that they understand.
pub(super) fn found_by(shell: Shell, client: &mut Client) -> String {
    let status = client.status().ok().flatten();
    let pid = status.as_ref().map(|status| status.pid);
    let places = status.map(|status| status.places).unwrap_or_default();
    lines(shell, client.place(), &places, pid)
}

/// The same for an agent that listens at `place` and also at `places`.
pub(super) fn lines(shell: Shell, place: &str, places: &[String], pid: Option<u32>) -> String {
    match (shell, places.iter().find(|place| is_socket_file(place))) {
        // Cygwin's process IDs are not those of Windows, so `ssh-agent -k` would end another
        // program.
        (Shell::Sh | Shell::Fish, Some(file)) => {
            text(shell, &posix(file, env::var_os("MSYSTEM").is_some()), None)
        }
        (Shell::OpensshConfig, _) if cfg!(windows) => text(shell, &place.replace('\\', "/"), None),
        _ => text(shell, place, pid),
    }
}

/// Whether it is the file for programs of Cygwin and MSYS2, which do not know pipes.
fn is_socket_file(place: &str) -> bool {
    cfg!(windows)
        && Path::new(place).extension().is_some_and(|it| it == "sock")
        && !place.starts_with(r"\\")
}

/// A Windows path as MSYS2's programs (Git Bash's) write it; Cygwin's read one with slashes.
fn posix(path: &str, is_msys: bool) -> String {
    let path = path.replace('\\', "/");
    match path.split_once(":/") {
        Some((drive, rest)) if is_msys => format!("/{}/{rest}", drive.to_ascii_lowercase()),
        _ => path,
    }
}

/// The lines that set the variables.
fn text(shell: Shell, place: &str, pid: Option<u32>) -> String {
    let set = |name: &str, value: &str| match shell {
        Shell::Sh => format!("{name}={}; export {name};\n", quoted(value, "'\\''")),
        Shell::Fish => format!("set -gx {name} {};\n", quoted(&value.replace('\\', "\\\\"), "\\'")),
        Shell::Pwsh => format!("$env:{name} = '{}'\n", doubled(value)),
        Shell::Cmd => format!("set \"{name}={value}\"\r\n"),
        Shell::OpensshConfig => String::new(),
    };
    if shell == Shell::OpensshConfig {
        let place = place.replace('\\', r"\\").replace('"', "\\\"").replace('%', "%%");
        return format!("IdentityAgent \"{place}\"\n");
    }
    let pid = pid.map(|pid| set("SSH_AGENT_PID", &pid.to_string()));
    set("SSH_AUTH_SOCK", place) + &pid.unwrap_or_default()
}

/// The value with each of the characters doubled that end a quotation in PowerShell.
fn doubled(value: &str) -> String {
    let times = |c| if "'\u{2018}\u{2019}\u{201a}\u{201b}".contains(c) { 2 } else { 1 };
    value.chars().flat_map(|c| std::iter::repeat_n(c, times(c))).collect()
}

/// Quotes a value unless it is a plain word or path; `escaped` is a quote within quotes.
fn quoted(value: &str, escaped: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:".contains(c);
    if value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', escaped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_windows_is_written_for_its_unix_programs() {
        let path = r"C:\Users\ada l\agent.sock";
        assert_eq!(posix(path, true), "/c/Users/ada l/agent.sock");
        assert_eq!(posix(path, false), "C:/Users/ada l/agent.sock");
        assert_eq!(posix("/run/agent.sock", true), "/run/agent.sock");
    }

    #[test]
    fn each_shell_has_its_own_words() {
        let table = [
            (Shell::Sh, "/run/a", "SSH_AUTH_SOCK=/run/a; export SSH_AUTH_SOCK;\n"),
            (Shell::Sh, "/a'b $c", "SSH_AUTH_SOCK='/a'\\''b $c'; export SSH_AUTH_SOCK;\n"),
            (Shell::Fish, "/a'b", "set -gx SSH_AUTH_SOCK '/a\\'b';\n"),
            (Shell::Pwsh, "/a'b", "$env:SSH_AUTH_SOCK = '/a''b'\n"),
            (Shell::Pwsh, "/a\u{2019}b", "$env:SSH_AUTH_SOCK = '/a\u{2019}\u{2019}b'\n"),
            (Shell::Cmd, "//./pipe/a", "set \"SSH_AUTH_SOCK=//./pipe/a\"\r\n"),
            (Shell::OpensshConfig, "/run/a b", "IdentityAgent \"/run/a b\"\n"),
            (Shell::OpensshConfig, "/a\"b%c\\d", "IdentityAgent \"/a\\\"b%%c\\\\d\"\n"),
        ];
        for (shell, place, expected) in table {
            assert_eq!(text(shell, place, None), expected, "{shell:?}");
        }
        let with_pid = text(Shell::Fish, "/a", Some(7));
        assert_eq!(with_pid, "set -gx SSH_AUTH_SOCK /a;\nset -gx SSH_AGENT_PID 7;\n");
    }
}
