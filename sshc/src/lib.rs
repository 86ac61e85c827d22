//! An SSH client for clusters that live for hours.
//!
//! The library half of the `sshc` program; only [`cli`] reads its arguments.

mod advice;
pub mod agent;
mod announced;
mod antispoof;
mod ask;
mod auth;
mod background;
mod browser;
mod channel;
pub mod cli;
mod client;
pub mod config;
mod connect;
mod defaults;
pub mod destination;
mod diagnose;
pub mod error;
pub mod fingerprint;
mod forward;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod host_key;
mod host_key_policy;
mod ignored_signals;
pub mod known_hosts;
mod local_command;
mod lock;
mod logging;
mod notices;
mod options;
pub mod pattern;
mod plan;
pub mod port;
pub mod putty;
pub mod reason;
mod run;
pub mod session;
mod share;
mod shell;
mod shutdown;
pub mod stdio;
pub mod terminal;
mod text_file;
mod wait;

pub use error::Error;
