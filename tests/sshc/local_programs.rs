//! Programs that the configuration names: `LocalCommand`, `KnownHostsCommand`, `Match exec`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use harness::invocation::{Finished, Invocation};

use super::host_keys::{certified, name};
use super::{Site, key_pair, public_line};

/// `ssh` and `sshc` with the same `-o` options, running `echo in` on the server.
fn both(site: &Site, options: &[&str]) -> [Finished; 2] {
    let options: Vec<_> = options.iter().flat_map(|option| ["-o", option]).collect();
    let known = format!("UserKnownHostsFile={}", site.home.path(".ssh/known_hosts").display());
    let ssh = site.home.peer("ssh").args(["-F", "none", "-i", "id_ed25519", "-o", &known]);
    let sshc = site.sshc([]);
    let run = |it: Invocation| {
        let it = it.args(options.iter().copied()).args(["-o", "BatchMode=yes", "-p"]);
        let host = format!("{}@127.0.0.1", site.sshd.user());
        it.args([&site.sshd.port().to_string(), &host, "echo in"]).run()
    };
    [run(ssh), run(sshc)]
}

#[test]
fn a_local_command_runs_after_the_login_if_it_is_permitted() {
    let site = Site::new();
    let local = "LocalCommand=echo '%h %n %p %r %u %i %k %l %L %C %T %%' | tee -a ran; exit 3";
    for options in [&[local][..], &["PermitLocalCommand=no", local]] {
        for ran in both(&site, options) {
            assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{}", ran.stderr());
        }
        assert!(!site.home.path("ran").exists());
    }
    let said = both(&site, &["PermitLocalCommand=yes", local]).map(|ran| {
        assert_eq!(ran.code(), 0, "{}", ran.stderr());
        ran.stdout().to_owned()
    });
    assert_eq!(said[0], said[1]);
    assert!(said[1].ends_with("\nin\n") && said[1].contains(" NONE "), "{}", said[1]);
    let ran = site.home.read_text("ran");
    let lines: Vec<_> = ran.lines().collect();
    assert!(matches!(lines[..], [theirs, ours] if theirs == ours), "{ran}");
}

#[test]
fn a_local_command_is_no_place_for_a_strange_name() {
    let site = Site::new();
    let target = site.sshd.target();
    for user in ["User=ada;x", "User=ada"] {
        let local = ["-o", "PermitLocalCommand=yes", "-o", "LocalCommand=touch ran-%r"];
        let (_, address) = target.split_once('@').expect("it has a user");
        let ran = site.sshc(local).args(["-o", user, "--batch", address]).run();
        assert_eq!(ran.code(), 255);
        if user.contains(';') {
            let said = "`%r` stands for `ada;x`, which a shell could take for more than a name";
            assert!(ran.stderr().contains(said), "{}", ran.stderr());
        }
    }
    assert!(!site.home.names().iter().any(|name| name.starts_with("ran")), "not before the login");
}

#[test]
fn a_local_command_that_cannot_be_started_ends_nothing() {
    let mut site = Site::new();
    site.home.set("SHELL", "/nowhere/shell");
    let options = ["PermitLocalCommand=yes", "LocalCommand=true"];
    let [theirs, ours] = both(&site, &options);
    assert_eq!((theirs.code(), theirs.stdout()), (0, "in\n"));
    assert_eq!((ours.code(), ours.stdout()), (0, "in\n"));
    let said = "sshc: cannot use the LocalCommand: ";
    assert!(ours.stderr().starts_with(said), "{}", ours.stderr());
}

#[test]
fn a_shared_connection_runs_its_local_command_once() {
    let site = Site::new();
    let target = site.sshd.target();
    let local = "LocalCommand=cat; echo ran >> ran; echo said";
    let share = ["--share=5s", "--batch", "-o", "PermitLocalCommand=yes", "-o", local];
    for _ in 0..2 {
        let ran = site.sshc(share).args([&target, "echo in"]).run();
        assert_eq!(ran.quiet_success(), "in\n");
    }
    assert_eq!(site.home.read_text("ran"), "ran\n");
    assert_eq!(site.sshc(share).args(["-O", "exit", &target]).run().code(), 0);
}

#[test]
fn a_line_of_the_configuration_sends_it_to_the_background() {
    let site = Site::new();
    let target = site.sshd.target();
    let options = "-o ForkAfterAuthentication=yes -o PermitLocalCommand=yes";
    // The command ends when the caller tells it to, by which time the caller has its shell back.
    let line = format!(
        "sshc -F none --key id_ed25519 {options} -o 'LocalCommand=echo local >> said' {target} \
         'until [ -f {0} ]; do :; done; echo in' > out < /dev/null && echo back && touch {0}; \
         until grep -q in out; do :; done",
        site.home.path("go").display()
    );
    assert_eq!(site.home.shell(&line).run().quiet_success(), "back\n");
    assert_eq!(site.home.read_text("said"), "local\n");
    let refused = site.sshc(["-o", "ForkAfterAuthentication=yes", &target]).run();
    let said = refused.failure(2);
    let start = "sshc: ForkAfterAuthentication goes to the background with a command, or with -N\n";
    assert!(said.starts_with(start), "{said}");
    // The target on standard input reaches the process in the background, too.
    let piped =
        ["-o", "ForkAfterAuthentication=yes", "--host-key-scope", "host", "-", "touch done"];
    let ran = site.sshc(piped).stdin(format!("{target}\n")).run();
    assert_eq!(ran.quiet_success(), "");
    // What runs nothing stays. The record of the host key is gone after that.
    for word in ["--diagnose", "--forget"] {
        let ran = site.sshc(["-o", "ForkAfterAuthentication=yes", word, &target]).run();
        assert!(!ran.stderr().contains("background"), "{word}: {}", ran.stderr());
        assert_eq!(ran.code(), 0, "{word}: {}", ran.stderr());
    }
    assert_eq!(site.home.read_text(".ssh/known_hosts"), "");
}

/// A program that writes its arguments to `asked` and says what `answer` has.
fn oracle(site: &Site, more: &str) -> String {
    let folder = site.home.folder();
    let folder = folder.display();
    let script = format!("#!/bin/sh\necho \"$@\" >> {folder}/asked\ncat {folder}/answer\n{more}");
    let path = site.home.write("oracle", script);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    path.display().to_string()
}

#[test]
fn a_command_knows_hosts_as_for_ssh() {
    let site = Site::new();
    let line = site.sshd.known_hosts_line("ed25519");
    let line = line.trim_end();
    fs::remove_file(site.home.path(".ssh/known_hosts")).expect("it was written");
    let stranger = public_line(&key_pair(&site.home, "ecdsa"));
    let oracle = oracle(&site, "");
    let option = format!("KnownHostsCommand={oracle} '%I  %H' %t %f %K %h %n %p %r %u %%");
    for (answer, status) in [
        (format!("other {stranger}\n{line}\n"), 0),
        (String::new(), 255),
        (format!("{} {stranger}\n", name(&site)), 255),
        (format!("{line}\n@revoked * {}\n", site.sshd.host_key("ed25519")), 255),
    ] {
        site.home.write("answer", &answer);
        site.home.write("asked", "");
        for ran in both(&site, &[&option]) {
            assert_eq!(ran.code(), status, "{answer}: {}", ran.stderr());
        }
        let asked = site.home.read_text("asked");
        let lines: Vec<_> = asked.lines().collect();
        assert_eq!(lines.len(), 4, "{asked}");
        assert_eq!(lines[..2], lines[2..], "ssh and sshc ask the same");
        assert!(lines[2].starts_with("ORDER  127.0.0.1 NONE NONE NONE"), "{asked}");
        assert!(lines[3].starts_with(&format!("HOSTNAME  {} ssh-ed25519 SHA256:", name(&site))));
    }
    let said = &both(&site, &[&option])[1];
    let refusal =
        format!("sshc: the host key of {} is revoked by KnownHostsCommand:2: ", name(&site));
    assert!(said.stderr().starts_with(&refusal), "{}", said.stderr());
}

#[test]
fn a_command_knows_authorities_and_sees_certificates() {
    let (site, files) = certified("127.0.0.1", &[]);
    let line = site.home.read_text(".ssh/known_hosts");
    fs::remove_file(site.home.path(".ssh/known_hosts")).expect("it was written");
    site.home.write("answer", line);
    let option = format!("KnownHostsCommand={} %I %t %f %K", oracle(&site, ""));
    for ran in both(&site, &[&option]) {
        assert_eq!((ran.code(), ran.stdout()), (0, "in\n"), "{}", ran.stderr());
    }
    let asked = site.home.read_text("asked");
    let lines: Vec<_> = asked.lines().collect();
    assert_eq!(lines[..2], lines[2..], "{asked}");
    let certificate = files.read_text("id_ecdsa-cert.pub");
    let base64 = certificate.split(' ').nth(1).expect("it has data").trim();
    assert!(lines[3].ends_with(base64) && lines[3].contains("-cert-v01@openssh.com SHA256:"));
}

#[test]
fn a_command_that_fails_connects_nowhere() {
    let site = Site::new();
    site.home.write("answer", site.sshd.known_hosts_line("ed25519"));
    let command = oracle(&site, "exit 3\n");
    let option = format!("KnownHostsCommand={command} %H");
    let [theirs, ours] = both(&site, &[&option]).map(|ran| ran.failure(255));
    assert!(theirs.contains("KnownHostsCommand failed"), "{theirs}");
    assert_eq!(
        ours,
        format!(
            "sshc: cannot ask `{command} 127.0.0.1` for known hosts: it ended: exit status: 3\n\
             sshc: hint: no host key is accepted without it; -o KnownHostsCommand=none does without\n",
        )
    );
    for (command, why) in [
        ("oracle", "the path of the program is not absolute"),
        ("/nowhere/oracle", "No such file or directory"),
    ] {
        let [_, ours] = both(&site, &[&format!("KnownHostsCommand={command}")]);
        let said = ours.failure(255);
        let start = format!("sshc: cannot ask `{command}` for known hosts: {why}\n");
        assert!(said.starts_with(&start), "{said}");
    }
    // Pinned keys need no record.
    let pin = site.sshd.fingerprint("ed25519");
    let pinned = ["--batch", "--host-key", &pin, "-o", &option, &site.sshd.target(), "echo in"];
    assert_eq!(site.sshc(pinned).run().quiet_success(), "in\n");
    let none = [&*option, "KnownHostsCommand=none"].map(str::to_owned);
    let [_, ours] = both(&site, &[&none[1], &none[0]]);
    assert_eq!(ours.quiet_success(), "in\n");
}

#[test]
fn programs_of_ones_own_configuration_decide_what_applies() {
    let site = Site::new();
    let block = "Match exec \"touch %n; test %n = node7\"\n  User eve\n";
    let config = ["-G", "node7"];
    site.home.write(".ssh/config", block);
    let said = site.home.tool("sshc").args(config).run().failure(255);
    assert!(said.contains("or write `PermitMatchExec yes` above it into your own\n"), "{said}");
    assert!(!site.home.path("node7").exists());
    site.home.write(".ssh/config", format!("IgnoreUnknown Permit*\nPermitMatchExec yes\n{block}"));
    let ours = site.home.tool("sshc").args(config).run().quiet_success();
    let file = site.home.path(".ssh/config").display().to_string();
    let theirs = site.home.peer("ssh").args(["-F", &file]).args(config).run();
    for shown in [&*ours, theirs.stdout()] {
        assert!(shown.contains("\nuser eve\n"), "{shown}");
    }
    assert!(site.home.path("node7").exists());
    let open = fs::Permissions::from_mode(0o666);
    fs::set_permissions(&file, open).expect("it is ours");
    assert_eq!(site.home.tool("sshc").args(["-F", &file]).args(config).run().code(), 255);
}
