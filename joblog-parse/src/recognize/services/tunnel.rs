//! Tunnels that a log tells its reader to open: `ssh -L 8888:node07:8888 …` and `LocalForward` of
//! `ssh_config`.

use super::address::site_and_port;
use crate::service::{Port, Site};

/// The far end of a tunnel, and its near port.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tunnel {
    pub(super) near: u16,
    pub(super) site: Site,
    pub(super) port: Port,
}

/// Whether a line may contain one.
pub(super) fn may_hold(text: &str) -> bool {
    let finds = |what: &str| memchr::memmem::find(text.as_bytes(), what.as_bytes()).is_some();
    let programs = ["ssh", "plink", "putty", "PuTTY", "LocalForward"];
    memchr::memchr(b'L', text.as_bytes()).is_some() && programs.into_iter().any(finds)
}

/// Every tunnel of a line.
pub(super) fn all(text: &str) -> Vec<Tunnel> {
    let mut tunnels = Vec::new();
    let mut is_command = false;
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        let word = word.trim_matches(|c| "`'\"$(){}*".contains(c));
        let program = word.rsplit(['/', '\\']).next().unwrap_or_default();
        let program = program.strip_suffix(".exe").unwrap_or(program);
        is_command |= ["ssh", "autossh", "plink", "sshc", "putty"].contains(&program);
        if word.eq_ignore_ascii_case("LocalForward") {
            let near = words.next().and_then(near_port);
            tunnels.extend(near.zip(words.next()).and_then(|(near, far)| tunnel(near, far)));
        } else if is_command && let Some(value) = value_of_option(word) {
            let value =
                if value.is_empty() { words.peek().copied().unwrap_or_default() } else { value };
            tunnels.extend(forward(value));
        }
    }
    tunnels
}

/// The value after an option with `L`: `-L8888:…`, `-NL`, `-fNL`.
fn value_of_option(word: &str) -> Option<&str> {
    const FLAGS: [char; 14] =
        ['4', '6', 'A', 'C', 'N', 'T', 'X', 'Y', 'a', 'f', 'g', 'n', 'q', 't'];
    let letters = word.strip_prefix('-')?;
    let letters =
        letters.trim_start_matches(FLAGS).trim_start_matches('v').trim_start_matches(FLAGS);
    letters.strip_prefix('L')
}

/// `[bind:]port:host:hostport`.
fn forward(text: &str) -> Option<Tunnel> {
    let text = text.trim_matches(|c| "`'\"".contains(c));
    // The last two colons outside brackets delimit the far end.
    let (rest, _) = text.rsplit_once(':')?;
    let host = if rest.ends_with(']') { rest.rfind('[')? } else { rest.rfind(':')? + 1 };
    let near = text.get(..host)?.strip_suffix(':')?;
    let near = near.rsplit_once(':').map_or(near, |(_, port)| port);
    tunnel(near_port(near)?, text.get(host..)?)
}

fn tunnel(near: u16, far: &str) -> Option<Tunnel> {
    let (site, port) = site_and_port(far).ok()?;
    Some(Tunnel { near, site, port })
}

/// The port of `8888` or `localhost:8888`.
fn near_port(text: &str) -> Option<u16> {
    let port = text.rsplit(':').next()?;
    if port == "auto" { Some(0) } else { port.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tunnels_are_read_in_every_spelling() {
        for (text, expected) in [
            ("ssh -N -L 8888:node07:8888 ada@login.example.org", "8888 node07 8888"),
            ("ssh -NL8888:localhost:8889 ada@h", "8888 localhost 8889"),
            ("  $ ssh -fNL 127.0.0.1:1:[::1]:5901 ada@h", "1 ::1 5901"),
            ("`plink.exe -L 9999:node07:6006 ada@h`", "9999 node07 6006"),
            ("LocalForward 8888 node07:8888", "8888 node07 8888"),
            ("LocalForward localhost:8888 node07:8888", "8888 node07 8888"),
            ("ssh -L auto:node07:8888 h", "0 node07 8888"),
        ] {
            assert!(may_hold(text), "{text}");
            let [tunnel] = &all(text)[..] else { panic!("{text}") };
            assert_eq!(format!("{} {} {}", tunnel.near, tunnel.site, tunnel.port), expected);
        }
        assert_eq!(all("ssh -L 1:a:1024 -L 2:b:1025 h").len(), 2);
        for text in [
            "ssh -L PORT:HOST:PORT h",
            "ssh -L 8888:<node>:8888 h",
            "ssh -L 8888:node07:22 h",
            "ssh -L 8888:169.254.169.254:8888 h",
            "ssh -L 8888:-oProxyCommand=id:8888 h",
            "ssh -R 8888:node07:8888 h",
            "ls -L 8888:node07:8888",
            "ssh -L",
            "ssh -L 8888",
        ] {
            assert_eq!(all(text), [], "{text}");
        }
    }
}
