//! A Wine prefix under `target/`: no display, no questions, invisible windows, and the only system
//! library that Wine 8 lacks.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::step::{self, Failure};

/// The packages that run the programs; 64 bits are enough.
pub(super) const DEBIAN_PACKAGES: [&str; 2] = ["wine", "wine64"];

/// Rust's library asks `bcryptprimitives.dll` for random bytes. Wine 8 does not have it, and a
/// program with a missing library does not start; this replacement uses Wine's own generator.
const PROCESS_PRNG: &str = "\
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG length);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T length) {
    return SystemFunction036(bytes, (ULONG)length);
}
";

/// Where Wine looks for its graphics driver; the rest of the line sets it to none.
const DRIVERS: &str = r"HKCU\Software\Wine\Drivers";
const NULL_DRIVER: [&str; 3] = ["/d", "null", "/f"];

/// A command processor that waits for input, and so keeps Wine's servers running while it lives.
///
/// Without it the first program would start them with its own streams, and reading those to their
/// end would wait until the servers exit. It ends when its input is closed: when this is dropped,
/// or when we are killed.
pub(crate) struct Session {
    processor: Child,
    /// Kept open, because the prompt will still be written.
    _output: BufReader<ChildStdout>,
}

impl Session {
    /// Starts Wine's servers, and returns when programs can be run.
    pub(crate) fn start(prefix: &Path) -> Result<Self, Failure> {
        let mut command = wine(prefix, "wine");
        command.args(["cmd.exe", "/q", "/k", "echo ready"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut processor =
            command.spawn().map_err(|error| step::cannot_start(&command, &error))?;
        let silent = || Failure::new("Wine runs no program; `wine cmd.exe` would say why");
        let mut output = BufReader::new(processor.stdout.take().ok_or_else(silent)?);
        let mut greeting = String::new();
        // Wine's servers hold the other end of the pipe too, so read a line and not to the end.
        match output.read_line(&mut greeting) {
            Ok(_) if greeting.trim() == "ready" => Ok(Self { processor, _output: output }),
            _ => Err(silent()),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.processor.stdin.take());
        // Its exit status does not matter.
        let _ = self.processor.wait();
    }
}

/// The prefix in this folder, created on first use.
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
        // The server writes the registry when it exits, some seconds after the last program.
        step::run(wine(&prefix, "wineserver").arg("--wait"))?;
    }
    add_random_bytes(&prefix, folder)?;
    Ok(prefix)
}

/// Whether programs can create windows; without a display this needs a driver that draws nothing.
fn has_windows(prefix: &Path) -> bool {
    let registry = fs::read_to_string(prefix.join("user.reg")).unwrap_or_default();
    registry.contains("\"Graphics\"=\"null\"")
}

/// One of Wine's programs, headless and silent.
fn wine(prefix: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    command
        .env("WINEPREFIX", prefix)
        // The documents folder: installers must not write to the developer's home.
        .env("HOME", prefix.with_extension("home"))
        .env("WINEDEBUG", "-all")
        // Neither .NET nor a browser, because Wine would offer to download each in a window.
        .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        // It would lead to another server than that of the tests, which have their own.
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
