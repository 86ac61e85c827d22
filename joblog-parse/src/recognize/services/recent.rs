//! The lines before this one, which say what an address on a line of its own is.

use std::collections::VecDeque;

use super::words::{self, Known, lower_words, nearest};
use crate::recognize::line;

/// The number of lines remembered.
const LINES: u64 = 5;
/// How many bytes of each are remembered.
const LINE_BYTES: usize = 240;
/// How many lines an invitation applies to.
const INVITING_LINES: u64 = 3;

/// See the module.
#[derive(Debug, Default, Clone)]
pub(super) struct Recent {
    lines: VecDeque<(u64, String)>,
}

impl Recent {
    /// Remembers a line.
    pub(super) fn add(&mut self, number: u64, text: &str) {
        // Reuses the memory of the oldest line.
        let is_full = self.lines.len() as u64 >= LINES;
        let oldest = if is_full { self.lines.pop_front() } else { None };
        let mut line = oldest.unwrap_or_default();
        line.0 = number;
        line.1.clear();
        line.1.extend(text.chars().take(LINE_BYTES));
        self.lines.push_back(line);
    }

    /// The program that the last lines are about.
    pub(super) fn known(&self, number: u64) -> Option<Known> {
        self.since(number, LINES).find_map(|text| nearest(&lower_words(text)))
    }

    /// Whether one of the last lines invites the reader to open something, and none points
    /// elsewhere.
    pub(super) fn invites(&self, number: u64) -> bool {
        let mut lines = self.since(number, INVITING_LINES).map(lower_words);
        lines.any(|line| {
            line.iter().any(|word| words::invites(word))
                && !line.iter().any(|word| words::is_foreign(word))
        })
    }

    /// Whether the line before says that an example follows.
    pub(super) fn introduces_example(&self, number: u64) -> bool {
        self.since(number, 1).any(line::introduces_example)
    }

    /// The lines before, the last one first.
    fn since(&self, number: u64, lines: u64) -> impl Iterator<Item = &str> {
        let near = move |(line, _): &&(u64, String)| line + lines >= number;
        self.lines.iter().rev().filter(near).map(|(_, text)| text.as_str())
    }
}
