//! One login for many programs, over named pipes.

mod confirmation;
mod faults;
mod holders;

use std::cell::Cell;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use harness::home::Home;
use harness::invocation::{Invocation, Running};
use harness::sshd::{Setup, Sshd, free_port};
use harness::{DEADLINE, until};
use rustix::process::Pid;

use crate::console::wait_for_wine;
use crate::login::key_pair;
use crate::wine;

/// A server, and the key for it.
struct Site {
    home: Home,
    sshd: Sshd,
    started: Cell<u32>,
}

impl Site {
    fn new() -> Self {
        Self::with(Sshd::setup())
    }

    fn with(setup: Setup) -> Self {
        let home = Home::new();
        let sshd = setup.authorize(key_pair(&home, "id")).start();
        Self { home, sshd, started: Cell::new(0) }
    }

    /// `sshc.exe …`, in the words of `sh`.
    fn sshc(&self, words: &str) -> Started {
        let number = self.started.replace(self.started.get() + 1);
        let pin = self.sshd.fingerprint("ed25519");
        let words = format!("-F none --key id --host-key {pin} {words}");
        Started::new(&self.home, &words, format!("said-{number}"), &self.sshd.target())
    }

    fn run(&self, words: &str) -> Ran {
        self.sshc(words).run(&self.home)
    }

    /// Runs it, which must succeed without a message.
    fn says(&self, words: &str) -> String {
        self.run(words).quiet_success()
    }

    /// The answer of the tests' own client. Wine's desktop, which it may start, inherits standard
    /// error.
    fn ask(&self, words: &str) -> String {
        let line = format!("exec wine asker.exe {words} 2>asked");
        wine::shell(&self.home, &line).run().quiet_success()
    }

    fn logins(&self) -> usize {
        self.sshd.log().text().matches("Accepted publickey").count()
    }

    /// The process that holds the connection, as Linux knows it.
    fn holder(&self) -> Option<Pid> {
        let target = self.sshd.target();
        let is_it = |line: &[u8]| {
            let words: Vec<_> = line.split(|byte| *byte == 0).collect();
            words.iter().any(|word| word.starts_with(b"--share-holder="))
                && words.contains(&target.as_bytes())
        };
        let processes = fs::read_dir("/proc").expect("Linux has it").filter_map(Result::ok);
        let mut found = processes.filter(|process| {
            fs::read(process.path().join("cmdline")).is_ok_and(|line| is_it(&line))
        });
        Pid::from_raw(found.next()?.file_name().to_str()?.parse().ok()?)
    }
}

/// A holder outlives its test otherwise.
impl Drop for Site {
    fn drop(&mut self) {
        // A second panic would end the other tests, too.
        if !std::thread::panicking() {
            let _ = self.run("-O exit $TARGET");
        }
    }
}

/// A call whose standard error goes to a file: under Wine the holder inherits it, whatever Windows
/// would pass on.
struct Started {
    invocation: Invocation,
    said: String,
}

impl Started {
    fn new(home: &Home, words: &str, said: String, target: &str) -> Self {
        let line = format!("exec wine \"$PROGRAMS/sshc.exe\" {words} 2>{said}");
        Self { invocation: wine::shell(home, &line).env("TARGET", target), said }
    }

    fn run(self, home: &Home) -> Ran {
        let ran = self.invocation.run();
        Ran { code: ran.code(), stdout: ran.stdout().to_owned(), stderr: home.read_text(self.said) }
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ran {
    fn quiet_success(self) -> String {
        assert_eq!((self.code, &*self.stderr), (0, ""), "{}", self.stdout);
        self.stdout
    }

    fn failure(self) -> String {
        assert_eq!((self.code, &*self.stdout), (255, ""), "{}", self.stderr);
        self.stderr
    }
}

#[test]
fn the_second_program_does_not_log_in() {
    let site = Site::new();
    // The holder gets the same arguments, with their quotation marks.
    let odd = r#"-o 'SetEnv=ODD="a \"b\" c"' --share $TARGET 'cat; echo complaint >&2; exit 3'"#;
    let first = site.sshc(odd);
    let ran = first.invocation.stdin(&b"in\0\xff\r\n"[..]).run();
    assert_eq!((ran.code(), &*site.home.read_text(first.said)), (3, "complaint\n"));
    assert_eq!(ran.stdout, b"in\0\xff\r\n");
    for (command, code) in [("true", 0), ("'kill -TERM $$'", 143), ("'exit 255'", 255)] {
        let ran = site.run(&format!("--share $TARGET {command}"));
        assert_eq!(ran, Ran { code, stdout: String::new(), stderr: String::new() }, "{command}");
    }
    assert_eq!(site.logins(), 1);
}

#[test]
fn control_commands_are_obeyed() {
    let site = Site::new();
    let there_is_none = |words: &str| {
        let gone = site.run(words).failure();
        assert!(gone.ends_with("`: there is none\n"), "{words}: {gone}");
    };
    there_is_none("-O check $TARGET");
    assert_eq!(site.says("--share $TARGET true"), "");
    let check = site.says("-O check $TARGET");
    assert!(check.starts_with("Master running (pid="), "{check}");
    let (port, goal) = (free_port(), format!("127.0.0.1:{}", site.sshd.port()));
    assert_eq!(site.says(&format!("-O forward -L {port}:{goal} $TARGET")), "");
    let far = site.says(&format!("-O forward -R 0:{goal} $TARGET"));
    for port in [port, far.trim_end().parse().expect("a port")] {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
        stream.set_read_timeout(Some(DEADLINE)).expect("it is a socket");
        let mut greeting = [0; 8];
        stream.read_exact(&mut greeting).expect("it leads to the server");
        assert_eq!(&greeting, b"SSH-2.0-");
    }
    assert_eq!(site.says(&format!("-O cancel -L {port}:{goal} $TARGET")), "");
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    let again = site.run(&format!("-O cancel -L {port}:{goal} $TARGET")).failure();
    assert!(again.ends_with(&format!("there is no forward at localhost:{port}\n")), "{again}");
    assert_eq!(site.says("-O exit $TARGET"), "");
    there_is_none("-O exit $TARGET");
    assert_eq!(site.logins(), 1);
}

#[test]
fn the_name_is_free_as_soon_as_a_holder_takes_no_more_guests() {
    let site = Site::new();
    let mut guest = site.sshc("--share $TARGET 'echo begun; cat'").invocation.stdin_open().start();
    guest.stdout.wait_for("begun\n");
    assert_eq!(site.says("-O stop $TARGET"), "");
    // The old holder still has its guest, and the new one its name.
    assert_eq!(site.says("--share $TARGET 'echo in'"), "in\n");
    assert_eq!(site.says("--share $TARGET 'echo in'"), "in\n");
    assert_eq!(site.logins(), 2);
    guest.send("more\n");
    assert_eq!(guest.finish().stdout(), "begun\nmore\n");
    for _ in 0..3 {
        assert_eq!(site.says("-O exit $TARGET"), "");
        assert_eq!(site.says("--share $TARGET 'echo in'"), "in\n");
    }
    assert_eq!(site.logins(), 5);
}

#[test]
fn twenty_that_start_at_once_log_in_once() {
    let site = Site::with(Sshd::setup().option("MaxSessions 64"));
    let call = |at: u32| site.sshc(&format!("-v -E log-{at} --share $TARGET 'echo {at}'"));
    let running: Vec<(u32, Running, String)> = (0..20)
        .map(|at| (at, call(at)))
        .map(|(at, started)| (at, started.invocation.start(), started.said))
        .collect();
    let mut logs = String::new();
    for (at, running, said) in running {
        let ran = running.finish();
        let (stderr, log) = (site.home.read_text(said), site.home.read_text(format!("log-{at}")));
        let expected = format!("{at}\n");
        assert_eq!((ran.code(), ran.stdout(), &*stderr), (0, &*expected, ""), "{log}");
        logs.push_str(&log);
    }
    assert_eq!(site.logins(), 1, "{logs}");
}

const ONE_TIME: &str =
    concat!(include_str!("../fixtures/one_time_code.py"), include_str!("../fixtures/serving.py"));

#[test]
fn a_code_is_asked_for_once_at_the_console_of_the_first() {
    let home = Home::new();
    key_pair(&home, "host");
    let server = home.python().arg(home.write("server.py", ONE_TIME)).arg("host").start();
    server.stdout.wait_for(".\n");
    let said = server.stdout.text();
    let port = said.trim_start_matches("port ").trim_end_matches(".\n");
    let target = format!("ada@127.0.0.1:{port}");
    let options = "-F none --agent none --accept-new --known-hosts known";
    let words = format!("{options} --share $TARGET true");
    let started = |at: u32| Started::new(&home, &words, format!("said-{at}"), &target);
    // The shell stays, because Wine's holder would not survive the end of its session.
    let line = format!(
        "wine \"$PROGRAMS/sshc.exe\" {words} 2>said; echo status $?; read line; \
         wine \"$PROGRAMS/sshc.exe\" {options} -O exit $TARGET 2>said; echo exit $?"
    );
    let mut terminal = wine::shell(&home, &line).env("TARGET", &*target).on_terminal();
    terminal.expect("| Code:");
    let waiting: Vec<_> = (0..5).map(|at| started(at).invocation.start()).collect();
    terminal.send("123456\r");
    terminal.expect("status 0");
    for running in waiting {
        assert_eq!(running.finish().stdout(), "in\n");
    }
    for at in 5..8 {
        assert_eq!(started(at).run(&home).stdout, "in\n");
    }
    terminal.send("\r");
    terminal.expect("exit 0");
    let left = terminal.finish();
    assert_eq!(left.screen.matches("| Code:").count(), 1, "{}", left.screen);
}

#[test]
fn output_ends_with_the_program_and_not_with_the_holder() {
    let site = Site::new();
    // If the holder kept the pipe, these would end only after ten minutes.
    let captured = |line: &str| {
        let sshc = "wine \"$PROGRAMS/sshc.exe\" -F none --key id --host-key $PIN --share $TARGET";
        let line = line.replace("SSHC", &format!("{sshc} 'echo in' 2>said"));
        let shell = wine::shell(&site.home, &line).env("TARGET", site.sshd.target());
        shell.env("PIN", site.sshd.fingerprint("ed25519")).run().quiet_success()
    };
    for line in ["SSHC | cat", "echo \"$(SSHC)\""] {
        assert_eq!(captured(line), "in\n", "{line}");
        assert!(site.holder().is_some(), "{line}");
        assert_eq!(site.says("-O exit $TARGET"), "", "{line}");
    }
    assert_eq!(site.logins(), 2);
}

#[test]
fn the_holder_has_no_console_and_no_window() {
    let site = Site::new();
    assert_eq!(site.says("--share $TARGET true"), "");
    let check = site.says("-O check $TARGET");
    let pid = check.trim_start_matches("Master running (pid=").trim_end_matches(")\n");
    wine::helper(&site.home, "asker", include_str!("asker.c"));
    assert_eq!(site.ask(&format!("console {pid}")), "no console, 0 windows\n");
}

#[test]
fn an_unused_holder_ends() {
    let site = Site::new();
    for idle in ["0", "1s"] {
        assert_eq!(site.says(&format!("--share={idle} $TARGET 'echo in'")), "in\n");
        until("it ends", || site.holder().is_none());
    }
    assert_eq!(site.logins(), 2);
}

#[test]
fn a_path_means_a_pipe_and_a_pipe_itself() {
    let site = Site::new();
    let first = r"-S 'c-%r@%h:%p' -o ControlMaster=auto -o ControlPersist=10m";
    for path in [first, r"-S 'C-%r@%h:%p'", "--share"] {
        assert_eq!(site.says(&format!("{path} $TARGET 'echo in'")), "in\n", "{path}");
    }
    assert_eq!(site.logins(), 2, "the case does not matter, and `--share` is another name");
    assert_eq!(site.says("-S 'c-%r@%h:%p' -O exit $TARGET"), "");
    let names = ["//./pipe/sshc-test-%p", "//./PIPE/SSHC-test-%p"];
    assert_eq!(site.says(&format!("-M -S {} -fN $TARGET >output", names[0])), "");
    for name in names {
        assert_eq!(site.says(&format!("-S {name} $TARGET 'echo in'")), "in\n", "{name}");
    }
    assert_eq!(site.logins(), 3);
    assert_eq!(site.says(&format!("-S {} -O exit $TARGET", names[1])), "");
}

#[test]
fn guests_have_tunnels_and_subsystems() {
    let site = Site::with(Sshd::setup().option("Subsystem shout exec tr a-z A-Z"));
    let goal = format!("127.0.0.1:{}", site.sshd.port());
    assert_eq!(site.says("--share $TARGET true"), "");
    let shouted = site.sshc("--share -s $TARGET shout").invocation.stdin("word\n").run();
    assert_eq!(shouted.stdout(), "WORD\n");
    let spoken = site.sshc(&format!("--share -W {goal} $TARGET")).invocation;
    let spoken = spoken.stdin("nonsense\r\n").run();
    assert!(spoken.stdout().starts_with("SSH-2.0-OpenSSH"), "{}", spoken.stdout());
    let tunnel = site.sshc(&format!("--share -N --print-forwards -L auto:{goal} $TARGET"));
    let mut tunnel = tunnel.invocation.start();
    tunnel.stdout.wait_for("}\n");
    let forward: serde_json::Value =
        serde_json::from_str(&tunnel.stdout.text()).expect("it is JSON");
    let port = forward["port"].as_u64().and_then(|port| u16::try_from(port).ok());
    let mut stream = TcpStream::connect(("127.0.0.1", port.expect("a port"))).expect("it listens");
    stream.set_read_timeout(Some(DEADLINE)).expect("it is a socket");
    stream.write_all(b"nonsense\r\n").expect("it is open");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it is text");
    assert!(answer.starts_with("SSH-2.0-OpenSSH"), "{answer}");
    tunnel.signal(rustix::process::Signal::KILL);
    assert_eq!(site.says("--share $TARGET 'echo in'"), "in\n");
    assert_eq!(site.logins(), 1);
}

#[test]
fn a_console_works_as_over_a_connection_of_ones_own() {
    let site = Site::new();
    let far = "stty size; stty raw -echo; echo ready; head -c 3 | od -An -tx1; exit 7";
    let pin = site.sshd.fingerprint("ed25519");
    let sshc = wine::tool(&site.home, "sshc").args(["-F", "none", "--key", "id"]);
    // The holder ends with its guest, because under Wine it keeps the test's terminal.
    let sshc = sshc.args(["--host-key", &pin, "--share=0", "-t", &site.sshd.target(), far]);
    let mut terminal = sshc.on_terminal();
    terminal.expect("24 80");
    terminal.expect("ready");
    wait_for_wine(&terminal);
    assert!(site.holder().is_some());
    terminal.send("\rab");
    terminal.expect("0d 61 62");
    let left = terminal.finish();
    assert_eq!(left.code(), 7, "{}", left.screen.escape_debug());
}
