//! `keygen` as users run it.

mod bulk;
mod converting;
mod damaged;
mod foreign_options;
mod generating;
mod inspecting;
mod kdf_costs;
mod killed;
mod leading_zeros;
mod output_files;
mod peer_versions;
mod peers;
mod prompts;
mod quoted_keys;
mod random_damage;
mod reading;
mod secrets;
mod user_files;
