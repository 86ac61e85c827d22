//! `keygen inspect`: shows everything about key files.

mod certificate;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use contract::json;
use contract::shown;
use serde::Serialize;

use super::{Shared, output, report};
use crate::agent::Client;
use crate::error::Error;
use crate::inspect::{Inspection, inspect};
use crate::key_file::Protection;
use crate::passphrase::Passphrase;
use crate::permissions;
use crate::public_key::PublicKeyLine;

#[derive(Clone, Debug, clap::Args)]
pub(super) struct InspectArgs {
    /// Private or public key files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Print one line per key, as ssh-keygen -lf does
    #[arg(short, long, conflicts_with_all = ["json", "randomart"])]
    list: bool,

    /// Draw the fingerprint, as ssh-keygen -lv does
    #[arg(long)]
    randomart: bool,

    /// Make private key files readable only by their owner
    #[arg(long)]
    fix_permissions: bool,

    /// Read the passphrase from the first line of FILE (- for standard input), to show and check
    /// everything
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Shows every file that can be inspected, even after one that cannot.
pub(super) fn run(args: &InspectArgs, shared: &Shared) -> Result<ExitCode, Error> {
    let passphrase = args.passphrase_file.as_deref().map(Passphrase::read_file).transpose()?;
    let mut code = ExitCode::SUCCESS;
    let mut is_first = true;
    let held = held_by_agent();
    for path in &args.files {
        let found = match inspected(path, passphrase.as_ref(), args.fix_permissions) {
            Ok(found) => found,
            Err(error) => {
                code = report(&error);
                continue;
            }
        };
        for found in found {
            if args.list {
                output::result(&listed(&found))?;
                continue;
            }
            if shared.json {
                output::result(&json::line(&Object::new(path, &found, args.randomart, &held)))?;
            } else {
                let gap = if is_first { "" } else { "\n" };
                output::result(&format!("{gap}{}", text(path, &found, args.randomart, &held)))?;
            }
            is_first = false;
        }
    }
    Ok(code)
}

/// The file, with the permissions of a private key repaired first if asked.
fn inspected(
    path: &Path,
    passphrase: Option<&Passphrase>,
    fix_permissions: bool,
) -> Result<Vec<Inspection>, Error> {
    let found = inspect(path, passphrase)?;
    let is_private = found.iter().any(|found| found.protection.is_some());
    if !fix_permissions || !is_private {
        return Ok(found);
    }
    permissions::restrict_to_owner(path)
        .map_err(|error| Error::from(error).in_file("set the permissions of", path))?;
    inspect(path, passphrase)
}

/// `256 SHA256:… ada@node7 (ED25519)`; the fingerprint is unknown if the file hides its public
/// half.
fn listed(found: &Inspection) -> String {
    let comment = found.comment.as_deref().filter(|it| !it.is_empty()).unwrap_or("no comment");
    let Some(public) = &found.public else {
        return format!("? unknown-until-unlocked {} (?)\n", shown(comment));
    };
    let bits = public.bits().map_or_else(|| "?".to_owned(), |bits| bits.to_string());
    let kind = kind(public.algorithm());
    format!("{bits} {} {} ({kind})\n", public.fingerprint_sha256(), shown(comment))
}

/// The type, as ssh-keygen names it.
fn kind(algorithm: &str) -> String {
    let name = algorithm.trim_end_matches("@openssh.com");
    let (name, certified) = match name.strip_suffix("-cert-v01") {
        Some(name) => (name, "-CERT"),
        None => (name, ""),
    };
    let name = match name {
        "ssh-dss" => "DSA",
        "sk-ssh-ed25519" => "ED25519-SK",
        "sk-ecdsa-sha2-nistp256" => "ECDSA-SK",
        name if name.starts_with("ecdsa-") => "ECDSA",
        name => name.strip_prefix("ssh-").unwrap_or(name),
    };
    name.to_ascii_uppercase() + certified
}

/// The keys in the running agent; `None` if no agent answers.
type Held = Option<Vec<PublicKeyLine>>;

fn held_by_agent() -> Held {
    let entries = Client::listed_at_once()?;
    let lines = entries.iter().map(|entry| PublicKeyLine::from_blob(&entry.blob, ""));
    Some(lines.filter_map(Result::ok).collect())
}

/// Whether the agent holds this key; `None` if no agent runs.
fn is_held(held: &Held, found: &Inspection) -> Option<bool> {
    let (held, public) = (held.as_ref()?, found.public.as_ref()?);
    Some(held.iter().any(|line| line.is_same_key(public)))
}

fn text(path: &Path, found: &Inspection, randomart: bool, held: &Held) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<12} {value}");
    };
    line("file", &shown(path));
    if let Some(number) = found.line {
        line("line", &number.to_string());
    }
    line("format", found.format);
    if let Some(public) = &found.public {
        line("type", public.algorithm());
        if let Some(bits) = public.bits() {
            line("bits", &bits.to_string());
        }
    }
    if let Some(comment) = found.comment.as_ref().filter(|comment| !comment.is_empty()) {
        line("comment", comment);
    }
    match &found.protection {
        None => {}
        Some(Protection::None) => line("locked", "no"),
        Some(Protection::Locked { cipher, kdf, .. }) => line("locked", &format!("{cipher}, {kdf}")),
    }
    match &found.public {
        Some(public) => {
            line("fingerprint", &public.fingerprint_sha256());
            line("", &public.fingerprint_md5());
        }
        None => line("fingerprint", "unknown until unlocked, see --passphrase-file"),
    }
    if is_held(held, found) == Some(true) {
        line("agent", "holds this key");
    }
    if let Some(certificate) = found.certificate.as_ref().and_then(PublicKeyLine::certificate) {
        for (name, value) in certificate::facts(certificate) {
            line(name, &value);
        }
    }
    for warning in &found.warnings {
        line("warning", &warning.to_string());
    }
    if let Some(public) = found.public.as_ref().filter(|_| randomart) {
        text.push_str(&public.randomart());
    }
    text
}

/// What `--json` prints about a file, one object per line.
#[derive(Serialize)]
struct Object<'a> {
    path: String,
    line: Option<u32>,
    format: &'static str,
    private: bool,
    algorithm: Option<&'a str>,
    bits: Option<u32>,
    comment: Option<&'a str>,
    locked: bool,
    cipher: Option<&'a str>,
    kdf: Option<&'a str>,
    fingerprint_sha256: Option<String>,
    fingerprint_md5: Option<String>,
    in_agent: Option<bool>,
    certificate: Option<certificate::Object>,
    warnings: Vec<WarningObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    randomart: Option<String>,
}

#[derive(Serialize)]
struct WarningObject {
    name: &'static str,
    text: String,
}

impl<'a> Object<'a> {
    fn new(path: &Path, found: &'a Inspection, randomart: bool, held: &Held) -> Self {
        let public = found.public.as_ref();
        let (cipher, kdf) = match &found.protection {
            Some(Protection::Locked { cipher, kdf, .. }) => {
                (Some(cipher.as_str()), Some(kdf.as_str()))
            }
            _ => (None, None),
        };
        let warnings = found.warnings.iter();
        Self {
            path: path.to_string_lossy().into_owned(),
            line: found.line,
            format: found.format,
            private: found.protection.is_some(),
            algorithm: public.map(PublicKeyLine::algorithm),
            bits: public.and_then(PublicKeyLine::bits),
            comment: found.comment.as_deref(),
            locked: cipher.is_some(),
            cipher,
            kdf,
            fingerprint_sha256: public.map(PublicKeyLine::fingerprint_sha256),
            fingerprint_md5: public.map(PublicKeyLine::fingerprint_md5),
            in_agent: is_held(held, found),
            certificate: found
                .certificate
                .as_ref()
                .and_then(PublicKeyLine::certificate)
                .map(certificate::Object::new),
            warnings: warnings
                .map(|warning| WarningObject { name: warning.name(), text: warning.to_string() })
                .collect(),
            randomart: public.filter(|_| randomart).map(PublicKeyLine::randomart),
        }
    }
}
