//! A user of this machine with a home folder, for servers that look users up in the password
//! database.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use tempfile::TempDir;

use crate::programs::installed;

/// The password database has one lock for all tests.
static DATABASE: Mutex<()> = Mutex::new(());

/// An account that is removed when this is dropped. Only root can make one.
#[derive(Debug)]
pub struct Account {
    name: String,
    home: TempDir,
}

impl Account {
    /// A new account with an empty home and this password. No other test may use the name.
    #[must_use]
    pub fn new(name: &str, password: &str) -> Self {
        // Not below /tmp, because tinysshd refuses keys from folders that all users can write.
        let home = TempDir::with_prefix_in("account-", "/home").expect("root may make a home");
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
        let password = encrypted(password);
        let _only_one = DATABASE.lock();
        // Removes what a killed test run left behind.
        let _ = Command::new(installed("userdel")).arg(name).output();
        let mut useradd = Command::new(installed("useradd"));
        useradd.args(["--badname", "--no-create-home", "--shell", "/bin/sh"]);
        useradd.arg("--home-dir").arg(home.path()).args(["--password", &password, name]);
        succeed(&mut useradd);
        let account = Self { name: name.to_owned(), home };
        account.own(account.home.path());
        account
    }

    /// The name to log in with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The home folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.home.path()
    }

    /// Writes `~/.ssh/authorized_keys`, as dropbear and tinysshd want it owned.
    pub fn authorize(&self, lines: &str) {
        let folder = self.home.path().join(".ssh");
        fs::create_dir_all(&folder).expect("a folder can be made in the home");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("it is ours");
        let file = folder.join("authorized_keys");
        fs::write(&file, lines).expect("a file can be written in the home");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("it is ours");
        self.own(&folder);
        self.own(&file);
    }

    /// Sets when the account or its password expires, with options of chage(1).
    pub fn age(&self, options: &[&str]) {
        let _only_one = DATABASE.lock();
        succeed(Command::new(installed("chage")).args(options).arg(&self.name));
    }

    fn own(&self, path: &Path) {
        let id = succeed(Command::new(installed("id")).args(["-u", &self.name]));
        let id = id.trim().parse().expect("a user's id is a number");
        chown(path, Some(id), None).expect("root may give files away");
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let _only_one = DATABASE.lock();
        // `--force`, because a child of a server may still run as this user for a moment.
        let _ = Command::new(installed("userdel")).args(["--force", &self.name]).output();
    }
}

/// crypt(5)'s SHA-512 form.
fn encrypted(password: &str) -> String {
    let hash = succeed(Command::new(openssl()).args(["passwd", "-6", password]));
    hash.trim().to_owned()
}

fn openssl() -> PathBuf {
    installed("openssl")
}

/// Runs a program that must succeed, and returns its standard output.
pub(crate) fn succeed(command: &mut Command) -> String {
    let output =
        command.output().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("its output is UTF-8")
}
