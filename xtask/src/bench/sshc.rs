//! `sshc` against `ssh` and `plink`: logins, bulk, tunnels and keystrokes, with one sshd on this
//! machine.
//!
//! The server allows one key exchange, one cipher and one type of host key, so that all three do
//! the same work. The user's shell is `dash`, because the start-up files of a login shell should
//! not be measured. `cargo xtask bench sshc` runs every part and writes `docs/sshc-speed.md` and
//! its drawing; parts named as arguments (`logins bulk tunnels keys`) are only printed.

mod bulk;
mod keys;
mod logins;
mod place;
mod relay;
mod report;
mod rival;
mod server;
mod service;
mod share;
mod slow_link;
mod tunnels;

use crate::step::{self, Failure, Outcome};
use report::Row;
use rival::Rivals;
use server::Server;
pub(super) use share::run as share;

/// The cipher, unless a part sets another.
const CIPHER: &str = "aes128-gcm@openssh.com";

struct Part {
    name: &'static str,
    run: fn(&Rivals) -> Result<Vec<Row>, Failure>,
}

const PARTS: &[Part] = &[
    Part { name: "logins", run: logins::run },
    Part { name: "bulk", run: bulk::run },
    Part { name: "tunnels", run: tunnels::run },
    Part { name: "keys", run: keys::run },
];

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let known = |name: &String| PARTS.iter().any(|part| part.name == name);
    if let Some(unknown) = arguments.iter().find(|name| !known(name)) {
        let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        return Err(Failure::usage(format!(
            "there is no part `{unknown}`\nusage: cargo xtask bench sshc [{}]...",
            names.join("|")
        )));
    }
    let rivals = Rivals::prepare()?;
    let mut rows = Vec::new();
    for part in PARTS {
        if arguments.is_empty() || arguments.iter().any(|name| name == part.name) {
            for row in (part.run)(&rivals)? {
                step::say(&row.as_line())?;
                rows.push(row);
            }
        }
    }
    if arguments.is_empty() { report::write_page(&rows, &rivals.versions()?) } else { Ok(()) }
}
