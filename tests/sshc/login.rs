//! The server's own questions, banners, and refusals.

use harness::home::Home;
use harness::invocation::Running;

use super::{COUNTS_PROBES, Site, asyncssh_server, key_pair, public_line, server};

#[test]
fn a_refused_key_is_named_by_its_fingerprint() {
    let site = Site::new();
    let stranger = key_pair(&site.home, "ecdsa");
    let shown = site.home.peer("ssh-keygen").arg("-lf").arg(&stranger).run().quiet_success();
    let fingerprint = shown.split(' ').nth(1).expect("the fingerprint is the second word");
    let target = site.sshd.target();
    let ran = site.home.tool("sshc").args(["--key", "id_ecdsa", "--batch", &target, "true"]).run();
    assert_eq!(
        ran.failure(255),
        format!(
            "sshc: cannot log in as `{}` to {}: the server refused publickey {fingerprint} \
             (id_ecdsa); it takes publickey\nsshc: hint: was the key saved in the account before \
             the job was submitted (`pubkey-copy`)? a cluster that has just booted may not have \
             it yet: --wait waits for it; otherwise check the user name\n",
            site.sshd.user(),
            site.sshd.address()
        )
    );
}

#[test]
fn a_server_that_has_had_enough_is_quoted() {
    let site = Site::with(server().option("MaxAuthTries 1"));
    let strangers: Vec<String> = ["ecdsa", "rsa"]
        .map(|it| key_pair(&site.home, it))
        .iter()
        .flat_map(|key| ["--key".to_owned(), key.display().to_string()])
        .collect();
    let target = site.sshd.target();
    let ran = site.home.tool("sshc").args(strangers).args(["--batch", &target, "true"]).run();
    let said = ran.failure(255);
    if !COUNTS_PROBES {
        assert!(said.contains("id_rsa); it takes publickey\n"), "{said}");
        return;
    }
    assert!(said.contains("Too many authentication failures"), "{said}");
    assert!(
        said.ends_with("sshc: hint: name the right key with --key and pass --identities-only\n"),
        "{said}"
    );
}

#[test]
fn a_banner_is_shown_on_a_terminal_without_its_escapes_and_nowhere_else() {
    let home = Home::new();
    let banner = home.write("banner", "Authorized users only\n\u{1b}[2Jbeware\n");
    let site = Site::with(server().option(format!("Banner {}", banner.display())));
    assert_eq!(site.run("echo in").run().quiet_success(), "in\n");
    let left = site.run("echo in").on_terminal().finish();
    assert_eq!(left.code(), 0);
    let framed =
        format!("sshc: the server says ({}):\r\n| Authorized users only\r\n", site.sshd.target());
    assert!(left.screen.starts_with(&framed), "{}", left.screen.escape_debug());
    assert!(!left.screen.contains('\u{1b}'), "{}", left.screen.escape_debug());
    assert!(left.screen.ends_with("in\r\n"), "{}", left.screen.escape_debug());
    let quiet = site.sshc(["-q", &site.sshd.target(), "echo in"]).on_terminal().finish();
    assert_eq!(quiet.screen, "in\r\n");
}

#[test]
fn a_banner_is_read_before_anything_is_asked() {
    let home = Home::new();
    let banner = home.write("banner", "Authorized users only\n");
    let banner = format!("Banner {}", banner.display());
    let site = Site::with(server().option("PasswordAuthentication yes").option(banner));
    let target = site.sshd.target();
    let mut terminal = site.home.tool("sshc").args(["-F", "none", &target]).on_terminal();
    terminal.expect("'s password: ");
    let framed = format!("sshc: the server says ({target}):\r\n| Authorized users only\r\n");
    assert!(terminal.screen().starts_with(&framed), "{}", terminal.screen());
}

#[test]
fn an_rsa_key_signs_with_sha_2_only() {
    let site = Site::with(server());
    let key = key_pair(&site.home, "rsa");
    site.sshd.authorize(public_line(&key).trim());
    let target = site.sshd.target();
    let ran = site.home.tool("sshc").args(["--key", "id_rsa", &target, "true"]).run();
    assert_eq!(ran.quiet_success(), "");
    let old = Site::with(server().option("PubkeyAcceptedAlgorithms ssh-rsa"));
    old.sshd.authorize(public_line(&key).trim());
    let target = old.sshd.target();
    let key = key.display().to_string();
    let ran = old.home.tool("sshc").args(["--key", &key, "--batch", &target, "true"]).run();
    assert!(ran.failure(255).contains("cannot log in as"));
}

/// A server made with asyncssh that asks in three rounds: an echoed and a hidden question, a notice
/// without a question, and one more question.
const ASKING: &str = concat!(
    r"
import asyncssh

class Server(asyncssh.SSHServer):
    def begin_auth(self, username):
        return True
    def kbdint_auth_supported(self):
        return True
    def get_kbdint_challenge(self, username, lang, submethods):
        self.round = 0
        return ('Site login', 'Have your\x1b[2J token ready', 'en', [('Token: ', True), ('PIN: ', False)])
    def validate_kbdint_response(self, username, responses):
        self.round += 1
        if self.round == 1:
            return responses == ['123 456', 'geheim'] and ('', 'One moment', 'en', [])
        if self.round == 2:
            return responses == [] and ('', '', 'en', [('Cluster: ', True)])
        return responses == ['blue']

def handle(process):
    process.stdout.write('in\n')
    process.exit(0)

",
    include_str!("../fixtures/serving.py")
);

/// The server and its port.
fn asking(home: &Home) -> (Running, u16) {
    asyncssh_server(home, ASKING, &key_pair(home, "ed25519"), &[])
}

#[test]
fn a_server_may_ask_in_several_rounds() {
    let home = Home::new();
    let (_server, port) = asking(&home);
    let target = format!("ada@127.0.0.1:{port}");
    let mut terminal = home.tool("sshc").args([&target, "true"]).on_terminal();
    terminal.expect(&format!("sshc: the server asks ({target}):\r\n| Site login\r\n| Have your"));
    terminal.expect("token ready\r\n| Token: ");
    terminal.send_line("123 456");
    terminal.expect("123 456\r\n| PIN: ");
    terminal.send_line("geheim");
    terminal.expect(&format!("sshc: the server says ({target}):\r\n| One moment\r\n"));
    terminal.expect("| Cluster: ");
    terminal.send_line("blue");
    let left = terminal.finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    assert!(left.screen.ends_with("blue\r\nin\r\n"), "{}", left.screen);
    assert!(!left.screen.contains("geheim"), "{}", left.screen);
    assert!(!left.screen.contains('\u{1b}'), "{}", left.screen.escape_debug());
}

/// A server made with asyncssh that asks for the devices that a client names.
const DEVICES: &str = concat!(
    r"
import asyncssh

class Server(asyncssh.SSHServer):
    def begin_auth(self, username):
        return True
    def kbdint_auth_supported(self):
        return True
    def get_kbdint_challenge(self, username, lang, submethods):
        return ('', f'devices: {submethods!r}', 'en', [('PIN: ', True)])
    def validate_kbdint_response(self, username, responses):
        return True

def handle(process):
    process.exit(0)

",
    include_str!("../fixtures/serving.py")
);

#[test]
fn a_server_is_sent_the_allowed_devices() {
    let home = Home::new();
    let (_server, port) = asyncssh_server(&home, DEVICES, &key_pair(&home, "ed25519"), &[]);
    let target = format!("ada@127.0.0.1:{port}");
    for (options, devices) in [
        (&[][..], "devices: ''"),
        (&["-o", "KbdInteractiveDevices=skey,pam"], "devices: 'skey,pam'"),
    ] {
        let sshc = home.tool("sshc").args(options.iter().copied());
        let mut terminal = sshc.args([&target, "true"]).on_terminal();
        terminal.expect(devices);
        terminal.expect("PIN: ");
        terminal.send_line("1");
        assert_eq!(terminal.finish().code(), 0);
    }
}

#[test]
fn wrong_answers_are_distinguished_from_further_questions_and_an_end_from_an_answer() {
    let home = Home::new();
    let (_server, port) = asking(&home);
    let target = format!("ada@127.0.0.1:{port}");
    let mut terminal = home.tool("sshc").args([&target, "true"]).on_terminal();
    terminal.expect("token ready\r\n| Token: ");
    terminal.send_line("000 000");
    terminal.expect("| PIN: ");
    terminal.send_line("geheim");
    let again = "\r\nNot accepted, please try again.\r\nsshc: the server asks (";
    terminal.expect(&format!("{again}{target}):\r\n| Site login\r\n"));
    terminal.expect("Token: ");
    terminal.send("\x04");
    let left = terminal.finish();
    assert_eq!(left.code(), 255, "{}", left.screen);
    assert!(left.screen.ends_with("Token: \r\nsshc: no answer was given\r\n"), "{}", left.screen);
}

#[test]
fn a_server_s_questions_are_answered_as_often_as_configured() {
    let home = Home::new();
    let (_server, port) = asking(&home);
    let target = format!("ada@127.0.0.1:{port}");
    for prompts in [1, 2] {
        let option = format!("NumberOfPasswordPrompts={prompts}");
        let mut terminal = home.tool("sshc").args(["-o", &option, &target, "true"]).on_terminal();
        for _ in 0..prompts {
            terminal.expect("Token: ");
            terminal.send_line("000 000");
            terminal.expect("PIN: ");
            terminal.send_line("geheim");
        }
        let left = terminal.finish();
        assert_eq!(left.code(), 255, "{}", left.screen);
        assert_eq!(left.screen.matches("Token: ").count(), prompts, "{}", left.screen);
        let refused = ["keyboard-interactive"; 2][..prompts].join(", ");
        assert!(
            left.screen.contains(&format!("the server refused {refused}; ")),
            "{}",
            left.screen
        );
    }
}

#[test]
fn a_server_with_unanswered_questions_is_refused() {
    let home = Home::new();
    let (_server, port) = asking(&home);
    let target = format!("ada@127.0.0.1:{port}");
    let said = home.tool("sshc").args([&target, "true"]).run().failure(255);
    assert_eq!(said, "sshc: cannot ask the server's question \"Token\": there is no terminal\n");
    let said = home.tool("sshc").args(["--batch", &target, "true"]).run().failure(255);
    assert!(said.contains("; the server takes keyboard-interactive\n"), "{said}");
}
