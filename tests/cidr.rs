//! `cidr` as users run it.

#[cfg(unix)]
mod changes;
#[cfg(unix)]
mod formats;
#[cfg(unix)]
mod fuzz;
#[cfg(unix)]
mod https;
#[cfg(unix)]
mod judges;
#[cfg(unix)]
mod me;
#[cfg(unix)]
mod platforms;
#[cfg(unix)]
mod python;
#[cfg(unix)]
mod read_back;
#[cfg(unix)]
mod reading;
#[cfg(unix)]
mod servers;
#[cfg(unix)]
mod sets;
#[cfg(unix)]
mod unknown;
