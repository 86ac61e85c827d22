//! What ssh says about a failure, for programs that look for it, such as `ssh-copy-id`. It is added
//! to our own words where we are called by the name of ssh.

use std::ffi::OsString;
use std::path::Path;

use crate::Error;

/// Whether we are called by the name of ssh.
pub(super) fn are_expected(arguments: &[OsString]) -> bool {
    let name = arguments.first().and_then(|program| Path::new(program).file_stem());
    name.is_some_and(|name| name.eq_ignore_ascii_case("ssh"))
}

/// The line, if we are called as ssh and it has one for this failure.
pub(super) fn line(arguments: &[OsString], error: &Error) -> Option<String> {
    if !are_expected(arguments) {
        return None;
    }
    match error {
        Error::Login { user, place, .. } => Some(format!("{user}@{place}: Permission denied.")),
        Error::HostKey { .. } => Some("Host key verification failed.".to_owned()),
        Error::Waited { last, .. } => line(arguments, last),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason::Reason;

    #[test]
    fn only_where_it_is_called_as_ssh() {
        let error =
            Error::HostKey { code: Reason::HostKeyChanged, message: String::new(), hint: None };
        for (program, is_said) in
            [("ssh", true), ("/usr/bin/ssh", true), ("SSH.EXE", true), ("sshc", false), ("", false)]
        {
            let said = line(&[program.into()], &error);
            assert_eq!(said.is_some(), is_said, "{program}");
        }
    }
}
