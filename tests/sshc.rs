//! `sshc` as users run it.

mod agent;
