//! Accounts that PAM refuses: this shows only after the signature. Checks the messages about it.

use harness::account::Account;
use harness::home::Home;
use harness::invocation::Invocation;
use harness::sshd::Sshd;
use serde_json::Value;

use super::{diagnose, key_pair, public_line};

/// A server with PAM, and a user of this machine whose key it accepts.
struct Aged {
    home: Home,
    sshd: Sshd,
    account: Account,
}

impl Aged {
    /// Creates the account and sets its age with these options of `chage`.
    fn new(name: &str, chage: &[&str]) -> Self {
        let home = Home::new();
        let key = key_pair(&home, "ed25519");
        let account = Account::new(name, "geheim");
        account.age(chage);
        let sshd = Sshd::setup().option("UsePAM yes").authorize(public_line(&key));
        let sshd = sshd.host_key_type("ed25519").start();
        home.write(".ssh/known_hosts", sshd.known_hosts_line("ed25519"));
        Self { home, sshd, account }
    }

    fn sshc(&self) -> Invocation {
        let target = format!("{}@{}", self.account.name(), self.sshd.address());
        self.home.tool("sshc").args(["-F", "none", "--key", "id_ed25519", &target])
    }

    /// The messages, status and last reason of an ordinary run.
    fn ordinary(&self) -> (String, i32, String) {
        self.home.write("log", "");
        let ran = self.sshc().args(["--batch", "--log-json", "log", "true"]).run();
        let log = self.home.read_text("log");
        let end: Value = serde_json::from_str(log.lines().last().expect("a line")).expect("JSON");
        let reason = end.get("reason").and_then(Value::as_str).unwrap_or_default().to_owned();
        (ran.stderr().to_owned(), ran.code(), reason)
    }
}

#[test]
fn an_expired_account_is_reported_in_pams_own_words() {
    let aged = Aged::new("sshcexpired", &["-E", "1"]);
    // The key itself is accepted: PAM decides only after the signature.
    assert_eq!(diagnose(aged.sshc()).code, 0);
    let (said, code, reason) = aged.ordinary();
    assert_eq!((code, reason.as_str()), (255, "account-expired"), "{said}");
    assert!(said.contains("Your account has expired"), "{said}");
    assert!(
        said.ends_with("sshc: hint: ask the administrator of the server to extend the account\n")
    );
}

#[test]
fn an_expired_password_prevents_work_even_with_the_right_key() {
    let aged = Aged::new("sshcoldpass", &["-d", "0"]);
    assert_eq!(diagnose(aged.sshc()).code, 0);
    let (said, code, reason) = aged.ordinary();
    assert_eq!((code, reason.as_str()), (1, "password-expired"), "{said}");
    assert!(said.contains("assword has expired"), "{said}");
    aged.sshd.log().wait_for("Accepted publickey for sshcoldpass");
}

#[test]
fn an_account_that_is_in_order_is_let_in_by_pam() {
    let aged = Aged::new("sshcyoung", &["-E", "-1"]);
    let (said, code, reason) = aged.ordinary();
    assert_eq!((said.as_str(), code, reason.as_str()), ("", 0, ""));
}
