//! The `session-leader` program; everything it does is in the library beside it.

fn main() -> std::process::ExitCode {
    harness::session::main()
}
