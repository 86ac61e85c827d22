//! `keyagent` as users run it, against the programs that ask agents.

mod holding;
mod hostile;
mod locked;
mod peers;
mod restricted;
mod starting;

use harness::agent::Agent;
use harness::home::Home;

/// Makes a key with ssh-keygen, and gives its public line.
fn key(home: &Home, kind: &str, name: &str, passphrase: &str) -> String {
    let made = home.peer("ssh-keygen").args(["-q", "-N", passphrase, "-C", name, "-f", name, "-t"]);
    assert_eq!(made.args(kind.split(' ')).run().quiet_success(), "");
    home.read_text(format!("{name}.pub")).trim_end().to_owned()
}

/// A home whose programs find our agent by the variable.
fn agent(options: &[&str]) -> (Home, Agent) {
    let mut home = Home::new();
    let agent = Agent::keyagent(&home, options);
    home.set("SSH_AUTH_SOCK", agent.socket());
    (home, agent)
}

/// `keyagent …`, which must succeed and say nothing on standard error.
fn keyagent<const N: usize>(home: &Home, arguments: [&str; N]) -> String {
    home.tool("keyagent").args(arguments).run().quiet_success()
}

/// `ssh-add …`: its exit status, and what it says.
fn ssh_add<const N: usize>(home: &Home, arguments: [&str; N]) -> (i32, String) {
    let ran = home.peer("ssh-add").args(arguments).run();
    (ran.code(), format!("{}{}", ran.stdout(), ran.stderr()))
}
