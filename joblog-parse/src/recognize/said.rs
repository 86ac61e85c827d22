//! What the command line of a program says that logs in with ssh, whichever program it is.

use std::num::NonZeroU16;

use super::cue::{self, Cue};
use super::options::{Argument, SSH_FLAGS, SSH_VALUES, argument};
use super::shell::Words;
use super::{Refusal, spelled};
use crate::target::{HostKey, Jump, Target, TargetError, User, parse_jumps, parse_port};

/// What a command line says, as far as it matters here. As in ssh, what is said first holds.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
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
    /// It runs a command there that is no shell.
    runs_command: bool,
    /// And that does more than to show that one gets there.
    runs_work: bool,
    /// The words behind it are none of a command.
    is_in_sentence: bool,
    /// A terminal is asked for.
    has_terminal: bool,
    /// It opens a way back to here, and nothing else.
    is_reverse: bool,
    is_forward: bool,
    has_no_command: bool,
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

impl Said {
    /// What the arguments of the remote shell of another program say, such as `ssh -p 2222`.
    pub(super) fn of_shell(shell: &str) -> Result<Self, Refusal> {
        let arguments = shell.trim_start().strip_prefix("ssh").unwrap_or_default();
        Self::read(arguments, SSH_VALUES, SSH_FLAGS).map(|(said, _)| said)
    }

    /// Reads arguments up to the destination, and the options behind it, by the letters of options
    /// with values and of those without; also gives where the reading ended.
    pub(super) fn read(
        arguments: &str,
        values: &str,
        flags: &str,
    ) -> Result<(Self, usize), Refusal> {
        let mut said = Self::default();
        let mut words = Words::new(arguments);
        let mut end = 0;
        let mut takes_options = true;
        while let Some(word) = words.next() {
            let letters = word.text.strip_prefix('-').filter(|_| takes_options);
            match letters {
                Some("-") => takes_options = false,
                Some(letters) => match argument(letters, values, flags) {
                    Argument::Flags => said.flags(letters),
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
                None if said.host.is_none() => {
                    let ends = word.text.ends_with([')', '.', ',', ';', '!', '?'])
                        && spelled::without_sentence_end(&word.text).contains(['.', ':']);
                    said.host = Some(word.text);
                    if ends {
                        end = words.position();
                        break;
                    }
                }
                // The remote command takes the rest of the line.
                None => {
                    said.run(&word.text, words.next().map(|word| word.text).as_deref());
                    // What goes on is the sentence that it stands in.
                    let end = if said.is_in_sentence { end } else { arguments.len() };
                    return Ok((said, end));
                }
            }
            end = words.position();
        }
        if words.is_open && said.host.is_none() {
            return Ok((Self::default(), arguments.len()));
        }
        Ok((said, end))
    }

    fn flags(&mut self, letters: &str) {
        self.has_terminal |= letters.contains('t');
        self.has_no_command |= letters.contains('N');
    }

    pub(super) fn option(&mut self, letter: char, value: &str) {
        self.is_reverse |= letter == 'R';
        self.is_forward |= matches!(letter, 'L' | 'D');
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

    /// Takes note of the first word of what runs there; a shell, or what opens one, is a login all
    /// the same.
    pub(super) fn run(&mut self, word: &str, next: Option<&str>) {
        const SHELLS: [&str; 7] = ["sh", "bash", "zsh", "fish", "ksh", "tcsh", "csh"];
        const OPENERS: [&str; 11] = [
            "tmux",
            "screen",
            "byobu",
            "docker",
            "podman",
            "singularity",
            "apptainer",
            "srun",
            "kubectl",
            "sudo",
            "su",
        ];
        let name = word.rsplit('/').next().unwrap_or_default();
        let is_command = matches!(word, "hostname" | "date" | "id" | "w" | "who" | "ip");
        let is_sentence = !is_command
            && cue::of_word(&spelled::folded(word)).is_some_and(|cue| {
                !matches!(cue, Cue::Foreign | Cue::Event | Cue::Known | Cue::Ssh | Cue::Action)
            });
        let is_sign = !word.starts_with(|c: char| c.is_ascii_alphanumeric() || "/.~_$".contains(c));
        let is_script =
            next.is_some_and(|next| !matches!(next, "-l" | "-i" | "--login" | "-il" | "-li"));
        let is_shell = (SHELLS.contains(&name) && !is_script) || OPENERS.contains(&name);
        self.runs_command = !(is_shell || is_sentence || is_sign);
        self.is_in_sentence = is_sentence || word.starts_with('(');
        let is_probe = is_command || matches!(word, "uptime" | "whoami" | "true" | "ssh" | "uname");
        self.runs_work = self.runs_command && !is_probe;
    }

    /// Whether what runs there is a piece of work.
    pub(super) fn runs_work(&self) -> bool {
        self.runs_work && !self.has_terminal
    }

    /// Whether a command runs there and ends.
    pub(super) fn runs_command(&self) -> bool {
        self.runs_command && !self.has_terminal
    }

    /// Whether it only opens a way back, as a job does and nobody who logs in.
    pub(super) fn is_way_back(&self) -> bool {
        self.is_reverse && self.has_no_command && !self.is_forward
    }

    /// The user that holds whatever else is said.
    pub(super) fn prefer_user(&mut self, user: &str) {
        self.user = Some(user.to_owned());
    }

    /// The key that the host must show; in forms other than `SHA256:…` it is nothing that a target
    /// has.
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

/// Splits `[user@]host`, and with `ssh://` before it also a port off; the end of a sentence is no
/// part of it.
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
