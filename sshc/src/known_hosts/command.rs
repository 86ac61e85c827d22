//! `KnownHostsCommand`: a program that knows host keys besides those in the files.

use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{Error, KnownHosts, MOST_BYTES, Name};
use crate::text_file::Encoding;

/// The name of its lines in messages.
pub(crate) const PLACE: &str = "KnownHostsCommand";

/// Why the program is asked (`%I`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupReason {
    /// To ask the server first for the types of key that are on record.
    Order,
    /// To judge the key that the server has shown.
    HostName,
    /// The same by the server's address (`CheckHostIP`).
    Address,
}

/// A key that a server has shown, as the program gets to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownKey {
    /// `%t`, such as `ssh-ed25519`.
    pub kind: String,
    /// `%f`
    pub fingerprint: String,
    /// `%K`, in base64.
    pub base64: String,
}

impl LookupReason {
    fn name(self) -> &'static str {
        match self {
            Self::Order => "ORDER",
            Self::HostName => "HOSTNAME",
            Self::Address => "ADDRESS",
        }
    }
}

/// The values of the tokens that only this command has.
#[must_use]
pub fn tokens(reason: LookupReason, name: &Name, shown: Option<&ShownKey>) -> Vec<(char, String)> {
    let of_key = |value: fn(&ShownKey) -> &String| {
        shown.map_or_else(|| "NONE".to_owned(), |key| value(key).clone())
    };
    // Before the key is shown, ssh leaves out the port.
    let searched = match reason {
        LookupReason::Order => name.host_name(),
        LookupReason::HostName | LookupReason::Address => name.written(),
    };
    vec![
        ('I', reason.name().to_owned()),
        ('H', searched.to_owned()),
        ('t', of_key(|key| &key.kind)),
        ('f', of_key(|key| &key.fingerprint)),
        ('K', of_key(|key| &key.base64)),
    ]
}

/// Runs a program with these arguments, without a shell; its output are lines of `known_hosts`.
///
/// # Errors
///
/// [`Error::Command`] when it cannot be run, fails, or says more than 64 MiB: any key may be one
/// that it would have revoked.
pub fn ask(words: &[String]) -> Result<KnownHosts, Error> {
    let shown = words.join(" ");
    output(words)
        .map(|bytes| KnownHosts::parse(Path::new(PLACE), &Encoding::decode(&bytes).0))
        .map_err(|source| Error::Command { command: shown, source })
}

fn output(words: &[String]) -> io::Result<Vec<u8>> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(io::Error::other("it names no program"));
    };
    // As with ssh: a program found through PATH may belong to another user.
    if !Path::new(program).is_absolute() {
        return Err(io::Error::other("the path of the program is not absolute"));
    }
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn()?;
    let read = read(&mut child);
    if read.is_err() {
        let _ = child.kill();
    }
    let status = child.wait()?;
    let bytes = read?;
    if status.success() { Ok(bytes) } else { Err(io::Error::other(format!("it ended: {status}"))) }
}

fn read(child: &mut Child) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(output) = child.stdout.take() {
        output.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > MOST_BYTES {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it says more than {} MiB", MOST_BYTES >> 20),
        ));
    }
    Ok(bytes)
}
