//! The `keyagent` program; everything it does is in the library.

#[global_allocator]
static ALLOCATOR: keygen::WipingAllocator = keygen::WipingAllocator;

fn main() -> std::process::ExitCode {
    keygen::agent::cli::main()
}
