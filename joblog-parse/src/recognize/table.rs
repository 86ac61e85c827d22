//! Tables: a line of headings, and the rows below it.

use super::cue::{self, Cue};
use super::evidence::Evidence;
use super::label::{self, Label, Naming};
use super::pairing::{Block, Half, Ids, Place};
use super::parsed_line::{Kind, ParsedLine};
use super::values::numbered_port;
use super::{Tier, line};
use crate::escaped::Escaped;
use crate::target::{Jump, Reach};

/// A heading between commas has at most this many words.
const HEADING_WORDS: usize = 4;

/// States of a machine that people can log in to.
const READY: [&str; 6] = ["ready", "up", "running", "active", "online", "available"];

/// What separates columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Separator {
    Bars,
    Tabs,
    /// Two blanks or more.
    Blanks,
    Commas,
    Semicolons,
    /// One or more blanks; only for headings in capitals.
    Words,
}

/// The headings of a table whose rows may follow.
#[derive(Debug, Clone)]
pub(super) struct Table {
    separator: Separator,
    columns: Vec<Option<Label>>,
    /// The columns at which headings begin.
    starts: Vec<usize>,
    /// The text before the headings with digits replaced by zeros, such as a timestamp.
    prefix: String,
    /// Whether it lists events or visitors: nothing in it is a login.
    is_of_events: bool,
    /// The column that says what each row is for.
    kind: Option<usize>,
    /// What the headings say about every row.
    evidence: Evidence,
}

impl Table {
    /// The table whose headings are on this line: it has a column for hosts, and one for users or
    /// only capitals.
    pub(super) fn headed(text: &str) -> Option<Self> {
        use Separator::{Bars, Blanks, Commas, Semicolons, Tabs, Words};
        let (prefix, text) = text.split_at(line::stamp_bytes(text));
        let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
        if has_digit || text.len() > 300 || text.contains([':', '=', '{', '[']) {
            return None;
        }
        let is_capital = !text.chars().any(char::is_lowercase);
        [Bars, Tabs, Blanks, Commas, Semicolons, Words].into_iter().find_map(|separator| {
            let cells = cells(text, separator);
            let columns = cells.iter().map(|cell| heading(cell)).collect::<Vec<_>>();
            let has = |label| columns.contains(&Some(label));
            // A sentence with a comma in it is no row of headings.
            let is_list = matches!(separator, Commas | Semicolons);
            let is_prose = |cell: &&str| cell.split_whitespace().count() > HEADING_WORDS;
            // Dots lead from a label to its value.
            let is_leader = |cell: &&str| !cell.contains(char::is_alphanumeric);
            if is_list && cells.iter().any(is_prose) || cells.iter().any(is_leader) {
                return None;
            }
            // In a table with bars, addresses may be in a column of another name, such as
            // `Networks`.
            let is_drawn =
                separator == Bars && text.trim_start().starts_with('|') && columns.len() > 2;
            let is_of_events = columns.len() > 2 && cells.iter().any(|cell| says_event(cell));
            let has_place = has(Label::Host) || (is_of_events && has(Label::Foreign));
            // The cells below `LOGIN` contain `user@host`.
            let is_of_logins = has(Label::User)
                && columns.len() > 2
                && cells.iter().all(|cell| cell.starts_with(|c: char| c.is_ascii_uppercase()))
                && is_capital;
            let is_table = columns.len() >= 2
                && (has_place || (is_drawn && has(Label::User)) || is_of_logins)
                && (is_capital || (has(Label::User) && separator != Words));
            let kind = cells.iter().position(|cell| says_kind(cell));
            let start = |cell: &&str| cell.as_ptr().addr() - text.as_ptr().addr();
            let starts = cells.iter().map(start).collect();
            let prefix = line::shape(prefix);
            let evidence = said_by(&cells);
            is_table.then_some(Self {
                separator,
                columns,
                starts,
                prefix,
                is_of_events,
                kind,
                evidence,
            })
        })
    }

    /// The values of a row; `None` if the line is not a row of this table.
    pub(super) fn row(&self, number: u64, text: &str) -> Option<Block> {
        let text = match text.get(..self.prefix.len()) {
            Some(prefix) if line::shape(prefix) == self.prefix => text.get(prefix.len()..)?,
            _ => text,
        };
        let mut cells = cells(text, self.separator);
        if cells.len() != self.columns.len() {
            cells = self.cells_below(text)?;
        }
        // A cell that is more than a value: a whole command, a login.
        let is_more = |(cell, label): (&&str, &Option<Label>)| {
            matches!(label, Some(Label::User | Label::Host)) && cell.contains([' ', '@'])
        };
        if cells.iter().zip(&self.columns).any(is_more) {
            return None;
        }
        let is_other =
            self.kind.and_then(|kind| cells.get(kind)).is_some_and(|cell| is_other(cell));
        if self.is_of_events || is_other {
            return Some(Block::default());
        }
        let is_ready = |cell: &&&str| READY.iter().any(|it| cell.eq_ignore_ascii_case(it));
        let of_state = cells.iter().find(is_ready).map(|_| Evidence::OFFERED);
        let of_kind = self.kind.and_then(|kind| cells.get(kind)).map(|cell| said_by(&[cell]));
        let evidence = self.evidence | of_kind.unwrap_or_default() | of_state.unwrap_or_default();
        let has_host = self.columns.contains(&Some(Label::Host));
        let mut block = Block { ids: line::ids(text, &[]), ..Block::default() };
        for (cell, label) in cells.iter().zip(&self.columns) {
            let text = Escaped::new(text.trim());
            match label {
                Some(Label::User) => {
                    let value = super::statements::named_user(cell);
                    let (tier, evidence) = (Tier::Fields, Evidence::USER_NAMED | evidence);
                    block.user = Some(Half { value, line: number, text, tier, evidence });
                }
                Some(Label::Host | Label::PrivateHost) => {
                    let Ok(Jump { user: None, host, port }) = cell.parse() else { continue };
                    let is_private = host.reach() == Reach::Private;
                    let value = Place { host, port, name: Naming::default() };
                    let evidence = Evidence::HOST_NAMED | Evidence::HOST_WITH_USER;
                    let half = Half { value, line: number, text, tier: Tier::Fields, evidence };
                    let place = if is_private { &mut block.private_host } else { &mut block.host };
                    place.get_or_insert(half);
                }
                None if !has_host => {
                    if let Some(value) = only_public(cell) {
                        let (tier, evidence) = (Tier::Fields, Evidence::HOST_WITH_USER);
                        block.host = Some(Half { value, line: number, text, tier, evidence });
                    }
                }
                Some(Label::Port) => block.port = numbered_port(cell),
                Some(Label::Job) => block.ids = Ids { job: Some((*cell).to_owned()), ..block.ids },
                Some(Label::Cluster) => {
                    block.ids = Ids { cluster: Some((*cell).to_owned()), ..block.ids };
                }
                _ => {}
            }
        }
        (!block.is_empty()).then_some(block)
    }

    /// Whether a row has a complete login in a column of its own.
    pub(super) fn has_logins(&self, text: &str) -> bool {
        !self.is_of_events
            && text.contains('@')
            && cells(text, self.separator).len() == self.columns.len()
    }

    /// The cells of a row that has empty ones: they begin below the headings, each after a blank.
    fn cells_below<'a>(&self, text: &'a str) -> Option<Vec<&'a str>> {
        if !matches!(self.separator, Separator::Blanks | Separator::Words) {
            return None;
        }
        let ends = self.starts.iter().skip(1).copied().chain([text.len()]);
        let mut cells = Vec::with_capacity(self.starts.len());
        for (start, end) in self.starts.iter().zip(ends) {
            let (start, end) = ((*start).min(text.len()), end.min(text.len()));
            let before = text.get(..start)?;
            let is_apart = start == 0 || start == text.len() || before.ends_with(' ');
            cells.push(text.get(start..end).filter(|_| is_apart)?.trim());
        }
        Some(cells)
    }

    /// Whether the line only separates rows.
    pub(super) fn is_rule(text: &str) -> bool {
        text.chars().all(|c| c.is_whitespace() || "-+=|:_".contains(c))
    }
}

/// A row that is a name and its value, written as a pair: `ssh_user,ada`.
pub(super) fn as_pair(text: &str) -> Option<String> {
    let (name, value) = text.split_once(',')?;
    let is_word = |text: &str| !text.is_empty() && !text.contains([' ', '\t', ',', '=', ':']);
    let is_pair = is_word(name)
        && is_word(value)
        && label::is_of_login(name)
        && label::classify(value).is_none();
    is_pair.then(|| format!("{name}={value}"))
}

/// The name in the first line of an output in YAML: `- OutputKey: HeadNodeIP`.
pub(super) fn output_name(text: &str) -> Option<&str> {
    output_part(text, ["OutputKey:", "output_key:"])
}

/// The output with this name, if a line has its value.
pub(super) fn as_output(name: &str, text: &str) -> Option<String> {
    output_part(text, ["OutputValue:", "output_value:"]).map(|value| format!("{name}: {value}"))
}

/// The word after one of these keys.
fn output_part<'a>(text: &'a str, keys: [&str; 2]) -> Option<&'a str> {
    let text = text.trim_start_matches([' ', '-']);
    let part = keys.iter().find_map(|key| text.strip_prefix(key))?.trim();
    (!part.is_empty() && !part.contains(' ')).then_some(part)
}

/// The only public address of a cell.
fn only_public(cell: &str) -> Option<Place> {
    let line = ParsedLine::new(cell);
    let mut public = line.tokens.iter().filter_map(|token| match &token.what {
        Kind::Host(host, port) if host.is_address() && host.reach() == Reach::Public => {
            Some(Place::new(host.clone(), *port, Naming::default()))
        }
        _ => None,
    });
    public.next().filter(|_| public.next().is_none())
}

fn heading(cell: &str) -> Option<Label> {
    const MOST_WORDS: usize = 4;
    match cell.trim().to_ascii_lowercase().as_str() {
        "who" => return Some(Label::User),
        "where" => return Some(Label::Host),
        _ => {}
    }
    // An unknown word is a value, as in `User  pi-node`.
    let is_known = |word: &str| cue::of(word, &mut Vec::new());
    let is_heading =
        cell.split_whitespace().count() <= MOST_WORDS && cell.split_whitespace().all(is_known);
    is_heading.then(|| label::classify(cell)).flatten()
}

/// What headings say about every row: whether they are about logging in, or about other things.
fn said_by(cells: &[&str]) -> Evidence {
    let mut evidence = Evidence::default();
    for cell in cells {
        let mut cues = Vec::new();
        let mut is_known = true;
        for word in cell.split_whitespace() {
            is_known &= cue::of(word, &mut cues);
        }
        if !is_known {
            evidence.add(Evidence::BESIDE);
        }
        if cues.iter().any(|cue| {
            matches!(cue, Cue::Ssh | Cue::Login | Cue::Connect | Cue::Public | Cue::Main)
        }) {
            evidence.add(Evidence::OFFERED);
        }
    }
    evidence
}

/// Whether a heading is for events or visitors.
fn says_event(cell: &str) -> bool {
    let mut cues = Vec::new();
    cell.split_whitespace().for_each(|word| {
        cue::of(word, &mut cues);
    });
    // How to log in.
    !cell.eq_ignore_ascii_case("method")
        && cues.iter().any(|cue| matches!(cue, Cue::Event | Cue::EventKey | Cue::From))
}

/// Whether a heading is for the purpose of the rows.
fn says_kind(cell: &str) -> bool {
    const KINDS: [&str; 14] = [
        "service",
        "kind",
        "type",
        "protocol",
        "proto",
        "purpose",
        "scheme",
        "dienst",
        "protokoll",
        "servicio",
        "servizio",
        "protocole",
        "サービス",
        "服务",
    ];
    KINDS.iter().any(|kind| cell.eq_ignore_ascii_case(kind))
}

/// Whether a row is for a service other than the login.
fn is_other(cell: &str) -> bool {
    let mut cues = Vec::new();
    cell.split_whitespace().for_each(|word| {
        cue::of(word, &mut cues);
    });
    !cues.contains(&Cue::Ssh) && cues.iter().any(|cue| matches!(cue, Cue::Foreign | Cue::Other))
}

fn cells(text: &str, separator: Separator) -> Vec<&str> {
    let text = text.trim();
    let cells: Vec<&str> = match separator {
        Separator::Bars => text.trim_matches('|').split('|').collect(),
        Separator::Tabs => text.split('\t').collect(),
        Separator::Blanks => text.split("  ").filter(|cell| !cell.trim().is_empty()).collect(),
        Separator::Commas => text.split(',').collect(),
        Separator::Semicolons => text.split(';').collect(),
        Separator::Words => text.split_whitespace().collect(),
    };
    let is_mark = |c: char| matches!(c, '"' | '`' | '*');
    cells.into_iter().map(|cell| cell.trim().trim_matches(is_mark)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_by_their_headings() {
        for (heading, row, expected) in [
            (
                "NAME  USER    PUBLIC IP    STATE",
                "web  ubuntu  203.0.113.7  up",
                "ubuntu 203.0.113.7",
            ),
            ("NAME USER EXTERNAL_IP", "web ubuntu 203.0.113.7", "ubuntu 203.0.113.7"),
            (
                "| Name | User | Host | Port |",
                "| web | ada | 203.0.113.7 | 22 |",
                "ada 203.0.113.7",
            ),
            ("user,host,port", "ada,203.0.113.7,22", "ada 203.0.113.7"),
            ("\"user\",\"host\"", "\"ada\",\"203.0.113.7\"", "ada 203.0.113.7"),
            (
                "[2026-03-06T12:04Z]: USER  STATE  HOST",
                "[2026-03-07T09:00Z]: ada          203.0.113.7",
                "ada 203.0.113.7",
            ),
            ("User\tHost", "ada\t203.0.113.7", "ada 203.0.113.7"),
            ("user,host", "ada,203.0.113.7,22", ""),
        ] {
            let table = Table::headed(heading).unwrap_or_else(|| panic!("{heading}"));
            let read = table.row(1, row).map(|block| {
                format!("{} {}", block.user.unwrap().value.unwrap(), block.host.unwrap().value.host)
            });
            assert_eq!(read.unwrap_or_default(), expected, "{row}");
        }
        for text in
            ["the user and the host are up", "User name", "NAME STATE", "user, hosts unknown here"]
        {
            assert!(Table::headed(text).is_none(), "{text}");
        }
    }
}
