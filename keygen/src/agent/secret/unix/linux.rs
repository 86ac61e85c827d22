//! `PR_SET_DUMPABLE`: neither ptrace nor /proc/PID/mem, but for the administrator.

use rustix::process::{DumpableBehavior, set_dumpable_behavior};

pub(super) fn forbid_tracing() {
    // It fails for no value that the type has.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}
