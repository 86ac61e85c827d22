//! `cargo xtask dist`: the packages that users install, made on Linux, into `target/dist/`.
//!
//! For each target the programs are built, laid out as a [`payload`], and packed. The files that
//! cover all targets (the checksums, the manifests) come last. The packing tools come from Debian.

mod archive;
mod check;
mod checksums;
mod deb;
mod files;
mod linux;
mod macos;
mod manifests;
mod msi;
mod options;
mod payload;
mod product;
mod rpm;
mod sbom;
mod sign;
mod template;
mod windows;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::peers;
use crate::step::{self, Outcome};
use crate::workspace;
use checksums::Checksums;
use options::Options;
use product::Product;

/// The tools that pack, sign and describe.
const DEBIAN_PACKAGES: &[&str] = &["dpkg", "python3", "python3-venv", "rpm", "tar", "xz-utils"];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    if let Some((first, rest)) = arguments.split_first()
        && first == "--check"
    {
        return check::run(rest);
    }
    let options = Options::parse(arguments)?;
    let start = Instant::now();
    let dist = dist();
    make(&options, &dist)?;
    for (name, size) in files::sizes(&dist)? {
        step::say(&format!("{size:>10}  {name}"))?;
    }
    step::say(&format!("in {} after {} s", dist.display(), start.elapsed().as_secs()))
}

/// Makes everything requested in this folder.
fn make(options: &Options, dist: &Path) -> Outcome {
    peers::install_packages(DEBIAN_PACKAGES)?;
    let product = Product::read(options.version.as_deref())?;
    files::empty(dist)?;
    for target in &options.targets {
        let make = match target.rust {
            crate::windows::TARGET => windows::make,
            mac if mac.ends_with("-apple-darwin") => macos::make,
            _ => linux::make,
        };
        make(target.rust, &product, options, dist)?;
    }
    archive::source(&product, dist)?;
    sbom::write(&product, dist)?;
    let checksums = Checksums::of(dist)?;
    checksums.write(dist)?;
    let released = format!("{}/releases/download/v{}", product.repository, product.version);
    let base_url = options.base_url.as_ref().unwrap_or(&released);
    manifests::write(base_url, &product, &checksums, dist)
}

/// The folder for packages.
fn dist() -> PathBuf {
    workspace::target().join("dist")
}

/// An empty folder for preparing a package.
fn scratch(name: &str) -> Result<PathBuf, step::Failure> {
    let folder = workspace::target().join("dist-work").join(name);
    files::empty(&folder)?;
    Ok(folder)
}

/// Moves a finished file to the others, so that a failed run leaves no partial file there.
fn deliver(file: &Path, dist: &Path) -> Outcome {
    let name = file.file_name().unwrap_or_default();
    fs::rename(file, dist.join(name))
        .map_err(|error| step::Failure::new(format!("cannot move {}: {error}", file.display())))
}
