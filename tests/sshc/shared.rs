//! Repeats the tests of sessions and tunnels in other modules over a shared connection, which must
//! make no difference.

#![expect(clippy::duplicate_mod, reason = "each module has another site here")]

use std::ops::{Deref, DerefMut};

use harness::invocation::Invocation;
use harness::sshd::{Setup, Sshd};

use super::bulk;

#[path = "listeners.rs"]
mod listeners;
#[path = "session.rs"]
mod session;
#[path = "shell.rs"]
mod shell;
#[path = "tunnels.rs"]
mod tunnels;

/// A site whose programs share a connection.
struct Site(super::Site);

impl Site {
    const IS_SHARED: bool = true;

    fn new() -> Self {
        Self::with(Sshd::setup())
    }

    fn with(setup: Setup) -> Self {
        Self(super::Site::with(setup))
    }

    fn sshc<'a>(&self, options: impl IntoIterator<Item = &'a str>) -> Invocation {
        self.0.sshc(["--share=1s"]).args(options)
    }

    fn run(&self, command: &str) -> Invocation {
        self.sshc([self.sshd.target().as_str(), command])
    }
}

impl Deref for Site {
    type Target = super::Site;

    fn deref(&self) -> &super::Site {
        &self.0
    }
}

impl DerefMut for Site {
    fn deref_mut(&mut self) -> &mut super::Site {
        &mut self.0
    }
}
