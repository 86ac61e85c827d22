//! `sshc` as users run it.
