//! Turns the end of a remote program into our exit status.

use std::time::Duration;

use contract::shown;

use super::{InputFrom, Program, SessionRequest};
use crate::Error;
use crate::channel::{Exit, Inbox};
use crate::client::Shared;
use crate::reason::{Reason, server_phrases};

/// The remote program's status, or what became of it. A status alone is not enough: it may arrive
/// before the last output.
pub(super) fn status(inbox: &Inbox, shared: &Shared, place: &str) -> Result<u8, Error> {
    match inbox.exit() {
        Some(exit) if !inbox.is_cut() => exit_code(&exit),
        _ => Err(Error::Lost {
            place: place.to_owned(),
            reason: shared.end().map_or_else(
                || "the server closed the session without an exit status".to_owned(),
                |end| end.words(),
            ),
        }),
    }
}

/// A program that lasts longer has not ended at once.
const AT_ONCE: Duration = Duration::from_secs(2);

/// sshd's status for a program that it does not start because of `/etc/nologin`.
const NO_LOGIN: u8 = 254;

/// What `sshd` prints, with status 1, instead of running a program if the password has expired.
const OLD_PASSWORD: &str = "Password change required but no TTY available.";

/// Why a program ended as soon as it began, if it did: a shell that got no input (`is_untouched`),
/// so that no user ended it, or a program that the server did not let start.
pub(super) fn too_soon(
    order: &SessionRequest,
    status: u8,
    lasted: Duration,
    is_untouched: bool,
    said: &str,
) -> Option<Reason> {
    let is_shell = order.program == Program::Shell;
    let is_kept_out =
        status == NO_LOGIN || said.lines().any(|line| line.trim_end() == OLD_PASSWORD);
    if status == 0 || lasted > AT_ONCE || !(is_shell || is_kept_out) {
        return None;
    }
    let at_keyboard = is_shell && is_untouched && order.input == InputFrom::Keyboard;
    server_phrases::session(said).or_else(|| at_keyboard.then_some(Reason::ShellEnded))
}

/// A status above 255 does not fit ours, and must not become 0.
fn exit_code(exit: &Exit) -> Result<u8, Error> {
    match exit {
        Exit::Status(status) => Ok(u8::try_from(*status).unwrap_or(u8::MAX)),
        Exit::Signal(name) => match signal_number(name) {
            Some(number) => Ok(128 + number),
            None => Err(Error::Signal(shown(name))),
        },
    }
}

/// The numbers of the signals in RFC 4254 §6.10, and of two more, which are the same on all
/// systems.
fn signal_number(name: &str) -> Option<u8> {
    let number = match name {
        "HUP" => 1,
        "INT" => 2,
        "QUIT" => 3,
        "ILL" => 4,
        "TRAP" => 5,
        "ABRT" => 6,
        "BUS" => 7,
        "FPE" => 8,
        "KILL" => 9,
        "USR1" => 10,
        "SEGV" => 11,
        "USR2" => 12,
        "PIPE" => 13,
        "ALRM" => 14,
        "TERM" => 15,
        "XCPU" => 24,
        "XFSZ" => 25,
        _ => return None,
    };
    Some(number)
}

#[cfg(test)]
mod tests {
    use contract::Failure as _;

    use super::*;

    #[test]
    fn a_remote_end_becomes_an_exit_status() {
        let signal = |name: &str| Exit::Signal(name.to_owned());
        for (exit, code) in [
            (Exit::Status(0), 0),
            (Exit::Status(3), 3),
            (Exit::Status(255), 255),
            (Exit::Status(256), 255),
            (Exit::Status(u32::MAX), 255),
            (signal("TERM"), 143),
            (signal("KILL"), 137),
            (signal("PIPE"), 141),
        ] {
            assert_eq!(exit_code(&exit).unwrap(), code, "{exit:?}");
        }
        let unknown = exit_code(&signal("CUSTOM@example.com")).unwrap_err();
        assert_eq!(unknown.exit_code(), 255);
        assert_eq!(unknown.plain(), "the program was ended by the signal CUSTOM@example.com");
    }
}
