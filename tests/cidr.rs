//! `cidr` as users run it.

mod diff_and_split;
mod formats;
mod fuzz;
mod https;
mod incomplete_listings;
mod input;
mod me;
mod platform_listings;
mod python;
mod read_back;
mod servers;
mod sets;
mod vendor_tools;
