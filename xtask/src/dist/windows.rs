//! Windows: a zip that runs from any folder, and installers for one user and for the machine.

use std::path::Path;

use super::options::Options;
use super::product::{self, Product};
use super::{archive, files, msi, payload, scratch};
use crate::programs::PROGRAMS;
use crate::step::Outcome;
use crate::{peers, windows, workspace};

/// Builds for Windows and makes the three packages.
pub(super) fn make(target: &str, product: &Product, options: &Options, dist: &Path) -> Outcome {
    let packages: Vec<_> = windows::build_packages().chain(msi::DEBIAN_PACKAGES).collect();
    peers::install_packages(&packages)?;
    let built = match options.built_for(target) {
        Some(folder) => folder,
        None => windows::build(options.profile(windows::TARGET))?,
    };
    let name = product.file("x86_64-windows");
    let folder = scratch("windows")?;
    let root = folder.join(&name);
    lay_out(&built, &root, product)?;
    if let Some(signer) = &options.signer {
        signer.sign_folder(&root, product)?;
    }
    archive::zip(&folder, &name, product.epoch, options.is_for_users(), dist)?;
    msi::make(&root, product, options.signer.as_ref(), dist)
}

/// Lays out an archive that runs from any folder, with the PowerShell module in a folder of its own
/// name.
fn lay_out(built: &Path, root: &Path, product: &Product) -> Outcome {
    payload::programs(built, ".exe", root)?;
    payload::texts(root, product)?;
    let module = workspace::root().join("packaging/powershell");
    for name in files::names(&module)? {
        let text = product.values().fill(&format!("powershell/{name}"))?;
        // Windows PowerShell reads a file without a byte order mark in the code page, so these must
        // be ASCII.
        write_for_windows(&root.join(product::MODULE).join(name), &text)?;
    }
    let completions = root.join(product::MODULE).join("completions");
    let place = |name: &str| completions.join(format!("{name}.ps1"));
    payload::completions("ps1", place)?;
    for program in PROGRAMS {
        let script = place(program.name);
        write_for_windows(&script, &files::read(&script)?)?;
    }
    let terminal = product.values().fill("windows/cluster-login.cmd")?;
    write_for_windows(&root.join("cluster-login.cmd"), &terminal)
}

/// With the line ends that `cmd` needs, and that signatures of scripts cover.
fn write_for_windows(path: &Path, text: &str) -> Outcome {
    files::write(path, text.replace('\n', "\r\n"))
}
