//! Connections through tunnels that failed: all are counted, each cause is reported once.

use std::collections::HashSet;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use russh::ChannelOpenFailure;

use super::Goal;
use crate::antispoof;
use crate::lock::lock;
use crate::notices;
use crate::reason::Reason;

/// How many causes are reported: a browser that uses the SOCKS proxy finds a new one on each page.
const MOST_REPORTED: usize = 20;

/// The failed connections of all tunnels.
#[derive(Debug)]
pub(crate) struct Failures {
    quiet: bool,
    count: AtomicU64,
    reported: Mutex<HashSet<String>>,
}

/// Why the server did not connect.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The code of RFC 4254 §5.1; `None` if the connection to the server was lost.
    pub(super) code: Option<ChannelOpenFailure>,
    /// The server's own text, unchanged.
    pub(super) said: String,
    /// Code and text in one line, escaped.
    pub(super) plain: String,
}

impl Failures {
    pub(crate) fn new(quiet: bool) -> Self {
        Self { quiet, count: AtomicU64::new(0), reported: Mutex::default() }
    }

    /// How many connections have failed.
    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Records that the server could not connect to `goal`.
    pub(super) fn remote(&self, goal: &Goal, refusal: &Refusal) {
        let plain = format!("cannot forward to {goal}: {}", refusal.plain);
        self.note(&plain, &format!("{goal} on the cluster: {}", refusal.words()));
    }

    /// Records that we could not connect to `goal` for the server.
    pub(super) fn local(&self, goal: &Goal, cause: &io::Error) {
        let plain = format!("cannot connect to {goal} for the server: {cause}");
        let words = match cause.kind() {
            io::ErrorKind::ConnectionRefused => NOT_RUNNING.to_owned(),
            _ => contract::report::cause(cause),
        };
        self.note(&plain, &format!("{goal} here: {words}"));
    }

    fn note(&self, plain: &str, reported: &str) {
        let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        log::warn!(count, reason = Reason::ForwardRefused.code(); "{plain}");
        let mut causes = lock(&self.reported);
        if causes.len() < MOST_REPORTED && causes.insert(reported.to_owned()) {
            drop(causes);
            notices::tell(self.quiet, &format!("sshc: {}", contract::shown(reported)));
        }
    }
}

const NOT_RUNNING: &str = "refused; is the program running there?";

impl Refusal {
    /// The reason in plain words, with the server's own text where that says more.
    fn words(&self) -> String {
        let said = self.said.to_ascii_lowercase();
        let quoted = || match self.said.as_str() {
            "" => String::new(),
            said => format!(": {}", antispoof::quoted(said)),
        };
        match self.code {
            None => self.plain.clone(),
            Some(ChannelOpenFailure::ConnectFailed)
                if said.is_empty() || said.contains("refused") =>
            {
                NOT_RUNNING.to_owned()
            }
            Some(ChannelOpenFailure::ConnectFailed) => {
                format!("the server cannot connect there{}", quoted())
            }
            Some(ChannelOpenFailure::AdministrativelyProhibited) => {
                format!("the server does not allow this tunnel (AllowTcpForwarding){}", quoted())
            }
            Some(ChannelOpenFailure::ResourceShortage) => {
                format!("the server has no room for more connections{}", quoted())
            }
            Some(_) => format!("the server refused{}", quoted()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_in_a_users_words() {
        use ChannelOpenFailure as C;
        for (code, said, words) in [
            (C::ConnectFailed, "Connection refused", NOT_RUNNING),
            (C::ConnectFailed, "", NOT_RUNNING),
            (
                C::ConnectFailed,
                "Name or service not known",
                "the server cannot connect there: \"Name or service not known\"",
            ),
            (
                C::AdministrativelyProhibited,
                "open\x1b[2J failed",
                "the server does not allow this tunnel (AllowTcpForwarding): \"open\\u{1b}[2J failed\"",
            ),
            (C::ResourceShortage, "", "the server has no room for more connections"),
        ] {
            let refusal = Refusal { code: Some(code), said: said.into(), plain: String::new() };
            assert_eq!(refusal.words(), words);
        }
    }

    #[test]
    fn all_are_counted() {
        let failures = Failures::new(true);
        let goal = Goal::Tcp { host: "localhost".into(), port: 8888 };
        for _ in 0..3 {
            failures.local(&goal, &io::ErrorKind::ConnectionRefused.into());
        }
        assert_eq!((failures.count(), lock(&failures.reported).len()), (3, 1));
    }
}
