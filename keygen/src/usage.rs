//! Wrong usage, said in the form of every other failure: `tool: …` and `tool: hint: …`.

use std::io::Write as _;
use std::process::ExitCode;

use crate::text;

/// Tells what is wrong with the arguments of a program, and gives the exit status. Help texts and the version, which
/// clap hands over in the same way, are printed as they are.
#[must_use]
pub fn report(tool: &str, error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        error.exit();
    }
    let lines = plain(tool, &error.render().to_string());
    // Nobody is left to tell when standard error is closed too.
    let _ = anstream::stderr().lock().write_all(lines.as_bytes());
    ExitCode::from(2)
}

/// A comment of an option. It ends with its line; anything that could end it earlier is refused, not escaped.
///
/// # Errors
/// When there is a control character in it.
pub fn comment(text: &str) -> Result<String, &'static str> {
    if text.chars().any(char::is_control) {
        Err("a comment is one line without control characters")
    } else {
        Ok(text.to_owned())
    }
}

/// What clap says in paragraphs, in lines: the complaint, and its tips. The usage is in the help.
fn plain(tool: &str, said: &str) -> String {
    let line = |paragraph: &str| {
        let words: Vec<&str> = paragraph.lines().map(str::trim).collect();
        let paragraph = text::shown(&words.join(" "));
        let complaint = paragraph.strip_prefix("error: ").map(|it| format!("{tool}: {it}\n"));
        complaint.or_else(|| Some(format!("{tool}: hint: {}\n", paragraph.strip_prefix("tip: ")?)))
    };
    let lines: String = said.split("\n\n").filter_map(line).collect();
    lines + &format!("{tool}: hint: `{tool} --help` lists what there is\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_a_line_and_so_is_each_tip() {
        let said = "error: invalid value 'x' for '--via <VIA>'\n  [possible values: auto, osc52]\n\n\
                    \x20 tip: a similar value exists: 'y'\n\nUsage: tool [OPTIONS]\n       tool <COMMAND>\n\n\
                    For more information, try '--help'.\n";
        assert_eq!(
            plain("tool", said),
            "tool: invalid value 'x' for '--via <VIA>' [possible values: auto, osc52]\n\
             tool: hint: a similar value exists: 'y'\n\
             tool: hint: `tool --help` lists what there is\n"
        );
    }

    #[test]
    fn what_a_terminal_obeys_is_shown_instead() {
        let said = "error: unexpected argument '--\u{1b}[2J\r\u{202e}' found\n\nUsage: tool\n";
        let told = plain("tool", said);
        assert!(told.starts_with("tool: unexpected argument '--\\u{1b}[2J"), "{told}");
        assert!(!told.contains(['\u{1b}', '\r', '\u{202e}']), "{told:?}");
    }
}
