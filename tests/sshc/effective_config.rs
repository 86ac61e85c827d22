//! What `-G` prints, judged by the newest ssh: tokens in values, lists of algorithms, and what
//! cannot be a user's name.

use harness::home::Home;

/// The line of an option in what a program's `-G` prints, or the status with which it refuses.
fn shown(home: &Home, program: &str, words: &[&str], name: &str) -> Result<String, i32> {
    let program = match program {
        "sshc" => home.tool("sshc"),
        _ => home.in_newest("/usr/bin/ssh"),
    };
    let ran = program.env("FOO", "bar").args(["-F", "none", "-G"]).args(words.to_vec()).run();
    if ran.code() != 0 {
        return Err(ran.code());
    }
    let mut lines = ran.stdout().lines().filter_map(|line| line.split_once(' '));
    let line = lines.find(|(option, _)| *option == name);
    Ok(line.map(|(_, value)| value.to_owned()).unwrap_or_default())
}

#[test]
fn tokens_are_expanded_where_the_newest_ssh_expands_them() {
    const TOKENS: &str = "%%/%i/%h/%d/%L/%l/%n/%k/%p/%r/%u/%C";
    let home = Home::new();
    for (name, value) in [
        ("controlpath", TOKENS),
        ("identityagent", TOKENS),
        ("forwardagent", TOKENS),
        ("revokedhostkeys", TOKENS),
        ("localforward", "/%h/%u /%n/%r"),
        ("remoteforward", "/%h/%u /%n/%r"),
        ("setenv", "A=%h/%u/%r/%%"),
        ("setenv", "A=${FOO}/b"),
        ("localforward", "/${FOO} /x"),
        ("forwardagent", "${FOO}"),
        ("controlpath", "~"),
        ("forwardagent", "~/.ssh/agent"),
        ("user", "%u-%h-%n-%p-%i-%%"),
    ] {
        let option = format!("{name}={value}");
        let words = ["-o", &option, "-o", "HostKeyAlias=alias", "-p", "2022", "ada@node7"];
        let judge = shown(&home, "ssh", &words, name);
        let ours = shown(&home, "sshc", &words, name);
        // The two have other home folders: ssh's is that of the password database.
        let own = home.folder().display().to_string();
        let ours = ours.map(|value| value.replace(&own, "/root"));
        assert!(judge.is_ok(), "{option}: ssh says {judge:?}");
        assert_eq!(ours, judge, "{option}");
    }
}

#[test]
fn a_user_of_the_command_line_is_taken_as_it_is_or_refused() {
    let home = Home::new();
    for name in ["%u", "a b", "ada+x", "ada#x", "ada@site"] {
        let there = format!("{name}@node7");
        for words in [&["-l", name, "node7"][..], &[&there]] {
            assert_eq!(shown(&home, "ssh", words, "user"), Ok(name.to_owned()), "ssh {words:?}");
            assert_eq!(shown(&home, "sshc", words, "user"), Ok(name.to_owned()), "{words:?}");
        }
    }
    for name in
        ["${FOO}", "$ada", "a;b", "a'b", "`a`", "a(b)", "x\u{7}y", "a -x", "a\\", "a|b", "a&b"]
    {
        let there = format!("{name}@node7");
        for words in [&["-l", name, "node7"][..], &[&there]] {
            assert!(shown(&home, "ssh", words, "user").is_err(), "ssh {words:?}");
            assert!(shown(&home, "sshc", words, "user").is_err(), "{words:?}");
        }
    }
    // A user of a Windows domain, whom ssh refuses: no shell of ours reads the name.
    let domain = shown(&home, "sshc", &["-l", "DOMAIN\\ada", "node7"], "user");
    assert_eq!(domain, Ok("DOMAIN\\ada".to_owned()));
    // What a variable brings is not the configuration's own.
    let words = ["-o", "User=${BELL}", "node7"];
    let sshc = home.tool("sshc").env("BELL", "a\u{7}b").args(["-F", "none", "-G"]);
    let said = sshc.args(words).run().failure(255);
    assert!(said.contains("expected a user's name, not "), "{said}");
}

#[test]
fn lists_of_algorithms_are_written_out_with_the_changes_to_them() {
    let home = Home::new();
    let list = |words: &[&str], name: &str| {
        let list = shown(&home, "sshc", words, name).expect("it is shown");
        list.split(',').map(str::to_owned).collect::<Vec<_>>()
    };
    for (name, usual, last) in [
        ("ciphers", "aes128-gcm@openssh.com", "aes128-ctr"),
        ("macs", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"),
        ("kexalgorithms", "mlkem768x25519-sha256", "diffie-hellman-group14-sha256"),
        ("hostkeyalgorithms", "ssh-ed25519-cert-v01@openssh.com", "rsa-sha2-256"),
        ("pubkeyacceptedalgorithms", "ssh-ed25519", "rsa-sha2-512"),
        ("casignaturealgorithms", "ssh-ed25519", "rsa-sha2-512"),
    ] {
        let own = list(&["node7"], name);
        assert_eq!(own.first().map(String::as_str), Some(usual), "{name}: {own:?}");
        assert!(own.iter().any(|it| it == last), "{name}: {own:?}");
        let without = list(&["-o", &format!("{name}=-{usual}"), "node7"], name);
        let rest: Vec<_> = own.iter().filter(|it| *it != usual).cloned().collect();
        assert_eq!(without, rest, "{name}");
        // Types with a certificate always come before those without.
        let first = if name == "hostkeyalgorithms" { usual } else { last };
        let before = list(&["-o", &format!("{name}=^{last}"), "node7"], name);
        assert_eq!(before.first().map(String::as_str), Some(first), "{name}: {before:?}");
        assert_eq!(list(&["-o", &format!("{name}={last}"), "node7"], name), [last], "{name}");
    }
}

#[test]
fn options_without_effect_are_shown_as_they_are_written() {
    let home = Home::new();
    let words = ["-o", "IPQoS=cs1", "-o", "IPQoS=af21", "-o", "TunnelDevice=3:4", "node7"];
    assert_eq!(shown(&home, "sshc", &words, "ipqos"), Ok("cs1".to_owned()));
    assert_eq!(shown(&home, "sshc", &words, "tunneldevice"), Ok("3:4".to_owned()));
}

#[test]
fn forwards_that_are_cleared_are_not_shown() {
    let home = Home::new();
    home.write("c", "LocalForward 8080 far:80\n");
    let shown = |words: &[&str]| {
        let sshc = home.tool("sshc").args(["-G", "-F", "c"]).args(words.iter().copied());
        sshc.arg("host").run().stdout().contains("localforward ")
    };
    assert!(shown(&[]));
    assert!(!shown(&["-W", "far:2"]));
    assert!(!shown(&["-o", "ClearAllForwardings=yes"]));
}

/// Lines of ssh for programs and methods that are not here.
const ONLY_SSH: [&str; 8] = [
    "xauthlocation",
    "securitykeyprovider",
    "gssapiauthentication",
    "gssapikeyexchange",
    "gssapidelegatecredentials",
    "gssapitrustdns",
    "gssapirenewalforcesrekey",
    "gssapikexalgorithms",
];

/// Values that differ on purpose (docs/drop-in.md), and what a test's home has elsewhere.
const OTHERWISE: [&str; 16] = [
    "casignaturealgorithms",
    "ciphers",
    "enableescapecommandline",
    "exitonforwardfailure",
    "forwardx11trusted",
    "hostbasedacceptedalgorithms",
    "hostkeyalgorithms",
    "identityfile",
    "ipqos",
    "kexalgorithms",
    "macs",
    "obscurekeystroketiming",
    "pubkeyacceptedalgorithms",
    "requiredrsasize",
    "serveraliveinterval",
    "userknownhostsfile",
];

fn name_of(line: &str) -> String {
    line.split(' ').next().unwrap_or_default().to_ascii_lowercase()
}

/// As with ssh, options without effect here are shown, too, with their defaults.
#[test]
fn everything_is_shown_in_the_order_of_ssh() {
    let home = Home::new();
    let words = ["-F", "none", "-G", "-L", "1:a:2", "-R", "3:b:4", "-D", "5", "-J", "c", "node7"];
    let ours = home.tool("sshc").args(words).run().quiet_success();
    let newest = home.in_newest("/usr/bin/ssh");
    for (ssh, is_newest) in [(home.peer("ssh"), false), (newest, true)] {
        let theirs = ssh.args(words).run();
        assert_eq!(theirs.code(), 0, "{}", theirs.stderr());
        let lines = |text: &str| -> Vec<(String, String)> {
            let named = text.lines().map(|line| (name_of(line), line.to_ascii_lowercase()));
            let mut named: Vec<_> =
                named.filter(|(name, _)| !ONLY_SSH.contains(&name.as_str())).collect();
            // Keys of other types.
            named.dedup_by(|next, it| next.0 == "identityfile" && it.0 == "identityfile");
            named
        };
        let theirs = lines(theirs.stdout());
        let is_theirs = |name: &str| theirs.iter().any(|(it, _)| it == name);
        let mut ours = lines(&ours);
        // An older ssh has fewer options.
        ours.retain(|(name, _)| is_newest || is_theirs(name));
        let names = |lines: &[(String, String)]| -> Vec<String> {
            lines.iter().map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(names(&ours), names(&theirs));
        for ((name, ours), (_, theirs)) in ours.iter().zip(&theirs) {
            let is_same =
                ours == theirs || *theirs == ours.replace("tcpkeepalive yes", "tcpkeepalive true");
            assert!(is_same || OTHERWISE.contains(&name.as_str()), "{ours} / {theirs}");
        }
    }
    for line in [
        "serveraliveinterval 15",
        "requiredrsasize 2048",
        "enableescapecommandline yes",
        "obscurekeystroketiming no",
        "ipqos none none",
        "forwardx11trusted no",
    ] {
        assert!(ours.lines().any(|it| it == line), "{line}");
    }
    // Unless they are set.
    assert!(!ours.lines().any(|line| ONLY_SSH.contains(&name_of(line).as_str())), "{ours}");
}

#[test]
fn what_is_said_of_options_without_effect_is_shown_in_place_of_their_defaults() {
    let home = Home::new();
    for (option, line) in [
        ("IPQoS=ef cs0", "ipqos ef cs0"),
        ("VisualHostKey=yes", "visualhostkey yes"),
        ("GSSAPIAuthentication=yes", "gssapiauthentication yes"),
        ("PermitRemoteOpen=none", "permitremoteopen none"),
    ] {
        let ran = home.tool("sshc").args(["-F", "none", "-G", "-o", option, "node7"]).run();
        let shown = ran.quiet_success();
        let found: Vec<_> = shown.lines().filter(|it| name_of(it) == name_of(line)).collect();
        assert_eq!(found, [line]);
    }
}
