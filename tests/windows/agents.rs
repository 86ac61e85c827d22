//! The agents of a Windows machine: on OpenSSH's pipe, on Pageant's pipe, and behind Pageant's
//! window.

use std::io;
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::thread;

use harness::agent::Agent;
use harness::home::Home;
use harness::hostile::Hostile;
use harness::invocation::{Finished, Running};
use harness::sshd::Sshd;

use crate::login::{echo, key_pair};
use crate::wine;

/// OpenSSH's agent with a key, or one of the test's, and a Windows program that relays requests.
pub(crate) struct Bridged {
    _agent: Option<Agent>,
    _bridge: Hostile,
    _program: Running,
    /// Each has a socket and a program of its own.
    _home: Home,
}

impl Bridged {
    /// `place` is the agent's address: `pipe`, `pageant` or `window`; or `busy` if it exists but is
    /// busy, or `foreign` if it belongs to another user.
    pub(crate) fn start(home: &Home, key: &str, place: &str) -> Self {
        let own = Home::new();
        let agent = Agent::openssh(&own);
        agent.add(&own, &home.path(key));
        let socket = agent.socket().to_owned();
        let bridge = Hostile::with(move |client| {
            let agent = UnixStream::connect(&socket).expect("the agent listens");
            thread::scope(|scope| {
                scope.spawn(|| {
                    let _ = io::copy(&mut &client, &mut &agent);
                    let _ = agent.shutdown(Shutdown::Both);
                });
                let _ = io::copy(&mut &agent, &mut &client);
            });
        });
        Self::behind(place, own, Some(agent), bridge)
    }

    /// An agent that answers its clients in this way.
    pub(crate) fn answered_by(
        answer: impl Fn(TcpStream) + Send + Sync + 'static,
        place: &str,
    ) -> Self {
        Self::behind(place, Home::new(), None, Hostile::with(answer))
    }

    fn behind(place: &str, own: Home, agent: Option<Agent>, bridge: Hostile) -> Self {
        let file = wine::helper(&own, "agent", include_str!("agent.c"));
        let port = bridge.port().to_string();
        let program = wine::program(&own, file).args([place, &port]).start();
        program.stdout.wait_for("ready");
        Self { _agent: agent, _bridge: bridge, _program: program, _home: own }
    }
}

/// `sshc.exe --agent CHOICE … echo in`.
pub(crate) fn with(home: &Home, choice: &str, sshd: &Sshd) -> Finished {
    let pin = sshd.fingerprint("ed25519");
    echo(home, &["--agent", choice, "--host-key", &pin], &sshd.target()).run()
}

#[test]
fn keys_come_from_the_pipe_of_windows_own_agent() {
    let _alone = wine::alone();
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let none = with(&home, "openssh", &sshd).failure(255);
    assert!(none.contains("cannot reach the agent at "), "{none}");
    let _agent = Bridged::start(&home, "id", "pipe");
    for choice in ["openssh", "auto"] {
        assert_eq!(with(&home, choice, &sshd).quiet_success(), "in\n", "{choice}");
    }
}

#[test]
fn keys_come_from_pageant_by_its_pipe_and_by_its_window() {
    let _alone = wine::alone();
    for place in ["pageant", "window"] {
        let home = Home::new();
        let sshd = Sshd::start(&key_pair(&home, "id"));
        assert_eq!(
            with(&home, "pageant", &sshd).failure(255),
            "sshc: cannot use the agent: cannot reach the agent at `Pageant`: it is not \
             running\nsshc: hint: start an agent, or pass --agent none to go without\n"
        );
        let _agent = Bridged::start(&home, "id", place);
        for choice in ["pageant", "auto"] {
            let ran = with(&home, choice, &sshd);
            assert_eq!(ran.quiet_success(), "in\n", "{choice} by {place}");
        }
    }
}

#[test]
fn the_keys_of_all_agents_that_run_are_offered() {
    let _alone = wine::alone();
    let home = Home::new();
    let windows_own = Sshd::start(&key_pair(&home, "id"));
    let puttys = Sshd::start(&key_pair(&home, "other"));
    let _agents =
        [("id", "pipe"), ("other", "window")].map(|(key, at)| Bridged::start(&home, key, at));
    for (sshd, right, wrong) in
        [(&windows_own, "openssh", "pageant"), (&puttys, "pageant", "openssh")]
    {
        assert_eq!(with(&home, "auto", sshd).quiet_success(), "in\n", "{right} among all");
        assert_eq!(with(&home, right, sshd).quiet_success(), "in\n", "{right}");
        let refused = with(&home, wrong, sshd).failure(255);
        assert!(refused.contains("the server refused publickey "), "{wrong}: {refused}");
    }
}

#[test]
fn a_pipe_that_stays_busy_is_given_up_and_the_other_agent_asked() {
    let _alone = wine::alone();
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let _agents = ["busy", "window"].map(|place| Bridged::start(&home, "id", place));
    let said = with(&home, "openssh", &sshd).failure(255);
    assert!(said.contains("cannot reach the agent at "), "{said}");
    assert_eq!(with(&home, "auto", &sshd).quiet_success(), "in\n");
}

#[test]
fn a_pipe_of_another_user_is_asked_nothing() {
    let _alone = wine::alone();
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let _agent = Bridged::start(&home, "id", "foreign");
    let place = r"\\.\pipe\openssh-ssh-agent";
    assert_eq!(
        with(&home, "openssh", &sshd).failure(255),
        format!(
            "sshc: cannot use the agent: cannot reach the agent at `{place}`: it belongs to \
             another user (S-1-5-21-1-2-3-1001)\nsshc: hint: start an agent, or pass --agent none \
             to go without\n"
        )
    );
    assert_eq!(with(&home, "auto", &sshd).code(), 255, "it is not among all either");
    let copy = wine::tool(&home, "pubkey-copy").args(["--agent", "--print"]).run();
    assert!(copy.failure(1).contains("belongs to another user (S-1-5-21-1-2-3-1001)"));
}
