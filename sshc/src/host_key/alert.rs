//! Alerts and questions about host keys. Only texts; other modules print them.

use std::fmt::Write as _;
use std::path::Path;
use std::str::FromStr;

use contract::shown;
use russh::keys::ssh_key::PublicKey;

use super::{CertificateError, RecordedKey};
use crate::fingerprint::{Fingerprint, bits, randomart};
use crate::known_hosts::{Name, Place};

/// The last line of the question, after which the answer is typed.
pub const PROMPT: &str = "Trust this host key? (yes/once/no/fingerprint) ";

/// The question after an answer that was none of the four.
pub const PROMPT_AGAIN: &str = "Please answer yes, once or no, or paste the fingerprint: ";

/// The question whether to connect although the key differs from the one of the address.
pub const PROMPT_CONNECT: &str = "Connect anyway? (yes/no) ";

/// The question after an answer that was neither.
pub const PROMPT_CONNECT_AGAIN: &str = "Please answer yes or no: ";

/// A server without any record.
#[derive(Clone, Copy, Debug)]
pub struct UnknownHost<'a> {
    /// The name under which its key would be recorded.
    pub name: &'a Name,
    /// The address and port to which the connection goes, if known.
    pub address: Option<&'a str>,
    /// The key it shows.
    pub key: &'a PublicKey,
    /// The file in which the key would be recorded, if there is one.
    pub file: Option<&'a Path>,
    /// Other names on record with the same key, escaped.
    pub known_as: &'a [String],
    /// Whether `--host-key` applies: it is about the destination only; jump hosts need a record.
    pub can_be_pinned: bool,
}

impl UnknownHost<'_> {
    /// The alert before the prompt, with a picture of the key if wanted.
    #[must_use]
    pub fn question(&self, with_picture: bool) -> String {
        let mut text = String::from(
            "The server's host key is not on record. You have no guarantee that the server\n\
             is the computer you think it is.\n\n",
        );
        self.describe(&mut text);
        if with_picture {
            let _ = writeln!(text, "\n{}", randomart(self.key));
        }
        text.push_str(
            "\nIf you trust this host, answer `yes` to remember the key and connect, or paste\n\
             the fingerprint you were given, which does the same if it is the right one.\n\
             Answer `once` to connect without remembering the key, `no` to give up.\n",
        );
        text
    }

    /// The refusal when no user can be asked, with the option that gives the answer.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        let Self { name, key, can_be_pinned, .. } = self;
        let fingerprint = Fingerprint::of(key);
        let step = if *can_be_pinned {
            format!("pass --host-key {fingerprint}")
        } else {
            "put its line into a file for --known-hosts, or log in there by itself first".to_owned()
        };
        Refusal {
            message: format!(
                "the host key of {name} is not on record: {} {fingerprint}",
                key.algorithm()
            ),
            hint: format!("if that is the fingerprint you were given, {step}"),
        }
    }

    // Writing to a string cannot fail.
    fn describe(&self, text: &mut String) {
        let Self { name, address, key, file, known_as, .. } = self;
        let _ = writeln!(text, "  host         {name}");
        if let Some(address) = address {
            let _ = writeln!(text, "  address      {}", shown(address));
        }
        let _ = writeln!(text, "  key type     {} ({} bits)", key.algorithm(), bits(key));
        let _ = writeln!(text, "  fingerprint  {}", Fingerprint::of(key));
        if let Some(file) = file {
            let _ = writeln!(text, "  filed as     {name} in {}", shown(file));
        }
        for (position, name) in known_as.iter().enumerate() {
            let label = if position == 0 { "known as" } else { "" };
            let _ = writeln!(text, "  {label:<12} {name}");
        }
    }
}

const BETWEEN: &str =
    "someone may be intercepting the connection; ask the server's administrator which key is right";

/// Why a connection ends before login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong; follows `sshc: `.
    pub message: String,
    /// What the user can do; follows `sshc: hint: `.
    pub hint: String,
}

/// The refusal of a key that differs from those on record. `is_target` says that the record is for
/// one target, not for an address that may have had other machines before.
#[must_use]
pub fn changed(
    name: &Name,
    shown: &PublicKey,
    recorded: &[RecordedKey],
    is_target: bool,
) -> Refusal {
    let mut message = format!(
        "the host key of {name} has changed: the server shows {} {}",
        shown.algorithm(),
        Fingerprint::of(shown)
    );
    list(&mut message, recorded);
    let hint = if is_target {
        format!(
            "someone may be intercepting the connection; if the server's administrator confirms \
             the new key, run sshc --host-key-scope target --forget {}",
            quoted(name)
        )
    } else {
        format!(
            "someone may be intercepting the connection; if this address was given to another \
             machine, run sshc --forget {}, and pass --host-key-scope target to keep the keys of \
             clusters on re-used addresses apart",
            quoted(name)
        )
    };
    Refusal { message, hint }
}

/// The refusal of a key that differs from those on record for the server's address (`CheckHostIP`).
#[must_use]
pub fn other_at_address(
    name: &Name,
    address: &Name,
    shown: &PublicKey,
    recorded: &[RecordedKey],
) -> Refusal {
    let mut message = format!(
        "the host key of {name} is not the one on record for its address {address}: the server \
         shows {} {}",
        shown.algorithm(),
        Fingerprint::of(shown)
    );
    list(&mut message, recorded);
    let hint = format!(
        "the name may lead to another computer than before; if the address was given to another \
         machine, run sshc --forget {}",
        quoted(address)
    );
    Refusal { message, hint }
}

/// The refusal of a new key at an address for which an earlier machine is on record.
#[must_use]
pub fn reused(refusal: Refusal, earlier: &Place) -> Refusal {
    let Refusal { message, hint } = refusal;
    Refusal {
        message: format!("{message}; {earlier} has the key of an earlier machine at this address"),
        hint: format!("clusters come and go on re-used addresses: {hint}"),
    }
}

/// Names the keys on record.
fn list(message: &mut String, recorded: &[RecordedKey]) {
    for RecordedKey { place, key_type, fingerprint } in recorded {
        let _ = write!(message, ", {place} has {} {fingerprint}", shown(key_type));
    }
}

/// A name as an argument for sh, zsh and PowerShell. In zsh, brackets are patterns; all three quote
/// with `'`, which no name holds.
fn quoted(name: &Name) -> String {
    let name = name.to_string();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '@');
    if name.chars().all(is_plain) { name } else { format!("'{name}'") }
}

/// The refusal of a key that differs from the one that this program accepted earlier, without a
/// record.
#[must_use]
pub fn not_as_met(name: &Name, shown: &PublicKey, met: &PublicKey) -> Refusal {
    Refusal {
        message: format!(
            "the host key of {name} has changed since it was accepted: the server shows {} {}, it was {} {}",
            shown.algorithm(),
            Fingerprint::of(shown),
            met.algorithm(),
            Fingerprint::of(met)
        ),
        hint: BETWEEN.to_owned(),
    }
}

/// The refusal of a revoked key.
#[must_use]
pub fn revoked(name: &Name, shown: &PublicKey, place: &Place) -> Refusal {
    Refusal {
        message: format!(
            "the host key of {name} is revoked by {place}: {} {}",
            shown.algorithm(),
            Fingerprint::of(shown)
        ),
        hint: "ask the administrator of the server; with a stolen key an attacker can impersonate \
               it"
        .to_owned(),
    }
}

/// The refusal of a short RSA key, whose private half others may have computed.
#[must_use]
pub fn too_weak(name: &Name, shown: &PublicKey, least_bits: u32) -> Refusal {
    let bits = bits(shown);
    Refusal {
        message: format!(
            "the host key of {name} is too weak: {} {} has {bits} bits, less than {least_bits}",
            shown.algorithm(),
            Fingerprint::of(shown)
        ),
        hint: format!(
            "ask the administrator of the server for a better host key; until then \
             -o RequiredRSASize={bits} accepts it"
        ),
    }
}

/// The refusal of an invalid certificate.
#[must_use]
pub fn bad_certificate(name: &Name, place: &Place, fault: &CertificateError) -> Refusal {
    Refusal {
        message: format!(
            "the certificate of {name}, by the authority in {place}, cannot be accepted: {fault}"
        ),
        hint: "ask the administrator of the server for a new host certificate".to_owned(),
    }
}

/// The refusal of a certificate without an authority where only certificates are wanted.
#[must_use]
pub fn not_certified(name: &Name, shown: &PublicKey) -> Refusal {
    let algorithm = shown.algorithm();
    Refusal {
        message: format!(
            "no authority on record vouches for the host key of {name}, and HostKeyAlgorithms \
             leaves out its plain form: {algorithm} {}",
            Fingerprint::of(shown)
        ),
        hint: format!(
            "put the line of the authority (@cert-authority) into known_hosts, or pass \
             -o HostKeyAlgorithms=+{algorithm}"
        ),
    }
}

/// The refusal of a key that was not given with `--host-key`.
#[must_use]
pub fn not_pinned(name: &Name, shown: &PublicKey) -> Refusal {
    let fingerprint = Fingerprint::of(shown);
    Refusal {
        message: format!(
            "the host key of {name} is not one of those given with --host-key: the server shows \
             {} {fingerprint}",
            shown.algorithm()
        ),
        hint: BETWEEN.to_owned(),
    }
}

/// A user's answer about an unknown key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Connect, and record the key.
    Yes,
    /// Connect this time only.
    Once,
    /// Do not connect.
    No,
    /// Connect and record the key, if it has this fingerprint.
    IfItIs(Fingerprint),
}

/// A text that is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected yes, once, no or a fingerprint")]
pub struct NotAnAnswer;

impl FromStr for Answer {
    type Err = NotAnAnswer;

    /// Reads an answer in upper or lower case, or a fingerprint in a line such as `ssh-keygen -l`
    /// prints.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim().to_ascii_lowercase().as_str() {
            "yes" => return Ok(Self::Yes),
            "once" => return Ok(Self::Once),
            "no" => return Ok(Self::No),
            _ => {}
        }
        let mut fingerprints = text.split_whitespace().filter_map(|word| word.parse().ok());
        fingerprints.next().map(Self::IfItIs).ok_or(NotAnAnswer)
    }
}
