//! The default identities: the files that `ssh` tries if none is named.

use std::env;
use std::path::{Path, PathBuf};

/// In ssh's order (`IdentityFile` in `ssh_config(5)`).
const NAMES: [&str; 5] = ["id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk"];

/// The existing default identities: the private file, or the public one if only that exists.
pub(crate) fn files() -> Vec<PathBuf> {
    let Some(folder) = ssh_folder() else { return Vec::new() };
    NAMES.iter().filter_map(|name| existing(&folder, name)).collect()
}

/// The folder that was searched, for messages.
pub(super) fn folder() -> String {
    match ssh_folder() {
        Some(folder) => format!("`{}`", contract::shown(&folder)),
        None => "the home folder, which nothing names".into(),
    }
}

fn existing(folder: &Path, name: &str) -> Option<PathBuf> {
    let private = folder.join(name);
    let public = folder.join(format!("{name}.pub"));
    [private, public].into_iter().find(|file| file.is_file())
}

fn ssh_folder() -> Option<PathBuf> {
    env::home_dir().filter(|home| !home.as_os_str().is_empty()).map(|home| home.join(".ssh"))
}
