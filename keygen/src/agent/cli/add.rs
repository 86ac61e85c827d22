//! `keyagent add`: adds keys to the running agent, or to ours, which is started if there is none.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use ssh_key::PrivateKey;

use super::error::Failure;
use super::only_hosts::OnlyArgs;
use super::start::{StartArgs, in_background};
use super::{Shared, duration};
use crate::agent::client::Client;
use crate::agent::control;
use crate::agent::error::AgentError;
use crate::agent::message::{self, Constraints};
use crate::agent::request::Terms;
use crate::agent::transport::default_socket;
use crate::cli::{ask, output};
use crate::input::{Input, is_standard_input, line_beside};
use crate::key_file::PrivateKeyFile;
use crate::{Error, PublicKeyLine, certificate, comment_argument};
use contract::shown;

#[derive(Clone, Debug, clap::Args)]
pub(super) struct AddArgs {
    /// Private key files of any format (- for standard input); a certificate beside a key is added
    /// too
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Forget the keys after this time: 30m, 8h, 1d
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    lifetime: Option<Duration>,

    /// Ask before each signature
    #[arg(long)]
    confirm: bool,

    #[command(flatten)]
    only: OnlyArgs,

    /// Ask for the passphrase at the first use
    ///
    /// The key is listed at once. The agent asks on the terminal of the program that wants the
    /// signature, else with `SSH_ASKPASS`; on Windows it opens a window. It forgets the unlocked
    /// key after `start --idle`, on `lock`, after the machine has slept, and when the session is
    /// locked (if Windows or logind reports it).
    #[arg(long, conflicts_with = "passphrase_file")]
    later: bool,

    /// Replace the key's comment
    #[arg(short = 'C', long, value_parser = comment_argument)]
    comment: Option<String>,

    /// Read the passphrase from the first line of FILE (- for standard input)
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl AddArgs {
    fn terms(&self) -> Result<Terms, Failure> {
        let lifetime = self.lifetime.map(|it| u32::try_from(it.as_secs()).unwrap_or(u32::MAX));
        let restrictions = self.only.restrictions()?;
        Ok(Terms { lifetime, confirm: self.confirm, restrictions })
    }

    /// Standard input is read once.
    fn refuse_two_from_standard_input(&self) -> Result<(), Error> {
        let inputs = self.files.iter().chain(&self.passphrase_file);
        if inputs.filter(|path| is_standard_input(path)).count() > 1 {
            return Err(Error::Usage("standard input can be only one of the files".into()));
        }
        Ok(())
    }
}

pub(super) fn run(args: &AddArgs, shared: &Shared) -> Result<ExitCode, Failure> {
    args.refuse_two_from_standard_input()?;
    let terms = args.terms()?;
    // Reads and unlocks all files before adding the first key.
    let mut files = Vec::with_capacity(args.files.len());
    for path in &args.files {
        let input = Input::read(path)?;
        files.push((path, input.private_key()?, input));
    }
    let given = args.passphrase_file.as_ref();
    let mut ready = Vec::with_capacity(files.len());
    for (path, file, input) in files {
        let is_for_later = args.later && file.is_locked();
        let key = (!is_for_later).then(|| ask::unlock(&file, path, given, &shared.of_keygen()));
        ready.push((path, input, file, key.transpose()?));
    }
    let mut client = running_or_started(shared)?;
    // gpg-agent, for one, takes a restricted key and ignores the restriction.
    if !terms.restrictions.is_empty() && !client.binds_sessions()? {
        return Err(Failure::NotRestricted { place: client.place().to_owned() });
    }
    for (path, input, file, unlocked) in &ready {
        match unlocked {
            Some(unlocked) => add_unlocked(args, &terms, path, &unlocked.key, &mut client)?,
            None => add_locked(args, &terms, (path, input.bytes()), file, &mut client)?,
        }
        output::notice(&shared.of_keygen(), &format!("added {}", shown(path)));
    }
    Ok(ExitCode::SUCCESS)
}

/// The running agent; starts ours if there is none, or if the named one has gone.
fn running_or_started(shared: &Shared) -> Result<Client, Failure> {
    let refused = match Client::connect_or_to_ours() {
        Ok(client) => return Ok(client),
        Err(error @ AgentError::Foreign { .. }) => return Err(error.into()),
        Err(error) => error,
    };
    let place = default_socket().ok_or(Failure::NoPlace)?;
    let name = place.to_string_lossy().into_owned();
    in_background(&StartArgs::usual(), &place)?;
    if matches!(refused, AgentError::Unreachable { .. }) {
        let hint = "the agent in SSH_AUTH_SOCK is gone; `keyagent env` shows where the new one is";
        output::notice(&shared.of_keygen(), hint);
    }
    Ok(Client::connect_to(&name)?)
}

fn add_unlocked(
    args: &AddArgs,
    terms: &Terms,
    path: &Path,
    key: &PrivateKey,
    client: &mut Client,
) -> Result<(), Failure> {
    let comment = comment(args, path, key);
    let constraints = Constraints::from(terms);
    let certificate = certificate_beside(path)?;
    let blobs = [None, certificate.as_ref().map(PublicKeyLine::blob)];
    for blob in blobs.into_iter().enumerate().filter(|(at, blob)| *at == 0 || blob.is_some()) {
        let message = message::add_identity(key, blob.1, comment.as_bytes(), &constraints)?;
        expect_taken(&client.ask(&message)?, path, constraints != Constraints::default())?;
    }
    Ok(())
}

fn add_locked(
    args: &AddArgs,
    terms: &Terms,
    (path, bytes): (&Path, &[u8]),
    file: &PrivateKeyFile,
    client: &mut Client,
) -> Result<(), Failure> {
    let line = file.public_key().filter(|line| !line.comment().is_empty());
    let line = line.or_else(|| line_beside(path));
    let line = line
        .or_else(|| file.public_key())
        .ok_or_else(|| Failure::NoPublicHalf { path: path.to_string_lossy().into_owned() })?;
    let named = args.comment.clone().or_else(|| Some(line.comment().to_owned()));
    let comment = named.filter(|it| !it.is_empty()).unwrap_or_else(|| name_of(path));
    let certificate = certificate_beside(path)?;
    for line in [Some(&line), certificate.as_ref()].into_iter().flatten() {
        let contents = control::locked_key(line.blob(), comment.as_bytes(), bytes, terms);
        expect_taken(
            &client.ask(&message::extension(control::ADD_LOCKED, &contents))?,
            path,
            true,
        )?;
    }
    Ok(())
}

fn expect_taken(answer: &[u8], path: &Path, is_limited: bool) -> Result<(), Failure> {
    if answer == [message::SUCCESS] {
        return Ok(());
    }
    Err(Failure::NotTaken { key: path.to_string_lossy().into_owned(), is_limited })
}

/// The comment for the list: as with ssh-add, the file's name if the key has none.
fn comment(args: &AddArgs, path: &Path, key: &PrivateKey) -> String {
    let own = crate::text::comment(key.comment().as_bytes()).into_owned();
    let named = args.comment.clone().or(Some(own));
    named.filter(|comment| !comment.is_empty()).unwrap_or_else(|| name_of(path))
}

fn name_of(path: &Path) -> String {
    if is_standard_input(path) { "(stdin)".into() } else { path.to_string_lossy().into_owned() }
}

/// Nothing is beside standard input.
fn certificate_beside(path: &Path) -> Result<Option<PublicKeyLine>, Error> {
    if is_standard_input(path) { Ok(None) } else { certificate::beside(path) }
}
