//! The programs that log in to a host, found in a text by their names.

use std::sync::OnceLock;

use aho_corasick::packed::Searcher;

use super::spelled;

/// A program whose arguments say where it logs in to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    /// OpenSSH's client, also under its old name `slogin`.
    Ssh,
    /// The one that starts ssh again and again; it has an option more.
    Autossh,
    /// PuTTY's command line.
    Plink,
    /// PuTTY with its window; what follows the host is the port.
    Putty,
    Mosh,
}

/// Names of programs; those of Windows in the cases that people write.
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
pub(super) struct Named {
    pub(super) program: Program,
    /// Where the name begins, without the path before it.
    pub(super) start: usize,
    /// Where the name ends.
    pub(super) end: usize,
    /// Where the arguments begin; `None` where the name is followed by something else.
    pub(super) arguments: Option<usize>,
}

/// The first name at `from` or behind it that begins a word.
pub(super) fn find(text: &str, from: usize) -> Option<Named> {
    static SEARCHER: OnceLock<Option<Searcher>> = OnceLock::new();
    let searcher = SEARCHER.get_or_init(|| Searcher::new(NAMES.map(|(name, _)| name))).as_ref()?;
    let mut at = from;
    while at < text.len() {
        let found = searcher.find_in(text.as_bytes(), (at..text.len()).into())?;
        let (start, end) = (found.start(), found.end());
        let program = NAMES.get(found.pattern().as_usize()).map(|(_, program)| *program)?;
        let before = text.get(..start).unwrap_or_default();
        if spelled::ends_word(before, "/\\") {
            return Some(Named { program, start, end, arguments: arguments(text, before, end) });
        }
        at = end;
    }
    None
}

/// Where the arguments begin behind a name that ends at `end`: behind `.exe`, and behind the quote
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
