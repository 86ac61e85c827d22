//! The `keyagent` program; everything it does is in the library.

fn main() -> std::process::ExitCode {
    keygen::agent::cli::main()
}
