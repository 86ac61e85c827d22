//! The foundation of the tests: a temporary home, the programs under test, a pseudo-terminal, real
//! servers and agents.
//!
//! Start with [`home::Home`]. It starts programs ([`home::Home::tool`], [`home::Home::peer`],
//! [`home::Home::shell`]), which are run to their end, left running, or put on a terminal. Servers
//! are [`sshd::Sshd`], [`dropbear::Dropbear`] and [`tinysshd::Tinysshd`] (real, each on a loopback
//! port of its own), [`cluster::Cluster`] (in this process, needs nothing installed) and those of
//! [`hostile`]. Dropping a value ends its processes and removes its files. Nothing waits by
//! sleeping, and a peer that is not installed fails the test that asks for it.

#![expect(
    clippy::missing_panics_doc,
    reason = "everything here panics, saying why, where a test cannot go on"
)]

pub mod cluster;
pub mod fuzz;
pub mod golden;
pub mod session;
pub mod workspace;

#[cfg(target_os = "linux")]
pub mod account;
#[cfg(target_os = "linux")]
pub mod agent;
#[cfg(target_os = "linux")]
pub mod display;
#[cfg(target_os = "linux")]
pub mod dropbear;
#[cfg(target_os = "linux")]
pub mod home;
#[cfg(target_os = "linux")]
pub mod hostile;
#[cfg(target_os = "linux")]
pub mod invocation;
#[cfg(target_os = "linux")]
pub mod network;
#[cfg(target_os = "linux")]
pub mod newest;
#[cfg(target_os = "linux")]
pub mod process;
#[cfg(target_os = "linux")]
pub mod programs;
#[cfg(target_os = "linux")]
pub mod screen;
#[cfg(target_os = "linux")]
pub mod sshd;
#[cfg(target_os = "linux")]
pub mod terminal;
#[cfg(target_os = "linux")]
pub mod tinysshd;
#[cfg(target_os = "linux")]
pub mod transcript;

/// How long a test waits for anything before it fails: generous, because the machine may be busy.
pub const DEADLINE: std::time::Duration = std::time::Duration::from_secs(60);

/// Waits until it is so; fails the test after [`DEADLINE`].
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    awaited(what, || is_so().then_some(()));
}

/// Asks again and again until there is an answer; fails the test after [`DEADLINE`].
pub fn awaited<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = std::time::Instant::now() + DEADLINE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(std::time::Instant::now() < deadline, "not yet: {what}");
        std::thread::yield_now();
    }
}
