//! A server that sends the right message at the wrong time, a wrong message, or a disconnect:
//! `sshc` always ends, with a reason.

use std::env;
use std::thread;
use std::time::{Duration, Instant};

use harness::home::Home;
use harness::invocation::{Invocation, Running};

use super::{key_pair, public_line};

pub(super) const SCRIPT: &str =
    concat!(include_str!("../fixtures/anybody.py"), include_str!("../fixtures/scripted_server.py"));

/// The server's messages in a good connection: three for the key exchange and one with extensions,
/// three for the login, its host keys, two about the channel, the data, and the end of the command.
const POSITIONS: u8 = 13;

/// Positions from here on are after the key exchange.
const ENCRYPTED: u8 = 3;

/// Messages with a meaning, and some without one.
const MESSAGES: [u8; 27] = [
    0, 1, 2, 3, 4, 5, 6, 7, 20, 21, 31, 50, 51, 52, 53, 60, 61, 80, 82, 90, 91, 94, 96, 97, 98,
    192, 255,
];

/// The longest silence.
const TIME_LIMITS: [&str; 4] = ["--connect-timeout", "3s", "--keepalive", "1s"];

const IGNORE: u8 = 2;
const DEBUG: u8 = 4;

pub(super) struct Scripted {
    home: Home,
    server: Running,
    key: String,
}

impl Scripted {
    pub(super) fn new(script: &str) -> Self {
        let home = Home::new();
        let key = public_line(&key_pair(&home, "ecdsa"));
        key_pair(&home, "ed25519");
        let script = home.write("server.py", script);
        let server = home.python().arg(script).arg(home.path("id_ecdsa")).stdin_open().start();
        Self { home, server, key }
    }

    /// The ports of these scenarios; all servers share one host key.
    pub(super) fn ports(&mut self, scenarios: &[String]) -> Vec<u16> {
        let text: String = scenarios.iter().flat_map(|it| [it.as_str(), "\n"]).collect();
        let before = self.server.stdout.bytes().len();
        self.server.send(text);
        let mut at = before;
        for _ in scenarios {
            at = self.server.stdout.wait_for_after(at, "\n");
        }
        let text = self.server.stdout.text();
        let said = text.get(before..).expect("it has grown");
        let ports: Vec<u16> = said.lines().map(|line| line.parse().expect("a port")).collect();
        self.home.write(".ssh/known_hosts", format!("* {}", self.key));
        ports
    }

    /// `sshc … true` with these options.
    pub(super) fn sshc(&self, port: u16, options: &[&str]) -> Invocation {
        let sshc = self.home.tool("sshc").args(["-F", "none", "--key", "id_ed25519", "--batch"]);
        let sshc = sshc.args(options.iter().copied());
        sshc.args([&format!("ada@127.0.0.1:{port}"), "true"])
    }

    /// The status, standard output and standard error of this command.
    fn connect(&self, port: u16, options: &[&str], what: &str) -> (i32, String, String) {
        let begin = Instant::now();
        let ran = self.sshc(port, options).run();
        assert!(begin.elapsed() < Duration::from_secs(12), "{what}: {:?}", begin.elapsed());
        (ran.code(), ran.stdout().to_owned(), ran.stderr().to_owned())
    }
}

/// Runs these scenarios on this server, several at once, and passes the result of each to `judge`.
pub(super) fn each(
    script: &str,
    options: &[&str],
    scenarios: &[String],
    judge: impl Fn(&str, (i32, &str, &str)) + Sync,
) {
    let mut site = Scripted::new(script);
    let ports = site.ports(scenarios);
    let tried: Vec<_> = scenarios.iter().zip(ports).collect();
    thread::scope(|scope| {
        for part in tried.chunks(tried.len().div_ceil(6)) {
            let (site, judge) = (&site, &judge);
            scope.spawn(move || {
                for (what, port) in part {
                    let (code, stdout, stderr) = site.connect(*port, options, what);
                    judge(what, (code, &stdout, &stderr));
                }
            });
        }
    });
}

pub(super) fn assert_reason(what: &str, said: &str) {
    assert!(said.starts_with("sshc: ") && said.len() > 30, "{what}: {said}");
    assert!(said.lines().skip(1).all(|line| line.starts_with("sshc: hint: ")), "{what}: {said}");
    assert!(!said.contains(['\u{1b}', '{']) && !said.contains("panicked"), "{what}: {said}");
}

#[test]
fn a_server_that_hangs_up_at_any_moment_is_quoted() {
    let scenarios: Vec<String> = (0..POSITIONS)
        .flat_map(|position| ["disconnect", "abort"].map(|kind| format!("{position} {kind}")))
        .collect();
    each(SCRIPT, &TIME_LIMITS, &scenarios, |what, (code, stdout, said)| {
        let position: u8 = what.split(' ').next().and_then(|it| it.parse().ok()).expect("a number");
        // After the command's output the status may have arrived already.
        if position > 10 && code == 0 {
            return;
        }
        assert_eq!(code, 255, "{what}: {said}");
        assert!(stdout.is_empty() || stdout == "in\n", "{what}: {stdout}");
        assert_reason(what, said);
        // Also unencrypted, and during the key exchange.
        if what.ends_with("disconnect") {
            assert!(
                said.contains("the server hung up: \"go away\"")
                    || said.contains("it hung up: \"go away\""),
                "{what}: {said}"
            );
        }
    });
}

#[test]
fn a_message_out_of_turn_is_tolerated_or_ends_the_connection_with_a_reason() {
    let all: Vec<u8> = (0..=u8::MAX).collect();
    let messages = if env::var_os("SSHC_ALL_MESSAGES").is_some() { &all[..] } else { &MESSAGES };
    let scenarios: Vec<String> = (0..POSITIONS)
        .flat_map(|position| messages.iter().map(move |it| format!("{position} message {it}")))
        .collect();
    each(SCRIPT, &TIME_LIMITS, &scenarios, |what, (code, stdout, said)| {
        let numbers: Vec<u8> = what.split(' ').filter_map(|word| word.parse().ok()).collect();
        let &[position, message] = numbers.as_slice() else { panic!("{what}") };
        match code {
            0 => assert!(stdout.ends_with("in\n"), "{what}: {stdout}"),
            // An exit status at the wrong time still counts.
            9 if message == 98 => {}
            255 => assert_reason(what, said),
            _ => panic!("{what}: status {code}: {said}"),
        }
        // Strict key exchange forbids them during the exchange; afterwards they are ignored (RFC
        // 4253 §11).
        if matches!(message, IGNORE | DEBUG) {
            let is_borne = code == 0;
            assert_eq!(is_borne, position >= ENCRYPTED, "{what}: {said}");
        }
    });
}
