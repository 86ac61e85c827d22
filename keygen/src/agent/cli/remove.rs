//! `keyagent remove` and `stop`.

use std::path::Path;
use std::process::ExitCode;

use super::error::Failure;
use crate::agent::client::Client;
use crate::agent::control;
use crate::agent::message::{self, Entry};
use crate::key_file::PrivateKeyFile;
use crate::{Error, PublicKeyLine, certificate};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct RemoveArgs {
    /// The key: its file, its fingerprint or its comment
    #[arg(value_name = "KEY", required_unless_present = "all", conflicts_with = "all")]
    key: Option<String>,

    /// All keys
    #[arg(long)]
    all: bool,
}

pub(super) fn run(args: &RemoveArgs) -> Result<ExitCode, Failure> {
    let mut client = Client::connect()?;
    let Some(name) = &args.key else {
        let answer = client.ask(&[message::REMOVE_ALL_IDENTITIES])?;
        return done(&answer, "forget its keys");
    };
    let held = client.list()?;
    for blob in described(name, &held)? {
        let answer = client.ask(&message::of_string(message::REMOVE_IDENTITY, &blob))?;
        done(&answer, "forget the key")?;
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn stop() -> Result<ExitCode, Failure> {
    let mut client = Client::connect()?;
    if client.status()?.is_none() {
        return Err(Failure::NotOurs { place: client.place().to_owned() });
    }
    let stopped = done(&client.ask(&message::extension(control::STOP, b""))?, "stop")?;
    client.wait_for_end();
    Ok(stopped)
}

fn done(answer: &[u8], what: &'static str) -> Result<ExitCode, Failure> {
    if answer == [message::SUCCESS] {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Failure::Refused { what })
    }
}

/// The described key, and its certificates.
fn described(name: &str, held: &[Entry]) -> Result<Vec<Vec<u8>>, Failure> {
    let lines: Vec<PublicKeyLine> = held
        .iter()
        .filter_map(|entry| {
            let comment = String::from_utf8_lossy(&entry.comment);
            PublicKeyLine::from_blob(&entry.blob, &comment).ok()
        })
        .collect();
    let of_file = public_half(Path::new(name));
    let is_meant = |line: &PublicKeyLine| match &of_file {
        Some(key) => line.is_same_key(key),
        None => {
            let fingerprint = line.fingerprint_sha256();
            let bare = fingerprint.strip_prefix("SHA256:").unwrap_or(&fingerprint);
            name == fingerprint || name == bare || name == line.comment()
        }
    };
    let meant: Vec<&PublicKeyLine> = lines.iter().filter(|line| is_meant(line)).collect();
    let Some(first) = meant.first() else {
        let unknown = || Failure::NoSuchKey { name: name.to_owned() };
        return Err(unreadable(Path::new(name)).map_or_else(unknown, Failure::Key));
    };
    if meant.iter().any(|other| !other.is_same_key(first)) {
        return Err(Failure::Ambiguous { name: name.to_owned(), count: meant.len() });
    }
    Ok(meant.iter().map(|line| line.blob().to_vec()).collect())
}

/// Why the file of this name cannot be read, if there is such a file.
fn unreadable(path: &Path) -> Option<Error> {
    let error = PublicKeyLine::read(path).err().filter(Error::is_io)?;
    path.exists().then_some(error)
}

/// The public half of a public or private file, or of the `.pub` file beside a private file that
/// hides it.
fn public_half(path: &Path) -> Option<PublicKeyLine> {
    let private = || PrivateKeyFile::read(path).ok()?.public_key();
    let beside =
        || path.is_file().then(|| PublicKeyLine::read(&crate::store::public_beside(path)).ok())?;
    let certified = || certificate::beside(path).ok().flatten();
    PublicKeyLine::read(path).ok().or_else(private).or_else(beside).or_else(certified)
}
