//! The options about one connection for many programs.

use std::time::Duration;

use clap::{ArgAction, Args};

use super::values::duration;

/// How long a shared connection is kept for the next program.
const IDLE: &str = "10m";

/// The words of `-O`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// Is there a shared connection?
    Check,
    /// End it, and what uses it.
    Exit,
    /// Accept no new users, and end when the present ones are done.
    Stop,
    /// Add the forwards of -L, -R and -D to it.
    Forward,
    /// Take them away again.
    Cancel,
    /// Describe it.
    Info,
}

#[derive(Debug, Args)]
pub(crate) struct Sharing {
    /// Share one login with later calls, until it is unused for TIME [default: 10m]
    ///
    /// The first call logs in, and hands the connection to a background process. Later calls with
    /// the same user, host, port, route, keys and host key options use it without asking anything.
    /// It ends after TIME, with `-O exit`, or when the connection is lost.
    #[arg(long, value_name = "TIME", num_args = 0..=1, require_equals = true, default_missing_value = IDLE, value_parser = duration, help_heading = "Sharing")]
    pub(crate) share: Option<Duration>,

    /// Control the shared connection: check, exit, stop, forward, cancel or conninfo
    ///
    /// `check` reports whether there is one. `exit` ends it at once, `stop` when its present users
    /// are done. `forward` and `cancel` add and remove the forwards of -L, -R and -D. `conninfo`
    /// prints its addresses, algorithms and traffic.
    #[arg(
        short = 'O',
        value_name = "COMMAND",
        conflicts_with = "command",
        hide_short_help = true,
        help_heading = "Sharing"
    )]
    pub(super) control: Option<String>,

    /// Socket of the shared connection, as `ControlPath`; none turns sharing off
    #[arg(short = 'S', value_name = "PATH", hide_short_help = true, help_heading = "Sharing")]
    pub(super) control_path: Option<String>,

    /// Make a shared connection, as `ControlMaster yes`; -MM asks before each use of it
    #[arg(short = 'M', action = ArgAction::Count, hide_short_help = true, help_heading = "Sharing")]
    pub(super) master: u8,

    /// This process keeps the connection, for the process with this number and others.
    #[arg(long, value_name = "PID", hide = true)]
    pub(crate) share_holder: Option<u32>,
}

impl Sharing {
    /// The letters as options of `ssh_config(5)`.
    pub(super) fn as_config(&self) -> impl Iterator<Item = String> {
        // The shell has taken the words apart already: blanks and backslashes are the path's own.
        let path = self.control_path.as_ref().map(|path| {
            format!("ControlPath=\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
        });
        let master = match self.master {
            0 => None,
            1 => Some("ControlMaster=yes".to_owned()),
            _ => Some("ControlMaster=ask".to_owned()),
        };
        path.into_iter().chain(master)
    }

    /// What `-O` asks for.
    pub(crate) fn request(&self) -> Option<Request> {
        let control = self.control.as_deref()?;
        // As ssh does, it may be cut short.
        let mut found = REQUESTS.iter().filter(|(word, _)| word.starts_with(control));
        let (_, request) = found.next()?;
        Some(*request).filter(|_| !control.is_empty())
    }

    /// Why `-O` cannot be obeyed, if it cannot.
    pub(super) fn refusal(&self) -> Option<String> {
        let control = self.control.as_deref()?;
        match self.request() {
            Some(_) => None,
            None if OF_SSH_ALONE.contains(&control) => Some(format!(
                "-O {control} is not supported: sshc shares connections with its own protocol"
            )),
            None => Some(format!(
                "-O {} is unknown: it is check, exit, stop, forward, cancel or conninfo",
                contract::shown(control)
            )),
        }
    }
}

/// What only the protocol of OpenSSH's shared connections has.
const OF_SSH_ALONE: [&str; 2] = ["proxy", "channels"];

/// The words of `-O`. `exit` and `stop` begin with letters of their own.
const REQUESTS: [(&str, Request); 6] = [
    ("check", Request::Check),
    ("exit", Request::Exit),
    ("stop", Request::Stop),
    ("forward", Request::Forward),
    ("cancel", Request::Cancel),
    ("conninfo", Request::Info),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_known_and_others_refused_by_name() {
        let given = |control: &str| Sharing {
            share: None,
            control: Some(control.to_owned()),
            control_path: None,
            master: 0,
            share_holder: None,
        };
        for (word, request) in REQUESTS {
            assert_eq!((given(word).request(), given(word).refusal()), (Some(request), None));
        }
        for word in ["proxy", "", "xit", "checks"] {
            assert!(given(word).refusal().unwrap().contains(word), "{word}");
        }
        for word in OF_SSH_ALONE {
            let refusal = given(word).refusal().unwrap();
            assert!(refusal.starts_with(&format!("-O {word} is not supported: ")), "{refusal}");
        }
    }

    #[test]
    fn a_path_keeps_its_blanks_and_backslashes() {
        let sharing = Sharing {
            share: None,
            control: None,
            control_path: Some(r"C:\my keys\x".to_owned()),
            master: 0,
            share_holder: None,
        };
        let options = sharing.as_config().collect::<Vec<_>>();
        assert_eq!(options, [r#"ControlPath="C:\\my keys\\x""#]);
    }
}
