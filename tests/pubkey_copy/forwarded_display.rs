//! From a server through `ssh -Y`: the clipboard of the user's own machine.

mod clipboard_manager;

use harness::display::Display;
use harness::home::Home;
use harness::invocation::{Invocation, Running};
use harness::sshd::Sshd;

use self::clipboard_manager::ClipboardManager;
use super::{clipboard_owner, key_pair, pubkey_copy};

/// A server that forwards displays and accepts the key; its host key is on record.
fn server(home: &Home, line: &str) -> Sshd {
    let options = format!("SetEnv HOME={}", home.folder().display());
    let setup = Sshd::setup().option("X11Forwarding yes").option(options);
    let sshd = setup.authorize(line).start();
    // Otherwise xauth reports that the file is missing.
    home.write(".Xauthority", "");
    home.write("known_hosts", sshd.known_hosts_line("ed25519"));
    sshd
}

/// `ssh -Y`, running `command` on the server.
fn ssh(home: &Home, sshd: &Sshd, display: &Display, terminal: &str, command: &str) -> Invocation {
    let known = format!("UserKnownHostsFile={}", home.path("known_hosts").display());
    let key = home.path("id_ed25519");
    let port = sshd.port().to_string();
    let user = format!("{}@127.0.0.1", sshd.user());
    home.peer("ssh")
        .env("DISPLAY", display.name())
        .args([
            "-Y",
            terminal,
            "-F",
            "none",
            "-o",
            "LogLevel=ERROR",
            "-o",
            &known,
            "-o",
            "IdentitiesOnly=yes",
            "-i",
        ])
        .arg(key)
        .args(["-p", &port, &user, command])
}

/// The command line for the program on the server.
fn command(home: &Home, options: &str) -> String {
    let tool = harness::programs::under_test("pubkey-copy");
    format!("cd {} && {} id_ed25519 {options}", home.folder().display(), tool.display())
}

fn pasted(home: &Home, display: &Display) -> String {
    let paste = home.peer("xclip").args(["-out", "-selection", "clipboard"]);
    paste.env("DISPLAY", display.name()).run().quiet_success()
}

#[test]
fn a_clipboard_manager_keeps_the_line_and_ssh_ends() {
    let home = Home::new();
    let line = key_pair(&home);
    let display = Display::start(&home);
    let manager = ClipboardManager::start(display.name());
    let sshd = server(&home, &line);

    let said = ssh(&home, &sshd, &display, "-T", &command(&home, "")).run();
    assert_eq!((said.code(), said.stdout(), said.stderr()), (0, "", ""));
    harness::until("the manager has it", || clipboard_owner::of(&home).is_empty());
    for _ in 0..2 {
        assert_eq!(pasted(&home, &display), line);
    }
    drop(manager);
}

#[test]
fn without_a_clipboard_manager_ssh_waits_for_the_line() {
    let home = Home::new();
    let line = key_pair(&home);
    let display = Display::start(&home);
    let sshd = server(&home, &line);

    let done = format!("{}; echo done", command(&home, ""));
    let mut ssh: Running = ssh(&home, &sshd, &display, "-tt", &done).stdin_open().start();
    ssh.stdout.wait_for("done\r\n");
    let said = ssh.stdout.text();
    let hint = "pubkey-copy: hint: the display is on another machine, without a clipboard \
                manager: ssh keeps running until something else is copied there, and the text is \
                lost when ssh ends\r\n";
    assert!(said.contains(hint), "{said}");
    assert_eq!(pasted(&home, &display), line);
    assert!(!ssh.has_ended());

    // The next copied text ends the wait.
    let next = pubkey_copy(&home, ["id_ed25519", "--from", "192.0.2.7"]);
    assert_eq!(next.env("DISPLAY", display.name()).run().quiet_success(), "");
    assert_eq!(ssh.finish().code(), 0);
    assert_eq!(pasted(&home, &display), format!("from=\"192.0.2.7\" {line}"));
}
