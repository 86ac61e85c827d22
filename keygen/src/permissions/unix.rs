//! Modes: 0600, as `ssh` demands.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown,
};
use std::path::Path;

/// Creates a new file with mode 0600.
pub(super) fn create_owner_only(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

/// Creates a new file with mode 0644, or less if the umask says so.
pub(super) fn create_public(path: &Path) -> io::Result<File> {
    File::options().write(true).create_new(true).mode(0o644).open(path)
}

/// Changes owner and group to those of the other file, if it exists.
pub(super) fn keep_owner(file: &File, replaced: &Path) -> io::Result<()> {
    let Ok(old) = fs::metadata(replaced) else { return Ok(()) };
    let new = file.metadata()?;
    if old.gid() != new.gid() {
        // The mode gives the group no more than others, so failing to set a foreign group loses
        // nothing.
        let _ = fchown(file, None, Some(old.gid()));
    }
    if old.uid() == new.uid() { Ok(()) } else { fchown(file, Some(old.uid()), None) }
}

/// Creates a folder with mode 0700.
pub(super) fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// The mode, if it gives the group or others any rights.
pub(super) fn exposure(path: &Path) -> io::Result<Option<String>> {
    let mode = fs::metadata(path)?.permissions().mode() & 0o777;
    Ok((mode & 0o077 != 0).then(|| format!("its mode is {mode:04o}")))
}

/// Sets mode 0600.
pub(super) fn restrict_to_owner(path: &Path) -> io::Result<()> {
    fs::set_permissions(path, Permissions::from_mode(0o600))
}
