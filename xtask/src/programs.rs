//! The programs that users get: the one list, for building, packaging and the resources of Windows
//! programs.

/// A program, and the package of the workspace whose binary it is.
pub(crate) struct Program {
    /// What users type, and the name of its man page and completions.
    pub(crate) name: &'static str,
    pub(crate) package: &'static str,
    /// For lists of what is there, and the file properties on Windows.
    pub(crate) summary: &'static str,
}

const fn program(name: &'static str, package: &'static str, summary: &'static str) -> Program {
    Program { name, package, summary }
}

/// In the order in which a user meets them.
pub(crate) const PROGRAMS: &[Program] = &[
    program("keygen", "keygen", "make, read and convert SSH key files"),
    program("keyagent", "keygen", "hold unlocked keys for every program"),
    program("pubkey-copy", "pubkey-copy", "put a key's authorized_keys line on the clipboard"),
    program("cidr", "cidr", "make access rules (CIDR ranges) that are exactly right"),
    program(
        "joblog-parse",
        "joblog-parse",
        "read user and address of a cluster out of its job log",
    ),
    program("sshc", "sshc", "log in to a cluster, run commands there, open tunnels"),
];
