//! Starts programs for Windows under Wine: headless, silent, in a home of their own.

use std::env;
use std::path::PathBuf;

use harness::home::Home;
use harness::invocation::Invocation;

/// The one that also links the five; `cargo xtask windows` has looked for it.
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// One of the five, as built for Windows.
pub(crate) fn tool(home: &Home, name: &str) -> Invocation {
    program(home, from_xtask("WINDOWS_PROGRAMS").join(name).with_extension("exe"))
}

/// Any program for Windows. The home is its folder, so plain file names reach what the test wrote there.
pub(crate) fn program(home: &Home, file: PathBuf) -> Invocation {
    home.peer("wine")
        .arg(file)
        .env("WINEPREFIX", from_xtask("WINEPREFIX"))
        // With one of its own, each home would have its own Wine, and its own clipboard.
        .env_remove("TMPDIR")
        .env("WINEDEBUG", "-all")
        .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
}

/// A little program of the tests' own, compiled from C: what no program of Wine's does from a command line.
pub(crate) fn helper(home: &Home, name: &str, source: &str) -> PathBuf {
    let source = home.write(format!("{name}.c"), source);
    let program = home.path(format!("{name}.exe"));
    let compiled = home
        .peer(COMPILER)
        .args(["-Wall", "-Werror", "-o"])
        .args([&program, &source])
        .args(["-ladvapi32", "-luser32"])
        .run();
    assert_eq!(compiled.quiet_success(), "");
    program
}

fn from_xtask(name: &str) -> PathBuf {
    env::var_os(name).map(PathBuf::from).expect("these tests are run by `cargo xtask windows`")
}
