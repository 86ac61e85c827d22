//! What is learned from, and how: shared by the trainings of `wording` and `tagging`.
//!
//! Weights are those of a logistic regression (Hastie, Tibshirani and Friedman, *The Elements of
//! Statistical Learning*, §4.4) with a penalty on their squares, so that rare words have small
//! weights.

#[path = "../../../tests/joblog_parse/logs.rs"]
mod logs;
#[path = "../../../tests/joblog_parse/random.rs"]
mod random;

use std::fs;
use std::path::{Path, PathBuf};

use random::Random;

/// What is learned from, in `tests/fixtures`, and how much a row counts. The logs of promises count
/// more, because there are few.
const TABLES: [(&str, f64); 6] = [
    ("written/expected.tsv", 1.0),
    ("unstudied/expected.tsv", 1.0),
    ("unstudied/missed.tsv", 1.0),
    ("announcements/expected.tsv", 8.0),
    ("joblogs/expected.tsv", 8.0),
    ("platforms/expected.tsv", 8.0),
];
/// Pairs announcements with look-alikes of other sets.
pub(super) const PRIME: usize = 7919;
/// The seed of generated logs and of noise: not one of the tests.
const SEED: u64 = 1001;
/// The most lines of noise before or after a text.
const NOISE_LINES: usize = 9;
/// The steps of a descent.
const STEPS: u32 = 300;

/// A row of a table of expected targets.
pub(super) struct Row {
    pub(super) log: PathBuf,
    /// None for a look-alike.
    pub(super) targets: Vec<String>,
    /// How many rows it counts as.
    pub(super) weight: f64,
}

fn rows(table: &Path, weight: f64) -> Vec<Row> {
    let folder = table.parent().unwrap();
    let table = fs::read_to_string(table).unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let [log, arguments, stdout, exit, ..] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("`{line}` has too few columns");
        };
        let is_text = ["", "--all", "--first", "--allow-private"].contains(&arguments);
        let targets = stdout.split('|').filter(|it| !it.is_empty()).map(str::to_owned).collect();
        (is_text && ["0", "1"].contains(&exit)).then(|| Row {
            log: folder.join(log),
            targets,
            weight,
        })
    });
    rows.collect()
}

/// The folder of the package.
pub(super) fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The rows of all tables.
pub(super) fn all_rows() -> Vec<Row> {
    let fixtures = package().join("../tests/fixtures");
    let read = |(table, weight): (&str, f64)| rows(&fixtures.join(table), weight);
    TABLES.into_iter().flat_map(read).collect()
}

/// Texts at random.
pub(super) struct Generator(Random);

impl Generator {
    pub(super) fn new() -> Self {
        Self(Random(SEED))
    }

    /// A log, and the login that it announces, if any.
    pub(super) fn log(&mut self) -> (String, Option<String>) {
        let log = logs::log(&mut self.0);
        (log.text, Some(log.login).filter(|login| !login.is_empty()))
    }

    /// Lines that say nothing: signs and letters.
    pub(super) fn noise(&mut self) -> String {
        let Self(random) = self;
        let lines = (0..random.below(NOISE_LINES + 1)).map(|_| {
            let letters = (0..random.below(120)).filter_map(|_| (' '..='~').nth(random.below(95)));
            // These would make words of structures.
            letters.filter(|c| !"@\\`^{}[]\"'|".contains(*c)).collect::<String>()
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// An example: the places of its words among all that have weights, and whether it is one of what
/// is looked for.
pub(super) struct Lesson {
    pub(super) words: Vec<usize>,
    pub(super) is_one: bool,
    pub(super) weight: f64,
}

/// The weights so far, in units of their scales: a penalty is the weaker, the larger the scale. The
/// first is that of every text, without a penalty.
pub(super) struct Fit {
    weights: Vec<f64>,
    scales: Vec<f64>,
    /// The sums of the squares of their slopes.
    squares: Vec<f64>,
    penalty: f64,
    step: f64,
}

impl Fit {
    pub(super) fn new(scales: Vec<f64>, penalty: f64, step: f64) -> Self {
        let (weights, squares) = (vec![0.0; scales.len()], vec![1e-8; scales.len()]);
        Self { weights, scales, squares, penalty, step }
    }

    fn sum(&self, lesson: &Lesson) -> f64 {
        lesson.words.iter().map(|word| self.weights[*word] * self.scales[*word]).sum()
    }

    /// Minimizes the loss by a descent in which each weight has its own step (Duchi, Hazan and
    /// Singer 2011, *Adaptive Subgradient Methods*).
    pub(super) fn descend(&mut self, lessons: &[Lesson]) {
        for _ in 0..STEPS {
            let mut slopes = self.weights.iter().map(|it| it * self.penalty).collect::<Vec<f64>>();
            slopes[0] = 0.0;
            for lesson in lessons {
                let chance = 1.0 / (1.0 + (-self.sum(lesson)).exp());
                let error = lesson.weight * (chance - f64::from(u8::from(lesson.is_one)));
                for word in &lesson.words {
                    slopes[*word] += error * self.scales[*word];
                }
            }
            for ((weight, square), slope) in
                self.weights.iter_mut().zip(&mut self.squares).zip(slopes)
            {
                *square += slope * slope;
                *weight -= self.step * slope / f64::sqrt(*square);
            }
        }
    }

    /// The weight at this place, in hundredths.
    #[expect(clippy::cast_possible_truncation, reason = "a weight is a small number")]
    pub(super) fn hundredths(&self, at: usize) -> i32 {
        (self.weights[at] * self.scales[at] * 100.0).round() as i32
    }
}
