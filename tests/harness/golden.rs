//! Texts kept in files, so that a person sees every change to them before it is merged.

use std::env;
use std::fs;

use crate::workspace::root;

/// Compares a text with its file, whose path starts at the workspace's root. `cargo xtask golden`
/// runs every test with `golden` in its name and makes this write the file instead.
pub fn check(path: &str, text: &str) {
    let file = root().join(path);
    if env::var_os("UPDATE_GOLDEN").is_some() {
        let folder = file.parent().expect("it is below the root");
        fs::create_dir_all(folder).expect("folders can be made in the workspace");
        fs::write(&file, text).expect("files can be written in the workspace");
        return;
    }
    let kept = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
    if kept != text {
        let line = kept.lines().zip(text.lines()).position(|(kept, now)| kept != now);
        let line = line.unwrap_or_else(|| kept.lines().count().min(text.lines().count()));
        let shown = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
        panic!(
            "{path} is out of date from line {}:\n  kept: {}\n  now:  {}\n`cargo xtask golden` rewrites it",
            line + 1,
            shown(&kept),
            shown(text)
        );
    }
}
