//! Access rules (CIDR ranges) that are exactly right, or no rule.
//!
//! The library half of the `cidr` program: [`cli`] is the only module that reads arguments or
//! prints. Text becomes a [`set::Set`] in [`rules`], sets are computed with in [`set`], and become
//! text again in [`render`]; [`my_address`] asks the world outside who we are.

pub mod address;
pub mod check;
pub mod cli;
pub mod defaults;
pub mod error;
pub mod my_address;
pub mod ports;
pub mod range;
pub mod render;
pub mod rules;
pub mod set;

pub use error::Error;
