//! An SSH client for clusters that live for hours.
//!
//! The library half of the `sshc` program: [`cli`] is the only module that reads arguments or prints.

pub mod cli;
pub mod error;
pub mod stdio;
pub mod terminal;

pub use error::Error;
