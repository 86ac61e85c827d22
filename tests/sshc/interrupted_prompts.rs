//! Every way to leave every question: the program ends as a shell expects, says no more than it
//! should, and gives the terminal back.

use std::os::unix::process::ExitStatusExt as _;

use harness::home::Home;
use harness::invocation::Running;
use harness::sshd::Sshd;
use rustix::process::Signal;

use super::escapes::CLOSING;
use super::terminal::is_cooked;
use super::{asyncssh_server, key_pair, public_line};

const ASKING: &str =
    concat!(include_str!("../fixtures/asking_server.py"), include_str!("../fixtures/serving.py"));

/// A home in which each line of [`questions`] leads to its question.
struct World {
    home: Home,
    sshd: Sshd,
    asking: (Running, u16),
}

impl World {
    fn new() -> Self {
        let home = Home::new();
        let key = key_pair(&home, "ed25519");
        let setup = Sshd::setup().authorize(public_line(&key)).host_key_type("ed25519");
        let sshd = setup.option("PasswordAuthentication yes").start();
        let asking = asyncssh_server(&home, ASKING, &key, &["imitate"]);
        home.write("known", sshd.known_hosts_line("ed25519"));
        std::fs::copy(&key, home.path("locked")).expect("it is there");
        let lock = ["-q", "-p", "-P", "", "-N", "open sesame", "-f", "locked"];
        assert_eq!(home.peer("ssh-keygen").args(lock).run().code(), 0);
        Self { home, sshd, asking }
    }

    /// Each question, with the command line that causes it.
    fn questions(&self) -> [(String, String); 5] {
        let (port, user) = (self.sshd.port(), self.sshd.user());
        let sshc = "sshc -F none --agent none";
        let known = format!("{sshc} --known-hosts known -p {port}");
        let asking = self.asking.1;
        [
            (format!("login as [{user}]: "), format!("{known} 127.0.0.1")),
            (
                "Trust this host key?".into(),
                format!("{sshc} --known-hosts none -p {port} {user}@127.0.0.1"),
            ),
            (
                "Passphrase for key \"locked\": ".into(),
                format!("{known} -o PasswordAuthentication=no --key locked {user}@127.0.0.1"),
            ),
            ("'s password: ".into(), format!("{known} {user}@127.0.0.1")),
            (
                "Passphrase for key \"id_ed25519\": ".into(),
                format!("{sshc} -p {asking} ada@127.0.0.1"),
            ),
        ]
    }
}

#[test]
fn keys_and_signals_end_every_question_as_a_shell_expects() {
    let world = World::new();
    for (question, line) in world.questions() {
        for (key, signal) in [
            ("\u{3}", Some(Signal::INT)),
            ("\u{1c}", Some(Signal::QUIT)),
            ("", Some(Signal::TERM)),
            ("", Some(Signal::HUP)),
            ("\u{4}", None),
        ] {
            let mut terminal = world.home.shell(&format!("exec {line}")).on_terminal();
            terminal.expect(&question);
            match (key, signal) {
                ("", Some(signal)) => terminal.signal(signal),
                (key, _) => terminal.send(key),
            }
            let status = terminal.wait();
            assert!(is_cooked(&terminal.modes()), "{question} {signal:?}");
            let left = terminal.finish().screen;
            let after = left.rsplit_once(&question).expect("it was asked").1;
            match signal {
                Some(signal) => {
                    assert_eq!(status.signal(), Some(signal.as_raw()), "{question}: {left}");
                    assert!(!after.contains("sshc: "), "{question} {signal:?}: {after}");
                }
                None => {
                    assert_eq!(status.code(), Some(255), "{question}: {left}");
                    let said = if question.starts_with("Trust") {
                        "sshc: the host key of "
                    } else {
                        "no answer was given"
                    };
                    assert!(after.contains(said), "{question}: {after}");
                }
            }
        }
    }
}

#[test]
fn every_question_is_asked_again_after_it_was_suspended() {
    let world = World::new();
    for (question, line) in world.questions() {
        let mut terminal = world.home.interactive_shell();
        terminal.send_line(&line);
        terminal.expect(&question);
        terminal.send("\u{1a}");
        terminal.expect("near$ ");
        assert!(is_cooked(&terminal.modes()), "{question}");
        terminal.send_line("fg");
        terminal.expect(&question);
        terminal.send("\u{3}");
        terminal.expect("near$ ");
        assert!(is_cooked(&terminal.modes()), "{question}");
        terminal.send_line("echo status $?");
        terminal.expect("status 130\r\n");
        terminal.send_line("exit");
        assert_eq!(terminal.finish().code(), 0);
    }
}

#[test]
fn a_terminal_that_is_closed_ends_every_question() {
    let world = World::new();
    let script = world.home.write("closing.py", CLOSING);
    for (question, line) in world.questions() {
        for (way, expected) in
            [("leads", &["-1 True\n", "255 True\n"][..]), ("led", &["255 True", "-1 True"])]
        {
            let run = format!(
                "python3 {} {way} 3 '{}' {line} 3>&1",
                script.display(),
                question.replace('\'', "")
            );
            let ran = world.home.shell(&run).run();
            assert!(
                expected.contains(&ran.stdout()),
                "{question} {way}: {} {}",
                ran.stdout(),
                ran.stderr()
            );
        }
    }
}
