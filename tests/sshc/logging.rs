//! What `-E`, `-v` and `--log-json` record.

use serde_json::{Value, json};

use super::Site;

#[test]
fn the_log_has_what_could_be_read_and_grows() {
    let site = Site::new();
    site.home.write("session.log", "an older session\n");
    let target = site.sshd.target();
    let command = "printf '\\033[1mbold\\033[0m\\n'; echo to err >&2";
    let finished = site.sshc(["--log", "session.log", &target, command]).run();
    assert_eq!(finished.stdout(), "\u{1b}[1mbold\u{1b}[0m\n", "the screen has it all");
    let log = site.home.read_text("session.log");
    let mut lines: Vec<&str> = log.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["an older session", "bold", "to err"]);
}

#[test]
fn scripts_read_what_happened_in_json() {
    let site = Site::new();
    let target = site.sshd.target();
    let results = |options: &[&str], code: i32| -> Vec<Value> {
        let ran = site.sshc(["--log-json", "happened.jsonl"]).args(options.iter().copied()).run();
        assert_eq!(ran.code(), code, "{}", ran.stderr());
        let log = site.home.read_text("happened.jsonl");
        assert!(log.is_ascii());
        let lines = log.lines().map(|line| serde_json::from_str(line).expect("a line of JSON"));
        let lines = lines.map(|mut line: Value| {
            let start = line["time_ms"].take().as_u64().zip(line["elapsed_ms"].take().as_u64());
            assert!(start.is_some_and(|(time, elapsed)| elapsed < 60_000 && time > elapsed));
            let fields = line.as_object_mut().expect("an object");
            fields.retain(|_, value| !value.is_null());
            line
        });
        lines.collect()
    };
    let info = |message: String| json!({ "level": "info", "message": message });
    let ended = |status: i32| json!({ "level": "info", "message": format!("exit status {status}"), "status": status });
    let first = results(&[&target, "exit 3"], 3);
    let (user, place) = (site.sshd.user(), site.sshd.address());
    assert_eq!(first.first(), Some(&info(format!("connecting to {place}"))));
    assert!(first.contains(&info(format!("logged in to {place} as {user}"))), "{first:?}");
    assert_eq!(first.last(), Some(&ended(3)));
    // The file grows, and a failure stands before the status.
    let second =
        results(&["--host-key", &format!("SHA256:{}", "A".repeat(43)), &target, "true"], 255);
    assert!(second.starts_with(&first) && second.len() > first.len() + 1);
    let [.., failure, status] = &second[..] else { panic!("{second:?}") };
    let message = failure["message"].as_str().expect("text");
    assert!(failure["level"] == "error" && message.contains("host key"), "{failure}");
    let mut refused = ended(255);
    refused["reason"] = json!("host-key-changed");
    assert_eq!(*status, refused);
}

#[test]
fn a_log_that_cannot_be_written_is_named() {
    let site = Site::new();
    let target = site.sshd.target();
    for option in ["--log", "--log-json"] {
        let nowhere = site.sshc([option, "no/where", &target, "echo ran"]).run().failure(255);
        assert_eq!(nowhere, "sshc: cannot write the log `no/where`: No such file or directory\n");
        let ran = site.sshc([option, "/dev/full", &target, "echo ran; exit 3"]).run();
        let expected = "sshc: cannot write the log `/dev/full`: No space left on device\n";
        // The user asked for the session's own log; the other log is only an addition.
        let code = if option == "--log" { 255 } else { 3 };
        assert_eq!((ran.stdout(), ran.stderr(), ran.code()), ("ran\n", expected, code));
    }
}
