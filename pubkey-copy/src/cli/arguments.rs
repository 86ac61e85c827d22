//! The command line, parsed into types whose values are valid.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Parser;

use crate::clipboard::Via;
use crate::line::{KeyOption, Rule, RuleError, parse_rules};
use crate::source::Source;

/// Puts a key's `authorized_keys` line on the clipboard.
///
/// Paste the line wherever a web page or a server asks for an SSH public key. The private half
/// never leaves its file, and no passphrase is needed if the file has the public half in clear.
#[derive(Debug, Parser)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
#[command(name = "pubkey-copy", bin_name = "pubkey-copy", version, after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// A private key of any format, a `.pub` or RFC 4716 file, or `-` for standard input
    ///
    /// The default is the only key in the agent, or the only default identity (`~/.ssh/id_rsa` and
    /// the like).
    #[arg(value_name = "KEY", conflicts_with = "agent")]
    key: Option<PathBuf>,

    /// Print the line; do not touch the clipboard
    #[arg(short, long, conflicts_with = "via")]
    pub(super) print: bool,

    /// Accept the key only from these networks (repeatable; `-` is stdin)
    ///
    /// Builds the option from="…" from addresses and CIDR networks, separated by commas. `-` reads
    /// them from standard input, such as the output of `cidr`.
    #[arg(long, value_name = "CIDR", value_parser = From::parse)]
    pub(super) from: Vec<From>,

    /// Add an option such as `restrict` or `command="…"` (repeatable)
    ///
    /// The options are those of sshd(8), and the quotation marks may be left out. Options that a
    /// public key file already has are kept.
    #[arg(long, value_name = "OPT")]
    pub(super) option: Vec<KeyOption>,

    /// Write this comment instead of the key's own
    #[arg(long, value_name = "TEXT", value_parser = keygen::comment_argument)]
    pub(super) comment: Option<String>,

    /// Which clipboard to use
    #[arg(long, value_enum, default_value_t)]
    pub(super) via: Via,

    /// Install the line at this destination, as ssh-copy-id does
    ///
    /// `sshc` logs in with a password or another key, and adds the line once to the file that the
    /// server reads for the user. Nothing else in that file changes. `-` reads the destination from
    /// standard input, as joblog-parse prints it.
    #[arg(long, value_name = "DESTINATION", conflicts_with_all = ["print", "via"], help_heading = "Installing")]
    pub(super) to: Option<String>,

    /// With --to: remove the key again, whatever its options
    // `print` and `via`, because clap waives `requires` where the required argument would conflict.
    #[arg(long, requires = "to", conflicts_with_all = ["from", "option", "comment", "print", "via"], help_heading = "Installing")]
    pub(super) remove: bool,

    /// With --to, after `--`: options for sshc
    ///
    /// Such as -p 2222, -J user@jump, --password-file FILE, --accept-new, --wait. Unless one of
    /// them names a key, sshc offers the default identities and the key itself.
    #[arg(last = true, value_name = "SSHC-OPTION", requires = "to", conflicts_with_all = ["print", "via"], help_heading = "Installing")]
    pub(super) sshc: Vec<OsString>,

    /// Take the key from the ssh-agent
    #[arg(long)]
    agent: bool,

    /// The agent's key whose comment contains TEXT or whose fingerprint begins with it
    #[arg(long, value_name = "TEXT", requires = "agent", conflicts_with = "key")]
    select: Option<String>,

    /// Read the passphrase from the first line of FILE (`-` for standard input)
    ///
    /// Needed only for encrypted PEM files, which hide even the public half.
    #[arg(long, value_name = "FILE")]
    pub(super) passphrase_file: Option<PathBuf>,

    /// Never ask; fail where an answer is needed
    #[arg(long)]
    pub(super) batch: bool,

    /// Describe the line as a JSON object on standard output
    #[arg(long, long_help = JSON_HELP)]
    pub(super) json: bool,

    /// Print nothing on success
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// When to use colour
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: clap::ColorChoice,
}

const JSON_HELP: &str = "\
Describe the line as a JSON object on standard output

Its fields: line, options (a list), algorithm, bits, comment, sha256 (the fingerprint), origin (the file, \
`standard input` or `the agent`) and clipboard (`native`, `osc52` or `wsl`; null with --print and --to). With --to \
also destination, change (`added`, `present`, `removed` or `absent`), file (on the server) and warnings (a list).";

const EXAMPLES: &str = "\
Examples:
  pubkey-copy id.ppk                            the line, ready to paste
  pubkey-copy --print id.ppk >> authorized_keys
  cidr me | pubkey-copy id.ppk --from -         valid from my present address only
  pubkey-copy id.ppk --from 10.0.0.0/8,192.0.2.7 --option restrict --option pty
  pubkey-copy --agent --select ada              a key that the agent holds
  pubkey-copy --via osc52 id_ed25519            to the terminal's clipboard, also through SSH
  pubkey-copy id.ppk --to ada@203.0.113.7       install it there: asks for the password once
  pubkey-copy id.ppk --to ada@203.0.113.7 -- -p 2222 -J ada@203.0.113.1
  pubkey-copy id.ppk --to ada@203.0.113.7 --remove

On X11 and Wayland, a background process keeps the text until something else is copied.";

/// The value of `--from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    Rules(Vec<Rule>),
    Stdin,
}

impl From {
    fn parse(text: &str) -> Result<Self, RuleError> {
        if text == "-" { Ok(Self::Stdin) } else { parse_rules(text).map(Self::Rules) }
    }
}

impl Args {
    pub(super) fn source(&self) -> Source {
        match &self.key {
            _ if self.agent => Source::Agent(self.select.clone()),
            Some(key) if key == Path::new("-") => Source::Stdin,
            Some(key) => Source::File(key.clone()),
            None => Source::Default,
        }
    }

    /// The arguments that read standard input, which can be read only once.
    pub(super) fn readers_of_stdin(&self) -> Vec<&'static str> {
        let dash = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
        let readers = [
            (dash(&self.key), "KEY"),
            (self.from.contains(&From::Stdin), "--from"),
            (self.to.as_deref() == Some("-"), "--to"),
            (dash(&self.passphrase_file), "--passphrase-file"),
        ];
        readers.into_iter().filter(|(reads, _)| *reads).map(|(_, name)| name).collect()
    }
}
