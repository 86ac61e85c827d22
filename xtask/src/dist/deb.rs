//! The package for Debian and Ubuntu.

use std::path::Path;
use std::process::Command;

use super::product::{self, Product};
use super::{archive, deliver, files};
use crate::step::{self, Failure, Outcome};
use crate::workspace;

/// The folder below `/usr/share` in which Debian's zsh looks for completions.
pub(super) const ZSH: &str = "zsh/vendor-completions";

/// Packs the tree, with the metadata that Debian requires, at this level of xz.
pub(super) fn make(
    machine: &str,
    tree: &Path,
    product: &Product,
    level: &str,
    dist: &Path,
) -> Outcome {
    let architecture = match machine {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        _ => return Err(Failure::new(format!("Debian has no name for {machine}"))),
    };
    let mut values = product.values();
    values.set("architecture", architecture);
    values.set("installed_kib", &kibibytes(tree)?);
    values.set("licence_mit", &indented_licence()?);
    let doc = tree.join("usr/share/doc").join(product::NAME);
    files::write(&doc.join("copyright"), values.fill("deb/copyright")?)?;
    files::write(&tree.join("DEBIAN/control"), values.fill("deb/control")?)?;
    let (name, version) = (product::NAME, &product.version);
    let package = tree.with_file_name(format!("{name}_{version}_{architecture}.deb"));
    archive::set_modes(tree)?;
    let mut dpkg = Command::new("dpkg-deb");
    dpkg.env("SOURCE_DATE_EPOCH", product.epoch.to_string());
    let compressed = format!("-z{level}");
    dpkg.args(["--root-owner-group", "-Zxz", &compressed, "--build"]).arg(tree).arg(&package);
    step::output(&mut dpkg)?;
    deliver(&package, dist)
}

/// The disk space of the tree, as `du` counts.
fn kibibytes(tree: &Path) -> Result<String, Failure> {
    let size = step::output(Command::new("du").args(["-k", "-s", "--apparent-size"]).arg(tree))?;
    Ok(size.split_whitespace().next().unwrap_or_default().to_owned())
}

/// MIT's licence as a paragraph for `copyright`: indented, with a dot for an empty line.
fn indented_licence() -> Result<String, Failure> {
    let text = files::read(&workspace::root().join("LICENSE-MIT"))?;
    let line = |line: &str| if line.is_empty() { " .".to_owned() } else { format!(" {line}") };
    Ok(text.lines().map(line).collect::<Vec<_>>().join("\n"))
}
