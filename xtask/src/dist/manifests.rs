//! Manifests for package managers, made from templates in `packaging/` with the checksums of the
//! built files.

use std::path::Path;

use super::checksums::Checksums;
use super::product::Product;
use super::{files, msi};
use crate::programs::PROGRAMS;
use crate::step::Outcome;

/// A manager, the files that it downloads by their names in its templates, and the templates.
struct Manager {
    name: &'static str,
    downloads: &'static [(&'static str, &'static str)],
    templates: &'static [(&'static str, &'static str)],
}

const MANAGERS: [Manager; 3] = [
    Manager {
        name: "winget",
        downloads: &[("user_msi", "x86_64-user.msi"), ("machine_msi", "x86_64-machine.msi")],
        templates: &[
            ("version.yaml", "ClusterLogin.ClusterLogin.yaml"),
            ("installer.yaml", "ClusterLogin.ClusterLogin.installer.yaml"),
            ("locale.yaml", "ClusterLogin.ClusterLogin.locale.en-US.yaml"),
        ],
    },
    Manager {
        name: "scoop",
        downloads: &[("zip", "x86_64-windows.zip")],
        templates: &[("cluster-login.json", "cluster-login.json")],
    },
    Manager {
        name: "homebrew",
        downloads: &[("source", "source.tar.gz")],
        templates: &[("cluster-login.rb", "cluster-login.rb")],
    },
];

/// Writes the manifests of each manager whose downloads have all been built.
pub(super) fn write(base_url: &str, product: &Product, sums: &Checksums, dist: &Path) -> Outcome {
    let mut values = product.values();
    values.set("date", product.time.split(' ').next().unwrap_or_default());
    let quoted: Vec<_> = PROGRAMS.iter().map(|it| format!("\"{}.exe\"", it.name)).collect();
    values.set("programs_json", &quoted.join(", "));
    let commands: Vec<_> = PROGRAMS.iter().map(|it| format!("- {}", it.name)).collect();
    values.set("commands_yaml", &commands.join("\n"));
    let words: Vec<_> = PROGRAMS.iter().map(|it| it.name).collect();
    values.set("programs_words", &words.join(" "));
    let mut packages: Vec<_> = PROGRAMS.iter().map(|it| it.package).collect();
    packages.dedup();
    values.set("packages_words", &packages.join(" "));
    msi::codes(product, &mut values)?;
    for manager in &MANAGERS {
        let mut values = values.clone();
        let mut complete = true;
        for (key, ending) in manager.downloads {
            let file = product.file(ending);
            values.set(&format!("{key}_url"), &format!("{base_url}/{file}"));
            match sums.get(&file) {
                Some(sum) => values.set(&format!("{key}_sha256"), sum),
                None => complete = false,
            }
        }
        if !complete {
            continue;
        }
        for (template, name) in manager.templates {
            let text = values.fill(&format!("{}/{template}", manager.name))?;
            files::write(&dist.join("manifests").join(manager.name).join(name), text)?;
        }
    }
    Ok(())
}
