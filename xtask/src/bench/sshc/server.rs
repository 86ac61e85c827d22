//! An sshd with one user, one key exchange and one cipher.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use super::place::Place;
use crate::step::{self, Failure, cannot_start};

/// A running server; dropping it ends it.
pub(super) struct Server {
    pub(super) place: Place,
    child: Child,
}

impl Server {
    /// Starts it on loopback.
    pub(super) fn start(folder: &Path, cipher: &str) -> Result<Self, Failure> {
        Self::start_at(Place::loopback(free_port()?), folder, cipher)
    }

    /// Starts it with the keys that [`super::rival::Rivals::prepare`] put into `folder`.
    ///
    /// It has a mount namespace of its own, in which the user's shell is dash and the home is
    /// `folder`; that needs root.
    pub(super) fn start_at(place: Place, folder: &Path, cipher: &str) -> Result<Self, Failure> {
        let config = folder.join("sshd_config");
        write(&config, &configuration(folder, cipher, place))?;
        let users = folder.join("passwd");
        write(&users, &passwd(folder)?)?;
        let mut command = place.command("unshare");
        command.args(["--mount", "sh", "-c"]);
        command.arg("mkdir -p /run/sshd; mount --bind \"$0\" /etc/passwd && exec \"$@\"");
        command.arg(&users).args(["/usr/sbin/sshd", "-D", "-e", "-f"]).arg(&config);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| cannot_start(&command, &error))?;
        let said = child.stderr.take();
        let server = Self { place, child };
        let mut said = BufReader::new(said.ok_or_else(|| Failure::new("sshd has no output"))?);
        let mut line = String::new();
        while !line.starts_with("Server listening on") {
            line.clear();
            if said.read_line(&mut line).is_ok_and(|count| count == 0) {
                return Err(Failure::new("sshd does not listen; this benchmark needs root"));
            }
        }
        // Its later output must be read, or it would block.
        thread::spawn(move || io::copy(&mut said, &mut io::sink()));
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn configuration(folder: &Path, cipher: &str, place: Place) -> String {
    let (folder, Place { host, port, .. }) = (folder.display(), place);
    format!(
        "HostKey {folder}/host_key\nListenAddress {host}:{port}\n\
         AuthorizedKeysFile {folder}/id.pub\nPidFile none\nUsePAM no\nStrictModes no\nUseDNS no\n\
         PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
         PrintMotd no\nPrintLastLog no\nMaxStartups 500\nMaxSessions 1000\n\
         KexAlgorithms curve25519-sha256\nCiphers {cipher}\n"
    )
}

/// The machine's users, with another shell and home for root.
fn passwd(folder: &Path) -> Result<String, Failure> {
    let users = step::output(Command::new("cat").arg("/etc/passwd"))?;
    let lines = users.lines().map(|line| match line.strip_prefix("root:") {
        Some(_) => format!("root:x:0:0:root:{}:/bin/sh\n", folder.display()),
        None => format!("{line}\n"),
    });
    Ok(lines.collect())
}

pub(super) fn free_port() -> Result<u16, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Failure::new(format!("cannot find a free port: {error}")))
}

pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text)
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", path.display())))
}
