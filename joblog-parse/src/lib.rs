//! Finds the user and the address of a cluster in its job log.
//!
//! The library half of the `joblog-parse` program: [`cli`] is the only module that reads arguments
//! or prints. A log goes from `text` (bytes to lines worth reading) through [`recognize`] (lines to
//! candidates) and [`choose`] (candidates to targets) to [`render`].

pub mod choose;
pub mod cli;
pub mod defaults;
pub mod error;
mod escaped;
pub mod follow;
pub mod pattern;
pub mod recognize;
pub mod render;
pub mod scan;
mod secret;
pub mod service;
pub mod source;
pub mod target;
mod text;

pub use error::Error;
pub use escaped::Escaped;
pub use service::{Service, ServiceError};
pub use target::{Host, HostKey, IdentityFile, Jump, Target, TargetError, User};
