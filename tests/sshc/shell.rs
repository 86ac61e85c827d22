//! A shell on the terminal: what it sees of the terminal, and that the terminal is restored.

use std::os::unix::process::ExitStatusExt as _;

use harness::home::Home;
use harness::terminal::Terminal;
use harness::until;
use rustix::process::Signal;
use rustix::termios::Termios;

use super::Site;

/// A remote shell on a terminal, which has responded.
pub(super) fn shell(site: &Site, options: &[&str]) -> Terminal {
    let target = site.sshd.target();
    let mut terminal = site.sshc(options.iter().copied()).arg(target).on_terminal();
    terminal.send_line("PS1=; echo rea''dy");
    terminal.expect("ready\r\n");
    terminal
}

/// The modes of a terminal that no program has changed.
fn untouched(home: &Home) -> String {
    shown(&home.peer("cat").on_terminal().modes())
}

fn shown(modes: &Termios) -> String {
    format!(
        "{:?} {:?} {:?} {:?}",
        modes.input_modes, modes.output_modes, modes.control_modes, modes.local_modes
    )
}

#[test]
fn the_shell_knows_the_terminal_its_size_and_every_new_size() {
    let site = Site::new();
    let mut terminal = shell(&site, &[]);
    terminal.send_line("echo \"$TERM $(stty size)\"");
    terminal.expect("xterm-256color 24 80\r\n");
    terminal.send_line("trap 'echo size $(stty size)' WINCH");
    terminal.send_line("echo trap''ped");
    terminal.expect("trapped\r\n");
    // Before each prompt, readline reads the size and sets it again: one that comes in between is
    // lost. It has done so when it turns bracketed paste on.
    terminal.expect("\u{1b}[?2004h");
    terminal.resize(132, 50);
    // The shell runs the trap only before its next line.
    until("the shell knows the new size", || {
        terminal.send_line("echo an''other");
        terminal.expect("another\r\n");
        terminal.screen().contains("size 50 132")
    });
    terminal.send_line("exit 7");
    assert_eq!(terminal.finish().code(), 7);
}

#[test]
fn modes_of_our_terminal_are_those_of_the_shell_s() {
    let site = Site::new();
    let show = r#"'stty -a | tr ";" "\n"'"#;
    let sshc = site.sshc_line(&format!("-t {} {show}", site.sshd.target()));
    let line = format!("stty -ixon erase ^H; {sshc}");
    let left = site.home.shell(&line).on_terminal().finish();
    assert_eq!(left.code(), 0);
    assert!(left.screen.contains(" erase = ^H\r\n"), "{}", left.screen);
    assert!(left.screen.contains(" -ixon "), "{}", left.screen);
}

#[test]
fn vim_fills_the_screen_and_leaves_it() {
    let site = Site::new();
    let mut terminal = shell(&site, &[]);
    let file = site.home.path("written");
    terminal.send_line(&format!("vim -u NONE -i NONE -N {}", file.display()));
    terminal.expect("\u{1b}[?1049h");
    terminal.expect("[New]");
    terminal.resize(100, 40);
    // The last line of the text, which a screen of 24 lines does not show.
    terminal.expect("\u{1b}[39;1H");
    terminal.send(":echo 'now ' .. &columns .. 'x' .. &lines\r");
    terminal.expect("now 100x40");
    terminal.send("ina\u{ef}ve \u{2713}\u{1b}:wq\r");
    terminal.expect("\u{1b}[?1049l");
    terminal.send_line("exit");
    assert_eq!(terminal.finish().code(), 0);
    assert_eq!(site.home.read_text("written"), "na\u{ef}ve \u{2713}\n");
}

#[test]
fn keys_that_stop_programs_stop_those_of_the_server() {
    let site = Site::new();
    let mut terminal = shell(&site, &[]);
    for (key, status) in [("\u{3}", 130), ("\u{1c}", 131)] {
        terminal.send_line("sh -c 'echo star''ted; exec sleep 1000'");
        terminal.expect("started\r\n");
        terminal.send(key);
        terminal.send_line("echo status $?");
        terminal.expect(&format!("status {status}\r\n"));
    }
    terminal.send_line("exit 9");
    assert_eq!(terminal.finish().code(), 9);
}

#[test]
fn a_megabyte_pasted_arrives_whole() {
    let site = Site::new();
    let mut terminal = shell(&site, &[]);
    let line = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+\n";
    let lines = 1_000_000 / line.len();
    let pasted = line.repeat(lines);
    let path = site.home.path("pasted");
    terminal.send_line(&format!(
        "stty -echo -icanon; echo rece''iving; head -c {} > {}; stty sane; echo recei''ved",
        pasted.len(),
        path.display()
    ));
    terminal.expect("receiving\r\n");
    terminal.send(&pasted);
    terminal.expect("received\r\n");
    assert!(site.home.read_text("pasted") == pasted, "not what was pasted");
    terminal.send_line("exit");
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn no_terminal_is_allocated_with_big_t() {
    let site = Site::new();
    let target = site.sshd.target();
    let mut terminal = site.sshc(["-T", &target]).on_terminal();
    terminal.send_line("tty; exit 5");
    terminal.expect("not a tty\r\n");
    assert_eq!(terminal.finish().code(), 5);
}

#[test]
fn the_keyboard_is_the_terminal_when_a_log_names_the_destination() {
    let site = Site::new();
    let (user, port) = (site.sshd.user(), site.sshd.port());
    site.home.write("log.txt", format!("connect with: ssh -p {port} {user}@127.0.0.1\n"));
    let line = format!("joblog-parse --allow-private log.txt | {}", site.sshc_line(""));
    let mut terminal = site.home.shell(&line).on_terminal();
    terminal.send_line("PS1=; echo rea''dy; stty size; exit 6");
    terminal.expect("ready\r\n");
    terminal.expect("24 80\r\n");
    assert_eq!(terminal.finish().code(), 6);
}

#[test]
fn only_a_person_who_opens_a_shell_is_asked_for_the_user() {
    let site = Site::new();
    let (user, port) = (site.sshd.user(), site.sshd.port().to_string());
    let mut terminal = site.sshc(["-p", &port, "127.0.0.1"]).on_terminal();
    // A shared connection has a user from the start, as with ssh.
    if !Site::IS_SHARED {
        terminal.expect(&format!("login as [{user}]: "));
        // An empty name means the local one.
        terminal.send_line("");
    }
    terminal.send_line("echo i''n; exit");
    terminal.expect("in\r\n");
    assert_eq!(terminal.finish().code(), 0);
    // Someone who runs a command is not asked.
    let command = site.sshc(["-p", &port, "127.0.0.1", "id -un"]).on_terminal().finish();
    assert_eq!((command.code(), command.screen.trim_end()), (0, user.as_str()));
    let batch = site.sshc(["--batch", "-p", &port, "127.0.0.1", "id -un"]).run();
    assert_eq!(batch.quiet_success().trim_end(), user);
}

#[test]
fn the_terminal_is_given_back_after_the_shell() {
    let site = Site::new();
    let mut terminal = shell(&site, &[]);
    let before = untouched(&site.home);
    assert_ne!(shown(&terminal.modes()), before, "the shell's terminal was not raw");
    terminal.send_line("exit");
    assert_eq!(terminal.wait().code(), Some(0));
    assert_eq!(shown(&terminal.modes()), before);
}

#[test]
fn the_terminal_is_given_back_when_the_server_dies() {
    let site = Site::new();
    let mut terminal = shell(&site, &[]);
    terminal.send_line("kill -KILL $PPID");
    assert_eq!(terminal.wait().code(), Some(255));
    assert_eq!(shown(&terminal.modes()), untouched(&site.home));
    let lost = format!(
        "sshc: the connection to {} was lost: the server closed the connection\r\n",
        site.sshd.address()
    );
    terminal.expect(&lost);
}

#[test]
fn the_terminal_is_given_back_after_a_signal() {
    let site = Site::new();
    for signal in [Signal::TERM, Signal::HUP] {
        let mut terminal = shell(&site, &[]);
        terminal.signal(signal);
        let status = terminal.wait();
        assert_eq!(status.signal(), Some(signal.as_raw()), "{status}");
        assert_eq!(shown(&terminal.modes()), untouched(&site.home), "{signal:?}");
    }
}
