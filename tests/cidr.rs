//! `cidr` as users run it.

#[cfg(unix)]
mod me;
#[cfg(unix)]
mod reading;
#[cfg(unix)]
mod servers;
#[cfg(unix)]
mod sets;
