//! Programs for Windows under Wine, which `cargo xtask dist --check` has started.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::from_xtask;

/// All tests share one registry, and one PATH in it.
static SHARED: Mutex<()> = Mutex::new(());

/// While this lock is held, no other test installs.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A program for Windows, by its file or by a name that Wine knows.
pub(crate) fn program(file: impl AsRef<Path>) -> Command {
    let prefix = prefix();
    let mut command = Command::new("wine");
    command.arg(file.as_ref()).env("WINEPREFIX", &prefix).env("WINEDEBUG", "-all");
    command.env("HOME", prefix.with_extension("home"));
    // Keeps Wine from adding menus to the desktop that runs the tests.
    command.env("WINEDLLOVERRIDES", "mscoree,mshtml=;winemenubuilder.exe=d");
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("TMPDIR");
    command
}

/// Wine's folder.
pub(crate) fn prefix() -> PathBuf {
    from_xtask("WINEPREFIX").into()
}

/// A path as Windows writes it.
pub(crate) fn path(file: &Path) -> String {
    format!("Z:{}", file.display().to_string().replace('/', "\\"))
}
