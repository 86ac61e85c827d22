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
    let mut wrong = Vec::new();
    for row in &rows {
        let run = home
            .tool("joblog-parse")
            .args(row.arguments.clone())
            .arg(&row.file)
            .folder(folder)
            .run();
        let (code, stdout, stderr) = (run.code(), run.stdout(), run.stderr());
        if (code, stdout) != (row.exit, row.stdout.as_str()) || (code == 0 && !stderr.is_empty()) {
            wrong.push(format!(
                "{} {:?}: exit {code}, {stdout:?}, {stderr:?}",
                row.file, row.arguments
            ));
        }
    }
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
fn our_own_logs_give_what_is_expected() {
    let (rows, refusals) = check(&fixture("joblogs"));
    assert!(rows >= 120 && refusals * 2 >= rows, "{rows} rows, {refusals} refusals");
}
