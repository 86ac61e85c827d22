//! Questions for passphrases: on a terminal, which is restored afterwards, through the askpass
//! program, or from standard input.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;

use harness::home::Home;
use harness::terminal::Terminal;
use rustix::process::Signal;
use rustix::termios::LocalModes;

const PROMPT: &str = "Passphrase for \"id\" (empty for none): ";

fn echoes(terminal: &Terminal) -> bool {
    terminal.modes().local_modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG)
}

/// A terminal that shows the question for a new key's passphrase.
fn asked(home: &Home) -> Terminal {
    let mut terminal = home.tool("keygen").args(["-t", "ed25519", "-o", "id"]).on_terminal();
    terminal.expect(PROMPT);
    assert!(!echoes(&terminal), "what is typed must not be seen");
    terminal
}

#[test]
fn keys_that_end_a_program_end_it_and_give_the_terminal_back() {
    let home = Home::new();
    for (key, signal) in [("sesa\x03", Signal::INT), ("\x1c", Signal::QUIT)] {
        let mut terminal = asked(&home);
        terminal.send(key);
        let status = terminal.wait();
        assert_eq!(status.signal(), Some(signal.as_raw()), "the shell sees which it was");
        assert!(echoes(&terminal), "{signal:?}");
        assert!(!home.names().contains(&"id".to_owned()));
    }
    let mut terminal = asked(&home);
    terminal.send("\x04");
    terminal.expect("keygen: no answer was given");
    assert_eq!(terminal.wait().code(), Some(1));
    assert!(echoes(&terminal));
}

#[test]
fn a_signal_during_the_question_gives_the_terminal_back() {
    let home = Home::new();
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut terminal = asked(&home);
        terminal.send("sesa");
        terminal.signal(signal);
        assert_eq!(terminal.wait().signal(), Some(signal.as_raw()));
        assert!(echoes(&terminal), "{signal:?}");
        assert!(!terminal.screen().contains("sesa"));
    }
}

#[test]
fn a_suspended_question_gives_the_terminal_back_and_is_asked_again() {
    let home = Home::new();
    let mut terminal = home.interactive_shell();
    terminal.send_line("keygen -t ed25519 -o id");
    terminal.expect(PROMPT);
    terminal.send("\x1a");
    terminal.expect("near$ ");
    assert!(echoes(&terminal));
    terminal.send_line("fg");
    terminal.expect(PROMPT);
    assert!(!echoes(&terminal));
    terminal.send_line("sesam");
    terminal.expect("The same again: ");
    terminal.send_line("sesam");
    terminal.expect("saved id and id.pub");
    terminal.expect("near$ ");
    terminal.send_line("exit");
    assert!(!terminal.finish().screen.contains("sesam"));
    let _ = home.peer("ssh-keygen").args(["-y", "-P", "sesam", "-f", "id"]).run().quiet_success();
}

#[test]
fn a_change_asks_for_the_old_passphrase_and_for_the_new_one() {
    let home = Home::new();
    home.write("old", "sesam\n");
    let make = ["-t", "ed25519", "-o", "id", "--passphrase-file", "old"];
    let _ = home.tool("keygen").args(make).run().quiet_success();
    let mut terminal = home.tool("keygen").args(["passphrase", "id"]).on_terminal();
    terminal.expect("Passphrase for key \"id\": ");
    terminal.send_line("sesam");
    terminal.expect("New passphrase for \"id\" (empty for none): ");
    terminal.send_line("mohn");
    terminal.expect("The same again: ");
    terminal.send_line("mohn");
    assert_eq!(terminal.finish().code(), 0);
    let _ = home.peer("ssh-keygen").args(["-y", "-P", "mohn", "-f", "id"]).run().quiet_success();
}

#[test]
fn the_askpass_program_is_asked_by_the_rules_of_ssh() {
    let home = Home::new();
    let askpass = home.write("askpass", "#!/bin/sh\necho \"$1\" >> asked\necho sesam\n");
    fs::set_permissions(&askpass, Permissions::from_mode(0o700)).expect("ours");
    let keygen = || {
        let made = home.tool("keygen").args(["-t", "ed25519", "-o", "id", "--force"]);
        made.env("SSH_ASKPASS", &askpass)
    };
    let locked = || {
        let read = home.peer("ssh-keygen").args(["-y", "-P", "sesam", "-f", "id"]).run();
        let _ = read.quiet_success();
        assert_eq!(home.read_text("asked"), format!("{PROMPT}\nThe same again: \n"));
        fs::remove_file(home.path("asked")).expect("it was asked");
        fs::remove_file(home.path("id")).expect("it was made");
    };

    let _ = keygen().env("DISPLAY", ":99").run().quiet_success();
    locked();
    let _ = keygen().env("SSH_ASKPASS_REQUIRE", "force").run().quiet_success();
    locked();
    let terminal = keygen().env("SSH_ASKPASS_REQUIRE", "prefer").on_terminal();
    let left = terminal.finish();
    assert!(left.code() == 0 && !left.screen.contains("Passphrase for"), "{}", left.screen);
    locked();

    // keygen does not ask where ssh would not ask either.
    for (name, value) in [("TERM", "dumb"), ("SSH_ASKPASS_REQUIRE", "never")] {
        let said = keygen().env("DISPLAY", "").env(name, value).run().failure(1);
        assert!(
            said.contains("cannot ask for a passphrase for `id`: there is no terminal"),
            "{said}"
        );
    }
    let mut terminal = keygen().env("DISPLAY", ":99").on_terminal();
    terminal.expect(PROMPT);
}

#[test]
fn an_askpass_program_that_gives_no_answer_makes_no_key() {
    let home = Home::new();
    for (program, said) in [
        ("false", "keygen: no answer was given\n"),
        (
            "./missing",
            "keygen: cannot run the askpass program `./missing`: No such file or directory\n",
        ),
    ] {
        let made = home.tool("keygen").args(["-t", "ed25519", "-o", "id"]);
        let made = made.env("SSH_ASKPASS", program).env("SSH_ASKPASS_REQUIRE", "force");
        assert_eq!(made.run().failure(1), said);
        assert!(home.names().is_empty());
    }
}

#[test]
fn of_standard_input_only_the_first_line_is_taken() {
    let home = Home::new();
    let line = "{ keygen -t ed25519 -o id --passphrase-file - > line && cat; }";
    let left = home.shell(line).stdin("sesam\r\nthe rest\n").run();
    assert_eq!(left.quiet_success(), "the rest\n");
    let read = home.peer("ssh-keygen").args(["-y", "-P", "sesam", "-f", "id"]).run();
    assert_eq!(read.quiet_success(), home.read_text("line"));
}

#[test]
fn a_passphrase_file_without_a_passphrase_is_refused() {
    let home = Home::new();
    let keygen = |file: &str| {
        let made =
            home.tool("keygen").args(["-t", "ed25519", "-o", "id", "--passphrase-file", file]);
        made.stdin("\nsesam\n").run().failure(1)
    };
    home.write("empty", "");
    home.write("long", "x".repeat(70_000));
    for (file, cause) in [
        ("empty", "it holds no passphrase: its first line is empty"),
        ("-", "it holds no passphrase: its first line is empty"),
        ("long", "the first line is longer than 64 KiB"),
        ("missing", "No such file or directory"),
    ] {
        assert_eq!(
            keygen(file),
            format!("keygen: cannot read the passphrase from `{file}`: {cause}\n")
        );
    }
    assert_eq!(home.names(), ["empty", "long"]);
}

#[test]
fn a_long_search_shows_how_far_it_is() {
    let home = Home::new();
    // At the lowest priority, so that on a busy machine it does not finish before we have read and
    // typed.
    let line = "exec nice -n 19 keygen -b 16384 -o id --no-passphrase";
    let mut terminal = home.shell(line).on_terminal();
    terminal.expect("searching for primes");
    terminal.send("\x03");
    assert_eq!(terminal.wait().signal(), Some(Signal::INT.as_raw()));
    assert!(home.names().is_empty());
}
