//! Learns the weights from the logs in `tests/fixtures` and from generated ones: run by
//! `cargo xtask train`.
//!
//! An example is a login that a log names, whether the log announces it or not, with the words
//! around it. Announcements and look-alikes count the same in total.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;

use super::names::{HOST, Names, USER};
use super::{LINE_WORDS, PLACES, Place, TEXT, WEIGHTS, Window, phrases, split};
use crate::recognize::Recognizer;
use crate::recognize::training::{Fit, Generator, Lesson, PRIME, Row, all_rows, package};
use crate::target::Target;
use crate::text::decode::Utf8Reader;
use crate::text::line_filter::LineFilter;

/// How many logs are generated, and how much each counts.
const GENERATED: usize = 5_000;
const GENERATED_WEIGHT: f64 = 0.5;
/// How much an announcement counts that is not alone, and how much a look-alike in noise.
const BESIDE_WEIGHT: f64 = 0.3;
const NOISY_WEIGHT: f64 = 0.1;
/// What is said in fewer written texts has no weight.
const LEAST_EXAMPLES: usize = 4;
/// Every user of the reference platform is called so, `uprod_…`, and paths in its logs have it.
const NAME: &str = "uprod";
/// How strong the penalty is.
const PENALTY: f64 = 0.25;
/// How much weaker it is for what is said far more in announcements than in other texts, or far
/// less: the logarithm of the ratio to this power.
const RATIO_POWER: f64 = 0.7;
/// What is added to both counts of a ratio.
const RATIO_START: f64 = 0.3;
/// The first step of the descent.
const STEP: f64 = 0.1;
/// A smaller weight makes no difference, in hundredths.
const LEAST_WEIGHT: i32 = 5;

/// A login, and what is said around it: words at their places and phrases.
#[derive(Debug, Clone)]
pub(super) struct Example {
    target: Target,
    said: BTreeSet<(String, Place)>,
    /// The sum of its weights, as the program computes it.
    score: i32,
}

impl Window {
    pub(super) fn example(&self, line: u64, target: &Target) -> Example {
        let names = Names::of(target);
        let mut said = BTreeSet::new();
        phrases::each_of_names(target, |phrase| {
            said.insert((phrase.to_owned(), Place::Anywhere));
        });
        for (place, line) in self.around(line) {
            phrases::each(line.text(), &names, |phrase| {
                said.insert((phrase.to_owned(), Place::Anywhere));
            });
            let words = split::words(&line.original, LINE_WORDS);
            let stand_ins = [HOST, USER].into_iter().zip(names.are_in(line.text()));
            let stand_ins = stand_ins.filter(|(_, is_in)| *is_in).map(|(name, _)| name.to_owned());
            let words = words.into_iter().filter(|word| !names.parts.contains(word));
            for word in words.chain(stand_ins) {
                if !split::is_stem(&word) {
                    said.insert((word.clone(), place));
                }
                said.insert((word, Place::Anywhere));
            }
        }
        Example { target: target.clone(), said, score: self.weigh(line, target).score }
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
fn what_is_learned_from_is_what_is_weighed() {
    let mut count = 0;
    for row in all_rows().iter().step_by(60) {
        for example in examples(&fs::read(&row.log).unwrap()) {
            let of = |(said, place): &(String, Place)| {
                let weights = WEIGHTS.of(WEIGHTS.place(said)?);
                weights.get(*place as usize).copied().map(i32::from)
            };
            let text = WEIGHTS.place(TEXT).map_or(0, |text| i32::from(WEIGHTS.of(text)[0]));
            let sum = text + example.said.iter().filter_map(of).sum::<i32>();
            assert_eq!(example.score, sum, "{}", row.log.display());
            count += 1;
        }
    }
    assert!(count > 100, "{count} logins");
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
        taught.extend(lessons(text.as_bytes(), &login, &[], GENERATED_WEIGHT, false));
    }
    let table = learned(&taught);
    fs::write(package().join("src/recognize/wording/weights.tsv"), table).unwrap();
}

/// What a text teaches alone, in noise, and (if it is an announcement) before and after a
/// look-alike: its login is announced, and the look-alike's logins still are not.
fn lessons_of(row: &Row, text: &[u8], beside: &[u8], generator: &mut Generator) -> Vec<Taught> {
    let (before, after) = (generator.noise(), generator.noise());
    let noisy: &[&[u8]] = &[before.as_bytes(), text, after.as_bytes()];
    let (others, share): (&[&[&[u8]]], _) = if row.targets.is_empty() {
        (&[noisy], row.weight * NOISY_WEIGHT)
    } else {
        (&[noisy, &[beside, text], &[text, beside]], row.weight * BESIDE_WEIGHT)
    };
    // What an announcement itself names besides its login may be the same login in other words.
    let own = if row.targets.is_empty() {
        Vec::new()
    } else {
        examples(text).into_iter().map(|example| example.target).collect()
    };
    let mut taught = lessons(text, &row.targets, &own, row.weight, true);
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
    });
    taught.collect()
}

fn learned(taught: &[Taught]) -> String {
    let mut counts = BTreeMap::<_, Count>::new();
    for it in taught.iter().filter(|it| it.is_alone) {
        for said in &it.example.said {
            let count = counts.entry(said).or_default();
            count.texts += 1;
            count.weights[usize::from(it.is_announced)] += it.weight;
        }
    }
    let is_name = |said: &str| said.split([' ', '=']).any(|part| part == NAME);
    counts.retain(|(said, _), count| count.texts >= LEAST_EXAMPLES && !is_name(said));
    let places: BTreeMap<_, _> = (1..).zip(counts.keys()).map(|(at, said)| (*said, at)).collect();
    let total = |wanted: bool, is_counted: fn(&Taught) -> bool| -> f64 {
        let taught = taught.iter().filter(|it| it.is_announced == wanted && is_counted(it));
        taught.map(|it| it.weight).sum()
    };
    let alone = [false, true].map(|wanted| total(wanted, |it| it.is_alone));
    let mut scales = vec![1.0];
    scales.extend(counts.values().map(|count| count.ratio(alone)));
    let mean = scales.iter().sum::<f64>() / f64::from(u32::try_from(scales.len()).unwrap());
    scales.iter_mut().skip(1).for_each(|scale| *scale /= mean);
    let all = [false, true].map(|wanted| total(wanted, |_| true));
    let lessons = taught.iter().map(|it| Lesson {
        words: { it.example.said.iter() }
            .filter_map(|it| places.get(it).copied())
            .chain([0])
            .collect(),
        is_one: it.is_announced,
        weight: it.weight * (all[0] + all[1]) / (2.0 * all[usize::from(it.is_announced)]),
    });
    let mut fit = Fit::new(scales, PENALTY, STEP);
    fit.descend(&lessons.collect::<Vec<_>>());
    let mut table = BTreeMap::<&str, [i32; PLACES]>::new();
    for ((said, place), at) in &places {
        let weight = fit.hundredths(*at);
        if weight.abs() >= LEAST_WEIGHT {
            table.entry(said).or_default()[*place as usize] = weight;
        }
    }
    table.insert(TEXT, [fit.hundredths(0), 0, 0, 0]);
    let mut text = String::from(
        "# The weights of words and phrases around a login, in hundredths: anywhere, and of words also on\n\
         # its line, before it and after it. Written by `cargo xtask train`.\n\n",
    );
    for (said, weights) in table {
        let end = weights.iter().rposition(|weight| *weight != 0).map_or(0, |last| last + 1);
        let cells = weights[..end].iter().fold(String::new(), |cells, it| format!("{cells}\t{it}"));
        writeln!(text, "{said}{cells}").unwrap();
    }
    text
}

/// In how many texts something is said, and how much those of each kind count.
#[derive(Default)]
struct Count {
    texts: usize,
    weights: [f64; 2],
}

impl Count {
    /// How much more it is said in announcements than in other texts, or less.
    fn ratio(&self, totals: [f64; 2]) -> f64 {
        let [other, announced] = [0, 1]
            .map(|kind| (self.weights[kind] + RATIO_START) / (totals[kind] + 2.0 * RATIO_START));
        (announced / other).ln().abs().powf(RATIO_POWER)
    }
}
