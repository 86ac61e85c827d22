//! A server that repeats one message without end: `sshc` tolerates it or ends with a reason, in
//! bounded time and memory.

use harness::invocation::Running;
use harness::process::memory_kib;

use super::scripted::{self, Scripted, assert_reason, each};

/// The longest silence.
const TIME_LIMITS: [&str; 4] = ["--connect-timeout", "10s", "--keepalive", "3s"];

/// `UNIMPLEMENTED`, `EXT_INFO`, `KEXINIT`, `USERAUTH_SUCCESS`, banners, channels, and data for a
/// channel that is not open.
const FLOODS: [u8; 7] = [3, 7, 20, 52, 53, 90, 94];

#[test]
fn a_flood_is_tolerated_or_ends_with_a_reason() {
    // After the key exchange, during the login, and in the session.
    let scenarios: Vec<String> = [3, 5, 9]
        .into_iter()
        .flat_map(|position| FLOODS.map(|message| format!("{position} flood {message}")))
        .collect();
    each(scripted::SCRIPT, &TIME_LIMITS, &scenarios, |what, (code, stdout, said)| {
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
    each(scripted::SCRIPT, &TIME_LIMITS, &scenarios, |what, (code, stdout, said)| {
        assert_eq!((code, stdout), (255, ""), "{what}: {said}");
        assert_reason(what, said);
    });
}

/// The most memory that a program uses until it ends, in KiB, and its status.
fn memory(running: Running) -> (u64, i32) {
    let mut most = 0;
    harness::until("it ends", || match memory_kib(running.id(), "VmHWM") {
        Some(now) => {
            most = most.max(now);
            false
        }
        None => true,
    });
    (most, running.finish().code())
}

#[test]
fn forty_megabytes_of_one_message_do_not_stay_in_memory() {
    // An endless message must not be kept: its 45 MB would show.
    const MORE: u64 = 12 << 10;
    let mut scenarios = vec!["99 message 2".to_owned()];
    for position in [1, 3, 5, 9] {
        scenarios.extend(FLOODS.map(|message| format!("{position} heavy {message}")));
    }
    let mut site = Scripted::new(scripted::SCRIPT);
    let ports = site.ports(&scenarios);
    let mut plain = None;
    for (what, port) in scenarios.iter().zip(ports) {
        let (most, code) = memory(site.sshc(port, &TIME_LIMITS).start());
        assert!(most > 0 && [0, 255].contains(&code), "{what}: {most} KiB, status {code}");
        let plain = *plain.get_or_insert(most);
        assert!(most < plain + MORE, "{what}: {most} KiB, and {plain} KiB without");
    }
}
