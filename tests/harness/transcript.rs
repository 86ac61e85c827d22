//! Collects what a program writes, and waits for it to write something.

use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Instant;

use crate::DEADLINE;

/// A growing text that another thread collects; clones share it.
#[derive(Clone, Debug)]
pub struct Transcript {
    label: Arc<str>,
    shared: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Debug, Default)]
struct State {
    bytes: Vec<u8>,
    ended: bool,
}

impl Transcript {
    /// Collects everything from `source` until it ends; `label` names it in failures.
    #[must_use]
    pub fn of(label: impl Into<Arc<str>>, mut source: impl Read + Send + 'static) -> Self {
        let transcript = Self { label: label.into(), shared: Arc::default() };
        let writer = transcript.clone();
        thread::spawn(move || {
            let mut block = vec![0; 64 * 1024];
            // A terminal whose other side is closed ends with an error (EIO), where a pipe just
            // ends.
            while let Ok(read @ 1..) = source.read(&mut block) {
                writer.state().bytes.extend(block.iter().take(read));
                writer.shared.1.notify_all();
            }
            writer.state().ended = true;
            writer.shared.1.notify_all();
        });
        transcript
    }

    /// Everything so far.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.state().bytes.clone()
    }

    /// Everything so far, with invalid UTF-8 replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.state().bytes).into_owned()
    }

    /// Waits until it contains `text`.
    pub fn wait_for(&self, text: &str) {
        let _end = self.wait_for_after(0, text);
    }

    /// Waits until it contains `text` at or after the byte `start`; returns where the text ends.
    #[must_use]
    pub fn wait_for_after(&self, start: usize, text: &str) -> usize {
        let found = self.wait_until(|bytes, ended| match find(bytes, start, text.as_bytes()) {
            Some(end) => Some(Some(end)),
            None if ended => Some(None),
            None => None,
        });
        found.unwrap_or_else(|| self.fail(&format!("ended without {text:?}")))
    }

    /// Waits for any of `texts`; returns which came first.
    #[must_use]
    pub fn wait_for_any(&self, texts: &[&str]) -> usize {
        let found = self.wait_until(|bytes, ended| {
            let which = texts.iter().position(|text| find(bytes, 0, text.as_bytes()).is_some());
            which.map(Some).or(ended.then_some(None))
        });
        found.unwrap_or_else(|| self.fail(&format!("ended without any of {texts:?}")))
    }

    /// Waits until all writers have closed it; returns everything.
    #[must_use]
    pub fn wait_for_end(&self) -> Vec<u8> {
        self.wait_until(|bytes, ended| ended.then(|| bytes.to_vec()))
    }

    fn wait_until<T>(&self, mut done: impl FnMut(&[u8], bool) -> Option<T>) -> T {
        let deadline = Instant::now() + DEADLINE;
        let mut state = self.state();
        loop {
            if let Some(value) = done(&state.bytes, state.ended) {
                return value;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(state);
                self.fail("still does not hold what the test waits for");
            }
            let (next, _) = self.shared.1.wait_timeout(state, left).expect("no thread panicked");
            state = next;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().expect("no thread panicked")
    }

    fn fail(&self, what: &str) -> ! {
        let mut lines = String::new();
        for line in self.text().split('\n') {
            lines.extend(["\n  | ", &line.escape_debug().to_string()]);
        }
        panic!("{} {what}:{lines}", self.label)
    }
}

fn find(bytes: &[u8], start: usize, text: &[u8]) -> Option<usize> {
    let rest = bytes.get(start..)?;
    let at = rest.windows(text.len().max(1)).position(|window| window == text)?;
    Some(start + at + text.len())
}
