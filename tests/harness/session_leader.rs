//! The `session-leader` program; everything it does is in the library.

fn main() -> std::process::ExitCode {
    harness::session::main()
}
