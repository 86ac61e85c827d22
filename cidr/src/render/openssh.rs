//! Rules in OpenSSH's own files.

use super::lists::Lists;

/// The option for a line of `authorized_keys` (sshd(8)).
pub(super) fn authorized_keys(lists: &Lists) -> String {
    format!("from=\"{}\"\n", lists.all().collect::<Vec<_>>().join(","))
}

/// A block of `sshd_config` (`sshd_config(5)`, Match) that refuses every connection from other
/// addresses.
pub(super) fn sshd(lists: &Lists) -> String {
    let others: Vec<&str> = lists.all().collect();
    format!("Match Address *,!{}\n\tDenyUsers *\n", others.join(",!"))
}
