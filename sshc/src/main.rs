//! The `sshc` program; the library does all the work.

fn main() -> std::process::ExitCode {
    sshc::cli::main()
}
