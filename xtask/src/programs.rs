//! The programs that users get: the only list, for building, packaging and Windows resources.

/// A program, and the workspace package that builds it.
pub(crate) struct Program {
    /// The command, which also names its man page and completions.
    pub(crate) name: &'static str,
    pub(crate) package: &'static str,
    /// Shown in lists of the programs, and in file properties on Windows.
    pub(crate) summary: &'static str,
}

const fn program(name: &'static str, package: &'static str, summary: &'static str) -> Program {
    Program { name, package, summary }
}

/// In the order in which a user needs them.
pub(crate) const PROGRAMS: &[Program] = &[
    program("keygen", "keygen", "make, read and convert SSH key files"),
    program("keyagent", "keygen", "hold unlocked keys for every program"),
    program("pubkey-copy", "pubkey-copy", "put a key's authorized_keys line on the clipboard"),
    program("cidr", "cidr", "make access rules (CIDR ranges) that are exactly right"),
    program(
        "joblog-parse",
        "joblog-parse",
        "find the user and address of a cluster in its job log",
    ),
    program("sshc", "sshc", "log in to a cluster, run commands there, open tunnels"),
];
