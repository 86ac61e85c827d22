//! The check in `tests/fuzzing/ssh_config.rs`, on inputs found by coverage.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

#[path = "../../fuzzing/ssh_config.rs"]
mod ssh_config;

/// In memory, which is faster than a disk.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = PathBuf::from(format!("/dev/shm/fuzz-ssh-config-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("memory takes it");
    folder
});

fuzz_target!(|bytes: &[u8]| ssh_config::check(bytes, &FOLDER));
