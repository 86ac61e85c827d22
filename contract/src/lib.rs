//! What all programs promise, written once: how bytes from outside are shown, how a failure and a
//! wrong argument are reported, which encodings are read, what JSON looks like, and how a program
//! ends.
//!
//! This crate knows no tool. Only promises listed in `docs/architecture.md` belong here.

pub mod encoding;
pub mod escape;
pub mod exit;
pub mod json;
pub mod report;
pub mod usage;

pub use escape::shown;
pub use exit::Answer;
pub use report::Failure;
