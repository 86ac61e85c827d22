//! A server that repeats one message without end: `sshc` tolerates it or ends with a reason, in
//! bounded time and memory.

use super::scripted::{self, assert_reason, each};

/// The longest silence.
const PATIENCE: [&str; 4] = ["--connect-timeout", "10s", "--keepalive", "3s"];

/// `UNIMPLEMENTED`, `EXT_INFO`, `KEXINIT`, `USERAUTH_SUCCESS`, banners, channels, and data for a
/// channel that is not open.
const FLOODS: [u8; 7] = [3, 7, 20, 52, 53, 90, 94];

#[test]
fn a_flood_is_borne_or_ends_with_a_reason() {
    // After the key exchange, during the login, and in the session.
    let scenarios: Vec<String> = [3, 5, 9]
        .into_iter()
        .flat_map(|position| FLOODS.map(|message| format!("{position} flood {message}")))
        .collect();
    each(scripted::SCRIPT, &PATIENCE, &scenarios, |what, (code, stdout, said)| {
        match code {
            0 => assert!(stdout.ends_with("in\n"), "{what}: {stdout}"),
            255 => assert_reason(what, said),
            _ => panic!("{what}: status {code}: {said}"),
        }
        // These messages are ignored (RFC 4253 §11.4).
        if what.ends_with("flood 3") {
            assert_eq!(code, 0, "{what}: {said}");
        }
    });
}

#[test]
fn a_login_is_believed_only_where_one_was_asked_for() {
    let scenarios: Vec<String> = (0..3).map(|position| format!("{position} message 52")).collect();
    each(scripted::SCRIPT, &PATIENCE, &scenarios, |what, (code, stdout, said)| {
        assert_eq!((code, stdout), (255, ""), "{what}: {said}");
        assert_reason(what, said);
    });
}
