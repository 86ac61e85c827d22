//! What the tests stand on: a temporary home, the programs under test, a pseudo-terminal, real
//! servers and agents.
//!
//! Start with [`home::Home`]; from it come the programs ([`home::Home::tool`],
//! [`home::Home::peer`], [`home::Home::shell`]), run to their end, left running, or put on a
//! terminal. Servers are [`sshd::Sshd`], [`dropbear::Dropbear`] and [`tinysshd::Tinysshd`] (real,
//! one each, on a loopback port of their own), [`cluster::Cluster`] (in this process, needs nothing
//! installed) and those of [`hostile`]. Everything is killed and removed when it is dropped;
//! nothing waits by sleeping; a peer that is not installed fails the test that asked for it.

#![expect(
    clippy::missing_panics_doc,
    reason = "everything here panics, saying why, where a test cannot go on"
)]

pub mod cluster;
pub mod fuzz;
pub mod golden;
pub mod session;
pub mod workspace;

#[cfg(unix)]
pub mod account;
#[cfg(unix)]
pub mod agent;
#[cfg(unix)]
pub mod display;
#[cfg(unix)]
pub mod dropbear;
#[cfg(unix)]
pub mod home;
#[cfg(unix)]
pub mod hostile;
#[cfg(unix)]
pub mod invocation;
#[cfg(unix)]
pub mod network;
#[cfg(unix)]
pub mod newest;
#[cfg(unix)]
pub mod process;
#[cfg(unix)]
pub mod screen;
#[cfg(unix)]
pub mod sshd;
#[cfg(unix)]
pub mod terminal;
#[cfg(unix)]
pub mod tinysshd;
#[cfg(unix)]
pub mod transcript;

/// How long anything may take before the test that waits for it fails: generous, because the
/// machine may be busy.
pub const DEADLINE: std::time::Duration = std::time::Duration::from_secs(60);
