//! What a person sees: a program in a tmux of its own, as tmux draws it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::DEADLINE;
use crate::home::Home;

/// A screen with a program on it; dropping it ends the program.
#[derive(Debug)]
pub struct Screen<'a> {
    home: &'a Home,
    socket: PathBuf,
}

#[expect(clippy::must_use_candidate, reason = "often it is enough to have waited")]
impl<'a> Screen<'a> {
    /// Runs a shell command line on a screen of this size. The screen stays when the command has
    /// ended.
    #[must_use]
    pub fn start(home: &'a Home, (columns, rows): (u16, u16), line: &str) -> Self {
        // A tmux server that is shutting down may still hold its socket.
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let screen = Self { home, socket: home.path(format!(".run/screen-{number}")) };
        let (columns, rows) = (columns.to_string(), rows.to_string());
        let size = ["-x", columns.as_str(), "-y", rows.as_str()];
        screen.tmux(&[&["-f", "/dev/null", "new-session", "-d"][..], &size, &["cat"]].concat());
        screen.tmux(&["set-option", "-g", "remain-on-exit", "on"]);
        screen.tmux(&["set-option", "-g", "remain-on-exit-format", ""]);
        screen.tmux(&["respawn-pane", "-k", line]);
        screen
    }

    fn tmux(&self, arguments: &[&str]) -> String {
        let socket = self.socket.display().to_string();
        let tmux = self.home.peer("tmux").args(["-u", "-S", &socket]);
        tmux.args(arguments.iter().copied()).run().quiet_success()
    }

    /// Types text literally.
    pub fn type_text(&self, text: &str) {
        self.tmux(&["send-keys", "-l", text]);
    }

    /// Presses a key, by tmux's name for it: `Enter`, `C-c`.
    pub fn press(&self, key: &str) {
        self.tmux(&["send-keys", key]);
    }

    /// Changes the size of the screen.
    pub fn resize(&self, columns: u16, rows: u16) {
        let (columns, rows) = (columns.to_string(), rows.to_string());
        self.tmux(&["resize-window", "-x", &columns, "-y", &rows]);
    }

    /// The rows, without the empty ones at the end.
    #[must_use]
    pub fn text(&self) -> String {
        let text = self.tmux(&["capture-pane", "-p"]);
        format!("{}\n", text.trim_end())
    }

    /// The lines as the program wrote them, with lines that the screen wrapped joined again.
    #[must_use]
    pub fn lines(&self) -> String {
        let text = self.tmux(&["capture-pane", "-p", "-J"]);
        text.trim_end().lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
    }

    /// Waits until the screen shows this text; returns the whole screen.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(text, |screen| screen.contains(text))
    }

    /// Waits until the program has ended; returns its last screen.
    pub fn wait_for_end(&self) -> String {
        let deadline = Instant::now() + DEADLINE;
        while self.tmux(&["display-message", "-p", "#{pane_dead}"]).trim() != "1" {
            assert!(Instant::now() < deadline, "still running:\n{}", self.text());
        }
        self.text()
    }

    /// Waits until the screen satisfies `such`; returns it.
    pub fn wait_until(&self, what: &str, such: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let screen = self.text();
            if such(&screen) {
                return screen;
            }
            assert!(Instant::now() < deadline, "{what} is not on the screen:\n{screen}");
        }
    }
}

impl Drop for Screen<'_> {
    fn drop(&mut self) {
        let socket = self.socket.display().to_string();
        // It may have ended already.
        let _ = self.home.peer("tmux").args(["-S", &socket, "kill-server"]).run();
    }
}
