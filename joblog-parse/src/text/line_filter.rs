//! Passes on the lines worth reading and the lines around them, in bounded memory.
//!
//! The result depends only on the text, never on how it arrived: a decision that needs more bytes
//! waits for them.

use std::io::{self, Read};

use super::hits::{Hits, LOOKAHEAD};

/// A longer line is passed on in parts: the surroundings of its hits.
const LINE_BYTES: usize = 16 * 1024;
/// How many bytes on either side of a hit in such a line are passed on.
const AROUND_BYTES: usize = 2 * 1024;
/// The longest part, made of hits close together.
const PART_BYTES: usize = 32 * 1024;
/// How many lines before, and how many after, a line with a hit are passed on.
const LINES_BEFORE: u32 = 12;
const LINES_AFTER: u32 = 12;
/// The lines before are taken from at most this many bytes.
const BEFORE_BYTES: usize = 4 * 1024;
/// How many bytes of examined text are kept.
const KEPT_BYTES: usize = LINE_BYTES + BEFORE_BYTES;
const BUFFER_BYTES: usize = 512 * 1024;
/// How many bytes are read at a time, at least.
const READ_BYTES: usize = 256 * 1024;

/// A line, or a part of a very long one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// Counted from 1; LF, CR LF and a lone CR end a line.
    pub(crate) number: u64,
    /// Without its end.
    pub(crate) bytes: &'a [u8],
    /// Whether text was left out before this line.
    pub(crate) follows_gap: bool,
    /// Whether it contains a hit; otherwise it is only near one.
    pub(crate) has_hit: bool,
}

/// See the module.
#[derive(Clone)]
pub(crate) struct LineFilter {
    buffer: Vec<u8>,
    /// The number of bytes in the buffer.
    end: usize,
    /// All lines before this position are complete.
    complete: usize,
    /// Everything before this position was examined.
    at: usize,
    mode: Mode,
    /// Everything before this position was passed on or finally left out.
    floor: usize,
    /// Whether a line begins at the floor.
    floor_is_start: bool,
    has_gap: bool,
    /// The number of the line that contains `counted`.
    line: u64,
    counted: usize,
    /// `None` passes everything on.
    hits: Option<Hits>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Looking for a hit.
    Seek,
    /// At the start of a line, with this many more lines to pass on.
    Lines(u32),
    /// Within a line of more than `LINE_BYTES`.
    Long,
}

/// The result of a step.
enum Step {
    Through {
        from: usize,
        to: usize,
        has_hit: bool,
    },
    On,
    /// Cannot decide without more bytes.
    Wait,
}

impl LineFilter {
    /// A filter for announcements.
    pub(crate) fn new() -> Self {
        Self {
            buffer: vec![0; BUFFER_BYTES],
            end: 0,
            complete: 0,
            at: 0,
            mode: Mode::Seek,
            floor: 0,
            floor_is_start: true,
            has_gap: false,
            line: 1,
            counted: 0,
            hits: Some(Hits::default()),
        }
    }

    /// A filter that passes on every line.
    pub(crate) fn open() -> Self {
        Self { hits: None, mode: Mode::Lines(u32::MAX), ..Self::new() }
    }

    /// Reads once from the source; returns 0 at its end.
    pub(crate) fn fill(&mut self, source: &mut impl Read) -> io::Result<usize> {
        if BUFFER_BYTES - self.end < READ_BYTES {
            self.forget(self.at.min(self.end).saturating_sub(KEPT_BYTES));
        }
        let room = self.buffer.get_mut(self.end..).unwrap_or_default();
        let read = source.read(room)?;
        let new = room.get(..read).unwrap_or_default();
        if let Some(last) = memchr::memrchr2(b'\n', b'\r', new) {
            self.complete = self.end + last + 1;
        }
        self.end += read;
        Ok(read)
    }

    /// Requests this many more lines after the last one, whatever they contain.
    pub(crate) fn let_through(&mut self, lines: u32) {
        if let Mode::Lines(left) = &mut self.mode {
            *left = lines.max(*left);
        }
    }

    /// The next line to pass on. `None` means that more bytes are needed or, with `is_last`, the
    /// end.
    pub(crate) fn next(&mut self, is_last: bool) -> Option<Line<'_>> {
        loop {
            let step = match self.mode {
                Mode::Seek => self.seek(is_last),
                Mode::Lines(left) => self.next_line(left, is_last),
                Mode::Long => self.next_part(is_last),
            };
            match step {
                Step::On => {}
                Step::Wait => return None,
                Step::Through { from, to, has_hit } => {
                    self.count_to(from);
                    let follows_gap = std::mem::take(&mut self.has_gap);
                    let bytes = self.buffer.get(from..to).unwrap_or_default();
                    return Some(Line { number: self.line, bytes, follows_gap, has_hit });
                }
            }
        }
    }

    /// Finds the next hit, and goes back to the lines before it.
    fn seek(&mut self, is_last: bool) -> Step {
        let horizon = self.horizon(is_last);
        if horizon > self.complete && !is_last && self.end - self.complete <= LINE_BYTES {
            return Step::Wait;
        }
        let Some(hit) = self.hit_before(horizon) else {
            self.at = self.at.max(horizon);
            return Step::Wait;
        };
        self.at = hit;
        let Some(start) = self.line_start(hit, hit.saturating_sub(LINE_BYTES)) else {
            self.mode = Mode::Long;
            return Step::On;
        };
        let (mut first, mut lines) = (start, 1);
        let lowest = start.saturating_sub(BEFORE_BYTES);
        while lines <= LINES_BEFORE
            && let Some(before) = self.line_start(self.line_end_before(first), lowest)
        {
            first = before;
            lines += 1;
        }
        self.has_gap |= first > self.floor;
        self.go_to(first, true);
        self.mode = Mode::Lines(lines);
        Step::On
    }

    /// Passes on the line that begins here.
    fn next_line(&mut self, left: u32, is_last: bool) -> Step {
        if left == 0 {
            self.mode = Mode::Seek;
            return Step::On;
        }
        let start = self.at;
        let reach = self.end.min(start + LINE_BYTES);
        let end = match self.terminator(start, reach) {
            Some(end) => end,
            None if reach == start + LINE_BYTES => {
                self.mode = Mode::Long;
                return Step::On;
            }
            None if is_last && start < self.end => self.end,
            None => return Step::Wait,
        };
        let Some(next) = self.line_after(end, is_last) else { return Step::Wait };
        let has_hit = self.hit_before(end).is_some();
        self.mode = Mode::Lines(if has_hit { left.max(LINES_AFTER + 1) - 1 } else { left - 1 });
        self.go_to(next, true);
        Step::Through { from: start, to: end, has_hit }
    }

    /// Passes on the surroundings of the next hit in a long line.
    fn next_part(&mut self, is_last: bool) -> Step {
        let horizon = self.horizon(is_last);
        let hit = self.hit_before(horizon);
        if let Some(end) = self.terminator(self.at, hit.unwrap_or(horizon)) {
            let Some(next) = self.line_after(end, is_last) else { return Step::Wait };
            self.has_gap |= end > self.floor;
            self.go_to(next, true);
            self.mode = if self.hits.is_some() { Mode::Seek } else { Mode::Lines(u32::MAX) };
            return Step::On;
        }
        let Some(hit) = hit else {
            self.at = self.at.max(horizon);
            return Step::Wait;
        };
        self.at = hit;
        let from = self.part_start(hit);
        let Some(to) = self.part_end(from, hit, is_last) else { return Step::Wait };
        self.has_gap |= from > self.floor;
        self.go_to(to, false);
        Step::Through { from, to, has_hit: true }
    }

    /// How far hits can be decided: to the end of the last complete line, or in an incomplete line
    /// slightly less than the available bytes.
    fn horizon(&self, is_last: bool) -> usize {
        if is_last {
            self.end
        } else if self.complete > self.at {
            self.complete
        } else {
            self.end.saturating_sub(LOOKAHEAD)
        }
    }

    /// The next hit, if it is before `end`.
    fn hit_before(&mut self, end: usize) -> Option<usize> {
        let text = self.buffer.get(..self.end)?;
        match &mut self.hits {
            Some(hits) => hits.next(text, self.at, end),
            None => (self.at < end).then_some(self.at),
        }
    }

    /// The start of the line that contains `at`, unless it is before `lowest` or before the floor.
    fn line_start(&self, at: usize, lowest: usize) -> Option<usize> {
        let lowest = lowest.max(self.floor);
        let before = self.buffer.get(lowest..at)?;
        match memchr::memrchr2(b'\n', b'\r', before) {
            Some(terminator) => Some(lowest + terminator + 1),
            None => (lowest == self.floor && self.floor_is_start && at > 0).then_some(lowest),
        }
    }

    /// The position of the terminator (its first byte) before the line that starts at `start`.
    fn line_end_before(&self, start: usize) -> usize {
        let before = self.buffer.get(..start).unwrap_or_default();
        start.saturating_sub(if before.ends_with(b"\r\n") { 2 } else { 1 })
    }

    /// The first terminator at or after `from` and before `to`.
    fn terminator(&self, from: usize, to: usize) -> Option<usize> {
        memchr::memchr2(b'\n', b'\r', self.buffer.get(from..to)?).map(|at| from + at)
    }

    /// The start of the line after the terminator at `end`, once it is known whether that has one
    /// byte or two.
    fn line_after(&self, end: usize, is_last: bool) -> Option<usize> {
        match self.buffer.get(end..self.end)? {
            [b'\r', b'\n', ..] => Some(end + 2),
            [b'\r'] if !is_last => None,
            [] => Some(end),
            _ => Some(end + 1),
        }
    }

    /// Where the part of a long line around the hit begins: not within a word.
    fn part_start(&self, hit: usize) -> usize {
        let lowest = hit.saturating_sub(AROUND_BYTES);
        if lowest <= self.floor {
            return self.floor;
        }
        let before = self.buffer.get(lowest..hit).unwrap_or_default();
        memchr::memchr(b' ', before).map_or(lowest, |blank| lowest + blank + 1)
    }

    /// Where the part ends: well after its last hit, not within a word; `None` until enough bytes
    /// are available.
    fn part_end(&mut self, from: usize, hit: usize, is_last: bool) -> Option<usize> {
        let mut to = hit + AROUND_BYTES;
        loop {
            if let Some(end) = self.terminator(hit, self.end.min(to)) {
                return Some(end);
            }
            if to + LOOKAHEAD > self.end && !is_last {
                return None;
            }
            to = to.min(self.end);
            match self.last_hit_before(to) {
                Some(last) if last + AROUND_BYTES > to && to < self.end.min(from + PART_BYTES) => {
                    to = last + AROUND_BYTES;
                }
                _ => break,
            }
        }
        let tail = self.buffer.get(hit..to)?;
        let blank = memchr::memrchr(b' ', tail).map(|at| hit + at + 1);
        Some(blank.filter(|blank| to < self.end && *blank > hit).unwrap_or(to))
    }

    /// The last hit before `end`, without moving there.
    fn last_hit_before(&mut self, end: usize) -> Option<usize> {
        let (start, hits) = (self.at, self.hits);
        let mut last = None;
        while let Some(hit) = self.hit_before(end) {
            last = Some(hit);
            self.at = hit + 1;
        }
        (self.at, self.hits) = (start, hits);
        last
    }

    /// Marks everything before `to` as done.
    fn go_to(&mut self, to: usize, is_line_start: bool) {
        self.at = to;
        self.floor = to;
        self.floor_is_start = is_line_start;
    }

    /// Counts the lines up to `place`, which is the start of a line or within one.
    fn count_to(&mut self, place: usize) {
        let text = self.buffer.get(self.counted..place).unwrap_or_default();
        let feeds = memchr::memchr_iter(b'\n', text).count();
        let is_lone = |at: &usize| self.buffer.get(self.counted + at + 1) != Some(&b'\n');
        let returns = memchr::memchr_iter(b'\r', text).filter(is_lone).count();
        self.line += (feeds + returns) as u64;
        self.counted = place;
    }

    /// Drops the first `bytes` bytes of the buffer.
    fn forget(&mut self, bytes: usize) {
        self.count_to(self.counted.max(bytes));
        if self.floor < bytes {
            self.floor_is_start = false;
            self.has_gap = true;
        }
        self.buffer.copy_within(bytes..self.end, 0);
        self.end -= bytes;
        self.complete = self.complete.saturating_sub(bytes);
        self.at -= bytes;
        self.floor = self.floor.saturating_sub(bytes);
        self.counted -= bytes;
        if let Some(hits) = &mut self.hits {
            hits.shift(bytes);
        }
    }
}

#[cfg(test)]
mod tests;
