//! A separate Debian of the same release in a folder, for tests that must not see this system.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{output, read};

/// Makes the folder the root, with processes and terminals of its own. Not by `chroot`, in which no
/// user may create namespaces. A process namespace makes sure that nothing outlives the program.
const ENTER: &str = r#"
set -e
cd "$1"
shift
mount --bind . .
cd "$PWD"
mount -t proc proc proc
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts
pivot_root . .
umount -l .
cd /
exec "$@"
"#;

/// Every installed system and every container has this file; `debootstrap` writes none.
const HOSTS: &str = "127.0.0.1\tlocalhost\n::1\tlocalhost\n";

/// Where this system gets Debian's packages from; other sources are left out.
const SOURCES: &str = "/etc/apt/sources.list.d/debian.sources";
const OLD_SOURCES: &str = "/etc/apt/sources.list";

/// The certificates that programs trust; a mirror near this system may have one of its own.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";

pub(crate) struct Debian {
    root: PathBuf,
}

impl Debian {
    /// Installs one with only the packages that every Debian has, and these.
    pub(crate) fn fresh(root: PathBuf, packages: &[&str]) -> Self {
        let release = read(Path::new("/etc/os-release"));
        let name = release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
        let mut debootstrap = Command::new("debootstrap");
        debootstrap.arg("--variant=minbase");
        if !packages.is_empty() {
            debootstrap.arg(format!("--include={}", packages.join(",")));
        }
        output(debootstrap.arg(name.expect("this is Debian")).arg(&root));
        fs::write(root.join("etc/hosts"), HOSTS).expect("it can be written");
        Self { root }
    }

    /// The path outside for a path inside it.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// Runs a program inside, which must succeed, and returns its standard output.
    pub(crate) fn run(&self, words: &[&str]) -> String {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "sh"]);
        command.arg(&self.root).args(words);
        command.env_clear().env("HOME", "/root").env("LC_ALL", "C.UTF-8");
        output(command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"))
    }

    /// Installs packages from where this system gets its own, updates included.
    pub(crate) fn install(&self, packages: &[&str]) {
        let sources = if Path::new(SOURCES).exists() { SOURCES } else { OLD_SOURCES };
        self.copy(sources);
        self.run(&["apt-get", "-q", "update"]);
        let silent = ["env", "DEBIAN_FRONTEND=noninteractive"];
        let install = ["apt-get", "-q", "install", "--yes", "--no-install-recommends"];
        self.run(&[&silent[..], &install, packages].concat());
        if self.path(CERTIFICATES).exists() {
            self.copy(CERTIFICATES);
        }
    }

    /// Copies a file of this system to the same place inside.
    fn copy(&self, path: &str) {
        fs::copy(path, self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}
