//! Commands on the server: their streams, their status, and which side ends first.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;

use harness::programs::under_test;
use harness::sshd::Sshd;
use rand::Rng as _;
use rustix::process::Signal;

use super::Site;

#[test]
fn a_command_has_our_streams() {
    let site = Site::new();
    let ran = site.run("cat; echo complaint >&2").stdin(&b"in\0\xff\r\n"[..]).run();
    assert_eq!((ran.code(), ran.stderr()), (0, "complaint\n"));
    assert_eq!(ran.stdout, b"in\0\xff\r\n");
}

#[test]
fn sshc_exits_with_the_command_s_status() {
    let site = Site::new();
    for (command, status) in [
        ("true", 0),
        ("exit 3", 3),
        ("exit 255", 255),
        ("kill -TERM $$", 143),
        ("kill -KILL $$", 137),
        ("kill -USR1 $$", 138),
    ] {
        let ran = site.run(command).run();
        assert_eq!((ran.code(), ran.stdout(), ran.stderr()), (status, "", ""), "{command}");
    }
}

#[test]
fn a_server_may_send_as_much_as_the_session_is_for() {
    const MEBIBYTE: usize = 1 << 20;
    let site = Site::with(Sshd::setup().option("LogLevel DEBUG1"));
    let target = site.sshd.target();
    for (options, window) in [(&["-tt"][..], 1), (&[], 64), (&["-L", "auto:127.0.0.1:9"], 16)] {
        let before = site.sshd.log().bytes().len();
        assert_eq!(site.sshc(options.iter().copied()).args([&target, "true"]).run().code(), 0);
        // A shared connection has the window for all purposes.
        let window = if Site::IS_SHARED { 16 } else { window };
        let expected = format!(" win {} max 61440", window * MEBIBYTE);
        let _end = site.sshd.log().wait_for_after(before, &expected);
    }
}

#[test]
fn words_after_the_destination_are_one_command_line() {
    let site = Site::new();
    let target = site.sshd.target();
    for words in [
        &[&target, "printf", "%s-", "a", "b"][..],
        &[&target, "--", "printf", "%s-", "a", "b"],
        &[&target, "--key", "id_ed25519", "printf", "%s-", "a", "b"],
    ] {
        let ran = site.sshc(words.iter().copied()).run();
        assert_eq!(ran.quiet_success(), "a-b-", "{words:?}");
    }
}

#[test]
fn a_command_may_be_any_bytes() {
    let site = Site::new();
    let name = OsStr::from_bytes(b"M\xfcller");
    let ran = site.sshc([&site.sshd.target(), "echo"]).arg(name).run();
    assert_eq!((ran.stdout.as_slice(), ran.stderr(), ran.code()), (&b"M\xfcller\n"[..], "", 0));
}

/// 100 MB that do not compress.
fn bulk(site: &Site) -> String {
    const BYTES: usize = 100_000_000;
    let mut noise = vec![0; 1_000_000];
    let mut file = File::create(site.home.path("bulk")).expect("the home is ours");
    for _ in 0..BYTES / noise.len() {
        rand::rng().fill_bytes(&mut noise);
        file.write_all(&noise).expect("the disk has room");
    }
    site.home.shell("sha256sum < bulk").run().quiet_success()
}

#[test]
fn a_hundred_megabytes_go_up_and_come_down_unharmed() {
    let site = Site::new();
    let (sum, target) = (bulk(&site), site.sshd.target());
    let path = site.home.path("bulk");
    for line in [
        site.sshc_line(&format!("{target} sha256sum < bulk")),
        site.sshc_line(&format!("-n {target} cat {} | sha256sum", path.display())),
        site.sshc_line(&format!("{target} cat < bulk | sha256sum")),
    ] {
        assert_eq!(site.home.shell(&line).run().quiet_success(), sum, "{line}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_quietly() {
    let site = Site::new();
    let sshc = site.sshc_line(&format!("-n {} yes", site.sshd.target()));
    let line = format!("{{ {sshc}; echo $? > status; }} | head -n 1");
    assert_eq!(site.home.shell(&line).run().quiet_success(), "y\n");
    assert_eq!(site.home.read_text("status"), "0\n");
}

#[test]
fn a_command_that_ends_first_does_not_wait_for_its_input() {
    let site = Site::new();
    let running = site.run("echo early; exit 4").stdin_open().start();
    // Standard input is still open.
    assert_eq!(running.stdout.wait_for_end(), b"early\n");
    assert_eq!(running.finish().code(), 4);
    let large = vec![b'x'; 8 << 20];
    let ran = site.run("head -c 5").stdin(large).run();
    assert_eq!(ran.quiet_success(), "xxxxx");
}

#[test]
fn the_end_of_input_reaches_the_command_and_its_last_words_us() {
    let site = Site::new();
    let mut running = site.run("cat; echo done").stdin_open().start();
    running.send("one\n");
    running.stdout.wait_for("one\n");
    running.send("two\n");
    running.stdout.wait_for("two\n");
    running.close_stdin();
    assert_eq!(running.finish().quiet_success(), "one\ntwo\ndone\n");
}

#[test]
fn output_goes_on_after_the_command_closed_its_input() {
    let site = Site::new();
    let ran = site.run("exec <&-; echo still here").stdin(vec![b'x'; 4 << 20]).run();
    assert_eq!(ran.quiet_success(), "still here\n");
}

#[test]
fn without_input_the_command_reads_the_end_at_once() {
    let site = Site::new();
    let target = site.sshd.target();
    let running = site.sshc(["-n", &target, "cat; echo done"]).stdin_open().start();
    // Standard input is still open.
    assert_eq!(running.stdout.wait_for_end(), b"done\n");
    assert_eq!(running.finish().code(), 0);
}

#[test]
fn a_terminal_is_given_when_it_was_asked_for_twice() {
    let site = Site::new();
    let target = site.sshd.target();
    let asked = |option: &str| site.sshc([option, &target, "tty || true"]).run().quiet_success();
    assert_eq!(asked("-T"), "not a tty\n");
    // A single `-t` is not enough without a local terminal.
    assert_eq!(asked("-t"), "not a tty\n");
    let given = asked("-tt");
    assert!(given.starts_with("/dev/pts/") && given.ends_with("\r\n"), "{given:?}");
}

#[test]
fn files_are_carried_by_the_subsystem() {
    let site = Site::new();
    let (target, sshc) = (site.sshd.target(), under_test("sshc"));
    site.home.write("sent", b"some\0bytes\xff");
    let server = format!("{} --key id_ed25519 -s {target} sftp", sshc.display());
    let folder = site.home.folder();
    let batch = format!("put sent {0}/there\nget {0}/there back\n", folder.display());
    let sftp = site.home.peer("sftp").args(["-q", "-b", "-", "-D", &server]).stdin(batch).run();
    assert_eq!(sftp.code(), 0, "{}", sftp.stderr());
    assert_eq!(site.home.read("back"), b"some\0bytes\xff");

    // SSH_FXP_INIT of version 3, and the beginning of SSH_FXP_VERSION.
    let mut running = site.sshc(["-s", &target, "sftp"]).stdin_open().start();
    running.send([0, 0, 0, 5, 1, 0, 0, 0, 3]);
    running.stdout.wait_for("\u{2}\0\0\0\u{3}");
    assert_eq!(running.finish().code(), 0);
}

#[test]
fn a_subsystem_that_the_server_lacks_is_refused_in_words() {
    let site = Site::new();
    let ran = site.sshc(["-s", &site.sshd.target(), "nonsense"]).run();
    let expected = "sshc: the server refused to start the program\n\
                    sshc: hint: the account may be for tunnels or files only: try -N with a tunnel, or sftp\n";
    assert_eq!(ran.failure(255), expected);
}

#[test]
fn what_the_server_does_not_give_is_done_without() {
    let site = Site::with(Sshd::setup().option("PermitTTY no").option("AllowAgentForwarding no"));
    let target = site.sshd.target();
    assert_eq!(site.sshc(["-A", &target, "echo in"]).run().quiet_success(), "in\n");
    let mut terminal = site.sshc([target.as_str()]).on_terminal();
    terminal.expect("sshc: the server refused a terminal; going on without one\r\n");
    // While the remote terminal is not in raw mode, `~` is not an escape, and Ctrl-D is the end.
    terminal.send_line("~.; echo $((40 + 2)); (exit 3)");
    terminal.expect("42\r\n");
    terminal.send("\x04");
    let left = terminal.finish();
    assert_eq!(left.code(), 3, "{}", left.screen);
    let mut quiet = site.sshc(["-q", &target]).on_terminal();
    quiet.send_line("exit 4");
    let left = quiet.finish();
    assert_eq!(left.code(), 4, "{}", left.screen);
    assert!(!left.screen.contains("refused"), "{}", left.screen);
    let left = site.sshc(["-t", &target, "true"]).on_terminal().finish();
    assert_eq!(left.code(), 255, "{}", left.screen);
    assert!(left.screen.contains("the server refused a terminal\r\n"), "{}", left.screen);
}

#[test]
fn a_server_that_gives_no_session_is_quoted() {
    let site = Site::with(Sshd::setup().option("MaxSessions 0"));
    let said = site.sshc([&site.sshd.target(), "true"]).run().failure(255);
    let expected = "sshc: the server refused a session: connect failed: \"open failed\"\n\
                    sshc: hint: the account may be for tunnels or files only: try -N with a tunnel, or sftp\n";
    assert_eq!(said, expected);
}

#[test]
fn a_signal_that_was_ignored_before_us_stays_so() {
    let site = Site::new();
    let words = format!("-N --print-forwards -L auto:127.0.0.1:9 {}", site.sshd.target());
    let line = format!("trap '' HUP INT QUIT; exec {}", site.sshc_line(&words));
    let mut running = site.home.shell(&line).start();
    running.stdout.wait_for("\n");
    for signal in [Signal::HUP, Signal::INT, Signal::QUIT, Signal::TERM] {
        running.signal(signal);
    }
    assert_eq!(running.finish().code(), 143);
}
