//! An SSH client for clusters that live for hours.
//!
//! The library half of the `sshc` program: [`cli`] is the only module that reads arguments.

pub mod agent;
mod ask;
mod auth;
mod channel;
pub mod cli;
mod client;
pub mod config;
mod connect;
pub mod destination;
pub mod error;
mod escape;
mod forward;
pub mod host_key;
pub mod known_hosts;
mod plan;
pub mod putty;
mod run;
pub mod session;
pub mod stdio;
mod stop;
pub mod terminal;
mod text_file;
mod verify;

pub use error::Error;
