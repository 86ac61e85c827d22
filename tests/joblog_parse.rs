//! `joblog-parse` as users run it.

#[cfg(unix)]
mod corpus;
