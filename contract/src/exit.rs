//! Exit statuses. Only `sshc` and `keyagent start -- COMMAND` pass on a status that is not their
//! own. The failures of `sshc` itself are 255, as in ssh, except for wrong usage.

use std::process::ExitCode;

/// The tool did what it was asked to do.
pub const DONE: u8 = 0;
/// The tool could not do it.
pub const FAILED: u8 = 1;
/// The arguments make no sense.
pub const USAGE: u8 = 2;

/// The exit status of a question such as `cidr contains`. The values are those of `grep` and
/// `diff`, so that a script can tell "no" from "no answer".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Status 0.
    Yes,
    /// Status 1.
    No,
    /// Status 2: the input could not be read, or the network could not be reached.
    CannotTell,
}

impl Answer {
    /// `Yes` if `is_so`, else `No`.
    #[must_use]
    pub fn of(is_so: bool) -> Self {
        if is_so { Self::Yes } else { Self::No }
    }

    /// The status as a number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Yes => 0,
            Self::No => 1,
            Self::CannotTell => 2,
        }
    }
}

impl From<Answer> for ExitCode {
    fn from(answer: Answer) -> Self {
        answer.code().into()
    }
}
