//! The five programs, run as users run them, against the programs they must get along with.

mod architecture;
mod cidr;
mod contract;
mod docs;
mod golden;
mod ground;
mod joblog_parse;
mod keygen;
mod pipeline;
mod pubkey_copy;
mod sshc;
