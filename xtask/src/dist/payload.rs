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
    texts(&root, product)?;
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
pub(super) fn texts(to: &Path, product: &Product) -> Outcome {
    for name in LICENCES {
        files::copy(&workspace::root().join(name), &to.join(name))?;
    }
    documents(to, &[&LICENCES[..], &DOCUMENTS].concat(), product)
}

/// Writes the documents into a folder that has these files.
pub(super) fn documents(to: &Path, beside: &[&str], product: &Product) -> Outcome {
    let version = format!("{}/blob/v{}", product.repository, product.version);
    for name in DOCUMENTS {
        let text = files::read(&workspace::root().join(name))?;
        files::write(&to.join(name), linked(&text, beside, &version))?;
    }
    Ok(())
}

/// A document whose links to other files lead to this version in the repository.
fn linked(text: &str, beside: &[&str], version: &str) -> String {
    let mut pieces = text.split("](");
    let mut linked = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let target = piece.split([')', '#']).next().unwrap_or_default();
        let is_here = target.is_empty() || target.contains("://") || beside.contains(&target);
        linked += "](";
        if !is_here {
            linked.push_str(version);
            linked.push('/');
        }
        linked += piece;
    }
    linked
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

#[cfg(test)]
mod tests {
    use super::linked;

    #[test]
    fn links_lead_to_a_file_in_the_package_or_to_the_repository() {
        let cases = [
            ("no link", "no link"),
            ("[MIT](LICENSE-MIT)", "[MIT](LICENSE-MIT)"),
            ("[web](https://rustup.rs)", "[web](https://rustup.rs)"),
            ("[above](#install)", "[above](#install)"),
            ("[a](docs/a.md), [b](b.md#c)", "[a](R/v1/docs/a.md), [b](R/v1/b.md#c)"),
        ];
        for (text, expected) in cases {
            assert_eq!(linked(text, &["LICENSE-MIT"], "R/v1"), expected);
        }
    }
}
