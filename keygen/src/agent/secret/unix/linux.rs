//! `PR_SET_DUMPABLE`: only root can use ptrace or /proc/PID/mem on us.

use rustix::process::{DumpableBehavior, set_dumpable_behavior};

pub(super) fn forbid_tracing() {
    // It cannot fail for a value of this type.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}
