//! What the lines before a line say about it: that it is an example, a setting of another service,
//! a part of an error.
//!
//! A heading applies to the lines that are indented below it, an error to the next line.

use super::cue::Cue;
use super::evidence::Evidence;
use super::line;
use super::parsed::ParsedLine;

/// The most nested headings.
const MOST_HEADINGS: usize = 8;

/// A heading with lines below it.
#[derive(Debug, Clone)]
struct Heading {
    indent: usize,
    /// The evidence against the lines below it.
    taint: Evidence,
    has_body: bool,
    /// Whether it applies to the next line, indented or not.
    is_for_next: bool,
}

/// What the lines before say.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// The outermost first.
    headings: Vec<Heading>,
    /// Whether the line before is part of an error.
    is_in_error: bool,
    /// The program whose last line reported an error.
    failing: String,
    /// Whether the lines are part of a diff.
    is_in_diff: bool,
}

impl Surroundings {
    /// Forgets everything, because text was left out.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The evidence against everything that the next line names.
    pub(super) fn enter(&mut self, text: &str, line: &ParsedLine<'_>) -> Evidence {
        let stamp = line::stamp_bytes(text);
        let said = text.get(stamp..).unwrap_or_default();
        let indent = said.len() - said.trim_start().len();
        let mut taint = self.below(indent);
        let is_error = is_error(line, said.trim());
        // After `sbatch: error: …`, the next words of `sbatch:`.
        let speaker = text.split_once(": ").map_or("", |(speaker, _)| speaker);
        if !self.failing.is_empty() && speaker == self.failing {
            taint.add(Evidence::FAILURE);
        }
        let rest = text.get(speaker.len()..).unwrap_or_default();
        if rest.get(..9).is_some_and(|it| it.eq_ignore_ascii_case(": error: ")) {
            self.failing.clone_from(&speaker.to_owned());
        } else if speaker != self.failing {
            self.failing.clear();
        }
        if is_error || (self.is_in_error && stamp == 0 && indent > 0) {
            taint.add(Evidence::FAILURE);
        }
        self.is_in_error = is_error;
        if is_code(line, said.trim()) {
            taint.add(Evidence::EXAMPLE);
        }
        // `last` and `who` list the terminal lines of users.
        if line.tokens.iter().any(|token| token.text.starts_with("pts/")) {
            taint.add(Evidence::EVENT);
        }
        // What was done, not what should be done.
        let is_done =
            said.trim_start().get(..12).is_some_and(|it| it.eq_ignore_ascii_case("connected to"));
        if is_done {
            taint.add(Evidence::EVENT);
        }
        // A network belongs to an access rule.
        let is_network = |text: &str| {
            text.split_once('/').is_some_and(|(address, bits)| {
                address.parse::<std::net::Ipv4Addr>().is_ok() && bits.parse::<u8>().is_ok()
            })
        };
        if line.tokens.iter().any(|token| is_network(token.text)) {
            taint.add(Evidence::EVENT);
        }
        // A request to a web server.
        if ["\"GET ", "\"POST ", "\"PUT ", "\"HEAD "].iter().any(|verb| said.contains(verb)) {
            taint.add(Evidence::EVENT);
        }
        if is_chat(said) {
            taint.add(Evidence::EVENT);
        }
        let is_changed = said.starts_with(['+', '-', '@', ' ']) || said.is_empty();
        let begins_diff = ["diff --git ", "@@ -", "+++ ", "--- a/"];
        self.is_in_diff =
            begins_diff.iter().any(|it| said.starts_with(it)) || self.is_in_diff && is_changed;
        if self.is_in_diff {
            taint.add(Evidence::EXAMPLE);
        }
        // Terraform removes an output.
        if said.trim_end().ends_with("-> null") {
            taint.add(Evidence::FAILURE);
        }
        // The remote of a copy program.
        if ["type = sftp", "type=sftp"].iter().any(|kind| said.contains(kind)) {
            taint.add(Evidence::FOREIGN);
        }
        if let Some(below) = heading(line, said.trim()) {
            let is_for_next = below.has(Evidence::EXAMPLE);
            self.headings.truncate(MOST_HEADINGS - 1);
            self.headings.push(Heading { indent, taint: below, has_body: false, is_for_next });
        }
        taint
    }

    /// What the heading says about a line with this indent.
    fn below(&mut self, indent: usize) -> Evidence {
        let mut taint = Evidence::default();
        self.headings.retain_mut(|heading| {
            let is_plain = !heading.has_body && heading.is_for_next;
            let is_below = indent > heading.indent || is_plain;
            heading.has_body = true;
            if is_below {
                taint.add(heading.taint);
            }
            is_below
        });
        taint
    }
}

/// What a line says about the lines below it, if it is their heading.
fn heading(line: &ParsedLine<'_>, said: &str) -> Option<Evidence> {
    /// Sections of a manual page.
    const MANUAL: [&str; 7] =
        ["EXAMPLE", "EXAMPLES", "SYNOPSIS", "USAGE", "OPTIONS", "DESCRIPTION", "COMMANDS"];
    if MANUAL.contains(&said) || line::introduces_example(said) {
        return Some(Evidence::EXAMPLE);
    }
    if !said.ends_with([':', '：']) {
        return None;
    }
    let says = |cues: &[Cue]| (0..line.tokens.len()).any(|at| line.has_any(at, cues));
    if says(&[Cue::Example]) {
        return Some(Evidence::EXAMPLE);
    }
    let is_login = says(&[Cue::Connect, Cue::Ssh, Cue::Login, Cue::Cluster, Cue::Ready]);
    if is_login {
        return None;
    }
    match (says(&[Cue::Foreign]), says(&[Cue::Event, Cue::Action])) {
        (true, _) => Some(Evidence::FOREIGN),
        (_, true) => Some(Evidence::EVENT),
        _ => None,
    }
}

/// Whether the line sets a standard environment variable.
pub(super) fn is_environment(text: &str) -> bool {
    const NAMES: [&str; 8] = ["SHELL", "PWD", "HOME", "PATH", "LANG", "SHLVL", "OLDPWD", "TERM"];
    let name = text.split_once('=').map_or("", |(name, _)| name);
    NAMES.contains(&name.trim_start())
}

/// Whether the line is part of a program's error output: a stack frame, or the name of an
/// exception.
fn is_error(line: &ParsedLine<'_>, said: &str) -> bool {
    let is_frame = (said.starts_with("at ") && said.contains('('))
        || said.starts_with("Caused by:")
        || said.starts_with("Traceback")
        || said.starts_with("File \"");
    let is_exception = |word: &str| {
        ["Exception", "Error"].iter().any(|end| {
            word.strip_suffix(end).is_some_and(|name| name.len() > 2 && !name.ends_with('-'))
        })
    };
    is_frame || line.tokens.iter().take(4).any(|token| is_exception(token.text))
}

/// Whether the line is source code, or test output.
fn is_code(line: &ParsedLine<'_>, said: &str) -> bool {
    let text = |at: usize| line.tokens.get(at).map_or("", |token| token.text);
    let numbered =
        said.trim_start_matches(['>', ' ']).trim_start_matches(|c: char| c.is_ascii_digit());
    let is_listing = numbered.len() < said.len()
        && numbered.trim_start().starts_with('|')
        && (said.contains("('") || said.contains("(\""));
    let is_test = (text(0) == "Test" && text(1).contains('/'))
        || said.starts_with("Expected:")
        || said.starts_with("Received:")
        || [".spec.", ".test.", "_test.", "::test"].iter().any(|name| said.contains(name));
    let is_instance = text(0) != "instance" && said.to_ascii_lowercase().contains("for instance");
    is_listing || is_test || is_instance
}

/// A person's message in a chat: `<ada> ssh …`. The names of bots show that they are programs.
fn is_chat(said: &str) -> bool {
    let Some((name, _)) = said.strip_prefix('<').and_then(|it| it.split_once("> ")) else {
        return false;
    };
    let is_name = name.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-|[]".contains(&it));
    is_name && !said.contains("</") && !name.contains("bot") && !name.contains("info")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The evidence against the last of the lines.
    fn taint(lines: &[&str]) -> Evidence {
        let mut surroundings = Surroundings::default();
        let taints = lines.iter().map(|text| surroundings.enter(text, &ParsedLine::new(text)));
        taints.last().unwrap_or_default()
    }

    #[test]
    fn headings_and_errors_speak_for_the_lines_below() {
        let none = Evidence::default();
        for (lines, expected) in [
            (&["EXAMPLES", "    ssh ada@203.0.113.7"][..], Evidence::EXAMPLE),
            (&["EXAMPLES", "    text", "FILES", "    ada"], none),
            (&["For example:", "ssh ada@203.0.113.7"], Evidence::EXAMPLE),
            (&["For example:", "ssh ada@203.0.113.7", "ssh bob@203.0.113.8"], none),
            (&["Proxy settings:", "  host = 203.0.113.7"], Evidence::FOREIGN),
            (&["Log in through the proxy:", "  host = 203.0.113.7"], none),
            (
                &["Caused by: a.b.SomeException: x", "  user=ada host=203.0.113.7"],
                Evidence::FAILURE,
            ),
            (&["  at a.b.C(C.java:1)", "[12:00:01]: Host: 203.0.113.7"], none),
            (&["35 | parse('ssh ada@203.0.113.7')"], Evidence::EXAMPLE),
            (&["1 | ada | 203.0.113.7"], none),
        ] {
            assert_eq!(taint(lines), expected, "{lines:?}");
        }
    }
}
