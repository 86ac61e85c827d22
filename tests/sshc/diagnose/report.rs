//! The report itself: its steps, its promises, its options.

use harness::sshd::free_port;

use super::{Site, contents, diagnose, key_pair};

#[test]
fn a_login_that_would_work_is_said_to_and_is_not_made() {
    let site = Site::new();
    let target = site.sshd.target();
    let before = contents(&site.home);
    let found = diagnose(site.sshc([target.as_str()]));
    assert_eq!((found.code, &found.end["reason"]), (0, &serde_json::Value::Null), "{found:#?}");
    let steps: Vec<&str> = found.steps.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(steps, ["target", "connection", "server", "host key", "encryption", "key"]);
    assert!(found.text("verdict").starts_with("a login as "), "{found:#?}");
    assert_eq!(contents(&site.home), before);
    // The server was asked about the key, and received no signature.
    site.sshd.log().wait_for(" authenticating user ");
    let log = site.sshd.log().text();
    assert!(log.contains("Postponed publickey"), "{log}");
    assert!(!log.contains("Accepted publickey") && !log.contains("Starting session"), "{log}");
}

#[test]
fn a_person_reads_a_line_for_each_step_and_two_for_the_end() {
    let site = Site::new();
    let target = site.sshd.target();
    let ran = site.sshc(["--diagnose", &target]).run();
    let (code, text) = (ran.code(), ran.quiet_success());
    let lines: Vec<&str> = text.lines().collect();
    let [target_line, connection, server, host_key, encryption, key, verdict, to_do] = lines[..]
    else {
        panic!("{text}")
    };
    let key_print = site.home.peer("ssh-keygen").args(["-lf", "id_ed25519"]).run().quiet_success();
    let key_print = key_print.split(' ').nth(1).expect("a fingerprint");
    for (line, expected) in [
        (target_line, format!("  target      {target}")),
        (connection, format!("  connection  {} answers", site.sshd.address())),
        (host_key, format!("ssh-ed25519 {} is on record", site.sshd.fingerprint("ed25519"))),
        (key, format!("  key         {key_print} (id_ed25519) is welcome")),
    ] {
        assert!(line.ends_with(&expected), "{line}\n{expected}");
    }
    assert!(server.contains("  server      SSH-2.0-OpenSSH_"), "{server}");
    assert!(encryption.contains("  encryption  ") && encryption.contains("25519"), "{encryption}");
    assert!(verdict.starts_with("verdict: a login as "), "{verdict}");
    assert_eq!(to_do, "what to do: log in with the same options, without --diagnose");
    assert_eq!(code, 0);
}

#[test]
fn a_failure_ends_the_steps_and_its_code_follows_the_verdict() {
    let site = Site::new();
    let port = free_port();
    let ran = site.sshc(["--diagnose", &format!("ada@127.0.0.1:{port}")]).run();
    assert_eq!((ran.code(), ran.stderr()), (1, ""));
    let text = ran.stdout();
    assert!(text.contains(" s ! connection  cannot connect to 127.0.0.1:"), "{text}");
    let end = format!(
        "verdict: booting, or no SSH server: cannot connect to 127.0.0.1:{port}: Connection \
         refused [refused]\nwhat to do: a cluster that is still booting refuses connections: \
         --wait waits until it accepts a login; otherwise check the port\n"
    );
    assert!(text.ends_with(&end), "{text}");
}

#[test]
fn the_log_for_scripts_ends_with_the_same_reason() {
    let site = Site::new();
    let target = format!("ada@127.0.0.1:{}", free_port());
    let found = diagnose(site.sshc(["--log-json", "log", &target]));
    let log = site.home.read_text("log");
    let last: serde_json::Value =
        serde_json::from_str(log.lines().last().expect("a line")).expect("JSON");
    assert_eq!((&last["reason"], &last["status"]), (&"refused".into(), &1.into()), "{found:#?}");
}

#[test]
fn a_diagnosis_asks_nothing_and_accepts_a_locked_key() {
    let site = Site::new();
    let locked = site.home.peer("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "secret"]);
    assert_eq!(locked.args(["-f", "locked"]).run().code(), 0);
    site.sshd.authorize(&super::public_line(&site.home.path("locked")));
    let target = site.sshd.target();
    let sshc = site.home.tool("sshc").args(["-F", "none", "--agent", "none", "--key", "locked"]);
    let left = sshc.args(["--diagnose", &target]).on_terminal().finish();
    assert_eq!(left.code(), 0, "{}", left.screen);
    assert!(left.screen.contains("(locked) is welcome"), "{}", left.screen);
    // Asks neither for the user's name nor about the host key.
    site.home.write("empty", "");
    let sshc = site.home.tool("sshc").args(["-F", "none", "--known-hosts", "empty", "--diagnose"]);
    let left = sshc.arg(site.sshd.address().to_string()).on_terminal().finish();
    assert_eq!(left.code(), 1, "{}", left.screen);
    assert!(left.screen.contains("[host-key-unknown]"), "{}", left.screen);
    assert_eq!(site.home.read_text("empty"), "");
}

#[test]
fn what_lies_beyond_a_jump_host_is_not_guessed() {
    let site = Site::new();
    let gate = site.sshd.target();
    site.home.write(".ssh/config", "Host 127.0.0.1\n IdentityFile id_ed25519\n");
    let sshc = site.home.tool("sshc").args(["-J", &gate, "ada@203.0.113.7"]);
    let found = diagnose(sshc);
    found.must_be(255, "beyond-jump-host", "would work; hosts beyond it", "log in to 127.0.0.1");
}

#[test]
fn a_broken_reader_ends_it_quietly_and_wrong_usage_is_2() {
    let site = Site::new();
    let target = site.sshd.target();
    for options in [
        &["--rule", "203.0.113.9/24"][..],
        &["--rule", "everywhere"],
        &["--rule", "@missing"],
        &["--control", "nowhere"],
        &["--wait"],
        &["--forget"],
    ] {
        let ran = site.sshc(["--diagnose"]).args(options.iter().copied()).arg(&target).run();
        assert_eq!((ran.code(), ran.stdout()), (2, ""), "{options:?}: {}", ran.stderr());
    }
    for options in [&["--rule", "203.0.113.0/24"][..], &["--control", "x:22"], &["--json"]] {
        // What excludes --diagnose does not make these useful.
        for beside in [&[][..], &["--wait"], &["--forget"], &["-G"], &["-f", "-N"]] {
            let ran = site.sshc(options.iter().chain(beside).copied()).arg(&target).run();
            assert_eq!(ran.code(), 2, "{options:?} {beside:?}: {}", ran.stderr());
        }
        let ran = site.sshc(options.iter().copied()).args([&target, "true"]).run();
        assert_eq!(ran.code(), 2, "{options:?}: {}", ran.stderr());
    }
    let ran = site.sshc(["--diagnose", "--wait-for", "tcp"]).arg(&target).run();
    assert_eq!(ran.code(), 2, "{}", ran.stderr());
    let piped = site.sshc(["--diagnose", "--rule", "-"]).stdin(target.clone() + "\n").run();
    assert_eq!(piped.code(), 2, "{}", piped.stderr());
}

#[test]
fn a_rule_is_read_as_cidr_prints_it() {
    let site = Site::new();
    let target = site.sshd.target();
    for format in ["lines", "comma", "ranges"] {
        let rule = site.home.tool("cidr").args(["merge", "127.0.0.0/30", "2001:db8::/32"]);
        let rule = rule.args(["-o", format]).run().quiet_success();
        site.home.write("rule", &rule);
        let given = site.sshc(["--rule", &rule, &target]);
        let file = site.sshc(["--rule", "@rule", &target]);
        let piped = site.sshc(["--rule", "-", &target]).stdin(rule.clone());
        for sshc in [given, file, piped] {
            let found = diagnose(sshc);
            assert_eq!(found.code, 0, "{format}: {found:#?}");
            assert!(found.steps.contains(&("rule".to_owned(), None)), "{found:#?}");
        }
    }
}

#[test]
fn a_slow_step_is_named_and_a_login_would_work_all_the_same() {
    let site = Site::new();
    let relay = format!("exec 3<>/dev/tcp/127.0.0.1/{}; cat <&3 & cat >&3", site.sshd.port());
    let late = format!("bash -c 'sleep 3; {relay}'");
    let found = diagnose(site.sshc(["--proxy-command", &late, &site.sshd.target()]));
    found.must_be(0, "slow", "would work", "--connect-timeout");
    assert!(found.text("verdict").contains("the step `server` took 3."), "{found:#?}");
}

#[test]
fn a_key_file_that_cannot_be_used_leaves_it_open() {
    let site = Site::new();
    key_pair(&site.home, "ecdsa");
    site.home.write("broken", "not a key\n");
    let sshc = site.home.tool("sshc").args(["-F", "none", "--key", "broken"]);
    let found = diagnose(sshc.arg(site.sshd.target()));
    found.must_be(255, "key-unusable", "the key cannot be used: ", "");
    assert_eq!(found.steps.last().map(|(name, _)| name.as_str()), Some("preparation"));
}
