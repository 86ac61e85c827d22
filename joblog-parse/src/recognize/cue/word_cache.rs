//! Remembers the words looked up last, because a log repeats its words.

use std::cell::RefCell;

use super::Cue;

/// The number of words remembered, a power of two.
const SLOTS: usize = 1024;
/// Longer words are not remembered, and neither are words with more cues.
const WORD_BYTES: usize = 30;
const CUES: usize = 4;

/// A word and its cues.
#[derive(Clone, Copy)]
struct Slot {
    word: [u8; WORD_BYTES],
    bytes: u8,
    cues: [Cue; CUES],
    count: u8,
    is_known: bool,
}

const EMPTY: Slot =
    Slot { word: [0; WORD_BYTES], bytes: 0, cues: [Cue::Word; CUES], count: 0, is_known: false };

thread_local! {
    static MEMO: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
}

/// Adds the cues that `read` gives for a word to `out`.
pub(super) fn of(word: &str, out: &mut Vec<Cue>, read: fn(&str, &mut Vec<Cue>) -> bool) -> bool {
    if word.len() > WORD_BYTES {
        return read(word, out);
    }
    MEMO.with_borrow_mut(|memo| {
        if memo.is_empty() {
            memo.resize(SLOTS, EMPTY);
        }
        let Some(slot) = memo.get_mut(place(word.as_bytes())) else { return read(word, out) };
        let known = slot.word.get(..usize::from(slot.bytes)).unwrap_or_default();
        if known != word.as_bytes() || word.is_empty() {
            let first = out.len();
            let is_known = read(word, out);
            let cues = out.get(first..).unwrap_or_default();
            if cues.len() > CUES {
                return is_known;
            }
            slot.remember(word.as_bytes(), cues, is_known);
            return is_known;
        }
        out.extend_from_slice(slot.cues.get(..usize::from(slot.count)).unwrap_or_default());
        slot.is_known
    })
}

impl Slot {
    fn remember(&mut self, word: &[u8], cues: &[Cue], is_known: bool) {
        let bytes = |len: usize| u8::try_from(len).unwrap_or_default();
        if let (Some(to), Some(of)) =
            (self.word.get_mut(..word.len()), self.cues.get_mut(..cues.len()))
        {
            to.copy_from_slice(word);
            of.copy_from_slice(cues);
            (self.bytes, self.count, self.is_known) =
                (bytes(word.len()), bytes(cues.len()), is_known);
        }
    }
}

/// The slot of a word.
fn place(word: &[u8]) -> usize {
    let mut hash = word.len() as u64;
    for chunk in word.chunks(8) {
        let mut eight = [0; 8];
        for (to, from) in eight.iter_mut().zip(chunk) {
            *to = *from;
        }
        hash =
            (hash.rotate_left(5) ^ u64::from_le_bytes(eight)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    usize::try_from(hash >> 54).unwrap_or_default() % SLOTS
}
