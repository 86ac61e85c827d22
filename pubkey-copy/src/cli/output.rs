//! What the program writes: the line or its description to standard output, notices and errors to standard error.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use contract::shown;
use serde_json::json;

use crate::Error;
use crate::clipboard::Clipboard;
use crate::line::AuthorizedKey;

/// Writes a line of data.
pub(super) fn print(line: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}").and_then(|()| stdout.flush()).map_err(Error::Output)
}

/// The object of `--json`, with its line feed.
pub(super) fn json(line: &AuthorizedKey, origin: &str, clipboard: Option<Clipboard>) -> String {
    let key = line.key();
    let options: Vec<String> = line.options().iter().map(ToString::to_string).collect();
    let object = json!({
        "line": line.to_string(),
        "options": options,
        "algorithm": key.algorithm(),
        "bits": key.bits(),
        "comment": key.comment(),
        "sha256": key.fingerprint_sha256(),
        "origin": origin,
        "clipboard": clipboard.map(Clipboard::name),
    });
    contract::json::line(&object)
}

/// Tells the person at the terminal what can now be pasted.
pub(super) fn notice(line: &AuthorizedKey, origin: &str, clipboard: Clipboard) {
    let key = line.key();
    let mut text = match clipboard {
        Clipboard::Desktop | Clipboard::Wsl => String::from("copied to the clipboard: "),
        Clipboard::Terminal => String::from("handed to the terminal's clipboard: "),
    };
    // Writing to a string does not fail.
    let _ = write!(text, "{} {}", key.algorithm(), key.fingerprint_sha256());
    let _ = write!(text, " ({}, from {})", shown(key.comment()), shown(origin));
    let mut stderr = anstream::stderr().lock();
    // The line is copied, whether this can be shown or not.
    let _ = writeln!(stderr, "pubkey-copy: {text}");
    if clipboard == Clipboard::Terminal {
        let _ = writeln!(
            stderr,
            "pubkey-copy: hint: terminals do not say whether they took it; --print shows the line"
        );
    }
}
