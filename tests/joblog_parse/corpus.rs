//! Logs and what they announce, in tables with the columns file, arguments, stdout (`|` joins
//! lines), exit status and a note on what the row shows.

use std::fs;
use std::path::Path;

use harness::home::Home;
use harness::workspace::fixture;

/// A row of a table.
struct Row {
    file: String,
    arguments: Vec<String>,
    stdout: String,
    exit: i32,
}

impl Row {
    /// What is wrong with the program's answer for the row, if anything is.
    fn difference(&self, home: &Home, folder: &Path) -> Option<String> {
        let arguments = self.arguments.clone();
        let run = home.tool("joblog-parse").args(arguments).arg(&self.file).folder(folder).run();
        let (code, stdout, stderr) = (run.code(), run.stdout(), run.stderr());
        let is_right = (code, stdout) == (self.exit, self.stdout.as_str());
        let Self { file, arguments, .. } = self;
        (!is_right || code == 0 && !stderr.is_empty())
            .then(|| format!("{file} {arguments:?}: exit {code}, {stdout:?}, {stderr:?}"))
    }
}

fn rows(table: &Path) -> Vec<Row> {
    let text = fs::read_to_string(table)
        .unwrap_or_else(|error| panic!("cannot read `{}`: {error}", table.display()));
    let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let [file, arguments, stdout, exit, ..] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("`{line}` has too few columns");
        };
        Row {
            file: file.to_owned(),
            arguments: arguments.split_whitespace().map(str::to_owned).collect(),
            stdout: match stdout {
                "" => String::new(),
                lines => lines.replace('|', "\n") + "\n",
            },
            exit: exit.parse().expect("an exit code"),
        }
    });
    rows.collect()
}

/// Runs every row of the table in `folder` and reports all differences. Returns the number of rows
/// and how many of them refuse.
fn check(folder: &Path) -> (usize, usize) {
    let home = Home::new();
    let rows = rows(&folder.join("expected.tsv"));
    let wrong: Vec<_> = rows.iter().filter_map(|row| row.difference(&home, folder)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    (rows.len(), rows.iter().filter(|row| row.exit != 0).count())
}

#[test]
fn the_logs_of_platforms_give_what_is_expected() {
    let (rows, refusals) = check(&fixture("platforms"));
    assert!(rows >= 10 && refusals >= 2, "{rows} rows, {refusals} refusals");
}

#[test]
fn announcements_in_other_words_and_their_look_alikes_give_what_is_expected() {
    let (rows, refusals) = check(&fixture("announcements"));
    assert!(rows >= 280 && refusals >= 127, "{rows} rows, {refusals} refusals");
}

#[test]
fn logs_of_people_who_had_not_seen_the_program_give_what_is_expected() {
    let (rows, refusals) = check(&fixture("written"));
    assert!(rows >= 3573 && refusals >= 1794, "{rows} rows, {refusals} refusals");
}

#[test]
fn logs_from_which_no_rule_was_made_give_what_is_expected() {
    let (rows, refusals) = check(&fixture("unstudied"));
    assert!(rows >= 4500 && refusals >= 2500, "{rows} rows, {refusals} refusals");
}

#[test]
fn a_log_is_listed_as_missed_only_while_it_is() {
    let (home, folder) = (Home::new(), fixture("unstudied"));
    let right_count = rows(&folder.join("expected.tsv")).len();
    let rows = rows(&folder.join("missed.tsv"));
    assert_eq!(right_count + rows.len(), 9005, "each log is in one of the tables");
    let is_right = |row: &&Row| row.difference(&home, &folder).is_none();
    let right: Vec<_> = rows.iter().filter(is_right).map(|row| row.file.as_str()).collect();
    assert!(right.is_empty(), "move these rows to expected.tsv: {right:?}");
}

#[test]
fn our_own_logs_give_what_is_expected() {
    let (rows, refusals) = check(&fixture("joblogs"));
    assert!(rows >= 120 && refusals * 2 >= rows, "{rows} rows, {refusals} refusals");
}
