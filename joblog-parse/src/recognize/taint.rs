//! The evidence against everything that a line names.

use super::evidence::Evidence;
use super::neighbouring_lines::Passage;
use super::parsed_line::ParsedLine;
use super::{Recognizer, gone, surroundings};

impl Recognizer {
    /// What the line itself and those before it say against what it names.
    pub(super) fn taint(
        &mut self,
        text: &str,
        line: &ParsedLine<'_>,
        is_end: bool,
        is_unreached: bool,
    ) -> Evidence {
        let mut taint = self.surroundings.enter(&self.stamp, text, line);
        let is_final = is_end && !text.to_ascii_lowercase().contains("restart");
        if is_final || is_unreached || gone::says_no_longer(text) {
            taint.add(Evidence::FAILURE);
        }
        if surroundings::is_environment(text) {
            // The job's own variables, and so is everything before them in the sentence.
            self.json.end_sentence();
            self.passage = Passage::default();
            taint.add(Evidence::ACTION);
        }
        taint
    }
}
