//! A person at a Windows console: how the program is ended from the keyboard.

use harness::home::Home;
use harness::sshd::Sshd;

use crate::login::key_pair;
use crate::wine;

#[test]
fn ctrl_c_ends_tunnels_with_the_status_that_says_so() {
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let pin = sshd.fingerprint("ed25519");
    let sshc = wine::tool(&home, "sshc").args(["-F", "none", "--key", "id", "--host-key", &pin]);
    let sshc = sshc.args(["-N", "--print-forwards", "-L", "auto:127.0.0.1:9", &sshd.target()]);
    let mut terminal = sshc.on_terminal();
    terminal.expect("\"port\"");
    terminal.send("\u{3}");
    let left = terminal.finish();
    assert_eq!(left.code(), 130, "{}", left.screen);
}
