//! The `pubkey-copy` program; everything it does is in the library.

#[global_allocator]
static ALLOCATOR: keygen::WipingAllocator = keygen::WipingAllocator;

fn main() -> std::process::ExitCode {
    pubkey_copy::cli::main()
}
