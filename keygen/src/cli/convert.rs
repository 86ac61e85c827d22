//! `keygen convert` and `keygen passphrase`: writes the same key to another file, or with another
//! passphrase.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use contract::json;
use contract::shown;
use serde::Serialize;

use super::Shared;
use super::ask::{self, NewPassphrase};
use super::generate::CostArgs;
use super::output::{self, notice};
use crate::error::Error;
use crate::input::{Input, is_standard_input};
use crate::inspect::Warning;
use crate::key_file::{Encryption, KeyFormat, PrivateKeyFile, encode};
use crate::passphrase::Passphrase;
use crate::public_key::comment_argument;
use crate::store::{Existing, Pending, Readers, check_private};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct ConvertArgs {
    /// The private key file to read, in any format
    #[arg(value_name = "IN")]
    input: PathBuf,

    /// The private key file to write
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,

    /// Format to write [default: from OUT's extension, .ppk or .pem, else openssh]
    #[arg(short = 'O', long, value_name = "FORMAT")]
    format: Option<KeyFormat>,

    /// Replace the key's comment
    #[arg(short = 'C', long, value_parser = comment_argument)]
    comment: Option<String>,

    /// Replace an existing file
    #[arg(long)]
    force: bool,

    /// Read IN's passphrase from the first line of FILE (- for standard input)
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    #[command(flatten)]
    new: NewPassphraseArgs,

    #[command(flatten)]
    costs: CostArgs,
}

#[derive(Clone, Debug, clap::Args)]
pub(super) struct PassphraseArgs {
    /// The private key file; it keeps its format
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Read the passphrase from the first line of FILE (- for standard input)
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,

    #[command(flatten)]
    new: NewPassphraseArgs,

    #[command(flatten)]
    costs: CostArgs,
}

#[derive(Clone, Debug, clap::Args)]
struct NewPassphraseArgs {
    /// Read the new passphrase from the first line of FILE
    #[arg(long, value_name = "FILE", conflicts_with = "no_new_passphrase")]
    new_passphrase_file: Option<PathBuf>,

    /// Write the key without a passphrase
    #[arg(long)]
    no_new_passphrase: bool,
}

impl NewPassphraseArgs {
    fn is_given(&self) -> bool {
        self.no_new_passphrase || self.new_passphrase_file.is_some()
    }

    fn obtain(&self, path: &Path, shared: &Shared) -> Result<Option<Passphrase>, Error> {
        let new = NewPassphrase {
            name: "New passphrase",
            file: self.new_passphrase_file.as_ref(),
            none: self.no_new_passphrase,
            options: "--new-passphrase-file FILE or --no-new-passphrase",
        };
        new.obtain(path, shared)
    }

    /// Two passphrases cannot both be the first line of standard input.
    fn refuse_two_from_stdin(&self, other: Option<&PathBuf>) -> Result<(), Error> {
        let is_stdin = |file: Option<&PathBuf>| file.is_some_and(|file| file == Path::new("-"));
        if is_stdin(other) && is_stdin(self.new_passphrase_file.as_ref()) {
            return Err(Error::Usage("both passphrases cannot come from standard input".into()));
        }
        Ok(())
    }
}

impl ConvertArgs {
    /// A passphrase for a key that has none is probably meant for the new file, which it would not
    /// lock.
    fn refuse_to_stay_unlocked(&self, file: &PrivateKeyFile) -> Result<(), Error> {
        if self.passphrase_file.is_some() && !file.is_locked() && !self.new.is_given() {
            let name = shown(&self.input);
            return Err(Error::Usage(format!(
                "`{name}` has no passphrase to read from --passphrase-file: give one to OUT with \
                 --new-passphrase-file"
            )));
        }
        Ok(())
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

/// Without a new passphrase, the old one (or none) is kept.
pub(super) fn convert(args: &ConvertArgs, shared: &Shared) -> Result<ExitCode, Error> {
    args.new.refuse_two_from_stdin(args.passphrase_file.as_ref())?;
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    check_private(&args.output, existing)?;
    let file = Input::read(&args.input)?.private_key()?;
    args.refuse_to_stay_unlocked(&file)?;
    if file.holds_more() && is_same_file(&args.input, &args.output) {
        return Err(Error::HoldsMore { path: args.input.clone() });
    }
    let unlocked = ask::unlock(&file, &args.input, args.passphrase_file.as_ref(), shared)?;
    let mut key = unlocked.key;
    if let Some(comment) = &args.comment {
        key.set_comment(comment.as_str());
    }
    let passphrase = if args.new.is_given() {
        args.new.obtain(&args.output, shared)?
    } else {
        unlocked.passphrase
    };
    let format = args.format.unwrap_or_else(|| KeyFormat::of_name(&args.output));
    let costs = args.costs.costs();
    let encryption = passphrase.as_ref().map(|passphrase| Encryption { passphrase, costs: &costs });
    let bytes = encode(&key, format, encryption.as_ref())?;
    let pending = Pending::write(&args.output, &bytes, Readers::Owner, existing)?;
    let code = save(pending, &args.output, format, encryption.is_some(), shared)?;
    if format == KeyFormat::Pkcs8 && key.algorithm() == ssh_key::Algorithm::Ed25519 {
        notice(shared, &format!("note: {}", Warning::ED25519_IN_PKCS8));
    }
    Ok(code)
}

/// The same file, locked again.
pub(super) fn passphrase(args: &PassphraseArgs, shared: &Shared) -> Result<ExitCode, Error> {
    args.new.refuse_two_from_stdin(args.passphrase_file.as_ref())?;
    if is_standard_input(&args.file) {
        return Err(Error::Usage(
            "a key on standard input cannot be changed in place: keygen convert - -o OUT \
             --new-passphrase-file FILE"
                .into(),
        ));
    }
    let file = PrivateKeyFile::read(&args.file)?;
    if file.holds_more() {
        return Err(Error::HoldsMore { path: args.file.clone() });
    }
    let key = ask::unlock(&file, &args.file, args.passphrase_file.as_ref(), shared)?.key;
    let passphrase = args.new.obtain(&args.file, shared)?;
    let costs = args.costs.costs();
    let encryption = passphrase.as_ref().map(|passphrase| Encryption { passphrase, costs: &costs });
    let bytes = encode(&key, file.format(), encryption.as_ref())?;
    let pending = Pending::write(&args.file, &bytes, Readers::Owner, Existing::Replace)?;
    save(pending, &args.file, file.format(), encryption.is_some(), shared)
}

/// What `--json` prints about the file that was written.
#[derive(Serialize)]
struct Saved<'a> {
    path: &'a str,
    format: &'static str,
    locked: bool,
}

/// Prints the result, then moves the file to its final name.
fn save(
    pending: Pending,
    path: &Path,
    format: KeyFormat,
    locked: bool,
    shared: &Shared,
) -> Result<ExitCode, Error> {
    let path = path.to_string_lossy();
    if shared.json {
        output::result_of_file(&json::line(&Saved { path: &path, format: format.word(), locked }))?;
    }
    pending.commit()?;
    notice(shared, &format!("saved {}", shown(&*path)));
    Ok(ExitCode::SUCCESS)
}
