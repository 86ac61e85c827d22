//! Logs combined at random from what platforms print. In the lists, `{u}` and `{h}` stand for the
//! user and the host.
//!
//! `cargo xtask train` learns from them, too, with another seed than the tests have.

#[path = "logs/decoys.rs"]
mod decoys;
#[path = "logs/labels.rs"]
mod labels;
#[path = "logs/marks.rs"]
mod marks;
#[path = "logs/sentences.rs"]
mod sentences;

use super::random::Random;
use decoys::{DECOYS, NOISE};
use labels::{HOSTS, PORTS, USERS};
use marks::{LAYOUTS, MARKS, SIGNS};
use sentences::SENTENCES;

impl Random {
    fn user(&mut self) -> String {
        let names = [
            "ada",
            "rkaur",
            "ubuntu",
            "ec2-user",
            "root",
            "jsmith4",
            "hpcuser07",
            "tnguyen",
            "opc",
        ];
        if self.below(2) == 0 {
            return self.of(&names).to_owned();
        }
        let letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
        let letter = |random: &mut Self| letters.chars().nth(random.below(letters.len()));
        let id = (0..5).filter_map(|_| letter(self)).collect::<String>();
        format!("uprod_{id}")
    }

    fn host(&mut self) -> String {
        let last = self.below(254) + 1;
        match self.below(8) {
            0 => format!("node{last}.jobs.example.net"),
            1 => format!("2001:db8:4::{last}"),
            _ => format!("{}.{last}", self.of(&["203.0.113", "198.51.100"])),
        }
    }
}

/// A log and the login that it announces; an empty one if it contains only look-alikes.
pub(super) struct Log {
    pub(super) text: String,
    pub(super) login: String,
}

fn filled(template: &str, user: &str, host: &str) -> String {
    template.replace("{u}", user).replace("{h}", host)
}

/// A label with its value, in one of the usual spellings.
fn labelled(random: &mut Random, label: &str, value: &str) -> String {
    let sign = random.of(SIGNS);
    // Most values have no marks.
    let (open, close) = if random.below(2) == 0 {
        ("", "")
    } else {
        *MARKS.get(random.below(MARKS.len())).expect("a list with something in it")
    };
    format!("{label}{sign}{open}{value}{close}")
}

/// The values, combined in this layout.
fn laid_out(layout: &str, user: &str, host: &str, port: Option<&str>) -> String {
    let mut out = String::new();
    let mut rest = layout;
    while let Some((before, (inner, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        out.push_str(before);
        match (inner, port) {
            ("0", _) => out.push_str(user),
            ("1", _) => out.push_str(host),
            (with_sign, Some(port)) => out.push_str(&with_sign.replace('§', port)),
            (_, None) => {}
        }
        rest = after;
    }
    out + rest
}

fn announcement(random: &mut Random) -> Log {
    let (user, host) = (random.user(), random.host());
    if random.below(3) == 0 {
        let sentence = random.of(SENTENCES);
        // A copying command needs brackets around an IPv6 address.
        let is_copy = sentence.contains("{u}@{h}:/");
        let host = if is_copy { host.replace("2001:db8:4::", "203.0.113.") } else { host };
        let text = filled(sentence, &user, &host);
        return Log { text, login: format!("{user}@{host}") };
    }
    let label = random.of(USERS);
    let of_user = labelled(random, label, &user);
    let label = random.of(HOSTS);
    let of_host = labelled(random, label, &host);
    let port = (random.below(4) == 0 && !host.contains("::")).then(|| 2200 + random.below(90));
    let label = random.of(PORTS);
    let of_port = port.map(|port| labelled(random, label, &port.to_string()));
    let text = laid_out(random.of(LAYOUTS), &of_user, &of_host, of_port.as_deref());
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    Log { text, login: format!("{user}@{host}{port}") }
}

/// Lines that name a stranger, and announce nothing.
fn decoy(random: &mut Random) -> String {
    let user = random.of(&["jdoe", "mallory", "eve42", "root"]);
    let host = format!("192.0.2.{}", random.below(254) + 1);
    filled(random.of(DECOYS), user, &host)
}

/// An announcement and look-alikes, alone or before, after and around one another, with noise
/// between them.
pub(super) fn log(random: &mut Random) -> Log {
    let kind = random.below(5);
    let mut parts = Vec::new();
    let mut login = String::new();
    let with_noise = |parts: &mut Vec<String>, random: &mut Random| {
        (0..random.below(3)).for_each(|_| parts.push(random.of(NOISE).to_owned()));
    };
    with_noise(&mut parts, random);
    if matches!(kind, 1..=3) {
        parts.push(decoy(random));
        with_noise(&mut parts, random);
    }
    if kind != 1 {
        let announced = announcement(random);
        parts.push(announced.text);
        login = announced.login;
        with_noise(&mut parts, random);
    }
    if kind >= 3 {
        parts.push(decoy(random));
    }
    Log { text: parts.join("\n") + "\n", login }
}
