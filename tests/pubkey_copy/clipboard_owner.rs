//! The process that stays to keep the text on the clipboard, found among all processes by its home.

use std::fs;
use std::path::Path;

use harness::DEADLINE;
use harness::home::Home;
use harness::programs::under_test;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

/// The IDs of the copies of `pubkey-copy` that run in this home.
pub(super) fn of(home: &Home) -> Vec<Pid> {
    let ours = format!("HOME={}", home.folder().display());
    let processes = fs::read_dir("/proc").expect("Linux shows its processes");
    processes
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            let id: i32 = folder.file_name()?.to_str()?.parse().ok()?;
            let is_one = runs_the_tool(&folder) && has(&folder.join("environ"), &ours);
            Pid::from_raw(id).filter(|_| is_one)
        })
        .collect()
}

/// Waits until a process has ended; one that no longer exists has.
pub(super) fn wait_for_end(process: Pid) {
    let Ok(process) = pidfd_open(process, PidfdFlags::empty()) else { return };
    let deadline = Timespec { tv_sec: DEADLINE.as_secs().cast_signed(), tv_nsec: 0 };
    let ended = poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&deadline));
    assert_eq!(ended, Ok(1), "the process that keeps the clipboard goes on");
}

/// What this file descriptor of a process is.
pub(super) fn descriptor(process: Pid, number: u32) -> String {
    let link = format!("/proc/{}/fd/{number}", process.as_raw_nonzero());
    fs::read_link(link).expect("the descriptor is open").display().to_string()
}

fn runs_the_tool(folder: &Path) -> bool {
    fs::read_link(folder.join("exe")).is_ok_and(|program| program == under_test("pubkey-copy"))
}

fn has(environment: &Path, variable: &str) -> bool {
    fs::read(environment)
        .is_ok_and(|bytes| bytes.split(|byte| *byte == 0).any(|it| it == variable.as_bytes()))
}
