//! A home folder that exists as long as a test, and the programs that run in it.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::invocation::Invocation;
use crate::newest;
use crate::programs::{installed, search_path, under_test};
use crate::terminal::Terminal;

const TOOLS: [&str; 6] = ["keygen", "keyagent", "pubkey-copy", "cidr", "joblog-parse", "sshc"];

/// A temporary home folder. Programs started in it see only this environment and nothing of the
/// developer's: `HOME`, `PATH` (the six programs first, under their own names), `LC_ALL`, `TERM`,
/// `TMPDIR`, `XDG_RUNTIME_DIR`, `USER`, `LOGNAME`.
///
/// OpenSSH's programs take the home folder from the password database, not from `HOME`: give them
/// `-F none` and full paths.
#[derive(Debug)]
pub struct Home {
    folder: TempDir,
    environment: BTreeMap<OsString, OsString>,
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}

impl Home {
    /// An empty home.
    #[must_use]
    pub fn new() -> Self {
        let folder = TempDir::with_prefix("home-").expect("a temporary folder can be made");
        let mut home = Self { folder, environment: BTreeMap::new() };
        for name in [".bin", ".tmp", ".run"] {
            let path = home.path(name);
            fs::create_dir(&path).expect("a folder can be made in an empty home");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("it is ours");
        }
        for tool in TOOLS {
            symlink(under_test(tool), home.path(".bin").join(tool)).expect("the name is free");
        }
        let user = env::var_os("USER").unwrap_or_else(|| "root".into());
        home.set("HOME", home.folder());
        home.set("PATH", search_path(&home.path(".bin")));
        home.set("TMPDIR", home.path(".tmp"));
        home.set("XDG_RUNTIME_DIR", home.path(".run"));
        home.set("LC_ALL", "C.UTF-8");
        home.set("TERM", "xterm-256color");
        home.set("USER", &user);
        home.set("LOGNAME", &user);
        home
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// The path of a file of this name, whether or not it exists.
    #[must_use]
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and the folders above it, and returns its path.
    pub fn write(&self, name: impl AsRef<Path>, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        let parent = path.parent().expect("the home is above it");
        fs::create_dir_all(parent).expect("folders can be made in the home");
        fs::write(&path, contents)
            .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        path
    }

    /// The contents of a file.
    #[must_use]
    pub fn read(&self, name: impl AsRef<Path>) -> Vec<u8> {
        let path = self.path(name);
        fs::read(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
    }

    /// The contents of a file, which must be UTF-8.
    #[must_use]
    pub fn read_text(&self, name: impl AsRef<Path>) -> String {
        String::from_utf8(self.read(name)).expect("the file is UTF-8")
    }

    /// The files and folders directly in the home that a test or its programs made, sorted by name.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("the home can be read");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry can be read").file_name().display().to_string())
            .filter(|name| ![".bin", ".tmp", ".run"].contains(&name.as_str()))
            .collect();
        names.sort_unstable();
        names
    }

    /// Sets a variable for all programs started from now on.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) {
        self.environment.insert(name.into(), value.into());
    }

    /// One of the six programs.
    #[must_use]
    pub fn tool(&self, name: &str) -> Invocation {
        self.invocation(under_test(name))
    }

    /// Another program, which must be installed.
    #[must_use]
    pub fn peer(&self, name: &str) -> Invocation {
        self.invocation(installed(name))
    }

    /// The newest version of another program, by its path in a separate system, which shares our
    /// temporary files.
    #[must_use]
    pub fn in_newest(&self, path: &str) -> Invocation {
        let mut words = newest::words(path).into_iter();
        let program = words.next().expect("a program is started by a program");
        self.invocation(program.into()).args(words)
    }

    /// Python with the packages from PyPI that `cargo xtask test` installs, for servers that follow
    /// a script.
    #[must_use]
    pub fn python(&self) -> Invocation {
        let us = env::current_exe().expect("a program knows where it is");
        let python = us
            .ancestors()
            .map(|folder| folder.join("peers/bin/python"))
            .find(|python| python.is_file());
        self.invocation(python.expect("`cargo xtask test` installs the packages from PyPI"))
    }

    /// A command line for `sh`, in which the six programs have their own names.
    #[must_use]
    pub fn shell(&self, line: &str) -> Invocation {
        self.peer("sh").args(["-c", line])
    }

    /// A shell with job control on a terminal, at the prompt `near$ `.
    #[must_use]
    pub fn interactive_shell(&self) -> Terminal {
        let mut terminal = self.peer("dash").arg("-i").env("PS1", "near$ ").on_terminal();
        terminal.expect("near$ ");
        terminal
    }

    fn invocation(&self, program: PathBuf) -> Invocation {
        Invocation::new(program, self.environment.clone(), self.folder())
    }
}
