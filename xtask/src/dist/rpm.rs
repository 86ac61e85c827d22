//! The package for Fedora, Red Hat and SUSE.

use std::path::Path;
use std::process::Command;

use super::product::{self, Product};
use super::{archive, deliver, files, payload, scratch};
use crate::step::{self, Outcome};
use crate::workspace;

/// The folder below `/usr/share` in which zsh looks for completions.
pub(super) const ZSH: &str = "zsh/site-functions";

/// Packs the tree, at this level of xz.
pub(super) fn make(
    machine: &str,
    tree: &Path,
    product: &Product,
    level: &str,
    dist: &Path,
) -> Outcome {
    let licences = tree.join("usr/share/licenses").join(product::NAME);
    for name in payload::LICENCES {
        files::copy(&workspace::root().join(name), &licences.join(name))?;
    }
    archive::set_modes(tree)?;
    let work = scratch(&format!("{machine}-rpmbuild"))?;
    let mut values = product.values();
    values.set("tree", &tree.display().to_string());
    values.set("level", level);
    let spec = work.join("package.spec");
    files::write(&spec, values.fill("rpm/package.spec")?)?;
    let mut rpmbuild = Command::new("rpmbuild");
    rpmbuild.env("SOURCE_DATE_EPOCH", product.epoch.to_string());
    rpmbuild.args(["--quiet", "-bb", "--target", &format!("{machine}-linux")]);
    rpmbuild.args(["--define", &format!("_topdir {}", work.display())]).arg(&spec);
    // Its output is captured: even with `--quiet` it prints its target.
    step::output(&mut rpmbuild)?;
    let (name, version) = (product::NAME, &product.version);
    let package = format!("{name}-{version}-1.{machine}.rpm");
    deliver(&work.join("RPMS").join(machine).join(package), dist)
}
