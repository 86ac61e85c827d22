//! The pasteboard of macOS, which keeps the text after the program has ended.

use std::process::ExitCode;
use std::time::Duration;

use super::{ClipboardError, Lifetime};

pub(in super::super) const NO_DESKTOP: &str = "macOS has no pasteboard here";

pub(super) fn is_there() -> bool {
    true
}

pub(super) fn hold_if_asked() -> Option<ExitCode> {
    None
}

pub(super) fn put(text: &str, _time_limit: Duration) -> Result<Lifetime, ClipboardError> {
    arboard::Clipboard::new()
        .and_then(|mut clipboard| clipboard.set_text(text))
        .map(|()| Lifetime::UntilReplaced)
        .map_err(|error| ClipboardError::Refused(error.to_string()))
}
