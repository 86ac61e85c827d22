//! Unix: facts about the machine and the user, and who may write a file.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::process::Command;

pub(super) fn user_id() -> String {
    rustix::process::getuid().as_raw().to_string()
}

/// The user's name in the system's database, which may be a remote directory.
pub(super) fn user_name() -> Option<String> {
    nix::unistd::User::from_uid(nix::unistd::getuid()).ok().flatten().map(|user| user.name)
}

pub(super) fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

pub(super) fn system_directory() -> PathBuf {
    PathBuf::from("/etc/ssh")
}

/// A command line for the system's shell.
pub(super) fn shell(command: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(command);
    shell
}

/// Whether users other than this one and root could have written a file.
pub(super) fn others_can_write(file: &Metadata) -> bool {
    let owned = file.uid() == 0 || file.uid() == rustix::process::getuid().as_raw();
    !owned || file.mode() & 0o022 != 0
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_others_can_write_is_told_from_what_they_cannot() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for (mode, expected) in [(0o600, false), (0o644, false), (0o664, true), (0o602, true)] {
            fs::set_permissions(file.path(), Permissions::from_mode(mode)).unwrap();
            assert_eq!(others_can_write(&file.path().metadata().unwrap()), expected, "{mode:o}");
        }
    }
}
