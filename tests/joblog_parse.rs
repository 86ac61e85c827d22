//! `joblog-parse` as users run it.
