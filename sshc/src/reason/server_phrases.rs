//! Finds the reason for a refused login, or for a session that ended at once, in a server's words.

use super::Reason;

/// Phrases of PAM, systemd and `sshd`, in lower case, and their meanings. None of them occurs in
/// the usual legal warnings that servers show to all users.
const PHRASES: [(&str, Reason); 16] = [
    ("is booting up", Reason::LoginsClosed),
    ("not permitted to log in yet", Reason::LoginsClosed),
    ("is going down", Reason::LoginsClosed),
    ("see pam_nologin", Reason::LoginsClosed),
    ("account is locked", Reason::AccountLocked),
    ("account has been locked", Reason::AccountLocked),
    ("account locked due to", Reason::AccountLocked),
    ("account temporarily locked", Reason::AccountLocked),
    ("account is disabled", Reason::AccountLocked),
    ("account has been disabled", Reason::AccountLocked),
    ("account has expired", Reason::AccountExpired),
    ("account expired", Reason::AccountExpired),
    ("password has expired", Reason::PasswordExpired),
    ("password expired", Reason::PasswordExpired),
    ("required to change your password", Reason::PasswordExpired),
    ("must change your password", Reason::PasswordExpired),
];

/// The reason for a failed login, made more precise by the server's words.
pub(crate) fn login(reason: Reason, said: &str) -> Reason {
    use Reason as R;
    let can_mean_more = matches!(
        reason,
        R::KeyNotWelcome
            | R::SignatureRefused
            | R::PasswordRefused
            | R::HungUp
            | R::LoginBroken
            | R::SecondFactor
    );
    meant(said).filter(|_| can_mean_more).unwrap_or(reason)
}

/// The reason for a session that ended at once, if its output tells one.
pub(crate) fn session(said: &str) -> Option<Reason> {
    let is_full = said.contains("No space left on device") || said.contains("Disk quota exceeded");
    if is_full { Some(Reason::DiskFull) } else { meant(said) }
}

/// The line of the server's words that tells the reason, unchanged.
pub(crate) fn telling(said: &str) -> Option<&str> {
    said.lines().find(|line| meant(line).is_some())
}

fn meant(said: &str) -> Option<Reason> {
    let said = said.to_lowercase();
    PHRASES.iter().find(|(phrase, _)| said.contains(phrase)).map(|(_, meant)| *meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_say() {
        for (said, expected) in [
            (
                "System is booting up. Unprivileged users are not permitted to log in yet.",
                Reason::LoginsClosed,
            ),
            ("The account is locked due to 3 failed logins.", Reason::AccountLocked),
            (
                "Your account has expired; please contact your system administrator.",
                Reason::AccountExpired,
            ),
            (
                "You are required to change your password immediately (password expired).",
                Reason::PasswordExpired,
            ),
            (
                "Accounts are locked after three failures. Authorized use only.",
                Reason::KeyNotWelcome,
            ),
            ("", Reason::KeyNotWelcome),
        ] {
            assert_eq!(login(Reason::KeyNotWelcome, said), expected, "{said}");
        }
        assert_eq!(login(Reason::KeyUnusable, "account is locked"), Reason::KeyUnusable);
        assert_eq!(session("-bash: x: No space left on device\r\n"), Some(Reason::DiskFull));
        assert_eq!(session("This account is currently not available.\n"), None);
    }
}
