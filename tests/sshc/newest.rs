//! Repeats the tests of logins, keys, agents, host keys, certificates, rekeying and file transfers
//! with the newest OpenSSH, which must make no difference.

#![expect(clippy::duplicate_mod, reason = "each module has another server and agent here")]

use std::ops::{Deref, DerefMut};

use harness::agent::Agent;
use harness::home::Home;
use harness::sshd::{Setup, Sshd};

use super::{
    asyncssh_server, fingerprint, key_pair, name_lb, noise, proxy, public_line, scripted_agent,
};

#[path = "agent.rs"]
mod agent;
#[path = "forget_and_update.rs"]
mod forget_and_update;
#[path = "forwarded_agent.rs"]
mod forwarded_agent;
#[path = "host_keys.rs"]
mod host_keys;
#[path = "key_order.rs"]
mod key_order;
#[path = "keys.rs"]
mod keys;
#[path = "login.rs"]
mod login;
#[path = "rekey.rs"]
mod rekey;
#[path = "revoked.rs"]
mod revoked;
#[path = "sftp.rs"]
mod sftp;

/// The newest server. It would shut us out after a few of the refusals that the tests provoke;
/// those of `--wait` are about that.
fn server() -> Setup {
    Sshd::setup().newest().option("PerSourcePenalties no")
}

/// Only keys with which we sign count for its `MaxAuthTries`.
const COUNTS_PROBES: bool = false;

/// The newest agent, without keys.
fn openssh_agent(home: &Home) -> Agent {
    Agent::openssh_by(home, home.in_newest("/usr/bin/ssh-agent"))
}

/// A site with the newest server.
struct Site(super::Site);

impl Site {
    fn new() -> Self {
        Self::with(server())
    }

    fn with(setup: Setup) -> Self {
        let site = super::Site::with(setup);
        Self::of(site.home, site.sshd)
    }

    fn of(home: Home, sshd: Sshd) -> Self {
        assert!(sshd.is_newest(), "it is this system's server");
        Self(super::Site::of(home, sshd))
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
