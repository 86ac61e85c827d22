//! Finds addresses with a port in a line: `scheme://host:port/path`, and `host:port` alone.

use std::ops::Range;

use crate::service::{Port, Query, Scheme, ServiceError, Site};

/// The longest `host:port` that is examined.
const AUTHORITY_BYTES: usize = 300;
/// Characters that end a sentence or close a bracket, and never end an address.
const TRAILING: [char; 11] = ['.', ',', ';', ':', '!', '?', ')', ']', '}', '*', '\''];

/// An address and its span.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) span: Range<usize>,
    pub(super) scheme: Option<Scheme>,
    pub(super) site: Site,
    pub(super) port: Port,
    pub(super) query: Option<Query>,
}

/// The next address at or after `from` with a scheme and a port; `Err` with the end of one that is
/// refused.
pub(super) fn next_url(text: &str, from: usize) -> Option<Result<Address, usize>> {
    let at = from + memchr::memmem::find(text.as_bytes().get(from..)?, b"://")?;
    let refused = Some(Err(at + 3));
    let before = text.get(from..at)?;
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+.-".contains(c);
    let scheme = before.rfind(|c| !is_scheme(c)).map_or(from, |blank| {
        from + blank
            + before.get(blank..).and_then(|it| it.chars().next()).map_or(1, char::len_utf8)
    });
    let Some(Ok(known)) = text.get(scheme..at).map(str::parse::<Scheme>) else { return refused };
    let start = at + 3;
    let Some(authority) = authority(text, start) else { return refused };
    let Some(Ok((site, port))) = text.get(authority.clone()).map(site_and_port) else {
        return refused;
    };
    let Some(end) = path_end(text, authority.end) else { return refused };
    let path = text.get(authority.end..end).unwrap_or_default();
    let path = path.trim_end_matches(TRAILING);
    let Ok(query) = Query::parse(path) else { return refused };
    let span = scheme..authority.end + path.len();
    Some(Ok(Address { span, scheme: Some(known), site, port, query: Some(query) }))
}

/// The first `host:port` without a scheme at or after `from`.
pub(super) fn next_place(text: &str, from: usize) -> Option<Result<Address, usize>> {
    let bytes = text.as_bytes();
    let colon = from + memchr::memchr(b':', bytes.get(from..)?)?;
    let refused = Some(Err(colon + 1));
    let digits = bytes.iter().skip(colon + 1).take_while(|byte| byte.is_ascii_digit()).count();
    let end = colon + 1 + digits;
    let is_host = |byte: &&u8| byte.is_ascii_alphanumeric() || b".-_[]:*".contains(byte);
    let host = bytes.get(..colon)?.iter().rev().take(AUTHORITY_BYTES).take_while(is_host);
    let start = colon - host.count();
    let is_apart = |at: Option<&u8>| !at.is_some_and(|it| b"@/:.-_=%".contains(it));
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    // `8888:node07:8888` is a forward, `node07:8888:` may end a clause, `12:34:56` is a time.
    let behind = bytes.get(end).filter(|byte| {
        !b".:".contains(byte) || bytes.get(end + 1).is_some_and(|next| !next.is_ascii_whitespace())
    });
    let is_word = behind.is_some_and(|it| it.is_ascii_alphanumeric() || b"@/:._-%".contains(it));
    if digits == 0 || is_word || !(is_apart(before) || before == Some(&b'=')) {
        return refused;
    }
    match text.get(start..end).map(site_and_port) {
        Some(Ok((site, port))) => {
            Some(Ok(Address { span: start..end, scheme: None, site, port, query: None }))
        }
        _ => refused,
    }
}

/// `host:port`, with brackets around an IPv6 address.
pub(super) fn site_and_port(text: &str) -> Result<(Site, Port), ServiceError> {
    let refused = || ServiceError::Port(text.into());
    let (host, port) = text.rsplit_once(':').ok_or_else(refused)?;
    let host = match host.strip_prefix('[') {
        Some(address) => address.strip_suffix(']').filter(|it| it.contains(':')),
        None => Some(host).filter(|host| !host.contains(':')),
    };
    Ok((host.ok_or_else(refused)?.parse()?, port.parse()?))
}

/// The text between `://` and the path; `None` if it contains something that an authority here must
/// not have, such as a user.
fn authority(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let is_inside = |c: char| c.is_ascii_alphanumeric() || ".-_:[]%*".contains(c);
    let bytes = rest.find(|c| !is_inside(c)).unwrap_or(rest.len());
    let written = rest.get(..bytes)?;
    let bytes = written.trim_end_matches(TRAILING).len();
    let behind = rest.get(bytes..)?;
    let is_user = behind.starts_with('@');
    let is_broken = behind.starts_with(|c: char| (c.is_control() && c != '\t') || c == '\u{fffd}');
    let is_escape = ["\\n", "\\r", "\\t", "\\\""].iter().any(|escape| behind.starts_with(escape));
    let is_windows = behind.starts_with('\\') && !is_escape;
    (bytes <= AUTHORITY_BYTES && !is_user && !is_broken && !is_windows)
        .then_some(start..start + bytes)
}

/// Where the path ends; `None` if it contains a character that does not belong in a line.
fn path_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    if !rest.starts_with(['/', '?', '#']) {
        return Some(start);
    }
    let is_end =
        |c: char| c.is_whitespace() || "\"'<>`|\\".contains(c) || !c.is_ascii() || c.is_control();
    let bytes = rest.find(is_end).unwrap_or(rest.len());
    let behind = rest.get(bytes..)?.chars().next();
    let is_broken =
        behind.is_some_and(|c| (c.is_control() && !c.is_whitespace()) || c == '\u{fffd}');
    (!is_broken).then_some(start + bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Option<String> {
        let address = next_url(text, 0)?.ok()?;
        let query = address.query?;
        let token = query.token.and_then(|it| it.reveal(|_, value| format!(" {value}")));
        let (site, port) = (address.site, address.port);
        Some(format!("{site} {port} {}{}", query.path, token.unwrap_or_default()))
    }

    #[test]
    fn addresses_with_a_port_are_read() {
        for (text, read) in [
            ("at http://node07:8888/lab?token=abc.", "node07 8888 /lab abc"),
            ("(http://127.0.0.1:5000)", "127.0.0.1 5000 /"),
            ("\"https://[::1]:8443/x\",", "::1 8443 /x"),
            ("http://[::]:8000/ (http://[::]:8000/)", "localhost 8000 /"),
            ("URL=http://0.0.0.0:6006/#scalars", "localhost 6006 /"),
            ("öffne http://node07:8888/、", "node07 8888 /"),
            ("cs://node07:11111", "node07 11111 /"),
            (r#"{"m":"http://node07:8888\nor"}"#, "node07 8888 /"),
            ("http://node07:8888/?token=…", "node07 8888 /"),
            ("http://*:8080/", "localhost 8080 /"),
        ] {
            assert_eq!(url(text).as_deref(), Some(read), "{text}");
        }
    }

    #[test]
    fn hostile_addresses_are_refused() {
        for text in [
            "http://localhost:8888@evil.example/",
            "http://ada:secret@node07:8888/",
            "http://node07:8888\\@evil.example/",
            "http://node07:8888\u{1}/",
            "http://node07:8888/lab?token=a\u{1}b",
            "http://node07:8888/lab?token=a\u{fffd}b",
            "http://-oProxyCommand=id:8888/",
            "http://169.254.169.254:8888/latest/meta-data",
            "http://node07:0/",
            "http://node07:22/",
            "http://node07:70000/",
            "http://node07/",
            "http://node07:8888//evil.example/",
            "http://node07:8888/../x",
            "javascript://node07:8888/%0aalert(1)",
            "file://node07:8888/etc/passwd",
            "http://<node>:8888/",
            "http://HOST:8888/",
            "http://$(id):8888/",
            "http://node07:8888:9/",
            "http://:8888/",
            "https://github.com/x/y",
        ] {
            assert_eq!(url(text), None, "{text}");
        }
    }

    fn place(text: &str) -> Option<String> {
        let mut from = 0;
        loop {
            match next_place(text, from)? {
                Ok(address) => return Some(format!("{} {}", address.site, address.port)),
                Err(next) => from = next,
            }
        }
    }

    #[test]
    fn places_are_told_from_times_and_forwards() {
        for (text, read) in [
            ("Accepting connection(s): node07:11111", Some("node07 11111")),
            ("[12:34:56] at 127.0.0.1:8265.", Some("127.0.0.1 8265")),
            ("on [::1]:8000,", Some("::1 8000")),
            ("bind=0.0.0.0:8787", Some("localhost 8787")),
            ("12:34:56 1:2345 8888:node07:8888 ada@node07:8888 x/node07:8888", None),
            ("node07:8888->8888/tcp node07:8888ms node07:22", None),
            ("main.rs:1234:5 a:1234/b", None),
        ] {
            assert_eq!(place(text).as_deref(), read, "{text}");
        }
    }
}
