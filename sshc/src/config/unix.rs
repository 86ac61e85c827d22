//! Unix: facts about the machine and the user, and who may write a file.

mod addresses;

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

pub(super) use addresses::local_addresses;

pub(super) fn user_id() -> String {
    rustix::process::getuid().as_raw().to_string()
}

/// The user's name in the system's database, which may be a remote directory.
pub(super) fn user_name() -> Option<String> {
    nix::unistd::User::from_uid(nix::unistd::getuid()).ok().flatten().map(|user| user.name)
}

pub(crate) fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

pub(super) fn system_directory() -> PathBuf {
    PathBuf::from("/etc/ssh")
}

/// Whether users other than this one and root could have written a file.
pub(super) fn others_can_write(file: &Metadata) -> bool {
    let owned = file.uid() == 0 || file.uid() == rustix::process::getuid().as_raw();
    !owned || file.mode() & 0o022 != 0
}

/// Whether the file is this user's, and no other user but root could have written it.
pub(super) fn is_users_alone(file: &Metadata) -> bool {
    file.uid() == rustix::process::getuid().as_raw() && !others_can_write(file)
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::tests::home_with;
    use super::super::{Config, Files, Request};
    use super::*;

    #[test]
    fn what_others_can_write_is_distinguished_from_what_they_cannot() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for (mode, expected) in [(0o600, false), (0o644, false), (0o664, true), (0o602, true)] {
            fs::set_permissions(file.path(), Permissions::from_mode(mode)).unwrap();
            assert_eq!(others_can_write(&file.path().metadata().unwrap()), expected, "{mode:o}");
        }
    }

    #[test]
    fn a_line_that_others_could_have_written_lets_nothing_run() {
        let permitted = "PermitMatchExec yes\nMatch exec true\n  Port 3\n";
        let (home, context) = home_with("");
        let [named, included] = ["named", "included"].map(|name| home.path().join(name));
        let resolve = || {
            let request =
                Request { host: "node7", files: Files::Only(named.clone()), ..Request::default() };
            Config::resolve(&request, &context).map(|config| *config.port)
        };
        let open_to_all = |path| fs::set_permissions(path, Permissions::from_mode(0o666)).unwrap();
        fs::write(&named, permitted).unwrap();
        assert_eq!(resolve().unwrap(), 3);
        open_to_all(&named);
        assert!(resolve().unwrap_err().to_string().ends_with("would run a program"));
        fs::remove_file(&named).unwrap();
        fs::write(&named, format!("PermitMatchExec yes\nInclude {}\n", included.display()))
            .unwrap();
        fs::write(&included, "Match exec true\n  Port 4\n").unwrap();
        assert_eq!(resolve().unwrap(), 4);
        open_to_all(&included);
        assert!(resolve().unwrap_err().to_string().ends_with("would run a program"));
    }
}
