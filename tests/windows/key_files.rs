//! The files of `keygen.exe`: PuTTY reads them, other users may not, and the passphrase is asked
//! for on the console.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use harness::home::Home;
use harness::terminal::Terminal;
use rustix::termios::LocalModes;

use crate::wine;

#[test]
fn puttygen_reads_what_keygen_writes() {
    let home = Home::new();
    home.write("passphrase", "correct horse\r\n");
    for (kind, arguments) in [("ed25519", &["-t", "ed25519"][..]), ("rsa", &[])] {
        let file = format!("{kind}.ppk");
        let made = wine::tool(&home, "keygen")
            .args(arguments.iter().copied())
            .args(["-C", "ada@node7", "-o", &file, "--passphrase-file", "passphrase"])
            .run();
        let line = made.quiet_success();

        home.write("for-puttygen", "correct horse\n");
        home.write("empty", "");
        let unlocked = home
            .peer("puttygen")
            .args([&file, "--old-passphrase", "for-puttygen", "--new-passphrase", "empty"])
            .args(["-O", "private-openssh", "-o", kind])
            .run();
        assert_eq!(unlocked.code(), 0, "{}", unlocked.stderr());
        let derived = home.peer("ssh-keygen").args(["-y", "-f", kind]).run().quiet_success();
        let key = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        assert_eq!(key(derived.trim_end()), key(&line));
        assert_eq!(home.peer("puttygen").args(["-L", &file]).run().quiet_success(), line);
        assert_eq!(home.read_text(format!("{kind}.pub")), line);
    }
}

/// Wine keeps only the part of an access list that fits into a Unix mode. So this shows that the
/// list was set at creation and excludes all other users, not each of its entries.
#[test]
fn a_private_key_file_belongs_to_its_user_alone() {
    let home = Home::new();
    let access_list = wine::helper(&home, "access_list", include_str!("access_list.c"));
    let made = wine::tool(&home, "keygen");
    assert_eq!(made.args(["-t", "ed25519", "-o", "id", "--no-passphrase"]).run().code(), 0);

    let list = |file: &str| {
        let list = wine::program(&home, access_list.clone()).arg(file).run().quiet_success();
        let (owner, entries) = list.trim_end().split_once("D:").expect("an owner and a list");
        let entries: Vec<String> = entries.split_inclusive(')').map(str::to_owned).collect();
        (owner.trim_start_matches("O:").to_owned(), entries)
    };
    let (owner, entries) = list("id");
    assert_eq!(entries, ["(A;;FA;;;SY)".to_owned(), format!("(A;;FA;;;{owner})")]);
    let (_, public_entries) = list("id.pub");
    assert!(public_entries.iter().any(|entry| entry.ends_with(";WD)")), "{public_entries:?}");

    let mode = fs::metadata(home.path("id")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o007, 0, "{mode:o}");
}

#[test]
fn a_file_that_others_may_read_is_warned_of_and_mended() {
    let home = Home::new();
    let made = wine::tool(&home, "keygen");
    assert_eq!(made.args(["-t", "ed25519", "-o", "id", "--no-passphrase"]).run().code(), 0);
    let inspected = |options: &[&str]| {
        let shown = wine::tool(&home, "keygen").args(["inspect", "id"]);
        shown.args(options.iter().copied()).run().quiet_success()
    };
    assert!(!inspected(&[]).contains("others may read it"));

    fs::set_permissions(home.path("id"), fs::Permissions::from_mode(0o644)).expect("it is ours");
    let warning = "others may read it: its access list lets in everyone; see --fix-permissions\n";
    let shown = inspected(&[]);
    assert!(shown.contains(warning), "{shown}");

    let shown = inspected(&["--fix-permissions"]);
    assert!(!shown.contains("others may read it"), "{shown}");
    let mode = fs::metadata(home.path("id")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o007, 0, "{mode:o}");
}

#[test]
fn of_standard_input_only_the_first_line_is_taken() {
    let home = Home::new();
    let line = "wine \"$PROGRAMS/keygen.exe\" -t ed25519 -o id --passphrase-file - > line && cat";
    let left = wine::shell(&home, line).stdin("sesam\r\nthe rest\n").run();
    assert_eq!(left.quiet_success(), "the rest\n");
    // ssh-keygen objects to Wine's mode for this access list.
    fs::set_permissions(home.path("id"), fs::Permissions::from_mode(0o600)).expect("it is ours");
    let read = home.peer("ssh-keygen").args(["-y", "-P", "sesam", "-f", "id"]).run();
    assert_eq!(read.quiet_success(), home.read_text("line"));
}

#[test]
fn passphrases_are_asked_for_on_the_console() {
    let home = Home::new();
    let mut console = wine::tool(&home, "keygen")
        .args(["-t", "ed25519", "-o", "id.ppk"])
        .on_terminal_with_stdout_piped();
    console.expect("Passphrase for \"id.ppk\"");
    wait_for_raw_keyboard(&console);
    console.send("correkt\x7f\x7fct horse\r");
    console.expect("The same again:");
    wait_for_raw_keyboard(&console);
    console.send("correct horse\r");
    let left = console.finish();
    assert_eq!(left.code(), 0, "{}", left.screen.escape_debug());
    assert!(!left.screen.contains("horse"), "{}", left.screen.escape_debug());

    home.write("passphrase", "correct horse\n");
    let opened = home
        .peer("puttygen")
        .args(["id.ppk", "--old-passphrase", "passphrase", "-O", "private-openssh", "-o", "id"])
        .run();
    assert_eq!(opened.code(), 0, "{}", opened.stderr());
}

/// Wine turns off the terminal's own echo only when a program reads a key, which may be after its
/// prompt is shown.
fn wait_for_raw_keyboard(console: &Terminal) {
    console.wait_for_modes(|modes| !modes.local_modes.contains(LocalModes::ECHO));
}
