//! OpenSSH's real server, on a loopback port and with host keys of its own.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::account::succeed;
use crate::network::Namespace;
use crate::newest;
use crate::process::{Process, start_server};
use crate::programs::{built, installed};
use crate::transcript::Transcript;

/// The types of host key that a server has by default.
const HOST_KEY_TYPES: [&str; 3] = ["ed25519", "ecdsa", "rsa"];

const CONFIG_FILE: &str = "sshd_config";

/// A running `sshd`, on 127.0.0.1 unless set up elsewhere. It ends when this is dropped.
#[derive(Debug)]
pub struct Sshd {
    folder: TempDir,
    address: SocketAddr,
    program: Vec<OsString>,
    log: Transcript,
    process: Option<Process>,
}

/// A server about to be started.
#[derive(Debug, Default)]
pub struct Setup {
    authorized: Vec<String>,
    options: Vec<String>,
    host_key_types: Vec<String>,
    is_newest: bool,
    run: Option<PathBuf>,
    elsewhere: Option<(Vec<OsString>, Ipv4Addr)>,
}

impl Setup {
    /// Listens in another network namespace, on port 22 of this address.
    #[must_use]
    pub fn inside(mut self, network: &Namespace, address: Ipv4Addr) -> Self {
        self.elsewhere = Some((network.words(), address));
        self
    }

    /// Uses this folder as its `/run`; works only with [`Setup::newest`].
    #[must_use]
    pub fn run_folder(mut self, folder: PathBuf) -> Self {
        self.run = Some(folder);
        self
    }

    /// Runs the newest OpenSSH instead of this system's. Its users are those of that separate
    /// system.
    #[must_use]
    pub fn newest(mut self) -> Self {
        self.is_newest = true;
        self
    }

    /// Accepts the private half of this `authorized_keys` line, for every user of the machine.
    #[must_use]
    pub fn authorize(mut self, line: impl Into<String>) -> Self {
        self.authorized.push(line.into());
        self
    }

    /// Adds a line of `sshd_config`, which overrides the harness's own.
    #[must_use]
    pub fn option(mut self, line: impl Into<String>) -> Self {
        self.options.push(line.into());
        self
    }

    /// Uses only host keys of this type (`ed25519`, `ecdsa`, `rsa`) and of the types in further
    /// calls.
    #[must_use]
    pub fn host_key_type(mut self, key_type: impl Into<String>) -> Self {
        self.host_key_types.push(key_type.into());
        self
    }

    /// Starts the server, and returns when it listens.
    #[must_use]
    pub fn start(mut self) -> Sshd {
        if self.host_key_types.is_empty() {
            self.host_key_types = HOST_KEY_TYPES.map(str::to_owned).to_vec();
        }
        let folder = TempDir::with_prefix("sshd-").expect("a temporary folder can be made");
        // sshd reads `authorized_keys` as the user who logs in.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
        let authorized: String =
            self.authorized.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        fs::write(folder.path().join("authorized_keys"), authorized).expect("the folder is ours");
        make_host_keys(folder.path(), &self.host_key_types);
        let program = self.program();
        let start_at = |address: SocketAddr| {
            let config = self.config(folder.path(), address);
            let file = folder.path().join(CONFIG_FILE);
            fs::write(&file, config).expect("the folder is ours");
            launch(&file, &program)
        };
        let (address, process, log) = match &self.elsewhere {
            None => {
                let (port, process, log) =
                    listening(|port| start_at((Ipv4Addr::LOCALHOST, port).into()));
                ((Ipv4Addr::LOCALHOST, port).into(), process, log)
            }
            Some((_, address)) => {
                let address = (*address, 22).into();
                let (process, log) = start_at(address);
                log.wait_for("Server listening on");
                (address, process, log)
            }
        };
        Sshd { folder, address, program, log, process: Some(process) }
    }

    /// The words that start it. sshd insists on an absolute path, because it starts itself again
    /// for each connection.
    fn program(&self) -> Vec<OsString> {
        let network = self.elsewhere.as_ref().map(|(words, _)| words.clone());
        let server = if self.is_newest {
            newest::words_with("/usr/sbin/sshd", self.run.as_deref())
        } else {
            vec![installed("sshd").into()]
        };
        network.unwrap_or_default().into_iter().chain(server).collect()
    }

    fn config(&self, folder: &Path, address: SocketAddr) -> String {
        let folder = folder.display();
        // Of two lines for one option sshd uses the first.
        let mut lines = self.options.clone();
        lines.extend(self.host_key_types.iter().map(|it| format!("HostKey {folder}/host_{it}")));
        lines.push(format!("ListenAddress {address}"));
        lines.push(format!("AuthorizedKeysFile {folder}/authorized_keys"));
        lines.extend(
            [
                // Otherwise `-R 0` could get a port that is free in IPv6 but in use in IPv4.
                "AddressFamily inet",
                "PidFile none",
                "UsePAM no",
                "StrictModes no",
                "UseDNS no",
                "LogLevel VERBOSE",
                "PermitRootLogin yes",
                "PasswordAuthentication no",
                "KbdInteractiveAuthentication no",
                "PrintMotd no",
                "PrintLastLog no",
                "MaxStartups 500",
                "Subsystem sftp internal-sftp",
            ]
            .map(str::to_owned),
        );
        lines.join("\n") + "\n"
    }
}

impl Sshd {
    /// A server to be set up.
    #[must_use]
    pub fn setup() -> Setup {
        Setup::default()
    }

    /// A server that accepts the private half of this line, for every user of this machine.
    #[must_use]
    pub fn start(authorized_line: &str) -> Self {
        Self::setup().authorize(authorized_line).start()
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The address on which it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its configuration, for another server like it.
    #[must_use]
    pub fn config_file(&self) -> PathBuf {
        self.folder.path().join(CONFIG_FILE)
    }

    /// A user who can log in: the one who runs the tests, by the name in the password database.
    #[must_use]
    pub fn user(&self) -> String {
        succeed(Command::new(installed("id")).arg("-un")).trim().to_owned()
    }

    /// `user@address:port`.
    #[must_use]
    pub fn target(&self) -> String {
        format!("{}@{}", self.user(), self.address())
    }

    /// The public line of a host key, without a comment.
    #[must_use]
    pub fn host_key(&self, key_type: &str) -> String {
        let path = self.host_key_file(key_type).with_extension("pub");
        let line = fs::read_to_string(path).expect("the server has a host key of this type");
        line.split(' ').take(2).collect::<Vec<_>>().join(" ").trim_end().to_owned()
    }

    /// The private key file of a host key.
    #[must_use]
    pub fn host_key_file(&self, key_type: &str) -> PathBuf {
        self.folder.path().join(format!("host_{key_type}"))
    }

    /// `SHA256:…` of a host key.
    #[must_use]
    pub fn fingerprint(&self, key_type: &str) -> String {
        let mut keygen = Command::new(installed("ssh-keygen"));
        let shown = succeed(keygen.arg("-lf").arg(self.host_key_file(key_type)));
        shown.split(' ').nth(1).expect("the fingerprint is the second word").to_owned()
    }

    /// The line of `known_hosts` for a host key.
    #[must_use]
    pub fn known_hosts_line(&self, key_type: &str) -> String {
        let (host, port) = (self.address.ip(), self.address.port());
        let host = if port == 22 { host.to_string() } else { format!("[{host}]:{port}") };
        format!("{host} {}\n", self.host_key(key_type))
    }

    /// Accepts one more key from now on.
    pub fn authorize(&self, line: &str) {
        let path = self.folder.path().join("authorized_keys");
        let mut file = OpenOptions::new().append(true).open(path).expect("the file is ours");
        writeln!(file, "{line}").expect("the file can be written");
    }

    /// Whether it is the newest OpenSSH.
    #[must_use]
    pub fn is_newest(&self) -> bool {
        self.program
            .iter()
            .any(|word| word == "unshare" || word.to_string_lossy().ends_with("/unshare"))
    }

    /// Its log, at the level VERBOSE unless an option changes that.
    #[must_use]
    pub fn log(&self) -> &Transcript {
        &self.log
    }

    /// Stops listening. Open connections have their own processes, and stay.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Listens again on the same port with the same keys, and starts a new log.
    pub fn restart(&mut self) {
        self.stop();
        let (process, log) = launch(&self.config_file(), &self.program);
        log.wait_for("Server listening on");
        (self.process, self.log) = (Some(process), log);
    }
}

fn make_host_keys(folder: &Path, types: &[String]) {
    let keygens: Vec<_> = types
        .iter()
        .map(|key_type| {
            let mut keygen = Command::new(installed("ssh-keygen"));
            keygen.args(["-q", "-N", "", "-t", key_type, "-f"]);
            keygen.arg(folder.join(format!("host_{key_type}")));
            if key_type == "rsa" {
                keygen.args(["-b", "2048"]);
            }
            keygen.stdin(Stdio::null()).spawn().expect("ssh-keygen can be started")
        })
        .collect();
    for mut keygen in keygens {
        assert!(keygen.wait().expect("a child can be waited for").success(), "ssh-keygen failed");
    }
}

fn launch(config: &Path, program: &[OsString]) -> (Process, Transcript) {
    // The folder for privilege separation, which Debian makes at boot.
    let _ = fs::create_dir_all("/run/sshd");
    let mut command = Command::new(built("session-leader"));
    command.arg("-").args(program).args(["-D", "-e", "-f"]).arg(config);
    start_server(command, "sshd")
}

/// Ports outside the range from which systems assign ephemeral ones.
const FIXED_PORTS: Range<u16> = 10_000..32_000;

/// A port that was free a moment ago. No other test gets it, and neither does a program that asks
/// for any free port.
#[must_use]
pub fn free_port() -> u16 {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let count = u32::from(FIXED_PORTS.end - FIXED_PORTS.start);
    // Test processes that run at the same time start at other ports.
    let start = std::process::id().wrapping_mul(7919);
    for _ in 0..count {
        let step = start.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % count;
        let port = FIXED_PORTS.start + u16::try_from(step).expect("it is below the count");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("every port from {FIXED_PORTS:?} is taken")
}

/// Starts a server that logs when it listens. If its port was taken meanwhile, tries another one.
fn listening(mut launch: impl FnMut(u16) -> (Process, Transcript)) -> (u16, Process, Transcript) {
    for _ in 0..20 {
        let port = free_port();
        let (process, log) = launch(port);
        if log.wait_for_any(&["Server listening on", "Address already in use"]) == 0 {
            return (port, process, log);
        }
    }
    panic!("twenty free ports in a row were taken by other programs")
}
