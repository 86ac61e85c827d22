use super::*;

fn path(text: &str) -> Option<String> {
    Query::parse(text).ok().map(|query| query.path.to_string())
}

#[test]
fn only_what_a_job_listens_on_is_a_site() {
    for (text, site) in [
        ("node07", "node07"),
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "localhost"),
        ("::", "localhost"),
        ("*", "localhost"),
        ("10.0.0.5", "10.0.0.5"),
        ("2001:db8::7", "2001:db8::7"),
        ("node07.cluster.example.edu", "node07.cluster.example.edu"),
    ] {
        assert_eq!(text.parse::<Site>().unwrap().to_string(), site);
    }
    for text in [
        "169.254.169.254",
        "169.254.170.2",
        "::ffff:169.254.169.254",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "100.100.100.200",
        "metadata.google.internal",
        "-oProxyCommand=id",
        "hostname",
        "HOST",
        "2130706433",
        "0x7f000001",
        "127.1",
        "255.255.255.255",
        "a b",
        "a/b",
        "a@b",
        "",
    ] {
        assert!(text.parse::<Site>().is_err(), "{text}");
    }
}

#[test]
fn ports_are_those_that_a_job_can_have() {
    for text in ["1024", "8888", "65535"] {
        assert_eq!(text.parse::<Port>().unwrap().to_string(), text);
    }
    for text in
        ["0", "22", "80", "443", "1023", "65536", "70000", "08888", "+8888", "-1", "", "8e3"]
    {
        assert!(text.parse::<Port>().is_err(), "{text}");
    }
}

#[test]
fn paths_stay_where_they_are() {
    for (text, seen) in [
        ("", "/"),
        ("/", "/"),
        ("/lab", "/lab"),
        ("/lab/tree/a%20b.ipynb", "/lab/tree/a%20b.ipynb"),
        ("/vnc.html?autoconnect=true&resize=scale", "/vnc.html?autoconnect=true&resize=scale"),
        ("/login?next=%2Fevil", "/login"),
        ("/?url=http://evil.example&view=1", "/?view=1"),
        ("/#scalars", "/"),
        ("?token=abc", "/"),
        ("/lab?token=abc&reset", "/lab?reset"),
    ] {
        assert_eq!(path(text).as_deref(), Some(seen), "{text}");
    }
    for text in [
        "//evil.example/",
        "/a//b",
        "/../etc",
        "/a/%2e%2E/b",
        "/a/..",
        "/%2fevil",
        "/%5cevil",
        "/\\evil",
        "/%00",
        "/%0d%0aSet-Cookie:a",
        "/%zz",
        "/%2",
        "/%252e",
        "/a\u{1}b",
        "/ä",
        "/<script>",
        "/$(id)`id`",
        "lab",
        &format!("/{}", "a".repeat(512)),
    ] {
        assert_eq!(path(text), None, "{text}");
    }
}

#[test]
fn tokens_are_kept_apart_and_never_shown() {
    let query = Query::parse("/lab?token=s3cret-_.~").unwrap();
    let token = query.token.unwrap();
    assert_eq!(format!("{token:?}"), "Token(token=***)");
    assert_eq!(
        token.reveal(|parameter, value| format!("{parameter} {value}")).unwrap(),
        "token s3cret-_.~"
    );
    assert!(!Query::parse("/?token=...").unwrap().token.unwrap().is_known());
    for text in ["/?token=a\u{1}b", "/?token=a'b", "/?token=$(id)", "/?token=a%0ab", "/?token=ä"] {
        assert_eq!(Query::parse(text).unwrap_err(), ServiceError::Token, "{text}");
    }
}

fn services(json: &str) -> Result<Vec<Service>, ServiceError> {
    Service::all_in_json_line(&format!(r#"{{"user":"ada","services":[{json}]}}"#))
}

const NOTEBOOK: &str = r#"{"name":"jupyter","scheme":"http","host":"node07","port":8888,"path":"/lab","token_parameter":"token","token":"abc"}"#;

#[test]
fn what_is_written_is_read_again() {
    let [service] = &services(NOTEBOOK).unwrap()[..] else { panic!("it is one") };
    assert_eq!(service.to_string(), "jupyter on node07:8888");
    let near = "127.0.0.1:8889".parse().unwrap();
    assert_eq!(service.url(near, false).unwrap(), "http://127.0.0.1:8889/lab");
    assert_eq!(service.url(near, true).unwrap(), "http://127.0.0.1:8889/lab?token=abc");
    let written =
        |with_secrets| contract::json::line(&ServiceRecord::new(service, 3, with_secrets));
    assert_eq!(services(&written(true)).unwrap(), std::slice::from_ref(service));
    let kept_back = services(&written(false)).unwrap();
    assert_eq!(kept_back[0].url(near, true).unwrap(), "http://127.0.0.1:8889/lab");
    assert!(Service::all_in_json_line(r#"{"user":"ada"}"#).unwrap().is_empty());
}

#[test]
fn one_bad_service_refuses_the_line() {
    for (from, to) in [
        ("node07", "169.254.169.254"),
        ("node07", "-oProxyCommand=id"),
        ("8888", "22"),
        ("8888", "70000"),
        ("\"http\"", "\"javascript\""),
        ("\"http\"", "\"file\""),
        ("/lab", "//evil.example/"),
        ("/lab", "/lab?next=http://evil.example"),
        ("\"abc\"", r#""a\u0000b""#),
        ("jupyter", "jup\\u001byter"),
        ("\"token\",", "\"next\","),
    ] {
        let bad = NOTEBOOK.replacen(from, to, 1);
        assert!(services(&format!("{NOTEBOOK},{bad}")).is_err(), "{bad}");
    }
    assert_eq!(services(&[NOTEBOOK; 17].join(",")), Err(ServiceError::TooMany));
    assert!(matches!(services("7"), Err(ServiceError::Json(_))));
}
