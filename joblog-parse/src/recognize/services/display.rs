//! Desktops as VNC servers name them: `New 'node07:1 (ada)' desktop is node07:1`. Display 1 listens
//! on port 5901.

use crate::service::{Port, Site};

/// The port of display 0.
const FIRST_PORT: u16 = 5900;
/// The highest display number that people use.
const MOST_DISPLAYS: u16 = 99;

/// The last display in a line about desktops, and its port.
pub(super) fn last(text: &str) -> Option<(Site, Port)> {
    let lower = text.to_ascii_lowercase();
    let is_about = lower.contains("vnc") || lower.contains("desktop");
    if !is_about || !(lower.contains("desktop") || lower.contains("display")) {
        return None;
    }
    let is_end = |c: char| c.is_whitespace() || "'\"`()[]<>,;".contains(c);
    text.split(is_end).rev().find_map(|word| {
        let (host, number) = word.trim_end_matches('.').rsplit_once(':')?;
        let is_number =
            (1..=2).contains(&number.len()) && number.bytes().all(|it| it.is_ascii_digit());
        let number = number.parse::<u16>().ok().filter(|it| is_number && *it <= MOST_DISPLAYS)?;
        let site = if host.is_empty() { Site::loopback() } else { host.parse::<Site>().ok()? };
        // `12:30` is a time.
        let is_named =
            host.is_empty() || host.bytes().any(|byte| byte.is_ascii_alphabetic() || byte == b'.');
        let port = (FIRST_PORT + number).to_string().parse().ok()?;
        is_named.then_some((site, port))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displays_are_read_as_ports() {
        for (text, expected) in [
            ("New 'node07:1 (ada)' desktop is node07:1", Some("node07 5901")),
            (
                "Desktop 'TurboVNC: node07:12 (ada)' started on display node07:12",
                Some("node07 5912"),
            ),
            (
                "New Xtigervnc server 'node07:2 (ada)' on port 5902 for display :2.",
                Some("localhost 5902"),
            ),
            ("VNC server started on display :1", Some("localhost 5901")),
            ("12:30 the desktop is ready", None),
            ("DISPLAY=:0 xterm", None),
            ("desktop display node07:123", None),
        ] {
            let read = last(text).map(|(site, port)| format!("{site} {port}"));
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }
}
