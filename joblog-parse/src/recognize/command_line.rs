//! What a command line of a program that logs in with ssh says, for any such program.

use std::num::NonZeroU16;

use super::cue::{self, Cue};
use super::options::{Argument, SSH_FLAGS, SSH_VALUES, argument};
use super::shell::Words;
use super::{Refusal, spelling};
use crate::target::{HostKey, Jump, Target, TargetError, User, parse_jumps, parse_port};

/// The relevant parts of a command line. As in ssh, the first value of an option wins.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(super) struct LoginCommand {
    user: Option<String>,
    host: Option<String>,
    /// `-o HostName=`, which replaces the host of the destination.
    host_name: Option<String>,
    port: Option<String>,
    jump: Option<String>,
    proxy: Option<String>,
    identity_file: Option<String>,
    host_key: Option<HostKey>,
    is_proxy: bool,
    /// It runs a remote command other than a shell.
    runs_command: bool,
    /// That command does more than test the login.
    runs_work: bool,
    /// The words after it do not belong to the command.
    is_in_sentence: bool,
    /// A terminal is requested.
    has_terminal: bool,
    /// It only opens a tunnel back to here.
    is_reverse: bool,
    is_forward: bool,
    /// It goes to the background: `-f`.
    is_background: bool,
    /// It is run to find an error: `-v`.
    is_verbose: bool,
}

/// The result of reading a command line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Target(Box<Target>),
    /// A destination without a user, such as `ssh 203.0.113.7`.
    Host(crate::Host, Option<NonZeroU16>),
    Refused(Refusal),
    /// No destination: the command may continue on the next line.
    Unfinished,
}

impl LoginCommand {
    /// Reads the arguments of another program's remote shell, such as `ssh -p 2222`.
    pub(super) fn of_shell(shell: &str) -> Result<Self, Refusal> {
        let arguments = shell.trim_start().strip_prefix("ssh").unwrap_or_default();
        Self::read(arguments, SSH_VALUES, SSH_FLAGS).map(|(said, _)| said)
    }

    /// Reads arguments up to the destination and the options after it, given the letters of options
    /// with and without values; also returns where the reading ended.
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
                    Argument::Glued(letter, value) => {
                        said.flags(letters.split(letter).next().unwrap_or_default());
                        said.option(letter, value);
                    }
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
                        && spelling::without_sentence_end(&word.text).contains(['.', ':']);
                    said.host = Some(word.text);
                    if ends {
                        end = words.position();
                        break;
                    }
                }
                // The remote command takes the rest of the line.
                None => {
                    said.run(&word.text, words.next().map(|word| word.text).as_deref());
                    // The rest belongs to the sentence around the command.
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
        self.is_verbose |= letters.contains('v');
        self.is_background |= letters.contains('f');
        self.has_terminal |= letters.contains('t');
    }

    pub(super) fn option(&mut self, letter: char, value: &str) {
        self.is_reverse |= letter == 'R';
        self.is_forward |= matches!(letter, 'L' | 'D');
        let place = match letter {
            'l' => &mut self.user,
            'p' => {
                // `ssh ada@203.0.113.7 -p 2222, and …`
                let port = value.trim_end_matches([',', '.', ')']);
                self.port.get_or_insert_with(|| port.to_owned());
                return;
            }
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

    /// The field for a setting of `ssh_config(5)`, by its name in lower case.
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

    /// Records the first word of the remote command; a shell, or a program that opens one, still is
    /// a login.
    pub(super) fn run(&mut self, word: &str, next: Option<&str>) {
        const SHELLS: [&str; 7] = ["sh", "bash", "zsh", "fish", "ksh", "tcsh", "csh"];
        const OPENERS: [&str; 9] = [
            "tmux",
            "screen",
            "byobu",
            "docker",
            "podman",
            "singularity",
            "apptainer",
            "srun",
            "kubectl",
        ];
        const ROOT: [&str; 2] = ["sudo", "su"];
        let name = word.rsplit('/').next().unwrap_or_default();
        let is_probe = matches!(word, "uptime" | "whoami" | "true" | "ssh" | "uname");
        let is_command =
            is_probe || matches!(word, "hostname" | "date" | "id" | "w" | "who" | "ip");
        let is_sentence = !is_command
            && cue::of_word(&spelling::folded(word)).is_some_and(|cue| {
                !matches!(cue, Cue::Foreign | Cue::Event | Cue::Known | Cue::Ssh | Cue::Action)
            });
        let is_sign = !word.starts_with(|c: char| c.is_ascii_alphanumeric() || "/.~_$".contains(c))
            || !word.contains(|c: char| c.is_alphanumeric() || c == '~');
        let is_script =
            next.is_some_and(|next| !matches!(next, "-l" | "-i" | "--login" | "-il" | "-li"));
        let is_root = ROOT.contains(&name)
            && next
                .is_none_or(|next| next.starts_with('-') || SHELLS.contains(&next) || next == "su");
        let is_shell = (SHELLS.contains(&name) && !is_script) || OPENERS.contains(&name) || is_root;
        self.runs_command = !(is_shell || is_sentence || is_sign);
        self.is_in_sentence = is_sentence || word.starts_with('(');
        self.runs_work = self.runs_command && !is_command;
    }

    /// Whether it works without the user: its command does something, or it goes to the
    /// background.
    pub(super) fn runs_work(&self) -> bool {
        (self.runs_work || self.is_background) && !self.has_terminal
    }

    /// Whether a remote command runs and ends.
    pub(super) fn runs_command(&self) -> bool {
        self.runs_command && !self.has_terminal
    }

    /// Whether it opens a tunnel back and asks for no terminal, as jobs do and people who log in do
    /// not.
    pub(super) fn is_way_back(&self) -> bool {
        self.is_reverse && !self.is_forward && !self.has_terminal
    }

    /// Whether it is run to find an error.
    pub(super) fn is_verbose(&self) -> bool {
        self.is_verbose
    }

    /// Sets the user, whatever other arguments say.
    pub(super) fn prefer_user(&mut self, user: &str) {
        self.user = Some(user.to_owned());
    }

    /// Sets the key that the host must show; a form other than `SHA256:…` is ignored.
    pub(super) fn pin(&mut self, key: &str) {
        self.host_key = self.host_key.take().or(key.parse().ok());
    }

    /// The same with another destination.
    pub(super) fn to(self, destination: &str) -> Self {
        Self { host: Some(destination.to_owned()), ..self }
    }

    /// The result.
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

    /// The jump hosts: of `-J`, or of the older `ProxyCommand="ssh -W %h:%p host"`.
    fn jumps(&self) -> Result<Vec<Jump>, TargetError> {
        match (self.jump.as_deref(), &self.proxy) {
            (Some("none"), _) | (None, None) => Ok(Vec::new()),
            (Some(jump), _) => parse_jumps(jump),
            (None, Some(proxy)) => Ok(jump_of_proxy(proxy).into_iter().collect()),
        }
    }
}

/// The host through which a `ProxyCommand` of the form `ssh … -W %h:%p … host` leads.
pub(super) fn jump_of_proxy(proxy: &str) -> Option<Jump> {
    let arguments = proxy.trim_start().strip_prefix("ssh ")?;
    let (said, _) = LoginCommand::read(arguments, SSH_VALUES, SSH_FLAGS)
        .ok()
        .filter(|(said, _)| said.is_proxy)?;
    let destination = said.host?;
    let (user, host, port) = split_destination(&destination);
    let user = said.user.as_deref().or(user);
    Some(Jump {
        user: user.map(str::parse).transpose().ok()?,
        host: said.host_name.as_deref().unwrap_or(host).parse().ok()?,
        port: said.port.as_deref().or(port).map(parse_port).transpose().ok()?,
    })
}

/// Splits `[user@]host`, and after `ssh://` also the port, without punctuation at the end of a
/// sentence.
fn split_destination(destination: &str) -> (Option<&str>, &str, Option<&str>) {
    let (text, is_uri) = match destination.strip_prefix("ssh://") {
        Some(rest) => (rest.trim_end_matches('/'), true),
        None => (spelling::without_sentence_end(destination), false),
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
        // Not what ssh takes, but what people write.
        Some((host, port))
            if is_uri || user.is_some() && !host.contains(':') && parse_port(port).is_ok() =>
        {
            (user, host, Some(port))
        }
        _ => (user, place, None),
    }
}
