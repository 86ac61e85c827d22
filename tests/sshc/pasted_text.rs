//! Text as people paste it and as shells leave it: accepted if it has only one meaning, else
//! explained.

use harness::sshd::Sshd;

use super::{Site, key_pair, public_line};

#[test]
fn files_are_found_by_the_names_that_shells_leave_alone() {
    let site = Site::new();
    let target = site.sshd.target();
    for key in ["~/id_ed25519", "%USERPROFILE%\\id_ed25519", " \"id_ed25519\" ", "$HOME/id_ed25519"]
    {
        let sshc = site.home.tool("sshc").args(["-F", "none", "--agent", "none", "--batch"]);
        let ran = sshc.arg(format!("--key={key}")).args([&target, "echo in"]).run();
        assert_eq!(ran.quiet_success(), "in\n", "{key}");
    }
    let sshc = site.home.tool("sshc").args(["-F", "none", "--key=~/nothing", &target, "true"]);
    let said = sshc.run().failure(255);
    let missing = site.home.path("nothing");
    assert_eq!(
        said,
        format!(
            "sshc: cannot use the key: cannot read `{}`: No such file or directory\n",
            missing.display()
        )
    );
}

#[test]
fn a_pasted_command_of_ssh_is_what_it_says() {
    let site = Site::new();
    let (user, port) = (site.sshd.user(), site.sshd.port());
    let pasted = format!("ssh -p {port} {user}@127.0.0.1");
    assert_eq!(site.sshc([pasted.as_str(), "echo in"]).run().quiet_success(), "in\n");
    let words = pasted.split(' ').chain(["echo in"]);
    assert_eq!(site.sshc(words).run().quiet_success(), "in\n");
    let quoted = format!(" \"{}\" ", site.sshd.target());
    assert_eq!(site.sshc([quoted.as_str(), "echo in"]).run().quiet_success(), "in\n");
    let sshc = site.sshc(["--host-key-scope", "host", "-", "echo in"]).stdin(format!("{pasted}\n"));
    assert_eq!(sshc.run().quiet_success(), "in\n");
    // Options are not taken from a log.
    let with_option = format!("ssh -o ProxyCommand=id {}\n", site.sshd.target());
    let said = site.sshc(["-", "true"]).stdin(with_option).run().failure(255);
    assert!(said.starts_with("sshc: cannot use the destination on standard input: "), "{said}");
}

#[test]
fn a_word_that_was_taken_for_the_destination_is_explained() {
    let site = Site::new();
    let target = format!("{}\n", site.sshd.target());
    let said = site.sshc(["whoami"]).stdin(target).run().failure(255);
    let hint = "sshc: hint: `whoami` was taken for the destination; as a command for the one on standard \
                input it is: sshc - whoami\n";
    assert!(said.ends_with(hint), "{said}");
    let said = site.sshc(["ssh", "uptime"]).run().failure(255);
    assert!(
        said.ends_with("sshc: hint: `ssh` was taken for the destination: leave that word out\n"),
        "{said}"
    );
}

#[test]
fn forget_takes_the_arguments_of_a_login() {
    let site = Site::new();
    let port = site.sshd.port().to_string();
    let host = format!("{}@127.0.0.1", site.sshd.user());
    let words = ["-p", port.as_str(), host.as_str()];
    let files = [".ssh/known_hosts", ".ssh/known_targets"];
    let record = || files.map(|file| site.home.read_text(file)).concat();
    for file in files {
        site.home.write(file, "");
    }
    let login = |options: &[&str]| {
        let ran =
            site.sshc(["--accept-new"]).args(options.iter().copied()).args(words).arg("true").run();
        assert_eq!(ran.quiet_success(), "");
        assert!(!record().is_empty());
    };
    let forget = |options: &[&str]| {
        let ran = site.sshc(["--forget"]).args(options.iter().copied()).args(words).run();
        let gone = ran.quiet_success();
        assert_eq!((gone.lines().count(), record().as_str()), (1, ""), "{gone}");
    };
    login(&[]);
    forget(&[]);
    // The name under which a target of a job log is filed.
    login(&["--host-key-scope", "target"]);
    forget(&[]);
    login(&["--host-key-scope", "target"]);
    let said = site.sshc(["--forget", "--host-key-scope", "host"]).args(words).run().failure(255);
    assert_eq!(
        said,
        format!("sshc: cannot forget [127.0.0.1]:{port}: nothing is on record for it\n")
    );
    forget(&["--host-key-scope", "target"]);
    let said = site.sshc(["--forget"]).args(words).run().failure(255);
    let names = format!("[127.0.0.1]:{port} or {host}:{port}");
    assert_eq!(said, format!("sshc: cannot forget {names}: nothing is on record for it\n"));
}

#[test]
fn the_hint_of_a_changed_key_can_be_pasted_into_a_shell() {
    let site = Site::with(Sshd::setup());
    let other = public_line(&key_pair(&site.home, "ecdsa"));
    let name = format!("[127.0.0.1]:{}", site.sshd.port());
    for (on_record, options) in
        [(name, &[][..]), (site.sshd.target(), &["--host-key-scope", "target"])]
    {
        site.home.write(".ssh/known_hosts", format!("{on_record} {other}"));
        let ran = site.sshc(options.iter().copied()).args([&site.sshd.target(), "true"]).run();
        let said = ran.failure(255);
        let command = said.split("run ").nth(1).expect("it names a command");
        let command = command.split([',', '\n']).next().expect("it ends");
        // Like zsh, bash here refuses brackets that match no file.
        for shell in [&["sh", "-c"][..], &["bash", "-O", "failglob", "-c"]] {
            site.home.write(".ssh/known_hosts", format!("{on_record} {other}"));
            let command = command.replacen("sshc ", "sshc -F none ", 1);
            let ran = site.home.peer(shell[0]).args(shell[1..].iter().copied()).arg(&command).run();
            assert!(ran.quiet_success().contains("ecdsa-sha2-nistp256"), "{shell:?}: {command}");
            assert_eq!(site.home.read_text(".ssh/known_hosts"), "", "{shell:?}: {command}");
        }
    }
}

#[test]
fn other_names_of_an_unknown_key_are_reported() {
    let site = Site::new();
    let key = site.sshd.host_key("ed25519");
    site.home.write(".ssh/known_hosts", format!("# mine\nnode8,192.0.2.8 {key}\n"));
    let mut terminal = site.run("true").on_terminal();
    terminal.expect("Trust this host key?");
    let file = site.home.path(".ssh/known_hosts");
    let expected = format!("\r\n  known as     node8,192.0.2.8 ({}:2)\r\n", file.display());
    assert!(terminal.screen().contains(&expected), "{}", terminal.screen());
    terminal.send_line("no");
    assert_eq!(terminal.finish().code(), 255);
}
