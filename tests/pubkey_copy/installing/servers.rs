//! Servers that are not the newest OpenSSH, or do more than OpenSSH.

use super::*;

#[test]
fn dropbear_takes_the_key_but_not_what_it_would_pass_over() {
    let (home, _) = home();
    let account = Account::new("pkcopydrop", PASSWORD);
    let dropbear = Dropbear::start();
    let target = dropbear.target(&account);
    let said = to(&home, &target, &["--from", "127.0.0.0/8"]).run().failure(1);
    assert_eq!(
        said,
        format!(
            "pubkey-copy: cannot install the key at `{target}`: dropbear does not know the option \
             `from`\npubkey-copy: hint: leave out the option, or use another key: the server would ignore \
             the line\n"
        )
    );
    assert!(!account.folder().join(".ssh").exists());
    for option in ["no-pty", "no-port-forwarding", "no-agent-forwarding", "no-X11-forwarding"]
        .into_iter()
        .chain(["restrict", "permitopen=localhost:80"])
    {
        assert_eq!(change(to(&home, &target, &["--json", "--option", option]).run()), "added");
        assert!(logs_in(&home, &target), "{option}");
        assert_eq!(change(to(&home, &target, &["--json", "--remove"]).run()), "removed");
    }
    assert_eq!(change(to(&home, &target, &["--json"]).run()), "added");
    assert!(logs_in(&home, &target));
}

#[test]
fn an_old_openssh_and_selinux_are_seen_to() {
    let (home, _) = home();
    let account = Account::new("pkcopyold", PASSWORD);
    fs::set_permissions(home.folder(), fs::Permissions::from_mode(0o755)).expect("ours");
    let script = |name: &str, text: &str| {
        let file = home.write(format!("bin/{name}"), text);
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).expect("ours");
    };
    script("sshd", "#!/bin/sh\necho 'OpenSSH_7.4p1, OpenSSL 1.0.2k-fips' >&2\n");
    script("restorecon", "#!/bin/sh\necho \"$@\" > \"$HOME/labelled\"\n");
    let path = format!("SetEnv PATH={}:/usr/bin:/bin", home.path("bin").display());
    let sshd = setup().option(path).start();
    let target = at(&account, &sshd);
    let said = to(&home, &target, &["--option", "permitlisten=8080"]).run().failure(1);
    assert!(
        said.contains("OpenSSH 7.4 does not know `permitlisten`, which came with 7.8\n"),
        "{said}"
    );
    assert_eq!(change(to(&home, &target, &["--json", "--option", "restrict"]).run()), "added");
    let labelled = fs::read_to_string(account.folder().join("labelled")).expect("it ran");
    let folder = account.folder().join(".ssh").display().to_string();
    assert_eq!(labelled, format!("-F {folder} {folder}/authorized_keys\n"));
}
