//! Programs newer than this system's, from the Debian unstable that `cargo xtask test` keeps below
//! `target/`.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::programs::installed;

/// Uses a mount namespace, so that nothing stays mounted when the program is killed.
const ENTER: &str = r#"
set -e
mount --rbind /proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --bind "$2" "$1$2"
if [ -n "$3" ]; then mount --bind "$3" "$1/run"; fi
root=$1
folder=$PWD
shift 3
exec chroot "$root" /bin/sh -c 'cd "$0" 2> /dev/null || cd /; exec "$@"' "$folder" "$@"
"#;

/// The words of a command that runs the program with this path. It sees our temporary files under
/// the same paths, the network, and otherwise a separate system. Only root can start it.
#[must_use]
pub fn words(path: &str) -> Vec<OsString> {
    words_with(path, None)
}

/// The same with a separate `/run`, where services keep files until the next boot.
#[must_use]
pub(crate) fn words_with(path: &str, run: Option<&Path>) -> Vec<OsString> {
    let unshare = installed("unshare").into_os_string();
    let script = ["--mount", "sh", "-c", ENTER, "sh"].map(OsString::from);
    let run = run.map(|run| run.as_os_str().to_owned()).unwrap_or_default();
    let folders = [root().into_os_string(), env::temp_dir().into_os_string(), run];
    [unshare].into_iter().chain(script).chain(folders).chain([path.into()]).collect()
}

fn root() -> PathBuf {
    let us = env::current_exe().expect("a program knows where it is");
    let found = us.ancestors().map(|folder| folder.join("sid")).find(|root| root.is_dir());
    found.expect("`cargo xtask test` installs a Debian unstable")
}
