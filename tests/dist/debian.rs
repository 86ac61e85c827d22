//! A separate Debian of the same release as ours, in a folder, for what must not see this system.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{output, read};

/// A process namespace of its own, so that nothing in it outlives the program, and `/proc` for it.
const ENTER: &str = r#"
mount -t proc proc "$1/proc" || exit
root=$1
shift
exec chroot "$root" "$@"
"#;

pub(crate) struct Debian {
    root: PathBuf,
}

impl Debian {
    /// With only the packages that every Debian has, and these.
    pub(crate) fn fresh(root: PathBuf, packages: &[&str]) -> Self {
        let release = read(Path::new("/etc/os-release"));
        let name = release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
        let mut debootstrap = Command::new("debootstrap");
        debootstrap.arg("--variant=minbase");
        if !packages.is_empty() {
            debootstrap.arg(format!("--include={}", packages.join(",")));
        }
        output(debootstrap.arg(name.expect("this is Debian")).arg(&root));
        Self { root }
    }

    /// A place in it, by its path from there.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// What a program there writes to standard output; it must succeed.
    pub(crate) fn run(&self, words: &[&str]) -> String {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "sh"]);
        command.arg(&self.root).args(words);
        command.env_clear().env("HOME", "/root").env("LC_ALL", "C.UTF-8");
        output(command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"))
    }
}
