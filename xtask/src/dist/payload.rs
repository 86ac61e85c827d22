//! What is installed beside the programs, and where each platform wants it.

use std::path::{Path, PathBuf};

use super::files;
use crate::programs::PROGRAMS;
use crate::step::{Failure, Outcome};
use crate::workspace;

/// What may be done with the programs.
pub(super) const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// What is to be read about them.
pub(super) const DOCUMENTS: [&str; 2] = ["CHANGELOG.md", "README.md"];

/// Shells, the ending of a completion file in `docs/completions`, and its name where the shell looks for it.
pub(super) const SHELLS: [(&str, &str, fn(&str) -> String); 3] = [
    ("bash", "bash", |name| name.to_owned()),
    ("zsh", "zsh", |name| format!("_{name}")),
    ("fish", "fish", |name| format!("{name}.fish")),
];

/// Copies the programs from where cargo has put them.
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
