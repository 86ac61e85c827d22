//! Starts Windows programs in Wine: headless, silent, in a home of their own.

use std::env;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use harness::home::Home;
use harness::invocation::Invocation;

/// The compiler that also links the five programs; `cargo xtask windows` checks that it exists.
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// All tests share the registry, the pipes and the windows.
static SHARED: Mutex<()> = Mutex::new(());

/// While this lock is held, no other test uses them.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One of the five, as built for Windows.
pub(crate) fn tool(home: &Home, name: &str) -> Invocation {
    program(home, programs().join(name).with_extension("exe"))
}

/// The folder of the five programs.
pub(crate) fn programs() -> PathBuf {
    from_xtask("WINDOWS_PROGRAMS")
}

/// Any Windows program. It runs in the home, so plain file names reach the files that the test
/// wrote.
pub(crate) fn program(home: &Home, file: PathBuf) -> Invocation {
    inside(home.peer("wine").arg(file))
}

/// A program that is part of Wine.
pub(crate) fn builtin(home: &Home, name: &str) -> Invocation {
    program(home, name.into())
}

/// An `sh` command line with Windows programs: `wine "$PROGRAMS/sshc.exe"`.
pub(crate) fn shell(home: &Home, line: &str) -> Invocation {
    inside(home.shell(line)).env("PROGRAMS", from_xtask("WINDOWS_PROGRAMS"))
}

/// Runs it in the Wine that `cargo xtask windows` has started: headless, silent, the same for all.
fn inside(invocation: Invocation) -> Invocation {
    invocation
        .env("WINEPREFIX", from_xtask("WINEPREFIX"))
        .env("WINEDEBUG", "-all")
        .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
        // With a TMPDIR of its own, each home would have its own Wine, and its own clipboard.
        .env_remove("TMPDIR")
}

/// A small program of the tests, compiled from C, for what no command-line program of Wine does.
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
