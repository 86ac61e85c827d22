//! `cargo xtask …`: what a developer does with this workspace. No dependencies, so that it starts at once.

fn main() {}
