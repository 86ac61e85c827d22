//! `keygen` as users run it.

mod converting;
mod generating;
mod inspecting;
mod killed;
mod peers;
mod reading;
