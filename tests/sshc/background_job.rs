//! As a background job of a shell (`&`), `sshc` draws nothing over what the user types.

use harness::screen::Screen;
use harness::sshd::free_port;

use super::Site;

#[test]
fn nothing_is_drawn_in_the_background_and_again_in_the_foreground() {
    let site = Site::new();
    let (here, there) = (free_port(), free_port());
    let shell = "PS1='$ ' bash --norc --noprofile -i";
    let screen = Screen::start(&site.home, (132, 24), shell);
    screen.wait_for("$");
    let line = format!(
        "sshc -F none --key id_ed25519 -N --log-json log -L {here}:localhost:{there} {} &",
        site.sshd.target()
    );
    screen.type_text(&line);
    screen.press("Enter");
    // It has connected.
    let log = || std::fs::read_to_string(site.home.path("log")).unwrap_or_default();
    screen.wait_until("the tunnel", |_| log().contains("forwarding "));
    screen.type_text("echo what I typ");
    screen.wait_for("$ echo what I typ");
    let call = format!("exec 3<>/dev/tcp/127.0.0.1/{here}; cat <&3");
    let called = site.home.shell(&format!("bash -c '{call}'")).run();
    assert_eq!(called.stdout(), "");
    // Messages have a line of their own.
    let expected = format!(
        "\nsshc: localhost:{there} on the cluster: refused; is the program running there?\n"
    );
    let shown = screen.wait_for(&expected);
    assert!(shown.contains("$ echo what I typ\nsshc: localhost"), "{shown}");
    assert!(!shown.contains("connected to"), "{shown}");
    screen.type_text("ed");
    screen.press("Enter");
    screen.wait_for("\nwhat I typed\n");
    screen.type_text("fg");
    screen.press("Enter");
    let shown = screen.wait_for("connected to ");
    assert_eq!(shown.matches("connected to ").count(), 1, "{shown}");
    screen.press("C-c");
    screen.wait_until("the prompt", |screen| {
        !screen.contains("connected to") && screen.trim_end().ends_with('$')
    });
}
