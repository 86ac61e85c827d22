//! The agent, which holds keys: its protocol (RFC 9987, and OpenSSH's `PROTOCOL.agent` for the
//! extensions), a blocking client, and the `keyagent` program.
//!
//! `pubkey-copy` uses the client; `sshc` uses the messages and has its own transport. [`cli`] is
//! the only module that reads arguments or prints.

mod ask;
mod background;
pub mod cli;
mod client;
mod clock;
mod control;
mod error;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod heap;
mod known_hosts;
mod listener;
pub mod message;
mod request;
mod restrict_destination;
mod secret;
mod server;
mod session_bind;
mod signer;
mod store;
mod transport;
mod upstream;

pub use ask::allows;
#[cfg(unix)]
pub use background::keep_descriptors_from_children;
pub use client::Client;
pub use error::AgentError;
pub use known_hosts::recorded_user;
#[cfg(unix)]
pub use listener::allow_many_descriptors;
pub use transport::usual_places;
#[cfg(windows)]
pub use transport::{
    ask_pageants_window, client_of, is_pageants_window_open, is_pipe, owner_who_is_not_us,
    pageant_pipe, socket_file_stream,
};
#[cfg(unix)]
pub use transport::{is_same_user, is_trusted};
