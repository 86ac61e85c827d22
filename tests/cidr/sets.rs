//! Set operations, as a user sees them.

use harness::home::Home;

fn cidr(arguments: &[&str]) -> harness::invocation::Finished {
    Home::new().tool("cidr").args(arguments.to_vec()).run()
}

#[test]
fn everywhere() {
    for (arguments, expected) in [
        (&["everywhere"][..], "0.0.0.0/0\n"),
        (&["everywhere", "-4"], "0.0.0.0/0\n"),
        (&["everywhere", "-6"], "::/0\n"),
        (&["everywhere", "-4", "-6"], "0.0.0.0/0\n::/0\n"),
        (&["everywhere", "-6", "-4", "-o", "comma"], "0.0.0.0/0,::/0\n"),
    ] {
        assert_eq!(cidr(arguments).quiet_success(), expected, "{arguments:?}");
    }
}

#[test]
fn everywhere_warns_on_a_terminal() {
    let home = Home::new();
    let left = home.tool("cidr").arg("everywhere").on_terminal_with_stdout_piped().finish();
    assert_eq!(left.screen, "cidr: this lets everyone in; some platforms refuse it\r\n");
    assert_eq!(left.stdout, b"0.0.0.0/0\n");
    let quiet = home.tool("cidr").args(["everywhere", "--quiet"]);
    assert_eq!(quiet.on_terminal_with_stdout_piped().finish().screen, "");
}

#[test]
fn merging_is_exact_and_minimal() {
    for (arguments, expected) in [
        (&["203.0.113.7"][..], "203.0.113.7/32\n"),
        (&["10.0.0.0/25", "10.0.0.128/25"], "10.0.0.0/24\n"),
        (&["10.0.0.1-10.0.0.6"], "10.0.0.1/32\n10.0.0.2/31\n10.0.0.4/31\n10.0.0.6/32\n"),
        (&["10.0.0.0", "255.0.0.0"], "10.0.0.0/8\n"),
        (
            &["2001:db8::1", "10.0.0.1", "2001:db8::", "9.0.0.1"],
            "9.0.0.1/32\n10.0.0.1/32\n2001:db8::/127\n",
        ),
        (&["::ffff:10.0.0.0/105", "10.128.0.0/9"], "10.0.0.0/8\n"),
        (&["0.0.0.0/1", "128.0.0.0-255.255.255.255"], "0.0.0.0/0\n"),
        (&["-o", "comma", "10.0.0.0/8", "198.51.100.39"], "10.0.0.0/8,198.51.100.39/32\n"),
        (&["-o", "ranges", "10.0.0.0/24", "10.0.1.0/25", "::1"], "10.0.0.0-10.0.1.127\n::1-::1\n"),
    ] {
        let arguments = [&["merge"], arguments].concat();
        assert_eq!(cidr(&arguments).quiet_success(), expected, "{arguments:?}");
    }
}

#[test]
fn subtracting_and_intersecting() {
    for (arguments, expected) in [
        (&["subtract", "10.0.0.0/30", "--minus", "10.0.0.1"][..], "10.0.0.0/32\n10.0.0.2/31\n"),
        (
            &["subtract", "10.0.0.0/30", "--minus", "10.0.0.1", "--minus", "10.0.0.3"],
            "10.0.0.0/32\n10.0.0.2/32\n",
        ),
        (&["subtract", "::/0", "--minus", "::/1"], "8000::/1\n"),
        (
            &[
                "intersect",
                "10.0.0.0/8",
                "2001:db8::/32",
                "--with",
                "10.1.0.0/16",
                "--with",
                "10.1.2.3-10.1.2.4",
            ],
            "10.1.2.3/32\n10.1.2.4/32\n",
        ),
    ] {
        assert_eq!(cidr(arguments).quiet_success(), expected, "{arguments:?}");
    }
}

#[test]
fn json_is_an_object_a_line() {
    assert_eq!(
        cidr(&["merge", "--json", "::/0", "10.0.0.0/8"]).quiet_success(),
        concat!(
            r#"{"network":"10.0.0.0/8","family":"ipv4","first":"10.0.0.0","last":"10.255.255.255","#,
            r#""addresses":"16777216"}"#,
            "\n",
            r#"{"network":"::/0","family":"ipv6","first":"::","#,
            r#""last":"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff","#,
            r#""addresses":"340282366920938463463374607431768211456"}"#,
            "\n",
        )
    );
}

#[test]
fn an_empty_result_is_an_error_unless_allowed() {
    let nothing = ["subtract", "10.0.0.0/8", "--minus", "0.0.0.0/0"];
    assert_eq!(
        cidr(&nothing).failure(1),
        "cidr: cannot print an access rule: the result is empty\n\
         cidr: hint: pass --allow-empty if that is right\n"
    );
    for format in ["lines", "comma", "json", "ranges"] {
        let allowed = [&nothing[..], &["--allow-empty", "-o", format]].concat();
        assert_eq!(cidr(&allowed).quiet_success(), "", "{format}");
    }
    assert_eq!(Home::new().tool("cidr").arg("merge").stdin("# none\n").run().code(), 1);
}

#[test]
fn contains_answers_by_its_exit_status() {
    let ask = |arguments: &[&str]| {
        let finished = cidr(&[&["contains"], arguments].concat());
        assert_eq!(finished.stderr(), "");
        (finished.code(), finished.stdout().to_owned())
    };
    let rules = ["10.0.0.0/8", "2001:db8::/32"];
    let with = |more: &[&str]| ask(&[&rules, more].concat());
    assert_eq!(with(&["--address", "10.1.2.3"]), (0, "10.1.2.3\n".to_owned()));
    assert_eq!(with(&["--address", "11.0.0.0"]), (1, String::new()));
    assert_eq!(with(&["--address", "9.255.255.255"]), (1, String::new()));
    assert_eq!(with(&["--address", "2001:db8::7"]), (0, "2001:db8::7\n".to_owned()));
    assert_eq!(with(&["--address", "::ffff:10.1.2.3"]), (0, "10.1.2.3\n".to_owned()));
    assert_eq!(with(&["--address", "10.0.0.0/7"]), (1, String::new()), "only half of it is inside");
    assert_eq!(
        with(&["--address", "10.1.2.3", "--address", "11.0.0.0"]),
        (1, "10.1.2.3\n".to_owned())
    );
    assert_eq!(
        with(&["--json", "--address", "10.1.2.3,11.0.0.0"]),
        (
            1,
            concat!(
                r#"{"address":"10.1.2.3","inside":true,"range":"10.0.0.0/8"}"#,
                "\n",
                r#"{"address":"11.0.0.0","inside":false,"range":null}"#,
                "\n"
            )
            .to_owned()
        )
    );
}

#[test]
fn contains_reads_addresses_from_standard_input_in_order() {
    let home = Home::new();
    let rules = home.write("rules.txt", "10.0.0.0/8");
    let finished = home
        .tool("cidr")
        .args(["contains", &format!("@{}", rules.display()), "--address", "-"])
        .stdin("10.0.0.2\n11.0.0.1\n10.0.0.1\n")
        .run();
    assert_eq!((finished.code(), finished.stdout()), (1, "10.0.0.2\n10.0.0.1\n"));
    let none = home.tool("cidr").args(["contains", "10.0.0.0/8", "--address", "-"]).run();
    assert_eq!(none.failure(2), "cidr: cannot check membership: no address was given\n");
}

/// 0 yes, 1 no, 2 could not tell: scripts must be able to tell "no" from "no answer".
#[test]
fn questions_have_an_exit_status_of_their_own() {
    for (arguments, code) in [
        (&["contains", "10.0.0.0/8", "--address", "10.0.0.1"][..], 0),
        (&["contains", "10.0.0.0/8", "--address", "11.0.0.1"], 1),
        (&["contains", "10.0.0.0/8", "--address", "10.0.0.300"], 2),
        (&["contains", "10.1", "--address", "10.0.0.1"], 2),
        (&["contains", "@absent", "--address", "10.0.0.1"], 2),
        (&["contains", "10.0.0.0/8", "--address", "10.0.0.1", "--port", "22"], 2),
        (&["diff", "--exit-code", "10.0.0.1", "10.0.0.1"], 0),
        (&["diff", "--exit-code", "10.0.0.1", "10.0.0.2"], 1),
        (&["diff", "--exit-code", "10.0.0.1", "10.1"], 2),
        (&["diff", "--exit-code", "@absent", "10.0.0.1"], 2),
        (&["diff", "10.0.0.1", "10.0.0.2"], 0),
        (&["diff", "10.0.0.1", "10.1"], 1),
        (&["me", "--address", "203.0.113.7", "--check", "203.0.113.0/24"], 0),
        (&["me", "--address", "203.0.113.7", "--check", "10.0.0.0/8"], 1),
        (&["me", "--address", "203.0.113.7", "--check", "10.1"], 2),
        (&["me", "--address", "203.0.113.7", "--check", "@absent"], 2),
        (&["me", "--address", "10.0.0.5", "--check", "10.0.0.0/8"], 2),
        (&["me", "--address", "10.0.0.5"], 1),
    ] {
        assert_eq!(cidr(arguments).code(), code, "{arguments:?}");
    }
}

#[test]
fn answers_are_printed_in_either_format() {
    for (arguments, expected) in [
        (
            &["contains", "192.0.2.1", "--address", "192.0.2.1"][..],
            r#"{"address":"192.0.2.1","inside":true,"range":"192.0.2.1"}"#,
        ),
        (
            &["diff", "192.0.2.1", "192.0.2.1,192.0.2.2"],
            r#"{"change":"opens","network":"192.0.2.2/32","family":"ipv4","first":"192.0.2.2","last":"192.0.2.2","addresses":"1"}"#,
        ),
        (
            &["show", "192.0.2.1"],
            r#"{"network":"192.0.2.1/32","family":"ipv4","first":"192.0.2.1","last":"192.0.2.1","addresses":"1"}"#,
        ),
    ] {
        for format in [&["-o", "json"][..], &["--json"]] {
            let printed = cidr(&[arguments, format].concat()).quiet_success();
            assert_eq!(printed, format!("{expected}\n"), "{arguments:?}");
        }
        let lines = cidr(&[arguments, &["-o", "lines"]].concat()).quiet_success();
        assert_eq!(lines, cidr(arguments).quiet_success(), "{arguments:?}");
    }
}

#[test]
fn numbers_are_refused_in_our_own_words() {
    for arguments in [
        ["split", "10.0.0.0/8", "--prefix", "99999999999999999999"],
        ["split", "10.0.0.0/8", "--prefix", "-1"],
        ["merge", "10.0.0.0/8", "--max-prefixes", "x"],
        ["merge", "10.0.0.0/8", "--port", "70000"],
        ["me", "--check", "10.0.0.0/8", "--timeout=abc"],
        ["me", "--check", "10.0.0.0/8", "--address=x"],
    ] {
        let stderr = cidr(&arguments).failure(2);
        for word in ["target type", "digit", "parse", "syntax", "float"] {
            assert!(!stderr.contains(word), "{arguments:?}: {stderr}");
        }
    }
}

#[test]
fn show_says_network_ends_and_size_as_read() {
    assert_eq!(
        cidr(&["show", "::/0", "10.0.0.1-10.0.0.3", "10.0.0.0/31"]).quiet_success(),
        "::/0         ::        ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff  340282366920938463463374607431768211456\n\
         10.0.0.1/32  10.0.0.1  10.0.0.1                                 1\n\
         10.0.0.2/31  10.0.0.2  10.0.0.3                                 2\n\
         10.0.0.0/31  10.0.0.0  10.0.0.1                                 2\n"
    );
}

#[test]
fn show_fails_without_networks() {
    let shown = Home::new().tool("cidr").arg("show").stdin("# none\n").run();
    assert_eq!(shown.failure(1), "cidr: cannot show any network: the input has none\n");
}

#[test]
fn the_count_of_too_many_networks_is_exact() {
    for (rule, prefix, count) in [
        ("::/0", "128", "340282366920938463463374607431768211456"),
        ("::/0", "127", "170141183460469231731687303715884105728"),
        ("0.0.0.0/0", "32", "4294967296"),
    ] {
        assert_eq!(
            cidr(&["split", rule, "--prefix", prefix]).failure(1),
            format!(
                "cidr: cannot split into /{prefix} networks: there would be {count} of them\n\
                 cidr: hint: at most 16777216 are printed\n"
            )
        );
    }
}

#[test]
fn standard_input_is_one_list() {
    assert_eq!(
        cidr(&["subtract", "--minus", "-"]).failure(2),
        "cidr: cannot read two lists from standard input\n\
         cidr: hint: write one of them to a file and pass @FILE\n"
    );
}
