//! `docs/screens.md`: what a user sees, recorded from real runs by `cargo xtask golden`.
//!
//! Ports, the home and the clock differ from run to run. They are replaced, with the line breaks
//! that a terminal of that width would show.

use std::fmt::Write as _;
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::PermissionsExt;

use harness::cluster::Cluster;
use harness::golden;
use harness::home::Home;
use harness::hostile::Hostile;
use harness::invocation::Running;
use harness::screen::Screen;
use harness::sshd::free_port;
use russh::keys::PrivateKey;

use super::asyncssh_server;

const COLUMNS: u16 = 100;
const ROWS: u16 = 40;

const HOST_KEY: &str = include_str!("../fixtures/screens/host_key");
const HOST_KEY_LINE: &str = include_str!("../fixtures/screens/host_key.pub");
const KEY: &str = include_str!("../fixtures/screens/id_ed25519");
const KEY_LINE: &str = include_str!("../fixtures/screens/id_ed25519.pub");
const LOCKED: &str = include_str!("../fixtures/screens/id_locked");
const SCRIPT: &str =
    concat!(include_str!("../fixtures/asking_server.py"), include_str!("../fixtures/serving.py"));

/// A host key that no server here has.
const OTHER_LINE: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

const PREFACE: &str = "# What you see\n\n\
    Screens of `sshc`, recorded from real runs against servers on this computer by `cargo xtask golden`; a test compares\n\
    them with what the program shows today. Ports, the home and the clock are replaced.\n\n\
    Two rules make them safe to answer. Text at the left edge is ours: `sshc: …`, and the questions about a host key, for the\n\
    passphrase of a key file (named with its fingerprint), and for the password of an account. Text after a bar (`| `) is the\n\
    server's, whatever it looks like, and so is text in quotation marks within a line of ours.\n";

/// A home with the keys, and the page written so far.
struct Recorder {
    home: Home,
    page: String,
    count: usize,
}

/// What to type, after the text that the screen must show first.
type Typed<'a> = (&'a str, &'a str);

impl Recorder {
    fn new() -> Self {
        let home = Home::new();
        for (name, key) in [("id_ed25519", KEY), ("id_locked", LOCKED), ("host_key", HOST_KEY)] {
            let path = home.write(name, key);
            std::fs::set_permissions(path, PermissionsExt::from_mode(0o600)).expect("it is ours");
        }
        home.write("id_ed25519.pub", KEY_LINE);
        home.write("host_key.pub", HOST_KEY_LINE);
        Self { home, page: PREFACE.to_owned(), count: 0 }
    }

    /// Runs a shell line and records the screen once it shows `until`, or at the end if that is
    /// empty.
    fn record(&mut self, title: &str, ports: &[u16], line: &str, typed: &[Typed<'_>], until: &str) {
        let screen = Screen::start(&self.home, (COLUMNS, ROWS), line);
        for (before, keys) in typed {
            screen.wait_for(before);
            match *keys {
                "" => screen.press("Enter"),
                keys => {
                    screen.type_text(keys);
                    screen.press("Enter");
                }
            }
        }
        if until.is_empty() {
            screen.wait_for_end();
        } else {
            screen.wait_for(until);
        }
        let shown = screen.lines();
        drop(screen);
        self.keep(title, ports, line, &shown);
    }

    fn keep(&mut self, title: &str, ports: &[u16], line: &str, shown: &str) {
        self.count += 1;
        let command = line.replace(" -F none --agent none", "");
        let text = self.lasting(&format!("$ {command}\n{shown}"), ports);
        let _ = write!(self.page, "\n## {}. {title}\n\n```text\n{text}```\n", self.count);
    }

    /// Replaces what differs from run to run, and wraps the text as a terminal does.
    fn lasting(&self, text: &str, ports: &[u16]) -> String {
        let home = self.home.folder().display().to_string();
        let mut text = text.replace(&format!("{home}/"), "/home/ada/");
        for (port, number) in ports.iter().zip(50_022..) {
            text = text.replace(&format!(":{port}"), &format!(":{number}"));
            text = text.replace(&format!(" {port}:"), &format!(" {number}:"));
        }
        // The message of a computer without a name server.
        let text =
            text.replace("Temporary failure in name resolution", "Name or service not known");
        let text = without_clock(&text);
        text.lines().flat_map(wrapped).collect()
    }

    fn on_record(&self, lines: impl AsRef<[u8]>) {
        self.home.write(".ssh/known_hosts", lines);
    }

    /// A server that asks as `mode` says; its host key is on record.
    fn asking(&self, mode: &str) -> (Running, u16) {
        asyncssh_server(&self.home, SCRIPT, &self.home.path("host_key"), &[mode])
    }

    fn cluster(&self) -> (Cluster, u16) {
        let host_key: PrivateKey = HOST_KEY.parse().expect("ssh-keygen wrote it");
        let cluster = Cluster::start_with(host_key, "ada", KEY_LINE).expect("a port is free");
        let port = cluster.address().port();
        self.on_record(cluster.known_hosts_line());
        (cluster, port)
    }
}

/// Splits a line into rows of the terminal.
fn wrapped(line: &str) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    if characters.is_empty() {
        return vec!["\n".to_owned()];
    }
    let rows = characters.chunks(usize::from(COLUMNS));
    rows.map(|row| row.iter().collect::<String>().trim_end().to_owned() + "\n").collect()
}

/// Replaces every time since the connection began with `0:00:07`.
fn without_clock(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(" 0:0") {
        let (before, after) = rest.split_at(at);
        let is_clock = after.as_bytes().get(5) == Some(&b':');
        kept.push_str(before);
        kept.push_str(if is_clock { " 0:00:07" } else { after.get(..4).unwrap_or_default() });
        rest = after.get(if is_clock { 8 } else { 4 }..).unwrap_or_default();
    }
    kept + rest
}

fn sshc(options: &str, port: u16, command: &str) -> String {
    let line = format!("sshc -F none --agent none {options} ada@127.0.0.1:{port} {command}");
    line.trim_end().to_owned()
}

#[test]
fn screens_are_golden() {
    let mut recorder = Recorder::new();
    host_keys(&mut recorder);
    keys_and_passwords(&mut recorder);
    servers_that_speak(&mut recorder);
    connections_that_fail(&mut recorder);
    sessions_and_tunnels(&mut recorder);
    assert!(recorder.count >= 20, "{}", recorder.count);
    golden::check("docs/screens.md", &recorder.page);
}

fn host_keys(recorder: &mut Recorder) {
    const QUESTION: &str = "Trust this host key?";
    let (_cluster, port) = recorder.cluster();
    let line = sshc("--key id_ed25519", port, "hostname -f >/dev/null; echo in");
    recorder.on_record("");
    let typed = [(QUESTION, "y"), ("Please answer", "yes")];
    recorder.record("A server that is not on record", &[port], &line, &typed, "");
    recorder.on_record(format!("node8 {HOST_KEY_LINE}"));
    let title = "A key that is on record under another name";
    recorder.record(title, &[port], &line, &[(QUESTION, "no")], "");
    recorder.on_record(format!("[127.0.0.1]:{port} {OTHER_LINE}\n"));
    recorder.record("A host key that has changed", &[port], &line, &[], "");
    let forget = sshc("--forget", port, "");
    recorder.record("Forgetting that key, with the words of the login", &[port], &forget, &[], "");
    let pin = format!("--host-key SHA256:{} --key id_ed25519", "A".repeat(43));
    let line = sshc(&pin, port, "true");
    recorder.record("A host key other than the one that was named", &[port], &line, &[], "");
}

fn keys_and_passwords(recorder: &mut Recorder) {
    let (cluster, port) = recorder.cluster();
    let line = sshc("--key id_locked", port, "echo in");
    let typed = [("Passphrase for key", "sesame"), ("Wrong passphrase", "open sesame")];
    recorder.record("A key file that is locked", &[port], &line, &typed, "");
    let line = format!("sshc -F none --agent none --key id_ed25519 eve@127.0.0.1:{port} true");
    recorder.record("A key that the server does not take", &[port], &line, &[], "");
    drop(cluster);
    let (_server, port) = recorder.asking("password");
    let line = sshc("--key id_ed25519 -o NumberOfPasswordPrompts=1", port, "true");
    let title = "A question for a password, and its reason";
    recorder.record(title, &[port], &line, &[("'s password:", "guess")], "");
    let line = format!(
        "echo ada@127.0.0.1:{port} | sshc -F none --agent none --host-key-scope host --key id_ed25519"
    );
    let title = "The target of a job log is not asked for a password";
    recorder.record(title, &[port], &line, &[], "");
}

fn servers_that_speak(recorder: &mut Recorder) {
    for (mode, title) in [
        ("imitate", "A server that imitates our question"),
        ("push", "An instruction without a question"),
        ("trivial", "A login without any proof"),
        ("slow", "A server that does not wait for the answer"),
        ("booting", "A cluster that is still booting"),
        ("idle", "A server that hangs up and says why"),
        ("broken", "A connection that is lost in the middle of a line"),
    ] {
        let (server, port) = recorder.asking(mode);
        let line = sshc("--key id_ed25519", port, "./run");
        if mode == "slow" {
            // Typed only after the server has left.
            let screen = Screen::start(&recorder.home, (COLUMNS, ROWS), &line);
            screen.wait_for("| Token:");
            server.stdout.wait_for("left.");
            screen.type_text("123456");
            screen.press("Enter");
            screen.wait_for_end();
            let shown = screen.lines();
            drop(screen);
            recorder.keep(title, &[port], &line, &shown);
            continue;
        }
        let until = if mode == "imitate" { "| Passphrase for key" } else { "" };
        recorder.record(title, &[port], &line, &[], until);
    }
}

fn connections_that_fail(recorder: &mut Recorder) {
    let disconnect = {
        let words = "maintenance until noon";
        let mut payload = vec![1, 0, 0, 0, 12];
        payload.extend(u32::try_from(words.len()).expect("they are few").to_be_bytes());
        payload.extend(words.as_bytes());
        payload.extend([0; 4]);
        let padding = 8 - (payload.len() + 5) % 8 + 8;
        let length = u32::try_from(payload.len() + padding + 1).expect("it is short");
        let mut bytes = b"SSH-2.0-x\r\n".to_vec();
        bytes.extend(length.to_be_bytes());
        bytes.push(u8::try_from(padding).expect("it is short"));
        bytes.extend(&payload);
        bytes.extend(vec![0; padding]);
        bytes
    };
    let options = "--key id_ed25519 --connect-timeout 2s";
    for (title, server) in [
        ("A server that hangs up before its version", Hostile::saying(disconnect)),
        (
            "A server that falls silent after its version",
            Hostile::saying(*b"SSH-2.0-OpenSSH_9.8\r\n"),
        ),
        ("A port that is open but silent", Hostile::silent()),
        ("A web server", Hostile::saying(*b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    ] {
        let line = sshc(options, server.port(), "true");
        recorder.record(title, &[server.port()], &line, &[], "");
    }
    let port = free_port();
    recorder.record("A port that refuses", &[port], &sshc(options, port, "true"), &[], "");
}

fn sessions_and_tunnels(recorder: &mut Recorder) {
    let (_cluster, port) = recorder.cluster();
    let line = format!("echo ada@127.0.0.1:{port} | sshc -F none --agent none whoami");
    let title = "A command that was taken for the destination";
    recorder.record(title, &[port], &line, &[], "");
    let here = free_port();
    let options = format!("--key id_ed25519 -N -L {here}:localhost:8888");
    let line = sshc(&options, port, "");
    let title = "A tunnel to a web server";
    recorder.record(title, &[port, here], &line, &[], &format!("http://localhost:{here}, 0 of 0"));
    // The one before may still listen on its own.
    let (here, closed) = (free_port(), free_port());
    let options = format!("--key id_ed25519 -N -L {here}:localhost:{closed}");
    let line = sshc(&options, port, "");
    let caller = std::thread::spawn(move || {
        let called = || TcpStream::connect((Ipv4Addr::LOCALHOST, here)).ok();
        let mut stream = harness::awaited("the tunnel listens", called);
        // Until the far side has answered.
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let title = "A far port on which nothing listens";
    recorder.record(title, &[port, here, closed], &line, &[], " 1 failed");
    caller.join().expect("the tunnel listens");
}
