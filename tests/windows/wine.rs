//! Starts programs for Windows under Wine: headless, silent, in a home of their own.

use std::env;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use harness::home::Home;
use harness::invocation::Invocation;

/// The one that also links the five; `cargo xtask windows` has looked for it.
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// The registry, the pipes and the windows are the same for all tests.
static SHARED: Mutex<()> = Mutex::new(());

/// While this is held, no other test uses them.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One of the five, as built for Windows.
pub(crate) fn tool(home: &Home, name: &str) -> Invocation {
    program(home, from_xtask("WINDOWS_PROGRAMS").join(name).with_extension("exe"))
}

/// Any program for Windows. The home is its folder, so plain file names reach what the test wrote
/// there.
pub(crate) fn program(home: &Home, file: PathBuf) -> Invocation {
    inside(home.peer("wine").arg(file))
}

/// A program that Wine brings along.
pub(crate) fn builtin(home: &Home, name: &str) -> Invocation {
    program(home, name.into())
}

/// A line for `sh` with programs for Windows in it: `wine "$PROGRAMS/sshc.exe"`.
pub(crate) fn shell(home: &Home, line: &str) -> Invocation {
    inside(home.shell(line)).env("PROGRAMS", from_xtask("WINDOWS_PROGRAMS"))
}

/// The Wine that `cargo xtask windows` has started: headless, silent, the same for all.
fn inside(invocation: Invocation) -> Invocation {
    invocation
        .env("WINEPREFIX", from_xtask("WINEPREFIX"))
        .env("WINEDEBUG", "-all")
        .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
        // With one of its own, each home would have its own Wine, and its own clipboard.
        .env_remove("TMPDIR")
}

/// A little program of the tests' own, compiled from C: what no program of Wine's does from a
/// command line.
pub(crate) fn helper(home: &Home, name: &str, source: &str) -> PathBuf {
    let source = home.write(format!("{name}.c"), source);
    let program = home.path(format!("{name}.exe"));
    let compiled = home
        .peer(COMPILER)
        .args(["-Wall", "-Werror", "-o"])
        .args([&program, &source])
        .args(["-ladvapi32", "-lcrypt32", "-luser32", "-lws2_32"])
        .run();
    assert_eq!(compiled.quiet_success(), "");
    program
}

fn from_xtask(name: &str) -> PathBuf {
    env::var_os(name).map(PathBuf::from).expect("these tests are run by `cargo xtask windows`")
}
