//! Every letter of ssh(1), in each way to write it. ssh itself is the judge of what it means.

use std::collections::BTreeSet;

use harness::home::Home;
use sshc::cli::{SHORT_OPTIONS, ShortOption};

/// A letter, its value if it takes one, and the lines of `-G` that it changes.
type Case = (char, Option<&'static str>, &'static [&'static str]);

/// Those that ssh writes in the same way.
const AS_SSH: &[Case] = &[
    ('2', None, &[]),
    ('4', None, &["addressfamily inet"]),
    ('6', None, &["addressfamily inet6"]),
    ('A', None, &["forwardagent yes"]),
    ('a', None, &[]),
    ('B', Some("lo"), &["bindinterface lo"]),
    ('b', Some("127.0.0.1"), &["bindaddress 127.0.0.1"]),
    ('C', None, &["compression yes"]),
    ('c', Some("aes128-ctr"), &["ciphers aes128-ctr"]),
    ('D', Some("1080"), &["dynamicforward 1080"]),
    ('E', Some("log"), &[]),
    ('e', Some("%"), &["escapechar %"]),
    ('g', None, &["gatewayports yes"]),
    // ssh shows only files that exist.
    ('i', Some("/etc/hostname"), &["identityfile /etc/hostname"]),
    ('J', Some("ada@jump:23"), &["proxyjump ada@jump:23"]),
    ('k', None, &[]),
    ('L', Some("1:far:2"), &["localforward 1 [far]:2"]),
    ('l', Some("ada"), &["user ada"]),
    ('M', None, &["controlmaster true"]),
    ('m', Some("hmac-sha2-256"), &["macs hmac-sha2-256"]),
    ('n', None, &["stdinnull yes"]),
    ('o', Some("Port=2022"), &["port 2022"]),
    ('p', Some("2022"), &["port 2022"]),
    ('q', None, &["loglevel SILENT"]),
    ('R', Some("1:far:2"), &["remoteforward 1 [far]:2"]),
    ('S', Some("/socket"), &["controlpath /socket"]),
    ('T', None, &["requesttty false"]),
    ('t', None, &["requesttty true"]),
    ('x', None, &[]),
];

/// Those that Debian's ssh does not know yet, of which `-G` says more there, or with which it ends.
const OURS: &[Case] = &[
    ('F', Some("none"), &[]),
    ('f', None, &[]),
    ('G', None, &[]),
    ('K', None, &[]),
    ('N', None, &["sessiontype none"]),
    ('O', Some("check"), &[]),
    ('P', Some("tag"), &["tag tag"]),
    ('s', None, &["sessiontype subsystem"]),
    ('v', None, &["loglevel DEBUG"]),
    ('W', Some("far:2"), &["clearallforwardings yes", "sessiontype none"]),
    ('y', None, &[]),
];

/// Each way to write a letter: alone, glued to its value, in a group, and after the host.
fn ways(letter: char, value: Option<&str>) -> Vec<Vec<String>> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let alone = format!("-{letter}");
    match value {
        None => vec![
            words(&[&alone, "host"]),
            words(&["host", &alone]),
            words(&[&format!("-x{letter}"), "host"]),
            words(&[&format!("-{letter}x"), "host"]),
            words(&["host", &format!("-x{letter}k")]),
        ],
        Some(value) => vec![
            words(&[&alone, value, "host"]),
            words(&[&format!("-{letter}{value}"), "host"]),
            words(&[&format!("-x{letter}"), value, "host"]),
            words(&[&format!("-kx{letter}{value}"), "host"]),
            words(&["host", &alone, value]),
            words(&["host", &format!("-x{letter}{value}")]),
        ],
    }
}

/// The lines that a program's `-G` prints with these words and not without them.
fn changes(home: &Home, program: &str, words: &[String]) -> BTreeSet<String> {
    let show = |words: &[String]| {
        let program = if program == "sshc" { home.tool(program) } else { home.peer(program) };
        let ran = program.args(["-F", "none", "-G"]).args(words.to_vec()).run();
        assert_eq!(ran.code(), 0, "{words:?}: {}", ran.stderr());
        // A tunnel of the command line must work here, unless something else is said.
        let lines = ran.stdout().lines().filter(|line| !line.starts_with("exitonforwardfailure "));
        lines.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    &show(words) - &show(&["host".to_owned()])
}

#[test]
fn every_letter_means_the_same_in_each_way_to_write_it() {
    let home = Home::new();
    for (letter, value, shown) in AS_SSH.iter().chain(OURS) {
        let shown: BTreeSet<String> = shown.iter().map(|line| (*line).to_owned()).collect();
        for words in ways(*letter, *value) {
            assert_eq!(changes(&home, "sshc", &words), shown, "{words:?}");
        }
    }
    for (letter, value, shown) in AS_SSH {
        let shown: BTreeSet<String> = shown.iter().map(|line| (*line).to_owned()).collect();
        for words in ways(*letter, *value) {
            assert_eq!(changes(&home, "ssh", &words), shown, "ssh {words:?}");
        }
    }
}

#[test]
fn every_letter_has_a_case_and_each_that_is_refused_says_why() {
    let home = Home::new();
    let cases = AS_SSH.iter().chain(OURS).map(|(letter, ..)| *letter);
    let mut tested: BTreeSet<char> = cases.chain(['Q', 'V']).collect();
    for (letter, support) in SHORT_OPTIONS {
        let ShortOption::Refused(why) = support else { continue };
        let value = ['I', 'w'].contains(letter).then_some("value");
        for words in ways(*letter, value) {
            let said = home.tool("sshc").args(words.clone()).run().failure(2);
            let why = format!("sshc: -{letter} is not supported: {why}\n");
            assert!(said.starts_with(&why), "{words:?}: {said}");
        }
        assert!(tested.insert(*letter), "{letter} is refused and has a meaning");
    }
    assert_eq!(tested, SHORT_OPTIONS.iter().map(|(letter, _)| *letter).collect());
}

#[test]
fn letters_that_print_something_do_so_in_each_way_to_write_them() {
    let home = Home::new();
    for words in ways('V', None) {
        let ran = home.tool("sshc").args(words.clone()).run();
        assert_eq!((ran.code(), ran.stdout()), (0, ""), "{words:?}");
        assert!(ran.stderr().starts_with("sshc_"), "{words:?}: {}", ran.stderr());
    }
    let ciphers = home.tool("sshc").args(["-Q", "cipher"]).run().quiet_success();
    for words in ways('Q', Some("cipher")) {
        let listed = home.tool("sshc").args(words.clone()).run().quiet_success();
        assert_eq!(listed, ciphers, "{words:?}");
    }
}

/// ssh's synopsis names every letter of the table but `-1` and `-2`, which it takes and forgot.
#[test]
fn the_table_has_every_letter_of_the_synopsis() {
    let home = Home::new();
    let debian = home.peer("ssh").run();
    let newest = home.in_newest("/usr/bin/ssh").run();
    for (ran, is_newest) in [(debian, false), (newest, true)] {
        let synopsis = ran.stderr();
        let (_, flags) = synopsis.split_once("ssh [-").expect("it begins with the flags");
        let (flags, rest) = flags.split_once(']').expect("they end");
        let valued = rest.split("[-").skip(1).filter_map(|option| option.chars().next());
        let letters: BTreeSet<char> = flags.chars().chain(valued).collect();
        let mut table: BTreeSet<char> = SHORT_OPTIONS.iter().map(|(letter, _)| *letter).collect();
        for forgotten in ['1', '2'] {
            table.remove(&forgotten);
        }
        if !is_newest {
            table.retain(|letter| !['P', 'Z'].contains(letter));
        }
        assert_eq!(letters, table, "{synopsis}");
    }
}

#[test]
fn later_letters_beat_earlier_ones_as_with_ssh() {
    let home = Home::new();
    for (words, shown) in [
        ("-A -a host", &[][..]),
        ("-aA host", &["forwardagent yes"]),
        ("-A host -a", &[]),
        ("-tT host", &["requesttty false"]),
        ("-T -t host", &["requesttty true"]),
        ("-T host -tt", &["requesttty force"]),
        ("-v -q host", &["loglevel SILENT"]),
        ("-q host -vv", &["loglevel DEBUG2"]),
        ("-p 23 -p 24 host", &["port 23"]),
        ("-c aes128-ctr host -c aes256-ctr", &["ciphers aes256-ctr"]),
        ("-e none -e % host", &["escapechar %"]),
    ] {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let shown: BTreeSet<String> = shown.iter().map(|line| (*line).to_owned()).collect();
        assert_eq!(changes(&home, "sshc", &words), shown, "{words:?}");
        assert_eq!(changes(&home, "ssh", &words), shown, "ssh {words:?}");
    }
}

/// Every word of plink's own help is in the table, of both generations.
#[test]
fn the_table_has_every_word_of_plink() {
    let home = Home::new();
    let debian = home.peer("plink").arg("--help").run();
    let newest = home.in_newest("/usr/bin/plink").arg("--help").run();
    for ran in [debian, newest] {
        let help = format!("{}{}", ran.stdout(), ran.stderr());
        let words =
            help.split([' ', ',', '\n']).filter(|word| word.starts_with('-') && word.len() > 2);
        let mut count = 0;
        for word in words {
            count += 1;
            let known = sshc::cli::PLINK_WORDS.iter().any(|(name, ..)| *name == word);
            assert!(known, "{word}: {help}");
        }
        assert!(count > 20, "{help}");
    }
}
