//! A Wine prefix under `target/`: no display, no questions, windows that nobody sees, and the one
//! system library that Wine 8 lacks.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::step::{self, Failure};

/// What runs the programs; 64 bits are enough.
pub(super) const DEBIAN_PACKAGES: [&str; 2] = ["wine", "wine64"];

/// Rust's library asks `bcryptprimitives.dll` for random bytes. Wine 8 does not have it, and a
/// program that needs a missing library does not start; this one asks the generator that Wine has.
const PROCESS_PRNG: &str = "\
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG length);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T length) {
    return SystemFunction036(bytes, (ULONG)length);
}
";

/// Where Wine looks for what draws windows, and the rest of the line that says: nothing does.
const DRIVERS: &str = r"HKCU\Software\Wine\Drivers";
const NULL_DRIVER: [&str; 3] = ["/d", "null", "/f"];

/// A command processor that waits for input, and so keeps Wine's servers running while it lives.
///
/// Without it the first program would start them with its own streams; whoever reads those to their
/// end would wait until the servers go. It ends when its input does: when this is dropped, or when
/// we are killed.
pub(crate) struct Session {
    processor: Child,
    /// Kept open, because the prompt is still to come.
    _output: BufReader<ChildStdout>,
}

impl Session {
    /// Starts Wine's servers, and comes back when programs can be run.
    pub(crate) fn start(prefix: &Path) -> Result<Self, Failure> {
        let mut command = wine(prefix, "wine");
        command.args(["cmd.exe", "/q", "/k", "echo ready"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut processor =
            command.spawn().map_err(|error| step::cannot_start(&command, &error))?;
        let silent = || Failure::new("Wine runs no program; `wine cmd.exe` would say why");
        let mut output = BufReader::new(processor.stdout.take().ok_or_else(silent)?);
        let mut greeting = String::new();
        // The pipe's other end is also in Wine's servers: read a line, not to the end.
        match output.read_line(&mut greeting) {
            Ok(_) if greeting.trim() == "ready" => Ok(Self { processor, _output: output }),
            _ => Err(silent()),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.processor.stdin.take());
        // It has nothing to lose.
        let _ = self.processor.wait();
    }
}

/// The prefix in this folder, made on first use.
pub(crate) fn prefix(folder: &Path) -> Result<PathBuf, Failure> {
    let prefix = folder.join("wine");
    if !has_windows(&prefix) {
        let home = prefix.with_extension("home");
        fs::create_dir_all(&home)
            .map_err(|error| Failure::new(format!("cannot create {}: {error}", home.display())))?;
        step::run(wine(&prefix, "wineboot").arg("--init"))?;
        step::run(
            wine(&prefix, "wine").args(["reg", "add", DRIVERS, "/v", "Graphics"]).args(NULL_DRIVER),
        )?;
        // The registry is written when the server ends, some seconds after the last program.
        step::run(wine(&prefix, "wineserver").arg("--wait"))?;
    }
    add_random_bytes(&prefix, folder)?;
    Ok(prefix)
}

/// Whether programs can make windows, which without a display take a driver that draws nothing.
fn has_windows(prefix: &Path) -> bool {
    let registry = fs::read_to_string(prefix.join("user.reg")).unwrap_or_default();
    registry.contains("\"Graphics\"=\"null\"")
}

/// One of Wine's programs, headless and silent.
fn wine(prefix: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .env("WINEPREFIX", prefix)
        // Where documents go: an installer's must not land in the developer's home.
        .env("HOME", prefix.with_extension("home"))
        .env("WINEDEBUG", "-all")
        // Neither .NET nor a browser: each would be offered for download in a window.
        .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        // It would lead to another server than the tests', who have their own.
        .env_remove("TMPDIR");
    command
}

fn add_random_bytes(prefix: &Path, folder: &Path) -> Result<(), Failure> {
    let library = prefix.join("drive_c/windows/system32/bcryptprimitives.dll");
    if library.exists() {
        return Ok(());
    }
    let source = folder.join("process_prng.c");
    fs::write(&source, PROCESS_PRNG)
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", source.display())))?;
    let mut compiler = Command::new(super::LINKER);
    step::run(compiler.arg("-shared").arg("-o").arg(&library).arg(&source).arg("-ladvapi32"))
}
