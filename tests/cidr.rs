//! `cidr` as users run it.

mod changes;
mod formats;
mod fuzz;
mod https;
mod judges;
mod me;
mod platforms;
mod python;
mod read_back;
mod reading;
mod servers;
mod sets;
mod unknown;
