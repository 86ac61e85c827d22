//! Command lines of `ssh` and the programs like it, read with their own options; `ssh://` addresses, which say the same.

use std::num::NonZeroU16;
use std::ops::Range;

use super::options::{AUTOSSH_FLAGS, AUTOSSH_VALUES, Argument, SSH_FLAGS, SSH_VALUES, argument};
use super::program::{self, Named, Program};
use super::shell::{self, Words};
use super::{Refusal, line, mosh, putty, spelled};
use crate::target::{HostKey, Jump, Target, TargetError, User, parse_jumps, parse_port};

/// What a command line says, as far as it matters here. As in ssh, what is said first holds.
#[derive(Debug, Default)]
pub(super) struct Said {
    user: Option<String>,
    host: Option<String>,
    /// `-o HostName=`, which takes the place of the destination's.
    host_name: Option<String>,
    port: Option<String>,
    jump: Option<String>,
    proxy: Option<String>,
    identity_file: Option<String>,
    host_key: Option<HostKey>,
    is_proxy: bool,
}

/// A command line found in a text.
#[derive(Debug)]
pub(super) struct Found {
    /// Where it stands, its quotes included.
    pub(super) span: Range<usize>,
    pub(super) outcome: Outcome,
}

/// What a command line comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Target(Box<Target>),
    /// A destination without a user, such as `ssh 203.0.113.7`.
    Host(crate::Host, Option<NonZeroU16>),
    Refused(Refusal),
    /// No destination: the line may go on in the next one.
    Unfinished,
}

/// The first command or `ssh://…` at `from` or behind it. The names of programs in sentences (`ssh communicator`) are none.
pub(super) fn find(text: &str, from: usize) -> Option<Found> {
    let mut at = from;
    while let Some(named) = program::find(text, at) {
        at = named.end;
        let before = text.get(..named.start).unwrap_or_default();
        let rest = text.get(named.end..).unwrap_or_default();
        if named.program == Program::Ssh
            && let Some(address) = rest.strip_prefix("://").filter(|_| !before.ends_with('/'))
        {
            return Some(uri(named.start, address));
        }
        let found = named.arguments.map(|arguments| command(text, &named, arguments));
        if let Some(found) = found.filter(|found| !is_talk(&found.outcome)) {
            return Some(found);
        }
    }
    None
}

/// Whether a program is only talked of: the word behind its name is no host but a word.
fn is_talk(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Host(host, _) => !line::is_dotted(host),
        Outcome::Refused(Refusal::Invalid(TargetError::Host(host))) => {
            !host.to_string().contains(['.', ':', '@', '$', '%'])
        }
        Outcome::Refused(Refusal::NoDestination) => true,
        Outcome::Refused(_) | Outcome::Target(_) | Outcome::Unfinished => false,
    }
}

/// The command of the program that is named, whose arguments begin at `behind`.
fn command(text: &str, named: &Named, behind: usize) -> Found {
    let start = named.start;
    let (arguments, end, is_quoted) = shell::arguments(text, start, behind);
    let read = match named.program {
        Program::Ssh => Said::read(&arguments, SSH_VALUES, SSH_FLAGS),
        Program::Autossh => Said::read(&arguments, AUTOSSH_VALUES, AUTOSSH_FLAGS),
        Program::Plink => putty::read(&arguments, false),
        Program::Putty => putty::read(&arguments, true),
        Program::Mosh => mosh::read(&arguments),
    };
    let (outcome, read) = match read {
        Ok((said, read)) => (said.outcome(), read),
        Err(refusal) => (Outcome::Refused(refusal), arguments.len()),
    };
    match outcome {
        // The end of the quote is the end of the command.
        Outcome::Unfinished if is_quoted => {
            Found { span: start..end, outcome: Outcome::Refused(Refusal::NoDestination) }
        }
        outcome if is_quoted => Found { span: start..end, outcome },
        outcome => Found { span: start..behind + read, outcome },
    }
}

/// The address that follows `ssh://` at `start`.
fn uri(start: usize, address: &str) -> Found {
    let end = address
        .find(|c: char| c.is_whitespace() || "\"'`<>()|,;".contains(c))
        .unwrap_or(address.len());
    let word = spelled::without_sentence_end(address.get(..end).unwrap_or_default());
    let (place, path) = word.split_once('/').unwrap_or((word, ""));
    let outcome = if path.is_empty() {
        Said { host: Some(format!("ssh://{place}")), ..Said::default() }.outcome()
    } else {
        Outcome::Refused(Refusal::OtherService("a repository".into()))
    };
    Found { span: start..start + "ssh://".len() + end, outcome }
}

impl Said {
    /// What the arguments of the remote shell of another program say, such as `ssh -p 2222`.
    pub(super) fn of_shell(shell: &str) -> Result<Self, Refusal> {
        let arguments = shell.trim_start().strip_prefix("ssh").unwrap_or_default();
        Self::read(arguments, SSH_VALUES, SSH_FLAGS).map(|(said, _)| said)
    }

    /// Reads arguments up to the destination, and the options behind it, by the letters of options with values and of
    /// those without; also gives where the reading ended.
    fn read(arguments: &str, values: &str, flags: &str) -> Result<(Self, usize), Refusal> {
        let mut said = Self::default();
        let mut words = Words::new(arguments);
        let mut end = 0;
        let mut takes_options = true;
        while let Some(word) = words.next() {
            let letters = word.text.strip_prefix('-').filter(|_| takes_options);
            match letters {
                Some("-") => takes_options = false,
                Some(letters) => match argument(letters, values, flags) {
                    Argument::Flags => {}
                    Argument::Glued(letter, value) => said.option(letter, value),
                    Argument::Separate(letter) => match words.next() {
                        Some(value) => said.option(letter, &value.text),
                        None => break,
                    },
                    Argument::Unknown if said.host.is_some() => break,
                    Argument::Unknown => {
                        return Err(Refusal::UnknownOption(word.text.as_str().into()));
                    }
                },
                None if said.host.is_none() => said.host = Some(word.text),
                // The remote command takes the rest of the line.
                None => return Ok((said, arguments.len())),
            }
            end = words.position();
        }
        if words.is_open && said.host.is_none() {
            return Ok((Self::default(), arguments.len()));
        }
        Ok((said, end))
    }

    pub(super) fn option(&mut self, letter: char, value: &str) {
        let place = match letter {
            'l' => &mut self.user,
            'p' => &mut self.port,
            'J' => &mut self.jump,
            'i' => &mut self.identity_file,
            'W' => {
                self.is_proxy |= value.contains('%');
                return;
            }
            'o' => {
                let (name, value) = value.split_once(['=', ' ']).unwrap_or((value, ""));
                let Some(place) = self.setting(&name.trim().to_ascii_lowercase()) else { return };
                place.get_or_insert_with(|| value.trim().to_owned());
                return;
            }
            _ => return,
        };
        place.get_or_insert_with(|| value.to_owned());
    }

    /// The place of a setting of `ssh_config(5)`, by its name in lower case.
    fn setting(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "user" => &mut self.user,
            "hostname" => &mut self.host_name,
            "port" => &mut self.port,
            "proxyjump" => &mut self.jump,
            "proxycommand" => &mut self.proxy,
            "identityfile" => &mut self.identity_file,
            _ => return None,
        })
    }

    /// The user that holds whatever else is said.
    pub(super) fn prefer_user(&mut self, user: &str) {
        self.user = Some(user.to_owned());
    }

    /// The key that the host must show; in forms other than `SHA256:…` it is nothing that a target has.
    pub(super) fn pin(&mut self, key: &str) {
        self.host_key = self.host_key.take().or(key.parse().ok());
    }

    /// The same with another destination.
    pub(super) fn to(self, destination: &str) -> Self {
        Self { host: Some(destination.to_owned()), ..self }
    }

    /// What it comes to.
    pub(super) fn outcome(self) -> Outcome {
        if self.is_proxy {
            return Outcome::Refused(Refusal::JumpHost);
        }
        if self.host.is_none() {
            return Outcome::Unfinished;
        }
        self.login().unwrap_or_else(Outcome::Refused)
    }

    fn login(mut self) -> Result<Outcome, Refusal> {
        let destination = self.host.take().unwrap_or_default();
        let (user, host, port) = split_destination(&destination);
        let user = self.user.as_deref().or(user);
        let port = self.port.as_deref().or(port).map(parse_port).transpose()?;
        let host: crate::Host = self.host_name.as_deref().unwrap_or(host).parse()?;
        let Some(user) = user else { return Ok(Outcome::Host(host, port)) };
        let mut target = Target::new(user.parse::<User>()?, host, port);
        target.jump = self.jumps()?;
        target.identity_file = self.identity_file.map(|path| path.parse()).transpose()?;
        target.host_key = self.host_key;
        Ok(Outcome::Target(Box::new(target)))
    }

    /// The hosts on the way: of `-J`, or of the older `ProxyCommand="ssh -W %h:%p host"`.
    fn jumps(&self) -> Result<Vec<Jump>, TargetError> {
        match (self.jump.as_deref(), &self.proxy) {
            (Some("none"), _) | (None, None) => Ok(Vec::new()),
            (Some(jump), _) => parse_jumps(jump),
            (None, Some(proxy)) => Ok(jump_of_proxy(proxy).into_iter().collect()),
        }
    }
}

/// The host that a `ProxyCommand` of the form `ssh … -W %h:%p … host` goes through.
pub(super) fn jump_of_proxy(proxy: &str) -> Option<Jump> {
    let arguments = proxy.trim_start().strip_prefix("ssh ")?;
    let (said, _) =
        Said::read(arguments, SSH_VALUES, SSH_FLAGS).ok().filter(|(said, _)| said.is_proxy)?;
    let destination = said.host?;
    let (user, host, port) = split_destination(&destination);
    let user = said.user.as_deref().or(user);
    Some(Jump {
        user: user.map(str::parse).transpose().ok()?,
        host: said.host_name.as_deref().unwrap_or(host).parse().ok()?,
        port: said.port.as_deref().or(port).map(parse_port).transpose().ok()?,
    })
}

/// Splits `[user@]host`, and with `ssh://` before it also a port off; the end of a sentence is no part of it.
fn split_destination(destination: &str) -> (Option<&str>, &str, Option<&str>) {
    let (text, is_uri) = match destination.strip_prefix("ssh://") {
        Some(rest) => (rest.trim_end_matches('/'), true),
        None => (spelled::without_sentence_end(destination), false),
    };
    let (user, place) = match text.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, text),
    };
    if let Some((host, rest)) = place.strip_prefix('[').and_then(|place| place.split_once(']')) {
        return match rest.strip_prefix(':') {
            Some(port) => (user, host, Some(port)),
            None if rest.is_empty() => (user, host, None),
            None => (user, place, None),
        };
    }
    match place.rsplit_once(':') {
        Some((host, port)) if is_uri => (user, host, Some(port)),
        _ => (user, place, None),
    }
}

#[cfg(test)]
mod tests;
