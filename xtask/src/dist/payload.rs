//! The files that are installed beside the programs, and where each platform wants them.

use std::path::{Path, PathBuf};

use super::product::Product;
use super::{archive, files, scratch};
use crate::programs::PROGRAMS;
use crate::step::{Failure, Outcome};
use crate::workspace;

/// The licences of the programs.
pub(super) const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// The documents about them.
pub(super) const DOCUMENTS: [&str; 2] = ["CHANGELOG.md", "README.md"];

/// A shell with completions in `docs/completions`, and the ending of their names.
pub(super) struct Shell {
    pub(super) name: &'static str,
    /// Its file name for a program's completions.
    pub(super) file: fn(&str) -> String,
}

pub(super) const SHELLS: [Shell; 3] = [
    Shell { name: "bash", file: |program| program.to_owned() },
    Shell { name: "zsh", file: |program| format!("_{program}") },
    Shell { name: "fish", file: |program| format!("{program}.fish") },
];

/// Makes an archive that runs from any folder on this kind of system.
pub(super) fn archive(system: &str, built: &Path, product: &Product, dist: &Path) -> Outcome {
    let name = product.file(system);
    let folder = scratch(&format!("{system}-archive"))?;
    let root = folder.join(&name);
    programs(built, "", &root)?;
    texts(&root)?;
    for page in man_pages()? {
        files::copy(&page, &root.join("man/man1").join(page.file_name().unwrap_or_default()))?;
    }
    for Shell { name: shell, file } in SHELLS {
        completions(shell, |name| root.join("completions").join(shell).join(file(name)))?;
    }
    archive::tar_gz(&folder, &name, product.epoch, dist)
}

/// Copies the programs from cargo's folder.
pub(super) fn programs(built: &Path, ending: &str, to: &Path) -> Outcome {
    for program in PROGRAMS {
        let name = format!("{}{ending}", program.name);
        files::copy(&built.join(&name), &to.join(name))?;
    }
    Ok(())
}

/// Copies the licences and the documents.
pub(super) fn texts(to: &Path) -> Outcome {
    for name in LICENCES.into_iter().chain(DOCUMENTS) {
        files::copy(&workspace::root().join(name), &to.join(name))?;
    }
    Ok(())
}

/// The man pages of the programs and their subcommands.
pub(super) fn man_pages() -> Result<Vec<PathBuf>, Failure> {
    let folder = workspace::root().join("docs/man");
    let pages = files::names(&folder)?.into_iter().filter(|name| name.ends_with(".1"));
    Ok(pages.map(|name| folder.join(name)).collect())
}

/// Copies each program's completions for this shell to the name that `place` gives them.
pub(super) fn completions(ending: &str, place: impl Fn(&str) -> PathBuf) -> Outcome {
    for program in PROGRAMS {
        let file = format!("docs/completions/{}.{ending}", program.name);
        files::copy(&workspace::root().join(file), &place(program.name))?;
    }
    Ok(())
}
