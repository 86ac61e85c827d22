//! A whole ssh command pasted in place of the destination: `sshc "ssh -p 22 root@node7"`, or word
//! by word.

use std::ffi::OsString;

use crate::destination::{Destination, unquoted};
use crate::port;

/// The program names with which such a command begins.
const SSH: [&str; 2] = ["ssh", "ssh.exe"];

/// The arguments without the word `ssh`, if clap took it for the destination and it cannot be one:
/// the next word names user and host, or the whole command is one argument. `None` if no ssh
/// command was pasted.
pub(super) fn without_ssh(
    arguments: &[OsString],
    destination: Option<&str>,
    command: &[OsString],
) -> Option<Vec<OsString>> {
    let destination = destination?;
    let at = arguments.iter().skip(1).position(|word| word == destination)? + 1;
    let (before, after) = (arguments.get(..at)?, arguments.get(at + 1..)?);
    let pasted = match unquoted(destination).split_once(char::is_whitespace) {
        Some((program, rest)) if SSH.contains(&program) => words(rest)?,
        None if SSH.contains(&destination) && names_a_user(command.first()?) => Vec::new(),
        _ => return None,
    };
    Some([before, &pasted, after].concat())
}

/// The target in a line such as `ssh -p 22 root@node7`, written as our own; `None` if the line has
/// any other option.
pub(crate) fn target_in(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    words.next().filter(|program| SSH.contains(program))?;
    let (mut user, mut port, mut place) = (None, None, None);
    while let Some(word) = words.next() {
        match word {
            "-p" => port = Some(port::nonzero(words.next()?)?),
            "-l" => user = Some(words.next()?.to_owned()),
            _ if word.starts_with('-') || place.is_some() => return None,
            _ => place = Some(word.parse::<Destination>().ok()?),
        }
    }
    let Destination { user: named, host, port: of_place } = place?;
    let user = named.or(user)?;
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    let port = of_place.map(std::num::NonZeroU16::get).or(port);
    Some(match port {
        Some(port) => format!("{user}@{host}:{port}"),
        None => format!("{user}@{host}"),
    })
}

fn names_a_user(word: &OsString) -> bool {
    let destination = word.to_str().map(str::parse::<Destination>);
    matches!(destination, Some(Ok(Destination { user: Some(_), .. })))
}

/// Splits a line as a shell does, for blanks and quotation marks; `None` for syntax that only a
/// shell understands.
fn words(text: &str) -> Option<Vec<OsString>> {
    let (mut words, mut word, mut mark) = (Vec::new(), None::<String>, None);
    for character in text.chars() {
        match (mark, character) {
            (Some(open), _) if open == character => mark = None,
            (None, '"' | '\'') => {
                mark = Some(character);
                word.get_or_insert_default();
            }
            (None, _) if character.is_whitespace() => words.extend(word.take()),
            (None, '$' | '`' | ';' | '&' | '|' | '<' | '>' | '(' | ')') => return None,
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    mark.is_none().then(|| words.into_iter().map(OsString::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pasted(arguments: &[&str], destination: &str, command: &[&str]) -> Option<Vec<String>> {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let without = without_ssh(&words(arguments), Some(destination), &words(command))?;
        Some(without.into_iter().map(|word| word.into_string().unwrap()).collect())
    }

    #[test]
    fn a_pasted_command_is_what_is_meant() {
        assert_eq!(
            pasted(&["sshc", "-v", "ssh -p 22 root@h"], "ssh -p 22 root@h", &[]).unwrap(),
            ["sshc", "-v", "-p", "22", "root@h"]
        );
        let quoted = " ssh -i 'my key' h true ";
        assert_eq!(
            pasted(&["sshc", quoted], quoted, &[]).unwrap(),
            ["sshc", "-i", "my key", "h", "true"]
        );
        assert_eq!(
            pasted(&["sshc", "ssh", "-p", "22", "root@h"], "ssh", &["root@h"]).unwrap(),
            ["sshc", "-p", "22", "root@h"]
        );
    }

    #[test]
    fn only_whole_commands_of_ssh_are_recognised() {
        for (arguments, destination, command) in [
            (&["sshc", "ssh", "uptime"][..], "ssh", &["uptime"][..]),
            (&["sshc", "ssh"], "ssh", &[]),
            (&["sshc", "root@h"], "root@h", &[]),
            (&["sshc", "ssh h; id"], "ssh h; id", &[]),
            (&["sshc", "ssh 'h"], "ssh 'h", &[]),
        ] {
            assert_eq!(pasted(arguments, destination, command), None, "{arguments:?}");
        }
    }

    #[test]
    fn a_line_of_standard_input_names_a_target_and_nothing_else() {
        for (line, expected) in [
            ("ssh -p 2222 root@198.51.100.7\r\n", Some("root@198.51.100.7:2222")),
            ("ssh root@node7.example", Some("root@node7.example")),
            ("ssh -l ada 2001:db8::1", Some("ada@[2001:db8::1]")),
            ("ssh node7", None),
            ("ssh -o ProxyCommand=id root@h", None),
            ("ssh root@h id", None),
            ("root@h", None),
        ] {
            assert_eq!(target_in(line).as_deref(), expected, "{line}");
        }
    }
}
