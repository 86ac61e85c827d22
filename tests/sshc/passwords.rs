//! Passwords, from files and typed, alone and as a second step.

use harness::account::Account;

use super::{Site, server};

const PASSWORD: &str = "p\u{e4}ssword";

/// A server that accepts passwords and our key.
fn with_passwords(option: &str) -> Site {
    Site::with(server().option("PasswordAuthentication yes").option(option))
}

fn target(site: &Site, account: &Account) -> String {
    format!("{}@{}", account.name(), site.sshd.address())
}

#[test]
fn a_password_comes_from_a_file() {
    let site = with_passwords("PubkeyAuthentication no");
    let account = Account::new("sshcpwfile", PASSWORD);
    let target = target(&site, &account);
    site.home.write("right", format!("{PASSWORD}\r\nsecond line\n"));
    site.home.write("wrong", "guess\n");
    let with = |file: &str| {
        let sshc = site.home.tool("sshc").args(["--batch", "--password-file", file]);
        sshc.args([&target, "whoami"]).run()
    };
    assert_eq!(with("right").quiet_success(), "sshcpwfile\n");
    let said = with("wrong").failure(255);
    let refused = format!(
        "sshc: cannot log in as `sshcpwfile` to {}: the server refused password; it takes password\n",
        site.sshd.address()
    );
    assert!(said.starts_with(&refused), "{said}");
    let refusal = "Failed password for sshcpwfile";
    site.sshd.log().wait_for(refusal);
    assert_eq!(site.sshd.log().text().matches(refusal).count(), 1);
    let said = with("nowhere").failure(255);
    assert!(said.contains("cannot read the passphrase from `nowhere`: "), "{said}");
}

#[test]
fn a_password_is_asked_for_three_times_unseen() {
    let site = with_passwords("PubkeyAuthentication no");
    let account = Account::new("sshcpwask", PASSWORD);
    let target = target(&site, &account);
    let question = format!("{target}'s password: ");
    let mut terminal = site.home.tool("sshc").args([&target, "whoami"]).on_terminal();
    for answer in ["guess", "another", PASSWORD] {
        terminal.expect(&question);
        terminal.send_line(answer);
    }
    let left = terminal.finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    let asked = [format!("{question}\r\n"), format!("{question}\r\n"), format!("{question}\r\n")];
    let asked = asked.join("Not accepted, please try again.\r\n");
    assert_eq!(left.screen, asked + "sshcpwask\r\n");

    let mut terminal = site.home.tool("sshc").args([&target, "whoami"]).on_terminal();
    for _ in 0..3 {
        terminal.expect(&question);
        terminal.send_line("guess");
    }
    let left = terminal.finish();
    assert_eq!(left.code(), 255, "{}", left.screen);
    let said = left.screen.replace(&format!("{question}\r\n"), "");
    let said = said.replace("Not accepted, please try again.\r\n", "");
    assert!(said.starts_with("sshc: cannot log in as `sshcpwask`"), "{said}");
    assert!(said.contains("the server refused password, password, password"), "{said}");
}

#[test]
fn a_login_may_take_a_key_and_a_password() {
    let site = with_passwords("AuthenticationMethods publickey,password");
    let account = Account::new("sshcpartial", PASSWORD);
    let target = target(&site, &account);
    site.home.write("right", PASSWORD);
    site.home.write("wrong", "guess");
    let with = |options: &[&str]| {
        site.sshc(options.iter().copied()).args([target.as_str(), "whoami"]).run()
    };
    let ran = with(&["--batch", "--password-file", "right"]);
    assert_eq!(ran.quiet_success(), "sshcpartial\n");
    let said = with(&["--batch", "--password-file", "wrong"]).failure(255);
    let half = " (id_ed25519) was accepted but is not enough; the server refused password; it takes password\n";
    assert!(said.contains(half), "{said}");
    let said = with(&["--batch"]).failure(255);
    assert!(said.contains("was accepted but is not enough; the server takes password\n"), "{said}");
}
