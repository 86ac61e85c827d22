//! The software bill of materials: every crate in the programs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::product::{self, Product};
use super::{files, scratch};
use crate::programs::PROGRAMS;
use crate::step::{self, Failure, Outcome};
use crate::workspace;

/// Writes it in the `CycloneDX` format.
pub(super) fn write(product: &Product, dist: &Path) -> Outcome {
    let mut cargo = workspace::cargo();
    let metadata = step::output(cargo.args(["metadata", "--locked", "--format-version=1"]))?;
    let input = scratch("sbom")?.join("metadata.json");
    files::write(&input, metadata)?;
    let input = fs::File::open(&input)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", input.display())))?;
    let mut python = Command::new("python3");
    python.arg(workspace::root().join("packaging/sbom.py")).stdin(Stdio::from(input));
    python.args([product::NAME, &product.version, &product.repository, &product.time]);
    python.args(PROGRAMS.iter().map(|program| program.package));
    let document = step::output(&mut python)?;
    files::write(&dist.join(product.file("sbom.cdx.json")), document)
}
