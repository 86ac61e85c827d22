//! Starts programs for Windows under Wine: headless, silent, in a home of their own.

use std::env;
use std::path::PathBuf;

use harness::home::Home;
use harness::invocation::Invocation;

/// One of the five, as built for Windows.
pub(crate) fn tool(home: &Home, name: &str) -> Invocation {
    program(home, from_xtask("WINDOWS_PROGRAMS").join(name).with_extension("exe"))
}

/// Any program for Windows. The home is its folder, so plain file names reach what the test wrote there.
pub(crate) fn program(home: &Home, file: PathBuf) -> Invocation {
    home.peer("wine")
        .arg(file)
        .env("WINEPREFIX", from_xtask("WINEPREFIX"))
        .env("WINEDEBUG", "-all")
        .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
}

fn from_xtask(name: &str) -> PathBuf {
    env::var_os(name).map(PathBuf::from).expect("these tests are run by `cargo xtask windows`")
}
