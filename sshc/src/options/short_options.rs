//! The less common letters of `ssh(1)`. Each stands for an option of `ssh_config(5)`, asks for what
//! happens anyway, or is refused with a reason.

use std::path::PathBuf;

use clap::{ArgAction, Args};

/// The letters, hidden from the short help.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a letter of its own")]
pub(crate) struct ShortOptions {
    /// Do not forward the agent (the default)
    #[arg(
        short = 'a',
        overrides_with = "forward_agent",
        hide_short_help = true,
        help_heading = "Authentication"
    )]
    pub(crate) no_forward_agent: bool,

    /// Go to the background once logged in; standard input is empty
    #[arg(short = 'f', hide_short_help = true, help_heading = "Session")]
    pub(crate) background: bool,

    /// Ciphers, by preference
    #[arg(
        short = 'c',
        value_name = "CIPHERS",
        hide_short_help = true,
        help_heading = "Connection"
    )]
    ciphers: Option<String>,

    /// Message authentication codes, by preference
    #[arg(short = 'm', value_name = "MACS", hide_short_help = true, help_heading = "Connection")]
    macs: Option<String>,

    /// The character that begins an escape, or none [default: ~]
    #[arg(
        short = 'e',
        value_name = "CHARACTER",
        allow_hyphen_values = true,
        hide_short_help = true,
        help_heading = "Session"
    )]
    escape_char: Option<String>,

    /// Connect through this network interface
    #[arg(
        short = 'B',
        value_name = "INTERFACE",
        hide_short_help = true,
        help_heading = "Connection"
    )]
    bind_interface: Option<String>,

    /// A tag for `Match tagged` of the configuration
    #[arg(short = 'P', value_name = "TAG", action = ArgAction::Append, hide_short_help = true, help_heading = "Connection")]
    tags: Vec<String>,

    /// Let other computers use the ports of -L and -D
    #[arg(short = 'g', hide_short_help = true, help_heading = "Forwarding")]
    gateway_ports: bool,

    /// Append the output of -v to FILE instead of standard error
    #[arg(short = 'E', value_name = "FILE", value_parser = super::path::parser(), hide_short_help = true, help_heading = "Output")]
    pub(crate) log_file: Option<PathBuf>,

    /// Print the algorithms available here: cipher, mac, kex, key, key-cert, key-plain, sig, help
    #[arg(short = 'Q', value_name = "LIST", hide_short_help = true, help_heading = "Output")]
    pub(crate) query: Option<String>,

    /// Print the version to standard error, as ssh does
    #[arg(short = 'V', hide_short_help = true, help_heading = "Output")]
    pub(crate) version_line: bool,

    #[arg(short = 'x', hide = true, action = ArgAction::Count)]
    no_x11: u8,
    #[arg(short = 'k', hide = true, action = ArgAction::Count)]
    no_gssapi: u8,
    #[arg(short = 'K', hide = true, action = ArgAction::Count)]
    gssapi: u8,
    #[arg(short = '2', hide = true, action = ArgAction::Count)]
    version_2: u8,
    #[arg(short = 'y', hide = true, action = ArgAction::Count)]
    syslog: u8,

    #[arg(short = '1', hide = true)]
    version_1: bool,
    #[arg(short = 'X', hide = true)]
    x11: bool,
    #[arg(short = 'Z', hide = true)]
    list_keys: bool,
    #[arg(short = 'Y', hide = true)]
    trusted_x11: bool,
    #[arg(short = 'I', value_name = "LIBRARY", hide = true)]
    pkcs11: Option<String>,
    #[arg(short = 'w', value_name = "TUN", hide = true)]
    tun: Option<String>,

    /// What is run in place of the command on a server whose version says that it is Windows. For
    /// programs that bring a script of their own for each: `pubkey-copy --to`.
    #[arg(long, value_name = "COMMAND", hide = true, requires = "command")]
    pub(crate) windows_command: Option<String>,

    /// The child of `-f`, which does the work.
    #[arg(long, hide = true)]
    pub(crate) background_child: bool,
    /// What stood on the standard input of its parent.
    #[arg(long, value_name = "LINE", hide = true)]
    pub(crate) background_target: Option<String>,
}

impl ShortOptions {
    /// The letters, written as options of `ssh_config(5)`.
    pub(super) fn as_config(&self) -> Vec<String> {
        let with_value = [
            ("Ciphers", &self.ciphers),
            ("MACs", &self.macs),
            ("EscapeChar", &self.escape_char),
            ("BindInterface", &self.bind_interface),
        ];
        // As with ssh, the first tag counts.
        let tag = self.tags.first().cloned();
        let with_value = with_value
            .into_iter()
            .chain([("Tag", &tag)])
            .filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)));
        with_value.chain(self.gateway_ports.then(|| "GatewayPorts=yes".to_owned())).collect()
    }

    /// The given letters that have no effect, and why.
    pub(crate) fn without_effect(&self) -> impl Iterator<Item = String> {
        SHORT_OPTIONS.iter().filter_map(|(letter, support)| match support {
            NoEffect(why) if self.has(*letter) => {
                Some(format!("-{letter} has no effect here: {why}"))
            }
            _ => None,
        })
    }

    /// Why a given letter is refused, if one is.
    pub(super) fn refusal(&self) -> Option<String> {
        SHORT_OPTIONS.iter().find_map(|(letter, support)| match support {
            Refused(why) if self.has(*letter) => Some(format!("-{letter} is not supported: {why}")),
            _ => None,
        })
    }

    /// Whether a letter that does nothing by itself was given.
    fn has(&self, letter: char) -> bool {
        match letter {
            '1' => self.version_1,
            'I' => self.pkcs11.is_some(),
            'K' => self.gssapi > 0,
            'X' => self.x11,
            'Y' => self.trusted_x11,
            'Z' => self.list_keys,
            'w' => self.tun.is_some(),
            'y' => self.syslog > 0,
            _ => false,
        }
    }
}

/// How we treat a letter of `ssh(1)`.
#[derive(Clone, Copy, Debug)]
pub enum ShortOption {
    /// It works as in the manual; the option's help says what it does.
    Works,
    /// It asks for what happens anyway; contains what that is.
    Anyway(&'static str),
    /// It has no effect, which is reported with `-v`; contains why.
    NoEffect(&'static str),
    /// It is refused; contains why.
    Refused(&'static str),
}

use ShortOption::{Anyway, NoEffect, Refused, Works};

/// All letters of `ssh(1)` of OpenSSH 10.6, and those that only choose a version of the protocol.
pub const SHORT_OPTIONS: &[(char, ShortOption)] = &[
    ('1', Refused("SSH-1 has been broken for decades")),
    ('2', Anyway("SSH-2 is the only version here")),
    ('4', Works),
    ('6', Works),
    ('A', Works),
    ('a', Works),
    ('B', Works),
    ('b', Works),
    ('C', Works),
    ('c', Works),
    ('D', Works),
    ('E', Works),
    ('e', Works),
    ('F', Works),
    ('f', Works),
    ('G', Works),
    ('g', Works),
    ('I', Refused("a PKCS#11 token is used through an agent (--agent)")),
    ('i', Works),
    ('J', Works),
    ('K', NoEffect("GSSAPI is not supported")),
    ('k', Anyway("GSSAPI credentials are never handed over")),
    ('L', Works),
    ('l', Works),
    ('M', Works),
    ('m', Works),
    ('N', Works),
    ('n', Works),
    ('O', Works),
    ('o', Works),
    ('P', Works),
    ('p', Works),
    ('Q', Works),
    ('q', Works),
    ('R', Works),
    ('S', Works),
    ('s', Works),
    ('T', Works),
    ('t', Works),
    ('V', Works),
    ('v', Works),
    ('W', Works),
    ('w', Refused("tun devices are not supported; -D is a SOCKS proxy")),
    ('X', Refused("X11 is not forwarded")),
    ('x', Anyway("X11 is never forwarded")),
    ('Y', Refused("X11 is not forwarded")),
    ('Z', Refused("--diagnose says which keys are offered")),
    ('y', NoEffect("sshc does not write to the system log")),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;
    use crate::options::Options;

    #[test]
    fn every_letter_is_in_the_table_once_and_is_an_option() {
        let table: BTreeSet<char> = SHORT_OPTIONS.iter().map(|(letter, _)| *letter).collect();
        assert_eq!(table.len(), SHORT_OPTIONS.len());
        let command = Options::command();
        let options = command.get_arguments().filter_map(clap::Arg::get_short);
        let options: BTreeSet<char> = options.filter(|letter| *letter != 'h').collect();
        assert_eq!(options, table);
    }
}
