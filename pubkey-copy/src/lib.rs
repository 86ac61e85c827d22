//! Puts a key's `authorized_keys` line on the clipboard.
//!
//! The library half of the `pubkey-copy` program: [`cli`] is the only module that reads arguments or prints.

pub mod cli;
pub mod error;

pub use error::Error;
