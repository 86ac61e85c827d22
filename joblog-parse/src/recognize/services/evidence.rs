//! Decides whether an address in a line is a service of the job that the reader should open, by the
//! evidence for and against.

use super::address::Address;
use super::recent::Recent;
use super::words::{self, Known, lower_words, nearest};
use crate::recognize::line;
use crate::service::{Scheme, Site, Token};
use crate::target::Reach;

/// How many bytes before an address are examined, and how many after it.
const BEFORE_BYTES: usize = 160;
const AFTER_BYTES: usize = 80;
/// How many words after an address may deny it.
const DENYING_WORDS: usize = 4;
/// The score needed for a web address, and for an address that could be any socket.
const ENOUGH: i8 = 3;
const ENOUGH_FOR_SOCKETS: i8 = 4;

/// The verdict on an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A service, and its program if known.
    Announced(Option<Known>),
    /// A service that has ended.
    Gone,
}

/// Judges the address at `span` of a line; `None` if it is not for the reader to open.
pub(super) fn judge(
    text: &str,
    address: &Address,
    recent: &Recent,
    number: u64,
) -> Option<Verdict> {
    let around = AddressContext::new(text, address.span.clone());
    if around.clause.iter().any(|word| words::ends(word)) {
        return Some(Verdict::Gone);
    }
    let token = address.query.as_ref().and_then(|query| query.token.as_ref());
    if around.is_refused() {
        return None;
    }
    let in_line = around.known();
    let in_recent = recent.known(number);
    let by_scheme = address.scheme.and_then(of_scheme);
    let is_bare = is_bare(text.get(..address.span.start).unwrap_or_default());
    let mut score = site_score(&address.site);
    score += if token.is_some() { 3 } else { 0 };
    score +=
        if in_line.is_some() || by_scheme.is_some() { 2 } else { i8::from(in_recent.is_some()) };
    score += if around.invites() || (is_bare && recent.invites(number)) { 2 } else { 0 };
    score += i8::from(is_bare || around.is_led_to());
    let is_web = matches!(address.scheme, Some(Scheme::Http | Scheme::Https));
    let usual = words::usual_at(address.port.get());
    score += i8::from(in_line.is_some_and(|known| usual.is_some_and(|it| it.name == known.name)));
    if !is_web {
        score += i8::from(address.scheme.is_none() && usual.is_some());
        in_line.or(in_recent).or(by_scheme).or(usual)?;
    }
    let enough = if is_web { ENOUGH } else { ENOUGH_FOR_SOCKETS };
    let by_parameter = token.and_then(|token: &Token| words::with_parameter(token.parameter()));
    let by_path = address.query.as_ref().and_then(|query| of_path(query.path.as_str()));
    let known = in_line.or(by_scheme).or(by_path).or(by_parameter).or(in_recent).or(usual);
    (score >= enough).then_some(Verdict::Announced(known))
}

/// Whether a line with a tunnel or a display is only an example.
pub(super) fn is_example(text: &str, recent: &Recent, number: u64) -> bool {
    let lower = lower_words(text);
    let says = |word: &String| ["usage", "example", "examples", "syntax"].contains(&word.as_str());
    lower.iter().any(says) || text.contains("e.g.") || recent.introduces_example(number)
}

/// The program that a line with a tunnel is about.
pub(super) fn subject(text: &str, recent: &Recent, number: u64) -> Option<Known> {
    nearest(&lower_words(text)).or_else(|| recent.known(number))
}

/// Whether a line says that a program listens on a port: `JupyterLab is running on port 8888 of
/// node07`.
pub(super) fn judge_port(text: &str, at: usize, port: u16) -> Option<Known> {
    let around = AddressContext::new(text, at..at);
    let intends = ["starting", "trying", "launching", "will", "use", "if"];
    let is_intended = around.clause.iter().any(|word| intends.contains(&word.as_str()));
    let known = around.known()?;
    let is_usual = words::usual_at(port).is_some_and(|usual| usual.name == known.name);
    let is_said = around.invites() || is_usual;
    (is_said && !is_intended && !around.is_refused()).then_some(known)
}

/// The words around an address.
struct AddressContext {
    before: Vec<String>,
    /// The words before it in the same clause.
    clause: Vec<String>,
    after: Vec<String>,
    is_example: bool,
    ends_with_colon: bool,
}

impl AddressContext {
    fn new(text: &str, span: std::ops::Range<usize>) -> Self {
        let before = tail(text.get(..span.start).unwrap_or_default(), BEFORE_BYTES);
        let after = head(text.get(span.end..).unwrap_or_default(), AFTER_BYTES);
        let sentence = ["; ", ". ", "! ", "? "].iter().filter_map(|end| before.rfind(end)).max();
        // `e.g. http://…` is one clause.
        let clause = sentence.and_then(|at| before.get(at + 2..)).unwrap_or(before);
        Self {
            before: lower_words(before),
            clause: lower_words(clause),
            after: lower_words(after),
            is_example: before.trim_end().ends_with("e.g."),
            ends_with_colon: before.trim_end().ends_with([':', '=', '>']),
        }
    }

    fn is_refused(&self) -> bool {
        self.is_example
            || self.clause.iter().any(|word| words::is_foreign(word))
            || self.after.iter().take(DENYING_WORDS).any(|word| words::denies(word))
    }

    fn known(&self) -> Option<Known> {
        nearest(&self.before).or_else(|| self.after.iter().find_map(|word| words::known(word)))
    }

    fn invites(&self) -> bool {
        self.clause.iter().any(|word| words::invites(word))
    }

    /// Whether the word before it leads to a place.
    fn is_led_to(&self) -> bool {
        let leads =
            ["at", "on", "to", "is", "under", "unter", "auf", "sur", "en", "su", "op", "na"];
        let last = self.clause.last();
        self.ends_with_colon || last.is_some_and(|last| leads.contains(&last.as_str()))
    }
}

fn site_score(site: &Site) -> i8 {
    if site.is_loopback() || site.host().reach() == Reach::Private { 1 } else { -1 }
}

fn of_scheme(scheme: Scheme) -> Option<Known> {
    match scheme {
        Scheme::Spark => words::known("spark"),
        Scheme::Cs => words::known("paraview"),
        Scheme::Vnc => words::known("vnc"),
        Scheme::Ray => words::known("ray"),
        Scheme::Http | Scheme::Https | Scheme::Tcp | Scheme::Tls => None,
    }
}

fn of_path(path: &str) -> Option<Known> {
    let path = path.split('?').next().unwrap_or_default();
    let first = path.split('/').nth(1).unwrap_or_default();
    match first {
        "lab" | "tree" | "notebooks" => words::known("jupyter"),
        "vnc.html" | "vnc_lite.html" => words::known("novnc"),
        "rstudio" => words::known("rstudio"),
        _ => None,
    }
}

/// Whether an address stands alone: only a log's prefix, a bullet, or `or` comes before it.
fn is_bare(before: &str) -> bool {
    let mut rest = before.get(line::stamp_bytes(before)..).unwrap_or_default().trim_start();
    while let Some((_, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        rest = behind.trim_start();
    }
    let rest = rest.trim_matches(|c: char| c.is_whitespace() || "-*>=•|:→#\"'(".contains(c));
    ["", "or", "and", "oder", "ou", "o"].contains(&rest)
}

fn tail(text: &str, most: usize) -> &str {
    let start = text.len().saturating_sub(most);
    (start..text.len()).find_map(|at| text.get(at..)).unwrap_or_default()
}

fn head(text: &str, most: usize) -> &str {
    (0..=most.min(text.len())).rev().find_map(|at| text.get(..at)).unwrap_or_default()
}
