//! `joblog-parse` as users run it.

#[cfg(unix)]
mod corpus;
#[cfg(unix)]
mod faces;
#[cfg(unix)]
mod following;
mod properties;
