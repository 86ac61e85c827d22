//! The `pubkey-copy` program; everything it does is in the library beside it.

fn main() -> std::process::ExitCode {
    pubkey_copy::cli::main()
}
