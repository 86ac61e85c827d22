//! The limits of time and size, each with its reason.

use std::time::Duration;

/// How often a passphrase is asked for, as in `ssh`.
pub const PASSPHRASE_ATTEMPTS: u32 = 3;

/// How long listing may take. No agent asks a person for that, but the connection may be slow.
pub const AGENT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a display may take to answer if there is a terminal to fall back to.
pub const DISPLAY_TIMEOUT_BEFORE_TERMINAL: Duration = Duration::from_millis(800);

/// How long a display may take to answer if there is no terminal.
pub const DISPLAY_TIMEOUT: Duration = Duration::from_secs(10);

/// A display that has answered has the text within this time, and so has its clipboard manager: on
/// a slow connection that takes several rounds.
pub const COPY_TIMEOUT: Duration = Duration::from_secs(20);

/// How long the clipboard manager may take to fetch the text, over the same connection and in
/// several rounds.
pub const HANDOVER_TIMEOUT: Duration = Duration::from_secs(10);

/// The pause between checks whether the text can be pasted; usually the first one succeeds.
pub const PASTE_CHECK_PAUSE: Duration = Duration::from_millis(2);

/// The pause between checks whether the display still exists, because it does not announce its end.
pub const DISPLAY_CHECK_PAUSE: Duration = Duration::from_secs(5);

/// The most bytes read of an answer; longer than any of the script.
pub const ANSWER_BYTES: u64 = 256 * 1024;

/// The longest quotation from other output, in characters.
pub const QUOTED_CHARS: usize = 200;

/// Longer than any line that announces a destination, in bytes.
pub const DESTINATION_BYTES: usize = 64 * 1024;
