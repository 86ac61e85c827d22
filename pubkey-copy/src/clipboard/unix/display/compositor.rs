//! Finds out whether a Wayland compositor exists at all, to tell one without a clipboard for us
//! from one that has ended.

use std::env;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// The name of the compositor's socket, if something listens there.
pub(super) fn answering() -> Option<String> {
    let name = env::var("WAYLAND_DISPLAY").ok().filter(|name| !name.is_empty())?;
    let socket = if Path::new(&name).is_absolute() {
        PathBuf::from(&name)
    } else {
        PathBuf::from(env::var_os("XDG_RUNTIME_DIR")?).join(&name)
    };
    UnixStream::connect(socket).ok().map(|_| name)
}
