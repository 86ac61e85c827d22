//! Linux: static programs linked with musl, in an archive and in the packages of Debian and Red
//! Hat.

use std::path::{Path, PathBuf};

use super::options::Options;
use super::payload::Shell;
use super::product::{self, Product};
use super::{archive, deb, files, payload, rpm, scratch};
use crate::step::{self, Failure, Outcome};
use crate::toolchain::{self, Toolchain};
use crate::{peers, workspace, zig};

/// The targets, by the names in Rust and in Zig.
pub(super) const TARGETS: [zig::Target; 2] = [
    zig::Target { rust: "x86_64-unknown-linux-musl", zig: "x86_64-linux-musl" },
    zig::Target { rust: "aarch64-unknown-linux-musl", zig: "aarch64-linux-musl" },
];

/// Builds for this target and makes the three packages.
pub(super) fn make(target: &str, product: &Product, options: &Options, dist: &Path) -> Outcome {
    let built = match options.built_for(target) {
        Some(folder) => folder,
        None => build(target, options.profile(target))?,
    };
    let machine = target.split('-').next().unwrap_or(target);
    payload::archive(&format!("{machine}-linux"), &built, product, dist)?;
    let tree = scratch(&format!("{machine}-deb"))?;
    system(&built, &tree, deb::ZSH, product)?;
    let level = options.compression();
    deb::make(machine, &tree, product, level, dist)?;
    let tree = scratch(&format!("{machine}-rpm"))?;
    system(&built, &tree, rpm::ZSH, product)?;
    rpm::make(machine, &tree, product, level, dist)
}

/// Builds the programs, and returns their folder.
fn build(target: &str, profile: &str) -> Result<PathBuf, Failure> {
    peers::install_packages(&toolchain::DEBIAN_PACKAGES)?;
    let known = TARGETS.iter().find(|zig| zig.rust == target);
    let zig = known.ok_or_else(|| Failure::new(format!("Zig does not link for {target}")))?;
    let mut cargo = Toolchain::for_profile(profile, target)?.build()?;
    zig.equip(&mut cargo)?;
    // Zig brings its own start files.
    let mut flags = workspace::no_paths();
    flags.extend(["-Clink-self-contained=no", "-Ctarget-feature=+crt-static"].map(str::to_owned));
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"));
    // Separate from the host's folder, because two compilers would make each other rebuild
    // everything.
    let folder = workspace::target().join("linux");
    cargo.env("CARGO_TARGET_DIR", &folder);
    cargo.args(["--target", target, "--profile", profile]);
    workspace::select_programs(&mut cargo);
    step::run(&mut cargo)?;
    Ok(folder.join(target).join(workspace::profile_folder(profile)))
}

/// Lays out the file system below this folder; `zsh` is where the distribution's zsh looks for
/// completions.
fn system(built: &Path, root: &Path, zsh: &str, product: &Product) -> Outcome {
    payload::programs(built, "", &root.join("usr/bin"))?;
    let share = root.join("usr/share");
    for page in payload::man_pages()? {
        let place = share.join("man/man1").join(page.file_name().unwrap_or_default());
        files::copy(&page, &place)?;
        archive::gzip(&place)?;
    }
    for Shell { name: shell, file } in payload::SHELLS {
        let folder = match shell {
            "bash" => "bash-completion/completions",
            "zsh" => zsh,
            _ => "fish/vendor_completions.d",
        };
        payload::completions(shell, |name| share.join(folder).join(file(name)))?;
    }
    for unit in ["keyagent.service", "keyagent.socket"] {
        let source = workspace::root().join("packaging/systemd").join(unit);
        files::copy(&source, &root.join("usr/lib/systemd/user").join(unit))?;
    }
    let doc = share.join("doc").join(product::NAME);
    payload::documents(&doc, &payload::DOCUMENTS, product)
}
