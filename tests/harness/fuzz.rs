//! Damaged input for readers: the same in every run, briefly in CI, by hand for as long as `cargo
//! xtask fuzz` says.
//!
//! A fuzz target is a test whose name begins with `fuzz_`:
//!
//! ```no_run
//! harness::fuzz::damaged(&[b"[host]:22 ssh-ed25519 AAAA\n"], |bytes| {
//!     let _ = std::str::from_utf8(bytes); // the reader; it must not panic and must not take long
//! });
//! ```

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::thread;
use std::time::{Duration, Instant};

/// The number of inputs in a CI run.
const ROUNDS: usize = 2_000;

/// Time allowed per input: a second, and more for a busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(5);

/// Longer inputs are truncated, so that growth by copying has a limit.
const LONGEST: usize = 64 * 1024;

/// Bytes that confuse readers more often than others.
const AWKWARD: [u8; 16] = *b"\0\x01\x7f\x80\xff\xfe\xef\r\n\t \"\\-9=";

/// Calls `check` with each seed unchanged, and then with damaged ones. Shows a failing input on
/// standard error.
pub fn damaged(seeds: &[&[u8]], check: impl FnMut(&[u8])) {
    damaged_at_least(ROUNDS, seeds, check);
}

/// Calls `check` like [`damaged`], with the files of a folder of `tests/fixtures` as seeds.
pub fn kept(folder: &str, check: impl FnMut(&[u8])) {
    let folder = crate::workspace::fixture(folder);
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|file| file.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect();
    files.sort_unstable();
    let seeds: Vec<Vec<u8>> =
        files.iter().map(|file| fs::read(file).expect("it can be read")).collect();
    damaged(&seeds.iter().map(Vec::as_slice).collect::<Vec<_>>(), check);
}

/// Like [`damaged`], with this many damaged inputs in a CI run.
pub fn damaged_at_least(rounds: usize, seeds: &[&[u8]], mut check: impl FnMut(&[u8])) {
    assert!(!seeds.is_empty(), "there is nothing to damage");
    for seed in seeds {
        check_one(seed, &mut check);
    }
    let end = env::var("FUZZ_SECONDS").ok().map(|seconds| {
        Instant::now() + Duration::from_secs(seconds.parse().expect("FUZZ_SECONDS is a number"))
    });
    let mut rng = Rng(0x9e37_79b9_7f4a_7c15);
    let mut round = 0;
    while end.map_or(round < rounds, |end| Instant::now() < end) {
        let mut input = rng.pick(seeds).to_vec();
        for _ in 0..=rng.below(4) {
            damage(&mut input, seeds, &mut rng);
        }
        input.truncate(LONGEST);
        check_one(&input, &mut check);
        round += 1;
    }
}

fn check_one(input: &[u8], check: &mut impl FnMut(&[u8])) {
    let shown = ShownOnPanic(input);
    let start = Instant::now();
    check(input);
    assert!(start.elapsed() < TIME_LIMIT, "took {:?}", start.elapsed());
    drop(shown);
}

struct ShownOnPanic<'a>(&'a [u8]);

impl Drop for ShownOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            // The test fails by the panic itself.
            let _ = writeln!(io::stderr(), "the input was: b\"{}\"", self.0.escape_ascii());
        }
    }
}

fn damage(input: &mut Vec<u8>, seeds: &[&[u8]], rng: &mut Rng) {
    let start = rng.below(input.len() + 1);
    let end = start + rng.below((input.len() - start).min(64) + 1);
    match rng.below(7) {
        0 => input.truncate(start),
        1 => drop(input.drain(start..end)),
        2 => {
            let copy = input.get(start..end).unwrap_or_default().to_vec();
            drop(input.splice(start..start, copy));
        }
        3 => input.insert(start, *rng.pick(&AWKWARD)),
        4 => {
            let other = rng.pick(seeds).to_vec();
            input.truncate(start);
            input.extend(other.iter().skip(rng.below(other.len() + 1)));
        }
        5 => {
            if let Some(byte) = input.get_mut(start) {
                *byte = *rng.pick(&AWKWARD);
            }
        }
        _ => {
            if let Some(byte) = input.get_mut(start) {
                *byte ^= 1 << rng.below(8);
            }
        }
    }
}

/// xorshift64 (Marsaglia 2003): the same numbers in every run.
struct Rng(u64);

impl Rng {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound.max(1)
    }

    fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        choices.get(self.below(choices.len())).expect("there is something to pick from")
    }
}
