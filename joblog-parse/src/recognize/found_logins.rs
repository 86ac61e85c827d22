//! The logins found so far: what has a partner already gets no other from elsewhere in the log.

use std::collections::VecDeque;

use crate::target::{Host, Target, User};

/// The most logins remembered.
const MOST_LOGINS: usize = 64;

/// Logins that the log offers.
#[derive(Debug, Clone, Default)]
pub(super) struct FoundLogins {
    logins: VecDeque<(Host, User, u64)>,
}

impl FoundLogins {
    /// Records a login, found on this line.
    pub(super) fn add(&mut self, target: &Target, line: u64) {
        if self.logins.len() >= MOST_LOGINS {
            self.logins.pop_front();
        }
        self.logins.push_back((target.host.clone(), target.user.clone(), line));
    }

    /// The hosts of logins whose user or host is one of these words.
    pub(super) fn hosts_named(&self, words: &[&str]) -> Vec<Host> {
        let is_named = |(host, user, _): &&(Host, User, u64)| {
            let host = host.to_string();
            words.iter().any(|word| *word == user.as_str() || *word == host)
        };
        self.logins.iter().filter(is_named).map(|(host, ..)| host.clone()).collect()
    }

    /// Forgets all, because the next cluster may have the same addresses.
    pub(super) fn end_era(&mut self) {
        self.logins.clear();
    }

    /// Whether the user of a login has another host, found on this line or after it.
    pub(super) fn has_elsewhere(&self, target: &Target, line: u64) -> bool {
        let mut known = self.since(line).filter(|(_, user, _)| *user == target.user).peekable();
        known.peek().is_some() && known.all(|(host, ..)| !host.is_same_as(&target.host))
    }

    /// Whether the host of a login has another user, found on this line or after it.
    pub(super) fn has_other(&self, target: &Target, line: u64) -> bool {
        let is_there = |(host, ..): &&(Host, User, u64)| host.is_same_as(&target.host);
        let mut known = self.since(line).filter(is_there).peekable();
        known.peek().is_some() && known.all(|(_, user, _)| *user != target.user)
    }

    fn since(&self, line: u64) -> impl Iterator<Item = &(Host, User, u64)> {
        self.logins.iter().filter(move |(.., known)| *known >= line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_with_a_user_has_no_other() {
        let target = |text: &str| text.parse::<Target>().unwrap();
        let mut found_logins = FoundLogins::default();
        found_logins.add(&target("ada@203.0.113.7:2222"), 5);
        for (text, line, other, elsewhere) in [
            ("ada@203.0.113.7", 0, false, false),
            ("bob@203.0.113.7", 5, true, false),
            ("bob@203.0.113.7", 6, false, false),
            ("ada@203.0.113.8", 5, false, true),
            ("ada@203.0.113.8", 6, false, false),
            ("bob@203.0.113.8", 0, false, false),
        ] {
            assert_eq!(found_logins.has_other(&target(text), line), other, "{text} {line}");
            assert_eq!(found_logins.has_elsewhere(&target(text), line), elsewhere, "{text} {line}");
        }
        found_logins.end_era();
        assert!(!found_logins.has_other(&target("bob@203.0.113.7"), 0));
    }
}
