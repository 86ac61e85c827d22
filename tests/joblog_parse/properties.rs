//! Properties of every log: an announcement is found whatever surrounds it and however it arrives,
//! and no log makes the tool panic, hang, or return an invalid target.

use harness::workspace::fixture;
use std::io::{self, Read};

use joblog_parse::choose::{Choice, Sightings};
use joblog_parse::{Target, scan};
use proptest::prelude::*;

/// Returns at most so many bytes at a time.
struct Chunks {
    bytes: Vec<u8>,
    from: usize,
    most: usize,
}

impl Read for Chunks {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let rest = self.bytes.get(self.from..).unwrap_or_default();
        let read = rest.len().min(out.len()).min(self.most);
        let read = out.get_mut(..read).map_or(Ok(0), |out| (&*rest).read(out))?;
        self.from += read;
        Ok(read)
    }
}

/// The targets in a log that arrives in chunks of this size.
fn targets(bytes: &[u8], most: usize, choice: Choice) -> Vec<Target> {
    let source = Chunks { bytes: bytes.to_vec(), from: 0, most };
    let mut sightings = Sightings::new(choice, false, true);
    // A log that only looks compressed is an error, and gives no target.
    if scan::read(source, 0, None, &mut sightings).is_err() {
        return Vec::new();
    }
    sightings.take_chosen().into_iter().map(|chosen| chosen.target).collect()
}

/// Lines of logs that announce nothing.
fn noise() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,120}".prop_filter("announces something", |line| {
            !line.contains(['@', '\\', '`', '^', '{', '}', '[', ']', '"', '\'', '|'])
                && targets(line.as_bytes(), 9999, Choice::All).is_empty()
        }),
        "\\PC{0,60}".prop_filter("announces something", |line| {
            !line.contains(['@', '\\', '`', '^', '{', '}', '[', ']', '"', '\'', '|'])
                && targets(line.as_bytes(), 9999, Choice::All).is_empty()
        }),
        Just(
            "[2026-03-06T12:05:46Z]: Launching ./run, Working dir: /enc/uprod_Ptczhb/run/shared."
                .to_owned()
        ),
        Just("Host 0 -- 172.16.1.95  -- Ranks 0-119".to_owned()),
        Just("Checking license file: 1999@flex.example.com".to_owned()),
        Just("MPI Distribution : IBM Platform MPI-09.01.04.03".to_owned()),
        Just("Last login: Mon Mar  2 10:00:00 2026 from 198.51.100.14".to_owned()),
        Just("residual 0.25 1.75 2.5e-6".to_owned()),
        Just(String::new()),
    ]
}

fn announcement() -> impl Strategy<Value = (String, String)> {
    let user = "[a-z_][a-z0-9_]{0,12}x";
    let host = (1_u8..=254).prop_map(|last| format!("203.0.113.{last}"));
    (user, host, 0_u8..6).prop_map(|(user, host, form)| {
        let text = match form {
            0 => format!("Log in: ssh {user}@{host}"),
            1 => format!(
                "Job username on the system: {user}, public IP address of the master node: {host}"
            ),
            2 => format!("Connecting to {user}@{host} using SSH"),
            3 => format!("{{\"user\":\"{user}\",\"publicIpAddress\":\"{host}\"}}"),
            4 => format!("Log in: \x1b[1mssh\x1b[0m -p 22 {user}@\x1b[32m{host}\x1b[0m"),
            _ => format!("head ansible_host={host} ansible_user={user}"),
        };
        (text, format!("{user}@{host}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_announcement_is_found_whatever_surrounds_it(
        before in prop::collection::vec(noise(), 0..60),
        (text, login) in announcement(),
        after in prop::collection::vec(noise(), 0..60),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let log = [before, vec![text.clone()], after].concat().join(end);
        let found = targets(log.as_bytes(), usize::MAX, Choice::All);
        prop_assert!(
            found.iter().any(|target| target.to_string().trim_end_matches(":22") == login),
            "{found:?}"
        );
    }

    #[test]
    fn how_a_log_arrives_makes_no_difference(
        lines in prop::collection::vec(prop_oneof![noise(), announcement().prop_map(|(text, _)| text)], 0..80),
        most in 1_usize..300,
        end in prop::sample::select(vec!["\n", "\r\n", "\r", " "]),
    ) {
        let log = lines.join(end);
        prop_assert_eq!(targets(log.as_bytes(), most, Choice::All), targets(log.as_bytes(), usize::MAX, Choice::All));
    }

    #[test]
    fn a_target_is_printed_as_it_was_read((_, login) in announcement(), port in 1_u16..) {
        for text in [login.clone(), format!("{login}:{port}")] {
            let target: Target = text.parse().expect("a target");
            prop_assert_eq!(target.to_string(), text);
            prop_assert_eq!(Target::from_line(&target.uri()).expect("a target"), target);
        }
    }
}

#[test]
fn fuzz_joblog_parse() {
    let corpus = fixture("joblogs");
    let files = std::fs::read_dir(corpus).expect("the corpus is there");
    let seeds = files
        .map(|file| std::fs::read(file.expect("a file").path()).expect("a readable file"))
        .filter(|seed| seed.len() < 4096)
        .collect::<Vec<_>>();
    let seeds = seeds.iter().map(Vec::as_slice).collect::<Vec<_>>();
    harness::fuzz::damaged(&seeds, |bytes| {
        for target in targets(bytes, usize::MAX, Choice::All) {
            assert_eq!(
                target.to_string().parse::<Target>().map(|read| read.to_string()),
                Ok(target.to_string())
            );
            assert!(target.to_string().is_ascii());
        }
    });
}

/// The beginnings of structures for whose end a reader may search again and again.
const BEGINNINGS: [&[u8]; 14] = [
    b"ssh \"",
    b"mosh '",
    b"host=b.c q ",
    b"rsync -e \"ssh ",
    b"ssh -L 1:h:2 ",
    b"ssh -J a@b.example,",
    b"{\"a\":[{\"user\":\"x\",",
    b"user: (",
    b"1.2.3.4 ",
    b"ada@203.0.113.7 ",
    "ユーザー名".as_bytes(),
    b"<user>",
    b"| user | ",
    b"as at with login ",
];
/// A round of the other fuzz target costs far less.
const EVERY: usize = 40;

/// In a repetitive text a byte costs no more than in any other: `damaged` limits the time for each
/// input.
#[test]
fn fuzz_joblog_parse_time_per_byte() {
    let mut round = 0;
    harness::fuzz::damaged(&BEGINNINGS, |bytes| {
        round += 1;
        if round > BEGINNINGS.len() && round % EVERY != 0 || bytes.is_empty() {
            return;
        }
        let piece = bytes.get(..bytes.len().min(256)).unwrap_or_default();
        let text = piece.repeat(64 * 1024 / piece.len());
        targets(&text, usize::MAX, Choice::Latest);
    });
}
