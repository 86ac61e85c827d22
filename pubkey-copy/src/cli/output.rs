//! The program's output: the line or its description on standard output, notices and errors on
//! standard error.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use contract::shown;
use serde_json::json;

use crate::Error;
use crate::clipboard::{Clipboard, Copied, Lifetime};
use crate::install::{Change, Outcome};
use crate::line::AuthorizedKey;

/// Writes a line of data.
pub(super) fn print(line: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}").and_then(|()| stdout.flush()).map_err(Error::Output)
}

/// The object of `--json`, with its line feed.
pub(super) fn json(line: &AuthorizedKey, origin: &str, clipboard: Option<Clipboard>) -> String {
    contract::json::line(&object(line, origin, clipboard))
}

/// The object of `--json` after `--to`, with its line feed.
pub(super) fn json_installed(
    line: &AuthorizedKey,
    origin: &str,
    destination: &str,
    outcome: &Outcome,
) -> String {
    let mut object = object(line, origin, None);
    if let Some(fields) = object.as_object_mut() {
        fields.insert("destination".into(), json!(destination));
        fields.insert("change".into(), json!(outcome.change.name()));
        fields.insert("file".into(), json!(outcome.file));
        fields.insert("warnings".into(), json!(outcome.warnings));
    }
    contract::json::line(&object)
}

fn object(line: &AuthorizedKey, origin: &str, clipboard: Option<Clipboard>) -> serde_json::Value {
    let key = line.key();
    let options: Vec<String> = line.options().iter().map(ToString::to_string).collect();
    json!({
        "line": line.to_string(),
        "options": options,
        "algorithm": key.algorithm(),
        "bits": key.bits(),
        "comment": key.comment(),
        "sha256": key.fingerprint_sha256(),
        "origin": origin,
        "clipboard": clipboard.map(Clipboard::name),
    })
}

/// Tells the person at the terminal what happened to the key on the server.
pub(super) fn installed(line: &AuthorizedKey, destination: &str, outcome: &Outcome) {
    let Outcome { change, file, .. } = outcome;
    let what = match change {
        Change::Added => format!("added to {file}"),
        Change::Present => format!("already in {file}"),
        Change::Removed => format!("removed from {file}"),
        Change::Absent => format!("not in {file}"),
    };
    let key = line.key();
    let (algorithm, fingerprint) = (key.algorithm(), key.fingerprint_sha256());
    // The work is done, even if this cannot be shown.
    let _ = writeln!(
        anstream::stderr(),
        "pubkey-copy: {what} at {}: {algorithm} {fingerprint} ({})",
        shown(destination),
        shown(key.comment())
    );
}

/// Warns, even in scripts, about what may still keep the server from accepting the key.
pub(super) fn warnings(outcome: &Outcome) {
    for warning in &outcome.warnings {
        let _ = writeln!(anstream::stderr(), "pubkey-copy: warning: {warning}");
    }
}

/// Tells the person at the terminal what can be pasted now.
pub(super) fn notice(line: &AuthorizedKey, origin: &str, copied: &Copied) {
    let key = line.key();
    let clipboard = copied.clipboard;
    let mut text = match clipboard {
        Clipboard::Desktop | Clipboard::Wsl => String::from("copied to the clipboard: "),
        Clipboard::Terminal => String::from("sent to the terminal's clipboard: "),
    };
    // Writing to a string cannot fail.
    let _ = write!(text, "{} {}", key.algorithm(), key.fingerprint_sha256());
    let _ = write!(text, " ({}, from {})", shown(key.comment()), shown(origin));
    let mut stderr = anstream::stderr().lock();
    // The line was copied, even if this cannot be shown.
    if let Some(cause) = &copied.instead {
        let cause = shown(contract::report::message(cause));
        let _ = writeln!(stderr, "pubkey-copy: not on the desktop's clipboard: {cause}");
    }
    let _ = writeln!(stderr, "pubkey-copy: {text}");
    if copied.lifetime == Lifetime::AsLongAsSsh {
        let _ = writeln!(
            stderr,
            "pubkey-copy: hint: the display is on another machine, without a clipboard manager: \
             ssh keeps running until something else is copied there, and the text is lost when \
             ssh ends"
        );
    }
    if clipboard == Clipboard::Terminal {
        let _ = writeln!(
            stderr,
            "pubkey-copy: hint: terminals do not report whether they accepted it; --print shows \
             the line"
        );
    }
}
