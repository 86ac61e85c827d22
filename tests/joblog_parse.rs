//! `joblog-parse` as users run it.

#[cfg(target_os = "linux")]
mod bounds;
#[cfg(unix)]
mod corpus;
#[cfg(unix)]
mod faces;
#[cfg(unix)]
mod following;
mod generated;
mod halves;
mod properties;
mod services;
