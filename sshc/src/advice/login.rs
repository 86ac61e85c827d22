//! What to do when a login, or a step after it, is refused.

use crate::reason::Reason;

/// The server refused the offered key.
const NOT_WELCOME: &str = "was the key saved in the account before the job was submitted \
                           (`pubkey-copy`)? a cluster that has just booted may not have it yet: \
                           --wait waits for it; otherwise check the user name";

/// The advice that follows from the server's own words, or from how it refused.
pub(crate) fn login(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::KeyNotWelcome => NOT_WELCOME,
        Reason::SignatureRefused => {
            "the server knows the key and refuses the login: the account may be closed to this \
             user, this address or this command; its administrator's log says why"
        }
        Reason::AgentRefused => {
            "unlock the key in its agent, confirm its use there, or name the private key file \
             with --key FILE"
        }
        Reason::PasswordExpired => {
            "set a new password on the cluster's web page, or in an interactive login"
        }
        Reason::AccountExpired => "ask the administrator of the server to extend the account",
        Reason::AccountLocked => "ask the administrator of the server to unlock the account",
        Reason::LoginsClosed => {
            "the server is booting or shutting down: --wait waits until it lets users in"
        }
        Reason::LoginTimeLimit => {
            "servers limit the time for a login: answer sooner, or unlock the key beforehand \
             (`keyagent add FILE`)"
        }
        Reason::HungUp => super::DISCONNECTED,
        Reason::SessionRefused => {
            "the account may be for tunnels or files only: try -N with a tunnel, or sftp"
        }
        Reason::ShellEnded => {
            "the server's output says why, such as an account without a shell or a start-up file \
             that exits; `sshc … true` skips most of those files"
        }
        Reason::DiskFull => {
            "free some space there: a command such as `sshc … df -h` runs without the shell's \
             start-up files"
        }
        Reason::NothingToOffer => "name a key with --key FILE",
        Reason::TooManyAttempts => "name the right key with --key and pass --identities-only",
        _ => return None,
    })
}
