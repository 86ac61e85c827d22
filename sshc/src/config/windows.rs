//! Windows: facts about the machine and the user.

use std::fs::Metadata;
use std::net::{IpAddr, ToSocketAddrs as _};
use std::path::PathBuf;

pub(super) fn user_id() -> String {
    String::new()
}

/// The variable `USERNAME`.
pub(super) fn user_name() -> Option<String> {
    None
}

pub(crate) fn host_name() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

/// The addresses of this computer. Looking its own name up lists those of its interfaces, and
/// `localhost` is always there.
pub(super) fn local_addresses() -> Vec<IpAddr> {
    let names = [host_name(), "localhost".to_owned()];
    let found = names.iter().filter_map(|name| (name.as_str(), 0).to_socket_addrs().ok());
    found.flatten().map(|address| address.ip()).collect()
}

/// The folder that OpenSSH for Windows uses: `%ProgramData%\ssh`.
pub(super) fn system_directory() -> PathBuf {
    PathBuf::from(std::env::var_os("ProgramData").unwrap_or_default()).join("ssh")
}

/// Files in a user's profile can be written only by the user and administrators.
pub(super) fn others_can_write(_file: &Metadata) -> bool {
    false
}

/// A file outside the user's profile may belong to any user: access lists are not read here.
pub(super) fn is_users_alone(_file: &Metadata) -> bool {
    false
}
