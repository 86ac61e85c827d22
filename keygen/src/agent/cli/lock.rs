//! `keyagent lock` and `unlock`.

use std::path::PathBuf;
use std::process::ExitCode;

use super::Shared;
use super::error::Failure;
use crate::Error;
use crate::agent::client::Client;
use crate::agent::message;
use crate::cli::ask::ask;
use crate::passphrase::Passphrase;

#[derive(Clone, Debug, clap::Args)]
pub(super) struct LockArgs {
    /// Read the passphrase from the first line of FILE (- for standard input)
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

const ABOUT: &str = "for the passphrase of the lock";
const OPTION: &str = "--passphrase-file FILE";

pub(super) fn lock(args: &LockArgs, shared: &Shared) -> Result<ExitCode, Failure> {
    let mut client = Client::connect()?;
    let passphrase = match &args.passphrase_file {
        Some(file) => Passphrase::read_file(file)?,
        None => {
            let shared = shared.of_keygen();
            let first = ask("Passphrase for the lock: ", ABOUT, OPTION, &shared)?;
            if ask("The same again: ", ABOUT, OPTION, &shared)? != first {
                return Err(Error::PassphrasesDiffer.into());
            }
            first
        }
    };
    send(&mut client, message::LOCK, &passphrase, "be locked")
}

pub(super) fn unlock(args: &LockArgs, shared: &Shared) -> Result<ExitCode, Failure> {
    let mut client = Client::connect()?;
    let passphrase = match &args.passphrase_file {
        Some(file) => Passphrase::read_file(file)?,
        None => ask("Passphrase of the lock: ", ABOUT, OPTION, &shared.of_keygen())?,
    };
    send(&mut client, message::UNLOCK, &passphrase, "be unlocked")
}

fn send(
    client: &mut Client,
    number: u8,
    passphrase: &Passphrase,
    what: &'static str,
) -> Result<ExitCode, Failure> {
    let message = passphrase.expose(|bytes| message::of_string(number, bytes));
    if client.ask(&message)? == [message::SUCCESS] {
        return Ok(ExitCode::SUCCESS);
    }
    Err(Failure::Refused { what })
}
