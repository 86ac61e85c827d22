//! Descriptors inherited from the caller: a pipe among them would stay open as long as the agent
//! runs.

use std::fs;
use std::os::fd::{BorrowedFd, RawFd};

use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};

/// From now on children inherit nothing but their standard streams.
pub fn keep_descriptors_from_children() {
    let Ok(entries) = fs::read_dir("/dev/fd") else { return };
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let numbers: Vec<RawFd> = numbers.filter(|number| *number > 2).collect();
    for number in numbers {
        close_on_exec(number);
    }
}

#[expect(unsafe_code, reason = "a descriptor that came with the process has no owner here")]
fn close_on_exec(number: RawFd) {
    // SAFETY: the descriptor was open a moment ago, and no other thread closes any; only its flag
    // is changed.
    let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
    if let Ok(flags) = fcntl_getfd(descriptor) {
        // If it has been closed, it is not inherited either.
        let _ = fcntl_setfd(descriptor, flags | FdFlags::CLOEXEC);
    }
}
