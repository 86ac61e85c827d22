//! The `keygen` program; everything it does is in the library.

#[global_allocator]
static ALLOCATOR: keygen::WipingAllocator = keygen::WipingAllocator;

fn main() -> std::process::ExitCode {
    keygen::cli::main()
}
