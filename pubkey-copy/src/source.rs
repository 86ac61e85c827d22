//! Finds the key: in a file of any format, in the agent, or as the only default identity.
//!
//! Uses the public half if it is readable; asks for a passphrase only if the file hides even that
//! (encrypted PEM). What happens to the key belongs in [`crate::line`].

mod file;
pub(crate) mod identity;

use std::path::PathBuf;

use keygen::{Passphrase, PublicKeyLine};

use crate::{Error, agent};

/// Where to take the key from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A private or public key file.
    File(PathBuf),
    /// The same, from standard input.
    Stdin,
    /// The agent; if it holds several keys, the one that this text describes.
    Agent(Option<String>),
    /// The only key in the agent and the default files.
    Default,
}

/// A public key and where it was found, in words for the user.
#[derive(Clone, Debug)]
pub struct Found {
    /// The key with its comment.
    pub key: PublicKeyLine,
    /// `id.ppk`, `standard input`, `the agent`.
    pub origin: String,
    /// The private key file, if the key was found in one.
    pub private_file: Option<PathBuf>,
}

/// How to unlock a locked key: with a given passphrase, by asking, or not at all.
pub enum Unlock<'a> {
    /// With this passphrase.
    With(Passphrase),
    /// By asking; the argument is the key's name.
    Ask(&'a dyn Fn(&str) -> Result<Passphrase, keygen::Error>),
    /// No one can be asked.
    Never,
}

/// Finds the key.
///
/// # Errors
/// When there is none, more than one, or one that cannot be read.
pub fn find(source: &Source, unlock: &Unlock<'_>) -> Result<Found, Error> {
    match source {
        Source::File(path) => file::read(path, unlock),
        Source::Stdin => file::read_stdin(unlock),
        Source::Agent(select) => select_in_agent(select.as_deref()),
        Source::Default => only_identity(unlock),
    }
}

/// What people tell keys apart by.
#[must_use]
pub fn described(key: &PublicKeyLine) -> String {
    let comment = match key.comment() {
        "" => "no comment",
        comment => comment,
    };
    format!("{} {} {}", key.fingerprint_sha256(), key.algorithm(), contract::shown(comment))
}

fn select_in_agent(select: Option<&str>) -> Result<Found, Error> {
    let held = plain_keys()?;
    let wanted: Vec<_> =
        held.iter().filter(|key| select.is_none_or(|text| matches(key, text))).collect();
    match wanted.as_slice() {
        [key] => Ok(of_agent((*key).clone())),
        [] => Err(Error::NotInAgent { held: held.iter().map(described).collect() }),
        several => Err(Error::Ambiguous(several.iter().map(|key| described(key)).collect())),
    }
}

/// Whether the text is part of the comment, or the beginning of the fingerprint with or without its
/// `SHA256:`.
fn matches(key: &PublicKeyLine, text: &str) -> bool {
    let fingerprint = key.fingerprint_sha256();
    let bare = fingerprint.strip_prefix("SHA256:").unwrap_or(&fingerprint);
    key.comment().to_lowercase().contains(&text.to_lowercase())
        || fingerprint.starts_with(text)
        || bare.starts_with(text)
}

fn only_identity(unlock: &Unlock<'_>) -> Result<Found, Error> {
    // Without an agent there are still the files.
    let mut candidates: Vec<Found> =
        plain_keys().unwrap_or_default().into_iter().map(of_agent).collect();
    for path in identity::files() {
        let found = file::read_identity(&path, unlock)?;
        if !candidates.iter().any(|other| other.key.is_same_key(&found.key)) {
            candidates.push(found);
        }
    }
    if candidates.len() > 1 {
        let shown = |found: &Found| {
            format!("{} ({})", described(&found.key), contract::shown(&found.origin))
        };
        return Err(Error::Ambiguous(candidates.iter().map(shown).collect()));
    }
    candidates.pop().ok_or_else(|| Error::NoIdentity(identity::folder()))
}

/// The agent's keys without its certificates, which no server accepts as a line.
fn plain_keys() -> Result<Vec<PublicKeyLine>, Error> {
    let keys = agent::keys()?.into_iter().filter(|key| key.certificate().is_none());
    Ok(keys.collect())
}

fn of_agent(key: PublicKeyLine) -> Found {
    Found { key, origin: "the agent".into(), private_file: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_selected_by_comment_or_fingerprint() {
        let key: PublicKeyLine =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti Ada@Node7"
                .parse()
                .expect("a key");
        let yes = ["ada", "Ada@Node7", "SHA256:UCUiLr7P", "UCUiLr7P"];
        let no = ["grace", "ucuilr7p", "SHA256:Q", "Pjs9wFFJ", "ssh-ed25519"];
        assert!(yes.iter().all(|text| matches(&key, text)), "{}", described(&key));
        assert!(!no.iter().any(|text| matches(&key, text)), "{}", described(&key));
    }
}
