//! An SSH client for clusters that live for hours.
//!
//! The library half of the `sshc` program: [`cli`] is the only module that reads arguments or prints.

pub mod agent;
pub mod cli;
pub mod error;
pub mod host_key;
pub mod known_hosts;
pub mod stdio;
pub mod terminal;
mod text_file;

pub use error::Error;
