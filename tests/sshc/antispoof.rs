//! Who is speaking: nothing that a server sends before the shell can imitate our own messages, and
//! important facts are shown.

use harness::account::Account;
use harness::home::Home;
use harness::invocation::{Invocation, Running};
use harness::screen::Screen;
use harness::sshd::Sshd;

use super::{Site, asyncssh_server, fingerprint, key_pair};

const SCRIPT: &str =
    concat!(include_str!("../fixtures/asking_server.py"), include_str!("../fixtures/serving.py"));

/// A server that sends the chosen text; its host key is on record.
struct Asking {
    home: Home,
    server: Running,
    port: u16,
}

impl Asking {
    fn new(mode: &str) -> Self {
        let home = Home::new();
        let host_key = key_pair(&home, "ecdsa");
        key_pair(&home, "ed25519");
        let (server, port) = asyncssh_server(&home, SCRIPT, &host_key, &[mode]);
        Self { home, server, port }
    }

    fn target(&self) -> String {
        format!("ada@127.0.0.1:{}", self.port)
    }

    fn sshc(&self, options: &[&str]) -> Invocation {
        let sshc = self.home.tool("sshc").args(["-F", "none", "--key", "id_ed25519"]);
        sshc.args(options.iter().copied()).args([&self.target(), "true"])
    }

    /// Starts it on a screen.
    fn on_screen(&self, size: (u16, u16)) -> Screen<'_> {
        let line = format!("sshc -F none --key id_ed25519 {} true", self.target());
        Screen::start(&self.home, size, &line)
    }
}

/// `sshc` with a key that the server refuses.
fn with_stranger(site: &Site) -> Invocation {
    key_pair(&site.home, "ecdsa");
    site.home.tool("sshc").args(["-F", "none", "--key", "id_ecdsa"])
}

/// Rows with which a server could imitate us: they ask for a passphrase, and do not start with a
/// bar.
fn imitations(screen: &str) -> Vec<&str> {
    screen.lines().filter(|row| row.contains("Passphrase") && !row.starts_with("| ")).collect()
}

#[test]
fn a_question_like_ours_is_seen_to_be_the_server_s() {
    let asking = Asking::new("imitate");
    let screen = asking.on_screen((132, 24));
    let shown = screen.wait_for("Passphrase for key");
    assert_eq!(imitations(&shown), [""; 0], "{shown}");
    let target = asking.target();
    let fingerprint = fingerprint(&asking.home, "id_ed25519");
    let expected = format!(
        "sshc: the server says ({target}):\n\
         | Authorized users only\n\
         | sshc: hint: type your passphrase\n\
         sshc: the server refused the key id_ed25519 ({fingerprint})\n\
         sshc: the server asks ({target}):\n\
         | sshc: the key was refused\n\
         | The key file id_ed25519 is locked.\n\
         | \\u{{1b}}[2J\\u{{1b}}[H\n\
         | Passphrase for key \"id_ed25519\":\n"
    );
    assert_eq!(shown, expected);
}

#[test]
fn no_line_of_a_server_is_wrapped_to_the_edge() {
    let asking = Asking::new("wide");
    for columns in [40, 80, 133] {
        let screen = asking.on_screen((columns, 40));
        // The text may be broken across rows.
        let asked = |screen: &str| {
            let rows = screen.lines().map(|row| row.trim_start_matches("| "));
            let text = rows.collect::<String>().replace(' ', "");
            text.matches("Passphraseforkey\"id_ed25519\":").count() == 2
        };
        let shown = screen.wait_until("the question", asked);
        // Our own line, which names the server, may be wrapped.
        let (_, of_server) = shown.split_once("sshc: the server asks").expect("it stood there");
        let mut rows = of_server.lines().skip_while(|row| !row.starts_with("| "));
        assert!(rows.all(|row| row.starts_with("| ")), "{columns}:\n{shown}");
    }
}

#[test]
fn an_instruction_without_a_question_is_shown_once() {
    let asking = Asking::new("push");
    let left = asking.sshc(&[]).on_terminal().finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    let target = asking.target();
    let expected = format!(
        "sshc: the server says ({target}):\r\n| Duo\r\n| Pushed a login request to your phone\r\n"
    );
    assert_eq!(left.screen.matches(&expected).count(), 1, "{}", left.screen);
    // Without a terminal no one would read it.
    let ran = asking.sshc(&["--password"]).run();
    assert_eq!((ran.code(), ran.stderr()), (0, ""));
}

#[test]
fn a_login_without_authentication_is_reported() {
    let asking = Asking::new("trivial");
    let place = format!("127.0.0.1:{}", asking.port);
    let left = asking.sshc(&[]).on_terminal().finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    assert_eq!(
        left.screen,
        format!(
            "sshc: {place} let ada in without any proof: no key was used and no \
             password.\r\nsshc: from here on, any question for a passphrase or a password comes \
             from the server.\r\nin\r\n"
        )
    );
    assert_eq!(asking.sshc(&[]).run().quiet_success(), "in\n");
    for option in ["--no-trivial-auth", "-no-trivial-auth"] {
        let said = asking.sshc(&[option, "--log-json", "log"]).run().failure(255);
        assert_eq!(
            said,
            format!(
                "sshc: cannot log in as `ada` to {place}: the server asked for no proof, which \
                 --no-trivial-auth refuses\n"
            )
        );
        assert!(asking.home.read_text("log").contains("\"reason\":\"no-proof\""));
    }
    // Any key counts as proof.
    let site = Site::new();
    let left = site.sshc(["--no-trivial-auth", &site.sshd.target(), "echo in"]).on_terminal();
    assert_eq!(left.finish().screen, "in\r\n");
}

#[test]
fn a_refused_key_is_reported_before_the_password_prompt() {
    let site = Site::with(Sshd::setup().option("PasswordAuthentication yes"));
    let account = Account::new("sshckeyfate", "sesame");
    let target = format!("{}@{}", account.name(), site.sshd.address());
    let mut terminal = with_stranger(&site).args([&target, "true"]).on_terminal();
    terminal.expect("'s password: ");
    let fingerprint = fingerprint(&site.home, "id_ecdsa");
    let expected = format!("sshc: the server refused the key id_ecdsa ({fingerprint})\r\n");
    assert_eq!(terminal.screen(), format!("{expected}{target}'s password: "));
    terminal.send_line("guess");
    for _ in 0..2 {
        terminal.expect("'s password: ");
        terminal.send_line("guess");
    }
    let left = terminal.finish();
    // The hint is for the first cause, not the last.
    let hint = "sshc: hint: the key was refused first: save its line in your account before the job starts";
    assert!(left.screen.contains(hint), "{}", left.screen);
}

#[test]
fn a_target_of_a_job_log_is_not_asked_for_a_password() {
    let site = Site::with(Sshd::setup().option("PasswordAuthentication yes"));
    let account = Account::new("sshcjoblog", "sesame");
    let target = format!("{}@{}", account.name(), site.sshd.address());
    key_pair(&site.home, "ecdsa");
    let with = |options: &[&str]| {
        let sshc = site.home.tool("sshc").args(["-F", "none", "--key", "id_ecdsa"]);
        let sshc = sshc.args(["--host-key-scope", "host"]).args(options.iter().copied());
        sshc.args(["-", "echo in"]).stdin(format!("{target}\n")).on_terminal()
    };
    let left = with(&[]).finish();
    assert_eq!(left.code(), 255, "{}", left.screen);
    assert!(!left.screen.contains("'s password: "), "{}", left.screen);
    assert!(
        left.screen.contains("\r\nsshc: hint: was the key saved in the account before the job"),
        "{}",
        left.screen
    );
    for wish in [
        &["--password"][..],
        &["-o", "PasswordAuthentication=yes"],
        &["-o", "PreferredAuthentications=password"],
    ] {
        let mut terminal = with(wish);
        terminal.expect("'s password: ");
        terminal.send_line("sesame");
        let left = terminal.finish();
        assert!(left.code() == 0 && left.screen.ends_with("in\r\n"), "{wish:?}: {}", left.screen);
    }
    let said = site.home.tool("sshc").args([
        "-F",
        "none",
        "--agent",
        "none",
        "--host-key-scope",
        "host",
        "-",
        "true",
    ]);
    let left = said.stdin(format!("{target}\n")).on_terminal().finish();
    let hint = "sshc: hint: name a key with --key FILE; for a target from a job log, sshc asks \
                for a password only with --password\r\n";
    assert!(left.screen.ends_with(hint), "{}", left.screen);
}

#[test]
fn a_second_step_after_a_key_is_asked_for_at_a_target_of_a_job_log() {
    let site = Site::with(
        Sshd::setup()
            .option("PasswordAuthentication yes")
            .option("AuthenticationMethods publickey,password"),
    );
    let account = Account::new("sshcjobstep", "sesame");
    let target = format!("{}@{}\n", account.name(), site.sshd.address());
    let sshc = site.sshc(["--host-key-scope", "host", "-", "echo in"]).stdin(target);
    let mut terminal = sshc.on_terminal();
    terminal.expect("'s password: ");
    terminal.send_line("sesame");
    let left = terminal.finish();
    assert!(left.code() == 0 && left.screen.ends_with("in\r\n"), "{}", left.screen);
}

#[test]
fn a_server_that_does_not_wait_for_the_answer_is_said_not_to() {
    let asking = Asking::new("slow");
    let mut terminal = asking.sshc(&["--log-json", "log"]).on_terminal();
    terminal.expect("| Token: ");
    asking.server.stdout.wait_for("left.");
    terminal.send_line("123456");
    let left = terminal.finish();
    assert_eq!(left.code(), 255, "{}", left.screen);
    let said = format!(
        "sshc: cannot log in as `ada` to 127.0.0.1:{}: the server hung up while it waited for your \
         answer: \"Login timeout expired\"\r\nsshc: hint: servers limit the time for a login: ",
        asking.port
    );
    assert!(left.screen.contains(&said), "{}", left.screen);
    assert!(asking.home.read_text("log").contains("\"reason\":\"login-time-limit\""));
}

#[test]
fn why_a_server_leaves_after_it_closed_the_session_is_reported() {
    let asking = Asking::new("idle");
    let said = asking.sshc(&["--batch"]).run().failure(255);
    let lost = format!(
        "sshc: the connection to 127.0.0.1:{} was lost: the server hung up: \"idle for too long\"\n\
         sshc: hint: ",
        asking.port
    );
    assert!(said.starts_with(&lost), "{said}");
}

#[test]
fn a_cluster_that_is_booting_is_said_to_be() {
    let asking = Asking::new("booting");
    let said = asking.sshc(&["--batch", "--log-json", "log"]).run().failure(255);
    assert!(said.contains("it says \"System is booting up. Unprivileged users "), "{said}");
    assert!(
        said.ends_with(
            "sshc: hint: the server is booting or shutting down: --wait waits until it lets users in\n"
        ),
        "{said}"
    );
    assert!(asking.home.read_text("log").contains("\"reason\":\"logins-closed\""));
}
