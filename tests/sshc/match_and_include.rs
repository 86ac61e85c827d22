//! The criteria of `Match` and the patterns of `Include`, judged by the newest ssh.

use harness::home::Home;

/// Whether the port of the block is the one that `-G` shows, or the status of the refusal.
fn applies(home: &Home, program: &str, words: &[&str]) -> Result<bool, i32> {
    let program = match program {
        "sshc" => home.tool("sshc"),
        _ => home.in_newest("/usr/bin/ssh"),
    };
    let config = home.path("config").display().to_string();
    let ran = program.args(["-F", &config, "-G"]).args(words.to_vec()).run();
    match ran.code() {
        0 => Ok(ran.stdout().lines().any(|line| line == "port 4242")),
        status => Err(status),
    }
}

#[test]
fn criteria_hold_where_they_hold_for_the_newest_ssh() {
    let home = Home::new();
    for (criteria, words) in [
        ("command \"uptime *\"", &["node7", "uptime", "-p"][..]),
        ("command uptime,up*,!up", &["node7", "up"]),
        ("command *", &["node7"]),
        ("command \"\"", &["node7"]),
        ("command \"\"", &["node7", "true"]),
        ("command=true", &["node7", "true"]),
        ("command sftp sessiontype subsystem", &["-s", "node7", "sftp"]),
        ("sessiontype exec", &["node7", "true"]),
        ("sessiontype exec", &["-s", "node7", "sftp"]),
        ("sessiontype shell", &["node7"]),
        ("sessiontype shell,none", &["-N", "node7"]),
        ("!sessiontype none", &["-W", "a:1", "node7"]),
        ("sessiontype none", &["-o", "SessionType=none", "node7", "true"]),
        ("sessiontype subsystem", &["-o", "SessionType=subsystem", "node7", "sftp"]),
        ("tagged \"\"", &["node7"]),
        ("tagged \"\"", &["-P", "blue", "node7"]),
        ("tagged b*,!black", &["-P", "blue", "node7"]),
        ("tagged *", &["node7"]),
        ("version OpenSSH_10.*", &["node7"]),
        ("version OpenSSH_9.*,OpenSSH_8.*", &["node7"]),
        ("!version PuTTY*", &["node7"]),
        ("localnetwork 127.0.0.0/8", &["node7"]),
        ("localnetwork 203.0.113.0/24,127.0.0.1", &["node7"]),
        ("localnetwork=203.0.113.0/24", &["node7"]),
        ("!localnetwork 203.0.113.0/24,2001:db8::/32", &["node7"]),
        ("!final host node7", &["node7"]),
        ("canonical", &["node7"]),
        // Refused.
        ("localnetwork 127.0.0.1/8", &["node7"]),
        ("localnetwork here", &["node7"]),
        ("localnetwork", &["node7"]),
        ("sessiontype", &["node7"]),
        ("host \"\"", &["node7"]),
        ("subsystem sftp", &["node7"]),
    ] {
        home.write("config", format!("Match {criteria}\n  Port 4242\n"));
        let judge = applies(&home, "ssh", words);
        assert_eq!(applies(&home, "sshc", words), judge, "Match {criteria}: {words:?}");
    }
}

/// Only an un-negated `final` asks for the second pass, in which `canonical` holds, too.
#[test]
fn a_negated_final_asks_for_no_second_pass() {
    let home = Home::new();
    for (text, second) in [("Match !final all\n", false), ("Match final\n", true)] {
        home.write("config", format!("{text} Compression yes\nMatch canonical\n  Port 4242\n"));
        assert_eq!(applies(&home, "ssh", &["node7"]), Ok(second), "{text}");
        assert_eq!(applies(&home, "sshc", &["node7"]), Ok(second), "{text}");
    }
}

/// A name that no list knows could be meant to forbid something.
#[test]
fn unknown_options_are_refused_unless_they_may_be_ignored() {
    let home = Home::new();
    for (text, is_taken) in [
        ("Frobnicate yes\n", false),
        ("Host elsewhere\n  Frobnicate yes\n", false),
        ("Host elsewhere\n  Frobnicate yes\nHost *\n  IgnoreUnknown Frob*\n", false),
        ("IgnoreUnknown other,Frob*\nFrobnicate yes\nPort 4242\n", true),
        ("IgnoreUnknown frob*\nPort 4242\nHost elsewhere\n  Frobnicate yes\n", true),
    ] {
        home.write("config", text);
        let expected = if is_taken { Ok(true) } else { Err(255) };
        assert_eq!(applies(&home, "ssh", &["node7"]), expected, "{text}");
        assert_eq!(applies(&home, "sshc", &["node7"]), expected, "{text}");
    }
    home.write("config", "Frobnicate yes\n");
    let said = home.tool("sshc").args(["-F", "config", "node7"]).run().failure(255);
    assert!(said.contains("hint: `IgnoreUnknown Frobnicate` above it passes over it"), "{said}");
}

#[test]
fn files_are_included_by_the_patterns_of_the_shell() {
    let home = Home::new();
    home.write("conf.d/10-a.conf", "Port 4242\n");
    home.write("conf.d/.hidden.conf", "Port 1\n");
    let folder = home.path("conf.d").display().to_string();
    for pattern in [
        "*.conf",
        "[0-9]*",
        "1?-[!b].conf",
        "[a-z]*",
        "??-[^a]*",
        "??-[!a]*",
        "[1]0-a.conf",
        "[10-a.conf",
        ".h*",
        "*",
        "x*",
        "10-a.conf",
    ] {
        home.write("config", format!("Include {folder}/{pattern}\n"));
        let judge = applies(&home, "ssh", &["node7"]);
        assert_eq!(applies(&home, "sshc", &["node7"]), judge, "{pattern}");
    }
}
