//! The file of targets: keys recorded under `user@host:port`, which are forgotten if unused for
//! some time.
//!
//! Clusters come and go, and each has its own name: in `known_hosts` their keys would pile up for
//! ever. The lines have the format of `known_hosts`, with the day of the last use in the comment.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use russh::keys::ssh_key::PublicKey;

use super::day::{Day, USED};
use super::entry::Entry;
use super::{Error, KnownHosts, Name, edit};

/// How long an unused key stays on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// This many whole days after the day of the last use.
    Days(u16),
    /// For ever.
    Unlimited,
}

/// A text that is not a lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected days or weeks, such as 14d or 2w, or none")]
pub struct NotALifetime;

impl FromStr for Lifetime {
    type Err = NotALifetime;

    fn from_str(text: &str) -> Result<Self, NotALifetime> {
        if text.eq_ignore_ascii_case("none") {
            return Ok(Self::Unlimited);
        }
        let unit = text.find(|c: char| !c.is_ascii_digit()).ok_or(NotALifetime)?;
        let (number, unit) = text.split_at(unit);
        let days = match unit {
            "d" | "D" => 1,
            "w" | "W" => 7,
            _ => return Err(NotALifetime),
        };
        let number: u16 = number.parse().map_err(|_| NotALifetime)?;
        let days = number.checked_mul(days).filter(|&days| days > 0);
        days.map(Self::Days).ok_or(NotALifetime)
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(f, "{days}d"),
            Self::Unlimited => f.write_str("none"),
        }
    }
}

/// The file, and how long its lines are valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// The file. Other programs can read it as known hosts.
    pub file: PathBuf,
    /// How long an unused key stays in the file.
    pub lifetime: Lifetime,
}

impl Targets {
    /// The keys on record in the file. A key that was unused for too long does not count, even if
    /// its line is still there.
    ///
    /// # Errors
    ///
    /// As for [`KnownHosts::read`].
    pub fn read(&self, today: Day) -> Result<KnownHosts, Error> {
        let mut all = KnownHosts::read(&[&self.file])?;
        all.lines.retain(|line| !self.is_over(line, today));
        Ok(all)
    }

    /// Adds a key that is used today, and removes expired lines.
    ///
    /// # Errors
    ///
    /// [`Error::Write`] when the file cannot be created, locked, read or written.
    pub fn remember(
        &self,
        name: &Name,
        key: &PublicKey,
        hash: bool,
        today: Day,
    ) -> Result<(), Error> {
        edit::change(&self.file, |line, text| self.kept(line, text, today))?;
        edit::add(&self.file, name, key, hash, &format!("{USED}{today}"))
    }

    /// Records that a key is used today, and removes expired lines. It changes the file at most
    /// once a day.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] and [`Error::Write`].
    pub fn keep(
        &self,
        on_record: &KnownHosts,
        name: &Name,
        key: &PublicKey,
        today: Day,
    ) -> Result<(), Error> {
        let Ok(blob) = key.to_bytes() else { return Ok(()) };
        let is_used = |line: &Entry| line.is_written_for(name) && line.has_key(&blob);
        let is_here = |line: &&Entry| *line.place.file == *self.file && is_used(line);
        // A line without a day was written by hand; it stays as it is.
        let is_out_of_date = |line: &Entry| line.used.is_some_and(|day| day != today);
        if !on_record.lines.iter().filter(is_here).any(is_out_of_date) {
            return Ok(());
        }
        edit::change(&self.file, |line, text| {
            if is_used(line) && is_out_of_date(line) {
                Some(renewed(text, today))
            } else {
                self.kept(line, text, today)
            }
        })
    }

    fn kept(&self, line: &Entry, text: &str, today: Day) -> Option<String> {
        (!self.is_over(line, today)).then(|| text.to_owned())
    }

    fn is_over(&self, line: &Entry, today: Day) -> bool {
        match (self.lifetime, line.used) {
            (Lifetime::Days(days), Some(used)) => used.days_until(today) > u32::from(days),
            _ => false,
        }
    }
}

/// The line with today as the day of its last use.
fn renewed(line: &str, today: Day) -> String {
    let Some(at) = line.rfind(USED) else { return line.to_owned() };
    let (before, after) = line.split_at(at);
    let end = after.find([' ', '\t', '\r', '\n']).unwrap_or(after.len());
    format!("{before}{USED}{today}{}", after.get(end..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const KEYS: [&str; 2] = [
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFwj5s9vu9opS/rgK/8V10pyDp2qaO67a3jmanxwQjg/",
    ];

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn key() -> PublicKey {
        KEYS[0].parse().unwrap()
    }

    fn name(user: &str) -> Name {
        Name::target(user, "192.0.2.7", 22).unwrap()
    }

    /// A file with these lines, in a folder that is removed with the first value.
    fn targets(lines: &[String], days: u16) -> (tempfile::TempDir, Targets) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("known_targets");
        fs::write(&file, lines.concat()).unwrap();
        (folder, Targets { file, lifetime: Lifetime::Days(days) })
    }

    fn line(user: &str, comment: &str) -> String {
        format!("{user}@192.0.2.7:22 {}{comment}\n", KEYS[0])
    }

    #[test]
    fn lifetimes_are_whole_days() {
        for (text, written) in
            [("14d", "14d"), ("2w", "14d"), ("1D", "1d"), ("none", "none"), ("NONE", "none")]
        {
            assert_eq!(text.parse::<Lifetime>().unwrap().to_string(), written);
        }
        for text in ["", "14", "0d", "0w", "-1d", "1h", "1.5d", "70000d", "9999w", "d", "1d1d", "ä"]
        {
            assert_eq!(text.parse::<Lifetime>(), Err(NotALifetime), "{text}");
        }
    }

    #[test]
    fn a_line_counts_until_its_days_are_over() {
        for (comment, is_there) in [
            (" used=2026-11-30", true),
            (" used=2026-11-16", true),
            (" used=2026-11-15", false),
            (" used=1999-01-01", false),
            // A clock was wrong, when the line was written or now.
            (" used=2030-01-01", true),
            // Written by hand.
            ("", true),
            (" ada's", true),
            (" used=yesterday", true),
            (" used=2026-02-30", true),
            (" ada's used=2026-11-15", false),
        ] {
            let (_folder, targets) = targets(&[line("ada", comment)], 14);
            let on_record = targets.read(day("2026-11-30")).unwrap();
            let there = on_record.about(&[name("ada")]).count();
            assert_eq!(there, usize::from(is_there), "{comment}");
            let forever = Targets { lifetime: Lifetime::Unlimited, ..targets };
            let on_record = forever.read(day("2026-11-30")).unwrap();
            assert_eq!(on_record.about(&[name("ada")]).count(), 1, "{comment}");
        }
    }

    #[test]
    fn a_new_key_takes_the_place_of_those_that_are_over() {
        let stays = ["# mine\n".to_owned(), line("bob", ""), line("eve", " used=2026-11-29")];
        let mut lines = stays.to_vec();
        lines.insert(1, line("ann", " used=2026-10-01"));
        lines.push(line("ada", " used=2026-10-01").trim_end().to_owned());
        let (_folder, targets) = targets(&lines, 14);
        targets.remember(&name("ada"), &key(), false, day("2026-11-30")).unwrap();
        let expected = stays.concat() + &line("ada", " used=2026-11-30");
        assert_eq!(fs::read_to_string(&targets.file).unwrap(), expected);
        // The key is already on record.
        targets.remember(&name("ada"), &key(), false, day("2026-11-30")).unwrap();
        assert_eq!(fs::read_to_string(&targets.file).unwrap(), expected);
    }

    #[test]
    fn a_key_that_is_used_is_kept_and_the_file_is_touched_once_a_day() {
        let lines = [
            line("ann", " used=2026-11-01"),
            line("ada", " old used=2026-11-17 x").replace('\n', "\r\n"),
            line("eve", " used=2026-11-18"),
        ];
        let (_folder, targets) = targets(&lines, 14);
        let keep = |today: &str| {
            let on_record = targets.read(day(today)).unwrap();
            targets.keep(&on_record, &name("ada"), &key(), day(today)).unwrap();
            fs::read_to_string(&targets.file).unwrap()
        };
        assert_eq!(keep("2026-11-17"), lines.concat());
        let kept = lines[1].replace("-17", "-30") + &lines[2];
        assert_eq!(keep("2026-11-30"), kept);
        let other: PublicKey = KEYS[1].parse().unwrap();
        let on_record = targets.read(day("2026-12-01")).unwrap();
        targets.keep(&on_record, &name("ada"), &other, day("2026-12-01")).unwrap();
        assert_eq!(fs::read_to_string(&targets.file).unwrap(), kept);
        assert!(!targets.file.with_extension("old").exists());
    }

    #[test]
    fn hashed_names_have_days_as_well() {
        let (_folder, targets) = targets(&[], 14);
        targets.remember(&name("ada"), &key(), true, day("2026-11-01")).unwrap();
        let text = fs::read_to_string(&targets.file).unwrap();
        assert!(text.starts_with("|1|") && text.ends_with(" used=2026-11-01\n"), "{text}");
        let on_record = targets.read(day("2026-11-10")).unwrap();
        targets.keep(&on_record, &name("ada"), &key(), day("2026-11-10")).unwrap();
        let text = fs::read_to_string(&targets.file).unwrap();
        assert!(text.ends_with(" used=2026-11-10\n"), "{text}");
        assert_eq!(targets.read(day("2026-11-24")).unwrap().about(&[name("ada")]).count(), 1);
        assert_eq!(targets.read(day("2026-11-25")).unwrap().about(&[name("ada")]).count(), 0);
    }

    #[test]
    fn many_at_once_lose_nothing() {
        let lines = [line("ann", " used=2026-01-01"), line("eve", " used=2026-11-18")];
        let (_folder, targets) = targets(&lines, 14);
        let today = day("2026-11-30");
        std::thread::scope(|scope| {
            for number in 0..16 {
                let targets = &targets;
                scope.spawn(move || {
                    let (new, old) = (name(&format!("u{number}")), name("eve"));
                    targets.remember(&new, &key(), false, today).unwrap();
                    let on_record = targets.read(today).unwrap();
                    targets.keep(&on_record, &old, &key(), today).unwrap();
                });
            }
        });
        let on_record = targets.read(today).unwrap();
        assert_eq!(on_record.warnings(), []);
        let mut names: Vec<String> = (0..16).map(|number| format!("u{number}")).collect();
        names.push("eve".into());
        for user in names {
            assert_eq!(on_record.about(&[name(&user)]).count(), 1, "{user}");
        }
        let text = fs::read_to_string(&targets.file).unwrap();
        assert_eq!(text.matches("used=2026-11-30\n").count(), 17, "{text}");
    }
}
