//! `sshc` as users run it.

use std::path::{Path, PathBuf};

use harness::agent::Agent;
use harness::home::Home;
use harness::invocation::{Invocation, Running};
use harness::sshd::{Setup, Sshd};

mod addresses;
mod agent;
mod announced;
mod antispoof;
mod background_job;
mod bulk;
mod bulk_faults;
mod canonical_names;
mod check_host_ip;
mod config;
mod destination;
mod diagnose;
mod drop_in;
mod effective_config;
mod escapes;
mod failed_tunnels;
mod faults;
mod floods;
mod forget_and_update;
mod forwarded_agent;
mod fuzz;
mod hops;
mod host_keys;
mod interrupted_prompts;
mod key_order;
mod keys;
mod known_hosts;
mod listeners;
mod local_programs;
mod logging;
mod login;
mod match_and_include;
mod newest;
mod passwords;
mod pasted_text;
mod peers;
mod programs;
mod proxy;
mod reconnect;
mod recorded_screens;
mod refusals;
mod rekey;
mod relay;
mod restricted_keys;
mod revoked;
mod same_as_ssh;
mod screens;
mod scripted;
mod scripted_agent;
mod servers;
mod session;
mod settings;
mod sftp;
mod shared;
mod sharing;
mod sharing_confirmation;
mod sharing_faults;
mod sharing_full_disk;
mod sharing_like_ssh;
mod sharing_options;
mod sharing_programs;
mod sharing_reconnect;
mod sharing_sessions;
mod sharing_streams;
mod shell;
mod short_options;
mod stalled;
mod tampering;
mod targets_file;
mod terminal;
mod timeouts;
mod tunnel_lifetime;
mod tunnels;
mod wait;
mod weak_crypto;

/// The hint for a lost connection.
const LOST_HINT: &str = "log in again; run programs that must outlive a lost connection in tmux \
                         or screen on the cluster, and keep tunnels (-N) up with --reconnect";

/// A server, and a home with a key that the server accepts and with the server's host key on
/// record.
struct Site {
    home: Home,
    sshd: Sshd,
}

impl Site {
    /// Whether its programs share a connection.
    const IS_SHARED: bool = false;

    fn new() -> Self {
        Self::with(server())
    }

    fn with(setup: Setup) -> Self {
        let home = Home::new();
        let key = key_pair(&home, "ed25519");
        // The developer's shell has start-up files of its own, which must not print anything here.
        let elsewhere = format!("SetEnv HOME={}", home.path("elsewhere").display());
        let setup = setup.authorize(public_line(&key)).option(elsewhere);
        let sshd = setup.host_key_type("ed25519").start();
        home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
        Self::of(home, sshd)
    }

    /// One whose home and server are set up already.
    fn of(home: Home, sshd: Sshd) -> Self {
        Self { home, sshd }
    }

    /// `sshc` with the key and these options, ignoring the machine's configuration.
    fn sshc<'a>(&self, options: impl IntoIterator<Item = &'a str>) -> Invocation {
        let sshc = self.home.tool("sshc").args(["-F", "none", "--key", "id_ed25519"]);
        sshc.args(options)
    }

    /// The same for a shell's command line.
    #[expect(clippy::unused_self, reason = "sites that share have options of their own")]
    fn sshc_line(&self, words: &str) -> String {
        format!("sshc -F none --key id_ed25519 {words}")
    }

    /// `sshc` with the key, running this command on the server.
    fn run(&self, command: &str) -> Invocation {
        self.sshc([self.sshd.target().as_str(), command])
    }
}

/// The server that tests talk to, to be set up: this system's. [`newest`] has another.
fn server() -> Setup {
    Sshd::setup()
}

/// Whether keys that a server is only asked about count for `MaxAuthTries`, as before OpenSSH 10.6.
const COUNTS_PROBES: bool = true;

/// This system's agent, without keys. [`newest`] has another.
fn openssh_agent(home: &Home) -> Agent {
    Agent::openssh(home)
}

/// Makes `lb` stand for the server in the configuration.
fn name_lb(site: &Site) {
    let config = format!(
        "Host lb\n HostName 127.0.0.1\n Port {}\n User {}\n IdentityFile {}\n",
        site.sshd.port(),
        site.sshd.user(),
        site.home.path("id_ed25519").display()
    );
    site.home.write(".ssh/config", config);
}

/// A key pair by `ssh-keygen`, with the file's name as its comment.
fn key_pair(home: &Home, key_type: &str) -> PathBuf {
    let name = format!("id_{key_type}");
    let made = home.peer("ssh-keygen").args(["-q", "-t", key_type, "-N", ""]);
    assert_eq!(made.args(["-C", &name, "-f", &name]).run().code(), 0);
    home.path(name)
}

/// `SHA256:…`
fn fingerprint(home: &Home, key: &str) -> String {
    let shown = home.peer("ssh-keygen").args(["-lf", key]).run().quiet_success();
    shown.split(' ').nth(1).expect("the fingerprint is the second word").to_owned()
}

fn public_line(key: &Path) -> String {
    std::fs::read_to_string(key.with_extension("pub")).expect("ssh-keygen wrote it")
}

/// A server made with asyncssh whose script ends with `serving.py`, and its port. Its host key is
/// on record.
fn asyncssh_server(home: &Home, script: &str, key: &Path, arguments: &[&str]) -> (Running, u16) {
    let script = home.write("server.py", script);
    let server = home.python().arg(script).arg(key).args(arguments.iter().copied()).start();
    server.stdout.wait_for(".\n");
    let said = server.stdout.text();
    let port = said.trim_end().trim_start_matches("port ").trim_end_matches('.');
    let port = port.parse().expect("it said its port");
    home.write(".ssh/known_hosts", format!("[127.0.0.1]:{port} {}", public_line(key)));
    (server, port)
}

/// Incompressible bytes, different for each seed.
fn noise(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let words = std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    words.take(bytes / 8).flatten().collect()
}
