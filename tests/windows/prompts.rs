//! Typing at a Windows console: every way to leave a question, and every kind of key.

use harness::home::Home;
use harness::invocation::Invocation;
use harness::sshd::Sshd;
use harness::terminal::Terminal;
use harness::until;
use rustix::termios::LocalModes;

use crate::login::key_pair;
use crate::wine;

/// The exit status after Ctrl-C: our own 130, or 0 under Wine, where Windows gives
/// `STATUS_CONTROL_C_EXIT`.
const INTERRUPTED: [i32; 2] = [130, 0];

/// The same after the window was closed.
const CLOSED: [i32; 2] = [129, 0];

/// Waits until Wine handles the keys, which begins when a program first waits for one.
fn wait_for_wine(terminal: &Terminal) {
    terminal.wait_for_modes(|modes| !modes.local_modes.contains(LocalModes::ECHO));
}

/// A program run by the typist, which performs the steps that are passed to [`step`].
fn typed_at(home: &Home, program: &str, arguments: &[&str]) -> Invocation {
    let typist = wine::helper(home, "typist", include_str!("typist.c"));
    let exe = format!("{}.exe", wine::programs().join(program).display());
    wine::program(home, typist).arg(exe).args(arguments.iter().copied())
}

/// Renamed into place, so that the step appears complete.
fn step(home: &Home, number: u32, lines: &str) {
    let written = home.write("step", lines);
    std::fs::rename(written, home.path(format!("step-{number}"))).expect("it was written");
}

/// A home with a locked key, and a server that asks for a password if no key is offered.
fn site() -> (Home, Sshd) {
    let home = Home::new();
    let line = key_pair(&home, "id");
    let lock =
        home.peer("ssh-keygen").args(["-q", "-p", "-P", "", "-N", "open sesame", "-f", "id"]);
    assert_eq!(lock.run().code(), 0);
    let sshd = Sshd::setup().authorize(line).option("PasswordAuthentication yes").start();
    (home, sshd)
}

/// Each question, with the program and arguments that cause it.
fn questions(sshd: &Sshd) -> Vec<(&'static str, &'static str, Vec<String>)> {
    let (pin, target) = (sshd.fingerprint("ed25519"), sshd.target());
    let sshc = |options: &[&str]| {
        let options = ["-F", "none", "--agent", "none"].iter().chain(options);
        options.map(ToString::to_string).chain([target.clone(), "true".into()]).collect()
    };
    let keygen = ["-t", "ed25519", "-o", "new.ppk"].map(str::to_owned).to_vec();
    vec![
        ("keygen", "Passphrase for \"new.ppk\"", keygen),
        ("sshc", "Passphrase for key", sshc(&["--key", "id", "--host-key", &pin])),
        ("sshc", "Trust this host key?", sshc(&["--key", "id"])),
        ("sshc", "'s password:", sshc(&["--host-key", &pin])),
    ]
}

/// The keys of Ctrl-C, and the events of the console.
const CTRL_C: &str = "key 43 8 1 3\n";
const CTRL_BREAK: &str = "event 1\n";
const CLOSE: &str = "event 2\n";

/// Leaves every question in this way; the program must end with one of these statuses.
fn leave(way: &str, statuses: &[i32]) {
    let (home, sshd) = site();
    for (program, question, arguments) in questions(&sshd) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut console = typed_at(&home, program, &arguments).on_terminal();
        console.expect(question);
        wait_for_wine(&console);
        step(&home, 1, way);
        let left = console.finish();
        let screen = left.screen.escape_debug();
        assert!(statuses.contains(&left.code()), "{question}: {} {screen}", left.code());
        // The program ends without a message.
        let after = left.screen.rsplit_once(question).expect("it was asked").1;
        let is_silent = ["keygen: ", "sshc: "].iter().all(|name| !after.contains(name));
        assert!(is_silent, "{question}: {screen}");
        std::fs::remove_file(home.path("step-1")).expect("it was performed");
    }
    assert!(!home.path("new.ppk").exists());
    assert!(!sshd.log().text().contains("Accepted publickey"));
}

#[test]
fn ctrl_c_leaves_every_question_and_the_console_as_it_was() {
    leave(CTRL_C, &INTERRUPTED);
}

#[test]
fn ctrl_break_leaves_every_question_and_the_console_as_it_was() {
    leave(CTRL_BREAK, &INTERRUPTED);
}

#[test]
fn closing_the_window_leaves_every_question() {
    leave(CLOSE, &CLOSED);
}

/// A session with a remote program that is ready, on a console.
fn session(home: &Home, sshd: &Sshd, far: &str) -> Terminal {
    let (pin, target) = (sshd.fingerprint("ed25519"), sshd.target());
    let arguments = ["-F", "none", "--key", "id", "--host-key", &pin, "-t", &target, far];
    let mut console = typed_at(home, "sshc", &arguments).on_terminal();
    console.expect("ready");
    wait_for_wine(&console);
    console
}

#[test]
fn ctrl_break_and_closing_the_window_end_a_session() {
    for (way, statuses) in [(CTRL_BREAK, INTERRUPTED), (CLOSE, CLOSED)] {
        let home = Home::new();
        let sshd = Sshd::start(&key_pair(&home, "id"));
        let gone = home.path("gone");
        let far = format!("trap 'echo > {}' HUP; echo ready; read line", gone.display());
        let console = session(&home, &sshd, &far);
        step(&home, 1, way);
        let left = console.finish();
        let screen = left.screen.escape_debug();
        assert!(statuses.contains(&left.code()), "{way}: {} {screen}", left.code());
        until("the remote program has ended", || gone.exists());
    }
}

/// A session sends what a mouse does only as the console writes it for programs that want escape
/// sequences: records of the mouse are none of its input, and whether the console makes any is left
/// as it was.
#[test]
fn the_mouse_is_left_to_the_console() {
    const MOUSE_INPUT: u32 = 0x10;
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let far = "stty raw -echo; echo ready; head -c 3 | od -An -tx1";
    let mut console = session(&home, &sshd, far);
    step(&home, 1, "modes\n");
    let file = home.path("modes");
    until("the modes are written", || file.exists());
    let modes = home.read_text("modes");
    let input = modes.split(' ').next().and_then(|it| u32::from_str_radix(it, 16).ok());
    let input = input.expect("a number");
    // Without lines, echo and Ctrl-C of its own; with escape sequences and changes of the size.
    assert_eq!(input & 0x20f, 0x208, "{input:x}");
    assert_eq!(input & MOUSE_INPUT, MOUSE_INPUT, "{input:x}");
    let click = "mouse 3 4 1\nmouse 3 4 0\n";
    step(&home, 2, &format!("{click}key 41 0 1 61\n{click}key 42 0 1 62\nkey 43 0 1 63\n"));
    console.expect("61 62 63");
    assert_eq!(console.finish().code(), 0);
}

#[test]
fn characters_come_by_alt_gr_dead_keys_the_keypad_and_in_pairs() {
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let pin = sshd.fingerprint("ed25519");
    let far = "stty raw -echo; echo ready; head -c 10 | od -An -tx1";
    let arguments = ["-F", "none", "--key", "id", "--host-key", &pin, "-t", &sshd.target(), far];
    let mut console = typed_at(&home, "sshc", &arguments).on_terminal();
    console.expect("ready");
    wait_for_wine(&console);
    // On a German keyboard, AltGr and Q give `@`: both modifiers, and one character.
    let alt_gr = "key 12 9 1 0\nkey 51 9 1 40\nkey 51 9 0 40\nkey 12 0 0 0\n";
    // A dead key alone gives no character, whether it has its own key or is AltGr and 2.
    let dead = "key dc 0 1 0\nkey dc 0 0 0\nkey 45 0 1 ea\nkey 45 0 0 ea\n\
                key 32 9 1 0\nkey 32 9 0 0\n";
    // Alt and the digits of a number: the character comes when Alt is released.
    let keypad = "key 12 2 1 0\nkey 68 2 1 0\nkey 68 2 0 0\nkey 12 0 0 20ac\n";
    let pair = "key e7 0 1 d83d\nkey e7 0 0 d83d\nkey e7 0 1 de00\nkey e7 0 0 de00\n";
    step(&home, 1, &[alt_gr, dead, keypad, pair].concat());
    console.expect("40 c3 aa e2 82 ac f0 9f 98 80");
    assert_eq!(console.finish().code(), 0);
}

#[test]
fn a_question_is_readable_in_every_code_page() {
    let (home, sshd) = site();
    std::fs::rename(home.path("id"), home.path("schl\u{fc}ssel")).expect("it is ours");
    let pin = sshd.fingerprint("ed25519");
    let key = ["-F", "none", "--agent", "none", "--key", "schl\u{fc}ssel", "--host-key", &pin];
    let target = sshd.target();
    let arguments = [&key[..], &[&target, "echo in"]].concat();
    for page in ["850", "65001"] {
        let console = typed_at(&home, "sshc", &arguments).env("CODE_PAGE", page);
        let mut console = console.env("LC_ALL", "C.UTF-8").on_terminal();
        console.expect("Passphrase for key \"schl\u{fc}ssel\"");
        wait_for_wine(&console);
        console.send("open sesame\r");
        let left = console.finish();
        assert_eq!(left.code(), 0, "{page}: {}", left.screen.escape_debug());
    }
}

#[test]
fn a_passphrase_may_have_characters_outside_the_first_plane() {
    let home = Home::new();
    let arguments = ["-t", "ed25519", "-o", "id.ppk"];
    let mut console = typed_at(&home, "keygen", &arguments).on_terminal();
    let typed = "key e7 0 1 d83d\nkey e7 0 1 de00\nkey 41 0 1 e4\nkey 42 0 1 62\n\
                 key 8 0 1 8\nkey d 0 1 d\n";
    console.expect("Passphrase for \"id.ppk\"");
    wait_for_wine(&console);
    step(&home, 1, typed);
    console.expect("The same again:");
    step(&home, 2, typed);
    let left = console.finish();
    assert_eq!(left.code(), 0, "{}", left.screen.escape_debug());
    home.write("passphrase", "\u{1f600}\u{e4}\n");
    let unlock = ["--old-passphrase", "passphrase", "-O", "private-openssh", "-o", "id"];
    let opened = home.peer("puttygen").arg("id.ppk").args(unlock).run();
    assert_eq!(opened.code(), 0, "{}", opened.stderr());
}

#[test]
fn a_resized_window_is_reported_to_the_server() {
    for sharing in [&[][..], &["--share=0"]] {
        let home = Home::new();
        let sshd = Sshd::start(&key_pair(&home, "id"));
        let pin = sshd.fingerprint("ed25519");
        let target = sshd.target();
        let far =
            "trap 'stty size' WINCH; trap 'exit 7' INT; echo ready; while :; do sleep 0.1; done";
        let arguments = ["-F", "none", "--key", "id", "--host-key", &pin, "-t", &target, far];
        let mut console =
            typed_at(&home, "sshc", &[sharing, &arguments[..]].concat()).on_terminal();
        console.expect("ready");
        wait_for_wine(&console);
        step(&home, 1, "size 64 1e\n");
        console.expect("30 100");
        // Ctrl-C goes to the program on the server.
        step(&home, 2, "key 43 8 1 3\n");
        let left = console.finish();
        assert_eq!(left.code(), 7, "{}", left.screen.escape_debug());
    }
}

#[test]
fn a_paste_of_a_megabyte_arrives_whole() {
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let pin = sshd.fingerprint("ed25519");
    let far = "stty raw -echo; echo ready; head -c 1048576 | sha256sum";
    let arguments = ["-F", "none", "--key", "id", "--host-key", &pin, "-t", &sshd.target(), far];
    let mut console = typed_at(&home, "sshc", &arguments).on_terminal();
    console.expect("ready");
    wait_for_wine(&console);
    step(&home, 1, "paste 100000\n");
    let pasted: String = (b'a'..=b'z').map(char::from).cycle().take(1 << 20).collect();
    let digest = home.peer("openssl").args(["dgst", "-sha256", "-r"]);
    let digest = digest.stdin(pasted).run().quiet_success();
    console.expect(digest.split(' ').next().expect("a digest"));
    assert_eq!(console.finish().code(), 0);
}

#[test]
fn the_kind_of_terminal_is_sent_and_may_be_chosen() {
    let home = Home::new();
    let sshd = Sshd::start(&key_pair(&home, "id"));
    let pin = sshd.fingerprint("ed25519");
    let sshc = || {
        let sshc = wine::tool(&home, "sshc").args(["-F", "none", "--key", "id"]);
        sshc.args(["--host-key", &pin, "-t", &sshd.target(), "echo kind $TERM"])
    };
    let mut console = sshc().env_remove("TERM").on_terminal();
    console.expect("kind xterm-256color");
    assert_eq!(console.finish().code(), 0);
    let mut console = sshc().env("TERM", "vt220").on_terminal();
    console.expect("kind vt220");
    assert_eq!(console.finish().code(), 0);
}

#[test]
fn in_mintty_a_question_says_what_to_do() {
    let (home, sshd) = site();
    let mintty = wine::helper(&home, "mintty", include_str!("mintty.c"));
    let sshc = format!("{}.exe", wine::programs().join("sshc").display());
    let pin = sshd.fingerprint("ed25519");
    for (number, prefix) in ["msys-1888ae32e00d56aa", "cygwin-e022582115c10879"].iter().enumerate()
    {
        let prefix = format!("{prefix}-pty{number}");
        let options = [&prefix, &sshc, "-F", "none", "--agent", "none", "--key", "id"];
        let ran = wine::program(&home, mintty.clone()).args(options);
        let ran = ran.args(["--host-key", &pin, &sshd.target(), "true"]).run();
        assert_eq!(ran.code(), 255, "{}", ran.stdout());
        let said = "mintty (Git Bash, Cygwin) gives Windows programs no console, which Windows \
                    Terminal and `winpty sshc …` do";
        assert!(ran.stdout().contains(said), "{}", ran.stdout());
    }
}
