//! `keygen` as users run it.

mod bulk;
mod converting;
mod damaged;
mod generating;
mod inspecting;
mod killed;
mod peers;
mod reading;
