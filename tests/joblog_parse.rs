//! `joblog-parse` as users run it.

#[cfg(unix)]
mod corpus;
#[cfg(unix)]
mod following;
mod generated;
#[cfg(target_os = "linux")]
mod limits;
#[cfg(unix)]
mod output;
mod pairing;
mod properties;
mod services;
