//! The programs that log in to a host, found in a text by name.

use std::sync::OnceLock;

use aho_corasick::packed::Searcher;

use super::spelling;

/// A program whose arguments name the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    /// OpenSSH's client, also under its old name `slogin`.
    Ssh,
    /// Restarts ssh again and again; it has one more option.
    Autossh,
    /// PuTTY's command-line program.
    Plink,
    /// PuTTY itself; the port follows the host.
    Putty,
    Mosh,
}

/// Names of programs; for Windows programs, in the usual spellings.
const NAMES: [(&str, Program); 11] = [
    ("ssh", Program::Ssh),
    ("slogin", Program::Ssh),
    ("autossh", Program::Autossh),
    ("plink", Program::Plink),
    ("Plink", Program::Plink),
    ("PLINK", Program::Plink),
    ("putty", Program::Putty),
    ("PuTTY", Program::Putty),
    ("Putty", Program::Putty),
    ("PUTTY", Program::Putty),
    ("mosh", Program::Mosh),
];

/// The name of a program in a text.
pub(super) struct ProgramName {
    pub(super) program: Program,
    /// Where the name begins, after its path.
    pub(super) start: usize,
    /// Where the name ends.
    pub(super) end: usize,
    /// Where the arguments begin; `None` if something else follows the name.
    pub(super) arguments: Option<usize>,
}

/// The first such name at or after `from` that is the start of a word.
pub(super) fn find(text: &str, from: usize) -> Option<ProgramName> {
    static SEARCHER: OnceLock<Option<Searcher>> = OnceLock::new();
    let searcher = SEARCHER.get_or_init(|| Searcher::new(NAMES.map(|(name, _)| name))).as_ref()?;
    let mut at = from;
    while at < text.len() {
        let found = searcher.find_in(text.as_bytes(), (at..text.len()).into())?;
        let (start, end) = (found.start(), found.end());
        let program = NAMES.get(found.pattern().as_usize()).map(|(_, program)| *program)?;
        let before = text.get(..start).unwrap_or_default();
        if spelling::ends_word(before, "/\\") {
            return Some(ProgramName {
                program,
                start,
                end,
                arguments: arguments(text, before, end),
            });
        }
        at = end;
    }
    None
}

/// Where the arguments begin after a name that ends at `end`: after `.exe`, and after the quote
/// around the program's path.
fn arguments(text: &str, before: &str, end: usize) -> Option<usize> {
    let mut rest = text.get(end..)?;
    for extension in [".exe", ".EXE"] {
        rest = rest.strip_prefix(extension).unwrap_or(rest);
    }
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(quote) = quote
        && before.rfind(quote).is_some_and(|open| {
            before.get(open + 1..).is_some_and(|path| path.ends_with(['/', '\\']))
        })
    {
        rest = rest.get(1..)?;
    }
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| text.len() - rest.len())
}
