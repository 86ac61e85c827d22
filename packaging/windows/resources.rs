//! Build script of every package with programs: on Windows they carry an icon, version information
//! and a manifest.
//!
//! mingw's `windres` makes all three; Microsoft's linker is given the manifest, which is what
//! changes how a program runs.

use std::env;
use std::error::Error;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

#[path = "../../xtask/src/programs.rs"]
mod programs;

use programs::{PROGRAMS, Program};

/// Where Debian and MSYS2 have it.
const WINDRES: [&str; 2] = ["x86_64-w64-mingw32-windres", "windres"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..");
    let folder = root.join("packaging/windows").canonicalize()?;
    let mut cargo = io::stdout();
    writeln!(cargo, "cargo::rerun-if-changed={}", folder.display())?;
    writeln!(cargo, "cargo::rerun-if-changed={}", root.join("xtask/src/programs.rs").display())?;
    if env::var("CARGO_CFG_TARGET_OS")? != "windows" {
        return Ok(());
    }
    let package = env::var("CARGO_PKG_NAME")?;
    for program in PROGRAMS.iter().filter(|program| program.package == package) {
        let name = program.name;
        if env::var("CARGO_CFG_TARGET_ENV")? == "msvc" {
            let manifest = folder.join("application.manifest");
            writeln!(cargo, "cargo::rustc-link-arg-bin={name}=/MANIFEST:EMBED")?;
            let input = format!("/MANIFESTINPUT:{}", manifest.display());
            writeln!(cargo, "cargo::rustc-link-arg-bin={name}={input}")?;
        } else {
            let object = compile(program, &folder)?;
            writeln!(cargo, "cargo::rustc-link-arg-bin={name}={}", object.display())?;
        }
    }
    Ok(())
}

/// An object file with the resources of this program, for the linker.
fn compile(program: &Program, folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let script = out.join(format!("{}.rc", program.name));
    let object = out.join(format!("{}.res.o", program.name));
    fs::write(&script, resources(program, &env::var("CARGO_PKG_VERSION")?))?;
    for windres in WINDRES {
        let mut command = Command::new(windres);
        command.args(["--codepage=65001", "--output-format=coff", "--include-dir"]).arg(folder);
        match command.arg(&script).arg(&object).status() {
            Ok(status) if status.success() => return Ok(object),
            Ok(status) => return Err(format!("{windres} failed: {status}").into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(format!("there is no {}; it comes with mingw-w64's linker", WINDRES.join(" or ")).into())
}

/// The resource script: an icon (type 3), the manifest (24) and what the file's properties show.
fn resources(program: &Program, version: &str) -> String {
    let Program { name, summary, .. } = program;
    let release = version.split(['-', '+']).next().unwrap_or(version);
    let numbers = format!("{},0", release.replace('.', ","));
    format!(
        r#"1 ICON "icon.ico"
1 24 "application.manifest"
1 VERSIONINFO
FILEVERSION {numbers}
PRODUCTVERSION {numbers}
FILEOS 0x40004
FILETYPE 0x1
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "040904b0"
    BEGIN
      VALUE "CompanyName", "The cluster-login developers"
      VALUE "FileDescription", "{name}: {summary}"
      VALUE "FileVersion", "{version}"
      VALUE "InternalName", "{name}"
      VALUE "LegalCopyright", "MIT OR Apache-2.0"
      VALUE "OriginalFilename", "{name}.exe"
      VALUE "ProductName", "cluster-login"
      VALUE "ProductVersion", "{version}"
    END
  END
  BLOCK "VarFileInfo"
  BEGIN
    VALUE "Translation", 0x409, 1200
  END
END
"#
    )
}
