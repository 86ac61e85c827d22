//! Wrong arguments, reported as every other failure: `tool: …`, then `tool: hint: …`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::{escape, exit};

/// Reports what is wrong with a program's arguments, and gives the exit status. Help and version,
/// which clap returns in the same way, are printed as they are.
#[must_use]
pub fn report(tool: &str, error: &clap::Error) -> ExitCode {
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if is_help || !error.use_stderr() {
        error.exit();
    }
    let lines = plain(tool, &plainly(&error.render().to_string()));
    // With standard error closed there is nothing left to do.
    let _ = io::stderr().lock().write_all(lines.as_bytes());
    ExitCode::from(exit::USAGE)
}

/// What clap says if an option is given without the one that it belongs to.
const MISSING: &str = "error: the following required arguments were not provided:\n";

/// Rewords a complaint about a missing flag. No program demands a flag by itself, so another option
/// needs it; clap names that one only in the usage, among all that were given.
fn plainly(rendered: &str) -> String {
    let parts = rendered.strip_prefix(MISSING).and_then(|rest| rest.split_once("\n\n"));
    let Some((flag, rest)) = parts.map(|(flag, rest)| (flag.trim(), rest)) else {
        return rendered.to_owned();
    };
    if !flag.starts_with("--") || flag.contains(char::is_whitespace) {
        return rendered.to_owned();
    }
    let usage = rest.lines().find_map(|line| line.trim().strip_prefix("Usage: "));
    let words = usage.unwrap_or_default().split(' ');
    let given: Vec<&str> = words.filter(|it| it.starts_with("--") && *it != flag).collect();
    let needs = match *given {
        [one] => format!("{one} needs {flag}"),
        _ => format!("an option needs {flag}, which was not given"),
    };
    format!("error: {needs}\n\n{rest}")
}

/// clap's paragraphs as lines: the complaint and its tips. The usage line is left to `--help`.
fn plain(tool: &str, rendered: &str) -> String {
    let line = |paragraph: &str| {
        let words: Vec<&str> = paragraph.lines().map(str::trim).collect();
        let paragraph = escape::shown(words.join(" "));
        let complaint = paragraph.strip_prefix("error: ").map(|it| format!("{tool}: {it}\n"));
        complaint.or_else(|| Some(format!("{tool}: hint: {}\n", paragraph.strip_prefix("tip: ")?)))
    };
    let lines: String = rendered.split("\n\n").filter_map(line).collect();
    lines + &format!("{tool}: hint: `{tool} --help` lists all options\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_a_line_and_so_is_each_tip() {
        let rendered = "error: invalid value 'x' for '--via <VIA>'\n  [possible values: auto, osc52]\n\n\
                        \x20 tip: a similar value exists: 'y'\n\nUsage: tool [OPTIONS]\n       tool <COMMAND>\n\n\
                        For more information, try '--help'.\n";
        assert_eq!(
            plain("tool", rendered),
            "tool: invalid value 'x' for '--via <VIA>' [possible values: auto, osc52]\n\
             tool: hint: a similar value exists: 'y'\n\
             tool: hint: `tool --help` lists all options\n"
        );
    }

    #[test]
    fn a_missing_flag_is_what_another_option_needs() {
        let rendered = |missing: &str, usage: &str| {
            format!(
                "{MISSING}  {missing}\n\nUsage: {usage}\n\nFor more information, try '--help'.\n"
            )
        };
        for (missing, usage, complaint) in [
            (
                "--follow",
                "tool --follow --timeout <DURATION> [FILE]...",
                "--timeout needs --follow",
            ),
            (
                "--follow",
                "tool --follow --timeout <DURATION> --json",
                "an option needs --follow, which was not given",
            ),
            (
                "--address <IP>",
                "tool --address <IP> --json",
                "the following required arguments were not provided: --address <IP>",
            ),
            (
                "<RULE>...",
                "tool <RULE>...",
                "the following required arguments were not provided: <RULE>...",
            ),
        ] {
            let lines = plain("tool", &plainly(&rendered(missing, usage)));
            assert_eq!(lines.lines().next(), Some(&*format!("tool: {complaint}")));
        }
    }

    #[test]
    fn what_a_terminal_obeys_is_shown_instead() {
        let rendered =
            "error: unexpected argument '--\u{1b}[2J\r\u{202e}C:\\x' found\n\nUsage: tool\n";
        assert_eq!(
            plain("tool", rendered),
            "tool: unexpected argument '--\\u{1b}[2J\\r\\u{202e}C:\\x' found\n\
             tool: hint: `tool --help` lists all options\n"
        );
    }
}
