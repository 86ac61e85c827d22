//! What a command is for: tunnels that a job opens for itself, and the port named after it.

use std::num::NonZeroU16;

use super::cue::Cue;
use super::parsed_line::ParsedLine;

/// The ports of licence managers, which nobody looks at in a browser.
const LICENCES: [std::ops::RangeInclusive<u16>; 5] =
    [27000..=27010, 1055..=1056, 5053..=5054, 28518..=28519, 1999..=1999];

/// Whether a command only opens a tunnel to licences, or to what the words of its line call a
/// service.
pub(super) fn leads_to_service(command: &str, line: &ParsedLine<'_>) -> bool {
    let words = command.split_whitespace().collect::<Vec<_>>();
    let is_flag = |word: &&str, letter: char| {
        word.strip_prefix('-').is_some_and(|flags| {
            flags.ends_with(letter) && flags.bytes().all(|byte| byte.is_ascii_alphabetic())
        })
    };
    if !words.iter().any(|word| is_flag(word, 'N')) {
        return false;
    }
    let forwards = words.iter().enumerate().filter_map(|(at, word)| {
        let value = word.strip_prefix("-L")?;
        if value.is_empty() { words.get(at + 1).copied() } else { Some(value) }
    });
    let is_licence = |forward: &str| {
        let port = forward.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
        port.is_some_and(|port| LICENCES.iter().any(|ports| ports.contains(&port)))
    };
    let is_behind = words.iter().any(|word| is_flag(word, 'f'));
    forwards.into_iter().any(is_licence) || is_behind && line.says(&[Cue::Foreign])
}

/// The port that the words just after a command name: `ssh ada@203.0.113.7, port 2222`.
pub(super) fn port_after(behind: &str) -> Option<NonZeroU16> {
    let said = behind.trim_start_matches([' ', '\t', ',', ';', '|', '(']);
    let said = said.strip_prefix("on ").unwrap_or(said);
    let word = said.get(..4).filter(|word| word.eq_ignore_ascii_case("port"))?;
    let number = said.get(word.len()..)?.trim_start_matches([' ', ':', '=']);
    let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
    let goes_on = number.get(end..)?.starts_with(|c: char| c.is_alphanumeric() || c == '-');
    number.get(..end).filter(|_| !goes_on).and_then(|number| number.parse().ok())
}

/// Whether a link is where a container engine runs: `docker context: ssh://…`.
pub(super) fn is_of_docker(text: &str) -> bool {
    ["docker", "DOCKER_HOST", "podman", "buildkit"].iter().any(|name| text.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tunnel_to_licences_is_the_jobs_own() {
        for (command, words, expected) in [
            ("ssh -N -L 27000:localhost:27000 t@lic.example.org", "tunnel", true),
            ("ssh -fNL 8000:db:27001 t@lic.example.org", "tunnel", false),
            ("ssh -L 27000:localhost:27000 ada@node7.example.org", "log in", false),
            ("ssh -f -N -L 1:a:2 t@lic.example.org", "for the licence", true),
            ("ssh -N -L 8888:node7:8888 ada@203.0.113.7", "for the notebook", false),
        ] {
            let line = ParsedLine::new(words);
            assert_eq!(leads_to_service(command, &line), expected, "{command}");
        }
    }

    #[test]
    fn the_words_after_a_command_name_its_port() {
        for (behind, expected) in [
            (", port 2222", Some(2222)),
            ("   port 2203 |", Some(2203)),
            (" (port: 443)", Some(443)),
            (" ports 22", None),
            (" port 2222-2230", None),
            (" port 0", None),
            (" and then port 22", None),
        ] {
            assert_eq!(port_after(behind).map(NonZeroU16::get), expected, "{behind}");
        }
    }
}
