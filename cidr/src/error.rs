//! What can go wrong, in the words a user reads.

/// Why `cidr` could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Standard output could not be written.
    #[error("cannot write to standard output")]
    Output(#[source] std::io::Error),
}

impl Error {
    /// What the user can do about it, where there is something to say.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        None
    }

    /// The exit status: 1 could not, or the answer is no; 2 wrong usage.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        1
    }

    /// Whether the reader of our output went away, which ends the program quietly.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(cause) if cause.kind() == std::io::ErrorKind::BrokenPipe)
    }
}
