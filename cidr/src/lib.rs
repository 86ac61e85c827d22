//! Makes access rules (CIDR ranges): exactly the right one, or none.
//!
//! The library half of the `cidr` program: [`cli`] is the only module that reads arguments or
//! prints. [`rules`] turns text into a [`set::Set`], [`set`] does the arithmetic, and [`render`]
//! turns the result back into text. [`my_address`] asks servers which address they see us from.

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
