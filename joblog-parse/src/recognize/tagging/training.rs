//! Learns the weights from the announcements in `tests/fixtures` and from generated ones: run by
//! `cargo xtask train`.
//!
//! An example is a word near a host, with its signs: the user, the host or the port of the login,
//! or something else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use super::{HOST, Kind, LINE_TOKENS, NUMBER, ROLES, Text, USER};
use crate::recognize::token::push_tokens;
use crate::recognize::training::{Fit, Generator, Lesson, PRIME, Row, all_rows, package};
use crate::target::Target;
use crate::text::strip;

/// How many logs are generated.
const GENERATED: usize = 15_000;
/// A word in fewer texts is not an ordinary one, and a sign of fewer words has no weight.
const LEAST_TEXTS: usize = 8;
const LEAST_EXAMPLES: usize = 30;
/// How strong the penalty is.
const PENALTY: f64 = 1.0 / 3.0;
/// The first step of the descent.
const STEP: f64 = 0.3;
/// A smaller weight makes no difference, in hundredths.
const LEAST_WEIGHT: i32 = 40;

#[test]
#[ignore = "writes weights.tsv; `cargo xtask train` runs it"]
fn train() {
    let rows = all_rows();
    let read = |row: &Row| {
        // As a person would see it.
        let text = fs::read(&row.log).unwrap();
        let lines = text.split(|byte| *byte == b'\n').map(strip::without_escapes);
        lines.map(|line| strip::visible(&line).into_owned()).collect::<Vec<_>>().join("\n")
    };
    let look_alikes: Vec<_> = rows.iter().filter(|row| row.targets.is_empty()).map(read).collect();
    let mut texts: Vec<(String, Target)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let [target] = &row.targets[..] else { continue };
        let Ok(target) = target.parse::<Target>() else { continue };
        let (text, beside) = (read(row), &look_alikes[at * PRIME % look_alikes.len()]);
        if beside.contains(&target.host.to_string()) {
            continue;
        }
        texts.push((format!("{beside}\n{text}"), target.clone()));
        texts.push((format!("{text}\n{beside}"), target.clone()));
        texts.push((text, target));
    }
    let mut generator = Generator::new();
    let generated = (0..GENERATED).map(|_| generator.log());
    texts.extend(generated.filter_map(|(text, login)| Some((text, login?.parse().ok()?))));
    let known = known(texts.iter().map(|(text, _)| text.as_str()));
    let mut table = known.iter().map(|word| (format!("={word}"), [0; ROLES])).collect();
    for (role, kind) in [(USER, Kind::Name), (HOST, Kind::Host), (NUMBER, Kind::Number)] {
        learn(role, kind, &texts, &known, &mut table);
    }
    table.retain(|sign, weights| sign.starts_with('=') || *weights != [0; ROLES]);
    let mut text = String::from(
        "# The weights of signs of a user, of a host and of a port, in hundredths.\n\
         # Written by `cargo xtask train`.\n\n",
    );
    for (sign, [user, host, port]) in table {
        writeln!(text, "{sign}\t{user}\t{host}\t{port}").unwrap();
    }
    fs::write(package().join("src/recognize/tagging/weights.tsv"), text).unwrap();
}

/// The words in many texts.
fn known<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let mut counts = BTreeMap::<String, usize>::new();
    for text in texts {
        let mut tokens = Vec::new();
        text.lines().for_each(|line| push_tokens(0, line, LINE_TOKENS, &mut tokens));
        let words: BTreeSet<_> = tokens.iter().map(|token| token.text.to_lowercase()).collect();
        for word in words {
            *counts.entry(word).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .filter_map(|(word, count)| (count >= 3 * LEAST_TEXTS).then_some(word))
        .collect()
}

/// Adds the weights of one role.
fn learn(
    role: usize,
    kind: Kind,
    texts: &[(String, Target)],
    known: &BTreeSet<String>,
    table: &mut BTreeMap<String, [i32; ROLES]>,
) {
    let mut places = BTreeMap::<String, usize>::new();
    let mut counts = vec![0];
    let mut lessons = Vec::new();
    for (text, target) in texts {
        let lines: Vec<_> = text.lines().collect();
        let text = Text::new(&lines, |word| known.contains(word));
        let hosts =
            if role == HOST { Vec::new() } else { text.lines_with(&target.host.to_string()) };
        if role != HOST && hosts.is_empty() {
            continue;
        }
        for (at, token) in text.tokens.iter().enumerate() {
            if token.kind != kind {
                continue;
            }
            let mut words = BTreeSet::from([0]);
            let is_near = text.each_sign(at, &hosts, |sign| {
                let next = counts.len();
                let place = *places.entry(sign.to_owned()).or_insert(next);
                if place == next {
                    counts.push(0);
                }
                words.insert(place);
            });
            if is_near.is_none() {
                continue;
            }
            for word in &words {
                counts[*word] += 1;
            }
            let is_one = match role {
                USER => token.text == target.user.as_str(),
                HOST => token.text.parse().is_ok_and(|host| target.host.is_same_as(&host)),
                _ => target.port.is_some_and(|port| token.text == port.to_string()),
            };
            lessons.push(Lesson { words: words.into_iter().collect(), is_one, weight: 1.0 });
        }
    }
    for lesson in &mut lessons {
        lesson.words.retain(|word| *word == 0 || counts[*word] >= LEAST_EXAMPLES);
    }
    let mut fit = Fit::new(vec![1.0; counts.len()], PENALTY, STEP);
    fit.descend(&lessons);
    // What every word has is added to what a known and an unknown one have.
    for (sign, at) in &places {
        let every =
            if matches!(sign.as_str(), "known" | "unknown") { fit.hundredths(0) } else { 0 };
        let weight = fit.hundredths(*at) + every;
        if weight.abs() >= LEAST_WEIGHT {
            table.entry(sign.clone()).or_default()[role] = weight;
        }
    }
}
