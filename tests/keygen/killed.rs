//! Nothing is lost: `keygen` is killed at every system call that touches a file, and each time a
//! complete key exists.

use std::os::unix::process::ExitStatusExt as _;

use harness::home::Home;
use rustix::process::Signal;

/// The calls that open, write, sync, rename and remove files.
const CALLS: [&str; 11] = [
    "openat",
    "write",
    "fsync",
    "close",
    "link",
    "linkat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
];

/// Runs the tool and kills it at its `when`th call of this name. Returns false if it made fewer
/// calls and ended by itself.
fn is_killed(home: &Home, (call, when): (&str, usize), arguments: &[&str]) -> bool {
    let inject = format!("inject={call}:signal=KILL:when={when}");
    let tool = harness::programs::under_test("keygen");
    let traced = home.peer("strace").args(["-f", "-o", "/dev/null", "-e", &inject]).arg(tool);
    let finished = traced.args(arguments.iter().copied()).run();
    let killed = finished.status.signal() == Some(Signal::KILL.as_raw());
    assert!(killed || finished.code() == 0, "{finished:#?}");
    killed
}

#[test]
fn a_changed_passphrase_leaves_the_old_file_or_the_whole_new_one() {
    let home = Home::new();
    home.write("one", "one");
    home.write("two", "two");
    let made = home.tool("keygen").args(["-t", "ed25519", "-o", "id", "--passphrase-file", "one"]);
    let line = made.args(["--rounds", "1"]).run().quiet_success();
    let whole = home.read("id");
    let by_ssh =
        |secret: &str| home.peer("ssh-keygen").args(["-y", "-P", secret, "-f", "id"]).run();

    let mut survived = [0, 0];
    for call in CALLS {
        for when in 1.. {
            home.write("id", &whole);
            let arguments =
                ["passphrase", "id", "--passphrase-file", "one", "--new-passphrase-file", "two"];
            let killed =
                is_killed(&home, (call, when), &[&arguments[..], &["--rounds", "1"]].concat());
            let new = home.read("id") != whole;
            assert_eq!(
                by_ssh(if new { "two" } else { "one" }).quiet_success(),
                line,
                "{call} {when}"
            );
            if !killed {
                break;
            }
            survived[usize::from(new)] += 1;
        }
    }
    // Before the rename the old file is there; when its folder is closed, the new one.
    assert!(survived[0] > 10 && survived[1] > 0, "{survived:?}");
}

#[test]
fn a_conversion_leaves_what_was_there_or_the_whole_new_file() {
    let home = Home::new();
    let keygen = |arguments: &[&str]| {
        home.tool("keygen").args(arguments.iter().copied()).run().quiet_success()
    };
    let line = keygen(&["-t", "ed25519", "-o", "id.ppk", "--no-passphrase", "-C", ""]);
    let _ = keygen(&["-t", "ecdsa", "-o", "out", "--no-passphrase"]);
    let (key, before) = (home.read("id.ppk"), home.read("out"));
    let mut survived = [0, 0];
    for call in CALLS {
        for when in 1.. {
            home.write("out", &before);
            let killed =
                is_killed(&home, (call, when), &["convert", "id.ppk", "-o", "out", "--force"]);
            assert_eq!(home.read("id.ppk"), key);
            let new = home.read("out") != before;
            if new {
                let judged = home.peer("ssh-keygen").args(["-yf", "out"]).run();
                assert_eq!(judged.quiet_success(), line, "{call} {when}");
            }
            if !killed {
                break;
            }
            survived[usize::from(new)] += 1;
        }
    }
    assert!(survived[0] > 10 && survived[1] > 0, "{survived:?}");
}

#[test]
fn a_new_key_is_there_whole_or_not_at_all() {
    let home = Home::new();
    for call in CALLS {
        for when in 1.. {
            for name in home.names() {
                std::fs::remove_file(home.path(name)).expect("ours");
            }
            let killed =
                is_killed(&home, (call, when), &["-t", "ed25519", "-o", "id", "--no-passphrase"]);
            if home.names().contains(&"id".to_owned()) {
                let _ = home.peer("ssh-keygen").args(["-yf", "id"]).run().quiet_success();
            }
            if !killed {
                assert_eq!(home.names(), ["id", "id.pub"]);
                break;
            }
        }
    }
}
