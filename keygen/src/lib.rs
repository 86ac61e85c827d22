//! Makes, reads, converts and inspects SSH key files: PPK, OpenSSH, PKCS#8 and PEM.
//!
//! The library half of the `keygen` program: [`cli`] is the only module that reads arguments or prints.

pub mod cli;
pub mod error;

pub use error::Error;
