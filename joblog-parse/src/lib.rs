//! Reads the user and the address of a cluster out of its job log.
//!
//! The library half of the `joblog-parse` program: [`cli`] is the only module that reads arguments or prints.

pub mod cli;
pub mod error;

pub use error::Error;
