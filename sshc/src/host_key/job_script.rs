//! The line for a job script that announces the host key, so that the first login needs no
//! question.

/// A line for any POSIX shell: it prints `SSHC-HOSTKEY SHA256:…` for the key that the cluster's
/// server shows first, in the order in which we ask for types. `joblog-parse` finds it in the log.
pub(crate) const ANNOUNCEMENT: &str = "\
for type in ed25519 ecdsa rsa; do ssh-keygen -lf /etc/ssh/ssh_host_${type}_key.pub 2> /dev/null; \
done | awk 'NR == 1 { print \"SSHC-HOSTKEY\", $2 }'
";
