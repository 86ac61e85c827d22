//! Reads file names from the command line and expands what the shell left alone: cmd.exe and
//! Windows PowerShell do not expand `~`, PowerShell not `%USERPROFILE%`, and no shell expands
//! `--key=~/id`.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, TypedValueParser};

use crate::destination::unquoted;

/// A parser for a file name.
pub(super) fn parser() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(|text| meant(text, home, |name| env::var_os(name)))
}

fn home() -> Option<PathBuf> {
    env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

/// The file that the text names: if a file has exactly this name, that one.
fn meant(
    text: OsString,
    home: impl Fn() -> Option<PathBuf>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> PathBuf {
    let Some(words) = text.to_str().filter(|_| !Path::new(&text).exists()) else {
        return text.into();
    };
    let words = unquoted(words);
    if words.is_empty() {
        return text.into();
    }
    expanded(words, home, variable).unwrap_or_else(|| words.into())
}

fn expanded(
    words: &str,
    home: impl Fn() -> Option<PathBuf>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Option<PathBuf> {
    let (begin, rest) = match words.find(['/', '\\']) {
        Some(at) => (words.get(..at)?, words.get(at..)?),
        None => (words, ""),
    };
    let begin = match begin {
        "~" | "$HOME" | "$env:USERPROFILE" => home()?,
        _ => match begin.strip_prefix('%')?.strip_suffix('%')? {
            "" => return None,
            name => match variable(name) {
                Some(value) => value.into(),
                None if name.eq_ignore_ascii_case("USERPROFILE") => home()?,
                None => return None,
            },
        },
    };
    let rest = rest.trim_start_matches(['/', '\\']);
    Some(if rest.is_empty() { begin } else { begin.join(rest) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shells_leave_alone_is_expanded() {
        let home = || Some(PathBuf::from("/home/ada"));
        let variable = |name: &str| (name == "APPDATA").then(|| OsString::from("/data"));
        for (text, expected) in [
            ("id.ppk", "id.ppk"),
            ("-", "-"),
            ("~/id.ppk", "/home/ada/id.ppk"),
            ("~\\id.ppk", "/home/ada/id.ppk"),
            ("~", "/home/ada"),
            ("~ada/id", "~ada/id"),
            ("a~/id", "a~/id"),
            ("%USERPROFILE%\\id.ppk", "/home/ada/id.ppk"),
            ("%userprofile%/.ssh/id", "/home/ada/.ssh/id"),
            ("%APPDATA%/id", "/data/id"),
            ("%NOTHING%/id", "%NOTHING%/id"),
            ("%%/id", "%%/id"),
            ("$HOME/id", "/home/ada/id"),
            ("  id.ppk ", "id.ppk"),
            ("\"my key.ppk\"", "my key.ppk"),
            ("' ~/id '", "/home/ada/id"),
            ("\"id", "\"id"),
        ] {
            assert_eq!(meant(text.into(), home, variable), Path::new(expected), "{text}");
        }
        assert_eq!(meant("~/id".into(), || None, variable), Path::new("~/id"));
    }

    #[test]
    fn a_file_of_that_very_name_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(" id ");
        std::fs::write(&path, "").unwrap();
        assert_eq!(meant(path.clone().into(), || None, |_| None), path);
    }
}
