//! `sshc` as users run it.

mod agent;
mod config;
mod fuzz;
mod known_hosts;
mod terminal;
