//! Prints the figures on the terminal, and writes them as a page in `docs/`.

mod drawing;

use std::fmt;
use std::fmt::Write as _;
use std::time::Duration;

use super::rival::Client;
use super::server::write;
use crate::bench::{machine, table};
use crate::step::Failure;
use crate::workspace;

const PAGE: &str = "docs/sshc-speed.md";
const DRAWING: &str = "docs/sshc-speed.svg";

/// Something that was measured.
#[derive(Clone, Copy, Debug)]
pub(super) enum Figure {
    Time(Duration),
    /// In KiB.
    Memory(u64),
}

impl Figure {
    #[expect(clippy::cast_precision_loss, reason = "ratios are shown with two decimals")]
    fn amount(self) -> f64 {
        match self {
            Self::Time(time) => time.as_secs_f64(),
            Self::Memory(kib) => kib as f64,
        }
    }

    /// The ratio of `self` to `other`, unless `other` is zero.
    fn ratio(self, other: Self) -> Option<f64> {
        (other.amount() > 0.0).then(|| self.amount() / other.amount())
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => formatter.write_str(&table::seconds(*time)),
            Self::Memory(_) => write!(formatter, "{:.1} MiB", self.amount() / 1024.0),
        }
    }
}

/// One kind of work, and its cost for each client.
pub(super) struct Row {
    pub(super) title: String,
    figures: Vec<Figure>,
    goals: [Option<f64>; 2],
    limit: Option<Figure>,
}

impl Row {
    /// The figures in the order of [`Client::ALL`].
    pub(super) fn new(title: &str, figures: impl IntoIterator<Item = Figure>) -> Self {
        let figures = figures.into_iter().collect();
        Self { title: title.to_owned(), figures, goals: [None; 2], limit: None }
    }

    /// The ratios to `ssh` and `plink` that we want to stay below.
    pub(super) fn goals(self, ssh: Option<f64>, plink: Option<f64>) -> Self {
        Self { goals: [ssh, plink], ..self }
    }

    /// The limit for our own figure.
    pub(super) fn under(self, limit: Figure) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// The ratios of ours to each of the others, with the goals.
    pub(super) fn ratios(&self) -> [(Option<f64>, Option<f64>); 2] {
        let [ssh, plink] = self.goals;
        let to = |at: usize| Some(self.figures.first()?.ratio(*self.figures.get(at)?)).flatten();
        [(to(1), ssh), (to(2), plink)]
    }

    pub(super) fn as_line(&self) -> String {
        let [ours, ssh, plink, to_ssh, to_plink] = self.cells();
        format!(
            "{}: {ours}; ssh {ssh}, ratio {to_ssh}; plink {plink}, ratio {to_plink}",
            self.title
        )
    }

    fn as_markdown(&self) -> String {
        format!("| {} | {} |\n", self.title, self.cells().join(" | "))
    }

    fn cells(&self) -> [String; 5] {
        let figure = |at: usize| self.figures.get(at).map_or("-".to_owned(), Figure::to_string);
        let [ssh, plink] = self.ratios().map(|(ratio, goal)| match (ratio, goal) {
            (None, _) => "-".to_owned(),
            (Some(ratio), None) => format!("{ratio:.2}"),
            (Some(ratio), Some(goal)) if ratio <= goal => format!("{ratio:.2} (≤ {goal:.2})"),
            (Some(ratio), Some(goal)) => format!("**{ratio:.2}** (missed: ≤ {goal:.2})"),
        });
        let ours = match self.limit {
            Some(limit) => format!("{} (< {limit})", figure(0)),
            None => figure(0),
        };
        [ours, figure(1), figure(2), ssh, plink]
    }
}

/// Writes the page and its drawing.
pub(super) fn write_page(rows: &[Row], versions: &[String]) -> Result<(), Failure> {
    let machine = machine()?;
    let names = Client::ALL.map(Client::name).join(" | ");
    let mut page = format!(
        "# How fast `sshc` is\n\n\
         Written by `cargo xtask bench sshc`; not by hand. {machine}.\n{}.\n\n\
         Medians of runs in turn against one sshd on this machine: curve25519-sha256, aes128-gcm where the row names no \
         other cipher, page cache warm. Bulk is `cat` of a file in memory, and goes into one, a pipe or `/dev/null`. `plink`'s rows of 2 GB are one run. A login over 50 ms goes through a line that delays every \
         packet by 25 ms, bulk through a relay that delays what it has acknowledged. A ratio is ours to theirs, \
         in parentheses what we want.\n\n\
         ![the ratios](sshc-speed.svg)\n\n\
         | | {names} | to ssh | to plink |\n|---|---|---|---|---|---|\n",
        versions.join("; ")
    );
    for row in rows {
        // Writing to a string cannot fail.
        let _ = write!(page, "{}", row.as_markdown());
    }
    write(&workspace::root().join(PAGE), &page)?;
    write(&workspace::root().join(DRAWING), &drawing::of(rows, &machine))
}
