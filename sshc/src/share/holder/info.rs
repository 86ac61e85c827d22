//! `-O conninfo`: the shared connection in the words of ssh, as far as we know them.

use crate::client::ConnectionInfo;
use crate::config;

/// Its description.
pub(super) fn text(info: &ConnectionInfo) -> String {
    let head = format!(
        "Connection information for {} pid {}\n",
        contract::shown(config::host_name()),
        std::process::id()
    );
    head + &lines(info)
}

fn lines(info: &ConnectionInfo) -> String {
    let ConnectionInfo { addresses, duration, algorithms, received, sent } = info;
    // A proxy has addresses of its own.
    let tcp = addresses.map(|(near, far)| format!("  tcp {near} -> {far}\n")).unwrap_or_default();
    let duration = duration.as_secs();
    format!(
        "{tcp}  duration {duration}s\n{algorithms}  traffic {received} bytes in, {sent} bytes out\n"
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn unknown_addresses_are_left_out() {
        let info = ConnectionInfo {
            addresses: Some(("192.0.2.1:5".parse().unwrap(), "[2001:db8::1]:22".parse().unwrap())),
            duration: Duration::from_millis(61_900),
            algorithms: "  cipher aes128-ctr\n".to_owned(),
            received: 10,
            sent: 20,
        };
        let tcp = "  tcp 192.0.2.1:5 -> [2001:db8::1]:22\n";
        let rest = "  duration 61s\n  cipher aes128-ctr\n  traffic 10 bytes in, 20 bytes out\n";
        assert_eq!(lines(&info), format!("{tcp}{rest}"));
        assert_eq!(lines(&ConnectionInfo { addresses: None, ..info }), rest);
    }
}
