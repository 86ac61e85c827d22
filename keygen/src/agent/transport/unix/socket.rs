//! The path of `keyagent`'s socket, in a folder that only its user can enter.

use std::env;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::os::unix::net::SocketAddr;
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

const NAME: &str = "agent.sock";

/// `$XDG_RUNTIME_DIR/keyagent/agent.sock`, else the same in a folder of the temporary directory.
///
/// After `su` and `sudo` the first variable may name another user's folder. A path that is too long
/// for a socket is passed over as well.
pub(in super::super::super) fn default_socket() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let runtime = absolute("XDG_RUNTIME_DIR").filter(|folder| is_ours(folder));
    let temporary = [absolute("TMPDIR"), Some("/tmp".into())].into_iter().flatten();
    let of_user = format!("keyagent-{}", geteuid().as_raw());
    let folders = runtime.map(|folder| folder.join("keyagent")).into_iter();
    let mut folders = folders.chain(temporary.map(|folder| folder.join(&of_user)));
    folders.find_map(|folder| Some(folder.join(NAME)).filter(|path| fits(path)))
}

/// Whether a socket can have this path.
pub(in super::super::super) fn fits(path: &Path) -> bool {
    SocketAddr::from_pathname(path).is_ok()
}

/// Makes the socket's folder, with mode 0700, if it does not exist.
///
/// # Errors
/// When another user could put something into it, or it cannot be made.
pub(in super::super::super) fn make_folder(socket: &Path) -> io::Result<()> {
    let folder = folder_of(socket);
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Err(_) if !is_ours(folder) => Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "its folder belongs to another user, or others may write to it",
        )),
        _ => Ok(()),
    }
}

/// Whether only the owner can have created the socket.
pub(super) fn is_safe(socket: &Path) -> bool {
    is_ours(folder_of(socket))
}

fn folder_of(socket: &Path) -> &Path {
    socket.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Refuses a link, which could be redirected later.
fn is_ours(folder: &Path) -> bool {
    fs::symlink_metadata(folder)
        .is_ok_and(|it| it.is_dir() && it.uid() == geteuid().as_raw() && it.mode() & 0o022 == 0)
}
