//! The names of a login, which are no words of its text, and what stands for them.

use super::{LINE_WORDS, split};
use crate::target::Target;

/// Stands for the host of the login, and for its user.
pub(super) const HOST: &str = "<host>";
pub(super) const USER: &str = "<user>";

/// The names of a login, in lower case.
pub(super) struct Names {
    pub(super) user: String,
    pub(super) host: String,
    /// The words of the user's name.
    pub(super) parts: Vec<String>,
}

impl Names {
    pub(super) fn of(target: &Target) -> Self {
        let parts = split::words(target.user.as_str(), LINE_WORDS);
        let user = target.user.as_str().to_lowercase();
        Self { user, host: target.host.to_string().to_lowercase(), parts }
    }

    /// Whether a line in lower case names the host, and whether it names the user.
    pub(super) fn are_in(&self, line: &str) -> [bool; 2] {
        let has_host = line.contains(&self.host);
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let has_user = line.match_indices(&self.user).any(|(at, user)| {
            let before = line.get(..at).unwrap_or_default();
            let after = line.get(at + user.len()..).unwrap_or_default();
            !before.ends_with(is_part) && !after.starts_with(is_part)
        });
        [has_host, has_user]
    }
}
