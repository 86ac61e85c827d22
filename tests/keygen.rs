//! `keygen` as users run it.

mod generating;
mod peers;
mod reading;
