//! `sshc` as users run it.

mod agent;
mod terminal;
