//! Learns the weights from the logs in `tests/fixtures` and from generated ones: run by
//! `cargo xtask train`.
//!
//! An example is a login that a log names, whether the log announces it or not, with the words
//! around it. Announcements and look-alikes count the same in total.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;

use super::{ANNOUNCEMENT, LINE_WORDS, Names, PLACES, Place, TEXT, Window, split};
use crate::recognize::Recognizer;
use crate::recognize::training::{Fit, Generator, Lesson, PRIME, Row, all_rows, package};
use crate::target::Target;
use crate::text::decode::Utf8Reader;
use crate::text::line_filter::LineFilter;

/// How many logs are generated, and how much each counts.
const GENERATED: usize = 20_000;
const GENERATED_WEIGHT: f64 = 0.25;
/// A word of fewer examples in written texts has no weight.
const LEAST_EXAMPLES: usize = 15;
/// Every user of the reference platform is called so, `uprod_…`, and paths in its logs have it.
const NAME: &str = "uprod";
/// How strong the penalty is.
const PENALTY: f64 = 1.0 / 0.3;
/// The first step of the descent.
const STEP: f64 = 0.05;
/// How often the texts that were misread count more, and how much more.
const ROUNDS: u32 = 4;
const MORE: f64 = 4.0;

/// A login, and the words around it.
#[derive(Debug, Clone)]
pub(super) struct Example {
    target: Target,
    words: BTreeSet<(String, Place)>,
    /// The least sum with which it is announced.
    least: i32,
}

impl Window {
    pub(super) fn example(&self, line: u64, target: &Target, least: i32) -> Example {
        let names = Names::of(target);
        let mut words = BTreeSet::new();
        for (place, line) in self.around(line) {
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
        Example { target: target.clone(), words, least }
    }
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

fn is_misread(fit: &Fit, lesson: &Lesson, least: i32) -> bool {
    let sum = fit.sum(lesson) * 100.0;
    if lesson.is_one { sum < f64::from(least) } else { sum > f64::from(ANNOUNCEMENT) }
}

/// A login in a text.
struct Taught {
    example: Example,
    is_announced: bool,
    /// How much it counts.
    weight: f64,
    /// Whether its text is alone, as a user has it.
    is_alone: bool,
    /// Whether somebody wrote its text.
    is_written: bool,
}

#[test]
#[ignore = "writes weights.tsv; `cargo xtask train` runs it"]
fn train() {
    let rows = all_rows();
    let look_alikes: Vec<_> = rows.iter().filter(|row| row.targets.is_empty()).collect();
    let mut generator = Generator::new();
    let mut taught = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let text = fs::read(&row.log).unwrap();
        let beside = fs::read(&look_alikes[at * PRIME % look_alikes.len()].log).unwrap();
        taught.extend(lessons_of(row, &text, &beside, &mut generator));
    }
    for _ in 0..GENERATED {
        let (text, login) = generator.log();
        let login: Vec<_> = login.into_iter().collect();
        let taught_by_log = lessons(text.as_bytes(), &login, &[], GENERATED_WEIGHT, false);
        taught.extend(taught_by_log.into_iter().map(|it| Taught { is_written: false, ..it }));
    }
    let table = learned(&taught);
    fs::write(package().join("src/recognize/wording/weights.tsv"), table).unwrap();
}

/// What a text teaches alone, in noise, and (if it is an announcement) before and after a
/// look-alike: its login is announced, and the look-alike's logins still are not.
fn lessons_of(row: &Row, text: &[u8], beside: &[u8], generator: &mut Generator) -> Vec<Taught> {
    let (before, after) = (generator.noise(), generator.noise());
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
    let each = share / f64::from(u32::try_from(others.len().max(1)).unwrap());
    let others = others.into_iter().map(|at| (at, false, each));
    let last = announced.iter().filter_map(|login| written.iter().rposition(|it| it == login));
    let taught = others.chain(last.map(|at| (at, true, share)));
    let taught = taught.map(|(at, is_announced, weight)| Taught {
        example: found[at].clone(),
        is_announced,
        weight,
        is_alone,
        is_written: true,
    });
    taught.collect()
}

fn learned(taught: &[Taught]) -> String {
    let mut counts = BTreeMap::<_, usize>::new();
    for word in taught.iter().filter(|it| it.is_written).flat_map(|it| &it.example.words) {
        *counts.entry(word).or_default() += 1;
    }
    counts.retain(|(word, _), count| *count >= LEAST_EXAMPLES && word != NAME);
    let places: BTreeMap<_, _> = (1..).zip(counts.keys()).map(|(at, it)| (*it, at)).collect();
    let total = |wanted: bool| -> f64 {
        taught.iter().filter(|it| it.is_announced == wanted).map(|it| it.weight).sum()
    };
    let (good, bad) = (total(true), total(false));
    let lessons = { taught.iter() }.map(|it| {
        let lesson = Lesson {
            words: it
                .example
                .words
                .iter()
                .filter_map(|it| places.get(it).copied())
                .chain([0])
                .collect(),
            is_one: it.is_announced,
            weight: it.weight * (good + bad) / (2.0 * if it.is_announced { good } else { bad }),
        };
        (lesson, it.is_alone.then_some(it.example.least))
    });
    let (mut lessons, least): (Vec<_>, Vec<_>) = lessons.unzip();
    let mut fit = Fit::new(places.len() + 1, PENALTY, STEP);
    fit.descend(&lessons);
    for _ in 0..ROUNDS {
        for (lesson, least) in lessons.iter_mut().zip(&least) {
            if least.is_some_and(|least| is_misread(&fit, lesson, least)) {
                lesson.weight *= MORE;
            }
        }
        fit.descend(&lessons);
    }
    let mut table = BTreeMap::<&str, [i32; PLACES]>::new();
    for ((word, place), at) in &places {
        table.entry(word).or_default()[*place as usize] = fit.hundredths(*at);
    }
    let mut text = String::from(
        "# The weights of words on the line of a login, before and after it, in hundredths.\n\
         # Written by `cargo xtask train`.\n",
    );
    writeln!(text, "{TEXT}\t{}\t0\t0\t0", fit.hundredths(0)).unwrap();
    for (word, [line, before, after, any]) in table {
        writeln!(text, "{word}\t{line}\t{before}\t{after}\t{any}").unwrap();
    }
    text
}
