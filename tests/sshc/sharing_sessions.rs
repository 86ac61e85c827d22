//! The sessions of a shared connection: the one that is kept ready, many at once, and what they
//! leave behind in the holder.

use harness::home::Home;
use harness::invocation::Running;
use harness::sshd::Sshd;

use super::sharing::{control, holder, logins, memory, shared, until};
use super::{Site, asyncssh_server, key_pair};

/// A site whose server tells of each session that is asked for.
fn telling(options: &[&str]) -> Site {
    let setup = Sshd::setup().option("LogLevel DEBUG");
    Site::with(options.iter().fold(setup, |setup, option| setup.option(*option)))
}

/// Runs a program. Such a server tells also its users about everything.
fn ran(site: &Site) {
    let ran = shared(site, "echo in").run();
    assert_eq!((ran.code(), ran.stdout()), (0, "in\n"));
}

/// Sessions for which the server was asked.
fn asked(site: &Site) -> usize {
    site.sshd.log().text().matches("server_input_channel_open: ctype session").count()
}

/// Waits until so many were asked for, and makes sure that there are no more.
fn so_many(site: &Site, sessions: usize) {
    until("a session is opened", || asked(site) >= sessions);
    assert_eq!(asked(site), sessions);
}

/// A program that runs until its input ends.
fn lasting(site: &Site) -> Running {
    let running = shared(site, "echo started; cat").stdin_open().start();
    running.stdout.wait_for("started\n");
    running
}

#[test]
fn one_session_is_kept_ready_and_never_more() {
    let site = telling(&[]);
    ran(&site);
    // The program's, and one more.
    so_many(&site, 2);
    for programs in 2..6 {
        ran(&site);
        so_many(&site, programs + 1);
    }
    let running: Vec<Running> = (0..4).map(|_| lasting(&site)).collect();
    so_many(&site, 10);
    for one in running {
        assert_eq!(one.finish().code(), 0);
    }
    // The end of these has opened no other.
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
    assert_eq!((asked(&site), logins(&site.sshd)), (10, 1));
}

#[test]
fn none_is_kept_ready_before_a_program_ran() {
    let site = telling(&[]);
    let spoken = site.sshc(["--share", "-W", &site.sshd.address().to_string()]);
    let said = spoken.arg(site.sshd.target()).stdin("not ssh\r\n").run();
    assert!(said.stdout().starts_with("SSH-2.0-"), "{said:?}");
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
    assert_eq!((asked(&site), logins(&site.sshd)), (0, 1));
}

#[test]
fn none_is_kept_ready_where_the_server_allows_only_one() {
    let site = telling(&["MaxSessions 1"]);
    for _ in 0..3 {
        ran(&site);
    }
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
    // One for each program, and the one that was refused.
    assert_eq!((asked(&site), logins(&site.sshd)), (4, 1));
}

/// A server that closes a session in which nothing begins.
const IMPATIENT: &str = concat!(
    r"
import asyncio
import asyncssh

class Session(asyncssh.SSHServerSession):
    def connection_made(self, chan):
        self._chan, self._begun = chan, False
        asyncio.get_event_loop().call_later(0.5, self.look)
    def look(self):
        if not self._begun:
            self._chan.close()
            print('closed', flush=True)
    def exec_requested(self, command):
        self._begun = True
        return True
    def session_started(self):
        self._chan.write('in\n')
        self._chan.exit(0)

class Server(asyncssh.SSHServer):
    def connection_made(self, connection):
        print('connected', flush=True)
    def begin_auth(self, username):
        return False
    def session_requested(self):
        return Session()

handle = None

",
    include_str!("../fixtures/serving.py")
);

#[test]
fn one_that_the_server_has_closed_is_not_used() {
    let home = Home::new();
    let (server, port) = asyncssh_server(&home, IMPATIENT, &key_pair(&home, "ed25519"), &[]);
    let target = format!("ada@127.0.0.1:{port}");
    for closed in 1..4 {
        let ran = home.tool("sshc").args(["-F", "none", "--share", &target, "echo in"]).run();
        assert_eq!(ran.quiet_success(), "in\n");
        let count = || server.stdout.text().matches("closed\n").count();
        until("the server closes what was kept ready", || count() >= closed);
    }
    assert_eq!(server.stdout.text().matches("connected\n").count(), 1);
    let exit = home.tool("sshc").args(["-F", "none", "-O", "exit", &target]).run();
    assert_eq!(exit.quiet_success(), "");
}

#[test]
fn a_hundred_at_once_go_through_one_holder() {
    let site = Site::with(Sshd::setup().option("MaxSessions 128"));
    assert_eq!(shared(&site, "true").run().quiet_success(), "");
    let held = holder(&site);
    let command = |at| format!("cat; head -c {} /dev/zero | tr '\\0' x; exit {at}", at * 1000);
    let running: Vec<Running> =
        (0..100).map(|at| shared(&site, &command(at)).stdin(format!("{at}\n")).start()).collect();
    for (at, running) in running.into_iter().enumerate() {
        let ended = running.finish();
        assert_eq!((ended.code(), ended.stderr()), (i32::try_from(at).expect("small"), ""));
        assert_eq!(ended.stdout(), format!("{at}\n{}", "x".repeat(at * 1000)));
    }
    assert_eq!((logins(&site.sshd), holder(&site)), (1, held));
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}

#[test]
fn programs_leave_nothing_behind_in_the_holder() {
    let site = Site::new();
    let rounds = |count| {
        for _ in 0..count {
            assert_eq!(shared(&site, "echo in").run().quiet_success(), "in\n");
        }
        memory(holder(&site).expect("it is held"))
    };
    let first = rounds(100);
    let then = rounds(200);
    // Some KiB for the allocator; a program that left 2 KiB behind would show.
    assert!(then <= first + 300, "{first} KiB, then {then} KiB");
    assert_eq!(logins(&site.sshd), 1);
    assert_eq!(control(&site, &["exit"]).quiet_success(), "");
}
