//! Screens of real programs, as tmux draws them: the same through `sshc` as without it.

use std::path::PathBuf;
use std::time::Instant;

use harness::DEADLINE;

use super::Site;

/// The same program twice, each in a tmux of its own: locally, and remotely through `sshc`.
struct Twins<'a> {
    site: &'a Site,
    /// The screen that both showed last.
    shown: String,
    /// How often both have asked for input.
    asked: usize,
}

const TWINS: [&str; 2] = ["near", "far"];

impl<'a> Twins<'a> {
    fn start(site: &'a Site, program: &str) -> Self {
        let twins = Self { site, shown: String::new(), asked: 0 };
        // TERM comes from the local terminal; the rest is set as here.
        let far = format!(
            "sshc -F none --key id_ed25519 -t {} 'cd {} && export PATH=$PATH:/usr/games LC_ALL=C.UTF-8 && exec {program}'",
            site.sshd.target(),
            site.home.folder().display(),
        );
        for (name, command) in TWINS.into_iter().zip([program, &far]) {
            // The program starts only once all of its output is recorded.
            let command = format!("read begin; exec {command}");
            let options = ["-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24"];
            let new = [&options[..], &[&command]].concat();
            twins.tmux(name, &new);
            twins.tmux(name, &["pipe-pane", &format!("cat > {}", twins.kept(name).display())]);
        }
        twins.press(&["Enter"]);
        twins
    }

    fn kept(&self, name: &str) -> PathBuf {
        self.site.home.path(format!("{name}.kept"))
    }

    fn tmux(&self, name: &str, arguments: &[&str]) -> String {
        let socket = self.site.home.path(name).display().to_string();
        let tmux = self.site.home.peer("tmux").args(["-u", "-S", &socket]);
        tmux.args(arguments.iter().copied()).run().quiet_success()
    }

    /// Types the same for both, with tmux's names for keys.
    fn press(&self, keys: &[&str]) {
        for name in TWINS {
            self.tmux(name, &[&["send-keys", "-t", ":0"], keys].concat());
        }
    }

    fn screens(&self) -> [String; 2] {
        TWINS.map(|name| self.tmux(name, &["capture-pane", "-e", "-p", "-t", ":0"]))
    }

    /// Waits until both show the same screen, with this text on it.
    fn show(&self, text: &str) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let [near, far] = self.screens();
            if near.contains(text) && near == far {
                return;
            }
            assert!(Instant::now() < deadline, "{text}\nnear:\n{near}\nfar:\n{far}");
        }
    }

    /// Waits until both have asked one of these questions again and show the same screen; returns
    /// which question.
    fn agree(&mut self, questions: &[&str]) -> usize {
        self.asked += 1;
        let deadline = Instant::now() + DEADLINE;
        loop {
            let [near, far] = self.screens();
            let have_asked = TWINS.iter().all(|name| {
                let kept = std::fs::read(self.kept(name)).unwrap_or_default();
                let kept = String::from_utf8_lossy(&kept).into_owned();
                [NEXT, MENU].map(|it| kept.matches(it).count()).iter().sum::<usize>() == self.asked
            });
            let found = questions.iter().position(|text| near.contains(text));
            if let Some(found) = found.filter(|_| have_asked && near == far) {
                self.shown = near;
                return found;
            }
            assert!(Instant::now() < deadline, "{}\nnear:\n{near}\nfar:\n{far}", self.asked);
        }
    }
}

impl Drop for Twins<'_> {
    fn drop(&mut self) {
        for name in TWINS {
            let socket = self.site.home.path(name).display().to_string();
            // It ends by itself when the program has ended.
            let _ = self.site.home.peer("tmux").args(["-S", &socket, "kill-server"]).run();
        }
    }
}

const NEXT: &str = "Push <RETURN>";

const MENU: &str = "Enter choice number";

/// Goes through every screen of one of vttest's tests; returns their number.
fn walk(choice: &str) -> usize {
    let site = Site::new();
    let mut twins = Twins::start(&site, "vttest");
    twins.agree(&[MENU]);
    twins.press(&[choice, "Enter"]);
    let mut screens = 0;
    while twins.agree(&[NEXT, MENU]) == 0 {
        screens += 1;
        twins.press(&["Enter"]);
    }
    screens
}

#[test]
fn vttest_moves_the_cursor() {
    assert_eq!(walk("1"), 6);
}

#[test]
fn vttest_tries_the_features_of_the_screen() {
    assert!(walk("2") >= 14);
}

#[test]
fn vttest_draws_double_sizes() {
    assert!(walk("4") >= 2);
}

#[test]
fn vttest_gets_the_terminal_s_reports() {
    let site = Site::new();
    let mut twins = Twins::start(&site, "vttest");
    twins.agree(&[MENU]);
    twins.press(&["6", "Enter"]);
    twins.agree(&[MENU]);
    for (choice, answer) in [("3", "TERMINAL OK"), ("4", "means"), ("5", "Pp=")] {
        twins.press(&[choice, "Enter"]);
        twins.agree(&[NEXT]);
        assert!(twins.shown.contains(answer), "{choice}: {}", twins.shown);
        twins.press(&["Enter"]);
        twins.agree(&[MENU]);
    }
}

#[test]
fn vttest_draws_its_character_sets() {
    assert!(walk("3") >= 1);
}

#[test]
fn vttest_inserts_and_deletes() {
    assert!(walk("8") >= 10);
}

#[test]
fn less_shows_the_same_screens_as_with_ssh() {
    let site = Site::new();
    let lines: Vec<_> = (1..=200).map(|line| format!("{line:03} na\u{ef}ve \u{2713}\n")).collect();
    site.home.write("text", lines.concat());
    let twins = Twins::start(&site, "less -X text");
    twins.show("023 na");
    for (keys, shown) in [
        (&["Space"][..], "046 na"),
        (&["G"], "200 na"),
        (&["?", "1", "0", "0", "Enter"], "122 na"),
        (&["g"], "001 na"),
    ] {
        twins.press(keys);
        twins.show(shown);
    }
}
