//! Signals that were ignored on the user's behalf: by `nohup`, or by a script's shell for its
//! background jobs.

use std::fs;
use std::sync::OnceLock;

/// One bit per signal, from signal 1 in the lowest bit.
static IGNORED: OnceLock<u64> = OnceLock::new();

/// Reads them before we catch any. Without `/proc`, reading them would need unsafe code, which sshc
/// avoids.
pub(crate) fn remember() {
    let _ = IGNORED.get_or_init(|| {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        mask(&status).unwrap_or_default()
    });
}

/// Whether a signal was ignored when we started, and so does not end us.
pub(crate) fn is_ignored(signal: i32) -> bool {
    let bit = u32::try_from(signal).ok().and_then(|signal| signal.checked_sub(1));
    let bit = bit.and_then(|bit| 1_u64.checked_shl(bit)).unwrap_or_default();
    IGNORED.get().is_some_and(|ignored| ignored & bit != 0)
}

/// `SigIgn` of proc(5).
fn mask(status: &str) -> Option<u64> {
    let digits = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    u64::from_str_radix(digits.trim(), 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_is_read_from_proc() {
        assert_eq!(mask("Name:\tsshc\nSigIgn:\t0000000000000003\nSigCgt:\t4\n"), Some(3));
        assert_eq!(mask("Name:\tsshc\n"), None);
    }
}
