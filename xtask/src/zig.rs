//! Zig as a C compiler and linker: it brings musl for every processor, and the headers of macOS.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::peers;
use crate::step::{self, Failure, Outcome};
use crate::workspace;

/// The package of PyPI, and its folder below `target/`. Another version would produce other bytes.
const PACKAGE: (&str, &str) = ("ziglang==0.17.1", "ziglang");
const FOLDER: &str = "zig";

/// A Rust target, and its name in Zig.
pub(crate) struct Target {
    pub(crate) rust: &'static str,
    pub(crate) zig: &'static str,
}

/// Drops arguments of `cc` and rustc that Zig handles itself: the target under another name, and
/// libraries that it brings. Also turns off its checks for C's undefined behaviour, which need
/// Zig's own library to report.
const WRAPPER: &str = r#"#!/bin/sh
count=$#
skip=
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  count=$((count - 1))
  if [ -n "$skip" ]; then
    skip=
    continue
  fi
  case $argument in
    --target=* | -m64 | -nodefaultlibs | -nostartfiles | -mmacosx-version-min=*) ;;
    -arch | -isysroot) skip=1 ;;
    *) set -- "$@" "$argument" ;;
  esac
done
exec "ZIG" cc -target TARGET -fno-sanitize=undefined "$@"
"#;

impl Target {
    /// Installs Zig if it is missing, and makes this cargo compile C and link with it.
    pub(crate) fn equip(&self, cargo: &mut Command) -> Outcome {
        peers::install_from_pypi(FOLDER, &[PACKAGE], &[])?;
        let wrapper = self.wrapper()?;
        let name = self.rust.replace('-', "_");
        cargo.env(format!("CC_{name}"), &wrapper);
        cargo.env(format!("AR_{name}"), "ar");
        cargo.env(format!("CARGO_TARGET_{}_LINKER", name.to_uppercase()), &wrapper);
        cargo.env("ZIG_GLOBAL_CACHE_DIR", folder().join("cache"));
        Ok(())
    }

    /// A program that takes a C compiler's arguments. It is rewritten only if it changes, because
    /// cargo recompiles everything after a change of the compiler.
    fn wrapper(&self) -> Result<PathBuf, Failure> {
        let mut python = Command::new(folder().join("bin/python"));
        python.args(["-c", "import os, ziglang; print(os.path.dirname(ziglang.__file__))"]);
        let zig = PathBuf::from(step::output(&mut python)?.trim()).join("zig");
        let script = WRAPPER.replace("ZIG", &zig.display().to_string()).replace("TARGET", self.zig);
        let path = folder().join(format!("cc-{}", self.zig));
        if fs::read_to_string(&path).is_ok_and(|there| there == script) {
            return Ok(path);
        }
        fs::write(&path, script)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))?;
        step::run(Command::new("chmod").arg("+x").arg(&path))?;
        Ok(path)
    }
}

fn folder() -> PathBuf {
    workspace::target().join(FOLDER)
}
