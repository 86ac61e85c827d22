//! Checks the documentation against the programs: they must understand every command in it.

use std::collections::BTreeSet;

use clap::error::ErrorKind;
use harness::workspace::{files, read, root};

use crate::golden::{commands, with_subcommands};

/// A command line in the documentation, and where it is.
struct Line {
    place: String,
    text: String,
}

/// The pages written by hand. Generated pages need no check here.
fn pages() -> Vec<String> {
    let mut pages =
        ["README.md", "CONTRIBUTING.md", "RELEASING.md", "SECURITY.md"].map(str::to_owned).to_vec();
    pages.extend(files("docs", ".md").into_iter().filter(|page| !page.contains("/options/")));
    pages
}

/// The lines of blocks fenced as `sh`, `powershell` or `console` (there only those after `$`).
fn fenced(page: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut block = None;
    for (at, line) in read(page).lines().enumerate() {
        if let Some(fence) = line.trim_start().strip_prefix("```") {
            block = if block.is_none() { Some(fence.to_owned()) } else { None };
            continue;
        }
        let command = match block.as_deref() {
            Some("sh" | "powershell") => Some(line.trim()),
            Some("console") => line.trim().strip_prefix("$ "),
            _ => None,
        };
        let text = command.filter(|text| !text.is_empty() && !text.starts_with('#'));
        lines.extend(
            text.map(|text| Line { place: format!("{page}:{}", at + 1), text: text.to_owned() }),
        );
    }
    lines
}

/// Text in backticks within sentences and tables.
fn spans(page: &str) -> Vec<Line> {
    let text = read(page);
    let outside = text.split("```").step_by(2);
    let spans = outside.flat_map(|prose| prose.split('`').skip(1).step_by(2));
    spans.map(|span| Line { place: page.to_owned(), text: span.to_owned() }).collect()
}

/// The words of each command in a line, without quotes, up to a comment or redirection.
fn stages(line: &str) -> Vec<Vec<String>> {
    let mut stages = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(end), _) if c == end => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#' | '>') if word.is_none() => break,
            (None, ' ' | '|' | ';') => {
                stages.last_mut().expect("there is one").extend(word.take());
                if c != ' ' {
                    stages.push(Vec::new());
                }
            }
            _ => word.get_or_insert_default().push(c),
        }
    }
    stages.last_mut().expect("there is one").extend(word);
    stages
}

/// Checks that a program understands these words, if they call one of ours; returns whether they
/// do.
fn assert_understood(line: &Line, words: &[String]) -> bool {
    // PowerShell: `$target = joblog-parse …`.
    let words = match words {
        [variable, equals, rest @ ..] if variable.starts_with('$') && equals == "=" => rest,
        _ => words,
    };
    let Some(name) = words.first() else { return false };
    let Some(mut command) = commands().into_iter().find(|command| command.get_name() == name)
    else {
        return false;
    };
    if let Err(error) = command.try_get_matches_from_mut(words) {
        let shows = [ErrorKind::DisplayHelp, ErrorKind::DisplayVersion];
        assert!(shows.contains(&error.kind()), "{}: {}\n{error}", line.place, line.text);
    }
    true
}

#[test]
fn lines_are_split_as_a_shell_would() {
    let words = stages("a 'b c' | d -e \"f|g\" > out # h");
    assert_eq!(words, [vec!["a", "b c"], vec!["d", "-e", "f|g"]]);
}

#[test]
fn every_command_in_the_documentation_is_understood() {
    let mut calls = 0;
    for page in pages() {
        for line in fenced(&page) {
            calls += stages(&line.text).iter().filter(|it| assert_understood(&line, it)).count();
        }
        for line in spans(&page).iter().filter(|line| line.text.contains(' ')) {
            calls += stages(&line.text).iter().filter(|it| assert_understood(line, it)).count();
        }
    }
    assert!(calls >= 25, "only {calls} commands were found");
}

/// The line with `x` in place of everything quoted, up to a comment.
fn unquoted(line: &str) -> String {
    let mut bare = String::new();
    let mut quote = None;
    for c in line.split(" #").next().unwrap_or_default().chars() {
        match (quote, c) {
            (Some(end), _) if c == end => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                bare.push('x');
            }
            (Some(_), _) => {}
            (None, _) => bare.push(c),
        }
    }
    bare
}

/// PowerShell takes `@name` for a variable, and `a,b` for two words.
#[test]
fn every_argument_means_the_same_in_powershell() {
    let is_misread = |word: &str| word.starts_with('@') || word.contains([',', '`', '{', '}', ';']);
    assert!(["@rules.txt", "1,2"].iter().all(|word| is_misread(word)));
    let names = commands().map(|command| command.get_name().to_owned());
    let mut calls = 0;
    for page in pages() {
        let spans = spans(&page).into_iter().filter(|line| line.text.contains(' '));
        for line in fenced(&page).into_iter().chain(spans) {
            let bare = unquoted(&line.text);
            for stage in bare.split('|').map(|it| it.split_whitespace().collect::<Vec<_>>()) {
                let stage = match &stage[..] {
                    [variable, "=", rest @ ..] if variable.starts_with('$') => rest,
                    all => all,
                };
                if !stage.first().is_some_and(|name| names.iter().any(|it| it == name)) {
                    continue;
                }
                calls += 1;
                let misread = stage.iter().find(|word| is_misread(word));
                assert_eq!(misread, None, "{}: {}", line.place, line.text);
            }
        }
    }
    assert!(calls >= 25, "only {calls} commands were found");
}

#[test]
fn every_example_in_a_help_text_is_understood() {
    let mut calls = 0;
    for (words, mut command) in commands().iter().flat_map(with_subcommands) {
        let help = command.render_long_help().to_string();
        let (name, page) = (&words[0], words.join(" "));
        let (_, examples) =
            help.split_once("Examples:").unwrap_or_else(|| panic!("{page} has none"));
        let lines =
            examples.lines().map(str::trim).filter(|line| line.contains(&format!("{name} ")));
        let before = calls;
        for text in lines {
            // Two blanks separate an example from its explanation.
            let text = text.split("  ").next().unwrap_or_default();
            let text = text.replace('…', &"A".repeat(43));
            let line = Line { place: format!("{page} --help"), text: text.clone() };
            calls += stages(&text).iter().filter(|words| assert_understood(&line, words)).count();
        }
        // Its only example is a call of `socat`.
        assert!(calls > before || page == "keyagent relay", "{page} shows no call of its program");
    }
    assert!(calls >= 75, "only {calls} examples were found");
}

#[test]
fn every_decision_says_why_what_it_costs_and_what_was_measured() {
    for page in files("docs/decisions", ".md") {
        let text = read(&page);
        let sections: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let [context, choice, costs, measured] = sections[..] else {
            panic!("{page}: {sections:?}")
        };
        assert_eq!([context, choice, costs], ["Context", "Choice", "What it costs"], "{page}");
        assert!(
            ["What was measured", "What was checked"].contains(&measured),
            "{page}: {measured}"
        );
    }
}

#[test]
fn every_task_in_the_documentation_exists() {
    let main = read("xtask/src/main.rs");
    let tasks: BTreeSet<&str> =
        main.split("Task { name: \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut named = BTreeSet::new();
    for page in pages() {
        let text = read(&page);
        for rest in text.split("cargo xtask ").skip(1) {
            let task: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
            assert!(tasks.contains(task.as_str()), "{page}: there is no task `{task}`");
            named.insert(task);
        }
    }
    assert!(
        tasks.iter().all(|task| named.contains(*task)),
        "{tasks:?}, but the pages name only {named:?}"
    );
}

#[test]
fn every_link_between_pages_has_a_target() {
    for page in pages() {
        let folder = root().join(&page);
        let folder = folder.parent().expect("a page is in a folder");
        let text = read(&page);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            let outside = link.contains("://") || path.is_empty();
            assert!(outside || folder.join(path).exists(), "{page} links to {link}");
        }
    }
}

#[test]
fn the_code_map_names_every_module() {
    let map = read("docs/architecture.md");
    let (_, map) = map.split_once("## Code map").expect("there is a code map");
    let (map, _) = map.split_once("\n## ").expect("something follows it");
    for tool in ["keygen", "pubkey-copy", "joblog-parse", "cidr", "sshc"] {
        let (_, about) = map.split_once(&format!("**{tool}**")).expect("every tool is on it");
        let about = about.split("\n\n").next().unwrap_or_default();
        for line in read(&format!("{tool}/src/lib.rs")).lines() {
            let declaration = line.trim_end_matches(';').trim_start_matches("pub ");
            let Some(module) = declaration.strip_prefix("mod ") else { continue };
            let is_plain =
                ["cli", "error"].contains(&module) || about.contains(&format!("`{module}`"));
            assert!(is_plain, "the code map does not say what `{module}` of {tool} is");
        }
    }
}

#[test]
fn ci_is_the_test_command_and_nothing_else() {
    let script = read(".ci/run");
    let commands: Vec<&str> = script.lines().filter(|line| line.contains("cargo")).collect();
    assert_eq!(commands, ["exec cargo xtask test"]);
}

#[test]
fn the_workflow_runs_ci_and_then_builds_from_source() {
    let workflow = read(".github/workflows/ci.yml");
    let linux = workflow.split("\n  macos-and-windows:").next().expect("the first job");
    let runs: Vec<&str> =
        linux.lines().filter_map(|line| line.split_once("run: ")).map(|it| it.1).collect();
    assert_eq!(runs[runs.len() - 2..], [".ci/run", "cargo xtask dist --check --only-source"]);
}
