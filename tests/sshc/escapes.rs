//! Commands to `sshc` itself in the middle of a session, and a terminal that disappears.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpStream};

use harness::hostile::Hostile;
use harness::sshd::{Sshd, free_port};
use harness::terminal::Terminal;

use super::Site;
use super::reconnect::{fetch, relayed};
use super::shell::shell;
use super::terminal::{is_cooked, is_raw, suspend};
use super::tunnels::{connect, converse, shouting};

const SUSPEND: &str = "~\u{1a}";

#[test]
fn nothing_waits_for_an_open_command_prompt() {
    let site = Site::new();
    let (service, port) = (shouting(), free_port());
    let mut terminal = shell(&site, &["-L", &format!("{port}:127.0.0.1:{}", service.port())]);
    let gate = site.home.path("gate");
    let path = gate.display();
    terminal.send_line(&format!("mkfifo {path}; {{ read word < {path}; echo hea''rd $word; }} &"));
    terminal.send_line("echo wait''ing");
    terminal.expect("waiting\r\n");
    terminal.send("~C");
    terminal.expect("\r\nsshc> ");
    let tunnel = connect(port);
    terminal.send("-KX");
    terminal.expect("-KX");
    assert_eq!(converse(&tunnel, b"meanwhile"), b"MEANWHILE");
    fs::write(&gate, "outside\n").expect("the shell reads it");
    terminal.expect("heard outside\r\n");
    // Edited, answered, and once more cancelled; then keystrokes go to the shell again.
    terminal.send(format!("\u{7f}L{port}\r"));
    terminal.expect(&format!("L{port}\r\nno longer forwarding {port}\r\n"));
    terminal.send("~C-L");
    terminal.expect("sshc> -L");
    terminal.send("\u{3}");
    terminal.expect("^C\r\n");
    terminal.send_line("echo ag''ain; exit 5");
    terminal.expect("again\r\n");
    assert_eq!(terminal.finish().code(), 5);
}

#[test]
fn more_is_said_and_less_from_the_keyboard() {
    let site = Site::new();
    let (port, closed) = (free_port(), free_port());
    let mut terminal = shell(&site, &["-L", &format!("{port}:127.0.0.1:{closed}")]);
    let said = format!("cannot forward to 127.0.0.1:{closed}: ");
    let refused = || {
        let mut heard = [0];
        let _ = connect(port).read(&mut heard);
    };
    refused();
    terminal.send("~v");
    terminal.expect("~v\r\n  log level info\r\n");
    assert!(!terminal.screen().contains(&said), "{}", terminal.screen());
    refused();
    terminal.expect(&said);
    // In raw mode, too, each line begins at the left edge.
    terminal.expect("\r\n");
    terminal.send("~v~V~V");
    terminal.expect("debug\r\n~V\r\n  log level info\r\n~V\r\n  log level off\r\n");
    terminal.send_line("exit 6");
    assert_eq!(terminal.finish().code(), 6);
}

#[test]
fn leaving_does_not_wait_for_a_dead_connection() {
    let site = Site::new();
    let (relay, destination) = relayed(&site);
    let options = ["--keepalive", "0", "-t", &destination, "echo rea\"\"dy; cat"];
    let mut terminal = site.sshc(options).on_terminal();
    terminal.expect("ready\r\n");
    relay.fall_silent();
    terminal.send("~C");
    terminal.expect("sshc> ");
    terminal.send("-R 0:127.0.0.1:9\r");
    terminal.expect("-R 0:127.0.0.1:9\r\n");
    terminal.send("\r~.");
    terminal.expect("~.\r\n");
    assert_eq!(terminal.finish().code(), 255);
}

/// As with ssh, the keyboard is the command's until it ends.
#[test]
fn a_command_line_runs_a_command_here_if_that_is_permitted() {
    let site = Site::new();
    let mut terminal = shell(&site, &["-o", "PermitLocalCommand=yes"]);
    terminal.send(
        "~C!echo \"in $PWD\"; read word; echo \"got $word\"; stty -a | grep -o -- -*icanon\r",
    );
    terminal.expect(&format!("in {}\r\n", site.home.folder().display()));
    terminal.send_line("this");
    // The terminal has the modes from before the session.
    terminal.expect("this\r\ngot this\r\nicanon\r\n");
    // Ctrl-C and Ctrl-\ are for the command only.
    for (key, signal) in [("\x03", "INT"), ("\x1c", "QUIT")] {
        terminal.send(format!(
            "\r~C!trap \"echo got {signal}; exit\" {signal}; echo waits; read word\r"
        ));
        terminal.expect("waits\r\n");
        terminal.send(key);
        terminal.expect(&format!("got {signal}\r\n"));
    }
    terminal.send("\r~C!\r");
    terminal.send("~C?\r");
    terminal.expect("\r\n!command                       run a command on this computer\r\n");
    terminal.send_line("echo ag''ain; exit 5");
    terminal.expect("again\r\n");
    assert_eq!(terminal.finish().code(), 5);

    let mut terminal = shell(&site, &[]);
    terminal.send("~C!touch ran\r");
    terminal.expect("commands on this computer need PermitLocalCommand\r\n");
    terminal.send_line("exit 6");
    assert_eq!(terminal.finish().code(), 6);
    assert!(!site.home.path("ran").exists());
}

/// A local shell with job control, in which `sshc` runs this program on a remote terminal.
fn under_a_shell(site: &Site, program: &str) -> Terminal {
    let mut terminal = site.home.interactive_shell();
    let target = site.sshd.target();
    terminal.send_line(&format!("sshc -F none --key id_ed25519 -t {target} '{program}'"));
    terminal
}

#[test]
fn the_keyboard_suspends_a_session_and_the_shell_resumes_it() {
    let site = Site::new();
    let mut terminal = under_a_shell(&site, "echo rea\"\"dy; cat");
    terminal.expect("ready\r\n");
    for round in ["one", "two"] {
        assert!(is_raw(&terminal.modes()));
        terminal.send(SUSPEND);
        terminal.expect("~^Z\r\n");
        terminal.expect("Stopped");
        terminal.expect("near$ ");
        assert!(is_cooked(&terminal.modes()));
        terminal.send_line("fg");
        terminal.expect("cat");
        terminal.wait_for_modes(is_raw);
        terminal.send_line(round);
        terminal.expect(&format!("{round}\r\n{round}\r\n"));
    }
    terminal.send("\u{4}");
    terminal.expect("near$ ");
    assert!(is_cooked(&terminal.modes()));
    terminal.send_line("exit 8");
    assert_eq!(terminal.finish().code(), 8);
}

#[test]
fn a_program_that_fills_the_screen_is_suspended_and_comes_back_in_the_new_size() {
    let site = Site::new();
    let file = site.home.path("written");
    let vim = format!("vim -u NONE -i NONE -N {}", file.display());
    let mut terminal = under_a_shell(&site, &vim);
    // The last line of the text: before that, vim is still starting.
    terminal.expect("\u{1b}[23;1H");
    suspend(&mut terminal);
    terminal.resize(100, 40);
    terminal.send_line("fg");
    // The last line of the text, which a screen of 24 lines does not show.
    terminal.expect("\u{1b}[39;1H");
    terminal.wait_for_modes(is_raw);
    terminal.send("iback\u{1b}:wq\r");
    terminal.expect("near$ ");
    assert!(is_cooked(&terminal.modes()));
    assert_eq!(site.home.read_text("written"), "back\n");
    terminal.send_line("exit 9");
    assert_eq!(terminal.finish().code(), 9);
}

/// Runs its arguments on a new terminal, closes the terminal once the third of them is shown, and
/// reports how the program ended, and whether it took less than five seconds of processor time.
pub(super) const CLOSING: &str = r#"
import os, pty, signal, sys
program, keyboard = pty.fork()
if program == 0:
    if sys.argv[1] == "led":
        # The kernel tells a session's leader only; here that is another program, which does not care.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        program = os.fork()
        if program:
            ended, status, usage = os.wait4(program, 0)
            told = f"{os.waitstatus_to_exitcode(status)} {usage.ru_utime + usage.ru_stime < 5}"
            os.write(int(sys.argv[2]), told.encode())
            os._exit(0)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.execvp(sys.argv[4], sys.argv[4:])
shown = b""
while sys.argv[3].encode() not in shown:
    shown += os.read(keyboard, 1024)
os.close(keyboard)
ended, status, usage = os.wait4(program, 0)
if sys.argv[1] != "led":
    print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime < 5)
"#;

#[test]
fn a_terminal_that_is_closed_ends_its_session() {
    let site = Site::new();
    let script = site.home.write("closing.py", CLOSING);
    let target = site.sshd.target();
    // Ended by the signal, or by the end of input if that is noticed first; in the second case
    // without a signal.
    for (way, expected) in [("leads", &["-1 True\n", "255 True\n"][..]), ("led", &["255 True"])] {
        let line = format!(
            "python3 {} {way} 3 ready sshc -F none --key id_ed25519 -t {target} \
             'echo rea\"\"dy; exec sleep 1000' 3>&1",
            script.display()
        );
        let ran = site.home.shell(&line).run();
        assert!(expected.contains(&ran.stdout()), "{way}: {}", ran.stdout());
    }
}

#[test]
fn escapes_are_ours_and_everything_else_is_the_shell_s() {
    let site = Site::new();
    let mut terminal = shell(&site, &[]);
    terminal.send("~?");
    terminal.expect("  ~.    end the connection\r\n");
    terminal.send("\r~~echo not''ours ~?\r");
    terminal.expect("~echo");
    terminal.send_line("echo in a line ~. st''ays");
    terminal.expect("in a line ~. stays\r\n");
    terminal.send("~.");
    // The next prompt is on a line of its own.
    terminal.expect("~.\r\n");
    assert_eq!(terminal.finish().code(), 255);
}

#[test]
fn new_keys_are_asked_for_from_the_keyboard() {
    let site = Site::with(Sshd::setup().option("LogLevel DEBUG1"));
    let mut terminal = shell(&site, &[]);
    let before = site.sshd.log().bytes().len();
    terminal.send("~R");
    terminal.expect("~R\r\n");
    let _end = site.sshd.log().wait_for_after(before, "rekeying");
    terminal.send_line("echo still th''ere; exit 3");
    terminal.expect("still there\r\n");
    assert_eq!(terminal.finish().code(), 3);
}

#[test]
fn without_an_escape_character_everything_is_the_shell_s() {
    let site = Site::new();
    let mut terminal = shell(&site, &["-o", "EscapeChar=none"]);
    terminal.send_line("~.");
    terminal.expect("~.: ");
    terminal.send_line("exit 4");
    assert_eq!(terminal.finish().code(), 4);
}

#[test]
fn the_escape_character_is_the_configuration_s() {
    let site = Site::new();
    let mut terminal = shell(&site, &["-o", "EscapeChar=%"]);
    terminal.send_line("~?");
    terminal.expect("~?: command not found");
    terminal.send("%.");
    assert_eq!(terminal.finish().code(), 255);
}

#[test]
fn a_forward_is_opened_listed_and_closed_from_the_keyboard() {
    let site = Site::new();
    let service = Hostile::with(|mut stream| {
        // Whatever the caller sends, the answer is the same.
        let _ = stream.write_all(b"thank you");
        let _ = stream.shutdown(Shutdown::Both);
    });
    let mut terminal = shell(&site, &[]);
    terminal.send("~C");
    terminal.expect("sshc> ");
    terminal.send(format!("-L auto:127.0.0.1:{}\r", service.port()));
    terminal.expect("forwarding localhost:");
    terminal.expect("\r\n");
    let screen = terminal.screen();
    let (_, said) = screen.rsplit_once("forwarding localhost:").expect("it was said");
    let port = said.split(' ').next().and_then(|port| port.parse().ok()).expect("a port");
    assert_eq!(fetch(port), "thank you");

    terminal.send("\r~#");
    terminal.expect(&format!("  localhost:{port} to 127.0.0.1:{}\r\n", service.port()));
    terminal.send("\r~C");
    terminal.expect("sshc> ");
    terminal.send(format!("-KL {port}\r"));
    terminal.expect(&format!("no longer forwarding {port}\r\n"));
    assert!(
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err(),
        "no program listens any more"
    );

    terminal.send("\r~C");
    terminal.expect("sshc> ");
    terminal.send("-X\r");
    terminal.expect("expected -L, -R, -D, -KL, -KR, -KD or -h, found `-X`\r\n");
    terminal.send_line("exit 0");
    assert_eq!(terminal.finish().code(), 0);
}
