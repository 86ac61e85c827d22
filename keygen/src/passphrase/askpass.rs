//! `SSH_ASKPASS`: the program that asks if there is no terminal, by the rules of ssh(1).

use std::env;
use std::ffi::OsString;
use std::process::{Command, Stdio};

use zeroize::Zeroizing;

use crate::error::Error;

/// The two moments at which the program may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Before trying the terminal: only if `SSH_ASKPASS_REQUIRE` is `prefer` or `force`.
    InsteadOfTheTerminal,
    /// After finding no terminal: then a display is enough.
    WithoutTerminal,
}

/// The program to use at this moment, if the environment names one.
pub(super) fn program(moment: Wanted) -> Option<OsString> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let require = set("SSH_ASKPASS_REQUIRE");
    let display = set("DISPLAY").or_else(|| set("WAYLAND_DISPLAY")).is_some();
    set("SSH_ASKPASS")
        .filter(|_| is_wanted(moment, require.as_ref().and_then(|value| value.to_str()), display))
}

/// Runs it with the prompt as its argument; its first line of output is the answer.
pub(super) fn run(program: &OsString, prompt: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let output = Command::new(program)
        .arg(prompt)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::Askpass {
            program: program.to_string_lossy().into_owned(),
            source,
        })?;
    let stdout = Zeroizing::new(output.stdout);
    if !output.status.success() {
        return Err(Error::Cancelled);
    }
    let first = contract::encoding::lines(&stdout).next().map(|(_, line)| line).unwrap_or_default();
    Ok(Zeroizing::new(first.to_vec()))
}

fn is_wanted(moment: Wanted, require: Option<&str>, display: bool) -> bool {
    match (require, moment) {
        (Some("force" | "prefer"), _) => true,
        (Some("never"), _) | (_, Wanted::InsteadOfTheTerminal) => false,
        (_, Wanted::WithoutTerminal) => display,
    }
}

#[cfg(test)]
mod tests {
    use super::Wanted::{InsteadOfTheTerminal, WithoutTerminal};
    use super::*;

    #[test]
    fn the_rules_are_those_of_ssh() {
        let table = [
            (InsteadOfTheTerminal, None, true, false),
            (WithoutTerminal, None, true, true),
            (WithoutTerminal, None, false, false),
            (InsteadOfTheTerminal, Some("prefer"), false, true),
            (InsteadOfTheTerminal, Some("force"), false, true),
            (WithoutTerminal, Some("never"), true, false),
        ];
        for (moment, require, display, expected) in table {
            assert_eq!(
                is_wanted(moment, require, display),
                expected,
                "{moment:?} {require:?} {display}"
            );
        }
    }
}
