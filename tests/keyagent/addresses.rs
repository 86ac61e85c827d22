//! Where the agent listens, and how it is found, in unusual environments.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use harness::agent::Agent;
use harness::home::Home;
use harness::invocation::Finished;

use super::{key, keyagent};

/// A user without any files here.
const STRANGER: u32 = 65534;

/// `keyagent …` with this runtime folder and this temporary folder.
fn run(home: &Home, runtime: &Path, temporary: &Path, words: &[&str]) -> Finished {
    let keyagent = home.tool("keyagent").args(words.to_vec());
    keyagent.env("XDG_RUNTIME_DIR", runtime).env("TMPDIR", temporary).run()
}

fn folder(path: PathBuf) -> PathBuf {
    fs::create_dir_all(&path).expect("the name is free");
    path
}

/// After `su` and `sudo` the variable may name another user's folder, or one that is not there.
#[test]
fn a_runtime_folder_of_another_user_is_not_used() {
    let home = Home::new();
    key(&home, "ed25519", "id", "");
    let temporary = folder(home.path("tmp"));
    let [theirs, shared] = ["theirs", "shared"].map(|name| folder(home.path(name)));
    chown(&theirs, Some(STRANGER), Some(STRANGER)).expect("root may give it away");
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o777)).expect("ours");
    let user = rustix::process::geteuid().as_raw();
    let socket = temporary.join(format!("keyagent-{user}/agent.sock"));
    for runtime in [theirs, shared, home.path("missing")] {
        assert_eq!(run(&home, &runtime, &temporary, &["add", "id"]).quiet_success(), "");
        let status = run(&home, &runtime, &temporary, &["status"]).quiet_success();
        assert!(status.contains(&format!("\nlistens at {}\n", socket.display())), "{status}");
        assert_eq!(run(&home, &runtime, &temporary, &["stop"]).quiet_success(), "");
        assert!(!runtime.join("keyagent").exists(), "{}", runtime.display());
    }
}

#[test]
fn a_folder_that_is_too_deep_for_a_socket_is_not_used() {
    let home = Home::new();
    key(&home, "ed25519", "id", "");
    let (deep, temporary) = (folder(home.path("x".repeat(120))), folder(home.path("tmp")));
    assert_eq!(run(&home, &deep, &temporary, &["add", "id"]).quiet_success(), "");
    let status = run(&home, &deep, &temporary, &["status"]).quiet_success();
    assert!(status.contains(&format!("\nlistens at {}", temporary.display())), "{status}");
    assert_eq!(run(&home, &deep, &temporary, &["stop"]).quiet_success(), "");
    let socket = deep.join("agent.sock").display().to_string();
    assert_eq!(
        home.tool("keyagent").args(["start", "--socket", &socket]).run().failure(1),
        format!(
            "keyagent: cannot start the agent at `{socket}`: the path is too long for a socket\n"
        )
    );
}

#[test]
fn a_place_that_does_not_exist_is_named() {
    let home = Home::new();
    let said = home.tool("keyagent").args(["start", "--socket", "/nowhere/agent.sock"]).run();
    assert_eq!(
        said.failure(1),
        "keyagent: cannot start the agent at `/nowhere/agent.sock`: No such file or directory\n"
    );
}

/// The agent of a session that has ended is still named in its shells.
#[test]
fn ours_is_used_when_the_agent_in_the_variable_has_gone() {
    let home = Home::new();
    key(&home, "ed25519", "id", "");
    let gone = home.path("gone").display().to_string();
    let with_variable = |words: &[&str]| {
        home.tool("keyagent").args(words.to_vec()).env("SSH_AUTH_SOCK", &gone).run()
    };
    // It could not tell.
    let _ = with_variable(&["status"]).failure(2);
    assert_eq!(
        with_variable(&["list"]).failure(1),
        format!(
            "keyagent: cannot ask the agent: the agent at `{gone}` does not answer: No such file or \
             directory\nkeyagent: hint: SSH_AUTH_SOCK leads there; `keyagent env` shows where \
             keyagent listens, and `keyagent start` starts it\n"
        )
    );
    assert_eq!(with_variable(&["env"]).code(), 1, "ours does not run either");
    for _ in 0..2 {
        assert_eq!(with_variable(&["add", "id"]).quiet_success(), "");
    }
    let shown = with_variable(&["env", "--shell", "sh"]).quiet_success();
    let socket = home.path(".run/keyagent/agent.sock");
    let expected = format!("SSH_AUTH_SOCK={}; export", socket.display());
    assert!(shown.starts_with(&expected), "{shown}");
    let line = "eval \"$(keyagent env)\"; keyagent list";
    let listed = home.shell(line).env("SSH_AUTH_SOCK", &gone).run().quiet_success();
    assert_eq!(listed.lines().count(), 1, "{listed}");
    keyagent(&home, ["stop"]);
}

#[test]
fn a_home_that_is_missing_hinders_nothing() {
    let home = Home::new();
    key(&home, "ed25519", "id", "");
    let add = home.tool("keyagent").args(["add", "id"]);
    assert_eq!(add.env_remove("HOME").run().quiet_success(), "");
    let list = home.tool("keyagent").arg("list").env("HOME", "/nowhere");
    assert!(list.run().quiet_success().ends_with(" ssh-ed25519 id\n"));
    keyagent(&home, ["stop"]);
}

/// Each names the other one before it, and neither waits for the other.
#[test]
fn agents_that_name_each_other_do_not_ask_in_a_circle() {
    let mut home = Home::new();
    key(&home, "ed25519", "id", "");
    let outer = Agent::openssh(&home);
    let real = outer.socket().display().to_string();
    let [one, two] = ["one", "two"].map(|name| home.path(name).display().to_string());
    let start = |socket: &str, before: &str| {
        let start = home.tool("keyagent").args(["start", "--socket", socket]);
        assert_eq!(start.env("SSH_AUTH_SOCK", before).run().code(), 0);
    };
    let status = |socket: &str| -> serde_json::Value {
        let said = home.tool("keyagent").args(["status", "--json"]).env("SSH_AUTH_SOCK", socket);
        serde_json::from_str(&said.run().quiet_success()).expect("an object")
    };
    start(&one, &real);
    start(&two, &one);
    assert_eq!(
        (&status(&one)["upstream"], &status(&two)["upstream"]),
        (&real.as_str().into(), &real.as_str().into())
    );
    let stop = |socket: &str| home.tool("keyagent").arg("stop").env("SSH_AUTH_SOCK", socket).run();
    assert_eq!(stop(&one).quiet_success(), "");
    start(&one, &two);
    assert_eq!(status(&one)["upstream"], real.as_str());
    assert_eq!(stop(&one).quiet_success(), "");
    // Its own socket under another name.
    let other = home.path("other").display().to_string();
    std::os::unix::fs::symlink(&one, &other).expect("the name is free");
    start(&one, &other);
    assert_eq!(status(&one)["upstream"], serde_json::Value::Null);
    home.set("SSH_AUTH_SOCK", &one);
    keyagent(&home, ["add", "id"]);
    assert_eq!(keyagent(&home, ["list"]).lines().count(), 1);
    keyagent(&home, ["stop"]);
    home.set("SSH_AUTH_SOCK", &two);
    keyagent(&home, ["stop"]);
    drop(outer);
}
