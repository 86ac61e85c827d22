use super::*;

#[test]
fn text_is_printed_as_it_was_parsed() {
    for text in [
        "ada@node7",
        "ada@node7:2222",
        "uprod_qpWia@203.0.113.7",
        "ada@2001:db8::1",
        "ada@[2001:db8::1]:22",
        "ada@[fe80::1%eth0]:65535",
        "4d3r-6441@ssh.example.io",
        "a.b+c_d@Node-7.Example.COM:1",
    ] {
        assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
    }
}

#[test]
fn what_breaks_the_rules_is_refused_and_shown_escaped() {
    for (text, message) in [
        ("203.0.113.7", "`203.0.113.7` is not user@host"),
        ("@203.0.113.7", "`` is not a user name"),
        ("-oProxyCommand=id@203.0.113.7", "`-oProxyCommand=id` is not a user name"),
        ("a$(id)@203.0.113.7", "`a$(id)` is not a user name"),
        ("ad\u{430}@203.0.113.7", "`adа` is not a user name"),
        ("ada@-h", "`-h` is not a host name or address"),
        ("ada@a_b.example", "`a_b.example` is not a host name or address"),
        ("ada@exämple.com", "`exämple.com` is not a host name or address"),
        ("ada@a..b", "`a..b` is not a host name or address"),
        ("ada@", "`` is not a host name or address"),
        ("ada@a\x1b[1mb", "`a\\u{1b}[1mb` is not a host name or address"),
        ("ada@999.1.1.1", "`999.1.1.1` is not a host name or address"),
        ("ada@1.2.3.4.5", "`1.2.3.4.5` is not a host name or address"),
        ("ada@09.01.04.03", "`09.01.04.03` is not a host name or address"),
        ("ada@0x7f.0x1", "`0x7f.0x1` is not a host name or address"),
        ("ada@XX.XX.XX.XX", "`XX.XX.XX.XX` is a masked address"),
        ("ada@203.0.113.xxx", "`203.0.113.xxx` is a masked address"),
        ("ada@0.0.0.0", "`0.0.0.0` is not an address of one machine"),
        ("ada@224.0.0.1", "`224.0.0.1` is not an address of one machine"),
        ("ada@255.255.255.255", "`255.255.255.255` is not an address of one machine"),
        ("ada@::", "`::` is not an address of one machine"),
        ("ada@ff02::1", "`ff02::1` is not an address of one machine"),
        ("ada@[203.0.113.7]:22", "`[203.0.113.7]:22` is not a host name or address"),
        ("ada@[2001:db8::1]22", "`[2001:db8::1]22` is not a host name or address"),
        ("ada@fe80::1%", "`fe80::1%` is not a host name or address"),
        ("ada@node7:0", "`0` is not a port (1-65535)"),
        ("ada@node7:65536", "`65536` is not a port (1-65535)"),
        ("ada@node7:+22", "`+22` is not a port (1-65535)"),
        ("ada@node7:022", "`022` is not a port (1-65535)"),
        ("ada@node7:", "`` is not a port (1-65535)"),
    ] {
        assert_eq!(text.parse::<Target>().unwrap_err().to_string(), message);
    }
}

#[test]
fn lengths_are_bounded() {
    let name = |labels: usize| vec!["a".repeat(49); labels].join(".");
    assert!(format!("{}@h", "u".repeat(64)).parse::<Target>().is_ok());
    assert!(format!("{}@h", "u".repeat(65)).parse::<Target>().is_err());
    assert!(format!("u@{}", "h".repeat(63)).parse::<Target>().is_ok());
    assert!(format!("u@{}", "h".repeat(64)).parse::<Target>().is_err());
    assert!(format!("u@{}", name(5)).parse::<Target>().is_ok());
    assert!(format!("u@{}", name(6)).parse::<Target>().is_err());
}

#[test]
fn a_line_is_read_in_every_form_that_is_written() {
    let fingerprint = format!("SHA256:{}A", "q".repeat(42));
    let json = format!(
        r#"{{"user":"ubuntu","host":"10.0.1.5","port":2222,"jump":"ada@203.0.113.1:22,[2001:db8::1]:22","identity_file":"/k/a b.pem","host_key":"{fingerprint}","line":3,"text":"x"}}"#
    );
    let target = Target::from_line(&format!("\u{feff}{json}\r\n")).unwrap();
    assert_eq!(target.to_string(), "ubuntu@10.0.1.5:2222");
    assert_eq!(join_jumps(&target.jump), "ada@203.0.113.1:22,[2001:db8::1]:22");
    assert_eq!(target.identity_file.as_ref().unwrap().as_str(), "/k/a b.pem");
    assert_eq!(target.host_key.as_ref().unwrap().as_str(), fingerprint);

    let uri = target.uri();
    assert_eq!(uri, "ssh://ubuntu@10.0.1.5:2222?jump=ada@203.0.113.1:22,[2001:db8::1]:22");
    let read = Target::from_line(&uri).unwrap();
    assert_eq!((read.to_string(), read.jump), (target.to_string(), target.jump));

    let least = Target::from_line(r#"{"user":"ada","host":"node7","port":null}"#).unwrap();
    assert_eq!(least, "ada@node7".parse().unwrap());
    assert_eq!(Target::from_line(" ada@node7 \n").unwrap(), least);
    assert_eq!(Target::from_line("ssh://ada@node7/").unwrap(), least);
}

#[test]
fn json_fields_are_held_to_the_same_rules() {
    for (line, message) in [
        (r#"{"user":"-l","host":"h"}"#, "`-l` is not a user name"),
        (r#"{"user":"a","host":"h;id"}"#, "`h;id` is not a host name or address"),
        (r#"{"user":"a","host":"h","port":0}"#, "`0` is not a port (1-65535)"),
        (r#"{"user":"a","host":"h","jump":"b@-x"}"#, "`-x` is not a host name or address"),
        (
            r#"{"user":"a","host":"h","host_key":"SHA256:x"}"#,
            "`SHA256:x` is not a host key fingerprint (SHA256:…)",
        ),
        (
            r#"{"user":"a","host":"h","identity_file":"a\nb"}"#,
            "`a\\nb` is not a path of a key file",
        ),
    ] {
        assert_eq!(Target::from_line(line).unwrap_err().to_string(), message);
    }
    for line in ["{", "{}", r#"{"user":"a"}"#, r#"{"user":"a","user":"b","host":"h"}"#] {
        assert!(matches!(Target::from_line(line), Err(TargetError::Json(_))), "{line}");
    }
}

#[test]
fn private_places_are_told_from_public_ones() {
    for (host, reach) in [
        ("203.0.113.7", Reach::Public),
        ("192.0.2.1", Reach::Public),
        ("2001:db8::1", Reach::Public),
        ("ssh.example.io", Reach::Public),
        ("ip-203-0-113-7.example.com", Reach::Public),
        ("10.25.84.68", Reach::Private),
        ("172.31.255.255", Reach::Private),
        ("192.168.0.1", Reach::Private),
        ("100.64.0.1", Reach::Private),
        ("169.254.169.254", Reach::Private),
        ("127.0.0.1", Reach::Private),
        ("::1", Reach::Private),
        ("fd00::1", Reach::Private),
        ("fe80::1%eth0", Reach::Private),
        ("::ffff:10.0.0.1", Reach::Private),
        ("node7", Reach::Private),
        ("localhost", Reach::Private),
        ("head.local", Reach::Private),
        ("ip-10-25-84-68.eu-west-1.compute.internal", Reach::Private),
        ("ip-10-25-84-68.example.com", Reach::Private),
    ] {
        assert_eq!(host.parse::<Host>().unwrap().reach(), reach, "{host}");
    }
}
