//! The `joblog-parse` program; everything it does is in the library.

fn main() -> std::process::ExitCode {
    joblog_parse::cli::main()
}
