//! The `cidr` program; everything it does is in the library.

fn main() -> std::process::ExitCode {
    cidr::cli::main()
}
