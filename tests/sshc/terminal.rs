//! The local terminal during a session, and its state afterwards.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;

use harness::home::Home;
use harness::invocation::Invocation;
use harness::sshd::Sshd;
use harness::terminal::Terminal;
use harness::until;
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{LocalModes, Termios};

/// A home with a key, and a server that accepts it.
struct World {
    home: Home,
    sshd: Sshd,
    key: PathBuf,
}

impl World {
    fn new() -> Self {
        let home = Home::new();
        let made =
            home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", "id"]).run();
        assert_eq!(made.code(), 0);
        let sshd = Sshd::start(&home.read_text("id.pub"));
        let key = home.path("id");
        Self { home, sshd, key }
    }

    /// The words of an `sh` command line that runs this program on a remote terminal.
    fn line(&self, program: &str) -> String {
        let (key, port) = (self.key.display(), self.sshd.port());
        let (host_key, user) = (self.sshd.fingerprint("ed25519"), self.sshd.user());
        format!("sshc -i {key} --host-key {host_key} -p {port} -t {user}@127.0.0.1 '{program}'")
    }

    /// `sshc` itself, running this program on a remote terminal.
    fn session(&self, program: &str) -> Terminal {
        self.home.shell(&format!("exec {}", self.line(program))).on_terminal()
    }

    fn shell(&self, line: &str) -> Invocation {
        self.home.shell(line)
    }
}

pub(super) fn is_raw(modes: &Termios) -> bool {
    !modes.local_modes.intersects(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
}

pub(super) fn is_cooked(modes: &Termios) -> bool {
    modes.local_modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
}

/// Has another process stop the program that runs in this shell, so that the shell gets the
/// terminal back.
pub(super) fn suspend(shell: &mut Terminal) {
    let children = format!("/proc/{0}/task/{0}/children", shell.id());
    let program = fs::read_to_string(children).expect("it has a child");
    let program = program.trim().parse().ok().and_then(Pid::from_raw).expect("a number");
    kill_process(program, Signal::TSTP).expect("it runs");
    shell.expect("Stopped");
    shell.expect("near$ ");
    assert!(is_cooked(&shell.modes()));
}

#[test]
fn the_far_terminal_has_the_near_ones_size_modes_and_name() {
    let world = World::new();
    let far = world.line("stty size; stty -a; echo term=$TERM");
    let terminal = world.shell(&format!("stty erase ^H susp undef -ixon tostop; exec {far}"));
    let left = terminal.on_terminal().finish();
    assert_eq!(left.code(), 0);
    for shown in [
        "24 80",
        "erase = ^H;",
        "susp = <undef>;",
        " -ixon",
        " tostop",
        " icrnl",
        "term=xterm-256color",
    ] {
        assert!(left.screen.contains(shown), "{shown}: {}", left.screen);
    }
}

#[test]
fn the_far_terminal_follows_each_resize() {
    let world = World::new();
    // In dash the signal interrupts `read`; in other shells it does not.
    let script =
        "trap 'stty size' WINCH; echo ready; until [ \"$line\" = end ]; do read line; done";
    let script = world.home.write("resized", script);
    let mut terminal = world.session(&format!("dash {}", script.display()));
    terminal.expect("ready");
    for (columns, rows, shown) in [(132, 43, "43 132"), (20, 5, "5 20"), (500, 200, "200 500")] {
        terminal.resize(columns, rows);
        terminal.expect(shown);
    }
    terminal.send_line("end");
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn a_storm_of_resizes_ends_at_the_last_size() {
    let world = World::new();
    let script = "trap 'stty size' WINCH; echo ready; until [ \"$line\" = end ]; do read line; done; echo last $(stty size)";
    let script = world.home.write("resized", script);
    let mut terminal = world.session(&format!("dash {}", script.display()));
    terminal.expect("ready");
    for step in 0..50 {
        terminal.resize(60 + step, 20 + step % 7);
    }
    terminal.resize(101, 31);
    terminal.expect("31 101");
    terminal.send_line("end");
    terminal.expect("last 31 101");
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn what_a_mouse_and_a_paste_say_reaches_the_far_side_and_what_asks_for_them_us() {
    let world = World::new();
    let ask = "\\033[?1000;1006;2004h";
    let said = b"\x1b[200~two\rlines\x1b[201~\x1b[<0;33;7M\x1b[<0;33;7m\x1b[M !!\xc3\xa9";
    let far = format!("stty raw -echo; printf \"{ask}\"; head -c {} | od -An -v -tx1", said.len());
    let mut terminal = world.session(&far);
    terminal.expect("\u{1b}[?1000;1006;2004h");
    // One byte at a time, as over a slow connection: no character and no sequence may wait for its
    // end.
    for byte in said {
        terminal.send([*byte]);
    }
    for line in said.chunks(16) {
        let shown: Vec<_> = line.iter().map(|byte| format!(" {byte:02x}")).collect();
        terminal.expect(&shown.concat());
    }
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn a_character_in_two_packets_is_one() {
    let world = World::new();
    let far = "stty -echo; printf \"<\\342\\234\"; read line; printf \"\\223>\"";
    let mut terminal = world.session(far);
    terminal.expect("<");
    terminal.send_line("");
    terminal.expect("\u{2713}>");
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn output_stops_and_goes_on_by_keys() {
    let world = World::new();
    let seen = world.home.path("seen");
    let far = format!(
        "stty -echo; echo ready; while read line; do echo $line >> {}; echo got $line; done",
        seen.display()
    );
    let mut terminal = world.session(&far);
    terminal.expect("ready");
    terminal.send("\x13");
    terminal.send_line("one");
    until("the line has come", || fs::read_to_string(&seen).is_ok_and(|seen| seen == "one\n"));
    assert!(!terminal.screen().contains("got"), "{}", terminal.screen());
    terminal.send("\x11");
    terminal.expect("got one\r\n");
    terminal.send("\x04");
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn every_key_reaches_the_far_side_as_it_is() {
    let world = World::new();
    let mut terminal = world.session("stty raw -echo; echo ready; head -c 12 | od -An -tx1");
    terminal.expect("ready");
    assert!(is_raw(&terminal.modes()));
    // Interrupt, suspend, quit, escape, delete, flow control, end of file, NUL, and both halves of
    // a CR LF.
    terminal.send(b"\x03\x1a\x1c\x1b\x7f\x11\x13\x04\x00\r\n\xFF");
    terminal.expect("03 1a 1c 1b 7f 11 13 04 00 0d 0a ff");
    let status = terminal.wait();
    assert_eq!(status.code(), Some(0));
    assert!(is_cooked(&terminal.modes()));
}

#[test]
fn a_paste_of_a_megabyte_arrives_whole() {
    let world = World::new();
    let paste: Vec<u8> = (b'a'..=b'z').chain(*b"\r\n\x1b\0").cycle().take(1 << 20).collect();
    let file = world.home.write("paste", &paste);
    let far = "stty raw -echo; echo ready; head -c 1048576 | cmp - ";
    let mut terminal = world.session(&format!("{far} {} && echo whole", file.display()));
    terminal.expect("ready");
    terminal.send(paste);
    terminal.expect("whole");
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn the_modes_are_back_however_the_session_ends() {
    let world = World::new();
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let mut terminal = world.session("echo ready; cat");
        terminal.expect("ready");
        assert!(is_raw(&terminal.modes()));
        terminal.signal(signal);
        let status = terminal.wait();
        assert_eq!(status.signal(), Some(signal.as_raw()), "the shell sees which signal it was");
        assert!(is_cooked(&terminal.modes()), "{signal:?}");
    }
    // The connection drops: the server's process for it is killed.
    let mut terminal = world.session("echo ready; read line; kill -KILL $PPID");
    terminal.expect("ready");
    terminal.send_line("");
    assert_eq!(terminal.wait().code(), Some(255));
    assert!(is_cooked(&terminal.modes()));
}

#[test]
fn the_modes_are_back_when_a_signal_ends_a_question() {
    let world = World::new();
    let locked = world.home.peer("ssh-keygen").args(["-q", "-p", "-N", "secret", "-f", "id"]);
    assert_eq!(locked.run().code(), 0);
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let mut terminal = world.session("true");
        terminal.expect("Passphrase for key ");
        assert!(!terminal.modes().local_modes.contains(LocalModes::ECHO));
        terminal.signal(signal);
        let status = terminal.wait();
        assert_eq!(status.signal(), Some(signal.as_raw()), "the shell sees which signal it was");
        assert!(is_cooked(&terminal.modes()), "{signal:?}");
    }
    // Between questions, and after the last, a signal ends the program as usual.
    let mut terminal = world.session("echo ready; cat");
    terminal.expect("Passphrase for key ");
    terminal.send_line("secret");
    terminal.expect("ready");
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.wait().signal(), Some(Signal::TERM.as_raw()));
    assert!(is_cooked(&terminal.modes()));
}

#[test]
fn a_suspended_session_gives_the_terminal_back_and_takes_it_again() {
    let world = World::new();
    let mut terminal = world.home.interactive_shell();
    terminal.send_line(&world.line("echo ready; cat"));
    terminal.expect("ready\r\n");
    assert!(is_raw(&terminal.modes()));
    suspend(&mut terminal);
    terminal.send_line("fg");
    terminal.expect("cat");
    terminal.wait_for_modes(is_raw);
    terminal.send_line("on it goes");
    terminal.expect("on it goes\r\non it goes\r\n");
    assert!(is_raw(&terminal.modes()));
    terminal.send(b"\x04");
    terminal.expect("near$ ");
    assert!(is_cooked(&terminal.modes()));
    terminal.send_line("exit 7");
    assert_eq!(terminal.finish().code(), 7);
}

#[test]
fn the_descriptors_are_left_blocking_for_the_programs_that_share_them() {
    let world = World::new();
    let session = world.line("echo ready; exit 3");
    // `cat` exits at once on a terminal in non-blocking mode.
    let mut terminal =
        world.shell(&format!("{session}; echo left $?; cat; echo cat $?")).on_terminal();
    terminal.expect("left 3\r\n");
    terminal.send_line("still here");
    terminal.expect("still here\r\nstill here\r\n");
    terminal.send(b"\x04");
    terminal.expect("cat 0\r\n");
    assert_eq!(terminal.finish().code(), 0);
}
