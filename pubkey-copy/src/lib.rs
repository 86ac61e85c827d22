//! Puts a key's `authorized_keys` line on the clipboard, or installs it on a server.
//!
//! The library half of the `pubkey-copy` program: [`cli`] is the only module that reads arguments
//! or prints.

pub mod agent;
pub mod cli;
pub mod clipboard;
pub mod defaults;
pub mod error;
pub mod install;
pub mod line;
pub mod source;

pub use error::Error;
