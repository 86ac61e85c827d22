//! `keygen` as users run it.

mod converting;
mod generating;
mod peers;
mod reading;
