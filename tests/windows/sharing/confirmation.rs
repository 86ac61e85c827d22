//! `ControlMaster autoask`: a window asks whether a program may use the connection.

use rustix::process::Signal;

use super::Site;
use crate::wine;

const OPTIONS: &str = "-o ControlMaster=autoask -o ControlPersist=10m -S asked";

#[test]
fn a_window_confirms_each_use_if_asked_to() {
    let site = Site::new();
    let _alone = wine::alone();
    wine::helper(&site.home, "asker", include_str!("../asker.c"));
    // The user of the first has just logged in.
    assert_eq!(site.says(&format!("{OPTIONS} $TARGET 'echo in'")), "in\n");
    for (button, logins) in [("6", 1), ("7", 2)] {
        let running = site.sshc(&format!("-v {OPTIONS} $TARGET 'echo in'"));
        let (guest, said) = (running.invocation.start(), running.said);
        assert_eq!(site.ask(&format!("press {button} sshc")), "pressed\n");
        assert_eq!(guest.finish().stdout(), "in\n");
        assert_eq!(site.logins(), logins, "{}", site.home.read_text(said));
    }
    let exit = site.sshc(&format!("{OPTIONS} -O exit $TARGET")).invocation.start();
    assert_eq!(site.ask("press 6 sshc"), "pressed\n");
    assert_eq!(exit.finish().code(), 0);
}

#[test]
fn the_window_goes_with_the_program_that_it_asks_for() {
    let site = Site::new();
    let _alone = wine::alone();
    wine::helper(&site.home, "asker", include_str!("../asker.c"));
    assert_eq!(site.says(&format!("{OPTIONS} $TARGET 'echo in'")), "in\n");
    let mut guest = site.sshc(&format!("{OPTIONS} $TARGET 'echo in'")).invocation.start();
    assert_eq!(site.ask("see sshc"), "seen\n");
    guest.signal(Signal::KILL);
    assert_eq!(site.ask("miss sshc"), "gone\n");
    // The next one is asked, and has its own answer.
    let next = site.sshc(&format!("{OPTIONS} -O exit $TARGET")).invocation.start();
    assert_eq!(site.ask("press 6 sshc"), "pressed\n");
    assert_eq!(next.finish().code(), 0);
    assert_eq!(site.logins(), 1);
}
