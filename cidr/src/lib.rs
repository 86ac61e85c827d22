//! Access rules (CIDR ranges) that are exactly right, or no rule.
//!
//! The library half of the `cidr` program: [`cli`] is the only module that reads arguments or prints.

pub mod cli;
pub mod error;

pub use error::Error;
