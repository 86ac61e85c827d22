//! `keyagent` as users run it, with the programs that ask agents.

mod addresses;
mod clients;
mod commands;
mod deferred_unlock;
mod formats;
mod hostile_clients;
mod lifetimes;
mod logind;
mod memory_protection;
mod newest;
mod options;
mod other_agents;
mod restricted_keys;
mod shells;
mod starting;

use harness::agent::Agent;
use harness::home::Home;

/// Makes a key with ssh-keygen, and returns its public line.
fn key(home: &Home, kind: &str, name: &str, passphrase: &str) -> String {
    let made = home.peer("ssh-keygen").args(["-q", "-N", passphrase, "-C", name, "-f", name, "-t"]);
    assert_eq!(made.args(kind.split(' ')).run().quiet_success(), "");
    home.read_text(format!("{name}.pub")).trim_end().to_owned()
}

/// A home whose `SSH_AUTH_SOCK` names our agent.
fn agent(options: &[&str]) -> (Home, Agent) {
    let mut home = Home::new();
    let agent = Agent::keyagent(&home, options);
    home.set("SSH_AUTH_SOCK", agent.socket());
    (home, agent)
}

/// Runs `keyagent …`, which must succeed without a message.
fn keyagent<const N: usize>(home: &Home, arguments: [&str; N]) -> String {
    home.tool("keyagent").args(arguments).run().quiet_success()
}

/// Runs `ssh-add …`; returns its exit status and output.
fn ssh_add<const N: usize>(home: &Home, arguments: [&str; N]) -> (i32, String) {
    let ran = home.peer("ssh-add").args(arguments).run();
    (ran.code(), format!("{}{}", ran.stdout(), ran.stderr()))
}
