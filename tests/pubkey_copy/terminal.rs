//! Copies to the clipboard of the terminal itself, and the messages about it.

use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

use harness::display::Display;
use harness::home::Home;
use harness::sshd::free_port;

use super::{key_pair, pubkey_copy};

/// The escape sequence that puts the text on a terminal's clipboard; coreutils encodes the base64.
fn sequence(home: &Home, text: &str) -> String {
    let encoded = home.peer("base64").arg("--wrap=0").stdin(text).run().quiet_success();
    format!("\x1b]52;c;{encoded}\x07")
}

#[test]
fn a_terminal_without_a_desktop_is_handed_the_line() {
    let home = Home::new();
    let line = key_pair(&home);
    let left = pubkey_copy(&home, ["id_ed25519"]).on_terminal().finish();
    assert_eq!(left.code(), 0);
    let notice =
        left.screen.strip_prefix(&sequence(&home, &line)).expect("the sequence comes first");
    let [what, hint, ""] = notice.split("\r\n").collect::<Vec<_>>()[..] else {
        panic!("two lines: {notice}")
    };
    assert!(what.starts_with("pubkey-copy: sent to the terminal's clipboard: ssh-ed25519 SHA256:"));
    assert!(what.ends_with(" (ada@node7, from id_ed25519)"), "{what}");
    assert_eq!(
        hint,
        "pubkey-copy: hint: terminals do not report whether they accepted it; --print shows the \
         line"
    );
}

#[test]
fn the_terminal_gets_the_line_even_when_standard_output_is_a_pipe() {
    let home = Home::new();
    let line = key_pair(&home);
    let left = pubkey_copy(&home, ["id_ed25519", "--via", "osc52", "--json", "--quiet"])
        .on_terminal_with_stdout_piped()
        .finish();
    assert_eq!((left.code(), left.screen), (0, sequence(&home, &line)));
    let object: serde_json::Value = serde_json::from_slice(&left.stdout).expect("JSON");
    assert_eq!(object["clipboard"], "osc52");
}

#[test]
fn screen_lets_it_pass_in_its_wrapping() {
    let home = Home::new();
    let line = key_pair(&home);
    let left = pubkey_copy(&home, ["id_ed25519", "-q"]).env("STY", "1.host").on_terminal().finish();
    let wrapped = format!("\x1bP{}\x1b\\", sequence(&home, &line));
    assert_eq!((left.code(), left.screen), (0, wrapped));
}

#[test]
fn tmux_takes_it_and_hands_it_on_in_its_default_settings() {
    let home = Home::new();
    let line = key_pair(&home);
    let tmux = |arguments: &[&str]| {
        let server = ["-L", "pubkey-copy", "-f", "/dev/null"];
        home.peer("tmux").args(server).args(arguments.iter().copied())
    };
    let command =
        "pubkey-copy id_ed25519 -q; tmux show-buffer > pasted; tmux wait-for -S done; exec cat";
    let mut outer = tmux(&["new-session", command]).on_terminal();
    let sequence = sequence(&home, &line);
    let encoded = sequence.trim_start_matches("\x1b]52;c;").trim_end_matches('\x07');
    outer.expect("\x1b]52;");
    outer.expect(encoded);
    assert_eq!(tmux(&["wait-for", "done"]).run().code(), 0);
    assert_eq!(home.read_text("pasted"), line);
    assert_eq!(tmux(&["kill-server"]).run().code(), 0);
}

#[test]
fn a_display_that_hangs_or_is_gone_leaves_the_line_to_the_terminal() {
    let home = Home::new();
    let line = key_pair(&home);
    // Accepts connections and sends nothing, like a forwarded display whose far end has died.
    let port = free_port().max(10_000);
    let _silent = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("it was free");
    let hanging = format!("127.0.0.1:{}", port - 6_000);
    for (display, why) in [
        (hanging.as_str(), format!("the display at `{hanging}` does not answer")),
        (":54321", "no display server answers at `:54321`".to_owned()),
    ] {
        let start = Instant::now();
        let left =
            pubkey_copy(&home, ["id_ed25519"]).env("DISPLAY", display).on_terminal().finish();
        assert_eq!(left.code(), 0, "{}", left.screen);
        let said =
            left.screen.strip_prefix(&sequence(&home, &line)).expect("the sequence comes first");
        let expected = format!("pubkey-copy: not on the desktop's clipboard: {why}\r\n");
        assert!(said.starts_with(&expected), "{said}");
        // Without the terminal it would have waited for ten seconds.
        assert!(start.elapsed() < Duration::from_secs(8), "{display}: {:?}", start.elapsed());
        let native = pubkey_copy(&home, ["id_ed25519", "--via", "native"]).env("DISPLAY", display);
        let said = native.run().failure(1);
        assert!(said.contains(&why), "{said}");
    }
}

#[test]
fn dumb_terminals_have_no_clipboard() {
    let home = Home::new();
    let _line = key_pair(&home);
    for kind in ["dumb", "linux"] {
        let left = pubkey_copy(&home, ["id_ed25519"]).env("TERM", kind).on_terminal().finish();
        assert_eq!(left.code(), 1, "{}", left.screen);
        assert!(!left.screen.contains("\x1b]52"), "{}", left.screen.escape_debug());
    }
}

#[test]
fn without_a_terminal_there_is_nothing_to_hand_it_to() {
    let home = Home::new();
    let _line = key_pair(&home);
    let failed = pubkey_copy(&home, ["id_ed25519", "--via", "osc52"]).run().failure(1);
    assert!(
        failed.starts_with("pubkey-copy: cannot copy the line: there is no terminal here\n"),
        "{failed}"
    );
}

#[test]
fn on_a_terminal_a_copy_to_the_desktop_is_confirmed() {
    let mut home = Home::new();
    let _line = key_pair(&home);
    let display = Display::start(&home);
    home.set("DISPLAY", display.name());
    let fingerprint =
        home.peer("ssh-keygen").args(["-l", "-f", "id_ed25519"]).run().quiet_success();
    let fingerprint = fingerprint.split(' ').nth(1).expect("bits, fingerprint, comment");
    let left = pubkey_copy(&home, ["id_ed25519"]).on_terminal().finish();
    assert_eq!(
        (left.code(), left.screen),
        (
            0,
            format!(
                "pubkey-copy: copied to the clipboard: ssh-ed25519 {fingerprint} (ada@node7, from id_ed25519)\r\n"
            )
        )
    );
    let quiet = pubkey_copy(&home, ["id_ed25519", "--quiet"]).on_terminal().finish();
    assert_eq!((quiet.code(), quiet.screen.as_str()), (0, ""));
}
