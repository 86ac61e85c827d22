//! `CheckHostIP`: the record of a host's address, by us and by `ssh`.

use std::net::Ipv4Addr;

use harness::home::Home;
use harness::invocation::{Finished, Invocation};
use harness::network::Namespace;
use harness::programs::under_test;
use harness::sshd::Sshd;

use super::{Site, key_pair, public_line};

const ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 9, 9, 7);

/// A server that is called `node7` in a network where it is not on the client's own loopback
/// address.
struct Lab {
    home: Home,
    network: Namespace,
    server: Sshd,
    /// The key of another computer.
    other: String,
}

impl Lab {
    fn new() -> Self {
        let (home, network) = (Home::new(), Namespace::new());
        network.run(&format!("ip addr add {ADDRESS} dev lo"));
        let authorized = public_line(&key_pair(&home, "ed25519"));
        let server = Sshd::setup().authorize(authorized).host_key_type("ed25519");
        let server = server.host_key_type("ecdsa").inside(&network, ADDRESS);
        let server = server.option(format!("ListenAddress {ADDRESS}:2222")).start();
        home.write("hosts", format!("127.0.0.1 localhost\n{ADDRESS} node7\n"));
        let other = public_line(&key_pair(&home, "ecdsa"));
        let other = other.split(' ').take(2).collect::<Vec<_>>().join(" ").trim_end().to_owned();
        Self { home, network, server, other }
    }

    /// The lines of `known_hosts`, with the keys for their letters.
    fn lines(&self, text: &str) -> String {
        let keys = [("<a>", "ed25519"), ("<b>", "ecdsa")];
        let text = keys.into_iter().fold(text.to_owned(), |text, (letter, kind)| {
            text.replace(letter, &self.server.host_key(kind))
        });
        text.replace("<other>", &self.other)
    }

    /// A program that knows these hosts, with these options.
    fn program(&self, program: &str, known: &str, options: &[&str]) -> Invocation {
        let known = self.home.write(format!("known-{program}"), self.lines(known));
        let path = match program {
            "ssh" => "ssh".to_owned(),
            ours => under_test(ours).display().to_string(),
        };
        let script = "mount --bind \"$0\" /etc/hosts && exec \"$@\"";
        let inside = self.home.peer("unshare").args(["--mount", "sh", "-c", script]);
        let inside = inside.arg(self.home.path("hosts")).args([&path, "-F", "none", "-i"]);
        let known = format!("UserKnownHostsFile={}", known.display());
        let inside = inside.args(["id_ed25519", "-o", &known, "-o", "GlobalKnownHostsFile=none"]);
        inside.args(options.iter().flat_map(|it| ["-o", it])).inside(&self.network)
    }

    /// The status, and what is on record then, by `ssh` and by us.
    fn both(&self, known: &str, options: &[&str], host: &[&str]) -> [(i32, String); 2] {
        ["ssh", "sshc"].map(|program| {
            let ran = self.program(program, known, &[options, &["BatchMode=yes"]].concat());
            let ran = ran.args(host.iter().copied()).args(["-l", &self.server.user(), "true"]);
            (ran.run().code(), self.recorded(program))
        })
    }

    fn recorded(&self, program: &str) -> String {
        let text = self.home.read_text(format!("known-{program}"));
        let keys = [("<a>", "ed25519"), ("<b>", "ecdsa")];
        let text = keys
            .into_iter()
            .fold(text, |text, (letter, kind)| text.replace(&self.server.host_key(kind), letter));
        let mut lines: Vec<_> = text.lines().map(str::trim_end).collect();
        lines.sort_unstable();
        lines.join("; ").replace(&self.other, "<other>")
    }
}

const YES: &str = "CheckHostIP=yes";

const THROUGH: &str = "ProxyCommand=bash -c 'exec 3<>/dev/tcp/%h/%p; cat <&3 & cat >&3; kill $!'";

#[test]
fn the_key_of_a_name_must_be_that_of_its_address() {
    let lab = Lab::new();
    let (node7, port) = (&["node7"][..], &["-p", "2222", "node7"][..]);
    for (known, options, host, status, after) in [
        ("node7 <a>\n10.9.9.7 <other>\n", &[YES][..], node7, 255, "10.9.9.7 <other>; node7 <a>"),
        ("node7 <a>\n10.9.9.7 <other>\n", &[], node7, 0, "10.9.9.7 <other>; node7 <a>"),
        (
            "node7 <a>\n10.9.9.7 <other>\n",
            &[YES, "StrictHostKeyChecking=accept-new"],
            node7,
            255,
            "10.9.9.7 <other>; node7 <a>",
        ),
        (
            "[node7]:2222 <a>\n[10.9.9.7]:2222 <other>\n",
            &[YES],
            port,
            255,
            "[10.9.9.7]:2222 <other>; [node7]:2222 <a>",
        ),
        // Both are on record, in one line or in two.
        ("node7,10.9.9.7 <a>\n", &[YES], node7, 0, "node7,10.9.9.7 <a>"),
        ("node7 <a>\n10.9.9.7 <a>\n", &[YES], node7, 0, "10.9.9.7 <a>; node7 <a>"),
        // The address has no record yet.
        ("node7 <a>\n", &[YES], node7, 0, "10.9.9.7 <a>; node7 <a>"),
        ("[node7]:2222 <a>\n", &[YES], port, 0, "[10.9.9.7]:2222 <a>; [node7]:2222 <a>"),
        // The host has none either.
        ("", &[YES, "StrictHostKeyChecking=accept-new"], node7, 0, "node7,10.9.9.7 <a>"),
        (
            "",
            &[YES, "StrictHostKeyChecking=accept-new"],
            port,
            0,
            "[node7]:2222,[10.9.9.7]:2222 <a>",
        ),
        (
            "10.9.9.7 <a>\n",
            &[YES, "StrictHostKeyChecking=accept-new"],
            node7,
            0,
            "10.9.9.7 <a>; node7 <a>",
        ),
        // There is no name, or no address that we would know of.
        ("10.9.9.7 <a>\n", &[YES], &["10.9.9.7"], 0, "10.9.9.7 <a>"),
        (
            "alias <a>\n10.9.9.7 <other>\n",
            &[YES, "HostKeyAlias=alias"],
            node7,
            255,
            "10.9.9.7 <other>; alias <a>",
        ),
        (
            "alias <a>\n10.9.9.7 <other>\n",
            &[YES, "HostKeyAlias=alias"],
            &["10.9.9.7"],
            0,
            "10.9.9.7 <other>; alias <a>",
        ),
        ("node7 <a>\n10.9.9.7 <other>\n", &[YES, THROUGH], node7, 0, "10.9.9.7 <other>; node7 <a>"),
    ] {
        let options = [options, &["HostKeyAlgorithms=ssh-ed25519"]].concat();
        let expected = (status, after.to_owned());
        let both = lab.both(known, &options, host);
        assert_eq!(both, [expected.clone(), expected], "{known} {options:?} {host:?}");
    }
}

#[test]
fn an_address_with_another_key_is_reported_and_asked_about() {
    let lab = Lab::new();
    let known = "node7 <a>\n10.9.9.7 <other>\n";
    let login = |options: &[&str]| {
        let sshc = lab.program("sshc", known, &[&[YES], options].concat());
        sshc.args(["node7", "-l", &lab.server.user(), "echo in"])
    };
    let place = lab.home.path("known-sshc").display().to_string();
    let fingerprint = lab.server.fingerprint("ed25519");
    let other = lab.home.shell("ssh-keygen -lf id_ecdsa.pub").run().quiet_success();
    let other = other.split(' ').nth(1).expect("it is the second word").to_owned();
    let wrong = format!(
        "the host key of node7 is not the one on record for its address 10.9.9.7: the server shows \
         ssh-ed25519 {fingerprint}, {place}:2 has ecdsa-sha2-nistp256 {other}"
    );
    let hint = "the name may lead to another computer than before; if the address was given to \
                another machine, run sshc --forget 10.9.9.7";
    assert_eq!(
        login(&["BatchMode=yes"]).run().failure(255),
        format!("sshc: {wrong}\nsshc: hint: {hint}\n")
    );
    for (answers, status) in [(&["yes"][..], 0), (&["", "nes", "no"], 255)] {
        let mut terminal = login(&[]).on_terminal();
        terminal.expect("Connect anyway? (yes/no) ");
        for (at, answer) in answers.iter().enumerate() {
            if at > 0 {
                terminal.expect("Please answer yes or no: ");
            }
            terminal.send_line(answer);
        }
        let left = terminal.finish();
        assert_eq!(left.code(), status, "{}", left.screen);
        assert_eq!(left.screen.ends_with("yes\r\nin\r\n"), status == 0, "{}", left.screen);
        assert_eq!(lab.home.read_text("known-sshc"), lab.lines(known));
    }
}

/// Clusters come one after another on the same address.
#[test]
fn the_target_of_a_log_is_not_checked_by_its_address() {
    let lab = Lab::new();
    let known = "[10.9.9.7]:2222 <other>\n10.9.9.7 <other>\n";
    for host in ["10.9.9.7:2222", "10.9.9.7", "node7"] {
        let sshc = lab.program("sshc", known, &[YES, "HostKeyAlgorithms=ssh-ed25519"]);
        let target = format!("{}@{host}\n", lab.server.user());
        let sshc = sshc.args(["--batch", "--accept-new", "-", "echo in"]).stdin(target);
        assert_eq!(sshc.run().quiet_success(), "in\n", "{host}");
    }
}

/// `ssh` overlooks this one.
#[test]
fn a_key_that_is_revoked_by_its_address_is_refused() {
    let lab = Lab::new();
    let known = "node7 <a>\n@revoked 10.9.9.7 <a>\n";
    let refused = |options: &[&str]| -> Finished {
        let sshc = lab.program("sshc", known, options);
        sshc.args(["--batch", "node7", "-l", &lab.server.user(), "true"]).run()
    };
    assert_eq!(refused(&[]).code(), 0);
    let said = refused(&[YES]).failure(255);
    assert!(said.contains("the host key of 10.9.9.7 is revoked by "), "{said}");
}

#[test]
fn a_program_that_knows_host_keys_is_asked_about_the_address_too() {
    let lab = Lab::new();
    let script = format!(
        "#!/bin/sh\necho \"$1 $2\" >> \"$3\"\n\
         if [ \"$1\" = ADDRESS ]; then echo \"$2 {}\"; fi\n",
        lab.other
    );
    let program = lab.home.write("program", script);
    assert_eq!(lab.home.shell("chmod 755 program").run().code(), 0);
    let asked = |name: &str| lab.home.path(name).display().to_string();
    let known = "node7 <a>\n";
    let said = ["ssh", "sshc"].map(|name| {
        let log = asked(&format!("asked-{name}"));
        let command = format!("KnownHostsCommand={} %I %H {log}", program.display());
        let ran = lab.program(name, known, &[YES, &command, "BatchMode=yes"]);
        let ran = ran.args(["node7", "-l", &lab.server.user(), "true"]).run();
        (ran.code(), lab.home.read_text(log), lab.recorded(name))
    });
    assert_eq!(said[0], said[1]);
    let questions = "ORDER node7\nHOSTNAME node7\nADDRESS 10.9.9.7\n";
    assert_eq!(said[1], (255, questions.to_owned(), "node7 <a>".to_owned()));
}

#[test]
fn further_keys_of_a_host_are_recorded_for_its_address_too() {
    let lab = Lab::new();
    for (known, after) in [
        ("node7,10.9.9.7 <a>\n", "node7,10.9.9.7 <a>; node7,10.9.9.7 <b>"),
        ("node7,10.9.9.7 <a>\n10.9.9.7 <b>\n", "10.9.9.7 <b>; node7,10.9.9.7 <a>"),
        // A line of another host with the same address, and of another address of the host.
        ("node7,10.9.9.7 <a>\nnode8,10.9.9.7 <a>\n", "node7,10.9.9.7 <a>; node8,10.9.9.7 <a>"),
        ("node7,10.9.9.8 <a>\n10.9.9.7 <a>\n", "10.9.9.7 <a>; node7,10.9.9.8 <a>"),
        // A key that the server no longer has is removed for both.
        (
            "node7,10.9.9.7 <a>\nnode7 <b>\n10.9.9.7 <b>\n10.9.9.7 <other>\n",
            "10.9.9.7 <b>; node7 <b>; node7,10.9.9.7 <a>",
        ),
    ] {
        let recorded = ["ssh", "sshc"].map(|program| {
            let update = [YES, "UpdateHostKeys=yes", "BatchMode=yes"];
            let first = "HostKeyAlgorithms=ssh-ed25519,ecdsa-sha2-nistp256";
            let run = lab.program(program, known, &[&update[..], &[first]].concat());
            // The server announces its keys before the command's output, and proves that it has
            // them before it reads what is sent after that.
            let command = "echo announced; read word";
            let mut running =
                run.args(["node7", "-l", &lab.server.user(), command]).stdin_open().start();
            running.stdout.wait_for("announced\n");
            running.send("go on\n");
            let ran = running.finish();
            assert_eq!(ran.code(), 0, "{program}: {}", ran.stderr());
            lab.recorded(program)
        });
        // ssh writes the lines of a host anew when it changes one.
        assert_eq!(recorded[1], after, "{known}: {}", recorded[0]);
        let names = |text: &str| text.contains("<b>") && !text.contains("<other>");
        assert_eq!(names(&recorded[0]), names(&recorded[1]), "{known}: {}", recorded[0]);
    }
}

#[test]
fn on_this_computer_an_address_says_nothing() {
    let site = Site::new();
    let port = site.sshd.port();
    let other = public_line(&key_pair(&site.home, "ecdsa"));
    let key = site.sshd.host_key("ed25519");
    let known = format!("[localhost]:{port} {key}\n[127.0.0.1]:{port} {other}");
    site.home.write(".ssh/known_hosts", known);
    let host = format!("{}@localhost", site.sshd.user());
    let ran = site.sshc(["-4", "-o", YES, "-p", &port.to_string(), &host, "echo in"]).run();
    assert_eq!(ran.quiet_success(), "in\n");
}
