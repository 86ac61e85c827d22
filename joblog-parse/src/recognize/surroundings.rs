//! What the lines before a line say about it: that it is an example, a setting of another service,
//! a part of an error.
//!
//! A heading applies to the lines that are indented below it, an error to the next line.

mod forms;
mod reports;
mod settings;

use super::cue::Cue;
use super::evidence::Evidence;
use super::gone;
use super::line;
use super::offer;
use super::parsed_line::{Kind, ParsedLine, Signs};
pub(super) use forms::is_environment;

/// The most nested headings.
const MOST_HEADINGS: usize = 8;

/// How much longer than a title the line of signs that underlines it is at most.
const UNDERLINE_BYTES: usize = 8;

/// A title has at most this many words.
const TITLE_WORDS: usize = 8;

/// A heading with lines below it.
#[derive(Debug, Clone)]
struct Heading {
    indent: usize,
    /// The evidence against the lines below it.
    taint: Evidence,
    has_body: bool,
    /// Whether it applies to the next line, indented or not.
    is_for_next: bool,
    /// For a title without a colon: whether it has a stamp, as the lines below it then have, too.
    is_stamped: Option<bool>,
    /// The bytes of its words.
    width: usize,
}

impl Heading {
    /// Whether a line of signs underlines this title, rather than separating other lines from it.
    fn is_underlined_by(&self, rule: &str) -> bool {
        !self.has_body && rule.trim().len() <= self.width + UNDERLINE_BYTES
    }
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
    /// The indent of that error's first line.
    error_indent: usize,
    /// The stamp of the line before.
    stamp: String,
    /// The program whose last line said that it connects.
    connecting: String,
    /// Whether the lines are part of a diff.
    is_in_diff: bool,
    /// The section of a file of settings.
    settings: settings::Settings,
}

impl Surroundings {
    /// Forgets everything, because text was left out.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The evidence against everything that the next line names.
    pub(super) fn enter(&mut self, frame: &str, text: &str, line: &ParsedLine<'_>) -> Evidence {
        let stamp = line::stamp_bytes(text);
        // `Tip:` is no stamp.
        let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
        let is_stamped = text.get(..stamp).is_some_and(has_digit) || !frame.is_empty();
        let said = text.get(stamp..).unwrap_or_default();
        // A line that only separates others says nothing, except that what a title is about ends.
        let has_place = line
            .tokens
            .iter()
            .any(|token| matches!(token.what, Kind::Host(..)) || token.text.contains('@'));
        if !offer::has_word(said) && !is_stamped && !has_place {
            if !text.trim().is_empty() {
                self.headings.retain(|heading| {
                    heading.is_stamped.is_none() || heading.is_underlined_by(text)
                });
            }
            return Evidence::default();
        }
        // Lines of comments are indented behind their sign.
        let indent = said.len() - said.trim_start_matches(['#', ' ', '\t']).len();
        let mut taint = self.below(indent, is_stamped);
        let is_error = forms::is_error(line, said.trim());
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
        let stamped = format!("{frame}{}", text.get(..stamp).unwrap_or_default());
        let stamped = stamped.as_str();
        // An error goes on in indented lines, in those of the same moment at its level, and in what
        // is printed about its arguments.
        let goes_on = self.is_in_error
            && (indent > self.error_indent + usize::from(is_stamped)
                || forms::is_dump(line, stamp)
                || !self.stamp.is_empty()
                    && stamped.starts_with(self.stamp.as_str())
                    && forms::is_of_error_level(stamped));
        if is_error || goes_on {
            taint.add(Evidence::FAILURE);
        }
        if is_error && !self.is_in_error {
            self.error_indent = indent;
        }
        self.is_in_error = is_error || goes_on;
        stamped.clone_into(&mut self.stamp);
        if self.enter_connection(text) {
            taint.add(Evidence::ACTION);
        }
        taint.add(forms::against(said, line));
        taint.add(self.settings.enter(said, line));
        let is_changed = said.starts_with(['+', '-', '@', ' ']) || said.is_empty();
        let begins_diff = ["diff --git ", "@@ -", "+++ ", "--- a/"];
        self.is_in_diff =
            begins_diff.iter().any(|it| said.starts_with(it)) || self.is_in_diff && is_changed;
        if self.is_in_diff {
            taint.add(Evidence::EXAMPLE);
        }
        if let Some(below) = heading(line, said.trim()) {
            let is_for_next = below.has(Evidence::EXAMPLE);
            let is_stamped = Some(is_stamped).filter(|_| !said.trim_end().ends_with([':', '：']));
            let taint = below;
            let width = said.trim().len();
            let heading =
                Heading { indent, taint, has_body: false, is_for_next, is_stamped, width };
            self.headings.truncate(MOST_HEADINGS - 1);
            self.headings.push(heading);
        }
        taint
    }

    /// Records whether a program says that it connects: `setup: Connecting to remote host via
    /// SSH...`. Returns whether this line continues such a report, indented behind the same name.
    fn enter_connection(&mut self, text: &str) -> bool {
        let Some((speaker, said)) = text.split_once(": ") else {
            self.connecting.clear();
            return false;
        };
        let is_same = !self.connecting.is_empty() && self.connecting == speaker;
        let is_settings = is_same && said.starts_with(' ');
        let says_so = said.trim_start().starts_with("Connecting")
            && said.trim_end().ends_with("...")
            && !said.contains('@');
        if says_so {
            speaker.clone_into(&mut self.connecting);
        } else if !is_settings {
            self.connecting.clear();
        }
        is_settings
    }

    /// What the heading says about a line with this indent.
    fn below(&mut self, indent: usize, has_stamp: bool) -> Evidence {
        let mut taint = Evidence::default();
        self.headings.retain_mut(|heading| {
            let is_plain = !heading.has_body && heading.is_for_next;
            let is_alike = heading.is_stamped.is_none_or(|it| it == has_stamp);
            let is_below = (indent > heading.indent || is_plain) && is_alike;
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
    if forms::is_element(said) && line.says(&[Cue::Foreign]) {
        return Some(Evidence::FOREIGN);
    }
    // `Former outputs (no longer valid):`
    if said.ends_with([':', '：']) && (is_of_the_past(line) || gone::says_no_longer(said)) {
        return Some(Evidence::FAILURE);
    }
    // `For example, Ada would type`
    let begins = (0..2).any(|at| {
        let next = line.tokens.get(at + 1);
        line.has(at, Cue::Example) && next.is_some_and(|next| next.gap.has(Signs::COMMA))
    });
    if begins && !said.ends_with(['.', '!', '?']) {
        return Some(Evidence::EXAMPLE);
    }
    let is_instance = || {
        let said = said.to_ascii_lowercase();
        ["for instance", "made up"].iter().any(|it| said.contains(it))
    };
    if said.ends_with([':', '：']) && (line.says(&[Cue::Example]) || is_instance()) {
        return Some(Evidence::EXAMPLE);
    }
    let is_login =
        line.says(&[Cue::Connect, Cue::Ssh, Cue::Login, Cue::Cluster, Cue::Ready, Cue::Your]);
    if !said.ends_with([':', '：']) {
        return (!is_login && is_title(line)).then(|| {
            let foreign = line.says(&[Cue::Foreign]).then_some(Evidence::FOREIGN);
            let example = line.says(&[Cue::Example]).then_some(Evidence::EXAMPLE);
            foreign.or(example).unwrap_or(Evidence::EVENT)
        });
    }
    if is_login {
        return None;
    }
    match (line.says(&[Cue::Foreign]), line.says(&[Cue::Event, Cue::Action])) {
        (true, _) => Some(Evidence::FOREIGN),
        (_, true) => Some(Evidence::EVENT),
        _ => None,
    }
}

/// Whether a heading is about what used to be: `Former outputs:`.
fn is_of_the_past(line: &ParsedLine<'_>) -> bool {
    const PAST: [&str; 9] = [
        "former",
        "previous",
        "old",
        "ehemalige",
        "frühere",
        "anciens",
        "anciennes",
        "anteriores",
        "precedenti",
    ];
    line.is_one_of(0, &PAST)
}

/// Whether the line is a title without a colon, about another service, a transfer or something
/// gone: `Delivering results to the customer`.
fn is_title(line: &ParsedLine<'_>) -> bool {
    /// What is done to a machine before it is announced.
    const MAKING: [&str; 8] = [
        "creating",
        "adding",
        "creation",
        "installing",
        "importing",
        "fetching",
        "resolving",
        "committing",
    ];
    let first = line.tokens.first().map_or("", |token| token.text);
    let has_value = line.tokens.iter().any(|token| {
        token.what != Kind::Word || token.gap.has(Signs::SIGN) || token.gap.has(Signs::COLUMN)
    });
    let is_short = (1..=TITLE_WORDS).contains(&line.tokens.len());
    let about = [Cue::Foreign, Cue::Action, Cue::Gone, Cue::Event, Cue::Example];
    let is_sentence = line.says(&[Cue::Is]) || line.text.trim_end().ends_with(['.', '!']);
    is_short
        && !has_value
        && !is_sentence
        && !MAKING.iter().any(|word| first.eq_ignore_ascii_case(word))
        && line.says(&about)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The evidence against the last of the lines.
    fn taint(lines: &[&str]) -> Evidence {
        let mut surroundings = Surroundings::default();
        let taints = lines.iter().map(|text| surroundings.enter("", text, &ParsedLine::new(text)));
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
            (&["Delivering results to the customer", "  host: 203.0.113.7"], Evidence::EVENT),
            (&["Sending results.", "  host: 203.0.113.7"], none),
            (&["Proxy servers:", "  203.0.113.7", "  203.0.113.8"], Evidence::FOREIGN),
            (&["Licences checked", "==========================", "  ssh ada@203.0.113.7"], none),
            (&["<service name=\"licences\">", "  <host>203.0.113.7</host>"], Evidence::FOREIGN),
            (&["200 GET /api (ada@203.0.113.7)"], Evidence::EVENT),
            (&["  501  ssh ada@203.0.113.7"], Evidence::EVENT),
            (&["sftp> open 203.0.113.7"], Evidence::ACTION),
            (&["HOST=203.0.113.7 USER=ada ./push.sh"], Evidence::ACTION),
            (&["HOST=203.0.113.7 USER=ada"], none),
            (&["box: Using SSH username: ada"], Evidence::EVENT),
            (&["Log in using the user: ada"], none),
            (&["Retrying ssh ada@203.0.113.7"], Evidence::EVENT),
            (
                &["Traceback (most recent call last):", "kwargs: {'host': 'a.example.org'}"],
                Evidence::FAILURE,
            ),
            (
                &["setup: Connecting to remote host via SSH...", "setup:   Host: 203.0.113.7"],
                Evidence::ACTION,
            ),
            (&["setup: Connected", "setup:   Host: 203.0.113.7"], none),
            (&["35 | parse('ssh ada@203.0.113.7')"], Evidence::EXAMPLE),
            (&["1 | ada | 203.0.113.7"], none),
        ] {
            assert_eq!(taint(lines), expected, "{lines:?}");
        }
    }
}
