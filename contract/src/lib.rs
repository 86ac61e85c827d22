//! What all five tools promise, written once: how bytes from outside are shown, how a failure and a
//! wrong argument are reported, which encodings are read, what JSON looks like, how a program ends.
//!
//! It knows no tool, and what is no promise of `docs/architecture.md` does not belong here.

pub mod escape;
pub mod exit;
pub mod json;
pub mod report;
pub mod text;
pub mod usage;

pub use escape::shown;
pub use exit::Answer;
pub use report::Failure;
