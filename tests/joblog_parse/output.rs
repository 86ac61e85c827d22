//! What users see: every output format, messages, exit codes.

use harness::home::Home;
use harness::invocation::Finished;
use harness::workspace::fixture;

const LOG: &str = "ssh -J bob@203.0.113.1 -i '/k/ä b.pem' -p 2222 ada@10.0.0.5\n";

fn parse(arguments: &[&str], log: &str) -> Finished {
    Home::new().tool("joblog-parse").args(arguments.to_vec()).stdin(log).run()
}

#[test]
fn every_form_says_the_same() {
    for (form, expected) in [
        ("text", "ada@10.0.0.5:2222\n"),
        ("uri", "ssh://ada@10.0.0.5:2222?jump=bob@203.0.113.1\n"),
        (
            "json",
            r#"{"user":"ada","host":"10.0.0.5","port":2222,"jump":"bob@203.0.113.1","identity_file":"/k/\u00e4 b.pem","host_key":null,"job":null,"source":"-","line":1,"tier":"command","text":"ssh -J bob@203.0.113.1 -i '/k/\u00e4 b.pem' -p 2222 ada@10.0.0.5"}
"#,
        ),
        (
            "csv",
            "user,host,port,jump,identity_file,host_key,job,source,line,tier\nada,10.0.0.5,2222,bob@203.0.113.1,/k/ä b.pem,,,-,1,command\n",
        ),
        (
            "ssh-config",
            "Host 10.0.0.5\n    HostName 10.0.0.5\n    User ada\n    Port 2222\n    ProxyJump bob@203.0.113.1\n    IdentityFile \"/k/ä b.pem\"\n",
        ),
    ] {
        assert_eq!(parse(&["-o", form], LOG).quiet_success(), expected);
    }
    assert_eq!(parse(&["--json"], LOG).stdout, parse(&["-o", "json"], LOG).stdout);
}

#[test]
fn what_is_only_mentioned_is_printed_with_loose_alone() {
    let history = "ls -la\nmake all\nssh ada@203.0.113.7\n";
    let narrated = "Yesterday he typed ssh bob@203.0.113.8 and got a shell.\n";
    let hidden = "for example: ssh eve@10.0.0.8\n";
    for (log, login) in [(history, "ada@203.0.113.7\n"), (narrated, "bob@203.0.113.8\n")] {
        let run = parse(&[], log);
        assert_eq!((run.code(), run.stdout()), (1, ""), "{log}");
        assert_eq!(parse(&["--loose"], log).quiet_success(), login);
        let explained = parse(&["--explain"], log);
        let explained = explained.stdout();
        assert!(explained.contains("is only mentioned"), "{explained}");
        assert!(explained.contains("    mentioned, "), "{explained}");
    }
    // `--loose` does not print private addresses either.
    assert_eq!(parse(&["--loose"], hidden).code(), 1);
}

#[test]
fn records_of_which_no_word_says_whose_they_are_are_too_close_to_tell() {
    let list =
        "Host a\n  HostName 203.0.113.4\n  User ada\nHost b\n  HostName 198.51.100.4\n  User bob\n";
    let run = parse(&[], list);
    assert_eq!((run.code(), run.stdout()), (1, ""));
    assert_eq!(
        run.stderr(),
        "joblog-parse: `ada@203.0.113.4` and `bob@198.51.100.4` are too close to tell which is meant\n\
         joblog-parse: hint: --all lists both, --first takes the first of them\n"
    );
    assert_eq!(parse(&["--first"], list).quiet_success(), "ada@203.0.113.4\n");
    let announced = list.replace("Host b", "The new machine is ready\nHost b");
    assert_eq!(parse(&[], &announced).quiet_success(), "bob@198.51.100.4\n");
}

#[test]
fn openssh_reads_our_ssh_config() {
    let home = Home::new();
    let block = parse(&["-o", "ssh-config"], LOG).quiet_success();
    home.write("config", block);
    let settings = home.peer("ssh").args(["-G", "-F", "config", "10.0.0.5"]).run();
    for line in [
        "user ada",
        "port 2222",
        "hostname 10.0.0.5",
        "proxyjump bob@203.0.113.1",
        "identityfile /k/ä b.pem",
    ] {
        assert!(
            settings.stdout().replace(['[', ']'], "").lines().any(|setting| setting == line),
            "{line}: {settings:?}"
        );
    }
}

#[test]
fn ssh_reads_our_commands_as_we_do() {
    for command in [
        "-p22 ada@login.example.org",
        "-oPort=2200 -l ada login.example.org -p 23",
        "-l bob ada@login.example.org",
        "-o HostName=203.0.113.9 -o 'User eve' login.example.org",
        "-NfL 1:h:2 -p 23 -J bob@203.0.113.1 ada@login.example.org",
        "ssh://ada@login.example.org:2222",
    ] {
        let home = Home::new();
        home.write("empty", "");
        let theirs = home.shell(&format!("ssh -G -F empty {command}")).run();
        let setting = |name: &str| {
            let mut lines = theirs.stdout().lines();
            lines
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
                .unwrap_or_default()
                .to_owned()
        };
        let record = parse(&["--json"], &format!("ssh {command}\n")).quiet_success();
        let record: serde_json::Value = serde_json::from_str(&record).expect("an object");
        let field = |name: &str| record.get(name);
        let text = |name: &str| field(name).and_then(serde_json::Value::as_str);
        let port = field("port").and_then(serde_json::Value::as_u64).unwrap_or(22).to_string();
        let ours = (text("user"), text("host"), port.as_str());
        let (user, host, port) = (setting("user"), setting("hostname"), setting("port"));
        assert_eq!(
            ours,
            (Some(user.as_str()), Some(host.as_str()), port.as_str()),
            "ssh {command}"
        );
    }
}

#[test]
fn nothing_found_is_an_error_with_a_hint() {
    assert_eq!(
        parse(&[], "all quiet\n").failure(1),
        "joblog-parse: no login found in the log\njoblog-parse: hint: --explain lists every \
         candidate, and why it was refused\n"
    );
    assert_eq!(
        parse(&[], "ssh ada@10.0.0.5\n").failure(1),
        "joblog-parse: no login found in the log\njoblog-parse: hint: `10.0.0.5` is a private or \
         loopback address; --allow-private accepts it\n"
    );
}

#[test]
fn the_hint_says_what_the_log_has_instead() {
    let hint = |input: &str| {
        let talk = parse(&[], input).failure(1);
        talk.split_once("hint: ").expect("a hint").1.to_owned()
    };
    for empty in ["", "\u{feff}"] {
        assert_eq!(hint(empty), "it is empty; --follow waits for a login in it\n");
    }
    let without_user = "it names the host `203.0.113.7`, but no user; if you know the user: sshc \
                        USER@203.0.113.7\n";
    for line in ["Connect to host 203.0.113.7 port 22\n", "ssh 203.0.113.7\n"] {
        assert_eq!(hint(line), without_user, "{line}");
    }
    let both = "ssh ada@10.0.0.5\nConnect to host 203.0.113.7 port 22\n";
    assert!(hint(both).starts_with("`10.0.0.5` is a private"), "{}", hint(both));
    let home = Home::new();
    let empty = [home.write("1", ""), home.write("2", "")];
    assert_eq!(
        home.tool("joblog-parse").args(empty).run().failure(1),
        "joblog-parse: no login found in 2 logs\njoblog-parse: hint: they are empty; --follow \
         waits for a login in them\n"
    );
}

#[test]
fn an_option_of_follow_names_it() {
    assert_eq!(
        parse(&["--timeout", "5s"], "").failure(2),
        "joblog-parse: --timeout needs --follow\njoblog-parse: hint: `joblog-parse --help` lists \
         all options\n"
    );
}

#[test]
fn everything_looked_at_is_explained_and_escaped() {
    let log =
        "Connecting to eve@192.0.2.1\nssh ada@203.0.113.7\nssh $(\u{202e}id)@203.0.113.7 \x07\n";
    assert_eq!(
        parse(&["--explain"], log).quiet_success(),
        "-:1: address: eve@192.0.2.1 passed over: another one is stronger, or closer to what was \
         asked for\n    Connecting to eve@192.0.2.1\n    announced, 4: user@host +2, the words \
         are about logging in +2, the words around it offer it\n-:2: command: ada@203.0.113.7 \
         taken\n    ssh ada@203.0.113.7\n    announced, 7: a command that logs in +7, the words \
         around it offer it\n-:3: command: refused: `$(\\u{202e}id)` is not a user name\n    ssh \
         $(\\u{202e}id)@203.0.113.7 \\u{7}\n    announced, 7: a command that logs in +7, the \
         words around it offer it\n"
    );
    let explained = parse(&["--explain", "--json"], log).quiet_success();
    assert!(explained.is_ascii() && explained.lines().count() == 3, "{explained}");
    let refused = parse(&["--explain"], "ssh ada@10.0.0.5\n");
    assert_eq!(refused.code(), 1);
    assert_eq!(
        refused.stdout(),
        "-:1: command: refused: `10.0.0.5` is private or loopback, and no jump host leads there\n    ssh ada@10.0.0.5\n    announced, 7: a command that logs in +7, the words around it offer it\n"
    );
}

#[test]
fn words_that_decide_are_explained() {
    let folder = fixture("unstudied");
    for (log, code, verdict) in [
        ("jb-n047.log", 1, "the words around it are those of another text -7 (words -"),
        ("jb-a074.log", 0, "the words around it are those of an announcement (words +"),
        ("le-a007.log", 0, "words point to its user and its host +2 (words +"),
    ] {
        let home = Home::new();
        let run = |arguments: &[&str]| {
            home.tool("joblog-parse").args(arguments.to_vec()).arg(folder.join(log)).run()
        };
        let explained = run(&["--explain"]);
        assert_eq!(explained.code(), code, "{log}");
        assert!(explained.stdout().contains(verdict), "{log}: {}", explained.stdout());
        let records = run(&["--explain", "--json"]).stdout().to_owned();
        let has_words = |record: &str| {
            let record: serde_json::Value = serde_json::from_str(record).expect("JSON");
            record["wording"]["words"].as_array().is_some_and(|words| !words.is_empty())
        };
        assert!(records.lines().any(has_words), "{log}: {records}");
    }
}

/// Where rules find no login, words that point to one are enough, unless anything is doubtful.
#[test]
fn words_point_to_a_login_only_if_nothing_is_doubtful() {
    let text = "hey jonas, your node's up. it's 198.51.100.77, user is opc, your usual key is on there already.\n";
    assert_eq!(parse(&[], text).quiet_success(), "opc@198.51.100.77\n");
    let doubtful = [
        text.replace("198.51.100.77", "10.0.0.7"),
        text.replace("198.51.100.77", "198.51.100.77 port 70000"),
        text.replace("opc", "$(id)"),
        format!("{text}Machine 198.51.100.77 was terminated.\n"),
    ];
    for text in doubtful {
        let run = parse(&[], &text);
        assert_eq!((run.code(), run.stdout()), (1, ""), "{text}");
    }
}

#[test]
fn several_logs_are_read_in_order() {
    let home = Home::new();
    home.write("a.log", "ssh ada@203.0.113.7\n");
    home.write("b.log", "Username: bob, public IP: 198.51.100.7\n");
    let parse = |arguments: &[&str]| home.tool("joblog-parse").args(arguments.to_vec()).run();
    assert_eq!(parse(&["a.log", "b.log"]).quiet_success(), "bob@198.51.100.7\n");
    assert_eq!(parse(&["--first", "a.log", "b.log"]).quiet_success(), "ada@203.0.113.7\n");
    assert_eq!(
        parse(&["--all", "b.log", "a.log"]).quiet_success(),
        "bob@198.51.100.7\nada@203.0.113.7\n"
    );
}

#[test]
fn what_cannot_be_read_ends_without_output() {
    let home = Home::new();
    home.write("a.log", "ssh ada@203.0.113.7\n");
    let parse = |arguments: &[&str]| home.tool("joblog-parse").args(arguments.to_vec()).run();
    assert_eq!(
        parse(&["a.log", "/"]).failure(1),
        "joblog-parse: cannot read `/`: Is a directory\njoblog-parse: hint: name the log file in it\n"
    );
    assert_eq!(
        parse(&["a.log", "none.log"]).failure(1),
        "joblog-parse: cannot read `none.log`: No such file or directory\n"
    );
    assert_eq!(parse(&["--first", "--all", "a.log"]).code(), 2);
    assert_eq!(parse(&["--timeout", "1s", "a.log"]).code(), 2);
    assert_eq!(parse(&["--pattern", "(?<user>x)", "a.log"]).code(), 2);
}

#[test]
fn a_pattern_takes_the_place_of_the_recognisers() {
    let log = "ssh ada@203.0.113.7\nNODE=198.51.100.7 WHO=bob\nNODE=198.51.100.8 WHO=-l\n";
    let pattern = r"NODE=(?<host>\S+) WHO=(?<user>\S+)";
    assert_eq!(parse(&["--all", "--pattern", pattern], log).quiet_success(), "bob@198.51.100.7\n");
}

#[test]
fn a_jump_host_that_text_cannot_tell_is_mentioned_on_a_terminal() {
    let home = Home::new();
    home.write("log", LOG);
    let run = |arguments: &[&str]| {
        let tool = home.tool("joblog-parse").args(arguments.to_vec()).arg("log");
        tool.on_terminal_with_stdout_piped().finish().screen
    };
    assert_eq!(
        run(&[]),
        "joblog-parse: the login goes through a jump host; --json passes it to sshc\r\n"
    );
    assert_eq!(run(&["--quiet"]), "");
    assert_eq!(run(&["--json"]), "");
}

#[test]
fn two_logins_on_one_host_have_a_block_each() {
    let home = Home::new();
    let log = "ssh -i '\\\\srv\\share\\k.pem' ada@203.0.113.7\nssh -p 23 bob@203.0.113.7\nssh -p 24 bob@203.0.113.7\n";
    home.write("config", parse(&["--all", "-o", "ssh-config"], log).quiet_success());
    for (alias, expected) in [
        ("203.0.113.7", ["user ada", "port 22", "identityfile \\\\srv\\share\\k.pem"]),
        ("bob-203.0.113.7", ["user bob", "port 23", "hostname 203.0.113.7"]),
        ("bob-203.0.113.7-24", ["user bob", "port 24", "hostname 203.0.113.7"]),
    ] {
        let settings = home.peer("ssh").args(["-G", "-F", "config", alias]).run();
        for line in expected {
            assert!(settings.stdout().lines().any(|it| it == line), "{line}: {settings:?}");
        }
    }
}

#[test]
fn of_several_keys_the_one_that_is_shown_first_is_announced() {
    let ed25519 =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID9b0W0azV9S7KUwJJU4QqyjFEHCqza9ZRuPljJhH5uR";
    let ecdsa = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBBuMZ7W4VU+cQriqrtxWbhpNVYyw+9b3PDv/CDb9xdUecAsoCKnnmW2FrbGHtkhsQHdqgsM/FQSW6GcWzlZNJaw=";
    let fingerprint = "SHA256:LaLvxgC5opv47tyW/yjKcse9hb0LPdBXoch2uL1FzFQ";
    for (log, expected) in [
        (format!("203.0.113.7 {ed25519}\n203.0.113.7 {ecdsa}\nssh ada@203.0.113.7\n"), fingerprint),
        (format!("203.0.113.7 {ecdsa}\n203.0.113.7 {ed25519}\nssh ada@203.0.113.7\n"), fingerprint),
        (format!("[203.0.113.7]:2222 {ed25519}\nssh -p 2222 ada@203.0.113.7\n"), fingerprint),
        (
            format!("[203.0.113.7]:2222 {ed25519}\n203.0.113.7 {ecdsa}\nssh ada@203.0.113.7\n"),
            "SHA256:F6Ea3oYgbtXAe7FR/B2CpLsjNiayHKUCoXeKGZr+coU",
        ),
        (format!("[203.0.113.7]:2222 {ed25519}\nssh ada@203.0.113.7\n"), ""),
    ] {
        let record = parse(&["--json"], &log).quiet_success();
        let record: serde_json::Value = serde_json::from_str(&record).expect("an object");
        let key = record.get("host_key").and_then(serde_json::Value::as_str);
        assert_eq!(key.unwrap_or_default(), expected, "{log}");
    }
}

#[test]
fn hints_say_what_is_the_matter() {
    assert_eq!(
        parse(&[], "ssh -l bob mycluster\n").failure(1),
        "joblog-parse: no login found in the log\njoblog-parse: hint: `mycluster` is a name \
         without a domain; --allow-private accepts it\n"
    );
    let home = Home::new();
    let parse = |arguments: &[&str]| home.tool("joblog-parse").args(arguments.to_vec()).run();
    assert_eq!(
        parse(&["--follow", "--timeout", "1s", "none.log"]).failure(1),
        "joblog-parse: no login found in the log within 1 s\njoblog-parse: hint: `none.log` is not there\n"
    );
    // A frame with the beginning of a block (RFC 8878 §3.1.1).
    home.write("cut.zst", [0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x14, 0xa1, 0x00, 0x00, b's', b's', b'h']);
    assert_eq!(
        parse(&["cut.zst"]).failure(1),
        "joblog-parse: cannot read `cut.zst`: the zstd data is cut off\n"
    );
}
