//! The newest OpenSSH and PuTTY: those of Debian unstable, in a separate root folder below
//! `target/`.
//!
//! Stable releases keep their versions; unstable already has what users will meet next year.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::step::{self, Failure, Outcome};
use crate::workspace;

const PACKAGES: &str = "openssh-client,openssh-server,putty-tools";

/// Programs that must run in it, with arguments that make them exit at once.
const CHECKS: [&[&str]; 3] =
    [&["/usr/bin/ssh", "-V"], &["/usr/sbin/sshd", "-V"], &["/usr/bin/puttygen", "--version"]];

/// Makes sure that `target/sid` has the programs.
pub(super) fn install() -> Outcome {
    let root = workspace::target().join("sid");
    if CHECKS.iter().all(|check| runs(&root, check)) {
        return Ok(());
    }
    step::say(&format!("installing {PACKAGES} of Debian unstable into {}", root.display()))?;
    // Under another name until it is complete, because a run may be interrupted.
    let unfinished = root.with_extension("unfinished");
    remove(&unfinished)?;
    let mut debootstrap = Command::new("debootstrap");
    debootstrap.args(["--variant=minbase", &format!("--include={PACKAGES}"), "sid"]);
    step::run(debootstrap.arg(&unfinished).stdin(Stdio::null()).stdout(Stdio::null()))?;
    // For sshd's privilege separation; Debian makes it at boot.
    fs::create_dir_all(unfinished.join("run/sshd"))
        .map_err(|cause| failure("prepare", &unfinished, &cause))?;
    remove(&root)?;
    fs::rename(&unfinished, &root).map_err(|cause| failure("rename", &unfinished, &cause))
}

fn runs(root: &Path, check: &[&str]) -> bool {
    let mut program = Command::new("chroot");
    program.arg(root).args(check).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    program.status().is_ok_and(|status| status.success())
}

fn remove(folder: &PathBuf) -> Outcome {
    match fs::remove_dir_all(folder) {
        Err(cause) if folder.exists() => Err(failure("remove", folder, &cause)),
        _ => Ok(()),
    }
}

fn failure(what: &str, folder: &Path, cause: &std::io::Error) -> Failure {
    Failure::new(format!("cannot {what} `{}`: {cause}", folder.display()))
}
