//! The shape of the workspace, as the design draws it: which crate may know which, and how a source
//! file looks.

mod arrows;
mod circles;
mod sources;

/// The crates whose sources users run.
const TOOLS: [&str; 5] = ["keygen", "pubkey-copy", "joblog-parse", "cidr", "sshc"];
