//! Learns the weights from the logs in `tests/fixtures` and from generated ones: run by `cargo xtask
//! weigh`.
//!
//! An example is a login that a log names, whether the log announces it or not, with the words
//! around it. The weights are those of a logistic regression (Hastie, Tibshirani and Friedman, *The
//! Elements of Statistical Learning*, §4.4) with a penalty on their squares, so that rare words
//! have small weights. Announcements and look-alikes count the same in total.

#[path = "../../../../tests/joblog_parse/logs.rs"]
mod logs;
#[path = "../../../../tests/joblog_parse/random.rs"]
mod random;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use super::{ANNOUNCEMENT, LINE_WORDS, Names, OTHER, PLACES, Place, TEXT, Window, split};
use crate::recognize::{Candidate, Recognizer};
use crate::target::Target;
use crate::text::decode::Utf8Reader;
use crate::text::line_filter::LineFilter;
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
const PRIME: usize = 7919;
/// The seeds of generated logs and of noise: not those of the tests.
const SEED: u64 = 1001;
const GENERATED: usize = 20_000;
const GENERATED_WEIGHT: f64 = 0.25;
/// The most lines of noise before or after a text.
const NOISE_LINES: usize = 9;
/// A word of fewer examples has no weight.
const LEAST_EXAMPLES: usize = 15;
/// How strong the penalty is.
const PENALTY: f64 = 1.0 / 0.3;
/// The steps of the descent, and the first one's length.
const STEPS: u32 = 600;
const STEP: f64 = 0.05;
/// How often the texts that were misread count more, and how much more.
const ROUNDS: u32 = 4;
const MORE: f64 = 4.0;

/// A login, and the words around it.
#[derive(Debug, Clone)]
pub(super) struct Example {
    target: Target,
    words: BTreeSet<(String, Place)>,
}

impl Window {
    pub(super) fn example(&self, candidate: &Candidate, target: &Target) -> Example {
        let names = Names::of(target);
        let mut words = BTreeSet::new();
        for (place, line) in self.around(candidate.line) {
            let said = split::words(&line.original, LINE_WORDS);
            let stand_ins = names.stand_ins(line.text()).map(str::to_owned);
            let said = said.into_iter().filter(|word| !names.parts.contains(word));
            for word in said.chain(stand_ins) {
                if !split::is_stem(&word) {
                    words.insert((word.clone(), place));
                }
                words.insert((word, Place::Anywhere));
            }
        }
        Example { target: target.clone(), words }
    }
}

/// A row of a table of expected targets.
struct Row {
    log: PathBuf,
    /// None for a look-alike.
    targets: Vec<String>,
    /// How many rows it counts as.
    weight: f64,
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

/// All logins that a text names.
fn examples(text: &[u8]) -> Vec<Example> {
    let mut text = Utf8Reader::new(Cursor::new(text.to_vec()));
    let (mut filter, mut recognizer) = (LineFilter::new(), Recognizer::default());
    while filter.fill(&mut text).unwrap() > 0 {}
    while let Some(line) = filter.next(true) {
        let wanted = recognizer.read(&line);
        recognizer.take_found();
        filter.let_through(wanted);
    }
    recognizer.finish();
    recognizer.take_found();
    recognizer.window.examples
}

/// What is learned from: the places of an example's words in the table, and what it is.
struct Lesson {
    words: Vec<usize>,
    is_announced: bool,
    weight: f64,
    is_alone: bool,
}

/// A login in a text.
struct Taught {
    example: Example,
    is_announced: bool,
    /// How much it counts.
    weight: f64,
    /// Whether its text is alone, as a user has it.
    is_alone: bool,
}

#[test]
#[ignore = "writes weights.tsv; `cargo xtask weigh` runs it"]
fn weigh() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixtures = package.join("../tests/fixtures");
    let read = |(table, weight): (&str, f64)| rows(&fixtures.join(table), weight);
    let rows: Vec<_> = TABLES.into_iter().flat_map(read).collect();
    let look_alikes: Vec<_> = rows.iter().filter(|row| row.targets.is_empty()).collect();
    let mut random = Random(SEED);
    let mut taught = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let text = fs::read(&row.log).unwrap();
        let beside = fs::read(&look_alikes[at * PRIME % look_alikes.len()].log).unwrap();
        taught.extend(lessons_of(row, &text, &beside, &mut random));
    }
    for _ in 0..GENERATED {
        let log = logs::log(&mut random);
        let announced = [log.login].into_iter().filter(|login| !login.is_empty());
        let announced: Vec<_> = announced.collect();
        taught.extend(lessons(log.text.as_bytes(), &announced, &[], GENERATED_WEIGHT, false));
    }
    let table = learned(&taught);
    fs::write(package.join("src/recognize/wording/weights.tsv"), table).unwrap();
}

/// What a text teaches alone, in noise, and (if it is an announcement) before and after a
/// look-alike: its login is announced, and the look-alike's logins still are not.
fn lessons_of(row: &Row, text: &[u8], beside: &[u8], random: &mut Random) -> Vec<Taught> {
    let (before, after) = (noise(random), noise(random));
    let noisy: &[&[u8]] = &[before.as_bytes(), text, after.as_bytes()];
    let share = row.weight / 3.0;
    let (others, alone): (&[&[&[u8]]], _) = if row.targets.is_empty() {
        (&[noisy], row.weight)
    } else {
        (&[noisy, &[beside, text], &[text, beside]], share)
    };
    // What an announcement itself names besides its login may be the same login in other words.
    let own = if row.targets.is_empty() {
        Vec::new()
    } else {
        examples(text).into_iter().map(|example| example.target).collect()
    };
    let mut taught = lessons(text, &row.targets, &own, alone, true);
    for texts in others {
        taught.extend(lessons(&texts.join(&b'\n'), &row.targets, &own, share, false));
    }
    taught
}

/// What a text teaches that announces these logins; nothing about the others of `own`.
fn lessons(
    text: &[u8],
    announced: &[String],
    own: &[Target],
    share: f64,
    is_alone: bool,
) -> Vec<Taught> {
    let found = examples(text);
    let written: Vec<_> =
        found.iter().map(|example| example.target.without_default_port().to_string()).collect();
    let is_other =
        |at: &usize| !announced.contains(&written[*at]) && !own.contains(&found[*at].target);
    let others: Vec<_> = (0..found.len()).filter(is_other).collect();
    let each = share / others.len().max(1) as f64;
    let others = others.into_iter().map(|at| (at, false, each));
    let last = announced.iter().filter_map(|login| written.iter().rposition(|it| it == login));
    let taught = others.chain(last.map(|at| (at, true, share)));
    let taught = taught.map(|(at, is_announced, weight)| Taught {
        example: found[at].clone(),
        is_announced,
        weight,
        is_alone,
    });
    taught.collect()
}

/// Lines that say nothing: most are signs and letters at random.
fn noise(random: &mut Random) -> String {
    let lines = (0..random.below(NOISE_LINES + 1)).map(|_| {
        let letters = (0..random.below(120)).map(|_| char::from(b' ' + random.below(95) as u8));
        // These would make words of structures.
        letters.filter(|c| !"@\\`^{}[]\"'|".contains(*c)).collect::<String>()
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn learned(taught: &[Taught]) -> String {
    let mut counts = BTreeMap::<_, usize>::new();
    for word in taught.iter().flat_map(|it| &it.example.words) {
        *counts.entry(word).or_default() += 1;
    }
    counts.retain(|_, count| *count >= LEAST_EXAMPLES);
    let places: BTreeMap<_, _> = (1..).zip(counts.keys()).map(|(at, it)| (*it, at)).collect();
    let total = |wanted: bool| -> f64 {
        taught.iter().filter(|it| it.is_announced == wanted).map(|it| it.weight).sum()
    };
    let (good, bad) = (total(true), total(false));
    let mut lessons: Vec<_> = { taught.iter() }
        .map(|it| Lesson {
            words: it
                .example
                .words
                .iter()
                .filter_map(|it| places.get(it).copied())
                .chain([0])
                .collect(),
            is_announced: it.is_announced,
            weight: it.weight * (good + bad) / (2.0 * if it.is_announced { good } else { bad }),
            is_alone: it.is_alone,
        })
        .collect();
    let mut fit = Fit::new(places.len() + 1);
    fit.descend(&lessons);
    for _ in 0..ROUNDS {
        let is_misread = |it: &&mut Lesson| it.is_alone && fit.misreads(it);
        lessons.iter_mut().filter(is_misread).for_each(|it| it.weight *= MORE);
        fit.descend(&lessons);
    }
    let hundredths = |at: usize| (fit.weights[at] * 100.0).round() as i32;
    let mut table = BTreeMap::<&str, [i32; PLACES]>::new();
    for ((word, place), at) in &places {
        table.entry(word).or_default()[*place as usize] = hundredths(*at);
    }
    let mut text = String::from(
        "# The weights of words on the line of a login, before and after it, in hundredths.\n\
         # Written by `cargo xtask weigh`.\n",
    );
    writeln!(text, "{TEXT}\t{}\t0\t0\t0", hundredths(0)).unwrap();
    for (word, [line, before, after, any]) in table {
        writeln!(text, "{word}\t{line}\t{before}\t{after}\t{any}").unwrap();
    }
    text
}

/// The weights so far. The first is that of every text, without a penalty.
struct Fit {
    weights: Vec<f64>,
    /// The sums of the squares of their slopes.
    squares: Vec<f64>,
}

impl Fit {
    fn new(words: usize) -> Self {
        Self { weights: vec![0.0; words], squares: vec![1e-8; words] }
    }

    fn sum(&self, lesson: &Lesson) -> f64 {
        lesson.words.iter().map(|word| self.weights[*word]).sum()
    }

    fn misreads(&self, lesson: &Lesson) -> bool {
        let sum = self.sum(lesson) * 100.0;
        if lesson.is_announced { sum < f64::from(OTHER) } else { sum > f64::from(ANNOUNCEMENT) }
    }

    /// Minimizes the loss by a descent in which each weight has its own step (Duchi, Hazan and
    /// Singer 2011, *Adaptive Subgradient Methods*).
    fn descend(&mut self, lessons: &[Lesson]) {
        for _ in 0..STEPS {
            let mut slopes = self.weights.iter().map(|it| it * PENALTY).collect::<Vec<f64>>();
            slopes[0] = 0.0;
            for lesson in lessons {
                let chance = 1.0 / (1.0 + (-self.sum(lesson)).exp());
                let error = lesson.weight * (chance - f64::from(u8::from(lesson.is_announced)));
                lesson.words.iter().for_each(|word| slopes[*word] += error);
            }
            for ((weight, square), slope) in
                self.weights.iter_mut().zip(&mut self.squares).zip(slopes)
            {
                *square += slope * slope;
                *weight -= STEP * slope / f64::sqrt(*square);
            }
        }
    }
}
