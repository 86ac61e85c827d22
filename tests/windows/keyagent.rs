//! `keyagent.exe`: a single agent serves every address at which Windows programs look for one.

mod prompts;
mod shells;
mod socket_file;
mod tokens;
mod window;

use std::env;
use std::fs;
use std::path::PathBuf;

use harness::home::Home;
use harness::invocation::Invocation;
use harness::sshd::Sshd;
use serde_json::Value;

use crate::agents::{Bridged, with};
use crate::login::{echo, key_pair};
use crate::wine;

const OPENSSH: &str = r"\\.\pipe\openssh-ssh-agent";

/// The pipe name that PuTTY's programs look for if the system encrypts nothing, as with Wine 8.
const HASH: &str = "2e9e7389b30cd8240bf15518e9a228d6537dc38d64b2070a189ca2fe5452d492";

/// A request for the keys, and an answer without keys.
const LIST: [u8; 5] = [0, 0, 0, 1, 11];
const NO_KEYS: [u8; 9] = [0, 0, 0, 5, 12, 0, 0, 0, 0];

/// Our agent, which `keyagent.exe` has left running in the background.
struct Ours<'a> {
    home: &'a Home,
}

impl<'a> Ours<'a> {
    /// Started by adding the first key.
    fn with_key(home: &'a Home, key: &str) -> Self {
        assert_eq!(leave_running(home, &["add", key]).run().stdout(), "");
        assert_eq!(home.read_text("said"), "");
        Self { home }
    }

    fn start(home: &'a Home, options: &[&str]) -> Self {
        let started = leave_running(home, &[&["start"], options].concat()).run();
        assert_eq!(started.code(), 0, "{}", home.read_text("said"));
        Self { home }
    }

    /// Runs `keyagent.exe …`, which must succeed without a message.
    fn says<const N: usize>(&self, arguments: [&str; N]) -> String {
        keyagent(self.home).args(arguments).run().quiet_success()
    }

    fn status(&self) -> Value {
        serde_json::from_str(&self.says(["status", "--json"])).expect("it is JSON")
    }

    /// The addresses at which it says that it listens.
    fn places(&self) -> Vec<String> {
        let status = self.status();
        let places = status["places"].as_array().expect("a list").iter();
        places.map(|place| place.as_str().expect("a text").to_owned()).collect()
    }

    /// Our own pipe.
    fn pipe(&self) -> String {
        self.places().into_iter().next().expect("it has a place")
    }
}

impl Drop for Ours<'_> {
    fn drop(&mut self) {
        // A failed test may have stopped it.
        let _ = keyagent(self.home).arg("stop").run();
    }
}

/// `keyagent.exe …`, which leaves an agent running. Under Wine such programs always inherit
/// standard error, so standard error is a file here.
fn leave_running(home: &Home, words: &[&str]) -> Invocation {
    let words = words.join(" ");
    wine::shell(home, &format!("exec wine \"$PROGRAMS/keyagent.exe\" {words} 2>said"))
}

fn keyagent(home: &Home) -> Invocation {
    wine::tool(home, "keyagent")
}

/// A file below the folder of Wine's only user.
fn of_user(path: &str) -> PathBuf {
    let prefix = PathBuf::from(env::var_os("WINEPREFIX").expect("`cargo xtask windows` sets it"));
    let users = fs::read_dir(prefix.join("drive_c/users")).expect("Wine has users");
    let mut users = users.map(|user| user.expect("a folder").path());
    users.find(|user| !user.ends_with("Public")).expect("Wine has a user").join(path)
}

/// The tests' own small client.
fn asker(home: &Home) -> PathBuf {
    wine::helper(home, "asker", include_str!("asker.c"))
}

#[test]
fn the_first_key_starts_the_agent_and_every_address_reaches_it() {
    let _alone = wine::alone();
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let agent = Ours::with_key(&home, "id");
    let places = agent.places();
    let [own, openssh, pageants, window, file] = &places[..] else { panic!("{places:?}") };
    assert!(own.starts_with(r"\\.\pipe\keyagent.S-1-5-21-"), "{own}");
    assert_eq!(openssh, OPENSSH);
    assert_eq!(*pageants, format!(r"\\.\pipe\pageant.{}.{HASH}", sshd.user()));
    assert_eq!(window, "Pageant's window");
    assert!(file.ends_with(r"\AppData\Local\keyagent\agent.sock"), "{file}");
    let status = agent.status();
    assert_eq!(status["taken"], serde_json::json!([]));
    for choice in ["auto", "openssh", "pageant", own, file] {
        assert_eq!(with(&home, choice, &sshd).quiet_success(), "in\n", "{choice}");
    }
    let copied = wine::tool(&home, "pubkey-copy").args(["--agent", "--print"]).run();
    assert_eq!(copied.quiet_success(), home.read_text("id.pub"));
}

#[test]
fn every_command_reaches_the_agent() {
    let _alone = wine::alone();
    let home = Home::new();
    let line = key_pair(&home, "id");
    home.write("lock", "secret\n");
    let agent = Ours::with_key(&home, "id");
    let listed = agent.says(["list"]);
    assert!(listed.ends_with(" ssh-ed25519 ada\n"), "{listed}");
    assert_eq!(agent.says(["lock", "--passphrase-file", "lock"]), "");
    assert_eq!(agent.says(["list"]), "");
    assert_eq!(agent.says(["unlock", "--passphrase-file", "lock"]), "");
    assert_eq!(agent.says(["list"]), listed);
    let relayed = keyagent(&home).arg("relay").stdin([LIST, LIST].concat()).run();
    let (first, second) = relayed.stdout.split_at(relayed.stdout.len() / 2);
    assert_eq!((first, first.get(4..9)), (second, Some(&[12, 0, 0, 0, 1][..])), "{line}");
    assert_eq!(agent.says(["remove", "id"]), "");
    assert_eq!(agent.says(["list"]), "");
    assert_eq!(agent.says(["stop"]), "");
    assert!(!of_user("AppData/Local/keyagent/agent.sock").exists());
    let gone = keyagent(&home).arg("status").run();
    assert_eq!((gone.code(), gone.stdout()), (1, "no agent is running\n"));
}

/// The owner is named, because that of an administrator's programs would be the group.
#[test]
fn its_pipes_are_for_its_user_alone() {
    let _alone = wine::alone();
    let home = Home::new();
    let list = wine::helper(&home, "access_list", include_str!("access_list.c"));
    let agent = Ours::start(&home, &[]);
    let own = agent.pipe();
    let user = own.strip_prefix(r"\\.\pipe\keyagent.").expect("it ends with the user");
    for pipe in agent.places().iter().take(3) {
        let list = wine::program(&home, list.clone()).arg(pipe).run();
        let expected = format!("O:{user}D:P(A;;GA;;;{user})\n");
        assert_eq!(list.quiet_success().replace('\r', ""), expected, "{pipe}");
    }
}

#[test]
fn a_second_start_changes_nothing() {
    let _alone = wine::alone();
    let home = Home::new();
    let agent = Ours::start(&home, &[]);
    let pid = agent.status()["pid"].to_string();
    let own = agent.pipe();
    let again = keyagent(&home).arg("start").run();
    assert_eq!((again.code(), agent.status()["pid"].to_string()), (0, pid));
    let foreground = keyagent(&home).args(["start", "--foreground"]).run().failure(1);
    let expected = format!("keyagent: cannot start the agent at `{own}`");
    assert!(foreground.starts_with(&expected), "{foreground}");
    let expected = ": an agent already listens there: keyagent.exe (pid ";
    assert!(foreground.contains(expected), "{foreground}");
}

#[test]
fn what_another_program_holds_is_named_and_the_rest_is_served() {
    let _alone = wine::alone();
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let theirs = ["pipe", "window"].map(|place| Bridged::start(&home, "id", place));
    let agent = Ours::start(&home, &[]);
    let own = agent.pipe();
    let said = agent.says(["status"]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.get(1), Some(&&*format!("listens at {own}")), "{said}");
    assert!(said.contains(&format!(r"listens at \\.\pipe\pageant.{}.", sshd.user())), "{said}");
    for place in [OPENSSH, "Pageant's window"] {
        let named = format!("does not listen at {place}: agent.exe (pid ");
        assert!(lines.iter().any(|line| line.starts_with(&named)), "{said}");
    }
    // The file that `status` names makes OpenSSH's programs bypass the address that is taken.
    let config = of_user(".ssh/keyagent.conf");
    let written = fs::read_to_string(&config).expect("it was written");
    let line = format!("IdentityAgent \"{}\"\n", own.replace('\\', "/"));
    assert!(written.ends_with(&line), "{written}");
    assert_eq!(agent.says(["env", "--shell", "openssh-config"]), line);
    let file = agent.status()["openssh_config"].to_string();
    assert!(file.ends_with(r#"\\.ssh\\keyagent.conf""#), "{file}");
    assert_eq!(agent.says(["add", "id"]), "");
    drop(theirs);
    home.write("config", &written);
    let pin = sshd.fingerprint("ed25519");
    let sshc = wine::tool(&home, "sshc").args(["-F", "config", "--batch", "--host-key", &pin]);
    assert_eq!(sshc.args([&sshd.target(), "echo in"]).run().quiet_success(), "in\n");
    let refused = echo(&home, &["--agent", "none", "--host-key", &pin], &sshd.target()).run();
    assert_eq!(refused.code(), 255, "only the agent lets it in");
}

/// Of several agents, the first that our programs would ask gets the key.
#[test]
fn keys_go_into_the_agent_that_runs() {
    let _alone = wine::alone();
    for place in ["pipe", "pageant", "window"] {
        let home = Home::new();
        for name in ["id", "other"] {
            key_pair(&home, name);
        }
        let theirs = Bridged::start(&home, "id", place);
        assert_eq!(keyagent(&home).args(["add", "other"]).run().quiet_success(), "", "{place}");
        let listed = keyagent(&home).arg("list").run().quiet_success();
        assert_eq!(listed.lines().count(), 2, "{place}: {listed}");
        let status = keyagent(&home).arg("status").run().quiet_success();
        assert!(status.starts_with("another agent is running\n"), "{place}: {status}");
        drop(theirs);
        let gone = keyagent(&home).arg("status").run();
        assert_eq!(gone.stdout(), "no agent is running\n", "{place}: ours was not started");
    }
}

#[test]
fn fifty_clients_at_once_are_all_answered() {
    let _alone = wine::alone();
    let home = Home::new();
    let agent = Ours::start(&home, &[]);
    let asker = asker(&home);
    let own_and_pageants = agent.places().into_iter().take(3);
    for pipe in own_and_pageants {
        let asked = wine::program(&home, asker.clone()).args(["pipe", &pipe, "50"]).run();
        assert_eq!(asked.quiet_success(), "50 answered\n", "{pipe}");
    }
}

#[test]
fn clients_that_say_nothing_half_or_too_much_hinder_no_other() {
    let _alone = wine::alone();
    let home = Home::new();
    let agent = Ours::start(&home, &[]);
    let asker = asker(&home);
    for pipe in agent.places().into_iter().take(3) {
        let asked = wine::program(&home, asker.clone()).args(["half", &pipe, "200"]).run();
        assert_eq!(asked.quiet_success(), "50 answered\n", "{pipe}");
    }
    // And once they have gone, the next client is answered, too.
    assert_eq!(agent.says(["list"]), "");
}

#[test]
fn the_background_has_no_console_and_shows_no_window() {
    let _alone = wine::alone();
    let home = Home::new();
    key_pair(&home, "id");
    let agent = Ours::with_key(&home, "id");
    let pid = agent.status()["pid"].to_string();
    let asked = wine::program(&home, asker(&home)).args(["console", &pid]).run();
    assert_eq!(asked.quiet_success(), "no console, 0 windows\n");
}
