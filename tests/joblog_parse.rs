//! `joblog-parse` as users run it.

mod altered;
mod corpus;
mod following;
mod generated;
mod limits;
mod names;
mod output;
mod pairing;
mod properties;
mod random;
mod services;
