//! The sum of the weights of what is said around a login. Each word counts once in each place.

use std::cmp::Reverse;
use std::num::NonZeroU32;

use super::names::{HOST, Names, USER};
use super::phrases::{self, is_phrase};
use super::{Place, TELLING, TEXT, WEIGHTS, Wording, split};

pub(super) struct Sum {
    /// The words of the user's name.
    left_out: Vec<u32>,
    said: Vec<(u32, Place)>,
}

impl Sum {
    pub(super) fn new(names: &Names) -> Self {
        let left_out = names.parts.iter().filter_map(|part| WEIGHTS.place(part)).collect();
        let said = WEIGHTS.place(TEXT).map(|text| (text, Place::Anywhere));
        Self { left_out, said: said.into_iter().collect() }
    }

    /// Adds words, which count at their place and anywhere.
    pub(super) fn add_words(&mut self, place: Place, words: impl Iterator<Item = u32>) {
        self.said.extend(words.flat_map(|word| [(word, place), (word, Place::Anywhere)]));
    }

    /// Adds phrases, which count anywhere.
    pub(super) fn add_phrases(&mut self, phrases: impl Iterator<Item = u32>) {
        self.said.extend(phrases.map(|phrase| (phrase, Place::Anywhere)));
    }

    pub(super) fn wording(mut self) -> Wording {
        self.said.retain(|(name, _)| !self.left_out.contains(name));
        self.said.sort_unstable();
        self.said.dedup();
        let (mut score, mut of_words, mut words) = (0, 0, 0);
        let mut parts = Vec::new();
        for places in self.said.chunk_by(|(first, _), (second, _)| first == second) {
            let Some((place, _)) = places.first() else { continue };
            let weights = WEIGHTS.of(*place);
            let weight = |(_, place): &(u32, Place)| weights.get(*place as usize).copied();
            let weight: i32 = places.iter().filter_map(weight).map(i32::from).sum();
            let name = WEIGHTS.name(*place);
            let is_said = is_said(name);
            score += weight;
            if is_said || [HOST, USER, TEXT].contains(&name) {
                of_words += weight;
            }
            words += u16::from(is_said && !is_phrase(name) && !split::is_stem(name));
            if is_said {
                parts.push((weight, *place));
            }
        }
        parts.retain(|(weight, _)| weight.signum() == score.signum());
        parts.sort_by_key(|(weight, _)| Reverse(weight.abs()));
        // Only a few are named, so that few are looked at.
        let is_shown = |place: &u32| phrases::shown(WEIGHTS.name(*place)).is_some();
        let shown = parts.into_iter().map(|(_, place)| place).filter(is_shown);
        // The first name of the table is a sign, and need not be shown.
        let mut telling = shown.filter_map(NonZeroU32::new);
        let telling = [(); TELLING].map(|()| telling.next());
        Wording { score, telling, words, is_against: of_words < 0 }
    }
}

/// Whether it is more than signs, letters and values, of which any text has some.
fn is_said(name: &str) -> bool {
    let mut parts = name.split([' ', '=']);
    parts.any(|part| split::is_word(part) && part.chars().nth(1).is_some())
}
