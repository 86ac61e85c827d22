//! The errors of `keygen`, in the words that a user reads. No message ever contains key material or
//! a passphrase.

use std::io;
use std::path::{Path, PathBuf};

use contract::{exit, report, shown};

/// Why `keygen` could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Standard output could not be written.
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),

    /// A file could not be read, opened or understood; the source says why.
    #[error("cannot {action} `{}`", shown(.path))]
    File {
        /// What was tried: `read`, `write`, `unlock`.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// Why it failed.
        source: Box<Self>,
    },

    /// The system reported an error.
    #[error("{}", report::cause(.0))]
    Io(io::Error),

    /// The file is larger than any key.
    #[error("the file has more than {limit} bytes, too many for a key file")]
    TooLarge {
        /// The largest file that is read, in bytes.
        limit: usize,
    },

    /// The bytes have no known format.
    #[error("this is not a key file of a known format")]
    NotAKey,

    /// A file of a known kind that is not an SSH key.
    #[error("this file is {what}")]
    Foreign {
        /// What it is.
        what: &'static str,
        /// What to do about it.
        hint: &'static str,
    },

    /// The file holds a public key where a private one was needed.
    #[error("this is a public key, not a private one")]
    PublicOnly,

    /// The file begins like a key of a known format but is not one.
    #[error("damaged or truncated {format} file: {}{reason}", at(*.line))]
    Malformed {
        /// The format it began as.
        format: &'static str,
        /// The line, counted from 1, if one can be named.
        line: Option<u32>,
        /// What is wrong there.
        reason: &'static str,
    },

    /// The checksum over the key does not match, although the passphrase (if any) is right.
    #[error("the file is damaged or was tampered with: {0}")]
    Tampered(&'static str),

    /// The numbers in the file are not a key pair.
    #[error("the file holds no valid {algorithm} key: {reason}")]
    InvalidKey {
        /// `RSA`, `ECDSA`, …
        algorithm: &'static str,
        /// Which relation does not hold.
        reason: &'static str,
    },

    /// A format, version, cipher or algorithm that is recognised but not supported.
    #[error("{what} is not supported")]
    Unsupported {
        /// What it is, in the file's words, escaped.
        what: String,
        /// What to do instead.
        hint: &'static str,
    },

    /// Unlocking would take more memory or time than any honest file needs.
    #[error("the file asks for {what}, more than the {limit} allowed")]
    TooCostly {
        /// The parameter and its value.
        what: String,
        /// The limit.
        limit: String,
    },

    /// The key is locked and no passphrase was given.
    #[error("the key is locked with a passphrase, and none was given")]
    Locked,

    /// The passphrase does not unlock the key.
    #[error("wrong passphrase")]
    WrongPassphrase {
        /// Whether the format could also look like this because the file is damaged.
        or_damaged: bool,
    },

    /// There is no terminal to ask on.
    #[error("cannot ask {about}: there is no terminal")]
    NoTerminal {
        /// The question.
        about: String,
    },

    /// The person or the askpass program gave no answer.
    #[error("no answer was given")]
    Cancelled,

    /// The askpass program could not be run.
    #[error("cannot run the askpass program `{}`", shown(.program))]
    Askpass {
        /// The program, from `SSH_ASKPASS`.
        program: String,
        /// Why.
        source: io::Error,
    },

    /// The operating system gave no random bytes.
    #[error("cannot get random bytes: {0}")]
    Random(String),

    /// A file exists already.
    #[error("`{}` already exists", shown(.path))]
    Exists {
        /// Which file.
        path: PathBuf,
    },

    /// The path is a folder or a device.
    #[error("`{}` is not a regular file, so it is not replaced", shown(.path))]
    NotAFile {
        /// What it is.
        path: PathBuf,
    },

    /// A private key under the name of a public one would be disclosed.
    #[error("`{}` is the name of a public key, but -o names the private one", shown(.path))]
    PublicName {
        /// The name.
        path: PathBuf,
    },

    /// Rewriting the key would lose other content of its file.
    #[error("`{}` contains more than the key, and that would be lost", shown(.path))]
    HoldsMore {
        /// The file.
        path: PathBuf,
    },

    /// The comment would break the format of its file.
    #[error("the key's comment holds a line break or another control character")]
    Comment,

    /// A question is necessary, but cannot be asked.
    #[error("cannot ask {about}: {why}")]
    CannotAsk {
        /// What the question is for.
        about: String,
        /// Why it cannot be asked.
        why: &'static str,
        /// The options that answer the question.
        options: &'static str,
    },

    /// The two typed passphrases differ.
    #[error("the two passphrases differ")]
    PassphrasesDiffer,

    /// The user's home folder is unknown.
    #[error("cannot find your home folder")]
    NoHome,

    /// An argument that belongs to another program.
    #[error("keygen does not have `{}`", shown(.argument))]
    Unfamiliar {
        /// Which one.
        argument: String,
        /// The equivalent here.
        hint: String,
    },

    /// Options that cannot be combined.
    #[error("{0}")]
    Usage(String),

    /// A public key line is not one.
    #[error("not a public key: {0}")]
    NotAPublicKey(&'static str),

    /// A file with several public keys where exactly one is needed.
    #[error("the file holds {count} public keys")]
    SeveralKeys {
        /// How many.
        count: usize,
    },

    /// The line end between two public keys is missing, so that the second would become a comment.
    #[error("line {line} holds two public keys: the line end between them is missing")]
    JoinedKeys {
        /// The line, counted from 1.
        line: u32,
    },

    /// A restricted key would be written without its restrictions.
    #[error("the options in front of the key in `{}` would be lost", shown(.path))]
    Options {
        /// The file.
        path: PathBuf,
    },

    /// The passphrase file contains no line.
    #[error("it holds no passphrase: its first line is empty")]
    EmptyPassphrase,

    /// A passphrase that could not be typed again.
    #[error("the passphrase contains the character U+0000, which cannot be typed")]
    NulInPassphrase,
}

impl Error {
    /// Adds the file and the attempted action to an error.
    pub(crate) fn in_file(self, action: &'static str, path: &Path) -> Self {
        Self::File { action, path: path.to_path_buf(), source: Box::new(self) }
    }

    /// Whether asking for the passphrase again could help.
    #[must_use]
    pub fn is_wrong_passphrase(&self) -> bool {
        match self {
            Self::WrongPassphrase { .. } => true,
            Self::File { source, .. } => source.is_wrong_passphrase(),
            _ => false,
        }
    }

    /// Whether a file could not be read or written at all.
    pub(crate) fn is_io(&self) -> bool {
        match self {
            Self::Io(_) => true,
            Self::File { source, .. } => source.is_io(),
            _ => false,
        }
    }

    /// Whether the file was parsed, but contains something unsupported.
    pub(crate) fn is_unsupported(&self) -> bool {
        match self {
            Self::Unsupported { .. } => true,
            Self::File { source, .. } => source.is_unsupported(),
            _ => false,
        }
    }

    /// Whether the file is a public key where a private one is needed.
    pub(crate) fn is_public_only(&self) -> bool {
        match self {
            Self::PublicOnly => true,
            Self::File { source, .. } => source.is_public_only(),
            _ => false,
        }
    }
}

impl contract::Failure for Error {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::File { source, path, .. } => {
                let is_command =
                    matches!(**source, Self::Foreign { .. } | Self::Unsupported { .. });
                let name = if is_command { named(path) } else { "FILE".to_owned() };
                return source.hint().map(|hint| hint.replace("FILE", &name));
            }
            Self::Locked => "pass --passphrase-file FILE, or run this on a terminal to be asked",
            Self::WrongPassphrase { or_damaged: true } => {
                "if you are sure of the passphrase, the file is damaged: restore it from a copy"
            }
            Self::NoTerminal { .. } => {
                "use --passphrase-file FILE (- for standard input), or set SSH_ASKPASS and SSH_ASKPASS_REQUIRE=force"
            }
            Self::Exists { .. } => "choose another name, or pass --force to replace it",
            Self::PublicName { .. } => {
                "leave out `.pub`: the public key goes into a file of that name beside it"
            }
            Self::HoldsMore { .. } => "write the key to its own file: keygen convert IN -o OUT",
            Self::Options { .. } => "`pubkey-copy --print FILE` writes the line with its options",
            Self::SeveralKeys { .. } => {
                "`keygen inspect FILE` lists them; put the one you mean into its own file"
            }
            Self::JoinedKeys { .. } => "put each key on its own line",
            Self::NulInPassphrase => {
                "write it as text in UTF-8 or UTF-16, on the first line of the file"
            }
            Self::Comment => "give another comment with -C TEXT",
            Self::Unfamiliar { hint, .. } => return Some(hint.clone()),
            Self::CannotAsk { options, .. } => return Some(format!("answer with {options}")),
            Self::NoHome => "name the file with -o FILE",
            Self::NotAKey => "keygen reads PPK, OpenSSH, PKCS#8, PKCS#1 and SEC1 private keys",
            Self::PublicOnly => "name the private key file, usually the same name without `.pub`",
            Self::Unsupported { hint, .. } | Self::Foreign { hint, .. } => hint,
            Self::TooCostly { .. } => {
                "if the file is really yours, re-save it with puttygen or ssh-keygen at a lower cost"
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::PublicName { .. } | Self::Unfamiliar { .. } => exit::USAGE,
            _ => exit::FAILED,
        }
    }

    fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(cause) if cause.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<io::Error> for Error {
    fn from(cause: io::Error) -> Self {
        Self::Io(cause)
    }
}

/// The name of a file, as a command takes it.
fn named(path: &Path) -> String {
    let name = shown(path);
    if name.contains(' ') { format!("\"{name}\"") } else { name }
}

fn at(line: Option<u32>) -> String {
    line.map(|line| format!("line {line}: ")).unwrap_or_default()
}
