//! The target as `ssh://user@host:port`, with jump hosts as `?jump=…`.
//!
//! No standard has a place for a jump host in the URI; programs that do not know the query refuse
//! the whole.

use super::{Target, TargetError, parts};

/// How such a URI begins.
pub(super) const SCHEME: &str = "ssh://";
const JUMP: &str = "?jump=";

/// Reads what [`write`] writes; a `/` at the end is accepted.
pub(super) fn parse(text: &str) -> Result<Target, TargetError> {
    let refused = || TargetError::Uri(text.into());
    let rest = text.strip_prefix(SCHEME).ok_or_else(refused)?;
    let (place, jump) = match rest.split_once(JUMP) {
        Some((place, jump)) => (place, Some(jump)),
        None => (rest, None),
    };
    let place = place.strip_suffix('/').unwrap_or(place);
    let mut target = unescaped(place).parse::<Target>()?;
    if let Some(jump) = jump {
        target.jump = parts::parse_jumps(&jump.replace("%25", "%"))?;
    }
    Ok(target)
}

/// Decodes the percent signs that [`write`] encodes.
fn unescaped(place: &str) -> String {
    place.replace("%3A", ":").replace("%23", "#").replace("%25", "%")
}

/// Writes what [`parse`] reads: IPv6 always in brackets (RFC 3986 §3.2.2), the `%` before a zone as
/// `%25` (RFC 6874).
pub(super) fn write(target: &Target) -> String {
    let host = target.host.to_string().replace('%', "%25");
    let host = if target.host.is_v6() { format!("[{host}]") } else { host };
    let port = target.port.map(|port| format!(":{port}")).unwrap_or_default();
    let jump = parts::join_jumps(&target.jump).replace('%', "%25");
    let query = if jump.is_empty() { jump } else { format!("{JUMP}{jump}") };
    let user = target.user.as_str().replace(':', "%3A").replace('#', "%23");
    format!("{SCHEME}{user}@{host}{port}{query}")
}
