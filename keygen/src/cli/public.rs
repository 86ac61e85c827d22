//! `keygen public`: the public half of a key, to standard output.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use contract::json;
use serde::Serialize;

use super::{Shared, ask, output};
use crate::error::Error;
use crate::input::{Input, line_beside};
use crate::public_key::{PublicKeyLine, rfc4716};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct PublicArgs {
    /// A private or public key file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Format of the public key
    #[arg(short = 'O', long, value_name = "FORMAT", default_value = "openssh")]
    format: PublicFormat,

    /// Read the passphrase from the first line of FILE (- for standard input), if the public half
    /// is locked too
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// The formats of public keys.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum PublicFormat {
    /// One line, as in authorized_keys
    Openssh,
    /// With BEGIN and END lines (RFC 4716)
    Rfc4716,
}

pub(super) fn run(args: &PublicArgs, shared: &Shared) -> Result<ExitCode, Error> {
    let key = public_key(args, shared)?;
    if shared.json {
        output::result(&json::line(&Object {
            algorithm: key.algorithm(),
            bits: key.bits(),
            comment: key.comment(),
            fingerprint_sha256: key.fingerprint_sha256(),
            fingerprint_md5: key.fingerprint_md5(),
            public_key: key.to_string(),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    output::result(&match args.format {
        PublicFormat::Openssh => format!("{key}\n"),
        PublicFormat::Rfc4716 => rfc4716::write(&key),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// What `--json` prints about the public half, whatever its format.
#[derive(Serialize)]
struct Object<'a> {
    algorithm: &'a str,
    bits: Option<u32>,
    comment: &'a str,
    fingerprint_sha256: String,
    fingerprint_md5: String,
    public_key: String,
}

fn public_key(args: &PublicArgs, shared: &Shared) -> Result<PublicKeyLine, Error> {
    let input = Input::read(&args.file)?;
    let file = match input.private_key() {
        Err(error) if error.is_public_only() => return unrestricted(&input, &args.file),
        file => file?,
    };
    // If there is a passphrase, the locked comment is read too.
    if args.passphrase_file.is_none() {
        if let Some(key) = file.public_key() {
            return Ok(key);
        }
        if let Some(key) = line_beside(&args.file).filter(|_| file.is_locked()) {
            return Ok(key);
        }
    }
    let unlocked = ask::unlock(&file, &args.file, args.passphrase_file.as_ref(), shared)?;
    PublicKeyLine::of(&unlocked.key)
}

/// The key in a public file. Refuses a key with options: written without them, it would allow more
/// than before.
fn unrestricted(input: &Input<'_>, path: &Path) -> Result<PublicKeyLine, Error> {
    let key = input.public_key()?;
    match key.options() {
        None => Ok(key),
        Some(_) => Err(Error::Options { path: path.to_path_buf() }),
    }
}
