//! `--follow`: logs that grow, are truncated, are replaced, or come through a pipe.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use harness::home::Home;
use harness::invocation::{Invocation, Running};

const ANNOUNCEMENT: &str = "Username: ada, public IP: 203.0.113.7\n";

fn follow(home: &Home, arguments: &[&str]) -> Invocation {
    home.tool("joblog-parse").args(["--follow", "--timeout", "60s"]).args(arguments.to_vec())
}

fn append(home: &Home, name: &str, text: &str) {
    let path = home.path(name);
    let mut file = OpenOptions::new().append(true).open(path).expect("the log is there");
    file.write_all(text.as_bytes()).expect("the log can be written");
}

/// Waits until the program has read so many bytes of the log, as the kernel counts them.
fn wait_for_reading(running: &Running, bytes: u64) {
    let counts = format!("/proc/{}/fdinfo", running.id());
    harness::until(&format!("{bytes} bytes are read"), || {
        let files = fs::read_dir(&counts).into_iter().flatten().flatten();
        files.filter_map(|file| fs::read_to_string(file.path()).ok()).any(|info| {
            info.lines().next().and_then(|line| line.strip_prefix("pos:")?.trim().parse().ok())
                == Some(bytes)
        })
    });
}

#[test]
fn an_announcement_that_is_there_ends_at_once() {
    let home = Home::new();
    home.write("log", ANNOUNCEMENT);
    assert_eq!(follow(&home, &["log"]).run().quiet_success(), "ada@203.0.113.7\n");
}

#[test]
fn a_growing_file_is_followed() {
    let home = Home::new();
    home.write("log", "starting\n");
    let running = follow(&home, &["log"]).start();
    wait_for_reading(&running, 9);
    append(&home, "log", ANNOUNCEMENT);
    assert_eq!(running.finish().quiet_success(), "ada@203.0.113.7\n");
}

#[test]
fn half_a_line_is_waited_for() {
    let home = Home::new();
    home.write("log", "ssh ada@203.0.113.7");
    let running = follow(&home, &["log"]).start();
    wait_for_reading(&running, 19);
    append(&home, "log", "5\n");
    assert_eq!(running.finish().quiet_success(), "ada@203.0.113.75\n");
}

#[test]
fn a_file_that_is_not_there_yet_is_waited_for() {
    let home = Home::new();
    let running = follow(&home, &["log"]).start();
    home.write("log", ANNOUNCEMENT);
    assert_eq!(running.finish().quiet_success(), "ada@203.0.113.7\n");
}

#[test]
fn truncation_is_survived() {
    let home = Home::new();
    home.write("log", "a long beginning of a log without any announcement in it at all\n");
    let running = follow(&home, &["log"]).start();
    wait_for_reading(&running, 64);
    home.write("log", ANNOUNCEMENT);
    assert_eq!(running.finish().quiet_success(), "ada@203.0.113.7\n");
}

#[test]
fn a_file_that_was_written_anew_and_is_longer_is_read_from_its_beginning() {
    let home = Home::new();
    home.write("log", "a short beginning\n");
    let running = follow(&home, &["log"]).start();
    wait_for_reading(&running, 18);
    home.write("log", format!("{ANNOUNCEMENT}{}", "and a long text after it\n".repeat(20)));
    assert_eq!(running.finish().quiet_success(), "ada@203.0.113.7\n");
}

/// Runs on a log, and replaces it with another one once the first has been read.
fn followed_over(
    before: &str,
    rewrite: impl FnOnce(&Home) -> PathBuf,
    arguments: &[&str],
) -> String {
    let home = Home::new();
    home.write("log", before);
    let running = follow(&home, arguments).start();
    wait_for_reading(&running, before.len() as u64);
    rewrite(&home);
    running.finish().quiet_success().clone()
}

#[test]
fn a_log_of_equal_lines_that_is_written_anew_past_its_old_end_is_another_one() {
    let waiting = "waiting for nodes ........\n";
    for (before, rest) in [(100, 300), (10_000, 20_000)] {
        let before = waiting.repeat(before);
        let (first, line) = (before.len() / waiting.len() / 2, ANNOUNCEMENT.trim_end());
        // Each is three lines long, so that all others keep their positions.
        let announcement = format!("{line:<80}\n");
        let after = [&waiting.repeat(first), &announcement, &waiting.repeat(rest)]
            .map(String::as_str)
            .concat();
        let target = followed_over(&before, |home| home.write("log", after), &["log"]);
        assert_eq!(target, "ada@203.0.113.7\n", "{first} lines before it");
    }
}

#[test]
fn a_log_that_is_written_anew_to_the_same_length_is_another_one() {
    let before = format!("{:<40}\n{:<80}\n", "starting", "waiting for nodes");
    let after = format!("{:<40}\n{:<80}\n", ANNOUNCEMENT.trim_end(), "ready");
    let target = followed_over(&before, |home| home.write("log", after), &["log"]);
    assert_eq!(target, "ada@203.0.113.7\n");
}

#[test]
fn what_a_log_said_before_it_was_written_anew_or_replaced_is_forgotten() {
    let before = "ssh old@203.0.113.1\nCluster terminated\nUsername: old\n";
    let after = "Public IP: 203.0.113.9\n\nThe cluster is up.\nssh new@203.0.113.2\n";
    let write_anew = |home: &Home| home.write("log", after);
    let replace = |home: &Home| {
        home.write("other", after);
        fs::rename(home.path("other"), home.path("log")).expect("the log can be replaced");
        home.path("log")
    };
    for arguments in [&["log"][..], &["--first", "log"]] {
        assert_eq!(followed_over(before, write_anew, arguments), "new@203.0.113.2\n");
        assert_eq!(followed_over(before, replace, arguments), "new@203.0.113.2\n");
    }
    let explained = followed_over(before, replace, &["--explain", "log"]);
    assert!(explained.contains("new@203.0.113.2") && !explained.contains("old"), "{explained}");
}

#[test]
fn rotation_is_survived_and_halves_are_kept() {
    let home = Home::new();
    home.write("log", "Username: ada\n");
    let running = follow(&home, &["log"]).start();
    wait_for_reading(&running, 14);
    fs::rename(home.path("log"), home.path("log.1")).expect("the log can be renamed");
    home.write("log", "a new log\nPublic IP: 203.0.113.7\n");
    assert_eq!(running.finish().quiet_success(), "ada@203.0.113.7\n");
}

#[test]
fn a_cluster_that_has_ended_is_not_taken() {
    let home = Home::new();
    home.write("log", "ssh old@203.0.113.1\nCluster terminated\n");
    let running = follow(&home, &["log"]).start();
    wait_for_reading(&running, 39);
    append(&home, "log", "ssh new@203.0.113.2\n");
    assert_eq!(running.finish().quiet_success(), "new@203.0.113.2\n");
}

#[test]
fn a_block_is_taken_whole() {
    let home = Home::new();
    home.write("log", "Host head\n  HostName 203.0.113.4\n  User ada\n  Port 2222\n");
    assert_eq!(follow(&home, &["log"]).run().quiet_success(), "ada@203.0.113.4:2222\n");
}

#[test]
fn a_pipe_is_followed_while_it_is_open() {
    let home = Home::new();
    let mut running = follow(&home, &[]).stdin_open().start();
    running.send("starting\n");
    running.send(ANNOUNCEMENT);
    // The pipe is still open.
    harness::until("it ends", || running.has_ended());
    assert_eq!(running.finish().quiet_success(), "ada@203.0.113.7\n");
}

#[test]
fn the_end_of_a_pipe_is_the_end() {
    let home = Home::new();
    let closed = follow(&home, &[]).stdin("nothing here\n").run();
    assert!(closed.failure(1).starts_with("joblog-parse: no login found in the log\n"));
    let last = follow(&home, &[]).stdin("ssh ada@203.0.113.7").run();
    assert_eq!(last.quiet_success(), "ada@203.0.113.7\n");
    let all = follow(&home, &["--all"])
        .stdin("ssh a@203.0.113.7\nssh b@203.0.113.7\nssh a@203.0.113.7\n")
        .run();
    assert_eq!(all.quiet_success(), "a@203.0.113.7\nb@203.0.113.7\n");
}

#[test]
fn a_timeout_ends_following() {
    let home = Home::new();
    home.write("log", "starting\n");
    let run = home.tool("joblog-parse").args(["-f", "--timeout", "200ms", "log"]).run();
    assert_eq!(
        run.failure(1),
        "joblog-parse: no login found in the log within 0.2 s\njoblog-parse: hint: --explain \
         lists the candidates so far\n"
    );
}

#[test]
fn a_compressed_file_is_not_followed() {
    let home = Home::new();
    home.write("log", [0x1f, 0x8b, 8, 0, 0]);
    assert_eq!(
        follow(&home, &["log"]).run().failure(1),
        "joblog-parse: cannot read `log`: a compressed file does not grow; leave out --follow\n"
    );
}

#[test]
fn a_terminal_shows_that_it_waits() {
    let home = Home::new();
    home.write("log", "starting\n");
    let mut terminal = follow(&home, &["log"]).on_terminal();
    terminal.expect("waiting for a login in the log 0:0");
    append(&home, "log", ANNOUNCEMENT);
    let left = terminal.finish();
    assert!(left.screen.ends_with("\r\u{1b}[Kada@203.0.113.7\r\n"), "{:?}", left.screen);
}

#[test]
fn a_service_is_waited_for_where_one_is_wanted() {
    for arguments in [&["--json", "--until", "service"][..], &["-o", "forwards"]] {
        let home = Home::new();
        home.write("log", ANNOUNCEMENT);
        let running = follow(&home, &[arguments, &["log"]].concat()).start();
        wait_for_reading(&running, ANNOUNCEMENT.len() as u64);
        append(&home, "log", "TensorBoard 2.15.1 at http://node07:6006/\n");
        let said = running.finish().quiet_success();
        assert!(said.contains("node07") && said.contains("6006"), "{said}");
    }
}
