//! Sends descriptors along with bytes (unix(7), `SCM_RIGHTS`), where streams can be handed over.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub(crate) use linux::{send_with, try_receive};
#[cfg(not(target_os = "linux"))]
pub(crate) use other::{send_with, try_receive};
