//! `cidr me`, and servers that lie in every way we can think of.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use harness::home::Home;
use harness::invocation::{Finished, Invocation};

use super::servers::{Proxy, Stun, StunBehaviour, Web};

const MINE: &str = "203.0.113.7";
const OTHER: &str = "198.51.100.9";

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn me(home: &Home, urls: &[&Web], stuns: &[&Stun]) -> Invocation {
    me_within("30", home, urls, stuns)
}

fn me_within(seconds: &str, home: &Home, urls: &[&Web], stuns: &[&Stun]) -> Invocation {
    let mut invocation = home.tool("cidr").args(["me", "--timeout", seconds]);
    for web in urls {
        invocation = invocation.args(["--url", &web.url()]);
    }
    for stun in stuns {
        invocation = invocation.args(["--stun", &stun.host_and_port()]);
    }
    invocation
}

/// The message of `cidr me` with one odd server beside an honest one.
fn beside_an_honest_one(odd: &Web) -> String {
    let honest = Web::saying(MINE);
    let stderr = me(&Home::new(), &[odd, &honest], &[]).run().failure(1);
    let about_the_honest = format!("; {} says {MINE}\n", honest.url());
    let prefix = "cidr: cannot confirm my IPv4 address with two independent sources: ";
    let about = stderr.strip_prefix(prefix).and_then(|rest| rest.split_once(&about_the_honest));
    let (about_the_odd, _) = about.unwrap_or_else(|| panic!("unexpected: {stderr}"));
    about_the_odd.strip_prefix(&format!("{}: ", odd.url())).expect("the URL").to_owned()
}

#[test]
fn two_sources_that_agree_give_a_rule() {
    let home = Home::new();
    let (web, other_web) = (Web::saying("203.0.113.7\n"), Web::saying(" 203.0.113.7\r\n"));
    let stun = Stun::that(StunBehaviour::Says(ip(MINE)));
    for (urls, stuns) in [(&[&web, &other_web][..], &[][..]), (&[&web], &[&stun])] {
        assert_eq!(me(&home, urls, stuns).run().quiet_success(), "203.0.113.7/32\n");
    }
    let other_stun = Stun::that(StunBehaviour::Says(ip(MINE)));
    assert_eq!(me(&home, &[], &[&stun, &other_stun]).run().quiet_success(), "203.0.113.7/32\n");
}

#[test]
fn the_rule_is_printed_as_any_other() {
    let home = Home::new();
    let (web, stun) = (Web::saying(MINE), Stun::that(StunBehaviour::Says(ip(MINE))));
    let run = |more: &[&str]| me(&home, &[&web], &[&stun]).args(more).run().quiet_success();
    assert_eq!(run(&["--prefix", "24"]), "203.0.113.0/24\n");
    assert_eq!(
        run(&["--json"]),
        concat!(
            r#"{"network":"203.0.113.7/32","family":"ipv4","first":"203.0.113.7","#,
            r#""last":"203.0.113.7","addresses":"1"}"#,
            "\n"
        )
    );
}

#[test]
fn one_source_is_not_enough() {
    let home = Home::new();
    let (web, stun) = (Web::saying(MINE), Stun::that(StunBehaviour::Says(ip(MINE))));
    let expected = "cidr: cannot confirm an IPv4 address: two sources of different operators are needed\n\
                    cidr: hint: name one more with --url or --stun, on another host\n";
    assert_eq!(me(&home, &[&web], &[]).run().failure(2), expected);
    assert_eq!(me(&home, &[], &[&stun]).run().failure(2), expected);
    assert_eq!(me(&home, &[&web, &web], &[]).run().failure(2), expected);
    assert_eq!(web.times_asked(), 0);
}

#[test]
fn a_disagreement_prints_both() {
    let home = Home::new();
    let (web, liar) = (Web::saying(MINE), Web::saying(OTHER));
    let stun = Stun::that(StunBehaviour::Says(ip(MINE)));
    let stderr = me(&home, &[&web, &liar], &[&stun]).run().failure(1);
    let expected = format!(
        "cidr: cannot tell which IPv4 address is mine: the sources disagree: \
         {MINE} by {}, {OTHER} by {}, {MINE} by stun:{}\n",
        web.url(),
        liar.url(),
        stun.host_and_port()
    );
    assert!(stderr.starts_with(&expected), "{stderr}");
}

#[test]
fn answers_that_are_not_one_public_address_do_not_count() {
    for (body, expected) in [
        ("192.168.1.7", "192.168.1.7 is private, not a public address"),
        ("10.0.0.1", "10.0.0.1 is private, not a public address"),
        (
            "100.64.3.4",
            "100.64.3.4 is shared by the customers of a provider (CGNAT), not a public address",
        ),
        ("127.0.0.1", "127.0.0.1 is loopback, not a public address"),
        ("169.254.1.1", "169.254.1.1 is link-local, not a public address"),
        ("::ffff:192.168.1.7", "192.168.1.7 is private, not a public address"),
        ("2001:db8::7", "2001:db8::7 is not an IPv4 address"),
        ("203.0.113.7 203.0.113.8", "not exactly one address: `203.0.113.7 203.0.113.8`"),
        ("203.0.113.7\n203.0.113.7\n", "not exactly one address: `203.0.113.7\\n203.0.113.7\\n`"),
        ("203.0.113.0/24", "not exactly one address: `203.0.113.0/24`"),
        ("", "not exactly one address: ``"),
        (
            "<html><a href=\"203.0.113.7\">log in</a></html>",
            "not exactly one address: `<html><a href=\"203.0.113.7\">log in</a></html>`",
        ),
        ("\u{1b}[2J203.0.113.7", "not exactly one address: `\\u{1b}[2J203.0.113.7`"),
    ] {
        assert_eq!(beside_an_honest_one(&Web::saying(body)), expected, "{body:?}");
    }
}

#[test]
fn responses_that_are_not_plain_answers_do_not_count() {
    let elsewhere = Web::saying(MINE);
    let redirect =
        format!("HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n", elsewhere.url());
    let long = format!("HTTP/1.1 200 OK\r\nContent-Length: 4097\r\n\r\n{MINE}{}", " ".repeat(4086));
    let endless = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        "1000\r\n".to_owned() + &" ".repeat(4096) + "\r\n1\r\n1\r\n"
    );
    for (response, expected) in [
        (redirect, format!("redirected to {}", elsewhere.url())),
        (long, "an answer of more than 4096 bytes".to_owned()),
        (endless, "an answer of more than 4096 bytes".to_owned()),
        (
            format!(
                "HTTP/1.1 511 Network Authentication Required\r\nContent-Length: 11\r\n\r\n{MINE}"
            ),
            "HTTP status 511".to_owned(),
        ),
        (
            format!("HTTP/1.1 201 Created\r\nContent-Length: 11\r\n\r\n{MINE}"),
            "HTTP status 201".to_owned(),
        ),
    ] {
        assert_eq!(beside_an_honest_one(&Web::sending(&response)), expected);
    }
    assert_eq!(elsewhere.times_asked(), 0);
    // Truncated, and not HTTP at all: the error texts are the library's.
    for response in [
        "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n203.0.113.7".to_owned(),
        "SSH-2.0-OpenSSH_9.2\r\n".to_owned(),
        String::new(),
    ] {
        assert_ne!(beside_an_honest_one(&Web::sending(&response)), "");
    }
}

#[test]
fn exactly_4096_bytes_are_read() {
    let padded = format!("{MINE}{}", " ".repeat(4096 - MINE.len()));
    let (web, other) = (Web::saying(&padded), Web::saying(MINE));
    assert_eq!(me(&Home::new(), &[&web, &other], &[]).run().quiet_success(), "203.0.113.7/32\n");
}

#[test]
fn a_slow_drip_ends_at_the_deadline() {
    let response =
        format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{MINE}{}", " ".repeat(989));
    let drip = Web::dripping(&response, Duration::from_millis(50));
    let honest = Web::saying(MINE);
    let start = Instant::now();
    let stderr = me_within("1", &Home::new(), &[&drip, &honest], &[]).run().failure(1);
    assert!(stderr.contains(&format!(": {}: no answer in time; ", drip.url())), "{stderr}");
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn stun_servers_that_misbehave_do_not_count() {
    let home = Home::new();
    for (manner, expected) in [
        (StunBehaviour::Says(ip("10.1.2.3")), "10.1.2.3 is private, not a public address"),
        (StunBehaviour::Says(ip("2001:db8::7")), "2001:db8::7 is not an IPv4 address"),
        (
            StunBehaviour::SaysBoth(ip(MINE), ip(OTHER)),
            "not a valid STUN answer: it holds two addresses",
        ),
        (StunBehaviour::Refuses, "not a valid STUN answer: the server refused the request"),
        (StunBehaviour::Echoes, "not a valid STUN answer: it is not a Binding response"),
        (StunBehaviour::CutsOff(ip(MINE), 30), "not a valid STUN answer: its length is wrong"),
        (StunBehaviour::CutsOff(ip(MINE), 19), "no answer in time"),
        (StunBehaviour::Exaggerates(ip(MINE)), "not a valid STUN answer: its length is wrong"),
        (StunBehaviour::Silent, "no answer in time"),
    ] {
        let (odd, honest) = (Stun::that(manner), Web::saying(MINE));
        let stderr = me(&home, &[&honest], &[&odd]).run().failure(1);
        let about = format!("; stun:{}: {expected}\n", odd.host_and_port());
        assert!(stderr.contains(&about), "{stderr}");
    }
}

#[test]
fn a_lost_request_is_repeated_and_a_forged_answer_passed_over() {
    let home = Home::new();
    let web = Web::saying(MINE);
    for manner in [
        StunBehaviour::SaysWhenAskedAgain(ip(MINE)),
        StunBehaviour::AfterAForgery(ip(OTHER), ip(MINE)),
        StunBehaviour::AfterAnotherCookie(ip(OTHER), ip(MINE)),
    ] {
        let stun = Stun::that(manner);
        assert_eq!(me(&home, &[&web], &[&stun]).run().quiet_success(), "203.0.113.7/32\n");
    }
}

#[test]
fn no_proxy_is_used() {
    let mut home = Home::new();
    let proxy = Web::saying(OTHER);
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    {
        home.set(name, proxy.url());
    }
    let (web, other) = (Web::saying(MINE), Web::saying(MINE));
    assert_eq!(me(&home, &[&web, &other], &[]).run().quiet_success(), "203.0.113.7/32\n");
    assert_eq!(proxy.times_asked(), 0);
}

#[test]
fn why_am_i_locked_out() {
    let home = Home::new();
    let rules = home.write("rules.txt", "198.51.100.0/24 # office\n203.0.113.0/30\n");
    let (web, stun) = (Web::saying(MINE), Stun::that(StunBehaviour::Says(ip(MINE))));
    let check = |rules: &[&str]| -> Finished {
        me(&home, &[&web], &[&stun]).arg("--check").args(rules.to_vec()).run()
    };
    assert_eq!(
        check(&["203.0.113.0/24"]).quiet_success(),
        "203.0.113.7 is inside: 203.0.113.0/24 (argument) lets it in\n"
    );
    let file = format!("@{}", rules.display());
    let outside = check(&[&file]);
    let expected = format!(
        "203.0.113.7 is outside: the nearest rule is 203.0.113.0/30 ({}:2), 4 addresses away; add 203.0.113.7/32\n",
        rules.display()
    );
    assert_eq!((outside.code(), outside.stdout(), outside.stderr()), (1, expected.as_str(), ""));
    let broken = check(&["203.0.113.0/24", "10.1"]).failure(2);
    assert!(
        broken.starts_with("cidr: cannot read argument:1:1: `10.1` does not have four"),
        "{broken}"
    );
}

#[test]
fn a_check_answers_scripts_in_the_format_that_they_ask_for() {
    let home = Home::new();
    let check = |more: &[&str], rules: &str| {
        let me = ["me", "--address", MINE, "--check", rules];
        let finished = home.tool("cidr").args([&me, more].concat()).run();
        assert_eq!(finished.stderr(), "");
        (finished.code(), finished.stdout().to_owned())
    };
    let outside = "203.0.113.0/30";
    assert_eq!(check(&["-o", "lines"], outside), (1, "203.0.113.7/32\n".to_owned()));
    assert_eq!(check(&["-o", "comma", "--prefix", "24"], outside).1, "203.0.113.0/24\n");
    assert_eq!(check(&["-o", "lines"], "203.0.113.0/29"), (0, String::new()));
    assert_eq!(
        check(&["--json"], outside),
        (
            1,
            concat!(
                r#"{"add":"203.0.113.7/32","address":"203.0.113.7","distance":"4","inside":false,"#,
                r#""place":"argument","port":null,"rule":"203.0.113.0/30"}"#,
                "\n"
            )
            .to_owned()
        )
    );
}

/// A prefix widens the printed rule, never the question.
#[test]
fn a_prefix_is_no_part_of_the_question() {
    let home = Home::new();
    for (prefix, rules, code) in
        [("24", "203.0.113.0/25", 0), ("24", MINE, 0), ("24", "203.0.113.8/29", 1)]
    {
        let me = ["me", "--address", MINE, "--prefix", prefix, "--check", rules];
        assert_eq!(home.tool("cidr").args(me).run().code(), code, "{rules}");
    }
}

#[test]
fn two_addresses_of_one_pool_agree_on_their_network() {
    let home = Home::new();
    let (web, stun) = (Web::saying("203.0.113.9"), Stun::that(StunBehaviour::Says(ip(MINE))));
    let run = |more: &[&str]| me(&home, &[&web], &[&stun]).args(more).run();
    assert_eq!(run(&["--prefix", "24"]).quiet_success(), "203.0.113.0/24\n");
    assert!(run(&[]).failure(1).contains("the sources disagree"));
    let one_is_outside = run(&["--prefix", "24", "--check", MINE]);
    assert_eq!(one_is_outside.code(), 1);
    assert_eq!(
        one_is_outside.stdout(),
        "203.0.113.7 is inside: 203.0.113.7 (argument) lets it in\n\
         203.0.113.9 is outside: the nearest rule is 203.0.113.7 (argument), 2 addresses away; add 203.0.113.0/24\n"
    );
}

#[test]
fn a_filtered_operator_does_not_block_the_answer() {
    let home = Home::new();
    let (web, stun) = (Web::saying(MINE), Stun::that(StunBehaviour::Says(ip(MINE))));
    let blocked = Web::sending("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    let silent = Stun::that(StunBehaviour::Silent);
    let sources = me(&home, &[&blocked, &web], &[&silent, &stun]);
    assert_eq!(sources.run().quiet_success(), "203.0.113.7/32\n");
}

#[test]
fn a_proxy_is_named_when_in_the_way_and_used_when_told_to() {
    let mut home = Home::new();
    let proxy = Proxy::relaying();
    home.set("HTTPS_PROXY", format!("http://ada:secret@{}", proxy.address()));
    let failed = Web::sending("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    let (web, other) = (Web::saying(MINE), Web::saying(MINE));
    let stderr = me(&home, &[&failed, &web], &[]).run().failure(1);
    let hint = format!(
        "cidr: hint: HTTPS_PROXY (http://{}) was not used; if your connections go through it, pass --proxy env\n",
        proxy.address()
    );
    assert!(stderr.ends_with(&hint), "{stderr}");
    assert_eq!(proxy.times_used(), 0);
    for named in ["env".to_owned(), format!("http://{}", proxy.address())] {
        let used = proxy.times_used();
        let through = me(&home, &[&web, &other], &[]).args(["--proxy", &named]).run();
        assert_eq!(through.quiet_success(), "203.0.113.7/32\n");
        assert_eq!(proxy.times_used(), used + 2);
    }
    let password = ["me", "--proxy", "http://ada:secret@127.0.0.1:1"];
    assert!(
        home.tool("cidr").args(password).run().failure(2).contains("a password does not belong")
    );
}

#[test]
fn watching_prints_a_rule_whenever_it_changes() {
    let home = Home::new();
    let (web, other) = (Web::saying(MINE), Web::saying(MINE));
    let watching = me(&home, &[&web, &other], &[]).args(["--watch", "1s"]).start();
    watching.stdout.wait_for("203.0.113.7/32\n");
    web.says_from_now_on(OTHER);
    watching.stderr.wait_for("the sources disagree");
    other.says_from_now_on(OTHER);
    watching.stdout.wait_for("198.51.100.9/32\n");
    assert_eq!(watching.stdout.text(), "203.0.113.7/32\n198.51.100.9/32\n");
}

#[test]
fn a_given_address_asks_no_server() {
    let home = Home::new();
    let run = |address: &str| home.tool("cidr").args(["me", "--address", address]).run();
    assert_eq!(run("203.0.113.7").quiet_success(), "203.0.113.7/32\n");
    assert_eq!(run("2001:db8::7").quiet_success(), "2001:db8::7/128\n");
    assert_eq!(run("2001:db8::7/128").quiet_success(), "2001:db8::7/128\n");
    assert_eq!(run("::ffff:203.0.113.7").quiet_success(), "203.0.113.7/32\n");
    for (address, cause) in [
        ("203.0.113.0/24", "it is more than one address"),
        ("203.0.113", "it does not have four numbers from 0 to 255"),
        ("010.0.0.1", "it has a leading zero, which some programs read as octal"),
    ] {
        assert!(run(address).failure(2).contains(cause), "{address}");
    }
    assert_eq!(
        run("192.168.1.1").failure(1),
        "cidr: cannot use the address: 192.168.1.1 is private, not a public address\n"
    );
}

#[test]
fn plain_http_is_only_for_this_machine() {
    let home = Home::new();
    let stderr = home.tool("cidr").args(["me", "--url", "http://ip.example.com/"]).run().failure(2);
    assert!(
        stderr.contains("http:// is for servers on this machine only: use https://"),
        "{stderr}"
    );
}

#[test]
fn ipv6_is_asked_for_over_ipv6() {
    let home = Home::new();
    let address = "2001:db8::7";
    let web = Web::saying_over_ipv6(&format!("{address}\n"));
    let stun = Stun::on("::1", StunBehaviour::Says(ip(address)));
    let ask = |more: &[&str]| me(&home, &[&web], &[&stun]).args(more.to_vec()).run();
    assert_eq!(ask(&["-6"]).quiet_success(), "2001:db8::7/128\n");
    assert_eq!(ask(&["-6", "--prefix", "64"]).quiet_success(), "2001:db8::/64\n");
    // Without -6 nothing is asked over IPv6, and these servers have only IPv6.
    assert!(ask(&[]).failure(1).starts_with("cidr: cannot confirm my IPv4 address "));
    let (web_v4, stun_v4) = (Web::saying(MINE), Stun::that(StunBehaviour::Says(ip(MINE))));
    let sources = me(&home, &[&web, &web_v4], &[&stun, &stun_v4]);
    assert_eq!(
        sources.args(["-4", "-6"]).run().quiet_success(),
        "203.0.113.7/32\n2001:db8::7/128\n"
    );
}

#[test]
fn help_names_every_default_source() {
    let help = Home::new().tool("cidr").args(["me", "--help"]).run().quiet_success();
    let words: Vec<&str> = help.split_whitespace().collect();
    for (source, _) in cidr::defaults::SOURCES {
        let is_named = |word: &&str| word.trim_end_matches([',', ';', '.']) == source;
        assert!(words.iter().any(is_named), "{source}");
    }
}
