//! Runs the six programs as users do, against the programs that they must work with.
//!
//! The first modules need neither such programs nor Linux; `cargo xtask test --here` runs them.

mod architecture;
mod docs;
mod golden;

#[cfg(target_os = "linux")]
mod cidr;
#[cfg(target_os = "linux")]
mod contract;
#[cfg(target_os = "linux")]
mod fuzzing;
#[cfg(target_os = "linux")]
mod joblog_parse;
#[cfg(target_os = "linux")]
mod keyagent;
#[cfg(target_os = "linux")]
mod keygen;
#[cfg(target_os = "linux")]
mod pipeline;
#[cfg(target_os = "linux")]
mod pubkey_copy;
#[cfg(target_os = "linux")]
mod selftest;
#[cfg(target_os = "linux")]
mod sshc;
