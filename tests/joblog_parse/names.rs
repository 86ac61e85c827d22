//! Names are data: an announcement is understood whatever its user is called, even if the name is
//! also a word for something else.

use harness::workspace::fixture;
use std::fs;
use std::io::Write as _;

use joblog_parse::Target;
use joblog_parse::choose::Choice;

use super::announced;

/// Names that are also words of the vocabulary.
const NAMES: [&str; 5] = ["visitor", "build", "oracle", "hpc_user", "User12"];
/// The percentage of announcements that must be understood with each of them.
const PERCENT: usize = 96;
/// At most this many may give another login.
const MOST_WRONG: usize = 1;

/// The text with one word replaced by another.
fn replaced(text: &str, old: &str, new: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(old) {
        let goes_on = before.ends_with(is_part) || (before.is_empty() && out.ends_with(is_part));
        let ends = match after.strip_prefix('.') {
            Some(rest) => !rest.starts_with(char::is_alphanumeric),
            None => !after.starts_with(is_part),
        };
        let is_word = ends && !goes_on;
        out.push_str(before);
        out.push_str(if is_word { new } else { old });
        rest = after;
    }
    out + rest
}

/// The announcements of the written logs, with the login of each.
fn announcements() -> Vec<(String, Target)> {
    let folder = fixture("written");
    let table = fs::read_to_string(folder.join("expected.tsv")).expect("the table");
    let rows = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let [file, "", login, "0", ..] = line.split('\t').collect::<Vec<_>>()[..] else {
            return None;
        };
        let text = fs::read_to_string(folder.join(file)).ok()?;
        let target = login.parse::<Target>().ok()?;
        (announced(&text, Choice::Latest) == login).then_some((text, target))
    });
    rows.collect()
}

#[test]
fn an_announcement_is_understood_whatever_its_user_is_called() {
    let announcements = announcements();
    assert!(announcements.len() > 900, "{} announcements", announcements.len());
    let mut failed = Vec::new();
    for name in NAMES {
        let (mut all, mut understood, mut wrong) = (0, 0, Vec::new());
        for (text, target) in &announcements {
            let new = replaced(text, target.user.as_str(), name);
            let login = Target { user: name.parse().expect("a name"), ..target.clone() };
            if new == *text || new.contains(target.user.as_str()) {
                continue;
            }
            all += 1;
            match announced(&new, Choice::Latest) {
                found if found == login.to_string() => understood += 1,
                found if found.is_empty() => {}
                found => wrong.push(found),
            }
        }
        assert!(all * 10 > announcements.len() * 9, "{name}: only {all} were changed");
        // Fails only if standard error is closed.
        let _ = writeln!(
            std::io::stderr(),
            "{name}: {understood} of {all} announcements understood, wrong: {wrong:?}"
        );
        if understood * 100 < PERCENT * all || wrong.len() > MOST_WRONG {
            failed.push(format!("{name}: {understood} of {all} understood, wrong: {wrong:?}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
