//! The content of an installer by directory: one component for the files of each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::files;
use crate::step::{self, Failure, Outcome};

/// Files by destination folder. The first part of the path is one of Windows' own folders, by its
/// Windows Installer name.
#[derive(Default)]
pub(super) struct Tree(BTreeMap<Vec<String>, Vec<PathBuf>>);

impl Tree {
    /// Adds everything in and below a folder, except the folders that go elsewhere.
    pub(super) fn add(&mut self, place: &[&str], from: &Path, elsewhere: &[&str]) -> Outcome {
        for depth in 1..=place.len() {
            self.0.entry(owned(place.get(..depth).unwrap_or(place))).or_default();
        }
        for name in files::names(from)? {
            let path = from.join(&name);
            if !path.is_dir() {
                self.0.entry(owned(place)).or_default().push(path);
            } else if !elsewhere.contains(&name.as_str()) {
                self.add(&[place, &[&name]].concat(), &path, &[])?;
            }
        }
        Ok(())
    }

    /// The identifier of a folder.
    pub(super) fn id(&self, place: &[&str]) -> Result<String, Failure> {
        let place = owned(place);
        let found = self.0.keys().position(|it| *it == place);
        found
            .map(|at| id(at, &place))
            .ok_or_else(|| Failure::new(format!("nothing is installed in {}", place.join("/"))))
    }

    /// The identifiers of the folders that are not Windows' own, innermost first, the order in
    /// which they become empty.
    pub(super) fn removable(&self) -> Vec<String> {
        let ours = self.0.keys().enumerate().filter(|(_, place)| place.len() > 1);
        ours.map(|(at, place)| id(at, place)).rev().collect()
    }

    /// `<ComponentRef>` for each component.
    pub(super) fn references(&self) -> String {
        let mut text = String::new();
        for (at, (place, files)) in self.0.iter().enumerate() {
            if !files.is_empty() {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "<ComponentRef Id=\"{}\"/>", component_id(&id(at, place)));
            }
        }
        text
    }

    /// A code for the component of each folder, derived from the identity.
    pub(super) fn codes(&self, identity: &str) -> Result<Vec<String>, Failure> {
        let names = self.0.keys().map(|it| format!("{identity}/{}", it.join("/")));
        guids(&names.collect::<Vec<_>>())
    }

    /// Nested `<Directory>` elements with their components, which have these codes.
    pub(super) fn wix(&self, codes: &[String]) -> String {
        let mut text = String::new();
        let mut open = 0;
        for (at, ((place, files), code)) in self.0.iter().zip(codes).enumerate() {
            close(&mut text, &mut open, place.len() - 1);
            let name = place.last().map_or("", |it| it);
            let attribute = if open == 0 { String::new() } else { format!(" Name=\"{name}\"") };
            let id = id(at, place);
            let _ = writeln!(text, "<Directory Id=\"{id}\"{attribute}>");
            open += 1;
            if !files.is_empty() {
                component(&mut text, &id, code, files);
            }
        }
        close(&mut text, &mut open, 0);
        text
    }
}

fn close(text: &mut String, open: &mut usize, depth: usize) {
    while *open > depth {
        text.push_str("</Directory>\n");
        *open -= 1;
    }
}

fn component(text: &mut String, directory: &str, code: &str, files: &[PathBuf]) {
    let id = component_id(directory);
    let _ = writeln!(text, "<Component Id=\"{id}\" Guid=\"{code}\" Win64=\"yes\">");
    for (at, file) in files.iter().enumerate() {
        let key = if at == 0 { " KeyPath=\"yes\"" } else { "" };
        let name = file.file_name().unwrap_or_default().display();
        let source = super::relative(file);
        let _ = writeln!(text, "<File Id=\"{id}.{at}\" Name=\"{name}\" Source=\"{source}\"{key}/>");
    }
    text.push_str("</Component>\n");
}

fn id(at: usize, place: &[String]) -> String {
    match place {
        [windows] => windows.clone(),
        _ => format!("Folder{at}"),
    }
}

/// The identifier of the component in a folder.
pub(super) fn component_id(directory: &str) -> String {
    format!("In{directory}")
}

fn owned(place: &[&str]) -> Vec<String> {
    place.iter().map(|it| (*it).to_owned()).collect()
}

/// A stable code for each name (RFC 9562, version 5).
pub(super) fn guids(names: &[String]) -> Result<Vec<String>, Failure> {
    const SCRIPT: &str = "import sys, uuid\n\
        for name in sys.argv[1:]: print(str(uuid.uuid5(uuid.NAMESPACE_URL, name)).upper())";
    let codes = step::output(Command::new("python3").args(["-c", SCRIPT]).args(names))?;
    Ok(codes.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn folders_are_nested_and_have_identifiers() {
        let mut tree = Tree::default();
        for place in [&["A"][..], &["A", "b"], &["A", "b", "c"], &["Z"]] {
            tree.0.insert(super::owned(place), Vec::new());
        }
        let expected = "<Directory Id=\"A\">\n<Directory Id=\"Folder1\" Name=\"b\">\n\
            <Directory Id=\"Folder2\" Name=\"c\">\n</Directory>\n</Directory>\n</Directory>\n\
            <Directory Id=\"Z\">\n</Directory>\n";
        assert_eq!(tree.wix(&["1", "2", "3", "4"].map(str::to_owned)), expected);
        assert_eq!(tree.id(&["A", "b"]).ok(), Some("Folder1".to_owned()));
        assert_eq!(tree.removable(), ["Folder2", "Folder1"]);
        assert!(tree.id(&["B"]).is_err());
    }
}

#[cfg(test)]
mod needs_peers {
    #[test]
    fn codes_depend_only_on_names() {
        let names = ["a", "b", "a"].map(str::to_owned);
        let codes = super::guids(&names).expect("python3 is there");
        assert_eq!(codes.len(), 3);
        assert!(codes[0] == codes[2] && codes[0] != codes[1], "{codes:?}");
    }
}
