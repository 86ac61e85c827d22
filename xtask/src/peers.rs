//! The programs with which the tests compare ours: which ones, and installing the missing ones.
//!
//! As root, Debian's packages are installed with `apt-get`; otherwise the missing ones are named.
//! PyPI's go into a virtual environment below `target/`, and programs that must be newer than
//! Debian's stable release into a root folder beside it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::step::{self, Failure, Outcome};
use crate::{windows, workspace};

mod sid;

/// A Debian package and the programs in it that the tests use; on other systems the programs show
/// what is missing.
struct Peer {
    package: &'static str,
    programs: &'static [&'static str],
}

const fn peer(package: &'static str, programs: &'static [&'static str]) -> Peer {
    Peer { package, programs }
}

const PEERS: &[Peer] = &[
    peer("ansible-core", &["ansible"]),
    peer("bash", &["bash", "rbash"]),
    peer("borgbackup", &["borg"]),
    peer("busybox", &["busybox"]),
    peer(
        "coreutils",
        &["base64", "cat", "chroot", "date", "env", "id", "nice", "sha256sum", "sleep"],
    ),
    peer("dash", &["dash"]),
    peer("dbus-daemon", &["dbus-daemon"]),
    peer("debootstrap", &["debootstrap"]),
    peer("docker.io", &["docker"]),
    peer("dropbear-bin", &["dropbear", "dropbearkey"]),
    peer("emacs-nox", &["emacs"]),
    peer("fish", &["fish"]),
    peer("fuse3", &["fusermount3"]),
    peer("gawk", &["gawk"]),
    peer("git", &["git"]),
    peer("gpg-agent", &["gpg-agent"]),
    peer("grepcidr", &["grepcidr"]),
    peer("gzip", &["gzip"]),
    peer("htop", &["htop"]),
    peer("iprange", &["iprange"]),
    peer("iproute2", &["ip"]),
    peer("ipset", &["ipset"]),
    peer("iptables", &["iptables", "iptables-save"]),
    peer("lftp", &["lftp"]),
    peer("libfaketime", &[]),
    peer("mercurial", &["hg"]),
    peer("mosh", &["mosh", "mosh-server"]),
    peer("mount", &["mount", "umount"]),
    peer("nftables", &["nft"]),
    peer("openmpi-bin", &["mpirun", "orted"]),
    peer(
        "openssh-client",
        &["scp", "sftp", "ssh", "ssh-add", "ssh-agent", "ssh-copy-id", "ssh-keygen"],
    ),
    peer("openssh-server", &["sshd"]),
    peer("openssl", &["openssl"]),
    peer("passwd", &["chage", "useradd", "userdel", "usermod"]),
    peer("pdsh", &["pdsh"]),
    peer("putty", &["pageant"]),
    peer("putty-tools", &["plink", "psftp", "puttygen"]),
    peer("python3", &["python3"]),
    peer("python3-dbus", &[]),
    peer("python3-firewall", &[]),
    peer("python3-gi", &[]),
    peer("python3-jupyter-client", &[]),
    peer("python3-pexpect", &[]),
    peer("python3-venv", &[]),
    peer("restic", &["restic"]),
    peer("ripgrep", &["rg"]),
    peer("rsync", &["rsync"]),
    peer("socat", &["socat"]),
    peer("sshfs", &["sshfs"]),
    peer("strace", &["strace"]),
    peer("subversion", &["svn", "svnadmin", "svnserve"]),
    peer("sway", &["sway"]),
    peer("systemd", &["systemd-socket-activate"]),
    peer("tcsh", &["tcsh"]),
    peer("time", &["time"]),
    peer("tinysshd", &["tinysshd", "tinysshd-makekey", "tinysshd-printkey"]),
    peer("tmux", &["tmux"]),
    peer("ufw", &["ufw"]),
    peer("unison", &["unison"]),
    peer("util-linux", &["nsenter", "setpriv", "unshare"]),
    peer("vim", &["vim"]),
    peer("vttest", &["vttest"]),
    peer("weston", &["weston"]),
    peer("wl-clipboard", &["wl-paste"]),
    peer("xauth", &["xauth"]),
    peer("xclip", &["xclip"]),
    peer("xvfb", &["Xvfb"]),
];

/// Servers, rivals and judges written in Python: the package, and the module to import.
const FROM_PYPI: &[(&str, &str)] = &[
    ("aggregate6", "aggregate6"),
    ("asyncssh", "asyncssh"),
    ("awscli", "awscli"),
    ("azure-cli-core", "azure.cli.core"),
    ("azure-common", "azure.common"),
    ("azure-mgmt-network", "azure.mgmt.network"),
    ("botocore", "botocore"),
    ("google-cloud-compute", "google.cloud.compute_v1"),
    ("msrest", "msrest"),
    ("paramiko", "paramiko"),
    ("python-hcl2", "hcl2"),
    // A golden file has its findings, so the version is fixed.
    ("ssh-audit==3.9.0", "ssh_audit"),
    ("ssh-mitm", "sshmitm"),
    ("tree-sitter==0.26.1", "tree_sitter"),
    ("tree-sitter-powershell==0.26.4", "tree_sitter_powershell"),
];

/// Azure's command line, without the hundred libraries that only its other commands need.
const WITHOUT_DEPENDENCIES: &[(&str, &str)] = &[("azure-cli", "azure.cli.command_modules.network")];

/// Debian asks this program whether a service may be started; no test wants the machine to run one.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Installs whatever the tests need and is missing, or names it.
pub(crate) fn install() -> Outcome {
    install_missing(&missing())?;
    install_from_pypi("peers", FROM_PYPI, WITHOUT_DEPENDENCIES)?;
    sid::install()
}

/// Installs the missing Debian packages. On other systems, the programs in them are looked for when
/// they are called.
pub(crate) fn install_packages(wanted: &[&'static str]) -> Outcome {
    let known = installed(wanted).unwrap_or_else(|| wanted.to_vec());
    let missing: Vec<_> = wanted.iter().copied().filter(|it| !known.contains(it)).collect();
    install_missing(&missing)
}

fn install_missing(missing: &[&'static str]) -> Outcome {
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !can_install()? {
        return Err(Failure::new(format!(
            "this task needs programs that are not installed; as root on Debian it installs \
             them, elsewhere look for: {names}"
        )));
    }
    step::say(&format!("installing {names}"))?;
    let _policy = NoServices::declare()?;
    step::run(apt_get().arg("update"))?;
    step::run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(missing))
}

/// The missing packages. On systems without Debian packages, a program that is found stands for its
/// package; [`windows::run`] itself checks what builds for Windows.
fn missing() -> Vec<&'static str> {
    let wanted: Vec<_> =
        PEERS.iter().map(|peer| peer.package).chain(windows::debian_packages()).collect();
    let Some(known) = installed(&wanted) else {
        return PEERS
            .iter()
            .filter(|peer| !peer.programs.iter().all(|program| is_on_path(program)))
            .map(|it| it.package)
            .collect();
    };
    wanted.into_iter().filter(|package| !known.contains(package)).collect()
}

/// The installed ones of these packages; `None` on systems without Debian packages.
fn installed(wanted: &[&'static str]) -> Option<Vec<&'static str>> {
    let query = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
        .args(wanted)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let known = String::from_utf8_lossy(&query.stdout);
    let is_installed = |package: &&&str| {
        let line = format!("{package} installed");
        known.lines().any(|known| known == line)
    };
    Some(wanted.iter().filter(is_installed).copied().collect())
}

fn is_on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin"].map(PathBuf::from))
        .any(|folder| folder.join(program).is_file())
}

fn can_install() -> Result<bool, Failure> {
    Ok(is_on_path("apt-get") && step::output(Command::new("id").arg("-u"))?.trim() == "0")
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.args(["--quiet", "-o", "Dpkg::Use-Pty=0", "-o", "Acquire::Retries=3"]);
    command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    command
}

/// While this exists, packages start no services.
struct NoServices {
    ours: bool,
}

impl NoServices {
    fn declare() -> Result<Self, Failure> {
        if Path::new(POLICY).exists() {
            return Ok(Self { ours: false });
        }
        fs::write(POLICY, "#!/bin/sh\nexit 101\n")
            .map_err(|error| Failure::new(format!("cannot write `{POLICY}`: {error}")))?;
        let policy = Self { ours: true };
        step::run(Command::new("chmod").args(["755", POLICY]))?;
        Ok(policy)
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if self.ours {
            // If it stayed, it would keep packages from starting their services; its name would
            // explain that.
            let _ = fs::remove_file(POLICY);
        }
    }
}

/// Makes `target/NAME/bin/python` have these packages of PyPI, each with the module to import (none
/// for a package that only has a program). The last ones are installed without their dependencies.
pub(crate) fn install_from_pypi(
    name: &str,
    wanted: &[(&str, &str)],
    alone: &[(&str, &str)],
) -> Outcome {
    let venv = workspace::target().join(name);
    let python = venv.join("bin").join("python");
    let all = || wanted.iter().chain(alone);
    let check: String = all().map(|(package, module)| is_there(package, module)).collect();
    let works = Command::new(&python).args(["-c", &check]).stderr(Stdio::null()).status();
    if works.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    let packages: Vec<_> = all().map(|(package, _)| *package).collect();
    step::say(&format!("installing {} from PyPI into {}", packages.join(" "), venv.display()))?;
    step::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv))?;
    let install = |options: &[&str], packages: &[(&str, &str)]| {
        let mut pip = Command::new(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        step::run(pip.args(options).args(packages.iter().map(|(package, _)| *package)))
    };
    install(&[], wanted)?;
    if alone.is_empty() { Ok(()) } else { install(&["--no-deps"], alone) }
}

/// Python code that fails unless this version of the package is installed.
fn is_there(package: &str, module: &str) -> String {
    let import = if module.is_empty() { String::new() } else { format!("import {module}\n") };
    let Some((name, version)) = package.split_once("==") else { return import };
    let name = name.split('[').next().unwrap_or(name);
    format!(
        "{import}import importlib.metadata\n\
         assert importlib.metadata.version('{name}') == '{version}'\n"
    )
}
