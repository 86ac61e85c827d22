//! `keygen`: makes a key pair and its two files.

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use contract::json;
use contract::shown;
use serde::Serialize;
use ssh_key::EcdsaCurve;

use super::Shared;
use super::ask::NewPassphrase;
use super::output::{self, notice};
use crate::date;
use crate::error::Error;
use crate::generate::{KeyKind, RsaBits, generate};
use crate::inspect::Warning;
use crate::key_file::{Costs, Encryption, KeyFormat, Pkcs8Kdf, encode};
use crate::permissions;
use crate::public_key::PublicKeyLine;
use crate::public_key::comment_argument;
use crate::store::{Existing, Pair, public_beside};

#[derive(Clone, Debug, clap::Args)]
pub(super) struct GenerateArgs {
    /// rsa, ed25519 or ecdsa [default: rsa]
    #[arg(short = 't', long = "type", value_name = "TYPE", default_value = "rsa")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    kind: KeyType,

    /// RSA 2048-16384 [3072], ECDSA 256|384|521 [256]
    ///
    /// RSA sizes are even, because each prime has half of the bits.
    #[arg(short, long)]
    bits: Option<u32>,

    /// Comment of the key [such as rsa-key-20261122]
    #[arg(short = 'C', long, value_parser = comment_argument)]
    comment: Option<String>,

    /// Private key file [as ssh-keygen]; .pub beside it
    ///
    /// The default is `~/.ssh/id_rsa` and so on. The public key goes beside it: `id.pub` for
    /// `id.ppk`, `id_rsa.pub` for `id_rsa`.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// ppk, ppk2, openssh, pkcs8, pem [by FILE's name]
    ///
    /// `ppk` is PuTTY's version 3 (PuTTY 0.75 and later), `ppk2` its version 2, `openssh` OpenSSH's
    /// own format, and `pem` PKCS#1 or SEC1. The default follows the extension: `ppk` for `.ppk`,
    /// `pem` for `.pem`, else `openssh`.
    #[arg(short = 'O', long, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<KeyFormat>,

    /// Replace existing files
    #[arg(long)]
    force: bool,

    /// Read the passphrase from FILE's first line
    #[arg(long, value_name = "FILE", conflicts_with = "no_passphrase")]
    passphrase_file: Option<PathBuf>,

    /// Use no passphrase
    #[arg(long)]
    no_passphrase: bool,

    #[command(flatten)]
    costs: CostArgs,
}

/// The types of key.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum KeyType {
    Rsa,
    Ed25519,
    Ecdsa,
}

/// The work of unlocking a new file.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct CostArgs {
    /// Memory needed to unlock a PPK, in KiB
    #[arg(long, value_name = "KIB", default_value_t = Costs::default().ppk_memory_kib, hide_short_help = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(8..))]
    ppk_memory: u32,

    /// Passes over that memory [default: as many as take about 100 ms here]
    #[arg(long, value_name = "N", hide_short_help = true, value_parser = clap::value_parser!(u32).range(1..))]
    ppk_passes: Option<u32>,

    /// bcrypt rounds in the OpenSSH format
    #[arg(long, value_name = "N", default_value_t = Costs::default().bcrypt_rounds, hide_short_help = true)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// Key derivation in PKCS#8
    #[arg(long, value_name = "KDF", default_value = "pbkdf2", hide_short_help = true)]
    pkcs8_kdf: Pkcs8Kdf,
}

impl CostArgs {
    pub(super) fn costs(&self) -> Costs {
        Costs {
            ppk_memory_kib: self.ppk_memory,
            ppk_passes: self.ppk_passes,
            bcrypt_rounds: self.rounds,
            pkcs8_kdf: self.pkcs8_kdf,
        }
    }
}

pub(super) fn run(args: &GenerateArgs, shared: &Shared) -> Result<ExitCode, Error> {
    let kind = kind(args)?;
    let path = match &args.output {
        Some(path) => path.clone(),
        None => default_path(kind)?,
    };
    let format = args.format.unwrap_or_else(|| KeyFormat::of_name(&path));
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    // The default folder is created only when there is a key for it.
    if args.output.is_some() || path.parent().is_some_and(Path::exists) {
        Pair::check(&path, existing)?;
    }
    let passphrase = NewPassphrase {
        name: "Passphrase",
        file: args.passphrase_file.as_ref(),
        none: args.no_passphrase,
        options: "--passphrase-file FILE or --no-passphrase",
    }
    .obtain(&path, shared)?;

    let comment = args.comment.clone().unwrap_or_else(|| default_comment(kind, SystemTime::now()));
    let key = output::with_progress(shared, |progress| generate(kind, &comment, progress))?;
    let costs = args.costs.costs();
    let encryption = passphrase.as_ref().map(|passphrase| Encryption { passphrase, costs: &costs });
    let private = encode(&key, format, encryption.as_ref())?;
    let public = PublicKeyLine::of(&key)?;
    if args.output.is_none() {
        make_default_folder(&path)?;
    }
    let pair = Pair::write(&path, &private, format!("{public}\n").as_bytes(), existing)?;

    let public_path = public_beside(&path);
    let (name, public_name) = (path.to_string_lossy(), public_path.to_string_lossy());
    output::result_of_file(&if shared.json {
        json::line(&GeneratedKey {
            path: &name,
            public_path: &public_name,
            format: format.word(),
            algorithm: public.algorithm(),
            bits: public.bits(),
            comment: public.comment(),
            locked: encryption.is_some(),
            fingerprint_sha256: public.fingerprint_sha256(),
            fingerprint_md5: public.fingerprint_md5(),
            public_key: public.to_string(),
        })
    } else {
        format!("{public}\n")
    })?;
    pair.commit()?;
    notice(shared, &format!("saved {} and {}", shown(&*name), shown(&*public_name)));
    notice(shared, &format!("fingerprint {}", public.fingerprint_sha256()));
    if format == KeyFormat::Pkcs8 && public.is_ed25519() {
        notice(shared, &format!("note: {}", Warning::ED25519_IN_PKCS8));
    }
    Ok(ExitCode::SUCCESS)
}

/// What `--json` prints about a new key.
#[derive(Serialize)]
struct GeneratedKey<'a> {
    path: &'a str,
    public_path: &'a str,
    format: &'static str,
    algorithm: &'a str,
    bits: Option<u32>,
    comment: &'a str,
    locked: bool,
    fingerprint_sha256: String,
    fingerprint_md5: String,
    public_key: String,
}

/// The type and size that the options specify together.
fn kind(args: &GenerateArgs) -> Result<KeyKind, Error> {
    let wrong = |sizes| Err(Error::Usage(format!("-b: {sizes}")));
    match (args.kind, args.bits) {
        (KeyType::Rsa, None) => Ok(KeyKind::Rsa(RsaBits::DEFAULT)),
        (KeyType::Rsa, Some(bits)) => match RsaBits::new(bits) {
            Some(bits) => Ok(KeyKind::Rsa(bits)),
            None => wrong(RsaBits::SIZES),
        },
        (KeyType::Ed25519, None | Some(256)) => Ok(KeyKind::Ed25519),
        (KeyType::Ed25519, Some(_)) => wrong("an Ed25519 key has 256 bits"),
        (KeyType::Ecdsa, None | Some(256)) => Ok(KeyKind::Ecdsa(EcdsaCurve::NistP256)),
        (KeyType::Ecdsa, Some(384)) => Ok(KeyKind::Ecdsa(EcdsaCurve::NistP384)),
        (KeyType::Ecdsa, Some(521)) => Ok(KeyKind::Ecdsa(EcdsaCurve::NistP521)),
        (KeyType::Ecdsa, Some(_)) => wrong("an ECDSA key has 256, 384 or 521 bits"),
    }
}

/// `~/.ssh/id_rsa` and so on, where `ssh` looks for keys.
fn default_path(kind: KeyKind) -> Result<PathBuf, Error> {
    let home = env::home_dir().filter(|home| !home.as_os_str().is_empty()).ok_or(Error::NoHome)?;
    Ok(home.join(".ssh").join(format!("id_{}", kind.word())))
}

fn make_default_folder(path: &Path) -> Result<(), Error> {
    let Some(folder) = path.parent().filter(|folder| !folder.exists()) else { return Ok(()) };
    permissions::create_private_folder(folder)
        .map_err(|error| Error::from(error).in_file("create the folder", folder))
}

/// PuTTYgen's default: the type and today's date (UTC).
fn default_comment(kind: KeyKind, now: SystemTime) -> String {
    format!("{}-key-{}", kind.word(), date::of(now).replace('-', ""))
}
