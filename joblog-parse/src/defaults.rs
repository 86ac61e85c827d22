//! Defaults and limits, each with its reason. How far the words about a login reach is beside the
//! readers in [`crate::recognize`].

use std::time::Duration;

/// The port of ssh (RFC 4253 §4.1).
pub const PORT: u16 = 22;

/// The most targets listed. A log with more of them only looks like one, and memory must be
/// bounded.
pub const MOST_TARGETS: usize = 15_000;

/// The most candidates kept for `--explain`; a log may have any number.
pub const MOST_EXPLAINED: usize = 20_000;

/// The most bytes that the texts and names of listed targets and explained candidates may take.
pub const LISTED_BYTES: usize = 6 * 1024 * 1024;

/// The number of hosts remembered in case later ones are gone.
pub const MOST_STANDING: usize = 16;

/// The number of hosts whose keys are kept.
pub const MOST_HOST_KEYS: usize = 1_000;

/// The size limit of the compiled pattern, and of each cache of its search, in bytes.
pub const PATTERN_BYTES: usize = 1024 * 1024;

/// The pause between polls.
pub const POLL_PAUSE: Duration = Duration::from_millis(50);

/// After this long without news, anything that waits for the next line is taken as it is.
pub const QUIET: Duration = Duration::from_millis(200);

/// A last line without an end is read after it has not changed for this long.
pub const UNENDED_LINE_PAUSE: Duration = Duration::from_secs(1);

/// A wait shorter than this is not shown at all.
pub const UNSHOWN_WAIT: Duration = Duration::from_millis(400);

/// The largest window of a zstd frame that we accept: what `zstd` itself uses up to level 19 (RFC
/// 8878 §3.1.1.1.2).
pub const ZSTD_WINDOW_BYTES: u64 = 8 * 1024 * 1024;

/// How many bytes of lines to be read closely may come from one compressed byte. Logs with
/// something of interest in every line compress by 10 to 25; only a malicious file reaches 1,000.
/// Lines that can be skipped do not count.
pub const CLOSE_PER_BYTE: u64 = 32;

/// This many are always allowed, because a short log may be very repetitive.
pub const CLOSE_BYTES: u64 = 512 * 1024;

/// The same for all bytes: the most that gzip can reach; zstd could reach 30,000 (RFC 8878
/// §3.1.1.2.2).
pub const PLAIN_PER_BYTE: u64 = 1_100;

/// This many are always allowed, as above.
pub const PLAIN_BYTES: u64 = 16 * 1024 * 1024;

/// The most characters of a refused text that a message shows.
pub const SHOWN_CHARS: usize = 120;
