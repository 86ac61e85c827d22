//! Runs both agents on sockets of their own, and asks them in turn.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::step::{self, Failure, Outcome};
use crate::workspace;

/// How long each client asks for signatures.
const PERIOD: Duration = Duration::from_secs(3);
const CLIENTS: [usize; 2] = [1, 16];
const STARTS: u32 = 50;

const KEYS: [(&str, &[&str]); 2] =
    [("Ed25519", &["ed25519"]), ("RSA-4096", &["rsa", "-b", "4096"])];

pub(super) fn run(arguments: &[String]) -> Outcome {
    let ours = match arguments {
        [] => build()?,
        // Such as the one in a package, with another C library.
        [built] => PathBuf::from(built),
        _ => return Err(Failure::usage("usage: cargo xtask bench agent [KEYAGENT]")),
    };
    let folder = workspace::target().join("bench/agent");
    // Sockets of an earlier run may still exist.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(failed)?;
    let contenders = [
        ("keyagent", ours, ["start", "--foreground", "--socket"].as_slice()),
        ("ssh-agent", PathBuf::from("ssh-agent"), ["-D", "-a"].as_slice()),
    ];
    for (name, program, options) in &contenders {
        let socket = folder.join(format!("{name}.sock"));
        let mut waited = Duration::ZERO;
        for _ in 0..STARTS {
            waited += Agent::start(program, options, &socket)?.1;
        }
        let agent = Agent::start(program, options, &socket)?.0;
        let started = (waited / STARTS).as_secs_f64() * 1e3;
        let mut said = vec![format!("{name}: starts in {started:.1} ms")];
        for (kind, making) in KEYS {
            let key = key(&folder, name, making)?;
            add(&socket, &key)?;
            for clients in CLIENTS {
                let rate = rate(&socket, clients)?;
                said.push(format!("{kind}, {clients} clients: {rate:.0}/s"));
            }
            remove_all(&socket)?;
        }
        said.push(format!("resident {} KiB", resident_kib(agent.0.id())?));
        step::say(&said.join("; "))?;
    }
    Ok(())
}

fn build() -> Result<PathBuf, Failure> {
    workspace::build(&["--release", "--package", "keygen", "--bin", "keyagent"])?;
    Ok(workspace::target().join("release").join(workspace::program("keyagent")))
}

#[expect(clippy::needless_pass_by_value, reason = "map_err gives it away")]
fn failed(error: io::Error) -> Failure {
    Failure::new(format!("cannot measure the agents: {error}"))
}

/// A running agent, which ends on drop.
struct Agent(Child);

impl Agent {
    /// Starts it, and returns how long it took until it printed its address.
    fn start(program: &Path, options: &[&str], socket: &Path) -> Result<(Self, Duration), Failure> {
        let _ = fs::remove_file(socket);
        let start = Instant::now();
        let mut command = Command::new(program);
        command.args(options).arg(socket).env_remove("SSH_AUTH_SOCK").stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| step::cannot_start(&command, &error))?;
        let mut said = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut said).map_err(failed)?;
        }
        let waited = start.elapsed();
        let agent = Self(child);
        if said.starts_with("SSH_AUTH_SOCK=") {
            return Ok((agent, waited));
        }
        Err(Failure::new(format!("`{}` does not start", program.display())))
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn key(folder: &Path, name: &str, making: &[&str]) -> Result<PathBuf, Failure> {
    let path = folder.join(format!("{name}-{}", making.first().unwrap_or(&"key")));
    let mut command = Command::new("ssh-keygen");
    step::run(command.args(["-q", "-N", "", "-t"]).args(making).arg("-f").arg(&path))?;
    Ok(path)
}

fn ssh_add(socket: &Path) -> Command {
    let mut command = Command::new("ssh-add");
    command.arg("-q").env("SSH_AUTH_SOCK", socket);
    command
}

fn add(socket: &Path, key: &Path) -> Outcome {
    step::run(ssh_add(socket).arg(key))
}

fn remove_all(socket: &Path) -> Outcome {
    step::run(ssh_add(socket).arg("-D").stderr(Stdio::null()))
}

/// Signatures per second with the only key, for this many simultaneous clients.
fn rate(socket: &Path, clients: usize) -> Result<f64, Failure> {
    let request = sign_request(socket).map_err(failed)?;
    let start = Instant::now();
    let counts: Vec<io::Result<u32>> = thread::scope(|scope| {
        let running: Vec<_> =
            (0..clients).map(|_| scope.spawn(|| signatures(socket, &request))).collect();
        let ended = running.into_iter().map(|it| it.join().unwrap_or(Ok(0)));
        ended.collect()
    });
    let mut total = 0;
    for count in counts {
        total += count.map_err(failed)?;
    }
    Ok(f64::from(total) / start.elapsed().as_secs_f64())
}

fn signatures(socket: &Path, request: &[u8]) -> io::Result<u32> {
    let mut stream = UnixStream::connect(socket)?;
    let (start, mut count) = (Instant::now(), 0);
    while start.elapsed() < PERIOD {
        if ask(&mut stream, request)?.first() != Some(&14) {
            return Err(io::Error::other("an agent does not sign"));
        }
        count += 1;
    }
    Ok(count)
}

/// A request for a signature with the first listed key, as for a login.
fn sign_request(socket: &Path) -> io::Result<Vec<u8>> {
    let listing = ask(&mut UnixStream::connect(socket)?, &[11])?;
    let entries = listing.get(5..).unwrap_or_default();
    let length = entries.first_chunk().map_or(0, |it| u32::from_be_bytes(*it) as usize);
    let key = entries.get(..length + 4).unwrap_or_default();
    let data = [7; 500];
    Ok([&[13], key, &500_u32.to_be_bytes(), &data, &4_u32.to_be_bytes()].concat())
}

fn ask(stream: &mut UnixStream, message: &[u8]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(message.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes(), message].concat())?;
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut answer = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}

fn resident_kib(process: u32) -> Result<u64, Failure> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).map_err(failed)?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_ascii_whitespace().next()?.parse().ok());
    number.ok_or_else(|| Failure::new("cannot parse /proc/PID/status"))
}
