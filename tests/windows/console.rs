//! A person at a Windows console: what they type, and how they end the program.

use harness::home::Home;
use harness::invocation::Invocation;
use harness::sshd::Sshd;
use harness::terminal::Terminal;
use rustix::termios::LocalModes;

use crate::login::key_pair;
use crate::wine;

/// `sshc.exe` with the key, for a server with a known host key.
fn sshc(home: &Home, sshd: &Sshd) -> Invocation {
    let pin = sshd.fingerprint("ed25519");
    wine::tool(home, "sshc").args(["-F", "none", "--key", "id", "--host-key", &pin])
}

/// Waits until Wine has taken over the keyboard, which it does when a program first reads from it.
pub(crate) fn wait_for_wine(terminal: &Terminal) {
    terminal.wait_for_modes(|modes| !modes.local_modes.contains(LocalModes::ICANON));
}

#[test]
fn ctrl_c_ends_tunnels_with_the_status_that_says_so() {
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let sshc = sshc(&home, &sshd);
    let sshc = sshc.args(["-N", "--print-forwards", "-L", "auto:127.0.0.1:9", &sshd.target()]);
    let mut terminal = sshc.on_terminal();
    terminal.expect("\"port\"");
    terminal.send("\u{3}");
    let left = terminal.finish();
    assert_eq!(left.code(), 130, "{}", left.screen);
}

#[test]
fn every_key_reaches_the_far_terminal_as_it_is_pressed() {
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let far = "stty raw -echo; echo ready; head -c 3 | od -An -tx1";
    let mut terminal = sshc(&home, &sshd).args(["-t", &sshd.target(), far]).on_terminal();
    terminal.expect("ready");
    wait_for_wine(&terminal);
    terminal.send("\rab");
    terminal.expect("0d 61 62");
    assert_eq!(terminal.finish().code(), 0);
}

#[test]
fn after_a_refused_terminal_the_console_sends_lines_as_it_shows_them_and_their_end() {
    let home = Home::new();
    let line = key_pair(&home, "id");
    let sshd = Sshd::setup().authorize(&line).option("PermitTTY no").start();
    // Under Wine, Ctrl-Z would stop Wine itself, in the terminal that it runs on.
    let line = "stty susp undef; exec wine \"$PROGRAMS/sshc.exe\" -F none --key id --host-key $PIN $TARGET";
    let sshc = wine::shell(&home, line).env("PIN", sshd.fingerprint("ed25519"));
    let mut terminal = sshc.env("TARGET", sshd.target()).on_terminal();
    terminal.expect("going on without one");
    wait_for_wine(&terminal);
    terminal.send_line("echo $((40 + 2))");
    terminal.expect("echo $((40 + 2))\r");
    terminal.expect("42\r");
    terminal.send_line("(exit 3)");
    terminal.expect("(exit 3)\r");
    terminal.send_line("\u{1a}");
    let left = terminal.finish();
    assert_eq!(left.code(), 3, "{}", left.screen);
}
