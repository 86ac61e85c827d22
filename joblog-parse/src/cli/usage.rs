//! Wrong usage, said in the form of every other failure: `joblog-parse: …` and `joblog-parse: hint: …`.

use std::io::Write as _;
use std::process::ExitCode;

use clap::error::ErrorKind;

/// Tells what is wrong with the arguments, and gives the exit status. Help texts and the version, which clap hands over in
/// the same way, are printed as they are.
pub(super) fn report(error: &clap::Error) -> ExitCode {
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if is_help || !error.use_stderr() {
        error.exit();
    }
    // Nobody is left to tell when standard error is closed too.
    let _ = anstream::stderr().lock().write_all(plain(&error.render().to_string()).as_bytes());
    ExitCode::from(2)
}

/// What clap says in paragraphs, in lines: the complaint and its tips. The usage is in the help.
fn plain(said: &str) -> String {
    let line = |paragraph: &str| {
        let words: Vec<&str> = paragraph.lines().map(str::trim).collect();
        let paragraph = shown(&words.join(" "));
        let complaint = paragraph.strip_prefix("error: ").map(|it| format!("joblog-parse: {it}\n"));
        complaint
            .or_else(|| Some(format!("joblog-parse: hint: {}\n", paragraph.strip_prefix("tip: ")?)))
    };
    let lines: String = said.split("\n\n").filter_map(line).collect();
    lines + "joblog-parse: hint: `joblog-parse --help` lists what there is\n"
}

/// What a terminal would obey, escaped; quotes as they are.
fn shown(text: &str) -> String {
    let escaped = |c: char| {
        if matches!(c, '\'' | '"') { c.to_string() } else { c.escape_debug().to_string() }
    };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_a_line_and_so_is_each_tip() {
        let said = "error: unexpected argument '--\u{1b}[2J\u{202e}' found\n\n  tip: a similar one exists: '-o'\n\n\
                    Usage: x [OPTIONS]\n\nFor more information, try '--help'.\n";
        assert_eq!(
            plain(said),
            "joblog-parse: unexpected argument '--\\u{1b}[2J\\u{202e}' found\n\
             joblog-parse: hint: a similar one exists: '-o'\n\
             joblog-parse: hint: `joblog-parse --help` lists what there is\n"
        );
    }
}
