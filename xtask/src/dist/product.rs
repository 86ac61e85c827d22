//! The facts about the product: the only source of names, addresses and file times for packages.

use std::env;
use std::process::Command;

use super::files;
use super::template::Values;
use crate::programs::{PROGRAMS, Program};
use crate::step::{self, Failure};
use crate::workspace;

/// The package's name in every package manager.
pub(super) const NAME: &str = "cluster-login";

/// The PowerShell module's name.
pub(super) const MODULE: &str = "ClusterLogin";

/// The name in menus and lists.
const TITLE: &str = "Cluster Login";

pub(super) const PUBLISHER: &str = "The cluster-login developers";

/// Packages require an address for mail.
const MAINTAINER: &str = "The cluster-login developers <packages@cluster-login.invalid>";

const SUMMARY: &str = "From the job log of a rented cluster to the login";

const DESCRIPTION: &str = "Small command-line programs for people who run simulations on rented \
    clusters: make a key, put its public half on the account page, make the access rule, read who \
    and where from the job log, and log in. They work with the keys, agents and host keys of \
    PuTTY and OpenSSH.";

pub(super) struct Product {
    /// The workspace's version, unless another was requested.
    pub(super) version: String,
    /// The address of the project.
    pub(super) repository: String,
    /// The time of every packed file, in seconds since 1970.
    pub(super) epoch: u64,
    /// The same as a date and a time, in UTC.
    pub(super) time: String,
}

impl Product {
    pub(super) fn read(version: Option<&str>) -> Result<Self, Failure> {
        let manifest = files::read(&workspace::root().join("Cargo.toml"))?;
        let epoch = epoch()?;
        let mut date = Command::new("date");
        date.args(["-u", &format!("--date=@{epoch}"), "+%Y-%m-%d %H:%M:%S"]);
        Ok(Self {
            version: version.map_or_else(|| field(&manifest, "version"), |it| Ok(it.to_owned()))?,
            repository: field(&manifest, "repository")?,
            epoch,
            time: step::output(&mut date)?.trim().to_owned(),
        })
    }

    /// The name of one of the files that users download.
    pub(super) fn file(&self, ending: &str) -> String {
        format!("{NAME}-{}-{ending}", self.version)
    }

    /// The values for templates.
    pub(super) fn values(&self) -> Values {
        let mut values = Values::default();
        values.set("name", NAME);
        values.set("version", &self.version);
        values.set("repository", &self.repository);
        values.set("summary", SUMMARY);
        values.set("description", DESCRIPTION);
        values.set("description_wrapped", &wrapped(DESCRIPTION, ""));
        values.set("description_indented", &wrapped(DESCRIPTION, " "));
        values.set("maintainer", MAINTAINER);
        values.set("title", TITLE);
        values.set("publisher", PUBLISHER);
        values.set("module", MODULE);
        values.set("programs", &list(""));
        values.set("programs_paragraph", &list(" "));
        values.set("programs_echo", &list("echo "));
        values
    }
}

/// One program per line, with its summary. Debian begins each line of a description with a space.
fn list(indent: &str) -> String {
    let line = |it: &Program| format!("{indent}  {:<13} {}", it.name, it.summary);
    PROGRAMS.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Wraps a paragraph to the width that packages want, with `indent` before each line.
fn wrapped(text: &str, indent: &str) -> String {
    const WIDTH: usize = 78;
    let mut lines = vec![indent.to_owned()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.trim().is_empty() => line.push_str(word),
            Some(line) if line.len() + 1 + word.len() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{indent}{word}")),
        }
    }
    lines.join("\n")
}

/// A field of `[workspace.package]`.
fn field(manifest: &str, name: &str) -> Result<String, Failure> {
    let section = manifest.split("\n[").find(|it| it.starts_with("workspace.package]"));
    let lines = section.unwrap_or_default().lines();
    lines
        .filter_map(|line| line.split_once(" = "))
        .find_map(|(key, value)| (key == name).then(|| value.trim_matches('"').to_owned()))
        .ok_or_else(|| Failure::new(format!("Cargo.toml has no `{name}` for the workspace")))
}

/// The time of the last commit, unless the environment sets one.
fn epoch() -> Result<u64, Failure> {
    let time = match env::var("SOURCE_DATE_EPOCH") {
        Ok(time) => time,
        Err(_) => {
            let mut git = Command::new("git");
            step::output(git.current_dir(workspace::root()).args(["log", "-1", "--format=%ct"]))?
        }
    };
    let wrong = || Failure::new(format!("`{}` is no time in seconds", time.trim().escape_debug()));
    time.trim().parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::{field, wrapped};

    #[test]
    fn fields_are_those_of_the_workspace() {
        let manifest = "[workspace]\nversion = \"9\"\n\n[workspace.package]\nversion = \"1.2.3\"\n\n[profile.x]\nlto = 1\n";
        assert_eq!(field(manifest, "version").ok(), Some("1.2.3".to_owned()));
        assert!(field(manifest, "lto").is_err());
    }

    #[test]
    fn paragraphs_are_wrapped_at_words() {
        let text = "word ".repeat(17);
        let (first, second) = (vec!["word"; 15].join(" "), "word word");
        assert_eq!(wrapped(&text, ""), format!("{first}\n{second}"));
        assert_eq!(wrapped(&text, " "), format!(" {first}\n {second}"));
        assert_eq!(wrapped("", " "), " ");
    }
}
