//! `keygen` as users run it.

mod asking;
mod bulk;
mod carried;
mod converting;
mod costs;
mod damaged;
mod foreign_options;
mod generating;
mod inspecting;
mod killed;
mod matrix;
mod mutated;
mod peers;
mod placing;
mod rare;
mod reading;
mod secrets;
mod strange;
