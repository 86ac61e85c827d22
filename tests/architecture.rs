//! The structure of the workspace, as the design draws it: the dependencies between crates, and the
//! form of source files.

mod arrows;
mod circles;
mod sources;

/// The crates whose programs users run.
const TOOLS: [&str; 5] = ["keygen", "pubkey-copy", "joblog-parse", "cidr", "sshc"];
