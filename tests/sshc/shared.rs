//! Repeats the tests of sessions and tunnels in other modules over a shared connection, which must
//! make no difference.

#![expect(clippy::duplicate_mod, reason = "each module has another site here")]

use std::cell::Cell;
use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

use harness::invocation::Invocation;
use harness::sshd::{Setup, Sshd};

use super::bulk;
use super::sharing::logins;

#[path = "listeners.rs"]
mod listeners;
#[path = "session.rs"]
mod session;
#[path = "shell.rs"]
mod shell;
#[path = "tunnels.rs"]
mod tunnels;

/// A site whose programs share a connection.
struct Site {
    site: super::Site,
    /// Whether a program was to share a connection.
    is_used: Cell<bool>,
}

impl Site {
    const IS_SHARED: bool = true;

    fn new() -> Self {
        Self::with(Sshd::setup())
    }

    fn with(setup: Setup) -> Self {
        Self { site: super::Site::with(setup), is_used: Cell::new(false) }
    }

    fn sshc<'a>(&self, options: impl IntoIterator<Item = &'a str>) -> Invocation {
        self.is_used.set(true);
        self.site.sshc(["--share=1s"]).args(options)
    }

    fn sshc_line(&self, words: &str) -> String {
        self.is_used.set(true);
        self.site.sshc_line(&format!("--share=1s {words}"))
    }

    fn run(&self, command: &str) -> Invocation {
        self.sshc([self.sshd.target().as_str(), command])
    }
}

/// If each program quietly made a connection of its own, its tests would pass, too.
impl Drop for Site {
    fn drop(&mut self) {
        if std::thread::panicking() || !self.is_used.get() || logins(&self.site.sshd) == 0 {
            return;
        }
        let files = fs::read_dir(self.site.home.path(".run/sshc")).into_iter().flatten();
        let mut files = files.map(|file| file.expect("the folder can be read").path());
        // A lock is empty until its holder has answered.
        let was_held = |file: PathBuf| fs::metadata(file).is_ok_and(|it| it.len() > 0);
        assert!(files.any(was_held), "no holder served this site");
    }
}

impl Deref for Site {
    type Target = super::Site;

    fn deref(&self) -> &super::Site {
        &self.site
    }
}

impl DerefMut for Site {
    fn deref_mut(&mut self) -> &mut super::Site {
        &mut self.site
    }
}
