//! Makes archives whose bytes depend only on their content: fixed times, owners, modes and order.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::product::Product;
use super::{deliver, scratch};
use crate::step::{self, Failure, Outcome};
use crate::workspace;

/// Readable by all, writable by the owner, whatever the umask was when the files were made.
const MODES: &str = "u=rwX,go=rX";

/// Packs the folder `name` in `parent` as `name.tar.gz`.
pub(super) fn tar_gz(parent: &Path, name: &str, epoch: u64, dist: &Path) -> Outcome {
    let mut tar = Command::new("tar");
    tar.current_dir(parent);
    tar.args(["--create", "--format=ustar", "--sort=name", "--owner=0", "--group=0"]);
    tar.args(["--numeric-owner", &format!("--mode={MODES}"), &format!("--mtime=@{epoch}")]);
    tar.arg(format!("--file={name}.tar")).arg(name);
    step::run(&mut tar)?;
    let archive = parent.join(format!("{name}.tar"));
    gzip(&archive)?;
    deliver(&parent.join(format!("{name}.tar.gz")), dist)
}

/// Replaces a file by `FILE.gz`, which contains neither its name nor its time.
pub(super) fn gzip(file: &Path) -> Outcome {
    step::run(Command::new("gzip").args(["--best", "--no-name"]).arg(file))
}

/// The sources of the last commit, from which Homebrew builds.
pub(super) fn source(product: &Product, dist: &Path) -> Outcome {
    let name = product.file("source");
    let work = scratch("source")?;
    let archive = work.join(format!("{name}.tar"));
    let mut git = Command::new("git");
    git.current_dir(workspace::root());
    git.args(["archive", "--format=tar", &format!("--prefix={name}/"), "--output"]);
    step::run(git.arg(&archive).arg("HEAD"))?;
    gzip(&archive)?;
    deliver(&work.join(format!("{name}.tar.gz")), dist)
}

/// Packs the folder `name` in `parent` as `name.zip`. `smallest` takes ten times as long and saves
/// 3 %.
pub(super) fn zip(parent: &Path, name: &str, epoch: u64, smallest: bool, dist: &Path) -> Outcome {
    set_modes(&parent.join(name))?;
    set_times(&parent.join(name), epoch)?;
    let archive = format!("{name}.zip");
    let mut list = Command::new("find");
    list.current_dir(parent).args([name, "-type", "f"]);
    let mut files: Vec<String> = step::output(&mut list)?.lines().map(str::to_owned).collect();
    files.sort();
    let mut zip = Command::new("zip");
    // Zip files store local times.
    zip.current_dir(parent).env("TZ", "UTC");
    step::run(zip.args(["-q", "-9", "-X", "-D", &archive]).args(files))?;
    if smallest {
        let mut advzip = Command::new("advzip");
        step::run(advzip.current_dir(parent).args(["-q", "--recompress", "-3", &archive]))?;
    }
    let archive = parent.join(archive);
    if smallest {
        check_size(fs::metadata(&archive).map_or(u64::MAX, |data| data.len()))?;
    }
    deliver(&archive, dist)
}

/// Users download the zip at every update, many over slow lines.
const LARGEST_ZIP: u64 = 8_000_000;

fn check_size(bytes: u64) -> Outcome {
    if bytes <= LARGEST_ZIP {
        return Ok(());
    }
    Err(Failure::new(format!("the zip has {bytes} bytes, more than {LARGEST_ZIP}")))
}

/// Sets the modes of everything below a folder.
pub(super) fn set_modes(folder: &Path) -> Outcome {
    step::run(Command::new("chmod").args(["-R", MODES]).arg(folder))
}

/// Sets the same time for everything below a folder.
pub(super) fn set_times(folder: &Path, epoch: u64) -> Outcome {
    let mut find = Command::new("find");
    find.arg(folder).args(["-exec", "touch", &format!("--date=@{epoch}"), "{}", "+"]);
    step::run(&mut find)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_zip_for_users_has_at_most_8_mb() {
        assert!(super::check_size(8_000_000).is_ok());
        let refused = super::check_size(8_000_001).map_err(|failure| failure.to_string());
        assert_eq!(refused, Err("the zip has 8000001 bytes, more than 8000000".to_owned()));
    }
}
