//! `mosh`, which first logs in with ssh. Its own options are long, and its ports are not ssh's.

use super::Refusal;
use super::command_line::LoginCommand;
use super::shell::Words;

/// Options with a value, either after `=` or as the next word (mosh(1)).
const VALUES: [&str; 9] = [
    "client",
    "server",
    "predict",
    "family",
    "port",
    "bind-server",
    "ssh",
    "experimental-remote-ip",
    "p",
];

/// Reads the arguments up to the destination; the rest is the remote command.
pub(super) fn read(arguments: &str) -> Result<(LoginCommand, usize), Refusal> {
    let mut said = LoginCommand::default();
    let mut words = Words::new(arguments);
    while let Some(word) = words.next() {
        let Some(option) = word.text.strip_prefix('-') else {
            return Ok((said.to(&word.text), arguments.len()));
        };
        let option = option.strip_prefix('-').unwrap_or(option);
        let (name, glued) = option
            .split_once('=')
            .map_or((option, None), |(name, value)| (name, Some(value.to_owned())));
        if !VALUES.contains(&name) {
            continue;
        }
        let value = glued.or_else(|| words.next().map(|word| word.text));
        if let Some(shell) = value.filter(|_| name == "ssh") {
            said = LoginCommand::of_shell(&shell)?;
        }
    }
    Err(Refusal::NoDestination)
}
