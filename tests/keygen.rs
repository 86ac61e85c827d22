//! `keygen` as users run it.

mod peers;
mod reading;
